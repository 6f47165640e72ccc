/** What meters told of themselves each time they were asked (V-I2): rows are added, never changed. */

import type { DatabaseSync } from 'node:sqlite'
import type { Audit } from '../reading/billing/gate-facts.ts'
import type { ToldAudit } from '../reading/billing/stays.ts'
import { auditChecksum } from './checksum.ts'
import type { Damage } from './damage.ts'
import type { Names } from './names.ts'
import { type Row, whole } from './rows.ts'
import type { KeptAudit, LastAudits } from './store.ts'

export interface Audits {
  /** `facts` null: as in the audit before. */
  keep(audit: KeptAudit): void
  /** The nearest on either side of an instant; null where there is none, or it is damaged. */
  near(meter: string, instant: number): { readonly before: Audit | null; readonly after: Audit | null }
  /** Of every meter that was ever audited. */
  last(): LastAudits[]
  /** Those at which it told something new or was found to be another, those beside them, and the last; oldest first. */
  turnsOf(meter: string): readonly ToldAudit[]
  /** Looks at so many rows more, from the first again behind the last. */
  check(rows: number): void
}

export function createAudits(database: DatabaseSync, names: Names, damage: Pick<Damage, 'found'>): Audits {
  const ask = statementsFor(database)
  let place: readonly [meter: number, at: number] = [0, 0]
  /** As long as no later audit is kept, of whatever connection, what was found of a meter holds. */
  const found = new Map<number, { readonly at: number; readonly turns: readonly ToldAudit[] }>()

  function verified(row: Row | undefined): KeptAudit | null {
    if (row === undefined) return null
    const [ref, at] = [whole(row['meter']), whole(row['at'])]
    const [id, found, evidence, facts] = [row['id'], row['found'], String(row['evidence']), row['facts']]
    const json = typeof facts === 'string' ? facts : null
    const sum = auditChecksum(String(id), at, String(found), evidence, json)
    if (sum === whole(row['checksum']) && (found === 'same' || found === 'other')) {
      const told = json === null ? null : (JSON.parse(json) as KeptAudit['facts'])
      return { meter: String(id), at, found, evidence, facts: told }
    }
    damage.found('audit', `${ref}/${at}`)
    return null
  }

  function turnsOf(ref: number): readonly ToldAudit[] {
    const at = whole(ask.lastAt.get(ref)?.['at'] ?? 0)
    const known = found.get(ref)
    if (known?.at === at) return known.turns
    const turns = [...toldIn(ask.turns.all(ref))]
    found.set(ref, { at, turns })
    return turns
  }

  /** Behind a damaged row nobody knows who it was, until all is told anew. */
  function* toldIn(rows: readonly Row[]): Generator<ToldAudit> {
    let before: KeptAudit['facts'] = {}
    for (const row of rows) {
      const told = verified(row)
      before = told ? (told.facts ?? before) : null
      if (told && before) yield { ...bare(told), facts: before }
      else if (!told) yield { ...bare(UNKNOWN), at: whole(row['at']), facts: {} }
    }
  }

  return {
    keep({ meter, at, found, evidence, facts }) {
      const json = facts === null ? null : JSON.stringify(facts)
      const sum = auditChecksum(meter, at, found, evidence, json)
      ask.add.run(names.meterRef(meter), at, found, evidence, json, sum)
    },
    near(meter, instant) {
      const ref = names.knownMeter(meter)
      if (ref === null) return { before: null, after: null }
      const before = verified(ask.before.get(ref, instant))
      const after = verified(ask.after.get(ref, instant))
      return { before: before && bare(before), after: after && bare(after) }
    },
    last() {
      return ask.meters.all().flatMap(({ ref }) => {
        const last = verified(ask.before.get(whole(ref), Number.MAX_SAFE_INTEGER))
        const same = verified(ask.lastSame.get(whole(ref)))
        const told = same && verified(ask.factsBefore.get(whole(ref), same.at))
        return last ? [{ ...bare(last), same: told?.facts ?? null, turns: turnsOf(whole(ref)) }] : []
      })
    },
    turnsOf(meter) {
      const ref = names.knownMeter(meter)
      return ref === null ? [] : turnsOf(ref)
    },
    check(rows) {
      const page = ask.page.all(...place, rows)
      for (const row of page) verified(row)
      const end = page.at(-1)
      place = end && page.length === rows ? [whole(end['meter']), whole(end['at'])] : [0, 0]
    },
  }
}

const UNKNOWN: KeptAudit = { meter: '', at: 0, found: 'other', evidence: 'the audit is damaged', facts: {} }

function bare({ meter, at, found, evidence }: KeptAudit): Audit {
  return { meter, at, found, evidence }
}

function statementsFor(database: DatabaseSync) {
  const audits = 'SELECT a.*, m.id FROM audit a JOIN meter m ON m.ref = a.meter'
  return {
    add: database.prepare(
      // Two of one meter in one millisecond are one: the later counts.
      `INSERT OR REPLACE INTO audit (meter, at, found, evidence, facts, checksum) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    before: database.prepare(`${audits} WHERE a.meter = ? AND a.at <= ? ORDER BY a.at DESC LIMIT 1`),
    after: database.prepare(`${audits} WHERE a.meter = ? AND a.at > ? ORDER BY a.at LIMIT 1`),
    lastSame: database.prepare(`${audits} WHERE a.meter = ? AND a.found = 'same' ORDER BY a.at DESC LIMIT 1`),
    factsBefore: database.prepare(
      `${audits} WHERE a.meter = ? AND a.at <= ? AND a.facts IS NOT NULL ORDER BY a.at DESC LIMIT 1`,
    ),
    lastAt: database.prepare('SELECT max(at) AS at FROM audit WHERE meter = ?'),
    // One walk over the meter's rows, of which there is one a day; a window over them takes many times as long.
    turns: database.prepare(
      `WITH turn AS (SELECT at FROM audit WHERE meter = ?1 AND (facts IS NOT NULL OR found <> 'same'))
       ${audits} WHERE a.meter = ?1 AND a.at IN (
         SELECT at FROM turn
         UNION SELECT (SELECT max(b.at) FROM audit b WHERE b.meter = ?1 AND b.at < turn.at) FROM turn
         UNION SELECT (SELECT min(b.at) FROM audit b WHERE b.meter = ?1 AND b.at > turn.at) FROM turn
         UNION SELECT max(at) FROM audit WHERE meter = ?1)
       ORDER BY a.at`,
    ),
    meters: database.prepare('SELECT DISTINCT meter AS ref FROM audit ORDER BY meter'),
    page: database.prepare(`${audits} WHERE (a.meter, a.at) > (?, ?) ORDER BY a.meter, a.at LIMIT ?`),
  }
}

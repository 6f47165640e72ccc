/** What was expected and did not come, as it is read: plans, and the periods of each, as ranges. */

import type { DatabaseSync } from 'node:sqlite'
import { boundariesIn, type Calendar, readMonthly } from '../core/calendar.ts'
import type { Cause, HeldSlot, KeptPlan, Missing, MissingState } from '../reading/expectation.ts'
import type { Kind } from '../reading/reading.ts'
import { QUALITIES, QUARANTINED } from './batch.ts'
import { type Row, whole } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { PlansAsked } from './store.ts'

export interface ExpectedRead {
  accountedTo(): number | null
  /** In order of meter and plan. */
  plans(asked: PlansAsked): KeptPlan[]
  /** Of one meter, ended ones too, in order. */
  plansOf(meter: string): KeptPlan[]
  /** Periods of a plan that were told to be open, oldest first. */
  open(plan: number): Missing[]
  /** What is kept of a plan's slots, and what was said of those that are not; a day at once, no more. */
  slots(plan: number, from: number, to: number): { readonly held: HeldSlot[]; readonly missing: Missing[] }
}

export function createExpected(database: DatabaseSync): ExpectedRead {
  const ask = statementsFor(database)

  return {
    accountedTo() {
      const at = ask.alive.get()?.['at']
      return at === undefined ? null : whole(at)
    },
    plans({ meter = null, line = null, after, limit }) {
      const { meter: from, plan } = after ?? { meter: '', plan: 0 }
      return ask.plans.all(from, from, plan, meter, meter, line, line, limit).map(keptPlanOf)
    },
    plansOf: meter => ask.plansOf.all(meter).map(keptPlanOf),
    open(ref) {
      const plan = ask.planOf.get(ref)
      return plan === undefined ? [] : ask.openOf.all(ref).map(row => gapOf(row, String(plan['name'])))
    },
    slots(ref, from, to) {
      const plan = ask.planOf.get(ref)
      if (plan === undefined) return { held: [], missing: [] }
      const { kind, calendar, since } = planRowOf(plan)
      const slots = [...boundariesIn(calendar, Math.max(from, since), to)]
      const registers = JSON.stringify(String(plan['registers']).split(' '))
      const held = ask.held.all(JSON.stringify(slots), whole(plan['meter']), kind, registers).map(heldSlotOf)
      const missing = ask.gapsIn.all(ref, from, to).map(row => gapOf(row, String(plan['name'])))
      return { held, missing }
    },
  }
}

export interface PlanRow {
  readonly ref: number
  readonly name: string
  readonly kind: Kind
  readonly calendar: Calendar
  readonly since: number
}

export function planRowOf(row: Row): PlanRow {
  const since = whole(row['since'])
  return {
    ref: whole(row['ref']),
    name: String(row['name']),
    kind: row['kind'] as Kind,
    calendar:
      typeof row['days'] === 'string'
        ? readMonthly(row['days'])
        : { everyMs: whole(row['every']), from: since },
    since,
  }
}

function keptPlanOf(row: Row): KeptPlan {
  const { ref, name, kind, calendar, since } = planRowOf(row)
  return {
    ref,
    meter: String(row['id']),
    line: String(row['line']),
    plan: name,
    kind,
    calendar,
    keptForMs: whole(row['kept_for']),
    registers: String(row['registers']).split(' '),
    since,
    until: row['until'] === null ? null : whole(row['until']),
  }
}

export function gapOf(row: Row, plan: string): Missing {
  return {
    plan,
    first: whole(row['first']),
    last: whole(row['last']),
    state: row['state'] as MissingState,
    cause: row['cause'] as Cause,
    tries: whole(row['tries']),
    triedAt: row['tried_at'] === null ? null : whole(row['tried_at']),
  }
}

function heldSlotOf(row: Row): HeldSlot {
  const worst = row['worst'] === null ? undefined : QUALITIES[whole(row['worst'])]
  const quality = worst === 'good' || worst === 'suspect' ? worst : null
  return { slot: whole(row['slot']), registers: whole(row['registers']), quality }
}

function statementsFor(database: DatabaseSync) {
  const hour = `r.slot / ${HOUR_OF_SLOTS}`
  return {
    alive: database.prepare('SELECT at FROM alive'),
    plansOf: database.prepare(
      'SELECT m.id, p.* FROM meter m CROSS JOIN plan p ON p.meter = m.ref WHERE m.id = ? ORDER BY p.ref',
    ),
    planOf: database.prepare('SELECT * FROM plan WHERE ref = ?'),
    plans: database.prepare(
      `SELECT m.id, p.* FROM meter m CROSS JOIN plan p ON p.meter = m.ref
       WHERE (m.id > ? OR (m.id = ? AND p.ref > ?)) AND (? IS NULL OR m.id = ?) AND (? IS NULL OR p.line = ?)
       ORDER BY m.id, p.ref LIMIT ?`,
    ),
    // The range before the first may reach into what is asked for.
    gapsIn: database.prepare(
      `SELECT * FROM missing WHERE plan = ?1 AND last >= ?2 AND first < ?3
         AND first >= coalesce((SELECT max(first) FROM missing WHERE plan = ?1 AND first <= ?2), ?2)
       ORDER BY first`,
    ),
    openOf: database.prepare("SELECT * FROM missing WHERE plan = ? AND state = 'open' ORDER BY first"),
    // One seek per slot and register, in this order: CROSS JOIN keeps SQLite from turning it round.
    held: database.prepare(
      `SELECT r.slot, count(DISTINCT CASE WHEN r.quality <> ${QUARANTINED} THEN r.series END) AS registers,
         max(CASE WHEN r.quality <> ${QUARANTINED} THEN r.quality END) AS worst
       FROM series s CROSS JOIN json_each(?1) due CROSS JOIN reading r
       WHERE s.meter = ?2 AND s.kind = ?3 AND s.obis IN (SELECT value FROM json_each(?4))
         AND ${hour} = due.value / ${HOUR_OF_SLOTS} AND r.series = s.ref AND r.slot = due.value
         AND r.id NOT IN (SELECT reading FROM fenced)
       GROUP BY r.slot`,
    ),
  }
}

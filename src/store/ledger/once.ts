/** The first answer to each idempotency key, kept for good beside what it did: asked again it is given again (PR-61). */

import type { DatabaseSync } from 'node:sqlite'
import { ledgerKeyChecksum } from '../checksum.ts'
import type { Damage } from '../damage.ts'
import { type Row, whole } from '../rows.ts'
import type { Answered, PostAsked, Posted } from './asked.ts'

export type OnceOnly = (asked: Pick<PostAsked, 'by' | 'now' | 'once'>, act: () => Answered) => Once

export interface Once {
  readonly posted: Posted
  /** It is what was answered first, to the same. */
  readonly isAgain: boolean
}

/** Within a transaction. */
export function createOnceOnly(database: DatabaseSync, damage: Pick<Damage, 'found'>): OnceOnly {
  const find = database.prepare('SELECT * FROM ledger_key WHERE who = ? AND key = ?')
  const add = database.prepare(
    'INSERT INTO ledger_key (who, key, digest, answer, at, checksum) VALUES (?, ?, ?, ?, ?, ?)',
  )
  return ({ by: who, now: at, once: { key, digest, request } }, act) => {
    const row = find.get(who, key)
    if (row !== undefined) {
      const kept = answeredIn(row)
      if (kept === null) {
        damage.found('ledger_key', `${who}/${key}`)
        const text = 'what was answered to this key is damaged: look into the ledger whether it was entered'
        return { posted: { code: 'LEDGER_REFUSED', text, request }, isAgain: false }
      }
      const isAgain = kept.digest === digest
      return { posted: isAgain ? kept.answered : { reused: true }, isAgain }
    }
    const answered = act()
    const answer = JSON.stringify(answered)
    add.run(who, key, digest, answer, at, ledgerKeyChecksum({ who, key, digest, answer, at }))
    return { posted: answered, isAgain: false }
  }
}

/** Null where the row does not match its checksum. */
export function answeredIn(row: Row): { readonly digest: string; readonly answered: Answered } | null {
  const text = (column: string) => String(row[column])
  const [digest, answer] = [text('digest'), text('answer')]
  const fields = { who: text('who'), key: text('key'), digest, answer, at: whole(row['at']) }
  if (ledgerKeyChecksum(fields) !== whole(row['checksum'])) return null
  return { digest, answered: JSON.parse(answer) as Answered }
}

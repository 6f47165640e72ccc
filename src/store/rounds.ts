/** Keeps what was said on the line, round by round, in the transaction of the readings it gave (PR-02). */

import type { DatabaseSync } from 'node:sqlite'
import type { RoundHead } from './batch.ts'
import { exchangeChecksum, roundChecksum } from './checksum.ts'
import type { Names } from './names.ts'
import { whole } from './rows.ts'

export interface Rounds {
  /** Within a transaction: keeps a round, whose frames begin at `from`; answers its number. */
  keep(head: RoundHead, recordedAt: number, bytes: Uint8Array, from: number): number
  forget(): void
}

export function createRounds(database: DatabaseSync, names: Names): Rounds {
  // Numbers count up without holes and the newest round is never removed.
  const highest = database.prepare('SELECT max(ref) AS last FROM round')
  const addRound = database.prepare(
    'INSERT INTO round (ref, meter, line, recorded_at, checksum) VALUES (?, ?, ?, ?, ?)',
  )
  const addExchange = database.prepare(
    // A round's number is new: what has it already is a damaged row of another.
    `INSERT OR REPLACE INTO exchange (round, position, request, reply, sent_at, received_at, outcome, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let last: number | null = null
  return {
    keep(head, recordedAt, bytes, from) {
      last ??= whole(highest.get()?.['last'] ?? 0)
      const round = ++last
      const checksum = roundChecksum(round, head.meter, head.line, recordedAt)
      addRound.run(round, names.meterRef(head.meter), head.line, recordedAt, checksum)
      let end = from
      for (const [position, exchange] of head.exchanges.entries()) {
        const { requestLength, replyLength, sentAt, receivedAt, outcome } = exchange
        const request = bytes.subarray(end, end + requestLength)
        end += requestLength
        const reply = replyLength === null ? null : bytes.subarray(end, end + replyLength)
        end += replyLength ?? 0
        const sum = exchangeChecksum(round, position, request, reply, sentAt, receivedAt, outcome)
        addExchange.run(round, position, request, reply, sentAt, receivedAt, outcome, sum)
      }
      return round
    },
    forget() {
      last = null
    },
  }
}

export function frameBytesOf({ exchanges }: RoundHead): number {
  return exchanges.reduce(
    (sum, { requestLength, replyLength }) => sum + requestLength + (replyLength ?? 0),
    0,
  )
}

/** A process that reads, misses and accounts for a quarter of an hour after the other, and says how far it is, until killed. */

import { writeSync } from 'node:fs'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { openStore } from '../../src/store/thread.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

const [directory = ''] = process.argv.slice(2)
const store = await openStore(directory, systemClock, silentLog, { batchRows: 1 })
const plan = {
  meter: 'm1',
  line: 'a',
  plan: 'poll-15m',
  kind: 'poll',
  calendar: { everyMs: QUARTER, from: NOON },
  keptForMs: QUARTER,
  registers: ['1-0:1.8.0'],
  since: NOON,
} as const
await store.expect([plan], NOON)
for (let slot = (await store.accountedTo()) ?? NOON; ; slot += QUARTER) {
  const nth = (slot - NOON) / QUARTER
  const missing = { meter: 'm1', plan: plan.plan, first: slot, last: slot, tries: 1, triedAt: slot }
  if (nth % 3 === 0) await store.accept(roundOf('m1', { slot }))
  const said =
    nth % 3 === 0
      ? []
      : [{ ...missing, state: 'missed', cause: nth % 3 === 1 ? 'OFF' : 'LINE_SILENT' } as const]
  await store.account(said, slot + QUARTER)
  writeSync(1, `${slot + QUARTER}\n`)
}

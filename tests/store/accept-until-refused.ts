/** Accepts rounds until one is refused, then tries once more; prints both codes and what was acknowledged. */

import { systemClock } from '../../src/core/clock.ts'
import { Fault } from '../../src/core/faults.ts'
import { silentLog } from '../../src/core/log.ts'
import { openStore } from '../../src/store/thread.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

const store = await openStore(process.argv[2] ?? '', systemClock, silentLog, { batchRows: 1 })
const codes: string[] = []
let kept = 0
for (let count = 0; codes.length < 2 && count < 100_000; count++) {
  try {
    await store.accept(roundOf('m1', { slot: NOON + count * QUARTER }))
    if (codes.length === 0) kept++
  } catch (error) {
    codes.push(error instanceof Fault ? error.code : String(error))
  }
}
process.stdout.write(JSON.stringify({ codes, kept, stillReads: (await store.changesAfter(0, 1)).length }))
process.exit(0)

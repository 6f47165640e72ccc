/** A process that accepts rounds as fast as it can and writes each acknowledged one to stdout, until it is killed. */

import { writeSync } from 'node:fs'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { openStore } from '../../src/store/thread.ts'
import { NOON, roundOf } from './rounds.ts'

const [directory = '', seed = '1'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const store = await openStore(directory, systemClock, silentLog, { batchRows: 20, batchMs: 2 })

/** Each life has its own slots, so that everything it accepts is new unless it means to repeat it. */
async function talk(meter: string): Promise<never> {
  for (let count = 0; ; count++) {
    const slot = NOON + Number(seed) * 3_600_000 + count
    const registers = 1 + random.integer(4)
    const said = Array.from({ length: registers }, (_, index) => ({
      obis: `1-0:1.8.${index}`,
      slot,
      digits: BigInt(random.integer(1_000_000)),
      quality: random.integer(20) === 0 ? ('quarantined' as const) : ('good' as const),
    }))
    const round = roundOf(meter, ...said)
    await store.accept(round)
    if (random.integer(10) === 0) await store.accept(round)
    if (random.integer(30) === 0) await store.advance('mqtt', await store.lastSequence())
    const ledger = round.readings.map(({ obis, value, quality }) => [obis, `${value.digits}`, quality])
    // Microseconds of the clock that all processes of the machine share.
    const at = Number(process.hrtime.bigint() / 1_000n)
    writeSync(1, `${JSON.stringify({ meter, slot, ledger, at })}\n`)
  }
}

await Promise.all(['m1', 'm2', 'm3', 'm4'].map(talk))

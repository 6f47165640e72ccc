/** A process that keeps freezes and settles their boundaries as fast as it can, telling each release, until it is killed. */

import { writeSync } from 'node:fs'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { openReader } from '../../src/store/reader.ts'
import { bookIn, frozen, LATER, pair } from './book-files.ts'

const [directory = '', life = '1'] = process.argv.slice(2)
const METERS = Array.from({ length: 20 }, (_, index) => `m${index}`)
const calls = bookIn(directory)
const { book } = openReader(directory, () => undefined)

for (let day = 0; ; day = (day + 1) % 400) {
  calls.keep(...METERS.map(meter => frozen(meter, day)))
  // Those of earlier lives too, again and again.
  const pairs = METERS.map(meter => pair(meter, day, Number(life) % 2 === 0))
  const { batch } = calls.settle({ now: LATER, policy: USUAL_POLICY, pairs })
  for (const { sequence, meter, boundary } of book.releasesAfter((batch?.first ?? 1) - 1, batch ? 20 : 0)
    .entries)
    writeSync(1, `${sequence} ${meter} ${boundary}\n`)
  calls.tidy()
}

/** A process that records pairings, many at once and again and again, telling each revision, until it is killed. */

import { writeSync } from 'node:fs'
import { openReader } from '../../src/store/reader.ts'
import { bookIn, FIRST } from './book-files.ts'
import { AT_ONCE, versionsOf } from './pairings.ts'

const [directory = ''] = process.argv.slice(2)
const calls = bookIn(directory)
const reader = openReader(directory, () => undefined)

for (;;) {
  const after = reader.archive().sequence
  const versions = versionsOf(
    Array.from({ length: AT_ONCE }, (_, index) => ({
      meter: `m${after + index}`,
      point: `p${after + index}`,
    })),
  )
  writeSync(1, `${calls.pair({ now: FIRST, by: 'child', after, versions })}\n`)
  calls.tidy()
}

/** Thousands of TCP lines in one process: DTUs that dial in, a meter behind each, read on the minute. */

import { asked, lastReads, sleep, startFleet } from './dialled.ts'
import type { Benchmark } from './run.ts'

const PERIODS = 3
/** Until all have dialled in and have been read once. */
const SETTLES_MS = 45_000

export const manyLines: Benchmark = {
  about:
    'DTUs that dial in, a meter behind each, 8 items a minute: the latest read of a period, CPU and memory (LINES MINUTES)',
  async run(say) {
    const { lines, minutes } = asked()
    const fleet = await startFleet(lines, minutes)
    const { periodMs } = fleet
    const first = Math.ceil((Date.now() + SETTLES_MS) / periodMs) * periodMs
    say(`${lines} lines; measuring ${PERIODS} periods from ${new Date(first).toISOString()}`)
    await sleep(first - Date.now())
    const before = fleet.processorMs()
    await sleep(first + PERIODS * periodMs - Date.now())
    const share = (100 * (fleet.processorMs() - before)) / (PERIODS * periodMs)
    const [resident, most] = [fleet.residentMb(), fleet.mostMb()]
    // What came in the last moment is on its way to the disk.
    await sleep(2_000)
    const kept = await fleet.end()
    const slots = Array.from({ length: PERIODS }, (_, nth) => first + nth * periodMs)
    const worst = Math.max(...lastReads(kept, lines, slots))
    const missing = slots.reduce(
      (sum, slot) =>
        sum + lines - kept.polls.filter(poll => poll.slot === slot && poll.items === kept.items).length,
      0,
    )
    const alone = { reference: null, against: '' }
    return [
      {
        what: `latest read of ${PERIODS} periods of ${lines} lines, from the period's begin`,
        value: worst / 1_000,
        unit: 's',
        better: 'lower',
        reference: periodMs / 1_000,
        against: 'the period',
      },
      { what: 'reads missing or not whole', value: missing, unit: 'reads', better: 'lower', ...alone },
      {
        what: 'processor time of the daemon',
        value: share,
        unit: '% of one core',
        better: 'lower',
        ...alone,
      },
      { what: 'resident memory', value: resident, unit: 'MB', better: 'lower', ...alone },
      { what: 'resident memory at most', value: most, unit: 'MB', better: 'lower', ...alone },
    ]
  },
}

/** Thousands of TCP lines in one process: DTUs that dial in, a meter behind each, read in every period. */

import { spawnSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { descriptorLimit, dialledAllowed } from '../src/running/descriptors.ts'
import { asked, lastReads, sleep, startFleet } from './dialled.ts'
import type { Benchmark, Result } from './run.ts'

/** Lines, and how often they are read. */
interface Part {
  readonly lines: number
  readonly minutes: number
  readonly periods: number
}

const MINUTELY: Part = { lines: 2_000, minutes: 1, periods: 3 }
/** Read three times as often as at 15 minutes, so that a run is short: what holds here holds there. */
const MANY: Part = { lines: 10_000, minutes: 5, periods: 1 }
/** Until all have dialled in: thousands at once, and a start of ours before. */
const settlesMs = (lines: number) => 30_000 + 7.5 * lines
const MOST_DESCRIPTORS = 2 * MANY.lines

export const manyLines: Benchmark = {
  about: `DTUs that dial in, a meter behind each, 8 items: the latest read of a period, start, CPU and memory; ${MINUTELY.lines} lines each minute, then ${MANY.lines} (or as many as the descriptors allow) each ${MANY.minutes} minutes; some 15 minutes, or LINES MINUTES (10000 15: half an hour at most)`,
  async run(say) {
    const { lines, minutes } = asked()
    if (lines !== undefined)
      return await measure({ lines: allowed(lines, say), minutes, periods: minutes > 1 ? 1 : 3 }, say)
    const minutely = await measure(MINUTELY, say)
    return [...minutely, ...(await measure({ ...MANY, lines: allowed(MANY.lines, say) }, say))]
  },
}

/** As many as our children may hold connections for; the limit is raised first, where that is ours to do (root). */
function allowed(lines: number, say: (text: string) => void): number {
  const wanted = lines + MANY.lines
  if ((descriptorLimit() ?? wanted) < wanted) {
    const limit = `--nofile=${MOST_DESCRIPTORS}:${MOST_DESCRIPTORS}`
    spawnSync('prlimit', ['--pid', String(process.pid), limit], { stdio: 'ignore' })
  }
  const limit = descriptorLimit()
  const most = Math.min(lines, dialledAllowed(limit, 0))
  say(`${limit ?? 'unlimited'} descriptors for each process: ${most} lines of the ${lines} wanted`)
  return most
}

async function measure({ lines, minutes, periods }: Part, say: (text: string) => void): Promise<Result[]> {
  const fleet = await startFleet(lines, minutes)
  const { periodMs } = fleet
  const first = Math.ceil((Date.now() + settlesMs(lines)) / periodMs) * periodMs
  const load = loadavg()[0]?.toFixed(1)
  say(
    `${lines} lines, load average ${load}; ${periods} × ${minutes} min from ${new Date(first).toISOString()}`,
  )
  const dialledMs = await fleet.allDialled(first - Date.now())
  await sleep(first - Date.now())
  const before = fleet.processorMs()
  await sleep(first + periods * periodMs - Date.now())
  const share = (100 * (fleet.processorMs() - before)) / (periods * periodMs)
  const [resident, most] = [fleet.residentMb(), fleet.mostMb()]
  // What came in the last moment is on its way to the disk.
  await sleep(2_000)
  const kept = await fleet.end()
  const slots = Array.from({ length: periods }, (_, nth) => first + nth * periodMs)
  const worst = Math.max(...lastReads(kept, lines, slots))
  const whole = kept.polls.filter(({ slot, items }) => slots.includes(slot) && items === kept.items)
  const late = whole.filter(({ slot, receivedAt }) => receivedAt - slot > periodMs).length
  const row = (what: string, value: number, unit: string): Result => ({
    what: `${lines} lines: ${what}`,
    value,
    unit,
    better: 'lower',
    reference: null,
    against: '',
  })
  return [
    {
      ...row(`latest read of ${periods} periods, from the period's begin`, worst / 1_000, 's'),
      reference: periodMs / 1_000,
      against: 'the period',
    },
    row("reads later than their period's end", late, `of ${lines * periods}`),
    row('reads missing or not whole', lines * periods - whole.length, `of ${lines * periods}`),
    row('from the start of the daemon until its API answers', fleet.startedMs / 1_000, 's'),
    row('from the start of the daemon until all have dialled in', dialledMs / 1_000, 's'),
    row('processor time of the daemon', share, '% of one core'),
    row('resident memory', resident, 'MB'),
    row('resident memory at most', most, 'MB'),
  ]
}

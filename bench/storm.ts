/** All DTUs lose their connections in their busiest moment and dial again at once. */

import { asked, sleep, startFleet } from './dialled.ts'
import type { Benchmark } from './run.ts'

const SETTLES_MS = 45_000
/** Into a period: most lines have a question on the wire. */
const STRIKES_MS = 500

export const storm: Benchmark = {
  about:
    'all DTUs dial again at once in their busiest moment: until all are read, and memory (LINES MINUTES)',
  async run(say) {
    const { lines = 2_000, minutes } = asked()
    const fleet = await startFleet(lines, minutes)
    const { periodMs } = fleet
    const slot = Math.ceil((Date.now() + SETTLES_MS) / periodMs) * periodMs
    say(`${lines} lines; the storm comes at ${new Date(slot + STRIKES_MS).toISOString()}`)
    await sleep(slot + STRIKES_MS - Date.now())
    const before = fleet.mostMb()
    const processorBefore = fleet.processorMs()
    const struckAt = Date.now()
    fleet.hangUp()
    await sleep(struckAt + periodMs - Date.now())
    const most = fleet.mostMb()
    const share = (100 * (fleet.processorMs() - processorBefore)) / periodMs
    await sleep(2_000)
    const kept = await fleet.end()
    const whole = kept.polls.filter(({ slot: of, items }) => of === slot && items === kept.items)
    const latest = Math.max(...whole.map(({ receivedAt }) => receivedAt - struckAt))
    const alone = { reference: null, against: '' }
    return [
      {
        what: `lines of ${lines} read in the period of the storm`,
        value: whole.length,
        unit: 'lines',
        better: 'higher',
        reference: lines,
        against: 'all',
      },
      {
        what: 'the last of them, after the storm',
        value: latest / 1_000,
        unit: 's',
        better: 'lower',
        reference: periodMs / 1_000,
        against: 'the period',
      },
      {
        what: 'processor time of the daemon',
        value: share,
        unit: '% of one core',
        better: 'lower',
        ...alone,
      },
      {
        what: 'resident memory at most',
        value: most,
        unit: 'MB',
        better: 'lower',
        reference: before,
        against: 'before the storm',
      },
    ]
  },
}

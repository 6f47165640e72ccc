/**
 * Seen: a box that had booted in 1970 and was put right while a meter was being asked kept readings stamped 1970 as
 * good. The clock was looked at before and after the conversation, and after it the clock was right; what was stored was
 * put in doubt before this round came to the store.
 */

import { expect, test } from 'vitest'
import { createLastGood } from '../../../src/acquire/last-good.ts'
import { createPoller } from '../../../src/acquire/poller.ts'
import { createTimeTrust } from '../../../src/acquire/time-trust.ts'
import { gatherLibrary } from '../../../src/config/library.ts'
import { silentLog } from '../../../src/core/log.ts'
import { HOUR, SECOND } from '../../../src/core/time.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Round } from '../../../src/store/store.ts'
import { memoryLine } from '../../support/memory-line.ts'
import { memoryRefusals } from '../../support/memory-refusals.ts'
import { storeThat, takenAll } from '../../support/poller-parts.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const ADDRESS = '000000000161'
/** The clock is set while this request is on its way, in the middle of a conversation. */
const SET_AT = 20

test.each([HOUR, -HOUR, 10 * SECOND])(
  'PR-31 a clock set by %i ms while a meter is asked leaves nothing of that round good',
  async stepMs => {
    const clock = virtualClock()
    const { drivers, profiles } = await gatherLibrary({}, 'config', () => undefined, [])
    const driver = drivers.get('dlt645-2007')
    const profile = profiles.get('dlt645-2007-single-phase')
    if (!driver || !profile) throw new Error('driver and profile are needed')
    const slave = createMeter2007(
      createMeter({ seed: 1, protocol: driver.protocol, address: ADDRESS, phases: 1, offsetMinutes: 480 }),
    )
    const rounds: Round[] = []
    let asked = 0
    let setIn = -1
    const { line, hear } = memoryLine(clock, bytes => {
      const reply = slave.answer(bytes.subarray(bytes.indexOf(0x68)), clock.now())
      asked += 1
      if (asked === SET_AT) {
        setIn = rounds.length
        clock.step(stepMs)
      }
      if (reply) clock.after(5, () => hear(reply))
    })
    const broken = (error: unknown) => {
      throw error
    }
    const { nameplate } = profile
    const polls = [{ everyMs: SECOND, points: profile.points }]
    const poller = createPoller({
      line,
      meters: [{ id: 'm1', line: 'l1', address: ADDRESS, driver, profile, nameplate, polls, daily: false }],
      site: { offsetMinutes: 480, zone: 'Asia/Shanghai' },
      store: storeThat(async round => {
        rounds.push(round)
        return takenAll(round.readings.length)
      }),
      freezesHeld: new Map(),
      refusals: memoryRefusals(),
      lastGood: createLastGood([], 480),
      clocks: new Map(),
      timeTrust: createTimeTrust({
        clock,
        log: silentLog,
        offsetMinutes: 480,
        lastKept: null,
        uptimeMs: 0,
        store: { doubtPolls: async () => 0 },
        broken,
      }),
      clock,
      log: silentLog,
      kept: () => undefined,
      broken,
    })
    line.start()
    poller.start()
    await clock.pass(10 * SECOND)
    const stopped = poller.stop()
    await clock.pass(10 * SECOND)
    await stopped
    expect(setIn).toBeGreaterThan(0)
    const qualities = rounds.map(({ readings }) => [...new Set(readings.map(({ quality }) => quality))])
    expect(qualities[setIn - 1]).toEqual(['good'])
    expect(qualities[setIn]).toEqual(['quarantined'])
    expect(rounds.length).toBeGreaterThan(setIn + 1)
  },
)

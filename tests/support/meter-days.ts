/** Days of a simulated meter's rounds, each value by frames and through all rules, as the poller would; and forgeries of them. */

import type { Job } from '../../src/acquire/job.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createLoadsSeen } from '../../src/acquire/loads-seen.ts'
import { freezePlansOf } from '../../src/acquire/plans.ts'
import { outcomeOf } from '../../src/acquire/round.ts'
import { createRoundsSeen } from '../../src/acquire/rounds-seen.ts'
import { createStandingSeen } from '../../src/acquire/standing-seen.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, MINUTE, slotOf } from '../../src/core/time.ts'
import type { Conversation, Driver, RawRead, ReadResult } from '../../src/driver-api/driver.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import type { Exchange } from '../../src/line/asker.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import type { Slave } from '../../src/simulator/slave.ts'

const OFFSET = 480
/** Question and answer at 2400 baud. */
const EXCHANGE_MS = 400

export interface Days {
  readonly driver: Driver
  readonly profile: Profile
  readonly slave: Slave
  /** UTC ms of the first round, and how many. */
  readonly from: number
  readonly rounds: number
  readonly everyMs: number
  /** What somebody on the line makes of an answer. */
  readonly forge?: (read: RawRead, at: number, kind: Job['kind']) => RawRead
}

/** Every reading of all rounds, in order; the daily freeze is read six minutes after midnight. */
export function readingsOf(days: Days): readonly ValidatedReading[] {
  const { driver, profile, slave, from, rounds, everyMs } = days
  const lastGood = createLastGood([], OFFSET)
  const refusedBefore = new Set<string>()
  const config: MeterConfig = {
    ...{ id: 'm1', line: 'l1', address: slave.meter.address, driver, profile, nameplate: profile.nameplate },
    polls: [{ everyMs, points: profile.points }],
    daily: profile.daily !== undefined,
    ...(slave.meter.nature.habit === 'solar' && { generation: 'solar' }),
  }
  const plans = freezePlansOf(config, OFFSET)
  const loads = createLoadsSeen([config])
  const seen = createRoundsSeen([config], OFFSET)
  const standing = createStandingSeen([config], OFFSET)
  const call = {
    address: config.address,
    sequence: () => 1,
    traits: profile.traits,
    refusedBefore,
  }
  let lastClock: { measuredAt: number; deviationMs: number } | null = null

  function roundOf(
    job: Job,
    conversation: Conversation<ReadResult>,
    begun: number,
  ): readonly ValidatedReading[] {
    const exchanges: Exchange[] = []
    let at = begun
    let step = conversation.next()
    while (!step.done) {
      const request = step.value
      const reply = slave.answer(request.bytes.subarray(request.bytes.findIndex(byte => byte !== 0xfe)), at)
      const frames = reply ? driver.deframe(reply, request).frames : []
      const frame = frames.find(one => request.whyNot(one) === null) ?? null
      const sentAt = at
      at += EXCHANGE_MS
      const answered = {
        frame,
        receivedAt: frame ? at : null,
        outcome: frame ? ('answered' as const) : ('LINE_SILENT' as const),
      }
      exchanges.push({ request, sentAt, doubled: false, others: [], ...answered })
      step = conversation.next(frame)
    }
    for (const refused of step.value.refused) refusedBefore.add(refused)
    const reads = step.value.reads.map(read => days.forge?.(read, begun, job.kind) ?? read)
    const { round } = outcomeOf(
      config,
      job,
      { result: { ...step.value, reads }, exchanges, fault: null },
      {
        line: 'l1',
        offsetMinutes: OFFSET,
        lastGood,
        loads,
        seen,
        standing,
        timeTrusted: true,
        lastClock,
        contradicted: false,
        now: at,
      },
    )
    lastClock = round.clock ?? lastClock
    for (const reading of round.readings) lastGood.note(reading)
    loads.note('m1', round.readings)
    seen.note('m1', round.readings)
    standing.note('m1', round.readings)
    return round.readings
  }

  return Array.from({ length: rounds }, (_, nth) => from + nth * everyMs).flatMap(slot => {
    const poll = { everyMs, points: profile.points }
    const polled = roundOf({ kind: 'poll', slot, poll }, driver.read(call, profile.points), slot)
    const midnight = slotOf(slot, DAY, OFFSET)
    const [plan] = plans
    if (!plan || slot !== midnight || !driver.readFreeze) return polled
    const { stamp, points } = plan
    const frozen = driver.readFreeze(call, { nth: 1, stamp, points })
    return [
      ...polled,
      ...roundOf({ kind: 'freeze', plan, boundary: midnight, nth: 1 }, frozen, slot + 6 * MINUTE),
    ]
  })
}

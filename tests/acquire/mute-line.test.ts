/** A line that is cut with forty meters on it, through poller, patience and line, on a clock that moves when told. */

import { describe, expect, test } from 'vitest'
import { createPoller } from '../../src/acquire/poller.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { toyFrame, toyMeter, toyPoint } from '../line/toy-driver.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, storeThat, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const METERS = 40
const EVERY_MS = 2 * MINUTE
const POINT = toyPoint(1)
const HEARTBEAT = new TextEncoder().encode('ping')

interface Played {
  /** Whether the meter answers at that moment of the run; `false` is silence, 'damaged' no good frame; its box may hang up. */
  readonly answers: (address: number, ms: number) => boolean | 'damaged' | 'hangs up'
  readonly url?: string
  readonly count?: number
  readonly replyWithinMs?: number
  readonly everyMs?: number
  /** A box that sends a heartbeat of its own so often; whether it is known how often. */
  readonly beats?: { readonly everyMs: number; readonly areKnown: boolean }
}

function play({
  answers,
  url = 'serial:///dev/memory?baud=9600',
  count = METERS,
  replyWithinMs,
  everyMs = EVERY_MS,
  beats,
}: Played) {
  const clock = virtualClock()
  const asked: { readonly ms: number; readonly address: number }[] = []
  const rounds: { readonly ms: number; readonly meter: string }[] = []
  const { line, hear, drop } = memoryLine(
    clock,
    ([, address = 0, item = 0]) => {
      asked.push({ ms: clock.monotonic(), address })
      const how = answers(address, clock.monotonic())
      const reply = toyFrame(address, item, 5)
      if (how === 'damaged') reply[4] = (reply[4] ?? 0) ^ 1
      if (how === 'hangs up') clock.after(30, () => drop('the other side closed the connection'))
      else if (how !== false) clock.after(30, () => hear(reply))
    },
    {
      url,
      ...(replyWithinMs !== undefined && { replyWithinMs }),
      ...(beats && {
        provesLife: beats.areKnown,
        interjections: { patterns: () => [HEARTBEAT], heard: () => undefined },
      }),
    },
  )
  const toy = toyMeter([POINT], { stamp: POINT, points: [POINT], depth: 1 })
  const poller = createPoller({
    ...quietParts(),
    line,
    meters: Array.from({ length: count }, (_, index) => ({
      ...toy,
      id: `m${index + 1}`,
      address: String(index + 1),
      daily: false,
      polls: [{ everyMs, points: [POINT] }],
    })),
    store: storeThat(async round => {
      if (round.readings.length > 0) rounds.push({ ms: clock.monotonic(), meter: round.meter })
      return takenAll(1)
    }),
    clock,
  })
  line.start()
  poller.start()
  const beat = (ms: number) => {
    hear(HEARTBEAT)
    clock.after(ms, () => beat(ms))
  }
  if (beats) beat(beats.everyMs)
  const between = <Event extends { readonly ms: number }>(
    events: readonly Event[],
    from: number,
    to: number,
  ) => events.filter(({ ms }) => ms >= from && ms < to)
  return { clock, line, poller, asked, rounds, between }
}

describe('a line that is cut', () => {
  const CUT_AT = 10 * MINUTE
  const HEALS_AT = CUT_AT + 3 * HOUR

  test.each(['serial:///dev/memory?baud=9600', 'tcp://127.0.0.1:1'])(
    '%s is told from its meters: it is opened anew, asked one at a time, and nobody is taken for dead',
    async url => {
      const { clock, line, poller, asked, between } = play({
        answers: (_, ms) => ms < CUT_AT || ms >= HEALS_AT,
        url,
      })
      await clock.pass(CUT_AT + 5 * MINUTE)
      expect(line.fault).toMatchObject({ code: 'LINE_MUTE' })
      expect(line.counters.reopened).toBeGreaterThan(0)
      // Three to find out, and then one now and then: not forty time-outs, again and again.
      expect(between(asked, CUT_AT, CUT_AT + 5 * MINUTE).length).toBeLessThanOrEqual(16)
      const states = poller.status().map(({ state }) => state)
      expect(states.filter(state => state === 'ok').length).toBeGreaterThanOrEqual(METERS - 16)
    },
  )

  test.each([true, false])(
    'is told from its meters behind a box whose heartbeats go on, their interval known: %s',
    async areKnown => {
      const { clock, line, rounds, between } = play({
        answers: (_, ms) => ms < CUT_AT || ms >= HEALS_AT,
        beats: { everyMs: 10 * SECOND, areKnown },
      })
      await clock.pass(CUT_AT + 5 * MINUTE)
      expect(line.fault).toMatchObject({ code: 'LINE_MUTE' })
      // Where the box shows that it is there, another connection to it would be no better.
      if (areKnown) expect(line.counters.reopened).toBe(0)
      await clock.pass(HEALS_AT + MINUTE - clock.monotonic())
      const read = new Set(between(rounds, HEALS_AT, HEALS_AT + MINUTE).map(({ meter }) => meter))
      expect(read.size).toBe(METERS)
    },
  )

  test('is asked twice a minute for as long as it lasts, each time another meter', async () => {
    const { clock, asked, between, line } = play({ answers: (_, ms) => ms < CUT_AT })
    await clock.pass(CUT_AT + 2 * HOUR)
    const probes = between(asked, CUT_AT + HOUR, CUT_AT + 2 * HOUR)
    expect(probes.length).toBeGreaterThanOrEqual(100)
    expect(probes.length).toBeLessThanOrEqual(120)
    expect(new Set(probes.map(({ address }) => address)).size).toBe(METERS)
    expect(line.counters.reopened).toBeLessThan(15)
  })

  test('is read whole as soon as one meter is heard again: within a minute of its healing', async () => {
    const { clock, line, rounds, between, poller } = play({
      answers: (_, ms) => ms < CUT_AT || ms >= HEALS_AT,
    })
    await clock.pass(HEALS_AT + MINUTE)
    const read = new Set(between(rounds, HEALS_AT, HEALS_AT + MINUTE).map(({ meter }) => meter))
    expect(read.size).toBe(METERS)
    expect(line.mute).toBe(null)
    expect(new Set(poller.status().map(({ state }) => state))).toEqual(new Set(['ok']))
  })

  test('a meter that was dead before is tried at once when its line is heard again, and waits behind the others', async () => {
    const dead = 7
    // Asked last before twelve minutes have passed, and by its own pauses not before twenty.
    const [cutAt, healsAt] = [12 * MINUTE, 15 * MINUTE]
    const { clock, asked, rounds, between } = play({
      answers: (address, ms) => address !== dead && (ms < cutAt || ms >= healsAt),
    })
    await clock.pass(healsAt + 3 * MINUTE)
    // The question that found the line healed may have been a second one: the first went to the dead meter.
    const [found] = between(rounds, healsAt, healsAt + 3 * MINUTE)
    const heard = between(asked, found?.ms ?? healsAt, healsAt + 3 * MINUTE).map(({ address }) => address)
    expect(heard).toContain(dead)
    // A few were read already by the time the last question to the dead line had its answer.
    expect(heard.indexOf(dead)).toBeGreaterThanOrEqual(METERS - 3)
  })
})

test('a start with thirty dead meters first in the list finds the others within minutes', async () => {
  const { clock, rounds } = play({ answers: address => address > 30 })
  await clock.pass(3 * MINUTE)
  expect(new Set(rounds.map(({ meter }) => meter)).size).toBe(METERS - 30)
})

describe('sick meters', () => {
  const SETTLED = HOUR

  test.each([false, 'damaged'] as const)(
    'PR-42 that answer %s use a tenth of a quiet line together',
    async how => {
      const { clock, asked, between } = play({ answers: address => (address <= 30 ? how : true) })
      await clock.pass(SETTLED + HOUR)
      const sick = between(asked, SETTLED, SETTLED + HOUR).filter(({ address }) => address <= 30)
      expect(sick.length).toBeGreaterThan(10)
      // A silent question takes half a second and a second's quarantine, a damaged one far less.
      expect(sick.length * (how === false ? 1.5 * SECOND : 0.13 * SECOND)).toBeLessThanOrEqual(0.1 * HOUR)
    },
  )

  test('PR-42 give way: the healthy are read first in every slot', async () => {
    const { clock, asked, between } = play({ answers: address => address > 5 })
    await clock.pass(SETTLED + HOUR)
    const start = Math.ceil((SETTLED + 60_000) / EVERY_MS) * EVERY_MS
    for (let slot = start; slot < SETTLED + HOUR - EVERY_MS; slot += EVERY_MS) {
      const order = between(asked, slot, slot + EVERY_MS).map(({ address }) => address)
      const firstSick = order.findIndex(address => address <= 5)
      if (firstSick !== -1) expect(firstSick).toBeGreaterThanOrEqual(METERS - 5)
    }
  })
})

describe('PR-42 over a carrier that takes 90 s to say that nothing comes', () => {
  const url = 'tcp://127.0.0.1:1'

  test('the only meter of its line, lost twice, is asked again in its own pauses: nobody else wants the time', async () => {
    const { clock, rounds, between } = play({
      answers: (_, ms) => ms < 10 * MINUTE || ms >= 15 * MINUTE,
      url,
      count: 1,
      replyWithinMs: 90 * SECOND,
    })
    await clock.pass(HOUR)
    expect(between(rounds, 15 * MINUTE, 20 * MINUTE).length).toBeGreaterThan(0)
  })

  test('one of two, dead for long, is found again within an hour: the other wants little of the time', async () => {
    const healsAt = 6 * HOUR
    const { clock, rounds, between } = play({
      answers: (address, ms) => address === 1 || ms >= healsAt,
      url,
      count: 2,
      replyWithinMs: 80 * SECOND,
      everyMs: 15 * MINUTE,
    })
    await clock.pass(healsAt + HOUR)
    expect(between(rounds, healsAt, healsAt + HOUR).map(({ meter }) => meter)).toContain('m2')
  })
})

test('PR-43 a box that hung up on every question for hours: its meters are read as soon as it does not', async () => {
  const healsAt = 6 * HOUR
  const { clock, rounds, between } = play({
    answers: (_, ms) => (ms < 10 * MINUTE || ms >= healsAt ? true : 'hangs up'),
    url: 'tcp://127.0.0.1:1',
    count: 4,
    everyMs: MINUTE,
  })
  await clock.pass(healsAt + 3 * MINUTE)
  // The link itself is tried twice a minute.
  expect(new Set(between(rounds, healsAt, healsAt + 3 * MINUTE).map(({ meter }) => meter)).size).toBe(4)
})

test.each([
  ['its answer was waited for', 200, HOUR],
  // Nobody knows that it was a stop, and it counts as the longest conversation.
  ['the line was left alone after it', 800, 3 * HOUR],
])(
  'PR-34 PR-42 a stop of the process is no time a silent meter has used, while %s',
  async (_, afterMs, within) => {
    const healsAt = 6 * HOUR
    let isStopped = false
    const made = play({
      answers: (address, ms) => {
        if (address === 1 && ms > HOUR && !isStopped) {
          isStopped = true
          made.clock.after(afterMs, () => made.clock.stop(healsAt - MINUTE - made.clock.monotonic()))
        }
        return address !== 1 || ms >= healsAt
      },
      count: 4,
      everyMs: MINUTE,
    })
    const { clock, rounds, between } = made
    await clock.pass(2 * HOUR)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(healsAt - MINUTE)
    await clock.pass(healsAt + within - clock.monotonic())
    expect(between(rounds, healsAt, healsAt + within).map(({ meter }) => meter)).toContain('m1')
  },
)

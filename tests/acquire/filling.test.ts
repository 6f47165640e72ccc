/** A line that was dead for hours, under a poller: load records fill its slots beside today's polls (PR-05). */

import { expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { createBookkeeping } from '../../src/acquire/bookkeeping.ts'
import { createPoller } from '../../src/acquire/poller.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { fillOf } from '../../src/config/fills.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import type { MeterMissing, Round, StoredReading } from '../../src/store/store.ts'
import { meterOf, NOON } from '../simulator/master.ts'
import { memoryLine } from '../support/memory-line.ts'
import { quietParts, takenAll } from '../support/poller-parts.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const QUARTER = 15 * MINUTE
const ANSWERS_AFTER_MS = 60
/** Of a line on which polls of every minute take a third of the time. */
const BUSY_MS = 1_500
const METERS = 12
const DEAD_FROM = NOON + 20 * MINUTE
const HEALS_AT = DEAD_FROM + 5 * HOUR
const ENDS_AT = HEALS_AT + 2 * HOUR

/** The highest byte of their identifiers as on the wire. */
const LOAD_RECORDS = 0x06 + 0x33

type Kept = ValidatedReading & { readonly keptAt: number }

/** Seven hours of twelve meters; `clockOff` their clocks are ahead. */
async function play(
  change: { fill?: boolean; isBusy?: boolean; clockOffMs?: number; keepsNone?: boolean } = {},
) {
  const { fill: isFilled = true, isBusy = false, clockOffMs = 0, keepsNone = false } = change
  const answersAfterMs = isBusy ? BUSY_MS : ANSWERS_AFTER_MS
  const clock = virtualClock(NOON)
  const addresses = Array.from({ length: METERS }, (_, index) => `2026000000${10 + index}`)
  const slaves = addresses.map(address => {
    const meter = meterOf({ address })
    return createMeter2007(meter)
  })
  let recordsAsked = 0
  const { line, hear } = memoryLine(clock, bytes => {
    const now = clock.now()
    if (now >= DEAD_FROM && now < HEALS_AT) return
    const frame = bytes.subarray(bytes.indexOf(0x68))
    if (frame[13] === LOAD_RECORDS) recordsAsked += 1
    if (keepsNone && frame[13] === LOAD_RECORDS) return
    for (const slave of slaves) {
      const reply = slave.hears(frame) ? slave.answer(frame, now + clockOffMs) : null
      if (reply) clock.after(answersAfterMs, () => hear(reply))
    }
  })
  const points = ['02010100', '02030000'].map(item => driver2007.describe(item)!)
  const nameplate = { phases: 3 as const, volts: 220, amperes: 100 }
  const profile: Profile = {
    profile: 'of-the-test',
    protocol: 'dlt645-2007',
    source: '',
    points,
    traits: {},
    nameplate,
    examples: [],
    loadRecords: { classes: [1, 2], days: 40 },
  }
  const poll = { everyMs: QUARTER, points }
  const fill = fillOf(isFilled, poll, profile, driver2007)
  const minutely = { everyMs: MINUTE, points: [driver2007.describe('02060000')!] }
  const meters = addresses.map(
    (address, index): MeterConfig => ({
      id: `m${index}`,
      line: 'l1',
      address,
      driver: driver2007,
      profile,
      nameplate,
      polls: [fill ? { ...poll, fill } : poll, ...(isBusy ? [minutely] : [])],
      daily: false,
    }),
  )
  const kept: Kept[] = []
  const told: MeterMissing[] = []
  let waits = 0
  let longestMs = 0
  const store = {
    async accept({ readings }: Round) {
      kept.push(...readings.map(one => ({ ...one, keptAt: clock.now() })))
      return takenAll(readings.length)
    },
    async readingsOf({ meter, from, to }: { meter: string; from: number; to: number }) {
      return kept.filter(
        one => one.meter === meter && one.slot >= from && one.slot < to,
      ) as unknown as StoredReading[]
    },
  }
  const quiet = quietParts()
  const poller = createPoller({ ...quiet, line, meters, store, clock })
  const bookkeeping = createBookkeeping({
    store: {
      expect: async () => undefined,
      account: async more => void told.push(...more),
    },
    books: () => poller.books(),
    accountedTo: null,
    timeTrust: quiet.timeTrust,
    clock,
    broken: quiet.broken,
  })
  line.start()
  poller.start()
  bookkeeping.start()
  // Somebody asks at any moment after the line is heard again, and waits for the conversation under way and no more.
  await clock.pass(HEALS_AT - NOON + MINUTE)
  for (; clock.now() < HEALS_AT + 20 * MINUTE; waits += 1) {
    const askedAt = clock.now()
    let answeredAt: number | null = null
    void poller.readNow('m3').then(() => {
      answeredAt = clock.now()
    })
    while (answeredAt === null) await clock.pass(10)
    longestMs = Math.max(longestMs, answeredAt - askedAt)
    await clock.pass(20_000)
  }
  await clock.pass(ENDS_AT - clock.now())
  const ended = Promise.all([poller.stop(), bookkeeping.stop()])
  await clock.pass(MINUTE)
  await ended
  const polls = kept.filter(({ slot, obis }) => slot % QUARTER === 0 && points.some(one => one.obis === obis))
  const ofRecords = polls.filter(({ readAt, receivedAt }) => readAt !== receivedAt)
  const minutes = kept.filter(
    ({ obis, slot }) => obis === '1-0:13.7.0' && slot >= HEALS_AT + 5 * MINUTE && slot < ENDS_AT - MINUTE,
  )
  return {
    states: poller.status().map(({ state }) => state),
    recordsAsked,
    polls,
    ofRecords,
    minutes,
    told,
    longestMs,
    waits,
    meters,
    points,
  }
}

test('PR-05 PR-11 every slot of five dead hours comes back with its own time exactly once, and is told', async () => {
  const { polls, ofRecords, told, meters, points } = await play()
  const identities = polls.map(({ meter, obis, slot }) => `${meter} ${obis} ${slot}`)
  // Those that are read on demand are slots of a second; at a quarter hour one may stand for the poll.
  expect(new Set(identities).size).toBe(identities.length)
  for (const { id } of meters)
    for (const { obis } of points)
      for (let slot = NOON; slot < HEALS_AT; slot += QUARTER)
        expect(identities, new Date(slot).toISOString()).toContain(`${id} ${obis} ${slot}`)
  expect(ofRecords.length).toBeGreaterThanOrEqual(METERS * points.length * 19)
  for (const { slot, readAt, keptAt, quality, kind } of ofRecords) {
    expect([readAt, quality, kind]).toEqual([slot, 'good', 'poll'])
    expect(keptAt).toBeGreaterThan(slot + QUARTER)
  }
  for (const { id } of meters) {
    const slots = ofRecords.filter(({ meter }) => meter === id).map(({ slot }) => slot)
    expect(slots.slice(0, 2)).toEqual([...slots.slice(0, 2)].sort((a, b) => b - a))
    const fates = new Map<number, string>()
    for (const one of told.filter(({ meter }) => meter === id))
      for (let slot = one.first; slot <= one.last; slot += QUARTER) fates.set(slot, one.state)
    expect(new Set(fates.values())).toEqual(new Set(['filled']))
    expect(fates.size).toBeGreaterThanOrEqual(19)
  }
}, 60_000)

test('PR-05 polls are not kept waiting by it, and whoever asks waits for one conversation', async () => {
  const usual = await play({ fill: false, isBusy: true })
  const filling = await play({ isBusy: true })
  /** How long after its minute began the last poll of it was here. */
  const lateness = ({ minutes }: typeof usual) =>
    Math.max(...minutes.map(({ slot, keptAt }) => keptAt - slot))
  expect(usual.ofRecords).toEqual([])
  expect(filling.ofRecords.length).toBeGreaterThan(METERS * 2 * 18)
  // Of two classes eight records are five frames at most, and a question more where the end is looked for.
  const conversationMs = 6 * (BUSY_MS + 30)
  expect(filling.minutes).toHaveLength(usual.minutes.length)
  // One may have begun just before, and another the moment its share allowed it.
  expect(lateness(filling)).toBeLessThanOrEqual(lateness(usual) + 2 * conversationMs)
  expect(filling.waits).toBeGreaterThan(20)
  expect(filling.longestMs).toBeLessThanOrEqual(usual.longestMs + conversationMs)
}, 60_000)

test('V-T2 a record by a clock that is minutes off is kept and suspect', async () => {
  const { ofRecords } = await play({ clockOffMs: 6 * MINUTE })
  expect(ofRecords.length).toBeGreaterThan(0)
  for (const { quality, findings } of ofRecords) {
    expect(quality).toBe('suspect')
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'V-T2', verdict: 'suspect' }))
  }
}, 60_000)

test('PR-05 a meter that is silent to load records alone is no sick one, and is rarely asked for them', async () => {
  const usual = await play({ fill: false })
  const { polls, states, recordsAsked, told } = await play({ keepsNone: true })
  expect(polls.map(({ meter, slot }) => `${meter} ${slot}`).sort()).toEqual(
    usual.polls.map(({ meter, slot }) => `${meter} ${slot}`).sort(),
  )
  expect(new Set(states)).toEqual(new Set(['ok']))
  // At once, and after 10 and 30 minutes and an hour; each time asked once more than the line repeats it.
  expect(recordsAsked).toBeGreaterThan(0)
  expect(recordsAsked).toBeLessThanOrEqual(METERS * 8)
  expect(new Set(told.map(({ state, cause }) => `${state} ${cause}`))).toContain('open LINE_SILENT')
}, 60_000)

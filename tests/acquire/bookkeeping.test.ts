/** The accounts of what was expected, through outages, restarts, wrong clocks and other configurations; on a real store. */

import { describe, expect, test } from 'vitest'
import { createBookkeeping } from '../../src/acquire/bookkeeping.ts'
import { freezesHeld } from '../../src/acquire/freezes-held.ts'
import type { Job } from '../../src/acquire/job.ts'
import { createLedger } from '../../src/acquire/ledger.ts'
import { leftBefore } from '../../src/acquire/ledger-before.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { stepsBetween } from '../../src/core/calendar.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { accountOf, type Cause } from '../../src/reading/expectation.ts'
import type { Finding } from '../../src/reading/reading.ts'
import type { Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT } from '../support/api.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'

const OFFSET = 480
const DEPTH = 5
const QUARTER = 15 * MINUTE
const START = MIDNIGHT + 10 * HOUR

function meterOf(change: Partial<MeterConfig> = {}, everyMs = QUARTER): MeterConfig {
  const one = freezingMeter('m1')
  const profile = { ...one.profile, daily: { ...one.profile.daily!, depth: DEPTH } }
  return { ...one, profile, polls: [{ everyMs, points: profile.points }], ...change }
}

interface Life {
  /** Lets time go by a minute after the other; what is due is answered, or the line is silent. */
  run(ms: number, line?: 'answers' | 'silent' | 'down' | 'no freezes'): Promise<void>
  readonly trust: { trusted: boolean }
  readonly asked: Job[]
  end(): Promise<void>
}

/** As the poller hands freezes over. */
const SAID_TWICE: readonly Finding[] = [
  { rule: 'V-W1', version: 1, verdict: 'accept', severity: 3, codes: [], evidence: 'said again' },
]

/** A daemon from its start to its end, as far as the accounts go. */
async function lifeOf(
  store: Store,
  clock: VirtualClock,
  meters: readonly MeterConfig[],
  trusted = true,
): Promise<Life> {
  const trust = { trusted, look: () => undefined }
  const site = { offsetMinutes: OFFSET, zone: 'Asia/Shanghai' }
  const left = await leftBefore(store, { meters, site }, clock.now())
  const held = await freezesHeld(store, meters, { offsetMinutes: OFFSET }, clock.now())
  const ledgers = meters.map(meter =>
    createLedger(meter, OFFSET, { ...left.meters.get(meter.id), freezesHeld: held.get(meter.id) ?? {} }),
  )
  let cause: Cause = 'NOT_ASKED'
  const broken: unknown[] = []
  const bookkeeping = createBookkeeping({
    store,
    books: () => ledgers.map(ledger => ({ ledger, underWay: null, cause })),
    accountedTo: left.accountedTo,
    timeTrust: trust,
    clock,
    broken: error => void broken.push(error),
  })
  bookkeeping.start()
  // The first accounts are kept before anything is read, as the store takes one call after the other.
  await store.accountedTo()
  const asked: Job[] = []

  async function askAll(line: string): Promise<void> {
    const may = { catchUp: true, knowsDay: trust.trusted }
    for (const ledger of ledgers)
      for (let due = ledger.due(clock.now(), may); due; due = ledger.due(clock.now(), may)) {
        const { job } = due
        if (line === 'no freezes' && job.kind === 'freeze') {
          ledger.ended(job, 'nothing', clock.now(), 'METER_NO_DATA')
          continue
        }
        if (line === 'silent') return ledger.ended(job, 'unanswered', clock.now(), 'LINE_SILENT')
        asked.push(job)
        const [kind, slot, points] =
          job.kind !== 'freeze'
            ? (['poll', job.slot, job.poll.points] as const)
            : (['freeze', job.boundary, ledger.meter.profile.daily!.points] as const)
        const quality = trust.trusted ? 'good' : 'suspect'
        const said = points.map(({ obis }) => ({ obis, kind, slot, quality, findings: SAID_TWICE }) as const)
        expect(await store.accept(roundOf(ledger.meter.id, ...said))).toMatchObject({ conflicts: 0 })
        ledger.ended(job, 'done', clock.now())
      }
  }

  return {
    trust,
    asked,
    async run(ms, line = 'answers') {
      cause = line === 'down' ? 'LINE_CLOSED' : 'NOT_ASKED'
      for (let passed = 0; passed < ms; passed += MINUTE) {
        if (line !== 'down') await askAll(line)
        await clock.pass(MINUTE)
        // What was written meanwhile is kept before the next minute.
        await store.accountedTo()
      }
    },
    async end() {
      await bookkeeping.stop()
      expect(broken).toEqual([])
    },
  }
}

/** Per plan, ended ones too: what was due and what became of it; the causes of what is not here. */
async function account(store: Store, clock: VirtualClock, from = START - 9 * DAY, to = clock.now() + DAY) {
  const accountedTo = await store.accountedTo()
  const plans = await store.plans({ limit: 100 })
  return Promise.all(
    plans.map(async plan => {
      const { held, missing } = await store.slots(plan.ref, from, to)
      const { gaps, ...counts } = accountOf(plan, held, missing, { from, to, now: clock.now(), accountedTo })
      const causes = gaps.map(
        ({ state, cause, first, last }) =>
          `${state} ${cause} ${stepsBetween(plan.calendar, first, last) + 1}`,
      )
      return { plan: plan.plan, ...counts, causes }
    }),
  )
}

const scene = async () => ({ store: await openIn(newDirectory()), clock: virtualClock(START) })

describe('the accounts', () => {
  test('PR-04 A-03 a line that was down for two hours leaves a row with its cause, and what the meter holds is filled', async () => {
    const { store, clock } = await scene()
    const life = await lifeOf(store, clock, [meterOf()])
    await life.run(HOUR)
    await life.run(2 * HOUR, 'down')
    await life.run(HOUR, 'silent')
    await life.run(HOUR)
    await life.end()
    expect(await account(store, clock)).toMatchObject([
      { plan: 'daily', due: 3, accepted: 3, missed: 0, open: 0, unexplained: 0 },
      {
        plan: 'poll-15m',
        due: 21,
        accepted: 8,
        missed: 12,
        open: 1,
        unexplained: 0,
        causes: ['missed LINE_CLOSED 8', 'missed LINE_SILENT 4', 'open NOT_ASKED 1'],
      },
    ])
  })

  test.each([
    { off: '3 h', ms: 3 * HOUR, slots: 12, filled: 0, aged: 0 },
    { off: '26 h', ms: 26 * HOUR, slots: 104, filled: 1, aged: 0 },
    { off: '40 days', ms: 40 * DAY, slots: 40 * 96, filled: DEPTH, aged: 40 - DEPTH },
  ])(
    'FT-08 FT-09 off for $off: each period has its row, and each midnight the meter remembers is read once',
    async ({ ms, slots, filled, aged }) => {
      const directory = newDirectory()
      const clock = virtualClock(START)
      const first = await openIn(directory)
      const before = await lifeOf(first, clock, [meterOf()])
      await before.run(HOUR)
      await before.end()
      await close(first)
      await clock.pass(ms)
      const store = await openIn(directory)
      const life = await lifeOf(store, clock, [meterOf()])
      await life.run(HOUR)
      await life.end()
      const [daily, poll] = await account(store, clock, START - 9 * DAY, START + 50 * DAY)
      expect(daily).toMatchObject({
        due: 3 + filled + aged,
        accepted: 3 + filled,
        missed: aged,
        open: 0,
        unexplained: 0,
      })
      expect(daily?.causes).toEqual(aged === 0 ? [] : [`missed OFF ${aged}`])
      expect(poll).toMatchObject({ accepted: 4 + 4, missed: slots, open: 1, unexplained: 0 })
      expect(poll?.causes).toEqual([`missed OFF ${slots}`, 'open NOT_ASKED 1'])
      const freezes = life.asked.flatMap(job => (job.kind === 'freeze' ? [job.boundary] : []))
      expect(new Set(freezes).size).toBe(freezes.length)
      expect(freezes).toEqual([...freezes].sort((a, b) => b - a))
      expect(freezes).toHaveLength(filled)
    },
  )

  test('FT-09 A-03 midnights a meter says it does not have are asked for until it remembers them no longer, then missed', async () => {
    const { store, clock } = await scene()
    const life = await lifeOf(store, clock, [meterOf()])
    await life.run(HOUR, 'no freezes')
    const [before] = await account(store, clock)
    expect(before).toMatchObject({ due: 3, open: 3, missed: 0, causes: ['open METER_NO_DATA 3'] })
    clock.stop(6 * DAY)
    await life.run(HOUR, 'no freezes')
    await life.end()
    const [daily] = await account(store, clock)
    expect(daily).toMatchObject({ due: 9, accepted: 0, open: DEPTH, missed: 9 - DEPTH, unexplained: 0 })
    expect(daily?.causes).toEqual(['missed METER_NO_DATA 3', 'missed NOT_ASKED 1', 'open METER_NO_DATA 5'])
  })

  test('PR-04 a restart within a slot reads it no second time, nor does it forget it', async () => {
    const { store, clock } = await scene()
    const first = await lifeOf(store, clock, [meterOf()])
    await first.run(5 * MINUTE)
    await first.end()
    const second = await lifeOf(store, clock, [meterOf()])
    await second.run(30 * MINUTE)
    await second.end()
    expect(second.asked.map(job => (job.kind === 'poll' ? job.slot : 0))).toEqual([
      START + QUARTER,
      START + 2 * QUARTER,
    ])
    expect(await account(store, clock)).toMatchObject([
      { accepted: 3 },
      { due: 3, accepted: 3, missed: 0, unexplained: 0 },
    ])
  })
})

describe('a wrong clock of ours', () => {
  test('PR-31 FT-08 a box that boots in 1970 asks for no day and accounts for nothing, until it knows the time', async () => {
    const directory = newDirectory()
    const clock = virtualClock(START)
    const first = await openIn(directory)
    const before = await lifeOf(first, clock, [meterOf()])
    await before.run(HOUR)
    await before.end()
    await close(first)
    await clock.pass(2 * HOUR)
    const real = clock.now()
    clock.step(-real)
    const store = await openIn(directory)
    const life = await lifeOf(store, clock, [meterOf()], false)
    await life.run(HOUR)
    expect(life.asked.every(({ kind }) => kind === 'poll')).toBe(true)
    expect(await store.accountedTo()).toBe(START + HOUR)
    clock.step(real)
    life.trust.trusted = true
    await life.run(HOUR)
    await life.end()
    const [daily, poll] = await account(store, clock)
    expect(daily).toMatchObject({ due: 3, accepted: 3, unexplained: 0 })
    expect(poll).toMatchObject({ due: 21, accepted: 8, missed: 12, unexplained: 0 })
    expect(poll?.causes).toEqual(['missed OFF 8', 'missed CLOCK 4', 'open NOT_ASKED 1'])
  })

  test.each([
    { step: '10 h back', ms: -10 * HOUR },
    { step: '3 days back', ms: -3 * DAY },
    { step: '10 h ahead', ms: 10 * HOUR },
    { step: '3 days ahead', ms: 3 * DAY },
  ])('PR-31 PR-04 a clock set $step and put right leaves no period without a fate', async ({ ms }) => {
    const { store, clock } = await scene()
    const life = await lifeOf(store, clock, [meterOf()])
    await life.run(HOUR)
    clock.step(ms)
    await life.run(HOUR)
    clock.step(-ms)
    await life.run(HOUR)
    await life.end()
    expect(await store.accountedTo()).toBe(clock.now())
    for (const plan of await account(store, clock)) {
      expect(plan).toMatchObject({ unexplained: 0 })
      expect(plan.accepted + plan.missed + plan.open).toBe(plan.due)
    }
    const [daily] = await account(store, clock)
    expect(daily).toMatchObject({ accepted: daily?.due })
  })
})

test('PR-04 a zone that puts its clocks on or back changes no slot: a day has 96 quarters', async () => {
  const { store } = await scene()
  // Berlin, 2026-10-25: 25 hours in the zone, 24 at +01:00.
  const clock = virtualClock(Date.UTC(2026, 9, 24, 23))
  const life = await lifeOf(store, clock, [meterOf({ daily: false })])
  await life.run(DAY)
  await life.end()
  const [poll] = await account(store, clock, 0, Date.UTC(2026, 9, 25, 23))
  expect(poll).toMatchObject({ due: 96, accepted: 96, unexplained: 0 })
}, 60_000)

describe('another configuration', () => {
  const change = async (after: readonly MeterConfig[], ms = HOUR) => {
    const { store, clock } = await scene()
    const before = await lifeOf(store, clock, [meterOf()])
    await before.run(HOUR)
    await before.end()
    const life = await lifeOf(store, clock, after)
    await life.run(ms)
    await life.end()
    return { store, clock, asked: life.asked, plans: await account(store, clock) }
  }

  test('PR-04 another rhythm ends one plan and begins another', async () => {
    const { plans } = await change([meterOf({}, 5 * MINUTE)])
    expect(plans).toMatchObject([
      { plan: 'daily', due: 3, accepted: 3 },
      { plan: 'poll-15m', due: 4, accepted: 4, missed: 0, unexplained: 0 },
      { plan: 'poll-5m', accepted: 12, missed: 0, unexplained: 0 },
    ])
  })

  test('PR-04 daily freezes turned off and on again are read from where they were left', async () => {
    const { store, clock } = await change([meterOf({ daily: false })], HOUR)
    await clock.pass(2 * DAY)
    const life = await lifeOf(store, clock, [meterOf()])
    await life.run(HOUR)
    await life.end()
    const daily = (await account(store, clock)).filter(({ plan }) => plan === 'daily')
    expect(daily).toMatchObject([
      { due: 3, accepted: 3 },
      { due: 2, accepted: 2, unexplained: 0 },
    ])
  })

  test('PR-04 a meter taken out is due no longer, and one put back is due from then on', async () => {
    const { store, clock, plans } = await change([])
    expect(plans).toMatchObject([
      { due: 3, accepted: 3 },
      { due: 4, accepted: 4, missed: 0, unexplained: 0 },
    ])
    const life = await lifeOf(store, clock, [meterOf()])
    await life.run(HOUR)
    await life.end()
    const polls = (await account(store, clock)).filter(({ plan }) => plan === 'poll-15m')
    expect(polls).toMatchObject([{ due: 4 }, { due: 5, accepted: 4, open: 1, unexplained: 0 }])
  })
})

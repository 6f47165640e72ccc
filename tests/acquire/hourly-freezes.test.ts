/** Freezes of each hour beside those of each day: what is asked for, in which order, and what stands for what. */

import { describe, expect, test } from 'vitest'
import { freezesHeld } from '../../src/acquire/freezes-held.ts'
import { createLedger, type FreezesHeld, type Ledger, RANK } from '../../src/acquire/ledger.ts'
import { isItsOwn } from '../../src/acquire/plans.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED } from '../support/api.ts'

const OFFSET = 480
const NOON = MIDNIGHT + 12 * HOUR
const NOW = NOON + 20 * MINUTE
const HOURLY = ['1-0:1.8.0', '1-0:2.8.0']
const BUSY = { catchUp: false, knowsDay: true }

function meterOf(change: Partial<MeterConfig> = {}): MeterConfig {
  const meter = freezingMeter('m1')
  const { stamp, points } = meter.profile.daily!
  const totals = points.filter(({ obis }) => HOURLY.includes(obis))
  const profile = { ...meter.profile, hourly: { stamp, points: totals, depth: 254 } }
  return { ...meter, polls: [], profile, hourly: true, ...change }
}

const hoursBack = (count: number, from = NOON) =>
  Array.from({ length: count }, (_, back) => from - back * HOUR)
const daysBack = (count: number) => Array.from({ length: count }, (_, back) => MIDNIGHT - back * DAY)

/** All that is asked for at once, every one answered. */
function asked(ledger: Ledger, now = NOW): string[] {
  const names: string[] = []
  for (
    let job = ledger.due(now)?.job;
    job?.kind === 'freeze' && names.length < 400;
    job = ledger.due(now)?.job
  ) {
    names.push(`${job.plan.name} ${job.nth}`)
    ledger.ended(job, 'done', now)
  }
  return names
}

const ledgerOf = (held: FreezesHeld = {}, change: Partial<MeterConfig> = {}) =>
  createLedger(meterOf(change), OFFSET, { freezesHeld: held })

describe('PR-05 freezes of hours', () => {
  test('are asked for where that is said, and nowhere else', () => {
    expect(ledgerOf().plans.map(({ name }) => name)).toEqual(['daily', 'hourly'])
    const { hourly: _, ...silent } = meterOf()
    expect(createLedger(silent, OFFSET).plans.map(({ name }) => name)).toEqual(['daily'])
    expect(ledgerOf({}, { daily: false }).plans.map(({ name }) => name)).toEqual(['hourly'])
  })

  test("of a new meter are three: today's bill goes first, older bills before older hours, newest first", () => {
    expect(asked(ledgerOf())).toEqual([
      ...['daily 1', 'daily 2', 'daily 3'],
      ...['hourly 1', 'hourly 2', 'hourly 3'],
    ])
  })

  test.each([
    ['four hours', 4],
    ['four days', 96],
  ])('missed for %s are asked for, each counted back in hours, but no midnight', (_, missed) => {
    const held = { daily: daysBack(10), hourly: [NOON - missed * HOUR] }
    const back = Array.from({ length: missed }, (_, index) => index + 1)
    const midnights = back.filter(nth => (NOON - (nth - 1) * HOUR - MIDNIGHT) % DAY === 0)
    expect(asked(ledgerOf(held))).toEqual(
      back.filter(nth => !midnights.includes(nth)).map(nth => `hourly ${nth}`),
    )
    expect(midnights).toHaveLength(missed === 96 ? 4 : 0)
  })

  test('no further back than the meter remembers', () => {
    const names = asked(ledgerOf({ daily: daysBack(62), hourly: [NOON - 400 * HOUR] }))
    expect(names).toHaveLength(254 - 11)
    expect(names.at(-1)).toBe('hourly 254')
  })

  test('are asked for from five minutes past the hour on', () => {
    const held = { daily: daysBack(3), hourly: hoursBack(3, NOON - HOUR) }
    const ledger = ledgerOf(held)
    expect(ledger.due(NOON + 4 * MINUTE)).toBeNull()
    expect(ledger.nextAt(NOON + 4 * MINUTE)).toBe(NOON + 5 * MINUTE)
    expect(ledger.due(NOON + 5 * MINUTE)?.job).toMatchObject({ boundary: NOON, nth: 1 })
  })

  test('wait until meters have frozen, older ones too: meanwhile they tell nothing', () => {
    const ledger = ledgerOf({ daily: daysBack(3), hourly: [NOON, NOON - 5 * HOUR] })
    expect(ledger.due(NOON + 4 * MINUTE)).toBeNull()
    expect(ledger.nextAt(NOON + 4 * MINUTE)).toBe(NOON + 5 * MINUTE)
    expect(ledger.due(NOON + 5 * MINUTE)?.job).toMatchObject({ boundary: NOON - HOUR, nth: 2 })
  })

  test('have a share of the line; beyond it this one goes with the polls by deadline, and older ones wait', () => {
    const ledger = ledgerOf(
      { daily: daysBack(3), hourly: [NOON - 5 * HOUR] },
      { polls: freezingMeter('m1').polls },
    )
    const poll = ledger.due(NOON + 10 * MINUTE, BUSY)
    expect(poll).toMatchObject({ job: { kind: 'poll' }, rank: RANK.poll, order: NOON + 15 * MINUTE })
    ledger.ended(poll!.job, 'done', NOON + 10 * MINUTE)
    const newest = ledger.due(NOON + 10 * MINUTE, BUSY)
    expect(newest).toMatchObject({ job: { boundary: NOON }, rank: RANK.poll, order: NOON + HOUR })
    expect(ledger.due(NOON + 10 * MINUTE)).toMatchObject({ job: { boundary: NOON }, rank: RANK.catchingUp })
    ledger.ended(newest!.job, 'done', NOON + 10 * MINUTE)
    expect(ledger.due(NOON + 10 * MINUTE, BUSY)).toMatchObject({ job: { nth: 2 }, rank: RANK.quiet })
    expect(ledger.due(NOON + 10 * MINUTE)).toMatchObject({ job: { nth: 2 }, rank: RANK.catchingUp })
  })

  test('of whatever meter come after the midnights of any other', () => {
    const oldestBill = ledgerOf({
      daily: daysBack(63).filter((_, back) => back !== 61),
      hourly: hoursBack(9),
    })
    const thisHour = ledgerOf({ daily: daysBack(3), hourly: hoursBack(3, NOON - HOUR) })
    const lastHour = ledgerOf({ daily: daysBack(3), hourly: [NOON, NOON - 2 * HOUR] })
    const due = [oldestBill, thisHour, lastHour].map(ledger => ledger.due(NOW)!)
    expect(due.map(({ job, rank }) => [job.kind === 'freeze' && job.nth, rank])).toEqual([
      [62, RANK.catchingUp],
      [1, RANK.catchingUp],
      [2, RANK.catchingUp],
    ])
    expect(due.map(({ order }) => order)).toEqual(due.map(({ order }) => order).sort((a, b) => a - b))
  })

  test("at midnight wait for tonight's bill, also those of an hour that was missed", () => {
    const now = MIDNIGHT + 6 * MINUTE
    const ledger = ledgerOf({ daily: [MIDNIGHT - DAY], hourly: [MIDNIGHT - 5 * HOUR] })
    expect(ledger.due(now)).toMatchObject({ job: { plan: { name: 'daily' }, nth: 1 }, rank: RANK.today })
  })

  test('an hour later one more is wanted, and the same one is one further back', () => {
    const ledger = ledgerOf({ daily: daysBack(3), hourly: [NOON, NOON - 2 * HOUR] })
    expect(ledger.due(NOW)?.job).toMatchObject({ boundary: NOON - HOUR, nth: 2 })
    expect(ledger.due(NOW + HOUR)?.job).toMatchObject({ boundary: NOON + HOUR, nth: 1 })
    expect(asked(ledger, NOW + HOUR)).toEqual(['hourly 1', 'hourly 3'])
  })

  test('one of them ends for itself: the same instant of another plan is still wanted', () => {
    const ledger = ledgerOf({ daily: daysBack(3) })
    const hour = ledger.due(NOW)!.job
    ledger.ended(hour, 'nothing', NOW, 'METER_NO_DATA')
    const told = ledger.account(NOW, () => 'NOT_ASKED')
    expect(told.filter(({ plan, tries }) => plan === 'daily' && tries > 0)).toEqual([])
    expect(told).toContainEqual({
      plan: 'hourly',
      first: NOON,
      last: NOON,
      state: 'open',
      cause: 'METER_NO_DATA',
      tries: 1,
      triedAt: NOW,
    })
  })
})

describe('V-F10 midnight has one identity, so it is asked for once', () => {
  const night = MIDNIGHT + 2 * HOUR + 10 * MINUTE

  test('as the daily freeze where that is read, and as an hour where it is not', () => {
    expect(asked(ledgerOf({ daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY] }), night)).toEqual([
      'daily 1',
      'hourly 1',
      'hourly 2',
    ])
    expect(asked(ledgerOf({}, { daily: false }), night)).toEqual(['hourly 1', 'hourly 2', 'hourly 3'])
  })

  test('the daily freeze stands for the hour: missing while it is missing, with its cause, and filled with it', () => {
    const ledger = ledgerOf({ daily: [MIDNIGHT - DAY, MIDNIGHT - 2 * DAY], hourly: [MIDNIGHT + HOUR] })
    const gaps = () => ledger.account(night, () => 'OFF').filter(({ first }) => first === MIDNIGHT)
    const daily = ledger.due(night)!.job
    expect(daily).toMatchObject({ plan: { name: 'daily' }, boundary: MIDNIGHT })
    ledger.ended(daily, 'unanswered', night, 'LINE_SILENT')
    const open = { state: 'open', cause: 'LINE_SILENT', tries: 1 }
    expect(gaps()).toMatchObject([
      { plan: 'daily', ...open },
      { plan: 'hourly', ...open },
    ])
    ledger.ended(daily, 'done', night)
    expect(gaps()).toMatchObject([
      { plan: 'daily', state: 'filled' },
      { plan: 'hourly', state: 'filled' },
    ])
    ledger.lost(daily, night)
    expect(gaps()).toMatchObject([
      { plan: 'daily', state: 'open', cause: 'STORE_FULL' },
      { plan: 'hourly', state: 'open', cause: 'STORE_FULL' },
    ])
  })

  test('years of daily freezes make no backlog of hours when these are asked for the first time', () => {
    expect(asked(ledgerOf({ daily: daysBack(62), hourly: daysBack(10) }))).toEqual([
      ...['hourly 1', 'hourly 2', 'hourly 3'],
    ])
  })

  test('a ledger never says that an hour is due which nobody asks for', () => {
    const ledger = ledgerOf({ daily: [MIDNIGHT], hourly: [MIDNIGHT - HOUR, MIDNIGHT - 2 * HOUR] })
    const now = MIDNIGHT + 30 * MINUTE
    for (let due = ledger.due(now); due; due = ledger.due(now)) ledger.ended(due.job, 'done', now)
    expect(ledger.nextAt(now)).toBe(MIDNIGHT + HOUR + 5 * MINUTE)
  })
})

describe('PR-04 PR-05 after a restart', () => {
  const day = (slot: number) => NEEDED.map(obis => ({ kind: 'freeze' as const, slot, readAt: slot, obis }))
  const hour = (slot: number) => HOURLY.map(obis => ({ kind: 'freeze' as const, slot, readAt: slot, obis }))

  async function heldOf(
    kept: readonly (readonly { kind: 'freeze'; slot: number; readAt: number; obis: string }[])[],
    now = NOW,
    change: Partial<MeterConfig> = {},
  ): Promise<FreezesHeld> {
    const store = await openIn(newDirectory())
    for (const said of kept) await store.accept(roundOf('m1', ...said))
    const held = await freezesHeld(store, [meterOf(change)], { offsetMinutes: OFFSET }, now)
    await close(store)
    return held.get('m1') ?? {}
  }

  test('each plan knows what it holds: a midnight is an hour too, an hour is no midnight', async () => {
    expect(await heldOf([day(MIDNIGHT), hour(MIDNIGHT + HOUR), hour(NOON)])).toEqual({
      daily: [MIDNIGHT],
      hourly: [MIDNIGHT, MIDNIGHT + HOUR, NOON],
    })
  })

  test('an hour of five days ago is no midnight, and other registers of midnight are no hour', async () => {
    const old = NOON - 5 * DAY
    const tariffs = ['1-0:1.8.1', '1-0:1.8.2'].map(obis => ({ ...hour(MIDNIGHT)[0]!, obis }))
    expect(await heldOf([hour(old), tariffs])).toEqual({ daily: [], hourly: [old] })
  })

  test('no hour is forgotten and none is asked for twice', async () => {
    const held = await heldOf([...daysBack(3).map(day), hour(NOON - 4 * HOUR), hour(NOON - HOUR)])
    expect(asked(ledgerOf(held))).toEqual(['hourly 1', 'hourly 3', 'hourly 4'])
  })

  test('two registers of six at midnight are a whole hour and no whole day', async () => {
    const held = await heldOf([hour(MIDNIGHT)])
    expect(held).toEqual({ daily: [], hourly: [MIDNIGHT] })
  })

  test('an hour kept in part is asked for again', async () => {
    const held = await heldOf([...daysBack(3).map(day), hour(NOON - HOUR), hour(NOON).slice(0, 1)])
    expect(asked(ledgerOf(held))).toContain('hourly 1')
  })

  test('of a box that was off for longer than hours are kept every hour is wanted', async () => {
    const held = await heldOf([day(MIDNIGHT), hour(MIDNIGHT + HOUR)], NOW + 30 * DAY)
    expect(asked(ledgerOf(held), NOW + 30 * DAY).filter(name => name.startsWith('hourly'))).toHaveLength(
      254 - 11,
    )
  })
})

describe('PR-05 a meter without power freezes nothing, and counts back those it has made', () => {
  /** Hours after the newest that were never frozen. */
  const UNMADE = [3, 4, 5, 9, 10]
  const made = hoursBack(40).filter(slot => !UNMADE.includes((NOON - slot) / HOUR))

  /** Everything that is asked for until nothing is, by a meter that counts as it does. */
  function ask(ledger: Ledger, now: number, newest = NOON) {
    const questions: number[] = []
    const later = hoursBack((newest - NOON) / HOUR, newest)
    for (let due = ledger.due(now); due?.job.kind === 'freeze'; due = ledger.due(now)) {
      const { job } = due
      const slot = [...later, ...made][job.nth - 1] ?? null
      questions.push((newest - job.boundary) / HOUR)
      const frozen = slot === null || !isItsOwn(job.plan, slot) ? null : { slot, isWhole: true }
      ledger.ended(job, slot === job.boundary ? 'done' : 'nothing', now, 'METER_NO_DATA', { frozen })
    }
    return questions
  }

  const held = { daily: daysBack(10), hourly: [MIDNIGHT, MIDNIGHT - DAY, NOON - 39 * HOUR] }
  const openNow = (ledger: Ledger, now: number) =>
    ledger
      .account(now, () => 'NOT_ASKED')
      .filter(({ plan, state }) => plan === 'hourly' && state === 'open')
      .map(({ first, last, cause }) => [(NOON - last) / HOUR, (NOON - first) / HOUR, cause])

  test('every hour it has made is found and told once, what it has not made has a cause, and little is asked in vain', () => {
    const ledger = ledgerOf(held)
    const questions = ask(ledger, NOW)
    expect(openNow(ledger, NOW)).toEqual([
      [9, 10, 'METER_NO_DATA'],
      [3, 5, 'METER_NO_DATA'],
    ])
    // One midnight is not asked for, nor is the one held before; the freeze behind a gap came while another was asked for.
    expect(questions).toHaveLength(40 - 1 - 2 - UNMADE.length)
    expect(new Set(questions).size).toBe(questions.length)
  })

  test('what it has not made is asked for ever more rarely', () => {
    const ledger = ledgerOf(held)
    ask(ledger, NOW)
    expect(ask(ledger, NOW + 9 * MINUTE)).toEqual([])
    expect(ask(ledger, NOW + 10 * MINUTE)).toEqual([3, 9])
    expect(ask(ledger, NOW + 20 * MINUTE)).toEqual([])
    expect(ask(ledger, NOW + 7 * HOUR, NOON + 7 * HOUR)).toEqual([0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 16, 17])
    expect(openNow(ledger, NOW + 7 * HOUR)).toEqual([
      [9, 10, 'METER_NO_DATA'],
      [3, 5, 'METER_NO_DATA'],
    ])
  })

  test('a meter that is ahead by an hour is asked for the hour it means', () => {
    const ledger = ledgerOf({ daily: daysBack(10), hourly: [NOON, NOON - 10 * HOUR] })
    const first = ledger.due(NOW)!.job
    expect(first).toMatchObject({ boundary: NOON - HOUR, nth: 2 })
    ledger.ended(first, 'nothing', NOW, 'METER_NO_DATA', {
      frozen: { slot: NOON, isWhole: true },
    })
    expect(ledger.due(NOW)?.job).toMatchObject({ boundary: NOON - 2 * HOUR, nth: 4 })
    // An hour later it is not, by our clock.
    expect(ledger.due(NOW + HOUR)?.job).toMatchObject({ boundary: NOON + HOUR, nth: 1 })
    const { job } = ledger.due(NOW + HOUR)!
    ledger.ended(job, 'done', NOW + HOUR)
    expect(ledger.due(NOW + HOUR)?.job).toMatchObject({ boundary: NOON - HOUR, nth: 3 })
  })

  test('an hour that came for another and could not be kept is asked for again', () => {
    const ledger = ledgerOf({ daily: daysBack(10), hourly: [NOON, NOON - 10 * HOUR] })
    const { job } = ledger.due(NOW)!
    const frozen = { slot: NOON - 2 * HOUR, isWhole: true }
    ledger.ended(job, 'nothing', NOW, 'METER_NO_DATA', { frozen })
    expect(ledger.due(NOW)?.job).toMatchObject({ boundary: NOON - 3 * HOUR, nth: 3 })
    ledger.lost(job, NOW)
    expect(openNow(ledger, NOW)).toContainEqual([1, 2, 'STORE_FULL'])
  })
})

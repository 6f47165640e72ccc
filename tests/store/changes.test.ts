/** Whoever pulls what was released, in order, has the periods of the book: after corrections, withdrawals, exchanges and crashes. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changesPage, periodsPage } from '../../src/api/change-shapes.ts'
import { createPages } from '../../src/api/page-thread/pages.ts'
import { releasedRows } from '../../src/api/page-thread/released-rows.ts'
import { formatScaled, parseScaled } from '../../src/core/scaled.ts'
import { DAY } from '../../src/core/time.ts'
import { billingReadsCsv } from '../../src/export/billing-reads-csv.ts'
import { MACHINE } from '../../src/export/csv.ts'
import { tallyOfReleases } from '../../src/export/totals.ts'
import { type ChosenDays, chosenBy } from '../../src/reading/billing/chosen-days.ts'
import { periodsOf } from '../../src/reading/billing/periods.ts'
import { type Release, type Standing, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { Gate } from '../../src/store/book/facts.ts'
import { writePeriod } from '../../src/store/book/period-entry.ts'
import type { Reader } from '../../src/store/reader.ts'
import { DATABASE_FILE } from '../../src/store/rescue/set-aside.ts'
import { rounds } from '../support/rounds.ts'
import { billed, bookIn, FIRST, LATER, pair, settleAll } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'

const OFFSET = 480
const OBIS = '1-0:1.8.0'
const TARIFF = '1-0:1.8.1'
const METERS = ['m1', 'm2']
/** A short month's worth of days, chosen ones among them. */
const LAST_DAY = 14
const on = (...days: number[]): ChosenDays => days.map(day => ({ day, hour: 0 }))
const CHOSEN = on(1, 5, 11)
const FULL = parseScaled('1000.00')

/** What somebody decided of one boundary. */
interface Step {
  readonly meter: string
  readonly day: number
  readonly standing: Standing
  /** Away from what was truly counted, in hundredths. */
  readonly off: number
  /** Whether the tariff register is released too. */
  readonly hasTariff: boolean
}

interface World {
  readonly steps: readonly Step[]
  /** Another meter from this day on, which began at zero; or none. */
  readonly exchange: number | null
  /** Where the register stands first: near the end some roll over. */
  readonly start: number
  /** Whether the tariff register was read when the meter was exchanged. */
  readonly hasTariff: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  meter: fc.constantFrom(...METERS),
  day: fc.integer({ min: 0, max: LAST_DAY }),
  standing: fc.constantFrom<Standing>('actual', 'actual', 'actual', 'estimated', 'withdrawn', 'totals-only'),
  off: fc.constantFrom(0, 0, 0, 1, 40),
  hasTariff: fc.boolean(),
})
const world: fc.Arbitrary<World> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  exchange: fc.option(fc.integer({ min: 1, max: LAST_DAY }), { nil: null }),
  start: fc.constantFrom(0, 50_000, 99_000),
  hasTariff: fc.boolean(),
})

/** Releases what the step says, whatever is kept. */
function gateOf({ exchange, start, hasTariff: isReadThen }: World, stepNow: () => Step): Gate {
  return (facts, boundary, _, around) => {
    const { standing, day, off, hasTariff } = stepNow()
    const segment = exchange !== null && day >= exchange ? 2 : 1
    const counted = (at: number) => BigInt((segment === 2 ? at - (exchange ?? 0) : start / 100 + at) * 100)
    const valueAt = (at: number) => ({ digits: (counted(at) + BigInt(off)) % 100_000n, scaler: -2 })
    const register = {
      obis: OBIS,
      value: valueAt(day),
      unit: 'kWh',
      reading: 'r',
      codes: [],
      witnesses: [],
      estimate: standing === 'estimated' ? ({ method: 'like-days', evidence: '' } as const) : null,
    }
    const { before } = around
    const fell =
      before?.segment === segment && (before.registers[0]?.value.digits ?? 0n) > register.value.digits
    const endOf = (of: number, digits: bigint) => ({
      at: boundary - DAY / 2,
      segment: of,
      multiplier: '1',
      registers: (isReadThen ? [OBIS, TARIFF] : [OBIS]).map(obis => ({
        ...{ obis, value: { digits, scaler: -2 }, unit: 'kWh', reading: 'e' },
      })),
    })
    const isFirst = before !== null && before.segment === 1 && segment === 2
    const last = BigInt(start) + BigInt((exchange ?? 0) * 100)
    const release: Omit<Release, 'recordedAt'> = {
      meter: facts.meter,
      boundary,
      version: (around.released?.version ?? 0) + 1,
      standing,
      registers: (standing === 'withdrawn' ? [] : hasTariff ? [OBIS, TARIFF] : [OBIS]).map(obis => ({
        ...{ ...register, obis, ...(fell && FULL && { rolledOver: FULL }) },
      })),
      withheld: [],
      multiplier: '1',
      segment,
      ...(isFirst && { opening: { final: endOf(1, last % 100_000n), initial: endOf(2, 0n) } }),
      remarks: [],
      by: 'rule',
    }
    const verdict = {
      meter: facts.meter,
      origin: 'freeze',
      conditions: [],
      doubts: [],
      status: 'missing',
      known: [],
    } as const
    return { does: 'release', verdict, release }
  }
}

function gateway(one: World) {
  const directory = newDirectory()
  let now = actual('m1', 0)
  const calls = bookIn(
    directory,
    gateOf(one, () => now),
  )
  const pages = (reader: Reader) =>
    createPages({
      reader,
      gateway: 'gw',
      epoch: 1,
      offsetMinutes: OFFSET,
      policy: USUAL_POLICY,
      meters: METERS.map(billed),
      histories: [],
      areas: [],
      turn: async () => undefined,
      monotonic: () => 0,
      names: {},
    })
  const reader = readerIn(directory)
  return {
    directory,
    calls,
    reader,
    pages: pages(reader),
    take(step: Step) {
      now = step
      settleAll(calls, [pair(step.meter, step.day, true)])
    },
  }
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** All periods of the book at this moment, as they are written. */
function truthOf(reader: Reader, at: ChosenDays): string[] {
  return METERS.flatMap(meter => {
    const latest = reader.book
      .knownIn(meter, 0, LATER, reader.book.lastSequence())
      .flatMap(({ release }) => release ?? [])
    return periodsOf(latest, () => undefined, chosenBy(at, OFFSET))
  })
    .map(period => JSON.stringify(writePeriod(period, OFFSET)))
    .sort()
}

/** The same, as they are asked for. */
async function periodsAfter(pages: ReturnType<typeof createPages>, at: ChosenDays, from: number) {
  const asked = { from, to: LATER, at, asOf: null, now: LATER, seen: null, meter: null, page: {}, list: '' }
  const { meters } = periodsPage.parse(JSON.parse(textOf(await pages.periods(asked))))
  return meters.flatMap(({ periods }) => periods.map(period => JSON.stringify(period))).sort()
}

/** The same, as rows of a file. */
function exportedAfter(reader: Reader, at: ChosenDays, from: number): string[] {
  const place = { account: '', point: '', meterNumber: '', assetNumber: '' }
  const parts = {
    offsetMinutes: OFFSET,
    reader,
    meters: METERS.map(billed),
    places: { placeOf: () => place, heldIn: () => [] },
  }
  const span = { from: from + 1, to: LATER, through: reader.book.lastSequence() }
  return [...releasedRows(parts, span, null, at)]
    .flatMap(row => (row ? [row.period ?? [], row.past.map(one => one.period)].flat() : []))
    .map(period => JSON.stringify(writePeriod(period, OFFSET)))
    .sort()
}

/** Billing's own table; what it has on disk is what counts after a crash. */
function consumer() {
  let kept = { after: 0, periods: new Map<string, string>() }
  return {
    get after() {
      return kept.after
    },
    periods: () => [...kept.periods.values()].sort(),
    apply(page: ReturnType<typeof changesPage.parse>, isKilled: boolean) {
      const periods = new Map(kept.periods)
      const keyOf = (one: { meter: string; from: string; to: string }) => `${one.meter} ${one.from} ${one.to}`
      for (const change of page.changes) {
        for (const one of change.ended) periods.delete(keyOf(one))
        for (const one of change.periods) periods.set(keyOf(one), JSON.stringify(one))
      }
      if (!isKilled) kept = { after: page.next, periods }
    },
  }
}

describe.each([
  ['every boundary', 'all' as const],
  ['the 1st, 5th and 11th', CHOSEN],
])('A-10 C-08 PR-17 billing by %s', (_, at) => {
  test('a consumer that is killed now and then ends with the periods of the book, and pages are the same bytes again', async () => {
    const pulls = fc.array(fc.record({ limit: fc.integer({ min: 1, max: 7 }), isKilled: fc.boolean() }), {
      minLength: 3,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(world, pulls, async (one, script) => {
        const { calls, reader, pages, take } = gateway(one)
        const billing = consumer()
        const told = new Map<string, string>()
        async function pull(limit: number, isKilled: boolean): Promise<boolean> {
          const asked = { after: billing.after, limit, at, seen: null }
          const text = textOf(await pages.changes(asked))
          const page = changesPage.parse(JSON.parse(text))
          if (page.next === billing.after + limit) told.set(JSON.stringify(asked), text)
          billing.apply(page, isKilled)
          return page.next > asked.after
        }
        const share = Math.ceil(one.steps.length / script.length)
        for (const [place, { limit, isKilled }] of script.entries()) {
          for (const step of one.steps.slice(place * share, (place + 1) * share)) take(step)
          await pull(limit, isKilled)
        }
        while (await pull(5, false));
        expect(billing.periods()).toEqual(truthOf(reader, at))
        for (const from of [FIRST - DAY, FIRST + 4 * DAY, FIRST + 6 * DAY]) {
          const later = truthOf(reader, at).filter(text => Date.parse(JSON.parse(text).to) > from)
          expect(await periodsAfter(pages, at, from)).toEqual(later)
          expect(exportedAfter(reader, at, from)).toEqual(later)
        }
        for (const [asked, text] of told) expect(textOf(await pages.changes(JSON.parse(asked)))).toBe(text)
        calls.close()
      }),
      rounds(at === 'all' ? 1 : 2, 60),
    )
  })
})

const actual = (meter: string, day: number, off = 0): Step => ({
  ...{ meter, day, standing: 'actual', off, hasTariff: false },
})
const QUIET: World = { steps: [], exchange: null, start: 0, hasTariff: true }

interface Told {
  readonly from: string
  readonly to: string
  readonly standing: string
  readonly quantities: readonly {
    readonly obis: string
    readonly value: string
    readonly estimated: string
  }[]
}

const shown = ({ from, to, standing, quantities: [one] }: Told) =>
  `${from.slice(8, 10)}-${to.slice(8, 10)} ${standing} ${one?.value}`

describe('C-08 instalments', () => {
  async function periods(house: ReturnType<typeof gateway>, at: ChosenDays, more = {}) {
    const asked = {
      from: FIRST,
      to: FIRST + 13 * DAY,
      at,
      asOf: null,
      now: LATER,
      seen: null,
      meter: 'm1',
      page: {},
      list: 'periods',
    }
    const page = JSON.parse(textOf(await house.pages.periods({ ...asked, ...more })))
    expect(periodsPage.parse(page)).toEqual(page)
    return page.meters[0] as { periods: Told[]; missing: { boundary: string; standing: string }[] }
  }

  test('the parts of a month add up to it, and a corrected day in it gives two parts anew and no more', async () => {
    const house = gateway(QUIET)
    for (let day = 0; day <= 12; day += 1) house.take(actual('m1', day))
    const parts = await periods(house, on(1, 5, 11))
    expect(parts.periods.map(shown)).toEqual(['01-05 actual 4.00', '05-11 actual 6.00'])
    expect((await periods(house, on(1, 11))).periods.map(shown)).toEqual(['01-11 actual 10.00'])
    const { next } = JSON.parse(
      textOf(await house.pages.changes({ after: 0, limit: 100, at: CHOSEN, seen: null })),
    )
    house.take({ ...actual('m1', 4), off: 40 })
    house.take({ ...actual('m1', 6), off: 1 })
    const page = JSON.parse(
      textOf(await house.pages.changes({ after: next, limit: 100, at: CHOSEN, seen: null })),
    )
    expect(page.changes).toHaveLength(1)
    expect(page.changes[0].periods.map(shown)).toEqual(['01-05 corrected 4.40', '05-11 corrected 5.60'])
    expect(page.changes[0].ended).toEqual([])
    house.calls.close()
  })

  test('a day that is missing is said, its period spans it, and gives way to two when the day comes', async () => {
    const house = gateway(QUIET)
    for (const day of [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]) house.take(actual('m1', day))
    const before = await periods(house, CHOSEN)
    expect(before.periods.map(shown)).toEqual(['01-11 actual 10.00'])
    house.take(actual('m1', 4))
    const { changes } = JSON.parse(
      textOf(await house.pages.changes({ after: 12, limit: 1, at: CHOSEN, seen: null })),
    )
    expect(changes[0].periods.map(shown)).toEqual(['01-05 actual 4.00', '05-11 actual 6.00'])
    expect(changes[0].ended.map(({ from, to }: Told) => `${from.slice(8, 10)}-${to.slice(8, 10)}`)).toEqual([
      '01-11',
    ])
    const past = await periods(house, CHOSEN, { asOf: 12 })
    expect(past.periods.map(shown)).toEqual(['01-11 actual 10.00'])
    house.calls.close()
  })

  test('a boundary taken back, given and taken back again: what is told each time is of the version before', async () => {
    const house = gateway(QUIET)
    const withdrawn: Step = { ...actual('m1', 4), standing: 'withdrawn' }
    for (const step of [actual('m1', 0), actual('m1', 10), withdrawn, actual('m1', 4), withdrawn])
      house.take(step)
    const { changes } = JSON.parse(
      textOf(await house.pages.changes({ after: 2, limit: 9, at: CHOSEN, seen: null })),
    )
    const span = ({ from, to }: Told) => `${from.slice(8, 10)}-${to.slice(8, 10)}`
    expect(
      changes.map(({ periods, ended }: Record<string, Told[]>) => [periods?.map(span), ended?.map(span)]),
    ).toEqual([
      [[], []],
      [['01-05', '05-11'], ['01-11']],
      [['01-11'], ['01-05', '05-11']],
    ])
    house.calls.close()
  })

  test('PR-06 what is damaged is told of neither way: whoever begins after it has each day once when it is released anew', async () => {
    const house = gateway(QUIET)
    for (const day of [0, 10, 4]) house.take(actual('m1', day))
    const database = new DatabaseSync(join(house.directory, DATABASE_FILE))
    const recorded = (by: string) =>
      database.exec(`UPDATE release SET recorded_at = recorded_at ${by} WHERE sequence = 3`)
    recorded('+ 1')
    const billing = consumer()
    const pull = async () => {
      const asked = { after: billing.after, limit: 9, at: CHOSEN, seen: null }
      billing.apply(changesPage.parse(JSON.parse(textOf(await house.pages.changes(asked)))), false)
      return billing.periods().map(text => shown(JSON.parse(text)))
    }
    expect(await pull()).toEqual(['01-11 actual 10.00'])
    house.take(actual('m1', 4))
    expect(await pull()).toEqual(['01-05 corrected 4.00', '05-11 corrected 6.00'])
    database.close()
    house.calls.close()
  })

  test('D-01 PR-07 what a tariff counted past a boundary released without it is told once, in periods and in files', async () => {
    const house = gateway(QUIET)
    for (const [day, hasTariff] of [
      [0, true],
      [4, false],
      [10, true],
    ] as const)
      house.take({ ...actual('m1', day), hasTariff, standing: hasTariff ? 'actual' : 'totals-only' })
    const told = (await periods(house, CHOSEN)).periods as (Told & { without: string[]; past: boolean })[]
    expect(
      told.map(one => [shown(one), one.quantities.map(({ obis }) => obis), one.without, one.past]),
    ).toEqual([
      ['01-05 actual 4.00', [OBIS], [TARIFF], false],
      ['05-11 actual 6.00', [OBIS], [TARIFF], false],
      ['01-11 actual 10.00', [TARIFF], [], true],
    ])
    const place = { account: '', point: '', meterNumber: '', assetNumber: '' }
    const parts = {
      offsetMinutes: OFFSET,
      reader: house.reader,
      meters: [],
      places: { placeOf: () => place, heldIn: () => [] },
    }
    const span = { from: FIRST, to: LATER, through: 99 }
    const rows = [...releasedRows(parts, span, null, CHOSEN)].filter(row => row !== null)
    const writer = billingReadsCsv(MACHINE).begin({
      gateway: '',
      offsetMinutes: OFFSET,
      asOf: 0,
      batchId: '',
    })
    const file = parse([writer.head(), ...rows.map(row => writer.put(row))].join(''), {
      columns: true,
    }) as Record<string, string>[]
    expect(
      file.map(row =>
        [
          row['boundary_time'],
          row['register'],
          row['quantity_since_prev'],
          row['prev_boundary_time'],
          row['prev_register_value'],
        ].map(text => text?.slice(0, 10)),
      ),
    ).toEqual([
      ['2026-11-01', 'A+.T0', '', '', ''],
      ['2026-11-01', 'A+.T1', '', '', ''],
      ['2026-11-05', 'A+.T0', '4.00', '2026-11-01', '0.00'],
      ['2026-11-11', 'A+.T0', '6.00', '2026-11-05', '4.00'],
      ['2026-11-11', 'A+.T1', '10.00', '2026-11-01', '0.00'],
    ])
    const totals = tallyOfReleases()
    for (const row of rows) totals.add(row)
    expect(totals.told().totals.map(({ obis, quantity }) => [obis, quantity])).toEqual([
      [OBIS, '10.00'],
      [TARIFF, '10.00'],
    ])
    house.take({ ...actual('m1', 4), hasTariff: true })
    const { changes } = JSON.parse(
      textOf(await house.pages.changes({ after: 3, limit: 9, at: CHOSEN, seen: null })),
    )
    expect(changes[0].ended).toMatchObject([
      { from: '2026-11-01T00:00:00+08:00', to: '2026-11-11T00:00:00+08:00' },
    ])
    house.calls.close()
  })

  test('a roll-over that was noted at an estimate in between needs no configuration', async () => {
    const house = gateway({ ...QUIET, start: 99_400 })
    house.take(actual('m1', 0))
    house.take({ ...actual('m1', 6), standing: 'estimated' })
    house.take(actual('m1', 10))
    const {
      periods: [one],
    } = await periods(house, on(1, 11))
    expect(one?.quantities[0]).toMatchObject({ value: '10.00', estimated: '0.00' })
    house.calls.close()
  })

  test('how much of a period is an estimate is what lies outside its first and last read', async () => {
    const house = gateway(QUIET)
    for (const day of [0, 1, 2]) house.take(actual('m1', day))
    house.take({ ...actual('m1', 4), standing: 'estimated' })
    const {
      periods: [one],
    } = await periods(house, CHOSEN)
    expect(one).toMatchObject({
      standing: 'estimated',
      reasons: [{ code: 'ESTIMATED', text: 'estimated: like-days' }],
      quantities: [{ value: '4.00', estimated: '2.00' }],
    })
    house.calls.close()
  })

  test('across an exchange and a roll-over in the middle it is the sum of what each register counted', async () => {
    const split = gateway({ ...QUIET, exchange: 6, start: 50_000 })
    for (let day = 0; day <= 12; day += 1) split.take(actual('m1', day))
    const {
      periods: [one],
    } = await periods(split, on(1, 11))
    expect(one && shown(one)).toBe('01-11 split 10.00')
    expect(one).toMatchObject({ reasons: [{ code: 'EXCHANGED', at: '2026-11-06T12:00:00+08:00' }] })
    expect(one?.quantities[0]).toMatchObject({
      parts: [
        { start: { value: '500.00' }, end: { value: '506.00' } },
        { start: { value: '0.00' }, end: { value: '4.00' } },
      ],
    })
    split.calls.close()
    const rolled = gateway({ ...QUIET, start: 99_400 })
    for (let day = 0; day <= 12; day += 1) rolled.take(actual('m1', day))
    const {
      periods: [over],
    } = await periods(rolled, on(1, 11))
    expect(over?.quantities[0]).toMatchObject({
      value: '10.00',
      parts: [{ start: { value: '994.00' }, end: { value: '4.00' }, rolledOver: formatScaled(FULL!) }],
    })
    rolled.calls.close()
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import type { Scaled } from '../../src/core/scaled.ts'
import type { ReadingsAsked, Store, StoredReading } from '../../src/store/store.ts'
import { ratiosSaid } from '../support/ratios-said.ts'
import { rounds } from '../support/rounds.ts'
import { newDirectory, openIn, readerIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf, type Said } from './rounds.ts'

const DAY = 96 * QUARTER
const METERS = ['m1', 'm2', 'm3']
const OBIS = ['1-0:1.8.0', '1-0:2.8.0', '1-0:32.7.0']
const MIDNIGHT = NOON + DAY / 2

/** A year with holes: polls on some days, freezes on most, now and then a conflict. */
async function fill(store: Store): Promise<void> {
  const random = seededRandom(7)
  const rounds = []
  for (let day = 0; day < 360; day += 1 + random.integer(20))
    for (const meter of METERS) {
      const said: Said[] = OBIS.map(obis => ({
        obis,
        kind: 'freeze',
        slot: MIDNIGHT + day * DAY,
        digits: BigInt(day),
      }))
      if (random.integer(8) === 0) said.push({ ...said[0], digits: 77n })
      for (let poll = random.integer(6); poll > 0; poll--)
        said.push({
          obis: OBIS[random.integer(3)]!,
          slot: MIDNIGHT + day * DAY + random.integer(96) * QUARTER,
        })
      rounds.push(roundOf(meter, ...said))
    }
  await Promise.all(rounds.map(round => store.accept(round)))
}

/** Page by page, as the API walks. */
async function walk(store: Store, asked: ReadingsAsked): Promise<StoredReading[]> {
  const all: StoredReading[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await store.readingsOf({
      ...asked,
      ...(last ? { after: { slot: last.slot, id: last.id } } : {}),
    })
    all.push(...page)
    if (page.length < asked.limit) return all
  }
}

describe('questions', () => {
  test('readingsOf finds exactly what is asked, in order, on pages of any size', async () => {
    const store = await openIn(newDirectory(), {})
    await fill(store)
    const everything: StoredReading[] = []
    for (const meter of METERS)
      everything.push(...(await walk(store, { meter, from: 0, to: 9e15, limit: 5_000 })))
    expect(everything.length).toBe((await store.sizes()).readings)
    const spot = fc.integer({ min: -2, max: 362 * 96 }).map(quarter => MIDNIGHT + quarter * QUARTER)
    const question = fc.record({
      meter: fc.constantFrom(...METERS, 'nobody'),
      ends: fc.tuple(spot, spot),
      obis: fc.option(fc.constantFrom(...OBIS)),
      kind: fc.option(fc.constantFrom('freeze' as const, 'poll' as const)),
      limit: fc.integer({ min: 1, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(question, async ({ meter, ends, obis, kind, limit }) => {
        const [from, to] = [Math.min(...ends), Math.max(...ends)]
        const asked = { meter, from, to, limit, ...(obis ? { obis } : {}), ...(kind ? { kind } : {}) }
        const found = await walk(store, asked)
        const expected = everything.filter(
          reading =>
            reading.meter === meter &&
            reading.slot >= from &&
            reading.slot < to &&
            (obis === null || reading.obis === obis) &&
            (kind === null || reading.kind === kind),
        )
        expect(found).toEqual(expected)
        expect(found.map(({ slot }) => slot)).toEqual(found.map(({ slot }) => slot).toSorted((a, b) => a - b))
      }),
      rounds(3, 60),
    )
  })

  test('boundary, latest, last good and freezes agree with all readings', async () => {
    const directory = newDirectory()
    const store = await openIn(directory, {})
    await fill(store)
    const reader = readerIn(directory)
    const all: StoredReading[] = []
    for (const meter of METERS) all.push(...(await walk(store, { meter, from: 0, to: 9e15, limit: 5_000 })))
    const slots = [...new Set(all.map(({ slot }) => slot))]
    const byId = (readings: readonly StoredReading[]) => readings.map(({ id }) => id).toSorted()
    for (const slot of slots.filter((_, index) => index % 9 === 0))
      for (const meter of METERS)
        expect(byId(reader.boundaryOf(meter, slot))).toEqual(
          byId(all.filter(reading => reading.slot === slot && reading.meter === meter)),
        )
    for (const meter of METERS) {
      const mine = all.filter(reading => reading.meter === meter)
      const newest = new Map<string, StoredReading>()
      for (const reading of mine) {
        const known = newest.get(`${reading.kind} ${reading.obis}`)
        if (!known || reading.slot > known.slot || reading.version > known.version)
          newest.set(`${reading.kind} ${reading.obis}`, reading)
      }
      expect(byId(await store.latestOf(meter))).toEqual(byId([...newest.values()]))
      const sure = mine.filter(({ kind, quality }) => kind === 'freeze' && quality !== 'quarantined')
      const freezes = Map.groupBy(sure, ({ slot }) => slot)
      const since = [...freezes.keys()][freezes.size >> 1]!
      const held = [...freezes].map(([slot, of]) => ({
        slot,
        registers: new Set(of.map(({ obis }) => obis)).size,
      }))
      expect(await store.freezesHeld(meter, since)).toEqual(held.filter(({ slot }) => slot >= since))
    }
    const good = all
      .filter(({ quality }) => quality === 'good')
      .map(({ readAt, meter, obis, kind }) => ({ readAt, meter, obis, kind }))
    for (const { meter, obis, kind, readAt } of await store.lastGood()) {
      const own = good.filter(one => one.meter === meter && one.obis === obis && one.kind === kind)
      expect(readAt).toBe(Math.max(...own.map(one => one.readAt)))
    }
    expect(await store.lastGood()).toHaveLength(METERS.length * OBIS.length * 2)
  })

  test('a late older reading does not become the latest', async () => {
    const store = await openIn(newDirectory())
    await store.accept(roundOf('m1', { slot: NOON }))
    await store.accept(roundOf('m1', { slot: NOON - DAY, digits: 1n }))
    expect(await store.latestOf('m1')).toMatchObject([{ slot: NOON }])
    expect(await store.lastGood()).toMatchObject([{ value: { digits: 1_234_567n } }])
  })

  test('V-I7 the last good value knows what it was multiplied with, also after a restart', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const ratio = (times: string): Scaled => ({ digits: BigInt(times), scaler: 0 })
    const finding = ratiosSaid('kWh', {
      agreed: { current: ratio('40'), voltage: ratio('1') },
      registers: { side: 'secondary' },
      held: {},
    })
    const round = roundOf('m1', { slot: NOON })
    await store.accept({
      ...round,
      readings: round.readings.map(reading => ({ ...reading, findings: [finding!] })),
    })
    await store.accept(roundOf('m2', { slot: NOON }))
    await store.close()
    const [multiplied, plain] = await (await openIn(directory)).lastGood()
    expect(multiplied).toMatchObject({ meter: 'm1', factor: { digits: 40n, scaler: 0 } })
    expect(plain).not.toHaveProperty('factor')
  })

  test('when the last good reading falls into doubt the one before it stands, also after a restart', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const said = { kind: 'freeze', slot: MIDNIGHT } as const
    await store.accept(roundOf('m1', { ...said, slot: MIDNIGHT - 30 * DAY, digits: 10n }))
    await store.accept(roundOf('m1', { ...said, digits: 20n }))
    await store.accept(roundOf('m1', { ...said, digits: 21n }))
    expect(await store.lastGood()).toMatchObject([{ value: { digits: 10n } }])
    await store.close()
    const again = await openIn(directory)
    expect(await again.lastGood()).toMatchObject([{ value: { digits: 10n } }])
    expect(await again.latestOf('m1')).toMatchObject([{ slot: MIDNIGHT, version: 2, quality: 'suspect' }])
  })

  test('the newest measurement of each clock is kept', async () => {
    const store = await openIn(newDirectory())
    const measured = (meter: string, measuredAt: number, deviationMs: number) =>
      store.accept({ ...roundOf(meter), clock: { measuredAt, deviationMs } })
    await measured('m1', NOON, -4_000)
    await measured('m1', NOON - 1, 9)
    await measured('m2', NOON, 0)
    expect(await store.clocks()).toEqual([
      { meter: 'm1', measuredAt: NOON, deviationMs: -4_000 },
      { meter: 'm2', measuredAt: NOON, deviationMs: 0 },
    ])
    expect(await store.clockOf('m1')).toEqual({ meter: 'm1', measuredAt: NOON, deviationMs: -4_000 })
    expect(await store.clockOf('nobody')).toBeNull()
  })

  test('a boundary is judged by the clock measurement nearest to it', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const hour = 3_600_000
    const at = [-50 * hour, -2 * hour, hour / 2, 30 * hour]
    for (const [deviationMs, offset] of at.entries())
      await store.accept({ ...roundOf('m1'), clock: { measuredAt: NOON + offset, deviationMs } })
    const reader = readerIn(directory)
    const nearest = (near: number) => reader.clockNear('m1', near)?.deviationMs
    for (let offset = -60; offset < 60; offset++) {
      const near = NOON + offset * hour + 7
      const distances = at.map(measured => Math.abs(NOON + measured - near))
      expect([offset, nearest(near)]).toEqual([offset, distances.indexOf(Math.min(...distances))])
    }
    expect(await store.clocks()).toEqual([{ meter: 'm1', measuredAt: NOON + 30 * hour, deviationMs: 3 }])
  })

  test('B-04 the clock measurements of a span are one an hour, in order, of one meter', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const measured = (meter: string, hours: number, deviationMs: number) =>
      store.accept({ ...roundOf(meter), clock: { measuredAt: NOON + hours * 3_600_000, deviationMs } })
    for (const hours of [5, -5, 0, 1, 0.25]) await measured('m1', hours, 1_000 * hours)
    await measured('m2', 0, 77)
    const reader = readerIn(directory)
    const between = (from: number, to: number) =>
      reader
        .clocksIn('m1', NOON + from * 3_600_000, NOON + to * 3_600_000)
        .map(({ deviationMs }) => deviationMs)
    expect(between(-5, 5)).toEqual([-5_000, 250, 1_000, 5_000])
    expect(between(0, 1)).toEqual([250, 1_000])
    expect(between(2, 4)).toEqual([])
    expect(reader.clocksIn('nobody', 0, NOON)).toEqual([])
    const beside = (from: number, to: number) => {
      const { before, after } = reader.clocksBeside('m1', NOON + from * 3_600_000, NOON + to * 3_600_000)
      return [before?.deviationMs, after?.deviationMs]
    }
    expect(beside(0.5, 0.75)).toEqual([250, 1_000])
    expect(beside(0.25, 1)).toEqual([-5_000, 1_000])
    expect(beside(-5, 5.1)).toEqual([undefined, undefined])
    expect(beside(1.5, 2)).toEqual([1_000, 5_000])
    expect(reader.clocksBeside('nobody', 0, NOON)).toEqual({ before: null, after: null })
  })

  test('an empty store answers everything with nothing', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const reader = readerIn(directory)
    const nothing = [
      await store.changesAfter(0, 10),
      await store.readingsOf({ meter: 'm', from: 0, to: 9e15, limit: 10 }),
      await store.latestOf('m'),
      reader.boundaryOf('m', NOON),
      await store.lastGood(),
      await store.freezesHeld('m', 0),
      await store.clocks(),
    ]
    expect(nothing.flat()).toEqual([])
    expect(reader.clockNear('m', NOON)).toBeNull()
    expect(await store.lastKept()).toBeNull()
    expect(await store.sizes()).toMatchObject({ readings: 0, damaged: 0 })
  })

  test('PR-26 a page has a limit', async () => {
    const store = await openIn(newDirectory())
    await expect(store.changesAfter(0, 5_001)).rejects.toThrow('a page is 1 to 5000 rows')
    await expect(store.readingsOf({ meter: 'm', from: 0, to: 1, limit: 0 })).rejects.toThrow('a page')
  })
})

describe('sinks', () => {
  test('each has its own place, which only moves forward and survives a restart', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    await store.accept(roundOf('m1', {}, { obis: '1-0:2.8.0' }, { obis: '1-0:3.8.0' }))
    expect(await store.cursor('mqtt')).toEqual({ sequence: 0, epoch: 1 })
    await store.advance('mqtt', 3)
    await store.advance('mqtt', 1)
    await store.advance('influx', 2)
    await store.park('influx', 3, 'partial write: field type conflict')
    await store.close()
    const again = await openIn(directory)
    const places = await Promise.all(['mqtt', 'influx', 'new'].map(sink => again.cursor(sink)))
    expect(places.map(({ sequence }) => sequence)).toEqual([3, 2, 0])
  })

  test('moving past what exists is a broken promise and stops the writer', async () => {
    const store = await openIn(newDirectory())
    await expect(store.advance('mqtt', 1)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(store.accept(roundOf('m1', {}))).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })
})

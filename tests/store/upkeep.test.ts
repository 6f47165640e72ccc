/** What is removed when: for its age, and in the stated order when room runs out. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../../src/core/log.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { isChange, isGap, type Limits, type Round, type Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn, readerIn } from './data-directory.ts'
import { roundOf } from './rounds.ts'

const START = Date.UTC(2026, 0, 1)
const KEEP = { frames: 2 * DAY, instantaneous: 8 * DAY, curve: 15 * DAY, billing: 100 * DAY }
const LIMITS: Limits = { maxBytes: 1e9, keep: KEEP, offsetMinutes: 0 }
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 5_000 }
const METERS = ['m1', 'm2', 'm3']
const last = START + 40 * DAY
const READINGS_A_DAY = METERS.length * (1 + 24 * 3)

/** One day of one meter: its freeze of midnight, and each hour an energy, a demand and a voltage. */
function* dayOf(meter: string, day: number): Generator<Round> {
  const midnight = START + day * DAY
  yield roundOf(meter, { kind: 'freeze', slot: midnight, readAt: midnight, digits: BigInt(day * 24) })
  for (let hour = 0; hour < 24; hour++) {
    const at = { slot: midnight + hour * HOUR, readAt: midnight + hour * HOUR + 2_000 }
    const energy = { ...at, digits: BigInt(day * 24 + hour) }
    yield roundOf(meter, energy, { ...at, obis: '1-0:1.6.0' }, { ...at, obis: '1-0:32.7.0', unit: 'V' })
  }
}

async function fill(store: Store, days: number, from = 0): Promise<void> {
  for (let day = from; day < from + days; day++) {
    const rounds = METERS.flatMap(meter => [...dayOf(meter, day)])
    await Promise.all(rounds.map(round => store.accept(round)))
  }
}

/** Until nothing more is removed. */
async function tendAll(store: Store, now: number | null, sinks: readonly string[]): Promise<void> {
  for (let before = -1; before !== (await store.sizes()).readings; ) {
    before = (await store.sizes()).readings
    for (let times = 0; times < 40; times++) await store.tend({ now, sinks })
  }
}

async function slotsOf(store: Store, obis: string, kind: 'freeze' | 'poll') {
  const found = await store.readingsOf({ ...ALL, meter: 'm2', obis, kind })
  return found.map(({ slot }) => slot)
}

describe('PR-20 upkeep', () => {
  const age = (obis: string, kind: 'freeze' | 'poll', store: Store) =>
    slotsOf(store, obis, kind).then(slots => Math.round((last - Math.min(...slots)) / DAY))

  test('each worth is removed at its own age, and only when every sink has it', {
    timeout: 60_000,
  }, async () => {
    const store = await openIn(newDirectory(), { limits: LIMITS, batchRows: READINGS_A_DAY })
    await fill(store, 40)
    const all = (await store.sizes()).readings
    await store.advance('mqtt', await store.lastSequence())
    await tendAll(store, last, ['mqtt', 'influx'])
    expect((await store.sizes()).readings).toBe(all)
    await tendAll(store, null, ['mqtt'])
    expect((await store.sizes()).readings).toBe(all)
    await tendAll(store, last, ['mqtt'])
    expect(await age('1-0:32.7.0', 'poll', store)).toBeLessThanOrEqual(8 + 3)
    expect(await age('1-0:32.7.0', 'poll', store)).toBeGreaterThanOrEqual(8)
    const energies = await slotsOf(store, '1-0:1.8.0', 'poll')
    const hourly = energies.filter(slot => (slot - START) % DAY !== 0)
    expect(Math.round((last - Math.min(...hourly)) / DAY)).toBeGreaterThanOrEqual(15)
    expect(Math.round((last - Math.min(...hourly)) / DAY)).toBeLessThanOrEqual(15 + 3)
    // Polls at midnight may become bills, and freezes are.
    expect(energies.filter(slot => (slot - START) % DAY === 0)).toHaveLength(40)
    expect(await slotsOf(store, '1-0:1.8.0', 'freeze')).toHaveLength(40)
    expect((await store.sizes()).shed).toEqual([])
    const items = await store.changesAfter(0, 5_000)
    expect(items.at(-1)?.sequence).toBe(await store.lastSequence())
    const told = items.reduce((sum, item) => sum + (isGap(item) ? item.sequence - item.first + 1 : 1), 0)
    expect(told).toBe(await store.lastSequence())
    const kept = await store.readingsOf({ ...ALL, meter: 'm2' })
    const quiet: string[] = []
    const first = kept.find(({ kind }) => kind === 'freeze')
    const old = kept.find(
      ({ kind, slot }) => kind === 'poll' && slot > START + 26 * DAY && slot < START + 30 * DAY,
    )
    expect((await store.evidence(first?.id ?? ''))?.exchanges).toHaveLength(1)
    expect((await store.evidence(old?.id ?? ''))?.exchanges).toHaveLength(0)
    expect(quiet).toEqual([])
    expect((await store.sizes()).damaged).toBe(0)
  })

  test('a settlement at another hour than midnight is a bill for good, when the configuration names it no longer', async () => {
    const directory = newDirectory()
    const settles = START + 8 * HOUR
    const settlement = [{ day: 1, hour: 8 }]
    const plan = { meter: 'm2', line: 'a', plan: 'settlement', kind: 'freeze', keptForMs: DAY } as const
    const calendar = { on: settlement, offsetMinutes: 0 }
    const first = await openIn(directory, { limits: { ...LIMITS, settlement }, batchRows: 1 })
    await first.expect([{ ...plan, calendar, registers: ['1-0:1.8.0'], since: settles }], settles)
    for (const slot of [settles, settles + HOUR, START + DAY])
      await first.accept(roundOf('m2', { kind: 'freeze', slot, readAt: slot }))
    // The newest thousand stay whatever they are.
    for (let hours = 0; hours < 1_000; hours += 50)
      await first.accept(
        roundOf('m1', ...Array.from({ length: 50 }, (_, nth) => ({ slot: last + (hours + nth) * HOUR }))),
      )
    await close(first)
    const store = await openIn(directory, { limits: LIMITS, batchRows: 1 })
    await store.expect([], last)
    await store.advance('mqtt', await store.lastSequence())
    await tendAll(store, last, ['mqtt'])
    expect(await slotsOf(store, '1-0:1.8.0', 'freeze')).toEqual([settles, START + DAY])
  })

  test('numbers go on after a removal and a restart, and what came late is found', {
    timeout: 60_000,
  }, async () => {
    const directory = newDirectory()
    const first = await openIn(directory, { limits: LIMITS, batchRows: READINGS_A_DAY })
    await fill(first, 40)
    const given = await first.lastSequence()
    const count = (await first.sizes()).readings
    await first.advance('mqtt', given)
    await tendAll(first, last + 400 * DAY, ['mqtt'])
    const left = (await first.sizes()).readings
    expect(left).toBeLessThan(count / 2)
    await close(first)
    const again = await openIn(directory, { limits: LIMITS, batchRows: READINGS_A_DAY })
    expect(await again.lastSequence()).toBe(given)
    expect((await again.sizes()).readings).toBe(left)
    expect((await again.accept(roundOf('m1', { slot: last + DAY }))).lastSequence).toBe(given + 1)
    expect((await again.changesAfter(given, 10)).map(({ sequence }) => sequence)).toEqual([given + 1])
    expect(await again.lastGood()).not.toEqual([])
  })

  test('when room runs out: frames, delivered values, owed values, and never what bills are made of', {
    timeout: 120_000,
  }, async () => {
    const said: string[] = []
    const told = (_: unknown, text: string) => void said.push(text)
    const log: Log = { ...silentLog, info: told, warn: told, error: told }
    const limits = { ...LIMITS, maxBytes: 10e6 }
    const store = await openIn(newDirectory(), { limits, batchRows: READINGS_A_DAY }, log)
    const accepted = new Set<string>()
    for (let day = 0; store.room.stage !== 'shedding owed' && day < 3_000; day++) {
      await fill(store, 1, day)
      if (day < 100) await store.advance('mqtt', await store.lastSequence())
      await store.tend({ now: null, sinks: ['mqtt'] })
      accepted.add(`${START + day * DAY}`)
    }
    const before = await store.lastSequence()
    for (let day = 3_000; day < 3_030; day++) {
      await fill(store, 1, day)
      accepted.add(`${START + day * DAY}`)
      await store.tend({ now: null, sinks: ['mqtt'] })
      expect(store.room.usedBytes).toBeLessThanOrEqual(store.room.maxBytes)
    }
    expect(await store.lastSequence()).toBeGreaterThan(before)
    const stages = said.join('\n')
    for (const stage of ['frames of readings', 'delivered instantaneous', 'before they are delivered'])
      expect(stages).toContain(stage)
    for (const meter of METERS) {
      const freezes = await store.readingsOf({ ...ALL, meter, kind: 'freeze' })
      expect(new Set(freezes.map(({ slot }) => `${slot}`))).toEqual(accepted)
    }
    const { shed, readings } = await store.sizes()
    expect(shed.some(({ owed }) => owed > 0)).toBe(true)
    expect(new Set(shed.map(({ worth }) => worth)).has('billing')).toBe(false)
    const lost = shed.reduce((sum, one) => sum + one.readings, 0)
    expect(readings + lost).toBe((await count(store)).changes + (await count(store)).gaps)
  })
})

/** Changes still told, and numbers in gaps: together everything that was ever announced. */
async function count(store: Store) {
  let changes = 0
  let gaps = 0
  for (let from = 0; ; ) {
    const items = await store.changesAfter(from, 5_000)
    const last = items.at(-1)
    if (last === undefined) return { changes, gaps }
    from = last.sequence
    changes += items.filter(isChange).length
    for (const gap of items.filter(isGap)) gaps += gap.sequence - gap.first + 1
  }
}

test('a round whose readings are parted by the edge of a sweep keeps its frames while one of them stays', async () => {
  const store = await openIn(newDirectory(), { limits: { ...LIMITS, keep: { ...KEEP, frames: 90 * DAY } } })
  const rounds: Round[] = []
  for (let count = 0; count < 300; count++) {
    const at = { slot: START + count * HOUR, readAt: START + count * HOUR }
    const values = Array.from({ length: 7 }, (_, index) => ({
      ...at,
      obis: `1-0:${21 + index}.7.0`,
      unit: 'V',
    }))
    rounds.push(roundOf('m1', at, ...values))
  }
  await Promise.all(rounds.map(round => store.accept(round)))
  await tendAll(store, START + 80 * DAY, [])
  const kept = await store.readingsOf({ ...ALL, meter: 'm1' })
  expect(kept.length).toBeGreaterThan(300)
  expect(kept.length).toBeLessThan(2_400)
  for (const { id } of kept) expect((await store.evidence(id))?.exchanges.length, id).toBeGreaterThan(0)
})

test('one reading stamped in 2100 does not keep all others for ever', async () => {
  const store = await openIn(newDirectory(), { limits: LIMITS, batchRows: READINGS_A_DAY })
  await store.accept(roundOf('m1', { slot: Date.UTC(2100, 0, 1), obis: '1-0:32.7.0' }))
  await fill(store, 30)
  const before = (await store.sizes()).readings
  await tendAll(store, last, [])
  expect((await store.sizes()).readings).toBeLessThan(before / 2)
})

test('a damaged place of a sweep does not end the sweeping', async () => {
  const directory = newDirectory()
  const first = await openIn(directory, { limits: LIMITS, batchRows: READINGS_A_DAY })
  await fill(first, 30)
  await tendAll(first, START + 25 * DAY, [])
  await close(first)
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec('UPDATE sweep SET reading = reading | (1 << 40)')
  file.close()
  const again = await openIn(directory, { limits: LIMITS, batchRows: READINGS_A_DAY })
  const before = (await again.sizes()).readings
  await tendAll(again, last, [])
  expect((await again.sizes()).readings).toBeLessThan(before)
})

test('of old clock measurements the nearest to each midnight of the site stays', async () => {
  const directory = newDirectory()
  const store = await openIn(directory, { limits: { ...LIMITS, offsetMinutes: 480 }, batchRows: 1 })
  const measured: number[] = []
  for (let count = 0; count < 10 * 16; count++) {
    const measuredAt = START + count * 1.5 * HOUR + ((count * 7_919) % 3_000) * 1_000
    measured.push(measuredAt)
    await store.accept({ ...roundOf('m1'), clock: { measuredAt, deviationMs: count } })
  }
  await store.tend({ now: START + 10 * DAY + KEEP.frames, sinks: [] })
  await store.tend({ now: START + 10 * DAY + KEEP.frames, sinks: [] })
  const reader = readerIn(directory)
  for (let midnight = START + DAY - 8 * HOUR; midnight < START + 8 * DAY; midnight += DAY) {
    const nearest = measured.toSorted((a, b) => Math.abs(a - midnight) - Math.abs(b - midnight))[0]
    expect(reader.clockNear('m1', midnight)?.measuredAt).toBe(nearest)
    const noon = reader.clockNear('m1', midnight + 11 * HOUR)
    expect(Math.abs((noon?.measuredAt ?? 0) - midnight)).toBeLessThan(2 * HOUR)
  }
})

describe('PR-06 the scrub', () => {
  test('finds and fences a damaged row nobody asked for, and its freeze is not held', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    const slot = START
    await first.accept(roundOf('m1', { kind: 'freeze', slot }, { kind: 'freeze', slot, obis: '1-0:2.8.0' }))
    await close(first)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE reading SET digits = digits + 1 WHERE id = 2')
    file.close()
    const store = await openIn(directory)
    expect(await store.freezesHeld('m1', 0)).toEqual([{ slot, registers: 2 }])
    await store.tend({ now: null, sinks: [] })
    expect((await store.sizes()).damaged).toBe(1)
    expect(await store.freezesHeld('m1', 0)).toEqual([{ slot, registers: 1 }])
  })

  test('a reading whose announcement is damaged is announced again, once', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    for (let slot = 0; slot < 5; slot++)
      await first.accept(
        roundOf('m1', { slot: START + slot * HOUR, quality: slot === 1 ? 'quarantined' : 'good' }),
      )
    await close(first)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE change SET reading = reading + 7 WHERE sequence IN (2, 4)')
    file.close()
    const store = await openIn(directory)
    for (let times = 0; times < 4; times++) await store.tend({ now: null, sinks: [] })
    const items = await store.changesAfter(0, 100)
    expect(items.map(item => (isGap(item) ? `gap ${item.first}-${item.sequence}` : item.sequence))).toEqual([
      1,
      'gap 2-2',
      3,
      'gap 4-4',
      5,
      6,
    ])
    const slots = items.filter(isChange).map(({ slot }) => (slot - START) / HOUR)
    expect(slots.toSorted()).toEqual([0, 2, 3, 4])
  })

  test('an index that lacks a reading is damage to the file', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    await first.accept(roundOf('m1', {}))
    await close(first)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    const sql = file.prepare("SELECT sql FROM sqlite_schema WHERE name = 'reading_identity'").get()?.['sql']
    file.exec(`DROP INDEX reading_identity; ${String(sql)} WHERE id < 0`)
    file.enableDefensive?.(false)
    file.exec('PRAGMA writable_schema = ON')
    file.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'reading_identity'").run(String(sql))
    file.close()
    const store = await openIn(directory)
    await expect(store.tend({ now: null, sinks: [] })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })
})

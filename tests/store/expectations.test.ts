/** What was expected and did not come, as the store keeps it. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonthDay } from '../../src/core/calendar.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { accountOf, type Expected, type Missing } from '../../src/reading/expectation.ts'
import { createExpectations } from '../../src/store/expectations.ts'
import { createNames } from '../../src/store/names.ts'
import { MIGRATIONS } from '../../src/store/schema.ts'
import { transactionFor } from '../../src/store/statements.ts'
import type { Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'
import { keptAt, NOON, QUARTER, roundOf } from './rounds.ts'

const OFF = { state: 'missed', cause: 'OFF', tries: 0, triedAt: null } as const

function polled(change: Partial<Expected> = {}): Expected {
  return {
    meter: 'm1',
    line: 'a',
    plan: 'poll-15m',
    kind: 'poll',
    calendar: { everyMs: QUARTER, from: NOON },
    keptForMs: QUARTER,
    registers: ['1-0:1.8.0'],
    since: NOON,
    ...change,
  }
}

function gap(first: number, last: number, change: Partial<Missing> = {}): Missing & { meter: string } {
  return { meter: 'm1', plan: 'poll-15m', first, last, ...OFF, ...change }
}

async function accountIn(store: Store, from = NOON, to = NOON + DAY, now = to) {
  const plans = await store.plans({ limit: 10 })
  const accountedTo = await store.accountedTo()
  return Promise.all(
    plans.map(async plan => {
      const { held, missing } = await store.slots(plan.ref, from, to)
      return { ...plan, ...accountOf(plan, held, missing, { from, to, now, accountedTo }) }
    }),
  )
}

describe('what is missing', () => {
  test('PR-04 every period due is accepted, suspect, rejected, missed or open', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled()], NOON)
    await store.accept(roundOf('m1', { slot: NOON }))
    await store.accept(roundOf('m1', { slot: NOON + QUARTER, quality: 'suspect' }))
    await store.accept(roundOf('m1', { slot: NOON + 2 * QUARTER, quality: 'quarantined' }))
    await store.accept(roundOf('m1', { slot: NOON + 2 * QUARTER + MINUTE }))
    await store.account([gap(NOON + 3 * QUARTER, NOON + 5 * QUARTER)], NOON + 7 * QUARTER)
    const [seen] = await accountIn(store, NOON, NOON + DAY, NOON + 7 * QUARTER)
    expect(seen).toMatchObject({
      due: 8,
      accepted: 1,
      suspect: 1,
      rejected: 1,
      missed: 3,
      open: 1,
      unexplained: 1,
    })
    expect(seen?.gaps).toMatchObject([
      { ...OFF, first: NOON + 3 * QUARTER, last: NOON + 5 * QUARTER },
      { state: 'open', cause: 'NOT_ASKED' },
    ])
  })

  test('a period read in part is missing while somebody says so, and one read whole never is', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled({ registers: ['1-0:1.8.0', '1-0:2.8.0'] })], NOON)
    await store.accept(roundOf('m1', { slot: NOON }))
    await store.accept(roundOf('m1', { slot: NOON + QUARTER }))
    await store.accept(
      roundOf('m1', { slot: NOON + 2 * QUARTER }, { slot: NOON + 2 * QUARTER, obis: '1-0:2.8.0' }),
    )
    await store.account([gap(NOON + QUARTER, NOON + 2 * QUARTER)], NOON + 3 * QUARTER)
    expect(await accountIn(store, NOON, NOON + 3 * QUARTER)).toMatchObject([
      { due: 3, accepted: 2, missed: 1 },
    ])
  })

  test('ranges of one fate join, the last word counts, and what is filled is said no more', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled()], NOON)
    const at = (slots: number) => NOON + slots * QUARTER
    await store.account([gap(at(0), at(3))], at(4))
    await store.account([gap(at(4), at(9), { tries: 2, triedAt: at(9) })], at(10))
    const [{ ref = 0 } = {}] = await store.plans({ limit: 1 })
    const said = async () =>
      (await store.slots(ref, NOON, NOON + DAY)).missing.map(({ first, last, cause }) => [
        (first - NOON) / QUARTER,
        (last - NOON) / QUARTER,
        cause,
      ])
    expect(await said()).toEqual([[0, 9, 'OFF']])
    await store.account(
      [gap(at(3), at(5), { cause: 'LINE_SILENT' }), gap(at(8), at(8), { state: 'filled' })],
      at(10),
    )
    expect(await said()).toEqual([
      [0, 2, 'OFF'],
      [3, 5, 'LINE_SILENT'],
      [6, 7, 'OFF'],
      [9, 9, 'OFF'],
    ])
    expect((await store.slots(ref, at(4), at(7))).missing).toHaveLength(2)
  })

  test('PR-31 FT-08 a clock that was ahead and is put right unsays what has not happened', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled()], NOON)
    await store.account([gap(NOON, NOON + 3_650 * DAY)], NOON + 3_650 * DAY)
    await store.account([], NOON + HOUR)
    expect(await store.accountedTo()).toBe(NOON + HOUR)
    const [seen] = await accountIn(store, NOON, NOON + DAY)
    expect(seen).toMatchObject({ due: 96, missed: 5, open: 91 })
  })
})

describe('a change of what is expected', () => {
  const later = NOON + DAY + MINUTE

  test('PR-04 other settlement days count from the next on, and a start before it makes no settlement due twice', async () => {
    const store = await openIn(newDirectory())
    const first = { day: 1, hour: 0 }
    const settling = (...on: readonly MonthDay[]) =>
      polled({
        plan: 'settlement',
        kind: 'freeze',
        calendar: { on, offsetMinutes: 0 },
        keptForMs: 730 * DAY,
        since: Date.UTC(2026, 8, 1),
      })
    const changed = settling(first, { day: 15, hour: 8 })
    await store.expect([settling(first)], NOON)
    await store.expect([changed], NOON + HOUR)
    const dueNow = async () => {
      const all = await accountIn(store, Date.UTC(2026, 7, 1), NOON + DAY)
      return all.map(({ due }) => due)
    }
    expect(await dueNow()).toEqual([3, 0])
    await store.expect([changed], NOON + 2 * HOUR)
    expect(await dueNow()).toEqual([3, 0])
    // A clock that was ahead by months is another matter.
    await store.expect([changed], Date.UTC(2026, 7, 20))
    expect((await store.plans({ limit: 10 })).map(({ since }) => since)).toContain(Date.UTC(2026, 8, 1))
  })

  test('PR-04 another register, another line or another rhythm is another plan, and no period is due twice', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled()], NOON)
    await store.account([], NOON + DAY)
    const since = NOON + MINUTE
    const ofMinute = { registers: ['1-0:2.8.0'], since, calendar: { everyMs: QUARTER, from: since } }
    for (const [index, change] of [
      { line: 'b' },
      { line: 'b', registers: ['1-0:2.8.0'] },
      { line: 'b', ...ofMinute },
      { line: 'b', ...ofMinute },
    ].entries())
      await store.expect([polled({ since: NOON + DAY, ...change })], later + index * HOUR)
    const plans = await store.plans({ limit: 10 })
    expect(plans.map(({ line, since, until }) => [line, since, until])).toEqual([
      ['a', NOON, later],
      ['b', NOON + DAY + QUARTER, later + HOUR],
      ['b', NOON + DAY + 5 * QUARTER, later + 2 * HOUR],
      ['b', NOON + DAY + MINUTE + 8 * QUARTER, null],
    ])
    expect(await store.plans({ limit: 10, line: 'a' })).toHaveLength(1)
    expect(await store.plans({ limit: 10, after: { meter: 'm1', plan: plans[1]?.ref ?? 0 } })).toHaveLength(2)
  })

  test('PR-04 of a meter taken out while we were off, the time until then is missed, and nothing after it is due', async () => {
    const store = await openIn(newDirectory())
    const daily = polled({
      plan: 'daily',
      kind: 'freeze',
      calendar: { everyMs: DAY, from: NOON },
      keptForMs: 62 * DAY,
    })
    await store.expect([polled(), daily], NOON)
    await store.account([gap(NOON, NOON, { plan: 'daily', state: 'open' })], NOON + HOUR)
    await store.expect([], NOON + 3 * HOUR)
    await store.account([], NOON + DAY)
    const [poll, freeze] = await accountIn(store, NOON, NOON + 9 * DAY)
    expect(poll).toMatchObject({ due: 12, missed: 8 + 1, open: 0, unexplained: 12 - 9 })
    expect(poll?.gaps).toMatchObject([{ cause: 'OFF', last: NOON + 11 * QUARTER }])
    expect(freeze).toMatchObject({ due: 1, missed: 1, gaps: [{ cause: 'NOT_WANTED' }] })
  })

  test('PR-04 slots that load records might fill are known after a start, and wanted by nobody when their plan ends', async () => {
    const store = await openIn(newDirectory())
    await store.expect([polled({ keptForMs: 40 * DAY })], NOON)
    const open = [
      gap(NOON, NOON + QUARTER, { state: 'open' }),
      gap(NOON + HOUR, NOON + HOUR, { state: 'open' }),
    ]
    await store.account([...open, gap(NOON + 2 * HOUR, NOON + 2 * HOUR)], NOON + 3 * HOUR)
    const ref = (await store.plans({ limit: 1 }))[0]?.ref ?? 0
    expect(await store.open(ref)).toMatchObject([
      { first: NOON, last: NOON + QUARTER, cause: 'OFF' },
      { first: NOON + HOUR, last: NOON + HOUR },
    ])
    await store.expect([], NOON + 3 * HOUR)
    expect(await store.open(ref)).toEqual([])
    const [ended] = await accountIn(store, NOON, NOON + DAY)
    expect(ended).toMatchObject({ open: 0 })
    expect(ended?.gaps).toContainEqual(expect.objectContaining({ first: NOON, cause: 'NOT_WANTED' }))
  })

  test('a meter taken out and put back is expected from then on, and its days from where they were left', async () => {
    const store = await openIn(newDirectory())
    const daily = polled({
      plan: 'daily',
      kind: 'freeze',
      calendar: { everyMs: DAY, from: NOON },
      keptForMs: 62 * DAY,
    })
    await store.expect([daily], NOON)
    await store.expect([], NOON + DAY + HOUR)
    await store.expect([daily], NOON + 9 * DAY + HOUR)
    expect(await accountIn(store, NOON, NOON + 20 * DAY, NOON + 9 * DAY + HOUR)).toMatchObject([
      { due: 2, since: NOON },
      { due: 8, since: NOON + 2 * DAY },
    ])
  })
})

test('PR-04 whatever is said in whatever order, ranges never overlap and the last word stands', () => {
  const word = fc.record({
    first: fc.integer({ min: 0, max: 30 }),
    length: fc.integer({ min: 0, max: 12 }),
    state: fc.constantFrom('missed' as const, 'rejected' as const, 'open' as const, 'filled' as const),
    cause: fc.constantFrom('OFF' as const, 'LINE_SILENT' as const),
  })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), words => {
      const database = new DatabaseSync(':memory:')
      for (const migration of MIGRATIONS) database.exec(migration)
      const transaction = transactionFor(database, () => undefined)
      const expectations = createExpectations(database, createNames(database), transaction)
      transaction(() => undefined)
      expectations.expect([polled()], NOON)
      const model = new Map<number, string>()
      for (const { first, length, state, cause } of words) {
        const [from, last] = [NOON + first * QUARTER, NOON + (first + length) * QUARTER]
        expectations.account([gap(from, last, { state, cause })], NOON + DAY)
        for (let slot = from; slot <= last; slot += QUARTER)
          if (state === 'filled') model.delete(slot)
          else model.set(slot, `${state} ${cause}`)
      }
      const { missing } = expectations.slots(1, NOON, NOON + DAY)
      const kept = missing.flatMap(({ first, last, state, cause }) =>
        Array.from({ length: (last - first) / QUARTER + 1 }, (_, nth) => [
          first + nth * QUARTER,
          `${state} ${cause}`,
        ]),
      )
      expect(kept).toEqual([...model].sort(([a], [b]) => a - b))
      const touching = missing.filter(
        (one, index) =>
          one.last + QUARTER === missing[index + 1]?.first &&
          one.state === missing[index + 1]?.state &&
          one.cause === missing[index + 1]?.cause,
      )
      expect(touching).toEqual([])
      database.close()
    }),
    { numRuns: 200, seed: 7 },
  )
})

test('PR-86 a store of the schema before goes on, with nothing expected until somebody says so', async () => {
  const directory = newDirectory()
  const first = await openIn(directory)
  await first.accept(roundOf('m1', {}))
  await close(first)
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(backToSchema(3))
  file.close()
  const store = await openIn(directory)
  expect(store.epoch).toBe(1)
  expect(await store.accountedTo()).toBeNull()
  expect(await store.plans({ limit: 1 })).toEqual([])
  expect(await keptAt(store, NOON)).toHaveLength(1)
})

test('what was missing is forgotten with the readings of its time, and so are plans that ended before', async () => {
  const limits = {
    maxBytes: 2 ** 30,
    keep: { frames: DAY, instantaneous: DAY, curve: DAY, billing: 9 * DAY },
    offsetMinutes: 0,
  }
  const store = await openIn(newDirectory(), { batchRows: 1, limits })
  const daily = polled({
    plan: 'daily',
    kind: 'freeze',
    calendar: { everyMs: DAY, from: NOON },
    keptForMs: 62 * DAY,
  })
  const hourly = polled({
    plan: 'hourly',
    kind: 'freeze',
    calendar: { everyMs: HOUR, from: NOON },
    keptForMs: 254 * HOUR,
  })
  await store.expect([polled(), polled({ meter: 'm2' }), daily, hourly], NOON)
  await store.account(
    [
      gap(NOON, NOON + HOUR),
      gap(NOON + 2 * DAY, NOON + 2 * DAY),
      gap(NOON, NOON, { plan: 'daily' }),
      gap(NOON, NOON + HOUR, { plan: 'hourly' }),
    ],
    NOON + 2 * DAY,
  )
  await store.expect([polled(), daily, hourly], NOON + HOUR)
  await store.tend({ now: NOON + 3 * DAY, sinks: [] })
  const plans = await store.plans({ limit: 10 })
  expect(plans.map(({ meter, plan }) => [meter, plan])).toEqual([
    ['m1', 'poll-15m'],
    ['m1', 'daily'],
    ['m1', 'hourly'],
  ])
  const left = await Promise.all(plans.map(({ ref }) => store.slots(ref, 0, NOON + 9 * DAY)))
  expect(left.map(({ missing }) => missing.length)).toEqual([1, 1, 0])
})

/** Lives of a process that accounts as fast as it can; each leaves the instant it was told last. */
test('PR-01 PR-04 kill -9 leaves every period that was accounted for with one fate', {
  timeout: 60_000,
}, async () => {
  const directory = newDirectory()
  let told = 0
  for (let life = 1; life <= 5; life += 1) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'accounting-child.ts'), directory])
    let text = ''
    child.stdout.on('data', (part: Buffer) => {
      if (text === '') setTimeout(() => child.kill('SIGKILL'), 40 * life)
      text += part.toString()
    })
    await new Promise(resolve => child.once('close', resolve))
    told = Number(text.trimEnd().split('\n').slice(0, -1).at(-1) ?? told)
    const store = await openIn(directory)
    const accountedTo = (await store.accountedTo()) ?? 0
    expect(accountedTo).toBeGreaterThanOrEqual(told)
    for (let from = NOON; from < accountedTo; from += DAY) {
      const [seen] = await accountIn(store, from, Math.min(from + DAY, accountedTo), accountedTo)
      expect(seen).toMatchObject({ unexplained: 0, open: 0 })
      expect((seen?.accepted ?? 0) + (seen?.missed ?? 0) + (seen?.rejected ?? 0)).toBe(seen?.due)
    }
    await close(store)
  }
  expect(told).toBeGreaterThan(NOON + HOUR)
})

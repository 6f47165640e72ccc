/** When boundaries are settled: at their time, not before, by a clock that is believed, and again when something changed. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import type { MeterConfig } from '../../src/config/config.ts'
import { Fault } from '../../src/core/faults.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { createReleasing, type ReleasingParts } from '../../src/releasing/releasing.ts'
import type { Calls } from '../../src/store/protocol.ts'
import { bookIn } from '../store/book-files.ts'
import { newDirectory, readerIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED, timedMeter } from '../support/api.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { type Given, writeBook } from '../support/written-book.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const METERS = ['m1', 'm2', 'm3'].map(freezingMeter)

/** The daemon's part over a store file, in time that passes when told. `days` are counted from MIDNIGHT. */
function house(
  directory = newDirectory(),
  startsAt = MIDNIGHT + HOUR,
  meters: readonly MeterConfig[] = METERS,
) {
  const clock = virtualClock(startsAt)
  const calls = bookIn(directory)
  const asked: { pairs: number; settled: string[]; isCatchingUp: boolean | undefined }[] = []
  const lines: string[] = []
  const log: Log = { ...silentLog, info: (_, text) => void lines.push(text) }
  const timeTrust = { trusted: true, look: () => undefined }
  const failures: unknown[] = []
  let refusal: Error | null = null
  const store: ReleasingParts['store'] = {
    async settle(one) {
      if (refusal) throw refusal
      const answer = calls.settle(one)
      asked.push({
        pairs: one.pairs.length,
        settled: answer.outcomes.filter(does => does !== 'final'),
        isCatchingUp: one.isCatchingUp,
      })
      return answer
    },
    boundariesTouched: async after => calls.boundariesTouched(after),
    boundariesWithheld: async () => calls.boundariesWithheld(),
    lastSequence: async () => calls.lastSequence(),
    cursor: async sink => calls.cursor(sink),
    advance: async (sink, sequence) => calls.advance(sink, sequence),
  }
  const config = { meters, billing: USUAL_POLICY, site: { offsetMinutes: 480 } }
  const releasing = createReleasing({
    holds: () => null,
    store,
    config,
    timeTrust,
    clock,
    log,
    broken: error => void failures.push(error),
  })
  const stop = async () => {
    const stopped = releasing.stop()
    await clock.pass(1_000)
    await stopped
    calls.close()
  }
  let isStopped = false
  const end = async () => {
    if (!isStopped) await stop()
    isStopped = true
    expect(failures).toEqual([])
  }
  ends.push(end)
  return {
    clock,
    calls,
    asked,
    lines,
    timeTrust,
    releasing,
    end,
    directory,
    refuse: (error: Error | null) => {
      refusal = error
    },
    start: async () => {
      releasing.start()
      await clock.pass(MINUTE)
    },
    freeze: (meter: string, day = 0, digits = 100n) => keep(calls, meter, day, digits),
    released: () =>
      readerIn(directory)
        .book.releasesAfter(0, 5_000)
        .entries.map(({ meter, boundary, version }) => `${meter} ${(boundary - MIDNIGHT) / DAY} v${version}`),
  }
}

function keep(
  calls: Calls & { keep: (round: ReturnType<typeof roundOf>) => void },
  meter: string,
  day: number,
  digits: bigint,
) {
  const slot = MIDNIGHT + day * DAY
  const said = NEEDED.map(obis => ({ obis, kind: 'freeze', slot, readAt: slot, digits }) as const)
  calls.keep({ ...roundOf(meter, ...said), clock: { measuredAt: slot, deviationMs: 0 } })
}

test('a boundary is settled when its time has elapsed, and not a minute before', async () => {
  const { clock, start, freeze, released, lines } = house()
  for (const { id } of METERS) freeze(id)
  await start()
  await clock.pass(22 * HOUR + 58 * MINUTE)
  expect(released()).toEqual([])
  await clock.pass(2 * MINUTE)
  expect(released()).toEqual(['m1 0 v1', 'm2 0 v1', 'm3 0 v1'])
  // A slice ends with its time, so how many batches there are is the machine's.
  for (const [index, line] of lines.entries())
    expect(line).toMatch(
      new RegExp(`^batch ${index + 1} released at 2026-11-22T00:0.*: \\d actual; \\d+ held$`),
    )
  expect(lines.length).toBeGreaterThan(0)
})

test('PR-31 nothing is released while our clock is not believed, and all that was due when it is again', async () => {
  const { clock, start, freeze, released, timeTrust, asked } = house()
  for (const { id } of METERS) freeze(id)
  timeTrust.trusted = false
  await start()
  await clock.pass(3 * DAY)
  expect([released(), asked]).toEqual([[], []])
  timeTrust.trusted = true
  await clock.pass(2 * MINUTE)
  expect(released()).toHaveLength(3)
})

test('what comes late is released within the minute, however late', async () => {
  const { clock, start, freeze, released, releasing } = house()
  freeze('m1')
  await start()
  await clock.pass(2 * DAY)
  expect(released()).toEqual(['m1 0 v1'])
  const { held } = releasing.status()
  freeze('m2', 0)
  freeze('m3', -40)
  // Not due yet: it waits for its time.
  freeze('m3', 2)
  await clock.pass(MINUTE)
  expect(released()).toEqual(['m1 0 v1', 'm2 0 v1', 'm3 -40 v1'])
  expect(releasing.status()).toEqual({ releases: { actual: 3 }, held: held - 2 })
  await clock.pass(DAY)
  expect(released().at(-1)).toBe('m3 2 v1')
})

test('A-10 a new store: what is read in its first minute is released within the next', async () => {
  const one = house(newDirectory(), MIDNIGHT + 2 * DAY)
  await one.start()
  one.freeze('m1')
  await one.clock.pass(MINUTE)
  expect(one.released()).toEqual(['m1 0 v1'])
})

test('for an hour after a start nothing is estimated, then all there is is looked at again', async () => {
  const one = house(newDirectory(), MIDNIGHT + 40 * DAY)
  await one.start()
  await one.clock.pass(58 * MINUTE)
  expect(one.asked.map(({ isCatchingUp }) => isCatchingUp)).not.toContain(false)
  const before = one.asked.length
  await one.clock.pass(5 * MINUTE)
  const after = one.asked.slice(before)
  expect(after.map(({ isCatchingUp }) => isCatchingUp)).not.toContain(true)
  expect(after.flatMap(({ settled }) => settled).length).toBeGreaterThanOrEqual(62)
})

test('what is settled is not settled again by the next life, which goes on where the last ended', async () => {
  const first = house()
  for (const { id } of METERS) first.freeze(id)
  await first.start()
  await first.clock.pass(DAY)
  expect(first.released()).toHaveLength(3)
  first.freeze('m1', -3)
  await first.end()
  const second = house(first.directory, MIDNIGHT + 2 * DAY)
  await second.start()
  expect(second.released()).toEqual(['m1 0 v1', 'm2 0 v1', 'm3 0 v1', 'm1 -3 v1'])
})

test('a full store is asked again in a minute, and its calls hold no more than a slice each', async () => {
  const { clock, start, freeze, released, refuse, asked } = house()
  for (const { id } of METERS) for (let day = -50; day <= 0; day += 1) freeze(id, day, BigInt(500 + day))
  refuse(new Fault('STORE_FULL', 'full'))
  await start()
  await clock.pass(2 * DAY)
  expect(released()).toEqual([])
  refuse(null)
  await clock.pass(2 * MINUTE)
  expect(released()).toHaveLength(3 * 51)
  expect(asked.length).toBeGreaterThan(1)
  for (const { pairs, settled } of asked) {
    expect(pairs).toBeLessThanOrEqual(200)
    expect(settled.length).toBeLessThanOrEqual(100)
  }
})

test('a meter that settles at an hour of its own is settled at it, and at midnights where it is read by the clock', async () => {
  const { profile, ...meter } = timedMeter('t1')
  const { daily } = freezingMeter('m1').profile
  const settling = {
    ...meter,
    settlement: [{ day: 21, hour: 8 }],
    profile: { ...profile, settlement: daily! },
  }
  const { clock, calls, start, released } = house(newDirectory(), MIDNIGHT + HOUR, [settling])
  keep(calls, 't1', 8 / 24, 100n)
  const slot = MIDNIGHT + DAY
  calls.keep(roundOf('t1', { slot, readAt: slot + 4_000 }))
  await start()
  await clock.pass(DAY + 8 * HOUR)
  expect(released()).toEqual([`t1 ${8 / 24} v1`])
  await clock.pass(16 * HOUR)
  expect(released()).toEqual([`t1 ${8 / 24} v1`, 't1 1 v1'])
})

test('PR-06 what is damaged is settled anew within the minute, however old and whoever is configured', async () => {
  const meters = ['m1', 'm2'].map(freezingMeter)
  const { directory, start, freeze, calls, clock, released, releasing } = house(
    newDirectory(),
    MIDNIGHT + 2 * DAY,
    meters,
  )
  for (const { id } of meters) freeze(id, -300)
  const releases = ['m1', 'm2', 'm3'].flatMap(id => [-300, -299].map(day => old(id, day)))
  writeBook(directory, [{ recordedAt: MIDNIGHT, releases }])
  spoil(directory, [1, 3, 5])
  // Longer ago than it looks back: by itself nobody would settle these.
  await start()
  expect(released()).toEqual(['m1 -299 v1', 'm2 -299 v1', 'm3 -299 v1'])
  for (const key of [1, 3, 5]) calls.report({ table: 'release', key })
  await clock.pass(MINUTE)
  expect(released().slice(3)).toEqual(['m1 -300 v2', 'm2 -300 v2', 'm3 -300 v2'])
  expect(releasing.status().releases).toEqual({ actual: 2, withdrawn: 1 })
  const taken = readerIn(directory).book.latestOf('m3', MIDNIGHT - 300 * DAY)
  expect(taken?.remarks.map(({ text }) => text)).toEqual([
    'number 5 of the book is damaged and withheld; there is nothing that could be released in its place',
    'the meter is configured no more',
  ])
  await clock.pass(10 * MINUTE)
  expect(released()).toHaveLength(6)
})

function old(meter: string, day: number): Given {
  const [standing, by, registers] = ['actual' as const, 'rule', []]
  const boundary = MIDNIGHT + day * DAY
  return { meter, boundary, standing, by, registers, withheld: [], multiplier: '1', segment: 1, remarks: [] }
}

function spoil(directory: string, numbers: readonly number[]): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { timeout: 5_000 })
  file.exec(`UPDATE release SET checksum = checksum + 1 WHERE sequence IN (${numbers.join()})`)
  file.close()
}

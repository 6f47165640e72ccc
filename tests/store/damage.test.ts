import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/core/faults.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { KEPT_FOR } from '../../src/reading/worth.ts'
import { openStoreFile } from '../../src/store/file.ts'
import type { Calls } from '../../src/store/protocol.ts'
import type { Hours } from '../../src/store/queries.ts'
import { isChange } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

/** More by `METERD_FLIPS=10000`, others by `METERD_SEED`. */
const FLIPS = Number(process.env['METERD_FLIPS'] ?? 250)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

const LIMITS = { maxBytes: 1e9, keep: KEPT_FOR, offsetMinutes: 0 }
const ALL = { from: 0, to: 9e15, limit: 5_000 }

async function fill(directory: string): Promise<void> {
  const store = await openIn(directory, {})
  const finding = { rule: 'V-R5', verdict: 'flag', severity: 3, codes: ['2.6.1'], evidence: 'slow' } as const
  const rounds = Array.from({ length: 90 }, (_, index) => {
    const slot = NOON + Math.floor(index / 3) * QUARTER
    const kind = index % 5 === 0 ? 'freeze' : 'poll'
    const digits = 9_007_199_254_740_993n + BigInt(index)
    const findings = index % 7 === 0 ? [finding] : []
    const round = roundOf(
      `meter ${index % 3}`,
      { slot, kind, digits, findings },
      { slot, obis: '1-0:2.8.0', digits: 5n },
    )
    return { ...round, clock: { measuredAt: slot, deviationMs: index } }
  })
  await Promise.all(rounds.map(round => store.accept(round)))
  for (const meter of ['meter 0', 'meter 1'])
    await store.accept(roundOf(meter, { slot: NOON, kind: 'freeze', digits: 1n }, { slot: NOON, digits: 2n }))
  await store.advance('mqtt', 100)
  await close(store)
}

/** Everything the store serves, each thing under a name that says which thing it is. */
function* served(calls: Calls, ids: readonly string[]): Generator<readonly [name: string, value: string]> {
  const json = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : (part as unknown)))
  const questions: readonly (() => Iterable<readonly [string, unknown]>)[] = [
    () =>
      calls
        .changesAfter(0, 1_000)
        .filter(isChange)
        .map(change => [`change ${change.sequence}`, change]),
    ...['meter 0', 'meter 1', 'meter 2'].flatMap(meter => [
      () =>
        calls
          .readingsIn({ meter, ...ALL }, hoursOf(calls))
          .items.map(reading => [`${meter} ${reading.id}`, reading] as const),
      () => calls.latestOf(meter).map(reading => [`${meter} ${reading.id}`, reading] as const),
    ]),
    () => calls.boundary(NOON, 0).items.map(reading => [`${reading.meter} ${reading.id}`, reading]),
    () =>
      calls
        .lastGood(0)
        .items.map(({ meter, obis, kind, ...good }) => [
          `good ${meter} ${obis} ${kind} ${good.readAt}`,
          good,
        ]),
    () => [['cursor', positionOf(calls)]],
    () => calls.clocks().map(clock => [`clock ${clock.meter}`, clock]),
    ...ids.map(id => () => {
      const { exchanges = [], line = '' } = calls.evidence(id) ?? {}
      // A damaged line is left empty.
      const said = exchanges.map(exchange => [`exchange ${id} ${exchange.request[1]}`, exchange] as const)
      return line === '' ? said : [...said, [`line ${id}`, line] as const]
    }),
  ]
  for (const question of questions) {
    try {
      for (const [name, value] of question()) yield [name, json(value)]
    } catch (error) {
      // A page that cannot be read ends a question with a fault; what was answered before it still counts.
      if (!(error instanceof Error && ('errcode' in error || error instanceof Fault))) throw error
    }
  }
}

/** A damaged position starts over, which is harmless; any other number would skip readings. */
function positionOf(calls: Calls): string {
  const position = calls.cursor('mqtt').sequence
  return position === 0 ? '100' : `${position}`
}

/** All hours at once; a damaged slot may have made them many, which the store itself walks in parts. */
function hoursOf(calls: Calls): Hours {
  const hours = calls.hoursOf({ meter: '', ...ALL }) ?? { first: 0, last: 0, atOnce: 0 }
  const last = Math.min(hours.last, hours.first + 1_000)
  return { first: hours.first, last, atOnce: 1_000 }
}

function flipBit(file: string, bit: number): void {
  const bytes = readFileSync(file)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  writeFileSync(file, bytes)
}

describe('PR-06 damage', () => {
  test(`none of ${FLIPS} flipped bits changes what is served`, {
    timeout: 60_000 + FLIPS * 100,
  }, async () => {
    const whole = newDirectory()
    await fill(whole)
    const source = join(whole, 'meterd.db')
    const truth = new Map<string, string>()
    const sound = openStoreFile(whole, LIMITS, () => undefined)
    const ids = sound
      .changesAfter(0, 10)
      .filter(isChange)
      .map(({ id }) => id)
    for (const [name, value] of served(sound, ids)) truth.set(name, value)
    const clocks = new Set<string>()
    for (let near = NOON - 2 * DAY; near < NOON + 2 * DAY; near += HOUR)
      for (const clock of sound.clocks(near)) clocks.add(JSON.stringify(clock))
    expect(clocks.size).toBeGreaterThan(20)
    sound.close()
    expect(truth.size).toBeGreaterThan(300)

    const random = seededRandom(SEED)
    const bits = readFileSync(source).length * 8
    const damaged = newDirectory()
    const target = join(damaged, 'meterd.db')
    let noticed = 0
    for (let flip = 0; flip < FLIPS; flip++) {
      for (const left of ['-wal', '-shm']) rmSync(target + left, { force: true })
      copyFileSync(source, target)
      const bit = random.integer(bits)
      flipBit(target, bit)
      let calls: Calls
      try {
        calls = openStoreFile(damaged, LIMITS, () => undefined)
      } catch (error) {
        expect(error).toBeInstanceOf(Fault)
        noticed++
        continue
      }
      const seen = new Set<string>()
      for (const [name, value] of served(calls, ids)) {
        // With a damaged key a measurement is not found; one before it is as true, and says when it was made.
        if (name.startsWith('clock ')) expect(clocks).toContain(value)
        else expect([bit, name, value]).toEqual([bit, name, truth.get(name)])
        seen.add(name)
      }
      if (seen.size < truth.size) noticed++
      try {
        calls.close()
      } catch {
        // Closing moves the log, which may meet the damage as well.
      }
    }
    // The fault did happen: a good part of the flips hit something that is then missing.
    expect(noticed).toBeGreaterThan(FLIPS / 10)
  })

  test('a damaged row is withheld, counted and reported once; pages go on behind it', async () => {
    const directory = newDirectory()
    await fill(directory)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE reading SET digits = digits + 1 WHERE id BETWEEN 5 AND 14')
    file.close()
    const said: string[] = []
    const log: Log = { ...silentLog, warn: (_, text) => void said.push(text) }
    const store = await openIn(directory, { batchRows: 1 }, log)
    const items = await store.changesAfter(0, 10)
    expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 14, 15, 16, 17, 18, 19, 20])
    expect(items[4]).toEqual({ first: 5, sequence: 14 })
    await store.changesAfter(0, 10)
    expect((await store.sizes()).damaged).toBe(10)
    expect(said).toHaveLength(10)
    expect(said[0]).toBe('row 5 of reading does not match its checksum and is withheld')
  })

  test('read again from the meter, a damaged reading is replaced by the next version', async () => {
    const directory = newDirectory()
    const first = await openIn(directory)
    await first.accept(roundOf('m1', { kind: 'freeze' }))
    await close(first)
    const file = new DatabaseSync(join(directory, 'meterd.db'))
    file.exec('UPDATE reading SET digits = 1')
    file.close()
    const store = await openIn(directory)
    expect(await store.boundary(NOON)).toEqual([])
    expect(await store.accept(roundOf('m1', { kind: 'freeze' }))).toMatchObject({ stored: 1, conflicts: 0 })
    expect(await store.boundary(NOON)).toMatchObject([{ version: 2, quality: 'good' }])
    expect(await store.lastGood()).toHaveLength(1)
  })
})

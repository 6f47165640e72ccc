/** Polls stamped by a wrong clock of ours are put in doubt afterwards, announced again, and give way to true ones. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { HOUR } from '../../src/core/time.ts'
import type { Kind, ValidatedReading } from '../../src/reading/reading.ts'
import { isChange, type Round, type Store } from '../../src/store/store.ts'
import { openStore } from '../../src/store/thread.ts'
import { keptAt } from './rounds.ts'

const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

function round(kind: Kind, slot: number, digits: bigint, receivedAt: number): Round {
  const reading: ValidatedReading = {
    meter: 'm1',
    obis: '1-0:1.8.0',
    kind,
    slot,
    value: { digits, scaler: -2 },
    unit: 'kWh',
    readAt: kind === 'freeze' ? slot : receivedAt,
    receivedAt,
    exchange: 0,
    quality: 'good',
    findings: [],
  }
  const exchange = {
    request: Uint8Array.of(1),
    reply: Uint8Array.of(2),
    sentAt: receivedAt - 100,
    receivedAt,
    outcome: 'answered' as const,
  }
  return { meter: 'm1', line: 'l1', exchanges: [exchange], readings: [reading], clock: null }
}

async function open(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-doubt-'))
  const store = await openStore(folder, systemClock, silentLog)
  undo.push(
    () => rmSync(folder, { recursive: true }),
    () => store.close(),
  )
  return store
}

test('PR-31 what was stamped ahead of the true time is suspect and announced; the true poll of the slot becomes good', async () => {
  const store = await open()
  await store.accept(round('poll', MIDNIGHT - 9 * HOUR, 9_000n, MIDNIGHT - 9 * HOUR))
  const kept = await store.lastKept()
  await store.accept(round('poll', MIDNIGHT, 10_000n, MIDNIGHT + 2_000))
  await store.accept(round('freeze', MIDNIGHT - HOUR, 9_900n, MIDNIGHT + 2_000))
  expect(await store.doubtPolls(kept?.reading ?? 0, MIDNIGHT - 8 * HOUR, 'our clock was set back')).toBe(1)
  const [doubted] = (await keptAt(store, MIDNIGHT)).filter(({ kind }) => kind === 'poll')
  expect(doubted).toMatchObject({ quality: 'suspect', findings: [{ rule: 'V-T1' }] })
  expect(
    (await store.changesAfter(3, 10)).filter(isChange).map(({ id, quality }) => ({ id, quality })),
  ).toEqual([{ id: doubted?.id, quality: 'suspect' }])
  await store.accept(round('poll', MIDNIGHT, 14_000n, MIDNIGHT + 3_000))
  const versions = await keptAt(store, MIDNIGHT)
  expect(versions.map(({ version, quality, value }) => ({ version, quality, digits: value.digits }))).toEqual(
    [
      { version: 1, quality: 'suspect', digits: 10_000n },
      { version: 2, quality: 'good', digits: 14_000n },
    ],
  )
})

test('more than one part of readings is doubted, and none twice', async () => {
  const store = await open()
  const rounds = Array.from({ length: 1_200 }, (_, index) =>
    round('poll', MIDNIGHT + index * 1_000, BigInt(index), MIDNIGHT + index * 1_000),
  )
  await Promise.all(rounds.map(one => store.accept(one)))
  expect(await store.doubtPolls(0, MIDNIGHT + 99_000, 'set back')).toBe(1_100)
  expect(await store.doubtPolls(0, MIDNIGHT + 99_000, 'set back')).toBe(0)
  expect(await store.lastSequence()).toBe(2_300)
})

test("V-T1 what a load record brought carries the meter's time and stands", async () => {
  const store = await open()
  const slot = MIDNIGHT - HOUR
  const { readings, ...rest } = round('poll', slot, 9_000n, MIDNIGHT + 2_000)
  await store.accept({ ...rest, readings: readings.map(reading => ({ ...reading, readAt: slot })) })
  expect(await store.doubtPolls(0, MIDNIGHT, 'our clock was set back')).toBe(0)
  const [kept] = await store.latestOf('m1')
  expect(kept).toMatchObject({ slot, quality: 'good' })
})

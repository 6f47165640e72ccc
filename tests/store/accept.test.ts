import { describe, expect, test } from 'vitest'
import { readId } from '../../src/reading/identity.ts'
import { isChange, type Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { keptAt, NOON, QUARTER, roundOf } from './rounds.ts'

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 5_000 }
const freeze = { kind: 'freeze', slot: NOON } as const

async function changes(store: Store) {
  return (await store.changesAfter(0, 5_000)).filter(isChange)
}

describe('accept', () => {
  test('what was accepted comes back exactly, also after a restart', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const findings = [
      { rule: 'V-R5', verdict: 'flag', severity: 3, codes: ['2.6.1'], evidence: 'a "b"\n电' },
    ] as const
    const round = roundOf(
      'm1',
      { digits: 9_223_372_036_854_775_807n, scaler: -9, findings },
      { obis: '1-0:2.8.0', digits: -5n },
    )
    expect(await store.accept(round)).toEqual({
      stored: 2,
      duplicates: 0,
      conflicts: 0,
      refused: 0,
      lastSequence: 2,
    })
    await close(store)
    const again = await openIn(directory)
    const [first, second] = await changes(again)
    const { receivedAt, readAt, slot } = round.readings[0]!
    expect(first).toEqual({
      sequence: 1,
      id: readId({ meter: 'm1', obis: '1-0:1.8.0', kind: 'poll', slot: NOON, version: 1 }),
      meter: 'm1',
      obis: '1-0:1.8.0',
      kind: 'poll',
      slot,
      version: 1,
      value: { digits: 9_223_372_036_854_775_807n, scaler: -9 },
      unit: 'kWh',
      readAt,
      receivedAt,
      quality: 'good',
      findings,
      round: 1,
    })
    expect(second).toMatchObject({
      sequence: 2,
      obis: '1-0:2.8.0',
      value: { digits: -5n, scaler: -2 },
      round: 1,
    })
  })

  test('PR-10 numbers are gapless over batches and restarts', async () => {
    const directory = newDirectory()
    for (let start = 0; start < 3; start++) {
      const store = await openIn(directory, { batchRows: 7, batchMs: 1 })
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          store.accept(roundOf(`m${i}`, { slot: NOON + start * QUARTER })),
        ),
      )
      await close(store)
    }
    const store = await openIn(directory)
    expect((await changes(store)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
    expect(await store.lastSequence()).toBe(60)
    expect((await store.changesAfter(58, 10)).filter(isChange)).toHaveLength(2)
    expect(store.epoch).toBe(1)
  })

  test('PR-11 the same value again is counted and not announced', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    await store.accept(roundOf('m1', freeze))
    expect(await store.accept(roundOf('m1', freeze))).toEqual({
      stored: 0,
      duplicates: 1,
      conflicts: 0,
      refused: 0,
      lastSequence: 1,
    })
    await close(store)
    const again = await openIn(directory)
    await again.accept(roundOf('m1', { ...freeze, digits: 123_456_700n, scaler: -4 }))
    const [only, ...rest] = await changes(again)
    expect(rest).toEqual([])
    expect(await again.evidence(only!.id)).toMatchObject({ duplicates: 2, versions: [] })
  })

  test('V-F10 another value is the next version, both become suspect, both are announced', async () => {
    const store = await openIn(newDirectory())
    await store.accept(roundOf('m1', freeze))
    expect(await store.accept(roundOf('m1', { ...freeze, digits: 1n }))).toEqual({
      stored: 1,
      duplicates: 0,
      conflicts: 1,
      refused: 0,
      lastSequence: 3,
    })
    const told = await changes(store)
    // What was announced stays as it was announced (PR-17); the doubt comes as a change of its own.
    expect(told[0]).toMatchObject({ sequence: 1, version: 1, quality: 'good', findings: [] })
    const first = told.find(({ sequence, version }) => sequence > 1 && version === 1)
    const second = told.find(({ version }) => version === 2)
    for (const side of [first, second]) {
      expect(side).toMatchObject({ quality: 'suspect' })
      expect(side?.findings).toMatchObject([
        { rule: 'V-F10', verdict: 'suspect', severity: 1, codes: ['2.5.258'] },
      ])
    }
    expect(first?.findings[0]?.evidence).toContain('version 2 of the same slot says 0.01 kWh')
    expect(second?.findings[0]?.evidence).toContain('version 1 of the same slot says 12345.67 kWh')
    expect(first?.id).toBe(told[0]?.id)
    expect((await store.readingsOf({ meter: 'm1', ...ALL })).map(({ quality }) => quality)).toEqual([
      'suspect',
      'suspect',
    ])
  })

  test('V-F10 a third value doubts nobody anew; one of the two again is a duplicate', async () => {
    const store = await openIn(newDirectory())
    for (const digits of [1n, 2n, 3n, 2n]) await store.accept(roundOf('m1', { ...freeze, digits }))
    const told = await changes(store)
    expect(told.map(({ version }) => version).sort()).toEqual([1, 1, 2, 3])
    const [second] = (await keptAt(store, NOON)).filter(({ version }) => version === 2)
    expect(await store.evidence(second!.id)).toMatchObject({
      duplicates: 1,
      versions: [{ version: 1 }, { version: 3 }],
    })
  })

  test('a repeated poll of one slot keeps the first value', async () => {
    const store = await openIn(newDirectory())
    await store.accept(roundOf('m1', { digits: 100n }))
    const again = roundOf('m1', { digits: 101n, readAt: NOON + 70_000 })
    expect(await store.accept(again)).toMatchObject({ stored: 0, duplicates: 1, conflicts: 0 })
    expect((await store.latestOf('m1')).map(({ value }) => value.digits)).toEqual([100n])
  })

  test('two values of one register in one round conflict as well', async () => {
    const store = await openIn(newDirectory())
    expect(await store.accept(roundOf('m1', freeze, { ...freeze, digits: 7n }, freeze))).toEqual({
      stored: 2,
      duplicates: 1,
      conflicts: 1,
      refused: 0,
      lastSequence: 3,
    })
  })

  test('a quarantined reading is kept apart: found by its meter, not announced, not the latest', async () => {
    const store = await openIn(newDirectory())
    expect(await store.accept(roundOf('m1', { ...freeze, quality: 'quarantined' }))).toMatchObject({
      stored: 1,
      lastSequence: 0,
    })
    expect(await changes(store)).toEqual([])
    expect(await store.latestOf('m1')).toEqual([])
    expect(await store.readingsOf({ meter: 'm1', ...ALL })).toMatchObject([{ quality: 'quarantined' }])
    await store.accept(roundOf('m1', freeze))
    expect(await changes(store)).toMatchObject([{ version: 2, quality: 'good', findings: [] }])
  })

  test('digits that do not fit stay in their frame and say so; the rest of the round is kept', async () => {
    const store = await openIn(newDirectory())
    const round = roundOf(
      'm1',
      { digits: 2n ** 63n },
      { obis: '1-0:2.8.0' },
      { obis: '1-0:3.8.0', scaler: 1_000 },
    )
    expect(await store.accept(round)).toMatchObject({ stored: 1 })
    const [only] = await changes(store)
    const evidence = await store.evidence(only!.id)
    expect(evidence?.exchanges.map(({ outcome, carried }) => [outcome, carried])).toEqual([
      ['VALUE_OUT_OF_TYPE', false],
      ['answered', true],
      ['VALUE_OUT_OF_TYPE', false],
    ])
  })

  test('a round that breaks a promise of ours is refused alone', async () => {
    const store = await openIn(newDirectory(), { batchRows: 2, batchMs: 1 })
    const good = store.accept(roundOf('m1', {}))
    await expect(store.accept(roundOf('m2', { slot: 0.5 }))).rejects.toThrow('broken promise')
    await expect(store.accept({ ...roundOf('m3', {}), exchanges: [] })).rejects.toThrow('broken promise')
    expect(await good).toMatchObject({ stored: 1 })
  })

  test('evidence leads from the id to the frames, also of a round without readings', async () => {
    const store = await openIn(newDirectory())
    const silent = {
      request: Uint8Array.of(1, 2),
      reply: null,
      sentAt: NOON,
      receivedAt: null,
      outcome: 'LINE_SILENT',
    } as const
    await store.accept({ meter: 'm1', line: 'l', exchanges: [silent], readings: [], clock: null })
    const round = roundOf('m1', {}, { obis: '1-0:2.8.0' })
    await store.accept({ ...round, exchanges: [...round.exchanges, silent] })
    const [, second] = await changes(store)
    expect(await store.evidence(second!.id)).toEqual({
      reading: expect.objectContaining({ id: second!.id, round: 2, obis: '1-0:2.8.0' }),
      line: 'line-1',
      exchanges: [
        { ...round.exchanges[0], carried: false },
        { ...round.exchanges[1], carried: true },
        { ...silent, carried: false },
      ],
      versions: [],
      duplicates: 0,
    })
    expect(await store.evidence('0'.repeat(32))).toBeNull()
    expect(await store.evidence('no id')).toBeNull()
  })

  test('a batch waits for the clock no longer than told', async () => {
    const store = await openIn(newDirectory(), { batchRows: 1_000, batchMs: 20 })
    const started = performance.now()
    await store.accept(roundOf('m1', {}))
    expect(performance.now() - started).toBeGreaterThanOrEqual(19)
  })

  test('close keeps what still waits, and refuses what comes after', async () => {
    const directory = newDirectory()
    const store = await openIn(directory, { batchRows: 1_000, batchMs: 60_000 })
    const waiting = store.accept(roundOf('m1', {}))
    await close(store)
    expect(await waiting).toMatchObject({ stored: 1 })
    await expect(store.lastSequence()).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(await (await openIn(directory)).lastSequence()).toBe(1)
  })
})

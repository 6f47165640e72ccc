import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { KEPT_FOR } from '../../src/reading/worth.ts'
import { close, newDirectory, openIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

/** Another program in the middle of a write: the store's commit must wait, as for a slow disk. */
function holdStore(directory: string): () => void {
  const other = new DatabaseSync(join(directory, 'meterd.db'))
  other.exec('BEGIN IMMEDIATE')
  return () => other.close()
}

describe('a disk that is', () => {
  test('PR-24 slow delays the commit and not the event loop', async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    await store.accept(roundOf('m1', {}))
    const release = holdStore(directory)
    const lag = monitorEventLoopDelay({ resolution: 5 })
    lag.enable()
    let acknowledged = false
    const waiting = store.accept(roundOf('m2', {})).then(() => {
      acknowledged = true
    })
    await sleep(1_500)
    lag.disable()
    expect(acknowledged).toBe(false)
    release()
    await waiting
    // A commit on this thread would have held the loop for all of the time it waited.
    expect(lag.max / 1e6).toBeLessThan(1_000)
    expect(await store.lastSequence()).toBe(2)
  })

  test('held too long refuses the batch, keeps nothing of it, and takes it later', {
    timeout: 30_000,
  }, async () => {
    const directory = newDirectory()
    const store = await openIn(directory)
    const release = holdStore(directory)
    await expect(store.accept(roundOf('m1', {}))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    release()
    expect(await store.accept(roundOf('m1', {}))).toMatchObject({ stored: 1, lastSequence: 1 })
  })

  test('PR-03 failing stops the writer for ever; what was acknowledged is there at the next start', async () => {
    const directory = newDirectory()
    // A limit on file size makes SQLite's own write fail with an I/O error, without touching SQLite.
    const child = join(import.meta.dirname, 'accept-until-refused.ts')
    const run = spawnSync(
      'bash',
      ['-c', 'ulimit -f 600; exec "$0" "$@"', process.execPath, child, directory],
      {
        encoding: 'utf8',
      },
    )
    const { codes, kept, stillReads } = JSON.parse(run.stdout) as {
      codes: string[]
      kept: number
      stillReads: number
    }
    expect(codes).toEqual(['STORE_FAILED', 'STORE_FAILED'])
    expect(stillReads).toBe(1)
    const store = await openIn(directory)
    const sequences = (await store.changesAfter(0, 5_000)).map(({ sequence }) => sequence)
    // The one refused may be there or not: its outcome was unknown.
    expect([kept, kept + 1]).toContain(sequences.length)
    expect(sequences).toEqual(sequences.map((_, index) => index + 1))
    expect(kept).toBeGreaterThan(10)
  })

  test('PR-20 closed by its budget answers at once, keeps its ballast, and still knows its names', async () => {
    const limits = { maxBytes: 3e6, keep: KEPT_FOR, offsetMinutes: 0 }
    const directory = newDirectory()
    const store = await openIn(directory, { limits, batchRows: 200 })
    const freezes = (meter: string, from: number) =>
      Array.from({ length: 200 }, (_, index) =>
        store.accept(roundOf(meter, { kind: 'freeze', slot: NOON + (from + index) * QUARTER })),
      )
    let refused: unknown = null
    for (let from = 0; refused === null && from < 40_000; from += 200)
      refused = await Promise.all(freezes('m1', from)).then(
        () => null,
        (fault: unknown) => fault,
      )
    expect(refused).toMatchObject({ code: 'STORE_FULL' })
    // Named for the first time in a batch that is refused; what comes after must still go by its own name.
    await expect(store.accept(roundOf('new', { kind: 'freeze' }))).rejects.toMatchObject({
      code: 'STORE_FULL',
    })
    await store.tend({ now: null, sinks: [] })
    expect(store.room).toMatchObject({ stage: 'closed', starving: false })
    await close(store)
    const again = await openIn(directory, { batchRows: 1 })
    expect(await again.accept(roundOf('new', { kind: 'freeze', digits: 7n }))).toMatchObject({ stored: 1 })
    expect(await again.latestOf('new')).toMatchObject([{ meter: 'new', value: { digits: 7n } }])
  })

  test('PR-20 PR-21 full lives on its ballast, refuses whole batches, and goes on when there is room', {
    timeout: 60_000,
  }, async context => {
    const directory = newDirectory()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', directory], { stdio: 'ignore' })
    } catch {
      expect(process.env['METERD_REQUIRE_SERVICES'] ?? '', 'a small tmpfs could not be mounted').not.toBe('1')
      context.skip('needs root, to mount a small tmpfs')
    }
    try {
      const foreign = join(directory, 'foreign')
      writeFileSync(foreign, Buffer.alloc(4_000_000))
      const store = await openIn(directory)
      const fill = async (from: number) => {
        for (let count = from; ; count++) {
          // None of a full hour: those are no bills.
          const slot = NOON + 60_000 + count * QUARTER
          const said = { kind: 'freeze' as const, slot, digits: BigInt(count) }
          const outcome = await store
            .accept(roundOf('m1', said, { ...said, obis: '1-0:2.8.0' }))
            .catch((fault: unknown) => fault)
          if (outcome instanceof Error) return { kept: count - from, fault: outcome }
        }
      }
      const first = await fill(0)
      await store.tend({ now: null, sinks: [] })
      expect(store.room.stage).toBe('closed')
      expect(first.fault).toMatchObject({ code: 'STORE_FULL' })
      expect(first.kept).toBeGreaterThan(100)
      expect(await store.lastSequence()).toBe(first.kept * 2)
      expect((await store.changesAfter(first.kept * 2 - 2, 5)).map(({ sequence }) => sequence)).toHaveLength(
        2,
      )
      rmSync(foreign)
      // The first answers the worst there was.
      for (let times = 0; times < 2; times++) await store.tend({ now: null, sinks: [] })
      expect(store.room.stage).not.toBe('closed')
      const second = await fill(first.kept)
      expect(second.fault).toMatchObject({ code: 'STORE_FULL' })
      expect(second.kept).toBeGreaterThan(100)
      await close(store)
      const again = await openIn(directory)
      expect(await again.lastSequence()).toBe((first.kept + second.kept) * 2)
      await close(again)
    } finally {
      execFileSync('umount', ['-l', directory], { stdio: 'ignore' })
    }
  })
})

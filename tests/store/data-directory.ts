/** Stores in directories of their own, closed and removed after each test. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { openReader, type Reader } from '../../src/store/reader.ts'
import type { Store } from '../../src/store/store.ts'
import { openStore, type StoreOptions } from '../../src/store/thread.ts'

const directories: string[] = []
const stores = new Set<Store>()
const readers = new Set<Reader>()

afterEach(async () => {
  for (const reader of readers) reader.close()
  readers.clear()
  for (const store of stores) await store.close().catch(() => undefined)
  stores.clear()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'meterd-store-'))
  directories.push(directory)
  return directory
}

/** A batch per round unless told otherwise, so that no test waits for the timer. */
export async function openIn(
  directory: string,
  options: StoreOptions = { batchRows: 1 },
  log: Log = silentLog,
) {
  const store = await openStore(directory, systemClock, log, options)
  stores.add(store)
  return store
}

export async function close(store: Store): Promise<void> {
  stores.delete(store)
  await store.close()
}

/** Beside the store that is open there; closed before it. */
export function readerIn(directory: string): Reader {
  const reader = openReader(directory, () => undefined)
  readers.add(reader)
  return reader
}

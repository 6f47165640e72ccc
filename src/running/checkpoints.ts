/**
 * Signed checkpoints of the journal, each hour, seconds after an order has come to something, at the start and at each stop: to a
 * file, and to whoever takes them away from this machine (PR-65). What is only here can be written anew with all that is here.
 */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { HOUR, isoWithOffset, SECOND } from '../core/time.ts'
import { originOf, publicKeyText, writeCheckpoint } from '../store/journal/checkpoint.ts'
import type { Store } from '../store/store.ts'
import type { OrderChange } from '../supply/order/change.ts'

/** In the data directory. */
const AUDIT_KEY = 'audit.key'
/** In the folder of the checkpoints. */
export const PUBLIC_KEY = 'public-key.txt'

export interface CheckpointParts {
  readonly gateway: string
  readonly dataDirectory: string
  /** Where checkpoints are written. */
  readonly folder: string
  readonly store: Pick<Store, 'journalHead' | 'orderChanges' | 'epoch'>
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** Takes each away from here. */
  readonly tell: (checkpoint: string) => void
}

export interface Checkpoints {
  /** One now. */
  make(): Promise<void>
  stop(): void
}

/** Orders of the same few seconds share one. */
const LOOKED_EVERY_MS = 5 * SECOND
const CHANGES_AT_ONCE = 100
/** What is written down of an order until its frame has left, or will not. */
const UNDER_WAY: readonly OrderChange['state'][] = ['requested', 'sending']

/** A checkpoint that cannot be made or written is said each time; no meter waits for it. */
export function startCheckpoints(parts: CheckpointParts): Checkpoints {
  const { gateway, store, clock, log, folder, tell } = parts
  const origin = originOf(gateway)
  const stopping = new AbortController()
  /** Up to which entry orders have been looked at; null until there was a checkpoint. */
  let looked: number | null = null

  async function make(): Promise<void> {
    try {
      const key = await keyIn(parts.dataDirectory)
      const time = isoWithOffset(clock.now(), 0)
      const head = await store.journalHead()
      const text = writeCheckpoint({ origin, epoch: store.epoch, time, ...head }, key)
      looked = Math.max(looked ?? 0, head.size)
      tell(text)
      await keep(folder, `checkpoints-${time.slice(0, 7)}.txt`, text)
      await writeFile(join(folder, PUBLIC_KEY), `${publicKeyText(origin, createPublicKey(key))}\n`)
    } catch (error) {
      const hint = `check ${folder} and ${AUDIT_KEY} in the data directory; until then the journal can be shortened unnoticed`
      log.error({ code: 'STORE_UNSAFE', hint }, `no checkpoint of the journal: ${messageOf(error)}`)
    }
  }

  /** Since the last checkpoint. What the store cannot tell now is asked again. */
  async function hasOrderEnded(): Promise<boolean> {
    if (looked === null) return false
    const page = await store.orderChanges(looked, CHANGES_AT_ONCE).catch(() => null)
    if (page === null) return false
    looked = page.reached
    return page.changes.some(({ state }) => !UNDER_WAY.includes(state))
  }

  async function run(): Promise<void> {
    let hourly = clock.monotonic() + HOUR
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOKED_EVERY_MS, stopping.signal)
      if (stopping.signal.aborted) return
      const isHourly = clock.monotonic() >= hourly
      if (isHourly) hourly += HOUR
      if (isHourly || (await hasOrderEnded())) await make()
    }
  }

  void run()
  return { make, stop: () => stopping.abort() }
}

async function keep(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 })
  await appendFile(join(folder, name), `${text}\n`, { mode: 0o640, flush: true })
}

/** The key of this data directory; made where there is none. */
async function keyIn(dataDirectory: string): Promise<KeyObject> {
  const path = join(dataDirectory, AUDIT_KEY)
  try {
    return createPrivateKey(await readFile(path))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
    await writeFile(path, pem, { mode: 0o600, flag: 'wx', flush: true })
    return privateKey
  }
}

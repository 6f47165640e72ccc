/** Who is calling: finds the holder of a presented key, as the key file stands at this moment (PR-71). */

import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { hashKey, type KeyFile, type StoredKey } from './key-file.ts'
import { isKeyText } from './key-text.ts'

export interface KeyRing {
  /** The holder of the key, or why there is none. Throws STORE_UNSAFE while the key file cannot be trusted. */
  find(presented: string): Promise<Holder | { readonly refused: string }>
  /** Every key with its last use since the start of the daemon. */
  list(): Promise<readonly KeySeen[]>
}

export type Holder = Pick<StoredKey, 'name' | 'scopes' | 'meters'>

export interface KeySeen extends Omit<StoredKey, 'sha256'> {
  readonly lastUsedAt: number | null
}

const UNKNOWN = { refused: 'this key is not known here, or was revoked' }

/** The file is looked at before each answer, so a revoked key is refused from the next request on. `changed` hears of that first. */
export function createKeyRing(
  file: KeyFile,
  clock: Clock,
  log: Log,
  changed: () => Promise<void> = async () => undefined,
): KeyRing {
  let stamp: string | null = null
  let keys: readonly StoredKey[] = []
  let complained: string | null = null
  const lastUsed = new Map<string, number>()

  async function current(): Promise<readonly StoredKey[]> {
    try {
      const seen = await file.stamp()
      if (seen !== stamp) {
        keys = await file.list()
        stamp = seen
        await changed()
      }
      complained = null
      return keys
    } catch (error) {
      stamp = null
      keys = []
      throw distrust(error)
    }
  }

  /** The log says what is wrong, once; a caller without a key learns no paths. */
  function distrust(error: unknown): Fault {
    const text = error instanceof Fault ? error.text : String(error)
    if (text !== complained) log.error({ code: 'STORE_UNSAFE' }, text)
    complained = text
    return new Fault('STORE_UNSAFE', 'the key file cannot be used; the log of the daemon says why', error)
  }

  return {
    async find(presented) {
      const held = await current()
      if (!isKeyText(presented)) return { refused: 'this is not a meterd key' }
      const key = matching(held, hashKey(presented))
      if (key === undefined) return UNKNOWN
      const now = clock.now()
      if (key.expiresAt !== null && now >= key.expiresAt) return { refused: 'this key has expired' }
      lastUsed.set(key.sha256, now)
      return { name: key.name, scopes: key.scopes, meters: key.meters }
    },
    async list() {
      return (await current()).map(({ sha256, ...key }) => ({
        ...key,
        lastUsedAt: lastUsed.get(sha256) ?? null,
      }))
    },
  }
}

/** Compares with every key, each in constant time, so that time tells nothing about which one is near. */
function matching(keys: readonly StoredKey[], sha256: string): StoredKey | undefined {
  const asked = Buffer.from(sha256, 'hex')
  let found: StoredKey | undefined
  for (const key of keys) if (timingSafeEqual(asked, Buffer.from(key.sha256, 'hex'))) found = key
  return found
}

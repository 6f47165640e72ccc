/**
 * The file of API keys in the data directory: hashes and rights, never a key. The command line writes it, a running
 * daemon only reads it; a change is one atomic replace, so a reader sees the old file or the new one.
 */

import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../core/faults.ts'
import type { Random } from '../core/random.ts'
import { newKey } from './key-text.ts'

export const SCOPES = ['read', 'billing', 'operate', 'approve', 'restore', 'admin', 'audit'] as const
export type Scope = (typeof SCOPES)[number]

/** Names are typed in commands and shown in lists. */
export const KEY_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

const instant = z.int().nonnegative()

const storedKey = z.strictObject({
  name: z.string().regex(KEY_NAME),
  /** SHA-256 of the key, hex. A random key of 256 bits needs no slow hash. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The key's last four characters, to tell keys apart in lists and logs. */
  ends: z.string().length(4),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** Ids of the only meters this key may see; null for all. */
  meters: z.array(z.string().min(1)).min(1).nullable(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  /** Who made it, for the journal; absent of keys made before there was one. */
  by: z.string().optional(),
})
const revokedKey = z.strictObject({ name: z.string(), ends: z.string(), at: instant, by: z.string() })
const keyFile = z.strictObject({
  version: z.literal(1),
  keys: z.array(storedKey),
  /** Those revoked last, for the journal. */
  revoked: z.array(revokedKey).optional(),
})

export type StoredKey = Readonly<z.infer<typeof storedKey>>
export type RevokedKey = Readonly<z.infer<typeof revokedKey>>

type Content = z.infer<typeof keyFile>
/** Whoever reads the file writes them into the journal long before. */
const MOST_REVOKED = 100

export interface KeyAsked {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly meters: readonly string[] | null
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly by?: string
}

export interface KeyFile {
  readonly path: string
  /** Every key of the file; none when there is no file. Throws STORE_UNSAFE when it cannot be trusted. */
  list(): Promise<readonly StoredKey[]>
  /** Makes a key and keeps its hash. The answer is the key itself: shown once, kept nowhere. */
  add(asked: KeyAsked): Promise<string>
  /** False when there is no key of this name. */
  revoke(name: string, said?: Pick<RevokedKey, 'at' | 'by'>): Promise<boolean>
  /** Those revoked last, the newest at the end. */
  revoked(): Promise<readonly RevokedKey[]>
  /** Changes whenever the file does; null when there is none. */
  stamp(): Promise<string | null>
}

export function createKeyFile(dataDirectory: string, random: Random): KeyFile {
  const path = join(dataDirectory, 'keys.json')
  return {
    path,
    list: async () => (await readContent(path)).keys,
    revoked: async () => (await readContent(path)).revoked ?? [],
    stamp: () => stampOf(path),
    add: asked =>
      replaceKeys(path, ({ keys, ...rest }) => {
        if (keys.some(key => key.name === asked.name))
          throw new Fault(
            'ASK_INVALID',
            `there is a key "${asked.name}" already; revoke it or choose another name`,
          )
        const text = newKey(random)
        const { scopes, meters } = asked
        const added = {
          ...asked,
          scopes: [...scopes],
          meters: meters && [...meters],
          sha256: hashKey(text),
          ends: text.slice(-4),
        }
        return { content: { ...rest, keys: [...keys, added] }, answer: text }
      }),
    revoke: (name, said) =>
      replaceKeys(path, ({ keys, revoked = [] }) => {
        const [gone] = keys.filter(key => key.name === name)
        const noted = gone && said ? [...revoked, { name, ends: gone.ends, ...said }] : revoked
        const left = keys.filter(key => key !== gone)
        return {
          content: { version: 1, keys: left, revoked: noted.slice(-MOST_REVOKED) },
          answer: gone !== undefined,
        }
      }),
  }
}

export function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function readContent(path: string): Promise<Content> {
  const status = await statusOf(path)
  if (status === null) return { version: 1, keys: [] }
  if ((status.mode & 0o077n) !== 0n)
    throw new Fault('STORE_UNSAFE', `${path} is open to other users of this machine; run: chmod 600 ${path}`)
  const parsed = keyFile.safeParse(jsonOrNull(await readFile(path, 'utf8')))
  if (!parsed.success)
    throw new Fault(
      'STORE_UNSAFE',
      `${path} is not a key file; remove it and make new keys with \`meterd keys add\``,
    )
  return parsed.data
}

async function stampOf(path: string): Promise<string | null> {
  const status = await statusOf(path)
  return status && `${status.ino}-${status.mtimeNs}-${status.ctimeNs}-${status.size}`
}

/** The new file is also the lock: whoever creates it writes, everyone else is told to wait. */
async function replaceKeys<Answer>(
  path: string,
  change: (content: Content) => { readonly content: Content; readonly answer: Answer },
): Promise<Answer> {
  const next = `${path}.new`
  const file = await createOnly(next)
  try {
    const { content: changed, answer } = change(await readContent(path))
    const content = keyFile.parse(changed)
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
    await rename(next, path)
    await syncDirectory(dirname(path))
    return answer
  } catch (error) {
    await rm(next, { force: true })
    throw isFull(error) ? fullFault(next, error) : error
  } finally {
    await file.close()
  }
}

/** A revocation must outlive a power cut: the rename is only on disk once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function createOnly(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new Fault('STORE_OWNED', `another command is changing the keys; if none is, remove ${path}`)
    if (isFull(error)) throw fullFault(path, error)
    throw new Fault(
      'STORE_UNSAFE',
      `cannot write ${path}: ${codeOf(error)}; does the data directory exist?`,
      error,
    )
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error))
}

function fullFault(path: string, error: unknown): Fault {
  return new Fault('STORE_FULL', `no space left for ${path}; the keys are as they were`, error)
}

async function statusOf(path: string) {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new Fault('STORE_UNSAFE', `cannot look at ${path}: ${codeOf(error)}`, error)
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

/** `meterd keys`: makes, lists and revokes API keys, on the box where the data are. */

import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createKeyFile, KEY_NAME, type KeyFile, SCOPES, type Scope, type StoredKey } from '../api/key-file.ts'
import { parseDuration } from '../config/quantities.ts'
import { systemClock } from '../core/clock.ts'
import { systemRandom } from '../core/random.ts'
import { DAY, isoWithOffset } from '../core/time.ts'
import { localUser } from '../running/local-user.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  scope: { type: 'string' },
  meters: { type: 'string' },
  expires: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const

interface Asked {
  readonly action: string
  readonly name: string
  readonly values: {
    readonly [Option in keyof typeof OPTIONS]?: (typeof OPTIONS)[Option]['type'] extends 'string'
      ? string
      : boolean
  }
}

export const keys: Verb = {
  summary: 'API keys: add, list, revoke',
  help: `meterd keys add NAME --scope SCOPE[,SCOPE…] [--meters ID[,ID…]] [--expires 90d]
meterd keys list
meterd keys revoke NAME

Each with --config FILE, or --data DIR for the data directory itself; --json for one JSON object a line.
Scopes: ${SCOPES.join(', ')}. No scope includes another.
The key is written to stdout once and kept nowhere. A running daemon obeys a change within a second.
Exit 0 done; 1 it was not; 2 used wrongly; 78 a wrong configuration.
Example: meterd keys add billing-office --scope read,billing --expires 90d --config config/demo.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [action = '', name = '', ...more] = positionals
    if (more.length > 0) throw new WrongUse(`"${more.join(' ')}" is one word too many`)
    return await act({ action, name, values }, io)
  },
}

const ACTIONS: ReadonlyMap<string, (asked: Asked, file: KeyFile, io: Terminal) => Promise<number>> = new Map([
  ['add', add],
  ['list', list],
  ['revoke', revoke],
])

async function act(asked: Asked, io: Terminal): Promise<number> {
  const perform = ACTIONS.get(asked.action)
  if (!perform) throw new WrongUse('say add, list or revoke')
  const place = await placeOf(asked.values, io)
  if (place === null) return BAD_CONFIG
  const unknown = wordsOf(asked.values.meters ?? '').filter(id => place.meters?.has(id) === false)
  if (unknown.length > 0)
    throw new WrongUse(`--meters ${unknown.join(', ')}: no such meter in ${asked.values.config}`)
  const code = await perform(asked, createKeyFile(place.directory, systemRandom), io)
  if (asked.action !== 'list') await tellDaemon(place.directory)
  return code
}

/** It looks at the file before it answers anything, and writes the change into its journal; one that does not run, at its start. */
async function tellDaemon(directory: string): Promise<void> {
  await askDaemon(directory, { method: 'GET', path: '/v1/keys?limit=1' }).catch(() => null)
}

interface Place {
  readonly directory: string
  /** The ids that are configured; null where only the data directory is known. */
  readonly meters: ReadonlySet<string> | null
}

/** Null when the configuration is wrong; its complaints are told by then. */
async function placeOf(values: Asked['values'], io: Terminal): Promise<Place | null> {
  const place = await dataPlace(values, io)
  if (place?.config == null) return place && { directory: place.directory, meters: null }
  // A key may be made before the daemon ever ran.
  await mkdir(place.directory, { recursive: true, mode: 0o700 })
  return { directory: place.directory, meters: new Set(place.config.meters.map(({ id }) => id)) }
}

async function add({ name, values }: Asked, file: KeyFile, io: Terminal): Promise<number> {
  if (!KEY_NAME.test(name))
    throw new WrongUse('NAME is up to 64 lower-case letters, digits, dots and dashes, e.g. billing-office')
  const createdAt = systemClock.now()
  const scopes = scopesOf(values.scope)
  const meters = values.meters === undefined ? null : wordsOf(values.meters)
  const expiresAt = values.expires === undefined ? null : createdAt + lifeOf(values.expires)
  const key = await file.add({ name, scopes, meters, createdAt, expiresAt, by: localUser() })
  if (values.json) io.out(JSON.stringify({ name, key, scopes, meters, expiresAt: isoOrNull(expiresAt) }))
  else io.out(key)
  io.err(`key "${name}" may ${scopes.join(', ')}; this is the only time it is shown`)
  return 0
}

async function list({ name, values }: Asked, file: KeyFile, io: Terminal): Promise<number> {
  if (name !== '') throw new WrongUse('list takes no name')
  const held = await file.list()
  for (const key of held) io.out(values.json ? JSON.stringify(show(key)) : inWords(key))
  if (held.length === 0) io.err('no key exists; nobody can ask the API anything')
  return 0
}

async function revoke({ name }: Asked, file: KeyFile, io: Terminal): Promise<number> {
  if (name === '') throw new WrongUse('say which key: meterd keys revoke NAME')
  const revoked = await file.revoke(name, { at: systemClock.now(), by: localUser() })
  io.err(revoked ? `key "${name}" is revoked` : `there is no key "${name}"; \`meterd keys list\` shows them`)
  return revoked ? 0 : 1
}

function scopesOf(text: string | undefined): Scope[] {
  const asked = wordsOf(text ?? '')
  const unknown = asked.filter(word => !SCOPES.some(scope => scope === word))
  if (asked.length === 0) throw new WrongUse(`--scope is missing; scopes are ${SCOPES.join(', ')}`)
  if (unknown.length > 0)
    throw new WrongUse(`--scope ${unknown.join(', ')} is unknown; scopes are ${SCOPES.join(', ')}`)
  return SCOPES.filter(scope => asked.includes(scope))
}

function lifeOf(text: string): number {
  const days = /^(\d{1,5})d$/.exec(text)
  const ms = days ? Number(days[1]) * DAY : parseDuration(text)
  if (ms === null || ms <= 0) throw new WrongUse(`--expires "${text}": write 90d or 12h`)
  return ms
}

function wordsOf(text: string): string[] {
  return text.split(',').filter(word => word !== '')
}

function show({ sha256: _, ...key }: StoredKey) {
  return { ...key, createdAt: isoOrNull(key.createdAt), expiresAt: isoOrNull(key.expiresAt) }
}

function inWords(key: StoredKey): string {
  const life = key.expiresAt === null ? 'never expires' : `expires ${isoOrNull(key.expiresAt)}`
  const meters = key.meters === null ? 'all meters' : key.meters.join(',')
  return [key.name, `…${key.ends}`, key.scopes.join(','), meters, life].join('  ')
}

/** Commands know no site: their times are UTC. */
function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : isoWithOffset(instant, 0)
}

/** Listeners as written → one for each port that lines are dialled on, with the lines held against it. */

import { isIP, isIPv6 } from 'node:net'
import type { DialInSettings } from '../core/dial-in.ts'
import type { ListenUrl } from '../core/line-url.ts'
import { identityBytes, isOpen, type Packet, packetBytes, parsePacket } from '../core/packet.ts'
import { SECOND } from '../core/time.ts'
import type { Complain, Path } from './complaint.ts'
import type { LineConfig } from './config.ts'
import { parseDuration, parseListen } from './quantities.ts'
import type { WrittenConfig, WrittenListener } from './schema.ts'

/** The identity and nothing else, as boxes send it that are told nothing better. */
const USUAL_PACKET: Packet = { before: [], named: true, after: [] }
const USUAL_WITHIN_MS = 15 * SECOND
const WITHIN_MS = { least: SECOND, most: 120 * SECOND }
/** Beside two for each line, for one that dials anew while its older connection is there yet. */
const SPARE_CONNECTIONS = 100

interface Dialled {
  readonly id: string
  readonly url: ListenUrl
  readonly path: Path
}

export function resolveListeners(
  written: WrittenConfig,
  lines: readonly LineConfig[],
  complain: Complain,
): readonly DialInSettings[] {
  const byPort = Map.groupBy(dialledLines(written, lines), ({ url }) => url.port)
  const listeners = new Map<number, DialInSettings>()
  for (const [index, entry] of (written.listeners ?? []).entries()) {
    if (entry?.listen === undefined) continue
    const path = ['listeners', index]
    const at = parseListen(entry.listen)
    const own = byPort.get(at?.port ?? 0)
    if (!at || !own)
      complain(
        [...path, 'listen'],
        'no line is dialled here',
        `give one url: "tcp-listen://${entry.listen}?dtu=…"`,
      )
    else if (listeners.has(at.port))
      complain([...path, 'listen'], 'another listener has this port', 'write both as one')
    else listeners.set(at.port, resolveListener(entry, at, own.length, path, complain))
  }
  for (const [port, own] of byPort) {
    const listener = listeners.get(port) ?? usual(own, port)
    listeners.set(port, listener)
    checkLines(own, listener, complain)
  }
  return [...listeners.values()]
}

function dialledLines(written: WrittenConfig, lines: readonly LineConfig[]): readonly Dialled[] {
  const places = new Map((written.lines ?? []).map((line, index) => [line?.id, index]))
  return lines.flatMap(({ id, url }) =>
    url.kind === 'tcp-listen' ? [{ id, url, path: ['lines', places.get(id) ?? 0, 'url'] }] : [],
  )
}

function usual(own: readonly Dialled[], port: number): DialInSettings {
  return {
    host: own[0]?.url.host ?? '0.0.0.0',
    port,
    registration: { packet: USUAL_PACKET, identity: 'text', answer: null, withinMs: USUAL_WITHIN_MS },
    heartbeats: [],
    from: [],
    connections: mostConnections(own.length),
    perAddress: mostConnections(own.length),
  }
}

function mostConnections(lines: number): number {
  return 2 * lines + SPARE_CONNECTIONS
}

function resolveListener(
  entry: WrittenListener,
  at: { readonly host: string; readonly port: number },
  lines: number,
  path: Path,
  complain: Complain,
): DialInSettings {
  const { registration = {}, heartbeats = [] } = entry
  const withinMs = parseDuration(registration?.within ?? '') ?? USUAL_WITHIN_MS
  if (withinMs < WITHIN_MS.least || withinMs > WITHIN_MS.most)
    complain(
      [...path, 'registration', 'within'],
      `${registration?.within} is not from 1s to 120s`,
      'write e.g. 15s',
    )
  for (const [index, network] of (entry.from ?? []).entries())
    if (network !== undefined && !isNetwork(network))
      complain([...path, 'from', index], `"${network}" is no network`, 'write for example "10.20.0.0/16"')
  const connections = entry.connections ?? mostConnections(lines)
  return {
    ...at,
    registration: {
      packet: packetOf(registration?.packet) ?? USUAL_PACKET,
      identity: registration?.identity ?? 'text',
      answer: sent(registration?.answer, [...path, 'registration', 'answer'], complain),
      withinMs,
    },
    heartbeats: (heartbeats ?? []).flatMap((heartbeat, index) => {
      const packet = packetOf(heartbeat?.packet)
      const own = [...path, 'heartbeats', index]
      if (!packet) return []
      if (isOpen(packet))
        complain([...own, 'packet'], 'a heartbeat is known by its exact bytes', 'write each byte, without ..')
      return [
        {
          packet,
          answer: sent(heartbeat?.answer, [...own, 'answer'], complain),
          everyMs: parseDuration(heartbeat?.every ?? ''),
        },
      ]
    }),
    from: (entry.from ?? []).flatMap(network => network ?? []),
    connections,
    perAddress: entry.perAddress ?? connections,
  }
}

function packetOf(written: string | undefined): Packet | null {
  return written === undefined ? null : parsePacket(written)
}

/** What we send is the same to every box. */
function sent(written: string | undefined, path: Path, complain: Complain): Uint8Array | null {
  const packet = packetOf(written)
  if (!packet) return null
  const bytes = packet.named ? null : packetBytes(packet, new Uint8Array(0))
  if (!bytes) complain(path, 'an answer is the same bytes for every box', 'write for example "\'OK\' 0D 0A"')
  return bytes
}

function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/')
  if (isIP(address) === 0) return false
  return prefix === undefined || Number(prefix) <= (isIPv6(address) ? 128 : 32)
}

function checkLines(
  own: readonly Dialled[],
  { host, registration }: DialInSettings,
  complain: Complain,
): void {
  const { packet, identity } = registration
  for (const { url, path } of own) {
    if (url.host !== host)
      complain(path, `port ${url.port} is listened on at ${host}`, `write tcp-listen://${host}:${url.port}`)
    if (url.dtu === null && own.length > 1)
      complain(path, `several lines share port ${url.port}`, 'tell them apart, e.g. ?dtu=861234567890123')
    if (url.dtu !== null && !packet.named)
      complain(path, 'the registration of this port names nobody', 'write {dtu} in registration.packet')
    if (url.dtu !== null && !identityBytes(url.dtu, identity))
      complain(
        path,
        `"${url.dtu}" is not hex, as the identities of this port are`,
        'write pairs of hex digits',
      )
  }
  const named = own.flatMap(line => (line.url.dtu === null ? [] : [{ ...line, dtu: line.url.dtu }]))
  const sorted = named.toSorted((a, b) => (a.dtu < b.dtu ? -1 : 1))
  for (const [index, { dtu, path }] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before.dtu !== dtu && dtu.startsWith(before.dtu))
      complain(path, `"${dtu}" begins like the identity of line ${before.id}`, 'nobody could tell them apart')
  }
}

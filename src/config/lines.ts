/** Lines as written → lines as run; no two of them on one port, for a bus has one master. */

import {
  hasSettings,
  type LineUrl,
  lineKey,
  parseLineUrl,
  type SerialSettings,
  sameSettings,
} from '../core/line-url.ts'
import { SECOND } from '../core/time.ts'
import type { Complain, Path, Source } from './complaint.ts'
import type { LineConfig } from './config.ts'
import { parseDuration } from './quantities.ts'
import type { WrittenConfig, WrittenLine, WrittenMeter } from './schema.ts'
import { holdsUserinfo } from './words.ts'

/** Below the shortest answer time any meter keeps, above the longest a slow carrier needs. */
const REPLY_WITHIN_MS = { least: 50, most: 120 * SECOND }
const ONLY_ASCII = 'of all protocols only Modbus ASCII makes do with 7 data bits'

/** `realPath` follows links, so that /dev/serial/by-id/… and /dev/ttyUSB0 are known as one port. */
export function resolveLines(
  written: WrittenConfig['lines'],
  source: Source,
  complain: Complain,
  realPath: (path: string) => string,
): readonly LineConfig[] {
  const lines: LineConfig[] = []
  const ids = new Map<string, Path>()
  const ports = new Map<string, Path>()
  for (const [index, entry] of (written ?? []).entries()) {
    if (!entry) continue
    const path = ['lines', index]
    const url = resolveUrl(entry, [...path, 'url'], complain)
    if (entry.id !== undefined) refuseSecond(ids, entry.id, [...path, 'id'], idTwice)
    if (url) refuseSecond(ports, portOf(url, realPath), [...path, 'url'], portTwice)
    const line = lineOf(entry, url, path, complain)
    if (line) lines.push(line)
  }
  if (written?.length === 0)
    complain(['lines'], 'no line is listed', 'list at least one, e.g. { id: a, url: "…" }')
  return lines

  function refuseSecond(seen: Map<string, Path>, key: string, path: Path, say: typeof idTwice): void {
    const first = seen.get(key)
    if (first) complain(path, ...say(key, source.placeOf(first).line))
    else seen.set(key, path)
  }
}

function idTwice(id: string, line: number): [text: string, remedy: string] {
  return [`the line "${id}" is already listed on line ${line}`, 'give each line its own id']
}

function portTwice(_: string, line: number): [text: string, remedy: string] {
  const text = `this port is already used by the line listed on line ${line}; a bus has one master`
  return [
    text,
    'put the meters of both on one line; serial: { baud: … } at a meter sets it otherwise than its line',
  ]
}

function resolveUrl(entry: WrittenLine, path: Path, complain: Complain): LineUrl | null {
  if (entry.url === undefined) return null
  const url = parseUrl(entry.url)
  if (!('wrong' in url)) return url
  complain(path, url.wrong, 'write for example "serial:///dev/ttyUSB0?baud=2400&parity=even"')
  return null
}

/** A line URL has no place for a password; one that holds a password all the same is not shown. */
export function parseUrl(text: string): LineUrl | { readonly wrong: string } {
  return holdsUserinfo(text) ? { wrong: 'a line URL has no user name or password' } : parseLineUrl(text)
}

function portOf(url: LineUrl, realPath: (path: string) => string): string {
  return url.kind === 'serial' ? realPath(url.path) : lineKey(url)
}

function lineOf(entry: WrittenLine, url: LineUrl | null, path: Path, complain: Complain): LineConfig | null {
  const replyWithinMs = entry.replyWithin === undefined ? null : parseDuration(entry.replyWithin)
  const { least, most } = REPLY_WITHIN_MS
  if (replyWithinMs !== null && (replyWithinMs < least || replyWithinMs > most))
    complain(
      [...path, 'replyWithin'],
      `${entry.replyWithin} is not from ${least} ms to ${most} ms`,
      'write e.g. 2s',
    )
  const inFlight = entry.inFlight ?? 1
  if (inFlight > 1 && url && url.kind !== 'modbus-tcp') {
    const text = `only modbus-tcp:// carries several requests at once, this line is ${url.kind}://`
    complain([...path, 'inFlight'], text, 'remove inFlight')
  }
  const { modbus } = entry
  if (modbus !== undefined && url?.kind === 'modbus-tcp')
    complain([...path, 'modbus'], 'on modbus-tcp:// Modbus is neither RTU nor ASCII', 'remove modbus')
  if (modbus !== 'ascii' && url && hasSettings(url) && url.dataBits === 7)
    complain([...path, 'url'], ONLY_ASCII, 'write modbus: ascii at this line, or data=8')
  if (entry.id === undefined || entry.url === undefined || !url) return null
  const line = { id: entry.id, url, urlText: entry.url, replyWithinMs, inFlight }
  return modbus === undefined ? line : { ...line, modbus }
}

/** What the port is set to for one meter of a line; undefined where as the line says. */
export function serialOf(
  written: WrittenMeter['serial'],
  line: LineConfig,
  path: Path,
  complain: Complain,
): SerialSettings | undefined {
  const { url } = line
  if (!written) return undefined
  if (!hasSettings(url)) {
    const remedy =
      'remove serial; where the serial server speaks RFC 2217, write rfc2217://host:port at the line'
    complain(
      path,
      `the speed of line "${line.id}" is set in the server behind ${url.kind}://, not here`,
      remedy,
    )
    return undefined
  }
  const { baud = url.baud, parity = url.parity, data = url.dataBits, stop = url.stopBits } = written
  const settings = { baud, parity, dataBits: data, stopBits: stop }
  if (data === 7 && line.modbus !== 'ascii')
    complain([...path, 'data'], ONLY_ASCII, 'write data: 8, or modbus: ascii at the line')
  return sameSettings(settings, url) ? undefined : settings
}

/** Line URLs: where a line is and how bytes get there (contracts §2). */

import { isIdentity } from './packet.ts'

export type LineUrl = SerialUrl | Rfc2217Url | SocketUrl | ListenUrl

/** How characters stand on a wire. */
export interface SerialSettings {
  readonly baud: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly dataBits: 7 | 8
  readonly stopBits: 1 | 2
}

export interface SerialUrl extends SerialSettings {
  readonly kind: 'serial'
  readonly path: string
}

/** A serial port behind a server that takes its settings over the connection (RFC 2217). */
export interface Rfc2217Url extends SerialSettings {
  readonly kind: 'rfc2217'
  readonly host: string
  readonly port: number
}

/** `tcp` carries a bus's bytes transparently; `modbus-tcp` carries MBAP frames. */
export interface SocketUrl {
  readonly kind: 'tcp' | 'modbus-tcp'
  readonly host: string
  readonly port: number
}

/** A port of ours that boxes dial. Several lines share one, each with the identity its box tells; null: whoever dials. */
export interface ListenUrl {
  readonly kind: 'tcp-listen'
  readonly host: string
  readonly port: number
  readonly dtu: string | null
}

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '::1'])
export const BAUDS = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const
const SERIAL_KEYS = ['baud', 'parity', 'data', 'stop']

/**
 * Reads `serial:///dev/ttyUSB0?baud=2400&parity=even`, `rfc2217://host:port?baud=2400&parity=even`, `tcp://host:port`,
 * `modbus-tcp://host:port` or `tcp-listen://0.0.0.0:port?dtu=861234567890123`. Settings default to 2400 8E1, which
 * DL/T 645-2007 meters are delivered with (clause 4.1).
 */
export function parseLineUrl(text: string): LineUrl | { readonly wrong: string } {
  const scheme = /^([a-z0-9-]+):\/\//.exec(text)?.[1]
  if (scheme === 'serial') return parseSerial(text)
  if (scheme === 'rfc2217') return parseRfc2217(text)
  if (scheme === 'tcp' || scheme === 'modbus-tcp') return parseSocket(scheme, text)
  if (scheme === 'tcp-listen') return parseListen(text)
  return {
    wrong: `"${text}" is no line URL; use serial:///dev/…, rfc2217://host:port, tcp://host:port, modbus-tcp://host:port or tcp-listen://0.0.0.0:port`,
  }
}

/** One name for one physical line, however it was written; two lines of this name are one bus. */
export function lineKey(url: LineUrl): string {
  if (url.kind === 'serial') return url.path.replaceAll(/\/(?:\.?\/)+/g, '/').replaceAll(/[^/]+\/\.\.\//g, '')
  if (url.kind === 'tcp-listen') return `listen:${url.port}${url.dtu === null ? '' : `?dtu=${url.dtu}`}`
  const host = url.host.toLowerCase()
  return `${THIS_MACHINE.has(host) ? 'localhost' : host}:${url.port}`
}

/** Whether speed and parity of the wire are ours to set. */
export function hasSettings(url: LineUrl): url is SerialUrl | Rfc2217Url {
  return url.kind === 'serial' || url.kind === 'rfc2217'
}

export function sameSettings(a: SerialSettings, b: SerialSettings): boolean {
  return sameFraming(a, b) && a.baud === b.baud
}

/** Alike but for the speed. */
export function sameFraming(a: SerialSettings, b: SerialSettings): boolean {
  return a.parity === b.parity && a.dataBits === b.dataBits && a.stopBits === b.stopBits
}

/** As engineers write them: "2400 8E1". */
export function settingsText({ baud, dataBits, parity, stopBits }: SerialSettings): string {
  return `${baud} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`
}

/** The time one character takes on the wire, ms: start, data, parity and stop bits. 0 where no wire is ours. */
export function characterMs(url: LineUrl | SerialSettings): number {
  if (!('baud' in url)) return 0
  const bits = 1 + url.dataBits + (url.parity === 'none' ? 0 : 1) + url.stopBits
  return (bits * 1000) / url.baud
}

function parseSerial(text: string): SerialUrl | { readonly wrong: string } {
  const [path = '', query = ''] = text.slice('serial://'.length).split('?')
  if (!path.startsWith('/'))
    return { wrong: `"${text}": a serial path is absolute, e.g. serial:///dev/ttyUSB0` }
  const settings = parseSettings(text, query)
  return 'wrong' in settings ? settings : { kind: 'serial', path, ...settings }
}

function parseRfc2217(text: string): Rfc2217Url | { readonly wrong: string } {
  const [address = '', query = ''] = text.split('?')
  const socket = parseSocket('rfc2217', address)
  if ('wrong' in socket) return socket
  const settings = parseSettings(text, query)
  return 'wrong' in settings ? settings : { ...socket, ...settings }
}

function parseSettings(text: string, query: string): SerialSettings | { readonly wrong: string } {
  const settings = new URLSearchParams(query)
  const unknown = [...settings.keys()].find(key => !SERIAL_KEYS.includes(key))
  if (unknown !== undefined)
    return { wrong: `"${text}": unknown setting "${unknown}"; known are ${SERIAL_KEYS.join(', ')}` }
  const baud = Number(settings.get('baud') ?? 2400)
  const parity = settings.get('parity') ?? 'even'
  const dataBits = Number(settings.get('data') ?? 8)
  const stopBits = Number(settings.get('stop') ?? 1)
  if (!BAUDS.some(one => one === baud)) return { wrong: `"${text}": baud is one of ${BAUDS.join(', ')}` }
  if (parity !== 'none' && parity !== 'even' && parity !== 'odd')
    return { wrong: `"${text}": parity is none, even or odd` }
  if (dataBits !== 7 && dataBits !== 8) return { wrong: `"${text}": data is 7 or 8` }
  if (stopBits !== 1 && stopBits !== 2) return { wrong: `"${text}": stop is 1 or 2` }
  return { baud, parity, dataBits, stopBits }
}

function parseSocket<Kind extends string>(
  kind: Kind,
  text: string,
): { readonly kind: Kind; readonly host: string; readonly port: number } | { readonly wrong: string } {
  const match = /^[a-z0-9-]+:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(\d{1,9})\/?$/.exec(text)
  const port = Number(match?.[2])
  if (!match?.[1]) return { wrong: `"${text}": write ${kind}://host:port` }
  if (port < 1 || port > 65535) return { wrong: `"${text}": a port is a number from 1 to 65535` }
  return { kind, host: match[1].replace(/^\[|\]$/g, ''), port }
}

function parseListen(text: string): ListenUrl | { readonly wrong: string } {
  const [address = '', query] = text.split('?')
  const at = parseSocket('tcp', address.replace('tcp-listen', 'tcp'))
  if ('wrong' in at) return { wrong: `"${text}": write tcp-listen://0.0.0.0:9600?dtu=861234567890123` }
  const dtu = /^dtu=(.*)$/.exec(query ?? '')?.[1]
  if (query === undefined) return { kind: 'tcp-listen', host: at.host, port: at.port, dtu: null }
  if (dtu === undefined || !isIdentity(dtu))
    return { wrong: `"${text}": a DTU's identity is 4 to 64 letters, digits, ".", "_" and "-"` }
  return { kind: 'tcp-listen', host: at.host, port: at.port, dtu }
}

/** `meterd decode`: what bytes say, offline. One object per frame, damaged ones with the reason. */

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { describeFault, messageOf } from '../core/faults.ts'
import { fromHex } from '../core/hex.ts'
import type { BrokenFrame, Decoded, Driver, Frame } from '../driver-api/driver.ts'
import { hexWithout, secretsOf } from '../line/secrets.ts'
import { shippedDrivers } from './shipped.ts'
import type { Terminal, Verb } from './verb.ts'

const NOTHING_READ = {
  address: null,
  control: null,
  more: false,
  sequence: null,
  item: null,
  points: [],
  refused: [],
}

export const decode: Verb = {
  summary: 'what bytes say, offline',
  help: `meterd decode [--protocol P] [--direction request|reply] [--json] HEX… | - | --raw FILE

HEX is one or more frames, with or without spaces; "-" reads them from standard input, one exchange a line: lines that are
no hex are told with their number and passed over, and so are the words of meterd sniff around its bytes.
--raw FILE reads bytes as meterd sniff --raw kept them.
Without --protocol the one whose frames are found in the bytes is taken, line by line. Passwords are shown as **.
Protocols: dlt645-2007, dlt645-1997, modbus-rtu, modbus-ascii, modbus-tcp.
Exit 0 all frames are good; 1 one is damaged, a line is no hex, or there is no frame; 2 used wrongly.
Example: meterd decode 68 12 90 78 56 34 12 68 91 08 33 33 34 33 AB 89 67 45 CC 16`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        protocol: { type: 'string' },
        direction: { type: 'string' },
        raw: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const drivers = await shippedDrivers()
    const { protocol, direction, json } = values
    if (protocol !== undefined && protocol !== 'auto' && !drivers.has(protocol)) {
      return wrong(io, `there is no protocol "${protocol}"; known are ${[...drivers.keys()].join(', ')}`)
    }
    if (direction !== undefined && direction !== 'request' && direction !== 'reply') {
      return wrong(io, `--direction is request or reply, not "${direction}"`)
    }
    if (values.raw !== undefined) return decodeRaw(values.raw, { ...values, direction }, drivers, io)
    const stdin = positionals.length === 1 && positionals[0] === '-'
    if (positionals.length === 0) return wrong(io, 'give bytes in HEX, - for standard input, or --raw FILE')
    const lines = linesIn(stdin ? await io.readAll() : positionals.join(' '), stdin)
    let bad = lines.length === 0
    for (const { text, nth } of lines) {
      const bytes = fromHex(text)
      if (!bytes || bytes.length === 0) {
        const why = `${whyNoHex(text)}; write bytes such as 68 12 90`
        if (!stdin) return wrong(io, why)
        io.err(`meterd decode: line ${nth}: ${why}`)
        bad = true
        continue
      }
      const chosen =
        protocol === undefined || protocol === 'auto'
          ? likeliest(bytes, [...drivers.values()])
          : drivers.get(protocol)
      if (!chosen) continue
      for (const found of framesIn(bytes, chosen, direction, drivers)) {
        bad ||= found.fault !== null
        io.out(json ? JSON.stringify(found) : inWords(found))
      }
    }
    return bad ? 1 : 0
  },
}

/** A file of bytes is one exchange after another; told is what is in it, in order. */
async function decodeRaw(
  file: string,
  {
    protocol,
    direction,
    json,
  }: {
    readonly protocol?: string | undefined
    readonly direction?: 'request' | 'reply' | undefined
    readonly json: boolean
  },
  drivers: ReadonlyMap<string, Driver>,
  io: Terminal,
): Promise<number> {
  const bytes = await readFile(file).catch((error: unknown) => messageOf(error))
  if (typeof bytes === 'string') return wrong(io, `--raw ${file}: ${bytes}`)
  const named = protocol === undefined || protocol === 'auto' ? undefined : drivers.get(protocol)
  const driver = named ?? likeliest(bytes, [...drivers.values()])
  const found = driver ? framesIn(bytes, driver, direction, drivers) : []
  for (const one of found) io.out(json ? JSON.stringify(one) : inWords(one))
  return found.length === 0 || found.some(({ fault }) => fault !== null) ? 1 : 0
}

interface Line {
  readonly text: string
  /** Counted from 1. */
  readonly nth: number
}

/** What meterd sniff writes above and below the bytes of a frame. */
const SNIFFED = /^(?:\d\d:\d\d:\d\d\.\d{3} | {6})/

/** What is typed is one line, whatever is in it. */
function linesIn(text: string, isStream: boolean): readonly Line[] {
  if (!isStream) return [{ text, nth: 1 }]
  return text
    .split('\n')
    .map((line, index) => ({ text: line, nth: index + 1 }))
    .filter(({ text: line }) => line.trim() !== '' && !SNIFFED.test(line))
}

/** Start, address, start, control, length: so much of a DL/T 645 frame must be there to be taken for one. */
const HEADER = 10

/**
 * The driver these bytes speak for. Good frames with a checksum say most; then a damaged frame with marks of its own;
 * then MBAP frames, which have a number instead of a checksum and which many bytes look like.
 */
function likeliest(bytes: Uint8Array, drivers: readonly Driver[]): Driver | undefined {
  const seen = drivers.map(driver => {
    const { frames, broken, rest } = driver.deframe(bytes, null, 'silent')
    const good = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
    const hasMarks = driver.answerNamesItem && !driver.concurrent
    const damaged = hasMarks && (broken.length > 0 || rest.length >= HEADER)
    const rank = good > 0 && !driver.concurrent ? 3 : damaged ? 2 : good > 0 ? 1 : 0
    return { driver, good, rank }
  })
  return seen.reduce((best, one) =>
    one.rank > best.rank || (one.rank === best.rank && one.good > best.good) ? one : best,
  ).driver
}

interface Found extends Omit<Decoded, 'kind' | 'function' | 'address' | 'control'> {
  readonly kind: Decoded['kind'] | null
  readonly function: string | null
  readonly address: string | null
  readonly control: string | null
  /** Bytes heard before this frame that belong to none. */
  readonly noise: string
  readonly fault: { readonly code: string; readonly text: string; readonly hint: string } | null
  readonly bytes: string
}

/** Good and damaged frames in order of arrival; a request before a reply tells what the reply answers. */
function framesIn(
  bytes: Uint8Array,
  driver: Driver,
  direction: 'request' | 'reply' | undefined,
  drivers: ReadonlyMap<string, Driver>,
): Found[] {
  const { frames, broken, rest } = driver.deframe(bytes, null, 'silent')
  // Bytes that are no whole frames of the chosen protocol may be a damaged one of another that knows passwords.
  const isWhole = frames.reduce((sum, frame) => sum + frame.bytes.length, 0) === bytes.length
  const secrets = (isWhole ? [driver] : [...drivers.values()]).flatMap(each => secretsOf(bytes, each))
  const shown = (from: number, to: number): string =>
    hexWithout(
      bytes.subarray(from, to),
      secrets.map(([start, stop]) => [start - from, stop - from]),
      '',
    )
  const found: Found[] = []
  let question: Frame | undefined
  let end = 0
  for (const { at, frame } of inOrder(bytes, frames, broken)) {
    // What only looks like a frame inside a damaged one is not told again.
    if ('code' in frame && at < end) continue
    const noise = shown(end, Math.max(end, at))
    const hex = shown(at, at + frame.bytes.length)
    end = Math.max(end, at + frame.bytes.length)
    if ('code' in frame) {
      found.push({ ...emptyOf(driver), noise, fault: describeFault(frame.code, frame.text), bytes: hex })
      continue
    }
    const decoded = driver.decode(frame, { ...(direction && { direction }), ...(question && { question }) })
    if (decoded.kind === 'request') question = frame
    found.push({ protocol: driver.protocol, ...decoded, noise, fault: null, bytes: hex })
  }
  const restAt = bytes.length - rest.length
  if (rest.length > 0 && restAt >= end)
    found.push({
      ...emptyOf(driver),
      noise: shown(end, restAt),
      fault: describeFault(
        'FRAME_TRUNCATED',
        `a frame begins here and is not finished after ${rest.length} bytes`,
      ),
      bytes: shown(restAt, bytes.length),
    })
  else if (found.length === 0)
    found.push({
      ...emptyOf(driver),
      noise: shown(end, bytes.length),
      fault: describeFault('FRAME_NONE', 'no frame in these bytes'),
      bytes: '',
    })
  return found
}

type Placed = { readonly at: number; readonly frame: Frame | BrokenFrame }

export function inOrder(
  bytes: Uint8Array,
  frames: readonly Frame[],
  broken: readonly BrokenFrame[],
): Placed[] {
  const place = (list: readonly (Frame | BrokenFrame)[]): Placed[] => {
    let from = 0
    return list.map(frame => {
      const at = indexOf(bytes, frame.bytes, from)
      from = at + 1
      return { at, frame }
    })
  }
  return [...place(frames), ...place(broken)].sort((a, b) => a.at - b.at)
}

function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(part, from)
}

function emptyOf({ protocol }: Driver): Omit<Found, 'noise' | 'fault' | 'bytes'> {
  return { protocol, kind: null, function: null, ...NOTHING_READ }
}

/** The line itself is not repeated: a frame with a slip of the pen may still carry a password. */
function whyNoHex(line: string): string {
  const [odd] = /[^0-9a-fx\s,:;-]+/i.exec(line) ?? []
  return odd === undefined ? 'an odd number of digits is no hex' : `"${odd.slice(0, 20)}" is no hex`
}

function inWords(found: Found): string {
  if (found.fault) return `${found.bytes}\n  ${found.fault.text} (${found.fault.code}): ${found.fault.hint}`
  const head = `${found.protocol} ${found.kind} ${found.function}, address ${found.address}${found.item ? `, item ${found.item}` : ''}`
  const points = found.points.map(
    ({ name, item, obis, value, unit, at, fault }) =>
      `  ${name || item}${obis ? ` (${obis})` : ''}: ${fault ? `none, ${fault.text}` : `${value} ${unit}`.trim()}${at ? ` at ${at}` : ''}`,
  )
  const refused = found.refused.map(({ text }) => `  refused: ${text}`)
  return [head, ...points, ...refused].join('\n')
}

function wrong(io: Terminal, text: string): number {
  io.err(`meterd decode: ${text}`)
  return 2
}

/** Telnet (RFC 854, 855) with its option for serial ports (RFC 2217): bytes ↔ data and commands. Nothing here waits. */

import type { SerialSettings } from '../core/line-url.ts'

const IAC = 255
const SB = 250
const SE = 240

export const VERB = { will: 251, wont: 252, do: 253, dont: 254 } as const
export type Verb = (typeof VERB)[keyof typeof VERB]

/** 8-bit data (RFC 856), no go-ahead (RFC 858), and the serial port (RFC 2217). */
export const OPTION = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const

/** Commands of the client; a server repeats each with 100 added, and the value that is in force. */
const COM_PORT = {
  baud: 1,
  dataBits: 2,
  parity: 3,
  stopBits: 4,
  control: 5,
  lineStateMask: 10,
  modemStateMask: 11,
  purge: 12,
} as const
const BY_SERVER = 100

const PARITIES = { none: 1, odd: 2, even: 3 } as const
/** No flow control in either direction: it has no place on a two-wire bus. */
const NO_FLOW_CONTROL = 1
const PURGE_BOTH = 3
/** Longer than any answer of the option; what is beyond it is not kept. */
const MOST_PARAMETERS = 256

export type TelnetCommand =
  | { readonly kind: 'option'; readonly verb: Verb; readonly option: number }
  | { readonly kind: 'parameters'; readonly option: number; readonly bytes: Uint8Array }

export interface TelnetReader {
  /** Takes bytes in any pieces. */
  read(bytes: Uint8Array): { readonly data: Uint8Array; readonly commands: readonly TelnetCommand[] }
}

type State = 'data' | 'command' | 'verb' | 'option' | 'parameters' | 'commandInParameters'

export function createTelnetReader(): TelnetReader {
  let state: State = 'data'
  let verb: Verb = VERB.will
  let option = 0
  let parameters: number[] = []

  function read(bytes: Uint8Array): ReturnType<TelnetReader['read']> {
    if (state === 'data' && !bytes.includes(IAC)) return { data: bytes, commands: [] }
    const data = new Uint8Array(bytes.length)
    let length = 0
    const commands: TelnetCommand[] = []

    function take(byte: number): void {
      if (state === 'data') {
        if (byte === IAC) state = 'command'
        else data[length++] = byte
      } else if (state === 'command') begin(byte)
      else if (state === 'verb') {
        commands.push({ kind: 'option', verb, option: byte })
        state = 'data'
      } else if (state === 'option') {
        option = byte
        parameters = []
        state = 'parameters'
      } else if (state === 'parameters') {
        if (byte === IAC) state = 'commandInParameters'
        else keep(byte)
      } else if (byte === IAC) {
        keep(byte)
        state = 'parameters'
      } else if (byte === SE) {
        if (parameters.length <= MOST_PARAMETERS)
          commands.push({ kind: 'parameters', option, bytes: Uint8Array.from(parameters) })
        state = 'data'
      } else begin(byte)
    }

    /** What follows IAC. One that comes inside parameters breaks them off: their end was lost. */
    function begin(byte: number): void {
      state = 'data'
      if (byte === IAC) data[length++] = IAC
      else if (byte === SB) state = 'option'
      else if (isVerb(byte)) {
        verb = byte
        state = 'verb'
      }
    }

    for (const byte of bytes) take(byte)
    return { data: data.subarray(0, length), commands }
  }

  function keep(byte: number): void {
    if (parameters.length <= MOST_PARAMETERS) parameters.push(byte)
  }

  return { read }
}

function isVerb(byte: number): byte is Verb {
  return byte >= VERB.will && byte <= VERB.dont
}

/** Data as it goes out: FF is doubled. */
export function dataBytes(data: Uint8Array): Uint8Array {
  return data.includes(IAC) ? Uint8Array.from(doubled(data)) : data
}

function doubled(bytes: Iterable<number>): number[] {
  return [...bytes].flatMap(byte => (byte === IAC ? [IAC, IAC] : [byte]))
}

export function optionBytes(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(IAC, verb, option)
}

function comPortBytes(command: number, ...value: readonly number[]): number[] {
  return [IAC, SB, OPTION.comPort, command, ...doubled(value), IAC, SE]
}

/** Sets a port, and asks not to be told of its modem lines. */
export function settingBytes({ baud, parity, dataBits, stopBits }: SerialSettings): Uint8Array {
  return Uint8Array.from([
    ...comPortBytes(COM_PORT.baud, baud >>> 24, (baud >> 16) & 0xff, (baud >> 8) & 0xff, baud & 0xff),
    ...comPortBytes(COM_PORT.dataBits, dataBits),
    ...comPortBytes(COM_PORT.parity, PARITIES[parity]),
    ...comPortBytes(COM_PORT.stopBits, stopBits),
    ...comPortBytes(COM_PORT.control, NO_FLOW_CONTROL),
    ...comPortBytes(COM_PORT.lineStateMask, 0),
    ...comPortBytes(COM_PORT.modemStateMask, 0),
  ])
}

/** Throws away what the server holds, in both directions. */
export function purgeBytes(): Uint8Array {
  return Uint8Array.from(comPortBytes(COM_PORT.purge, PURGE_BOTH))
}

/** What a server says of its port: a command of ours and the value now in force; null for anything else. */
export function comPortAnswer(
  command: TelnetCommand,
): { readonly command: number; readonly value: number } | null {
  if (command.kind !== 'parameters' || command.option !== OPTION.comPort) return null
  const [code, ...value] = command.bytes
  if (code === undefined || code < BY_SERVER || value.length === 0 || value.length > 4) return null
  return { command: code - BY_SERVER, value: value.reduce((sum, byte) => sum * 256 + byte, 0) }
}

/** The values a server confirms when it has set its port so. Flow control is not among them: many keep silent about it. */
export function confirmationsOf({
  baud,
  parity,
  dataBits,
  stopBits,
}: SerialSettings): ReadonlyMap<number, number> {
  return new Map([
    [COM_PORT.baud, baud],
    [COM_PORT.dataBits, dataBits],
    [COM_PORT.parity, PARITIES[parity]],
    [COM_PORT.stopBits, stopBits],
  ])
}

export const PURGED: readonly [command: number, value: number] = [COM_PORT.purge, PURGE_BOTH]

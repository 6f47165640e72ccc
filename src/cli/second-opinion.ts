/** A second stack's view of the same registers: asks them again through modbus-serial and compares the bytes. */

import ModbusRTU from 'modbus-serial'
import { systemClock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { sameBytes, toHex } from '../core/hex.ts'
import type { LineUrl } from '../core/line-url.ts'
import type { Exchange } from '../line/asker.ts'
import type { Terminal } from './verb.ts'

/** What both stacks were told to one question: registers, or the exception in words; null where the second had no answer. */
export interface BothAnswers {
  readonly what: string
  /** Unit, function, address and count, hex. */
  readonly key: string
  readonly ours: Uint8Array | string
  readonly theirs: Uint8Array | string | null
}

export interface SecondLook {
  readonly answers: readonly BothAnswers[]
  /** Why the second stack could not ask at all; null when it could. */
  readonly fault: string | null
}

/** What the second stack speaks. */
export const SECOND_STACK: ReadonlySet<string> = new Set(['modbus-rtu', 'modbus-tcp'])
/** How long the second stack may take to say goodbye: some devices never close their half of a connection. */
const CLOSES_WITHIN_MS = 1_000
/** So many questions without an answer, one after another, and the rest is not asked. */
const MOST_SILENCES = 3

interface Question {
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly count: number
}

type Client = InstanceType<(typeof ModbusRTU)['default']>

/** True when the second stack heard the same. Values that move between the two reads differ rightly: both are shown. */
export async function secondOpinion(
  url: LineUrl,
  exchanges: readonly Exchange[],
  withinMs: number,
  io: Terminal,
): Promise<boolean> {
  const { answers, fault } = await bothAnswers(url, exchanges, withinMs, io.signal)
  if (fault !== null) io.err(`modbus-serial: ${fault}`)
  let same = fault === null
  for (const { what, ours, theirs } of answers) {
    const agrees =
      typeof theirs === 'string' || typeof ours === 'string' || theirs === null
        ? theirs === ours
        : sameBytes(ours, theirs)
    same &&= agrees
    io.err(
      agrees
        ? `modbus-serial: ${what}: the same${typeof ours === 'string' ? `, ${ours}` : ''}`
        : `modbus-serial: ${what}: ours ${answerText(ours)}, theirs ${answerText(theirs)}`,
    )
  }
  return same
}

export function answerText(answer: Uint8Array | string | null): string {
  if (answer === null) return 'none: it did not answer'
  return typeof answer === 'string' ? answer : toHex(answer)
}

/** Each question that was answered, asked again through modbus-serial. Never rejects, never waits without an end. */
export async function bothAnswers(
  url: LineUrl,
  exchanges: readonly Exchange[],
  withinMs: number,
  signal: AbortSignal,
): Promise<SecondLook> {
  const client = new ModbusRTU.default()
  const answers: BothAnswers[] = []
  try {
    const fault = await inTime(withinMs, signal, connect(client, url)).catch(messageOf)
    if (typeof fault === 'string') return { answers, fault: `could not open the line: ${fault}` }
    if (fault === LATE) return { answers, fault: 'could not open the line in time' }
    client.setTimeout(withinMs)
    let silences = 0
    for (const { request, frame } of exchanges) {
      if (signal.aborted || silences >= MOST_SILENCES) break
      const at = url.kind === 'modbus-tcp' ? 6 : 0
      const question = questionIn(request.bytes, at)
      if (!question || !frame) continue
      const theirs = await inTime(2 * withinMs, signal, ask(client, question)).catch(refusalText)
      if (signal.aborted) break
      silences = theirs === LATE ? silences + 1 : 0
      answers.push({
        what: `function ${question.code}, registers ${question.address} to ${question.address + question.count - 1}`,
        key: toHex(request.bytes.subarray(at, at + 6), ''),
        ours: answerIn(frame.bytes, at),
        theirs: theirs === LATE ? null : theirs,
      })
    }
    return { answers, fault: null }
  } finally {
    await goodbye(client, signal)
  }
}

const LATE = Symbol('no answer in time')

/** LATE where it takes longer, or where the verb is told to end. */
async function inTime<Result>(
  ms: number,
  signal: AbortSignal,
  promise: Promise<Result>,
): Promise<Result | typeof LATE> {
  const over = new AbortController()
  const late = systemClock.sleep(ms, AbortSignal.any([signal, over.signal])).then((): typeof LATE => LATE)
  try {
    return await Promise.race([promise, late])
  } finally {
    over.abort()
    promise.catch(() => undefined)
  }
}

async function goodbye(client: Client, signal: AbortSignal): Promise<void> {
  // A port that was never opened calls nobody back.
  const closed = new Promise<void>(resolve => client.close(() => resolve()))
  if ((await inTime(CLOSES_WITHIN_MS, signal, closed)) === LATE) client.destroy(() => undefined)
}

/** The registers of an answer, or its exception. `at` is where the unit stands. */
function answerIn(bytes: Uint8Array, at: number): Uint8Array | string {
  const [, code = 0, third = 0] = bytes.subarray(at)
  return code & 0x80 ? `exception ${third}` : bytes.subarray(at + 3, at + 3 + third)
}

/** The refusals of modbus-serial are objects with a name and a message, mostly no errors. */
function refusalText(error: unknown): string | typeof LATE {
  const told = typeof error === 'object' && error !== null ? error : { message: String(error) }
  if ('modbusCode' in told && told.modbusCode !== undefined) return `exception ${told.modbusCode}`
  if ('name' in told && told.name === 'TransactionTimedOutError') return LATE
  return 'message' in told ? String(told.message) : 'an error without words'
}

async function connect(client: Client, url: LineUrl): Promise<void> {
  if (url.kind === 'serial') {
    const { path, baud, parity, dataBits, stopBits } = url
    await client.connectRTUBuffered(path, { baudRate: baud, parity, dataBits, stopBits })
  } else if (url.kind === 'modbus-tcp') {
    await client.connectTCP(url.host, { port: url.port })
  } else {
    // The one that sends RTU bytes as they are; its "TcpRTU" ports wrap them in MBAP headers.
    await client.connectTelnet(url.host, { port: url.port })
  }
}

function questionIn(bytes: Uint8Array, at: number): Question | null {
  const [unit = 0, code = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = bytes.subarray(at, at + 6)
  return code === 3 || code === 4
    ? { unit, code, address: high * 256 + low, count: countHigh * 256 + countLow }
    : null
}

async function ask(client: Client, { unit, code, address, count }: Question): Promise<Uint8Array> {
  client.setID(unit)
  const { buffer } =
    code === 3
      ? await client.readHoldingRegisters(address, count)
      : await client.readInputRegisters(address, count)
  return buffer
}

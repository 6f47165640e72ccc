/** A second stack's view of the same registers: asks them again through modbus-serial and compares the bytes. */

import ModbusRTU from 'modbus-serial'
import { sameBytes, toHex } from '../core/hex.ts'
import type { LineUrl } from '../core/line-url.ts'
import type { Exchange } from '../line/asker.ts'
import type { Terminal } from './verb.ts'

/** What both stacks were told to one question: registers, or the exception in words. */
export interface BothAnswers {
  readonly what: string
  /** Unit, function, address and count, hex. */
  readonly key: string
  readonly ours: Uint8Array | string
  readonly theirs: Uint8Array | string
}

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
  let same = true
  for (const { what, ours, theirs } of await bothAnswers(url, exchanges, withinMs)) {
    const agrees =
      typeof theirs === 'string' || typeof ours === 'string' ? theirs === ours : sameBytes(ours, theirs)
    same &&= agrees
    io.err(
      agrees
        ? `modbus-serial: ${what}: the same${typeof ours === 'string' ? `, ${ours}` : ''}`
        : `modbus-serial: ${what}: ours ${show(ours)}, theirs ${show(theirs)}`,
    )
  }
  return same
}

/** Each question that was answered, asked again through modbus-serial. */
export async function bothAnswers(
  url: LineUrl,
  exchanges: readonly Exchange[],
  withinMs: number,
): Promise<readonly BothAnswers[]> {
  const client = new ModbusRTU.default()
  await connect(client, url)
  client.setTimeout(withinMs)
  const answers: BothAnswers[] = []
  for (const { request, frame } of exchanges) {
    const at = url.kind === 'modbus-tcp' ? 6 : 0
    const question = questionIn(request.bytes, at)
    if (!question || !frame) continue
    const ours = answerIn(frame.bytes, at)
    const theirs = await ask(client, question).catch(refusalText)
    const what = `function ${question.code}, registers ${question.address} to ${question.address + question.count - 1}`
    answers.push({ what, key: toHex(request.bytes.subarray(at, at + 6), ''), ours, theirs })
  }
  await new Promise<void>(resolve => client.close(() => resolve()))
  return answers
}

/** The registers of an answer, or its exception. `at` is where the unit stands. */
function answerIn(bytes: Uint8Array, at: number): Uint8Array | string {
  const [, code = 0, third = 0] = bytes.subarray(at)
  return code & 0x80 ? `exception ${third}` : bytes.subarray(at + 3, at + 3 + third)
}

function refusalText(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'modbusCode' in error ? error.modbusCode : undefined
  return code === undefined ? String(error) : `exception ${code}`
}

function show(answer: Uint8Array | string): string {
  return typeof answer === 'string' ? answer : toHex(answer)
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

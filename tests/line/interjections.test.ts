/** What a box puts among the bytes of the meters: never a wrong value, and none lost that the protocol can find again. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { fromHex } from '../../src/core/hex.ts'
import type { Driver, Frame, Request } from '../../src/driver-api/driver.ts'
import { type Counters, newCounters } from '../../src/line/asker.ts'
import { createBus } from '../../src/line/bus.ts'
import { hearPast } from '../../src/line/interjections.ts'
import { rtu, rtuFrame } from '../drivers/modbus-support.ts'
import { request as answer2007, di } from '../simulator/master.ts'
import { rounds } from '../support/rounds.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => fromHex(text) ?? new Uint8Array()
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]))

interface Spoken {
  readonly driver: Driver
  readonly request: Request
  readonly answer: Uint8Array
}

function asked(driver: Driver, bytes: Uint8Array, isAnswer: (frame: Frame) => boolean): Request {
  return {
    bytes,
    safeToRepeat: true,
    whyNot: frame => (isAnswer(frame) ? null : { rule: 'V-F5', text: `no answer in ${driver.protocol}` }),
  }
}

/** The driver's own question for forward active energy, and a right answer to it. */
function read2007(): Spoken {
  const point = driver2007.describe('00010000')
  const call = { address: '123456789012', sequence: () => 0, traits: {}, refusedBefore: new Set<string>() }
  const step = driver2007.read(call, point ? [point] : []).next()
  if (step.done) throw new Error('nothing is asked')
  return {
    driver: driver2007,
    request: step.value,
    answer: answer2007('123456789012', 0x91, [...di('00010000'), 0x45, 0x23, 0x12, 0x00]),
  }
}

function readRtu(): Spoken {
  const request = asked(
    rtu,
    rtuFrame(1, 3, 0, 0, 0, 2),
    ({ bytes }) => bytes[0] === 1 && bytes[1] === 3 && bytes.length === 9,
  )
  return { driver: rtu, request, answer: rtuFrame(1, 3, 4, 1, 0xfe, 0x70, 0x69) }
}

function bench(patterns: readonly Uint8Array[]) {
  const clock = virtualClock()
  const counters: Counters = newCounters()
  const heard: Uint8Array[] = []
  const bus = createBus({
    clock,
    counters,
    contradicted: () => undefined,
    characterMs: 0,
    isOwnWire: false,
    write: () => undefined,
  })
  const asker = hearPast({ patterns: () => patterns, heard: one => heard.push(one) }, bus, counters)
  return { clock, counters, heard, asker }
}

/** Asks, and hears the stream in these pieces, 20 ms apart. */
async function talk(
  { driver, request }: Spoken,
  patterns: readonly Uint8Array[],
  pieces: readonly Uint8Array[],
) {
  const parts = bench(patterns)
  const { clock, asker } = parts
  const asking = asker.ask(request, driver, driver.timing.replyWithinMs)
  await clock.pass(50)
  for (const piece of pieces) {
    asker.heard(piece)
    await clock.pass(20)
  }
  await clock.pass(5_000)
  return { ...parts, exchange: await asking }
}

function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places)].filter(place => place > 0 && place < stream.length).sort((a, b) => a - b)
  return [0, ...at].map((from, index) => stream.slice(from, at[index] ?? stream.length))
}

const HEARTBEATS = ['ping', '$HB,861234567890123#'].map(bytesOf)
/** The worst: it begins like a frame of DL/T 645. */
const LIKE_A_FRAME = hex('68 31 31 31 31 31 31 68 0A')

describe.each([
  ['DL/T 645-2007', read2007()],
  ['Modbus RTU', readRtu()],
])('%s', (_name, spoken) => {
  test('the vectors are right', async () => {
    const { exchange } = await talk(spoken, [], [spoken.answer])
    expect(exchange).toMatchObject({ outcome: 'answered', frame: { bytes: spoken.answer } })
  })

  test('a heartbeat of four bytes and more, anywhere in the answer, in any pieces: the answer is found', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...HEARTBEATS, LIKE_A_FRAME),
        fc.nat(spoken.answer.length),
        fc.array(fc.nat(50), { maxLength: 6 }),
        async (heartbeat, at, cuts) => {
          const stream = joined(spoken.answer.slice(0, at), heartbeat, spoken.answer.slice(at))
          const { exchange, heard } = await talk(spoken, [heartbeat], cut(stream, cuts))
          expect(exchange.outcome).toBe('answered')
          expect(exchange.frame?.bytes).toEqual(spoken.answer)
          if (at < spoken.answer.length) expect(heard).toEqual([heartbeat])
        },
      ),
      rounds(6, 150),
    )
  })

  test('a short one anywhere: the right answer or a damaged one to be asked again, never another value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(hex('FE'), hex('01'), hex('68'), hex('70 69'), hex('00')),
        fc.nat(spoken.answer.length),
        fc.array(fc.nat(50), { maxLength: 6 }),
        async (heartbeat, at, cuts) => {
          const stream = joined(spoken.answer.slice(0, at), heartbeat, spoken.answer.slice(at))
          const { exchange } = await talk(spoken, [heartbeat], cut(stream, cuts))
          if (exchange.outcome === 'answered') expect(exchange.frame?.bytes).toEqual(spoken.answer)
          else expect(exchange.outcome).toBe('LINE_GARBLED')
          // Before and behind the answer it costs nothing.
          if (at === 0 || at === spoken.answer.length) expect(exchange.outcome).toBe('answered')
        },
      ),
      rounds(6, 150),
    )
  })

  test('an answer that holds the bytes of a heartbeat is left as it is, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(spoken.answer.length - 1),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.nat(50), { maxLength: 6 }),
        async (from, length, cuts) => {
          const pattern = spoken.answer.slice(from, from + length)
          const { exchange } = await talk(spoken, [pattern], cut(spoken.answer, cuts))
          expect(exchange).toMatchObject({ outcome: 'answered', frame: { bytes: spoken.answer } })
        },
      ),
      rounds(6, 150),
    )
  })

  test('a registration before every piece of an answer', async () => {
    const imei = bytesOf('861234567890123')
    const pieces = cut(spoken.answer, [3, 6]).map(piece => joined(imei, piece))
    const { exchange } = await talk(spoken, [imei], pieces)
    expect(exchange).toMatchObject({ outcome: 'answered', frame: { bytes: spoken.answer } })
  })
})

describe('while nothing is asked', () => {
  test('heartbeats in pieces are no noise, are life, and are told', async () => {
    const { asker, heard, counters } = bench([bytesOf('ping')])
    for (const piece of ['pi', 'ngpin', 'g', 'ping']) asker.heard(bytesOf(piece))
    expect(heard).toHaveLength(3)
    expect(counters).toMatchObject({ noiseBytes: 0, bytesIn: 12 })
  })

  test('before the first question whatever comes is counted and nothing is kept', () => {
    const { asker, counters } = bench([bytesOf('ping')])
    for (let nth = 0; nth < 100; nth++) asker.heard(bytesOf('pingrubbish'))
    expect(counters).toMatchObject({ noiseBytes: 700, bytesIn: 1_100 })
  })

  test('V-F8 a late answer is known as one, with a heartbeat before it', async () => {
    const spoken = read2007()
    const { clock, counters, asker, heard } = bench([bytesOf('ping')])
    const asking = asker.ask(spoken.request, spoken.driver, 500)
    await clock.pass(600)
    expect((await asking).outcome).toBe('LINE_SILENT')
    asker.heard(joined(bytesOf('ping'), spoken.answer))
    expect(counters).toMatchObject({ lates: 1, noiseBytes: 0 })
    expect(heard).toHaveLength(1)
  })
})

/** DL/T 645 on one core: frames a second against code by hand, and a meter's nightly round against the wire's limit. */

import { driver2007 } from '../drivers/dlt645/driver.ts'
import { type Encoding, parseEncoding } from '../drivers/dlt645/encodings/encodings.ts'
import { encodeItem } from '../drivers/dlt645/items/encode.ts'
import { ITEMS_2007 } from '../drivers/dlt645/items/items-2007.ts'
import { joined, wireOf } from '../drivers/dlt645/wire/bytes.ts'
import { addressOf, controlOf, dataOf, requestBytes } from '../drivers/dlt645/wire/frame.ts'
import { systemClock } from '../src/core/clock.ts'
import { characterMs } from '../src/core/line-url.ts'
import { silentLog } from '../src/core/log.ts'
import { systemRandom } from '../src/core/random.ts'
import type { Call, Conversation, Point, ReadResult, Request, Value } from '../src/driver-api/driver.ts'
import { createLine, type Line, PRIORITY } from '../src/line/line.ts'
import { claimLine } from '../src/line/lock.ts'
import { transportFor } from '../src/line/transports.ts'
import { createMeter } from '../src/simulator/meter.ts'
import { createMeter2007 } from '../src/simulator/meter-2007.ts'
import { startSimulator } from '../src/simulator/simulator.ts'
import {
  askingByHand,
  cheapestRound,
  ROUND_BLOCKS,
  roundOf,
  SHIPPED_BLOCKS,
} from '../tests/support/nightly-round.ts'
import { minimalAnswer, minimalDecode, minimalEnergies, minimalFrame, minimalRequest } from './codec-645.ts'
import { serialUrl } from './line.ts'
import type { Benchmark, Result } from './run.ts'
import { openWire } from './wire.ts'

const ADDRESS = '123456789012'
const ROUNDS = 40
const FRAMES_A_ROUND = 10_000
const BAUD = 2_400
const NIGHTS = 5
/** What the simulated meter takes to answer: the least the standard lets it take (5.3.3). */
const METER_MS = 20
/** The pause before a request that lines in the field are run with. */
const PAUSE_MS = 20
const SITE = { seed: 1, offsetMinutes: 480 } as const
const THE_METER = { protocol: 'dlt645-2007', address: ADDRESS } as const

export const dlt645: Benchmark = {
  about: 'DL/T 645-2007 frames decoded and encoded a second on one core, and one nightly round at 2400 baud',
  async run(say) {
    say('codec')
    const results = codec()
    say(`${NIGHTS} nightly rounds at ${BAUD} baud`)
    return [...results, ...(await nightlyRound())]
  },
}

/**
 * The hand-written code takes one good frame of one kind from bytes that hold nothing else: it keeps no evidence, looks
 * for no second frame and no damage, checks no date, range, filler or width, knows one format and no names.
 */
function codec(): Result[] {
  const wire = Uint8Array.from(Buffer.from(ADDRESS, 'hex').reverse())
  const item = Uint8Array.of(0x00, 0x00, 0x01, 0x00)
  const block = Uint8Array.of(0x00, 0xff, 0x01, 0x00)
  const one = answer(item, [12_345_678])
  // A total and four tariffs that add up to it: others are refused, since they may be of another width.
  const five = answer(block, [12_345_678, 3_456_789, 3_456_789, 3_456_789, 1_975_311])
  const energies = ['00010000', '00010100', '00010200', '00010300', '00010400'].map(described)
  const traits = { blocks: ['0001FF00'] }
  const call = { address: ADDRESS, sequence: () => 0, traits, refusedBefore: new Set<string>() }
  const slave = createMeter2007(createMeter({ ...SITE, ...THE_METER, phases: 3 }))
  const question = requestBytes(ADDRESS, 0x11, item, 0)
  const now = systemClock.now()
  return [
    // Finds the frame, copies it as evidence, checks form and sum, takes the offset off; address in digits.
    compare(
      'frames found, checked and opened',
      () => {
        const frame = driver2007.deframe(one, null).frames[0] ?? { bytes: one }
        return { address: addressOf(frame), control: controlOf(frame), data: dataOf(frame) }
      },
      () => minimalFrame(one),
    ),
    // The same and its one value, exact: what a line does with a frame before a conversation sees it, and a value of it.
    compare(
      'frames decoded to an exact value',
      () => {
        const frame = driver2007.deframe(one, null).frames[0] ?? { bytes: one }
        return ENERGY.decode(dataOf(frame, item.length))
      },
      () => minimalEnergies(one, wire, item),
    ),
    // For people: which edition, direction and function, the item's names, OBIS code and unit, and its value as text.
    compare(
      'answers with one value decoded to named text',
      () => driver2007.decode(driver2007.deframe(one, null).frames[0] ?? { bytes: one }, {}),
      () => minimalDecode(one),
    ),
    // All a poll does but the wire: a plan, two generators, the request, the rules V-F1 to V-F7 on its answer, the
    // total against its tariffs, and five readings with their evidence.
    compare(
      'blocks of five values: request, and answer read',
      () => readFive(call, energies, five),
      () => [minimalRequest(wire, block), minimalEnergies(five, wire, block)],
    ),
    compare(
      'requests encoded',
      () => requestBytes(ADDRESS, 0x11, item),
      () => minimalRequest(wire, item),
    ),
    // From an item and its exact value, by the table: range, decimals and filler are looked at.
    compare(
      'answers encoded from an item and its value',
      () => answerOf('00010000', { digits: 12_345_678n, scaler: -2 }),
      () => minimalAnswer(wire, item, 12_345_678),
    ),
    alone('reads answered by the simulated meter', () => slave.answer(question, now)),
  ]
}

const ENERGY = encodingOf('XXXXXX.XX')

function encodingOf(text: string): Encoding {
  const encoding = parseEncoding(text)
  if (!encoding) throw new Error(`${text} is no encoding`)
  return encoding
}

function readFive(call: Call, energies: readonly Point[], five: Uint8Array): unknown {
  const conversation = driver2007.read(call, energies)
  const asked = conversation.next().value as Request
  const frame = driver2007.deframe(five, asked).frames[0] ?? null
  const { reads } = conversation.next(frame).value as ReadResult
  if (!frame || asked.whyNot(frame) || !reads.every(read => 'value' in read))
    throw new Error('a good answer was not taken')
  return reads
}

function answerOf(item: string, value: Value): Uint8Array {
  const data = encodeItem(ITEMS_2007, item, [value])
  if ('code' in data) throw new Error(data.text)
  return requestBytes(ADDRESS, 0x91, joined([wireOf(item), data]), 2)
}

/** Turn and turn about, so that whatever else the machine does meets both; the quickest round of each counts. */
function compare(what: string, ours: () => unknown, byHand: () => unknown): Result {
  const best = { ours: 0, byHand: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    best.ours = Math.max(best.ours, framesPerSecond(ours))
    best.byHand = Math.max(best.byHand, framesPerSecond(byHand))
  }
  const { ours: value, byHand: reference } = best
  return { what, value, unit: 'frames/s', better: 'higher', reference, against: 'by hand,' }
}

/** What nothing by hand does. */
function alone(what: string, ours: () => unknown): Result {
  let value = 0
  for (let round = 0; round < ROUNDS; round++) value = Math.max(value, framesPerSecond(ours))
  return { what, value, unit: 'frames/s', better: 'higher', reference: null, against: '' }
}

/** What was made last is kept, so that making it is not left out. */
let kept: unknown = null

function framesPerSecond(make: () => unknown): number {
  const from = performance.now()
  for (let count = 0; count < FRAMES_A_ROUND; count++) kept = make()
  if (kept === null) throw new Error('nothing was made')
  return (FRAMES_A_ROUND * 1_000) / (performance.now() - from)
}

/** An answer 91 behind two FE; energies in hundredths. */
function answer(item: Uint8Array, energies: readonly number[]): Uint8Array {
  const values = energies.map(energy => wireOf(String(energy).padStart(8, '0')))
  return requestBytes(ADDRESS, 0x91, joined([item, ...values]), 2)
}

function described(item: string): Point {
  const point = driver2007.describe(item)
  if (!point) throw new Error(`no row for ${item}`)
  return point
}

/** A meter's nightly round over a wire with real characters' time, against the cheapest plan on a wire without delay. */
async function nightlyRound(): Promise<Result[]> {
  const meters = [{ ...THE_METER, profile: 'three-phase' }]
  const simulator = await startSimulator(
    {
      seed: SITE.seed,
      listeners: [{ url: { kind: 'tcp', host: '127.0.0.1', port: 0 }, meters, faults: {} }],
    },
    { clock: systemClock, log: silentLog, ...SITE, replyDelayMs: [METER_MS, METER_MS] },
  )
  const wire = await openWire(BAUD, simulator.listening[0]?.port ?? 0)
  const url = serialUrl(wire.masterEnd, BAUD)
  const line = createLine({
    id: 'wire',
    url,
    transport: transportFor(url),
    claim: () => claimLine(wire.masterEnd),
    replyWithinMs: null,
    inFlight: 1,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  line.start()
  await line.opened()
  const apart = createMeter2007(createMeter({ ...SITE, ...THE_METER, phases: 3 }))
  const ask = askingByHand(request => apart.answer(request, systemClock.now()), ADDRESS)
  const limit = cheapestRound(ask, ROUND_BLOCKS)
  const possibleMs = limit.bytes * characterMs(url) + limit.exchanges * (METER_MS + PAUSE_MS)
  const refused = new Set<string>()
  await night(line, refused)
  const from = { ...line.counters }
  const nightsMs: number[] = []
  for (let nth = 0; nth < NIGHTS; nth++) nightsMs.push(await night(line, refused))
  const { bytesIn, bytesOut, requests } = line.counters
  await line.stop()
  await simulator.stop()
  await wire.stop()
  const row = (what: string, value: number, reference: number, unit: string): Result => ({
    what: `nightly round: ${what}`,
    value,
    unit,
    better: 'lower',
    reference,
    against: `the cheapest legal plan, ${METER_MS} ms of meter and ${PAUSE_MS} ms of pause each,`,
  })
  const median = nightsMs.toSorted((a, b) => a - b)[Math.floor(NIGHTS / 2)] ?? 0
  return [
    row('bytes', (bytesIn + bytesOut - from.bytesIn - from.bytesOut) / NIGHTS, limit.bytes, 'bytes'),
    row('exchanges', (requests - from.requests) / NIGHTS, limit.exchanges, 'exchanges'),
    row(`median time of ${NIGHTS}`, median, possibleMs, 'ms'),
  ]
}

/** Both conversations of the shipped profile's round; blocks that the meter refuses are not asked again. Gives the time they took, ms. */
async function night(line: Line, refused: Set<string>): Promise<number> {
  const { freeze, points } = roundOf(described)
  const call = {
    address: ADDRESS,
    sequence: () => 0,
    traits: { blocks: SHIPPED_BLOCKS },
    refusedBefore: refused,
  }
  const from = performance.now()
  const talks = [
    await converse(line, driver2007.readFreeze?.(call, freeze)),
    await converse(line, driver2007.read(call, points)),
  ]
  const took = performance.now() - from
  for (const { fault, result } of talks) {
    if (fault) throw new Error(fault.text)
    for (const block of result.refused) refused.add(block)
  }
  return took
}

function converse(line: Line, conversation: Conversation<ReadResult> | undefined) {
  if (!conversation) throw new Error('the driver reads no freezes')
  const retries = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
  return line.converse({
    driver: driver2007,
    conversation,
    priority: PRIORITY.billing,
    meter: ADDRESS,
    retries,
  })
}

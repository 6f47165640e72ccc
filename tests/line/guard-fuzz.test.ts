/**
 * Reads damaged, spliced and forged by the thousand at the guard behind the last encoder (`npm run prove -- guard`: ten
 * million): what leaves is a read, and nothing a meter would take for an order. A reader of its own judges.
 */

import { expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/core/random.ts'
import type { Request } from '../../src/driver-api/driver.ts'
import { createGuard } from '../../src/line/guard/guard.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { ascii, asciiFrame, crcBitwise, rtu, rtuFrame, tcp, tcpFrame } from '../drivers/modbus-support.ts'
import { report } from '../prove/report.ts'
import { type ReadAsked, readsAsked } from './reads-asked.ts'
import { wouldTell } from './told-oracle.ts'

const COUNT = Number(process.env['METERD_GUARDED'] ?? 20_000)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

const reads = readsAsked()

function oneOf<Item>(list: readonly Item[], random: Random): Item {
  return list[random.integer(list.length)]!
}

/** Which function a forger would like there. */
const WANTED_645 = [0x03, 0x04, 0x0a, 0x0c, 0x0f, 0x10, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c]
const WANTED_MODBUS = [0x05, 0x06, 0x0f, 0x10, 0x16, 0x17]

const BODIES: readonly ((random: Random) => number[])[] = [
  random => [oneOf([5, 6], random), ...random.bytes(4)],
  random => [oneOf([15, 16], random), ...random.bytes(3), 1, 2, ...random.bytes(2)],
  random => [0x16, ...random.bytes(6)],
  random => [0x17, ...random.bytes(7), 1, 2, ...random.bytes(2)],
]

/** A frame that must not leave, of any protocol. */
function forged(random: Random): Uint8Array {
  const body = oneOf(BODIES, random)(random)
  const unit = 1 + random.integer(247)
  const address = Array.from({ length: 12 }, () => random.integer(10)).join('')
  return oneOf(
    [
      () => frameBytes(address, oneOf(WANTED_645, random), random.bytes(random.integer(30))),
      () => rtuFrame(unit, ...body),
      () => asciiFrame(unit, ...body),
      () => tcpFrame(random.integer(65_536), unit, ...body),
    ],
    random,
  )()
}

type Mutation = (asked: ReadAsked, random: Random) => Uint8Array

/** Sums made right again, as a careful encoder would: only then a damage is a frame. */
function mended(bytes: Uint8Array, { driver }: ReadAsked): Uint8Array {
  const start = bytes.indexOf(0x68)
  const at = bytes.length - 2
  if (driver === rtu) {
    const crc = crcBitwise(bytes.subarray(0, at))
    return bytes.with(at, crc & 0xff).with(at + 1, crc >> 8)
  }
  if (driver === tcp || driver === ascii || start < 0 || at < start) return bytes
  return bytes
    .with(at, bytes.subarray(start, at).reduce((sum, byte) => sum + byte, 0) & 0xff)
    .with(at + 1, 0x16)
}

function codeAt({ driver, bytes }: ReadAsked): number {
  return driver === rtu ? 1 : driver === tcp ? 7 : bytes.indexOf(0x68) + 8
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a bit, sums mended': (one, random) => {
    const at = random.integer(one.bytes.length)
    return mended(one.bytes.with(at, one.bytes[at]! ^ (1 << random.integer(8))), one)
  },
  'bytes, as they fall': ({ bytes }, random) => {
    const changed = bytes.slice()
    for (let times = 1 + random.integer(4); times > 0; times -= 1)
      changed[random.integer(bytes.length)] = random.integer(256)
    return changed
  },
  'another function, sums mended': (one, random) =>
    mended(
      one.bytes.with(
        codeAt(one),
        oneOf(one.driver.protocol.startsWith('modbus') ? WANTED_MODBUS : WANTED_645, random),
      ),
      one,
    ),
  'one cut off': ({ bytes }, random) => bytes.slice(0, random.integer(bytes.length)),
  'two in one': ({ bytes }, random) => Uint8Array.from([...bytes, ...oneOf(reads, random).bytes]),
  'with an order behind it': ({ bytes }, random) => Uint8Array.from([...bytes, ...forged(random)]),
  'with an order before it': ({ bytes }, random) => Uint8Array.from([...forged(random), ...bytes]),
  'with an order in its midst': ({ bytes }, random) => {
    const at = random.integer(bytes.length)
    return Uint8Array.from([...bytes.subarray(0, at), ...forged(random), ...bytes.subarray(at)])
  },
  'an order instead of it': (_, random) => forged(random),
  'an order behind what wakes': (_, random) =>
    Uint8Array.from([...Array<number>(random.integer(12)).fill(0xfe), ...forged(random)]),
}

test('PR-67 FZ-14 of reads that were damaged or forged nothing leaves that a meter would obey', () => {
  const random = seededRandom(SEED)
  const kinds = Object.entries(MUTATIONS)
  const guard = createGuard('l1')
  const tally = { left: 0, held: 0, orders: 0 }
  const out: string[] = []
  for (let nth = 0; nth < COUNT; nth += 1) {
    const asked = oneOf(reads, random)
    const [kind, mutate] = kinds[nth % kinds.length]!
    const bytes = mutate(asked, random)
    const request: Request = { bytes, safeToRepeat: true, whyNot: () => null }
    guard.asks(request, asked)
    const told = wouldTell(bytes)
    tally.orders += told === null ? 0 : 1
    try {
      guard.mustMayLeave(bytes, request)
      tally.left += 1
      if (told !== null) out.push(`${kind}: ${told}: ${Buffer.from(bytes).toString('hex')}`)
    } catch {
      tally.held += 1
    }
  }
  report('guard', {
    reads: COUNT,
    'orders among them': tally.orders,
    left: tally.left,
    'orders that left': out.length,
  })
  expect(out.slice(0, 5)).toEqual([])
  // As many as it takes for the count to mean something, on either side.
  expect(tally.orders).toBeGreaterThan(COUNT / 3)
  expect(tally.left).toBeGreaterThan(COUNT / 100)
})

test('PR-67 every read of every driver leaves, and by the reader of its own none of them tells anything', () => {
  const guard = createGuard('l1')
  expect(reads.length).toBeGreaterThan(3_000)
  for (const asked of reads) {
    const request: Request = { bytes: asked.bytes, safeToRepeat: true, whyNot: () => null }
    guard.asks(request, asked)
    guard.mustMayLeave(asked.bytes, request)
    expect(wouldTell(asked.bytes)).toBeNull()
  }
})

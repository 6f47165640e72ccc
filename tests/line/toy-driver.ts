/** A protocol of six bytes, to test the line apart from any real one: 02, address, item, value, sum, 03. */

import type { MeterConfig } from '../../src/config/config.ts'
import type {
  Conversation,
  Deframed,
  Driver,
  Frame,
  ReadResult,
  Request,
} from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'

const LENGTH = 6
const REQUEST_VALUE = 0xff

export function toyFrame(address: number, item: number, value: number): Uint8Array {
  return Uint8Array.of(0x02, address, item, value, (address + item + value) & 0xff, 0x03)
}

export function toyRequest(address: number, item: number): Request {
  return {
    bytes: toyFrame(address, item, REQUEST_VALUE),
    safeToRepeat: true,
    whyNot: ({ bytes }) =>
      bytes[3] === REQUEST_VALUE
        ? { rule: 'V-F3', text: 'a request' }
        : bytes[1] !== address
          ? { rule: 'V-F4', text: 'another meter' }
          : bytes[2] !== item
            ? { rule: 'V-F5', text: 'another item' }
            : null,
  }
}

export function toyDriver(settings: { concurrent?: boolean; answerNamesItem?: boolean } = {}): Driver {
  return {
    protocol: 'toy',
    apiVersion: 1,
    concurrent: settings.concurrent ?? false,
    answerNamesItem: settings.answerNamesItem ?? true,
    timing: { quietMs: () => 30, replyWithinMs: 500, betweenBytesMs: 100, longestFrame: LENGTH },
    checkAddress: address => ({ address }),
    describe: () => null,
    deframe,
    decode: () => {
      throw new Error('the toy protocol is not decoded')
    },
    read: readToy,
  }
}

function deframe(received: Uint8Array): Deframed {
  const frames: Frame[] = []
  const noise: number[] = []
  const broken: Deframed['broken'][number][] = []
  let at = 0
  while (received.length - at >= LENGTH) {
    const bytes = received.subarray(at, at + LENGTH)
    const [start, address = 0, item = 0, value = 0, sum, end] = bytes
    if (start === 0x02 && end === 0x03 && sum === ((address + item + value) & 0xff)) {
      frames.push({ bytes })
      at += LENGTH
    } else {
      if (start === 0x02 && end === 0x03) broken.push({ bytes, code: 'FRAME_CHECKSUM', text: 'sum' })
      noise.push(received[at] ?? 0)
      at += 1
    }
  }
  while (at < received.length && received[at] !== 0x02) noise.push(received[at++] ?? 0)
  return { frames, noise: Uint8Array.from(noise), broken, rest: received.subarray(at) }
}

/** Items are numbers in the points' `item`; the address is the call's. */
function* readToy(call: { address: string }, points: readonly Point[]): Conversation<ReadResult> {
  const reads: ReadResult['reads'][number][] = []
  for (const point of points) {
    const frame = yield toyRequest(Number(call.address), Number(point.item))
    if (!frame) break
    reads.push({ point, frames: [frame], value: { digits: BigInt(frame.bytes[3] ?? 0), scaler: 0 } })
  }
  return { reads, refused: [] }
}

export function toyPoint(item: number): Point {
  return {
    obis: `1-0:1.8.${item}`,
    item: String(item),
    place: 0,
    encoding: 'u8',
    unit: 'kWh',
    name: `item ${item}`,
  }
}

const TOY_NAMEPLATE = { phases: 1 as const, volts: 220, amperes: 60 }

/** A meter of the toy protocol with these points, and the freeze it keeps. */
export function toyMeter(points: readonly Point[], daily: NonNullable<Profile['daily']>): MeterConfig {
  return {
    id: 'm1',
    line: 'l1',
    address: '1',
    driver: toyDriver(),
    nameplate: TOY_NAMEPLATE,
    polls: [],
    daily: true,
    profile: {
      profile: 'toy',
      protocol: 'toy',
      source: '',
      points,
      traits: {},
      nameplate: TOY_NAMEPLATE,
      examples: [],
      daily,
    },
  }
}

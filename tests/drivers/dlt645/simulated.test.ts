/** The drivers against the simulated meters, which are written apart from them: every item one knows, the other reads. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { drivers } from '../../../drivers/dlt645/index.ts'
import type { Conversation, Driver, Point, Request } from '../../../src/driver-api/driver.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter1997 } from '../../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import type { Slave } from '../../../src/simulator/slave.ts'
import { callOf } from './bench-meter.ts'

const NOW = Date.UTC(2026, 10, 21, 4, 30, 15)
const ADDRESS = '000000000161'
const [driver2007, driver1997] = drivers as [Driver, Driver]

function slaveOf(protocol: string): Slave {
  const meter = createMeter({ seed: 7, protocol, address: ADDRESS, phases: 3, offsetMinutes: 480 })
  return protocol === 'dlt645-2007' ? createMeter2007(meter) : createMeter1997(meter)
}

function hold<Result>(driver: Driver, conversation: Conversation<Result>, slave: Slave): Result {
  let step = conversation.next()
  for (let steps = 0; !step.done && steps < 1000; steps += 1) {
    const request: Request = step.value
    const asked = driver.deframe(request.bytes, null).frames[0]!
    const reply = slave.answer(asked.bytes, NOW)
    const [frame] = driver.deframe(reply ?? new Uint8Array(), request).frames
    if (frame) expect(request.whyNot(frame)).toBeNull()
    step = conversation.next(frame ?? null)
  }
  if (!step.done) throw new Error('the conversation does not end')
  return step.value
}

const hex2 = (value: number) => value.toString(16).toUpperCase().padStart(2, '0')

/** What the meter has and the driver's table does not: events, settings of the later rules, all kinds in one block. */
const SERVED_ONLY = /^(00FF|000[BC]|03|0400(11|14|15)|040[46]|1[DE]|C11[348]|C41)/

describe.each([
  ['dlt645-2007', driver2007],
  ['dlt645-1997', driver1997],
] as const)('%s', (protocol, driver) => {
  it('every identifier the meter serves is in the table, and every value is legal', () => {
    const slave = slaveOf(protocol)
    let served = 0
    const wrong: string[] = []
    for (const item of identifiers(protocol)) {
      const reply = slave.answer(asking(driver, item), NOW)
      const [frame] = reply ? driver.deframe(reply, null).frames : []
      if (!frame || (frame.bytes[8]! & 0x40) !== 0) continue
      served += 1
      const decoded = driver.decode(frame, {})
      expect(decoded.item).toBe(item)
      if (decoded.more) continue
      if (decoded.points.length === 0) wrong.push(`${item}: nothing`)
      for (const { fault, name } of decoded.points)
        if (fault && fault.code !== 'VALUE_NOT_HELD') wrong.push(`${item} ${name}: ${fault.text}`)
    }
    expect(wrong.filter(item => !SERVED_ONLY.test(item))).toEqual([])
    expect(served).toBeGreaterThan(40)
  })

  it('a profile reads the same in blocks and item by item', () => {
    const file = `../../../drivers/dlt645/profiles/${protocol}-three-phase.yaml`
    const written = parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
    const points: Point[] = written.points.map((point: Partial<Point>) => ({
      ...driver.describe(point.item!)!,
      ...point,
    }))
    const read = (blocks: string[]) =>
      hold(driver, driver.read(callOf({ blocks }, ADDRESS), points), slaveOf(protocol))
        .reads.map(each => [each.point.obis, 'value' in each ? each.value : each.refused.code] as const)
        .sort(([a], [b]) => a.localeCompare(b))
    expect(read(written.traits.blocks)).toEqual(read([]))
    expect(read([])).toHaveLength(points.length)
    for (const [obis, value] of read([])) expect(value, obis).toBeTypeOf('object')
  })
})

it('a daily freeze is read with its stamp', () => {
  const point = (item: string, place: number): Point => ({ ...driver2007.describe(item)!, place })
  const points = [0, 1, 2, 3, 4].map(place => point('050601nn', place))
  for (const nth of [1, 2, 62]) {
    const freeze = { nth, stamp: point('050600nn', 0), points }
    const { reads } = hold(
      driver2007,
      driver2007.readFreeze!(callOf({}, ADDRESS), freeze),
      slaveOf('dlt645-2007'),
    )
    expect(reads).toHaveLength(5)
    for (const read of reads) {
      expect(read).toHaveProperty('value')
      expect(read).toHaveProperty(
        'stampedAt',
        new Date(Date.UTC(2026, 10, 22 - nth)).toISOString().slice(0, 19),
      )
    }
  }
})

/** Every identifier worth trying: all of 1997, and of 2007 all with few tariffs and days. */
function* identifiers(protocol: string): Generator<string> {
  if (protocol === 'dlt645-1997') {
    for (let di = 0x9000; di <= 0xd000; di += 1) yield hex2(di >> 8) + hex2(di & 0xff)
    return
  }
  const few = [0, 1, 2, 3, 4, 12, 0xff]
  for (const di3 of [0, 1, 2, 3, 4, 5, 0x1d, 0x1e])
    for (let di2 = 0; di2 < 256; di2 += 1)
      for (const di1 of di3 === 4 || di3 === 5 || di3 === 3 ? [...Array(0x20).keys(), 0xff] : few)
        for (const di0 of [...Array(16).keys(), 0xff]) yield hex2(di3) + hex2(di2) + hex2(di1) + hex2(di0)
}

function asking(driver: Driver, item: string): Uint8Array {
  const control = driver === driver2007 ? 0x11 : 0x01
  const data = Buffer.from(item, 'hex').reverse()
  const body = [
    0x68,
    ...Buffer.from(ADDRESS, 'hex').reverse(),
    0x68,
    control,
    data.length,
    ...data.map(byte => (byte + 0x33) & 0xff),
  ]
  return Uint8Array.from([...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x16])
}

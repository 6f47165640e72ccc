/** Every shipped profile against its own examples, and what a gateway asks with it. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { drivers } from '../../../drivers/dlt645/index.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import type { Driver, Point, Request, Value } from '../../../src/driver-api/driver.ts'
import type { Example } from '../../../src/driver-api/profile.ts'
import { callOf, talk } from './bench-meter.ts'
import { bytesOf } from './vectors.ts'

interface Written {
  readonly profile: string
  readonly protocol: string
  readonly points: readonly Partial<Point>[]
  readonly daily?: { readonly stamp: Partial<Point>; readonly points: readonly Partial<Point>[] }
  readonly traits: { readonly blocks: readonly string[] }
  readonly examples: readonly Example[]
}

const folder = new URL('../../../drivers/dlt645/profiles/', import.meta.url)
const profiles = readdirSync(folder).map(file => ({
  file,
  written: parse(readFileSync(new URL(file, folder), 'utf8')) as Written,
}))

const driverOf = (written: Written): Driver => {
  const driver = drivers.find(each => each.protocol === written.protocol)
  if (!driver) throw new Error(`no driver for ${written.protocol}`)
  return driver
}
const complete = (driver: Driver, written: Partial<Point>): Point => ({
  ...driver.describe(written.item!)!,
  ...written,
})
const pointsOf = (written: Written) => written.points.map(point => complete(driverOf(written), point))

function textOf(value: Value): string {
  if ('digits' in value) return formatScaled(value)
  if ('time' in value) return value.time
  return 'text' in value
    ? value.text
    : value.bits
        .toString(16)
        .toUpperCase()
        .padStart(value.width / 4, '0')
}

describe.each(profiles.map(({ file, written }) => [written.profile, file, written] as const))(
  'profile %s',
  (name, file, written) => {
    const driver = driverOf(written)

    it('is named like its file and asks for items of its protocol only', () => {
      expect(file).toBe(`${name}.yaml`)
      for (const point of [...written.points, ...(written.daily?.points ?? [])]) {
        const known = driver.describe(point.item!)
        expect(known, point.item).not.toBeNull()
        // What the table has no code for, profiles give one.
        if (known?.obis === '') continue
        const tariff = point.place === undefined || point.place === 0 ? '' : `${point.place}`
        expect(point.obis).toBe(tariff === '' ? known?.obis : known?.obis.replace(/0$/, tariff))
      }
      for (const block of written.traits.blocks) expect(driver.describe(block)).not.toBeNull()
    })

    it.each(written.examples.map(each => [each.obis, each.value, each] as const))(
      'example: %s is %s',
      (obis, value, example) => {
        const reads = readExample(driver, written, example)
        const read = reads.find(each => each.point.obis === obis)
        if (!read || !('value' in read)) throw new Error(`no value of ${obis}`)
        expect(textOf(read.value)).toBe(value)
      },
    )
  },
)

/** Reads the profile's points with the one reply there is, at the request it answers. */
function readExample(driver: Driver, written: Written, example: Example) {
  const [sent] = driver.deframe(bytesOf(example.send), null).frames
  const [reply] = driver.deframe(bytesOf(example.reply), null).frames
  const isSent = (request: Request) =>
    Buffer.from(driver.deframe(request.bytes, null).frames[0]!.bytes).equals(sent!.bytes)
  const points = pointsOf(written)
  for (const wanted of [points.filter(point => point.obis === example.obis), points]) {
    const conversation = driver.read(callOf(written.traits, example.address), wanted)
    let step = conversation.next()
    let met = false
    while (!step.done) {
      const answers = isSent(step.value)
      met ||= answers
      if (answers) expect(step.value.whyNot(reply!)).toBeNull()
      step = conversation.next(answers ? reply! : refusalOf(driver, reply!.bytes))
    }
    if (met) return step.value.reads
  }
  throw new Error('the example is never asked')
}

function refusalOf(driver: Driver, reply: Uint8Array) {
  const bytes = Uint8Array.of(...reply.subarray(0, 8), reply[8]! | 0x40, 1, 0x35, 0, 0x16)
  bytes[11] = bytes.subarray(0, 11).reduce((sum, byte) => sum + byte, 0) & 0xff
  return driver.deframe(bytes, null).frames[0] ?? null
}

it('a three-phase meter is read with few requests', () => {
  const { written } = profiles.find(({ file }) => file.startsWith('dlt645-2007-three'))!
  const { asked } = talk(driverOf(written).read(callOf(written.traits), pointsOf(written)), {
    '0001FF00': '00'.repeat(20),
    '0002FF00': '00'.repeat(20),
    '0201FF00': '00'.repeat(6),
    '0202FF00': '00'.repeat(9),
    '0203FF00': '00'.repeat(12),
    '0206FF00': '00'.repeat(8),
    '02800002': '0050',
    '01010000': '0000000000211126',
    '01020000': '0000000000211126',
    '0400010C': '00001206211126',
    '040005FF': '00'.repeat(14),
    '03110000': '000000',
    '03300000': '000000',
    '03300D00': '000000',
    '03300E00': '000000',
  })
  expect(asked).toHaveLength(15)
})

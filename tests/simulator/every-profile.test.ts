/**
 * Every profile in the simulator, read by our driver through its line and by modbus-serial, over RTU on TCP and Modbus
 * TCP; then the same registers behind three slaves of other makes. All values are those of the truth.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ModbusSerial, { ServerTCP } from 'modbus-serial'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { openLine } from '../../src/cli/one-line.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { LineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled, type Scaled } from '../../src/core/scaled.ts'
import type { Driver, RawRead } from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'
import { type Line, PRIORITY } from '../../src/line/line.ts'
import type { Meter } from '../../src/simulator/meter.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { freePort, LIBMODBUS_SERVER, requireLibmodbus, requirePython } from '../support/services.ts'
import { OFFSET_MINUTES } from './master.ts'
import { MODBUS_PROFILES, modelOf, simulatedMeter } from './models.ts'

/** 19:20 at +08:00, when every customer draws. */
const NOW = Date.UTC(2026, 10, 21, 11, 20)
const clock = { ...systemClock, now: () => NOW }
const HOST = '127.0.0.1'

const profiles = [...MODBUS_PROFILES.values()]
const unitOf = (profile: Profile) => String(profiles.indexOf(profile) + 1)

const WIRES = [
  { kind: 'tcp', protocol: 'modbus-rtu', connect: 'connectTelnet' },
  { kind: 'modbus-tcp', protocol: 'modbus-tcp', connect: 'connectTCP' },
] as const
/** modbus-serial speaks ASCII on serial ports only; pymodbus does everywhere. */
const ASCII = { kind: 'tcp', protocol: 'modbus-ascii' } as const
const ALL_WIRES = [...WIRES, ASCII]
type Wire = (typeof ALL_WIRES)[number]

const driverOf = ({ protocol }: Wire): Driver => drivers.find(driver => driver.protocol === protocol)!

let simulator: Simulator
let undo: (() => unknown)[] = []

beforeAll(async () => {
  const listener = ({ kind, protocol }: Wire) => ({
    url: { kind, host: HOST, port: 0 } as const,
    meters: profiles.map(profile => simulatedMeter(protocol, unitOf(profile), profile.profile)),
    faults: {},
  })
  simulator = await startSimulator(
    { seed: 5, listeners: ALL_WIRES.map(listener) },
    { clock, log: silentLog, offsetMinutes: OFFSET_MINUTES, replyDelayMs: [0, 1] },
  )
})
afterAll(async () => {
  for (const stop of undo) await stop()
  undo = []
  await simulator.stop()
})

const portOf = (wire: Wire) => simulator.listening[ALL_WIRES.indexOf(wire)]?.port ?? 0
const meterOf = ({ protocol }: Wire, profile: Profile): Meter =>
  simulator.truth.meter(protocol, unitOf(profile))

/** Lines stay open, one a port, as a gateway's do. */
const lines = new Map<number, Line>()
async function lineTo(wire: Wire, port: number): Promise<Line> {
  const known = lines.get(port)
  if (known !== undefined) return known
  const url: LineUrl = { kind: wire.kind, host: HOST, port }
  const line = await openLine(url, 2_000)
  lines.set(port, line)
  undo.push(() => line.stop())
  return line
}

/** The whole profile through the line, its ident, serial number and ratios too. */
async function ours(wire: Wire, port: number, profile: Profile): Promise<readonly RawRead[]> {
  const line = await lineTo(wire, port)
  const driver = driverOf(wire)
  const address = unitOf(profile)
  const call = {
    address,
    sequence: line.sequence,
    // The rest some meters want between requests is the line's business, and tested there.
    traits: { ...profile.traits, gapMs: 0 },
    refusedBefore: new Set<string>(),
  }
  const { result } = await line.converse({
    driver,
    conversation: driver.read(call, pointsOf(profile)),
    priority: PRIORITY.onDemand,
    meter: address,
    retries: { silent: 0, silentOnceAnswered: 0, damaged: 0 },
  })
  return result.reads
}

function pointsOf({ points, ident, serialNumber, ratios }: Profile): readonly Point[] {
  const about = [ident?.point, serialNumber, ratios?.current, ratios?.voltage]
  return [...points, ...about.filter(point => point !== undefined)]
}

/** What a read came to, to compare slaves by. */
function shown(reads: readonly RawRead[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    reads.map(read => [
      `${read.point.item} ${read.point.name}`,
      'refused' in read
        ? read.refused.code
        : 'digits' in read.value
          ? formatScaled(read.value)
          : 'text' in read.value
            ? read.value.text
            : '',
    ]),
  )
}

const number = (value: Scaled) => Number(formatScaled(value))

/** Decoded by Node's own Buffer, from what modbus-serial read; shares nothing with driver or simulator. */
async function theirs(wire: (typeof WIRES)[number], profile: Profile): Promise<ReadonlyMap<Point, number>> {
  const client = new ModbusSerial.default()
  await client[wire.connect](HOST, { port: portOf(wire) })
  client.setID(Number(unitOf(profile)))
  client.setTimeout(2_000)
  const read = async (code: string, address: number, count: number) =>
    code === '4'
      ? (await client.readInputRegisters(address, count)).buffer
      : (await client.readHoldingRegisters(address, count)).buffer
  const values = new Map<Point, number>()
  try {
    for (const point of profile.points) values.set(point, await decoded(point, read))
  } finally {
    await new Promise<void>(done => client.close(() => done()))
  }
  return values
}

/** The id of the meter's model; the common model before it begins at 40002 and is 68 registers long. */
const SUNSPEC_METER = 40_070

async function decoded(
  { item, encoding }: Point,
  read: (code: string, address: number, count: number) => Promise<Buffer>,
): Promise<number> {
  const [type = '', ...words] = encoding.split(' ')
  const size = /64$/.test(type) ? 4 : /32$/.test(type) ? 2 : 1
  const [code = '', ...places] = item.split(':')
  const isSunspec = code === 'sunspec'
  const address = Number(places.at(-1)) + (isSunspec ? SUNSPEC_METER : 0)
  const buffer = await read(isSunspec ? '3' : code, address, size)
  const registers = Array.from({ length: size }, (_, at) => buffer.subarray(2 * at, 2 * at + 2))
  const bytes = Buffer.concat(words.includes('CDAB') ? registers.reverse() : registers)
  const power = (prefix: string) =>
    Number(words.find(word => word.startsWith(prefix))?.slice(prefix.length) ?? 0)
  const factorAt = power('sf=')
  const factor = factorAt > 0 ? (await read('3', SUNSPEC_METER + factorAt, 1)).readInt16BE(0) : 0
  const whole = {
    f32: () => bytes.readFloatBE(0) * 10 ** power('*e'),
    f64: () => bytes.readDoubleBE(0) * 10 ** power('*e'),
    u16: () => bytes.readUInt16BE(0),
    s16: () => bytes.readInt16BE(0),
    u32: () => bytes.readUInt32BE(0),
    acc32: () => bytes.readUInt32BE(0),
    s32: () => bytes.readInt32BE(0),
    u64: () => Number(bytes.readBigUInt64BE(0)),
    s64: () => Number(bytes.readBigInt64BE(0)),
  }[type]
  if (whole === undefined) throw new Error(`${encoding} is not read here`)
  return whole() * (type.startsWith('f') ? 1 : 10 ** (power('e') + factor)) * (words.includes('neg') ? -1 : 1)
}

describe.each(WIRES)('every profile over $protocol', wire => {
  test.each(profiles)('$profile: driver, modbus-serial and truth agree', async profile => {
    const model = modelOf(profile.profile)
    const seen = model.see(meterOf(wire, profile), NOW)
    const reads = await ours(wire, portOf(wire), profile)
    const second = await theirs(wire, profile)
    expect(reads.map(({ point }) => point.item).sort()).toEqual(
      pointsOf(profile)
        .map(({ item }) => item)
        .sort(),
    )
    for (const read of reads) {
      if (!profile.points.includes(read.point)) continue
      const truth = model.measure(read.point, seen)
      const label = `${read.point.obis} ${read.point.name}`
      if (truth === null) continue
      if ('refused' in read || !('digits' in read.value)) {
        // SunSpec: a counter of 0 is one the device has not.
        expect([label, 'refused' in read && read.refused.code, truth.digits]).toEqual([
          label,
          'VALUE_NOT_HELD',
          0,
        ])
        continue
      }
      const value = number(read.value)
      const coarse = Math.max(10 ** read.value.scaler, read.floatStep ? number(read.floatStep) : 0)
      expect(Math.abs(value - Number(`${truth.digits}e${truth.scaler}`)), label).toBeLessThanOrEqual(
        coarse * 1.0001,
      )
      expect(Math.abs(value - (second.get(read.point) ?? Number.NaN)), label).toBeLessThanOrEqual(
        (10 ** read.value.scaler / 2) * 1.0001,
      )
    }
  })

  test('ident, serial number and ratios are read as the profile has them', async () => {
    for (const profile of profiles) {
      const reads = await ours(wire, portOf(wire), profile)
      for (const read of reads) {
        if (profile.points.includes(read.point)) continue
        expect([profile.profile, read.point.item, 'value' in read]).toEqual([
          profile.profile,
          read.point.item,
          true,
        ])
        if (read.point !== profile.ident?.point || profile.ident.is === null) continue
        const text = 'value' in read && 'text' in read.value ? read.value.text.trim() : shown([read])
        expect(profile.ident.is).toContain(text)
      }
    }
  })
})

type Image = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>

/** All registers of all meters of a wire, as they stand now. */
function imageOf(wire: Wire): Image {
  const spaces = (profile: Profile) => {
    const model = modelOf(profile.profile)
    const seen = model.see(meterOf(wire, profile), NOW)
    const held = (code: number) =>
      Object.fromEntries(
        [...model.values(code), ...model.alone(code)].flatMap(({ address, contents }) =>
          contents(seen).map((word, at) => [String(address + at), word]),
        ),
      )
    return { 3: held(3), 4: held(4) }
  }
  return Object.fromEntries(profiles.map(profile => [unitOf(profile), spaces(profile)]))
}

async function expectSame(wire: Wire, port: number): Promise<void> {
  for (const profile of profiles) {
    const [right, other] = [await ours(wire, portOf(wire), profile), await ours(wire, port, profile)]
    expect([profile.profile, shown(other)]).toEqual([profile.profile, shown(right)])
  }
}

describe('slaves of other makes hold the same registers', () => {
  test('modbus-serial’s server over Modbus TCP', async () => {
    const [, wire] = WIRES
    const image = imageOf(wire)
    const held = (code: number) => (address: number, unit: number) => {
      const word = image[unit]?.[code]?.[address]
      if (word === undefined) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 })
      return word
    }
    const server = new ServerTCP(
      { getHoldingRegister: held(3), getInputRegister: held(4) },
      { host: HOST, port: '0' as unknown as number },
    )
    await new Promise(resolve => server.on('initialized', () => resolve(null)))
    undo.push(() => new Promise<void>(done => server.close(() => done())))
    const { _server } = server as unknown as { readonly _server: { address(): AddressInfo } }
    await expectSame(wire, _server.address().port)
  })

  const libmodbus = requireLibmodbus()
  test.skipIf(libmodbus.missing)(`libmodbus over Modbus TCP${libmodbus.note}`, async () => {
    const [, wire] = WIRES
    const folder = mkdtempSync(join(tmpdir(), 'meterd-image-'))
    const file = join(folder, 'image.json')
    writeFileSync(file, JSON.stringify(imageOf(wire)))
    const child = spawn(libmodbus.path, [LIBMODBUS_SERVER, 'tcp', file])
    undo.push(
      () => child.kill(),
      () => rmSync(folder, { recursive: true, force: true }),
    )
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', line => resolve(Number(line)))
      child.once('exit', code => reject(new Error(`libmodbus ended with ${code}`)))
    })
    await expectSame(wire, port)
  })

  const pymodbus = requirePython('pymodbus')
  test.skipIf(pymodbus.missing).each(ALL_WIRES)(`pymodbus over $protocol${pymodbus.note}`, async wire => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-image-'))
    const file = join(folder, 'image.json')
    writeFileSync(file, JSON.stringify(imageOf(wire)))
    const port = await freePort()
    const framer = wire.protocol.slice('modbus-'.length)
    const child = spawn(pymodbus.path, [
      join(import.meta.dirname, 'pymodbus-image.py'),
      framer,
      String(port),
      file,
    ])
    undo.push(
      () => child.kill(),
      () => rmSync(folder, { recursive: true, force: true }),
    )
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('exit', code => reject(new Error(`pymodbus ended with ${code}`)))
    })
    await expectSame(wire, port)
  })
})

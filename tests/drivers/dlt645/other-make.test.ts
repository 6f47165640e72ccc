/** Master and slave of another make, in another language, with codecs of their own, against ours over TCP. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { parseLineUrl } from '../../../src/core/line-url.ts'
import { silentLog } from '../../../src/core/log.ts'
import { systemRandom } from '../../../src/core/random.ts'
import { formatScaled } from '../../../src/core/scaled.ts'
import type { SimulatedMeter } from '../../../src/core/simulated.ts'
import type { Conversation, Driver, Point, RawRead } from '../../../src/driver-api/driver.ts'
import { createLine, PRIORITY } from '../../../src/line/line.ts'
import { transportFor } from '../../../src/line/transports.ts'
import { startSimulator } from '../../../src/simulator/simulator.ts'
import { requirePython } from '../../support/services.ts'
import { callOf } from './bench-meter.ts'

const python = requirePython('json')
const program = (name: string) => join(import.meta.dirname, 'other-make', name)

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

function start(name: string, ...args: string[]): ChildProcess {
  const child = spawn(python.path, [program(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  undo.push(() => child.kill())
  return child
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read')
  const [line] = await once(createInterface(child.stdout), 'line')
  return String(line)
}

function urlOf(text: string) {
  const url = parseLineUrl(text)
  if ('wrong' in url) throw new Error(url.wrong)
  return url
}

/** Holds a conversation with whoever listens on this port. */
async function hold<Result>(
  port: number,
  conversation: Conversation<Result>,
  driver: Driver = driver2007,
  replyWithinMs: number | null = null,
): Promise<Result> {
  const url = urlOf(`tcp://127.0.0.1:${port}`)
  const line = createLine({
    id: 'other',
    url,
    transport: transportFor(url),
    claim: async () => async () => undefined,
    replyWithinMs,
    inFlight: 1,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  line.start()
  await line.opened()
  const retries = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
  const asked = { driver, conversation, priority: PRIORITY.poll, meter: 'm', retries }
  const { result, fault } = await line.converse(asked)
  await line.stop()
  if (replyWithinMs === null) expect(fault).toBeNull()
  return result
}

/** The offset of meters for whom it is about noon: near midnight no clock is set. */
const NOON = 720 - (Math.floor(systemClock.now() / 60_000) % 1440)

const said = (read: RawRead): string => {
  if ('refused' in read) return read.refused.code
  if ('digits' in read.value) return formatScaled(read.value)
  if ('time' in read.value) return read.value.time
  return 'text' in read.value ? read.value.text : read.value.set.join(', ')
}

describe.skipIf(python.missing)(`another make${python.note}`, () => {
  it('slave: every kind of value, block, freeze, follow-up and refusal is read', async () => {
    const port = Number(await firstLine(start('slave.py')))
    const point = (item: string, place = 0): Point => ({ ...driver2007.describe(item)!, place })
    const items = [
      '00010000',
      '00010100',
      '00010200',
      '00000000',
      '02010100',
      '02020100',
      '02800002',
      '04000503',
      '02800007',
      '0-0:1.0.0',
    ]
    const points = [...items.map(item => point(item)), { ...point('01010000', 1), encoding: 'YYMMDDhhmm' }]
    const call = callOf({ blocks: ['0001FF00'] }, '000000004711')
    const { reads } = await hold(port, driver2007.read(call, points))
    expect(Object.fromEntries(reads.map(read => [read.point.item, said(read)]))).toEqual({
      '00010000': '123456.78',
      '00010100': '1.11',
      '00010200': '123455.67',
      '00000000': '-123.45',
      '02010100': '220.5',
      '02020100': '-1.234',
      '02800002': '50.01',
      '04000503': 'relay open',
      '02800007': 'METER_NO_DATA',
      '04000101+04000102': '2026-11-21T14:30:59',
      '01010000': '2026-11-20T08:15:00',
    })
    const frozen = await hold(
      port,
      driver2007.readFreeze!(call, {
        nth: 1,
        stamp: point('050600nn'),
        points: [point('050601nn'), point('050601nn', 1)],
      }),
    )
    expect(frozen.reads.map(read => [said(read), 'stampedAt' in read && read.stampedAt])).toEqual([
      ['123450.00', '2026-11-21T00:00:00'],
      ['1.00', '2026-11-21T00:00:00'],
    ])
    const own: Point = { obis: '', item: '03300201', place: 0, encoding: 'hex99', unit: '', name: 'long' }
    const long = await hold(port, driver2007.read(call, [own]))
    expect(long.reads[0]?.frames).toHaveLength(3)
  })

  it('slave: gives its address to the wildcard', async () => {
    const port = Number(await firstLine(start('slave.py')))
    const found = await hold(port, driver2007.discovery!.identify(callOf({}, driver2007.discovery!.anyone)))
    expect(found?.address).toBe('000000004711')
  })

  it('master: reads our meter as the truth has it', async () => {
    const address = '000000000161'
    const simulator = await startSimulator(
      {
        seed: 3,
        listeners: [
          {
            url: { kind: 'tcp', host: '127.0.0.1', port: 0 },
            meters: [{ protocol: 'dlt645-2007', address, profile: 'three-phase' }],
            faults: {},
          },
        ],
      },
      { clock: systemClock, log: silentLog, offsetMinutes: 480 },
    )
    undo.push(() => simulator.stop())
    const before = systemClock.now()
    const heard = JSON.parse(
      await firstLine(start('master.py', String(simulator.listening[0]!.port), address, 'reads')),
    )
    const registerAt = (obis: string, instant: number) => {
      const register = simulator.truth.registerAt('dlt645-2007', address, obis, instant)
      return register === null ? '' : formatScaled(register)
    }
    const tariffs = [0, 1, 2, 3, 4].map(tariff => `1-0:1.8.${tariff}`)
    const frozenAt = `20${heard.frozenAt.replace(/(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:00')}`
    const frozen = tariffs.map(obis =>
      registerAt(obis, simulator.truth.freezeInstant('dlt645-2007', address, frozenAt)),
    )
    expect(heard).toMatchObject({
      address,
      unknown: 'error 02',
      frozen,
      alone: frozen,
      relay: expect.stringMatching(/^[0-9a-f]{4}$/),
      neighbour: 'silence',
      broadcast: 'silence',
    })
    expect(heard.freezeBytes).toBeGreaterThan(200)
    for (const total of [heard.total, heard.wildcard, heard.shortened, heard.block[0]]) {
      expect(Number(total)).toBeGreaterThanOrEqual(Number(registerAt('1-0:1.8.0', before)))
      expect(Number(total)).toBeLessThanOrEqual(Number(registerAt('1-0:1.8.0', systemClock.now())))
    }
    expect(heard.block).toHaveLength(5)
  })

  it('slave: a block it refuses is told, and its items are asked one by one, 2007 and 1997', async () => {
    const port = Number(await firstLine(start('slave.py', 'no-blocks')))
    const read = async (driver: Driver, block: string, items: readonly string[]) => {
      const call = callOf({ blocks: [block] }, '000000004711')
      const points = items.map(item => driver.describe(item)!)
      const { reads, refused } = await hold(port, driver.read(call, points), driver)
      return { refused, values: reads.map(said) }
    }
    expect(await read(driver2007, '0001FF00', ['00010000', '00010100', '00010200'])).toEqual({
      refused: ['0001FF00'],
      values: ['123456.78', '1.11', 'METER_NO_DATA'],
    })
    expect(await read(driver1997, '901F', ['9010', '9011', '9012'])).toEqual({
      refused: ['901F'],
      values: ['123456.78', '1.11', '123455.67'],
    })
  })

  it('slave: one that is silent to every block is known for what it serves, and for its silence', async () => {
    const port = Number(await firstLine(start('slave.py', 'silent-blocks')))
    const probing = driver2007.discovery!.capabilities!(callOf({}, '000000004711'))
    const learned = await hold(port, probing, driver2007, 500)
    expect(learned).toMatchObject({
      silentTo: ['0001FF00', '0002FF00', '0201FF00', '0202FF00', '0203FF00', '0206FF00', '040005FF'],
      serves: ['05060001', '03300201'],
      followUp: true,
    })
  })

  it('slave: of 1997 is read value by value, and in parts that have no number', async () => {
    const port = Number(await firstLine(start('slave.py')))
    const call = callOf({ blocks: ['901F'] }, '000000004711')
    const items = ['9010', '9011', '9012', '9013', '9014', 'B611', 'C032']
    const points = items.map(item => driver1997.describe(item)!)
    const { reads } = await hold(port, driver1997.read(call, points), driver1997)
    expect(Object.fromEntries(reads.map(read => [read.point.item, said(read)]))).toEqual({
      '9010': '123456.78',
      '9011': '1.11',
      '9012': '123448.67',
      '9013': '3.00',
      '9014': '4.00',
      B611: '221',
      C032: '000000004711',
    })
    const found = await hold(port, driver1997.discovery!.identify(callOf({}, 'AAAAAAAAAAAA')), driver1997)
    expect(found?.address).toBe('000000004711')
  })

  /** What the other master says after its conversation with a meter of ours. */
  async function mastered(what: string, meter: Omit<SimulatedMeter, 'address'>) {
    const address = '000000000161'
    const listener = {
      url: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      meters: [{ ...meter, address }],
      faults: {},
    } as const
    const simulator = await startSimulator(
      { seed: 3, listeners: [listener] },
      { clock: systemClock, log: silentLog, offsetMinutes: NOON },
    )
    undo.push(() => simulator.stop())
    const { port } = simulator.listening[0]!
    return JSON.parse(await firstLine(start('master.py', String(port), address, what)))
  }

  it('master: follow-up frames by number, one asked again, one out of order', async () => {
    const meter = { protocol: 'dlt645-2007', profile: 'three-phase' }
    const heard = await mastered('follow-ups', meter)
    expect(heard).toMatchObject({ first: 'B1', again: true, ahead: ['D2', '02'] })
    const short = await mastered('follow-ups', { ...meter, quirks: { 'frame-data': 'short' } })
    expect(short.joined).toBe(heard.joined)
  })

  it('master: the time told to all is obeyed once a day', async () => {
    const heard = await mastered('set-time', { protocol: 'dlt645-2007', profile: 'three-phase' })
    expect(heard.said).toBe('silence')
    expect(heard.ahead).toBeGreaterThanOrEqual(59)
    expect(heard.ahead).toBeLessThan(90)
    expect(heard.again).toBeLessThan(30)
  })

  it('master: orders the relay and reads it back', async () => {
    const heard = await mastered('relay', { protocol: 'dlt645-2007', profile: 'three-phase' })
    expect(heard).toEqual({
      wrong: ['DC', '04', 0],
      overdue: ['DC', expect.any(String), 0],
      trip: ['9C', '', 1],
      // Closed by hand only.
      permit: ['9C', '', 1],
      close: ['9C', '', 0],
      protect: ['9C', '', 0],
      refused: ['DC', expect.any(String), 0],
      release: ['9C', '', 0],
    })
  })

  it('master: reads our meter of 1997, in parts and the last part again', async () => {
    const meter = { protocol: 'dlt645-1997', profile: '' }
    const heard = await mastered('old', meter)
    expect(heard).toMatchObject({
      number: '000000000161',
      unknown: ['C1', '02'],
      parts: 1,
      silentTo2007: 'silence',
    })
    expect(heard.block).toHaveLength(5)
    expect(heard.block[0]).toBe(heard.total)
    const short = await mastered('old', { ...meter, quirks: { 'frame-data': 'short' } })
    expect(short.parts).toBeGreaterThan(1)
    expect(short.reread[1]).toBe(true)
    expect(short.block).toEqual([short.total, ...short.block.slice(1)])
  })
})

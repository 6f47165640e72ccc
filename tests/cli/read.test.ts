/** `meterd read` against other people's slaves and over real ports. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { fromHex } from '../../src/core/hex.ts'
import { lineKey, parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { simulatedMeter } from '../simulator/models.ts'
import { runMeterd, until } from '../support/daemon.ts'
import { FEEDERS, HOUSES, PANEL, play, WORKSHOP } from '../support/meters.ts'
import { freePort, requirePython, requireService } from '../support/services.ts'

const socat = requireService('socat')
const pymodbus = requirePython('pymodbus')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

interface Point {
  readonly obis: string | null
  readonly item: string
  readonly value: string | null
  readonly fault: { readonly code: string } | null
}

async function readJson(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly points: readonly Point[]; readonly err: string }> {
  const { code, out, err } = await runMeterd(['read', '--json', ...args])
  return {
    code,
    err,
    points: out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line)),
  }
}

describe('meterd read', () => {
  test('a simulated DL/T 645 meter: by data identifier, by OBIS code, by profile', async () => {
    const { simulator, lines } = await play([HOUSES])
    undo.push(() => simulator.stop())
    const to = ['--line', lines[0]?.url ?? '', '--protocol', 'dlt645-2007', '--address', '161']
    const items = await readJson([...to, '00010000', '1-0:32.7.0', '04000503'])
    expect(items.code).toBe(0)
    expect(items.points.map(({ item }) => item)).toEqual(['00010000', '02010100', '04000503'])
    for (const { value } of items.points) expect(value).not.toBeNull()
    const block = await readJson([...to, '0001FF00'])
    expect(block.points).toHaveLength(5)
    expect(block.points[1]).toMatchObject({ obis: '1-0:1.8.1' })
    const profile = await readJson([...to, '--profile', 'dlt645-2007-single-phase'])
    expect(profile.points.length).toBeGreaterThan(10)
  })

  test('a profile’s decimal point holds however a register is named: by item, in its block, in a settlement', async () => {
    const { simulator, lines } = await play([{ ...WORKSHOP, addresses: ['970000000001'] }])
    undo.push(() => simulator.stop())
    const to = ['--line', lines[0]?.url ?? '', '--protocol', 'dlt645-1997', '--address', '970000000001']
    const threeDecimals = [...to, '--profile', 'dlt645-1997-three-decimals']
    const { code, points } = await readJson([...threeDecimals, '9010', '901F', '1-0:1.8.0'])
    expect(code).toBe(0)
    const totals = points.filter(({ obis }) => obis === '1-0:1.8.0')
    expect(totals.map(({ item }) => item)).toEqual(['9010', '901F', '9010'])
    for (const { value } of points) expect(value).toMatch(/^\d+\.\d{3}$/)
    // The register advances while it is read, by far less than a tenth of itself.
    const [first] = totals
    for (const { value } of totals) expect(Math.floor(Number(value))).toBe(Math.floor(Number(first?.value)))
    const settled = await readJson([...threeDecimals, '--freeze', 'settlement'])
    expect(settled.points.length).toBeGreaterThan(5)
    for (const { value } of settled.points) expect(value).toMatch(/^\d+\.\d{3}$/)
    const usual = await readJson([...to, '9010'])
    expect(usual.points[0]?.value).toMatch(/^\d+\.\d{2}$/)
  })

  test('a meter that is not there is exit 1 and LINE_SILENT', async () => {
    const { simulator, lines } = await play([HOUSES])
    undo.push(() => simulator.stop())
    const { code, points } = await readJson([
      '--line',
      lines[0]?.url ?? '',
      '--protocol',
      'dlt645-2007',
      '--address',
      '999',
      '--within',
      '300',
      '00010000',
    ])
    expect(code).toBe(1)
    expect(points).toMatchObject([{ value: null, fault: { code: 'LINE_SILENT' } }])
  })

  test('a refused block is one line with the reason, then its items one by one', async () => {
    const { simulator, lines } = await play([
      { ...HOUSES, addresses: ['000000000161'], quirks: { blocks: 'refused' } },
    ])
    undo.push(() => simulator.stop())
    const to = ['--line', lines[0]?.url ?? '', '--protocol', 'dlt645-2007', '--address', '161']
    const { code, points } = await readJson([...to, '0001FF00'])
    expect(code).toBe(1)
    expect(points.map(({ item, value }) => [item, value !== null])).toEqual([
      ['0001FF00', false],
      ...['00', '01', '02', '03', '04'].map(tariff => [`0001${tariff}00`, true]),
    ])
    expect(points[0]).toMatchObject({
      fault: { code: 'METER_NO_DATA' },
      name: 'forward active energy, block',
    })
    const words = await runMeterd(['read', ...to, '0001FF00'])
    expect(words.out).toMatch(
      /^0001FF00 .*block refused, .*error word 02.*asked one by one it gives 5 items\n/,
    )
    const profile = await runMeterd(['read', ...to, '--profile', 'dlt645-2007-single-phase'])
    expect(profile.err).toMatch(/0001FF00: block refused: .*error word 02.*; its items were asked one by one/)
  })

  test('a silent meter is told once a block, not once a value', async () => {
    const { simulator, lines } = await play([HOUSES])
    undo.push(() => simulator.stop())
    const to = ['--line', lines[0]?.url ?? '', '--protocol', 'dlt645-2007', '--address', '999']
    const { code, points } = await readJson([...to, '--within', '200', '0001FF00', '00010000'])
    expect(code).toBe(1)
    expect(points.map(({ item }) => item)).toEqual(['0001FF00', '00010000'])
  })

  test('a meter silent to the first item only is read to the end, and its refused block counts one item', async () => {
    const address = '000000000161'
    const held: Record<string, string> = { '04000102': '563412', '00010000': '78563412', '0001FF00': '' }
    const asked: string[] = []
    const meter = createServer(peer =>
      peer.on('data', bytes => {
        const start = bytes.indexOf(0x68)
        const data = bytes.subarray(start + 10, start + 14).map(byte => byte - 0x33)
        const item = data
          .toReversed()
          .reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '')
          .toUpperCase()
        asked.push(item)
        const value = held[item]
        if (value === '') peer.write(frameBytes(address, 0xd1, fromHex('02')!))
        else if (value) peer.write(frameBytes(address, 0x91, Uint8Array.of(...data, ...fromHex(value)!)))
        else if (item.startsWith('0001')) peer.write(frameBytes(address, 0xd1, fromHex('02')!))
      }),
    )
    await new Promise<void>(listening => meter.listen(0, '127.0.0.1', listening))
    undo.push(() => meter.close())
    const { port } = meter.address() as AddressInfo
    const to = ['--line', `tcp://127.0.0.1:${port}`, '--protocol', 'dlt645-2007', '--address', address]
    const { code, points } = await readJson([...to, '--within', '250', '02800021', '00010000', '0001FF00'])
    expect(code).toBe(1)
    expect(points.map(({ item, value, fault }) => [item, value ?? fault?.code])).toEqual([
      ['02800021', 'ITEM_UNANSWERED'],
      ['00010000', '123456.78'],
      ['0001FF00', 'METER_NO_DATA'],
      ['00010000', '123456.78'],
    ])
    expect(asked).toContain('04000102')
    const words = await runMeterd(['read', ...to, '0001FF00'])
    expect(words.out).toMatch(/asked one by one it gives 1 item\n/)
  })

  test('PR-44 two answers to one question are told, and no value of them passes for good', async () => {
    const address = '000000000161'
    const twins = createServer(peer =>
      peer.on('data', () => {
        for (const energy of ['33445566', '11223344'])
          peer.write(frameBytes(address, 0x91, fromHex(`00000100${energy}`)!))
      }),
    )
    await new Promise<void>(listening => twins.listen(0, '127.0.0.1', listening))
    undo.push(() => twins.close())
    const { port } = twins.address() as AddressInfo
    const to = ['--line', `tcp://127.0.0.1:${port}`, '--protocol', 'dlt645-2007', '--address', address]
    const { code, points, err } = await readJson([...to, '00010000'])
    expect(code).toBe(1)
    expect(err).toContain(`${address}: two different answers came to one question`)
    expect(points).toMatchObject([{ contradicted: true }])
  })

  test('a port nobody listens on is told in words', async () => {
    const { code, err } = await readJson([
      '--line',
      `tcp://127.0.0.1:${await freePort()}`,
      '--protocol',
      'dlt645-2007',
      '--address',
      '1',
      '00010000',
    ])
    expect(code).toBe(1)
    expect(err).toContain('nothing listens there')
  })

  test('PR-85 a line another meterd owns is refused, not shared', async () => {
    const { simulator, lines } = await play([HOUSES])
    undo.push(() => simulator.stop())
    const { claimLine } = await import('../../src/line/lock.ts')
    const url = parseLineUrl(lines[0]?.url ?? '')
    if ('wrong' in url) throw new Error(url.wrong)
    const release = await claimLine(lineKey(url))
    undo.push(release)
    // However the line is written, it is the same one.
    const { code, err } = await readJson([
      '--line',
      (lines[0]?.url ?? '').replace('127.0.0.1', 'localhost'),
      '--protocol',
      'dlt645-2007',
      '--address',
      '161',
      '00010000',
    ])
    expect(code).toBe(1)
    expect(err).toContain('in use by another meterd')
  })

  test.each([
    ['RTU over TCP', PANEL, 'modbus-rtu', '4:0x0048:f32'],
    ['Modbus TCP', FEEDERS, 'modbus-tcp', '3:801:f64'],
  ])('%s: modbus-serial as a second stack hears the same', async (_name, bus, protocol, item) => {
    const { simulator, lines } = await play([bus])
    undo.push(() => simulator.stop())
    const { err, points } = await readJson([
      '--line',
      lines[0]?.url ?? '',
      '--protocol',
      protocol,
      '--address',
      '1',
      '--via',
      'modbus-serial',
      item,
    ])
    expect(points[0]?.value).not.toBeNull()
    // The register may move between the two reads; then both are shown.
    expect(err).toMatch(
      /modbus-serial: function \d, registers \d+ to \d+: (the same|ours [0-9A-F ]+, theirs [0-9A-F ]+)/,
    )
  })

  test.each([
    ['used without a line', ['--address', '1', '00010000']],
    ['unknown protocol', ['--line', 'tcp://127.0.0.1:1', '--address', '1', '--protocol', 'dlms', '1']],
  ])('%s is exit 2', async (_name, args) => expect((await readJson(args)).code).toBe(2))
})

describe.skipIf(pymodbus.missing)(`a slave of another make${pymodbus.note}`, () => {
  test.each(['tcp', 'rtu', 'ascii'] as const)('pymodbus over %s answers meterd read', async framer => {
    const port = await freePort()
    const slave = spawn(
      pymodbus.path,
      [join(import.meta.dirname, 'pymodbus-slave.py'), framer, String(port)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    undo.push(() => slave.kill())
    await listening(slave)
    const [scheme, protocol] = framer === 'tcp' ? ['modbus-tcp', 'modbus-tcp'] : ['tcp', `modbus-${framer}`]
    const { code, points } = await readJson([
      '--line',
      `${scheme}://127.0.0.1:${port}`,
      '--protocol',
      protocol,
      '--address',
      '1',
      '3:0:u16',
      '3:1:u32',
      '3:3:f32',
      '3:5:f32:CDAB',
      '4:0:s16',
    ])
    expect(points.map(({ value }) => value)).toEqual(['4660', '12345678', '230.5', '50.25', '-5'])
    expect(code).toBe(0)
  })
})

describe.skipIf(socat.missing)(`real ports${socat.note}`, () => {
  test('a DL/T 645 meter and a Modbus RTU meter behind a socat serial pair', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
    const [near, far] = [join(folder, 'near'), join(folder, 'far')]
    const pair = spawn(socat.path, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
    undo.push(
      () => rmSync(folder, { recursive: true }),
      () => pair.kill(),
    )
    await until(() => existsSync(near) && existsSync(far))
    const url = parseLineUrl(`serial://${far}?parity=none&baud=9600`)
    if ('wrong' in url) throw new Error(url.wrong)
    const simulator = await startSimulator(
      {
        seed: 1,
        listeners: [
          {
            url,
            faults: {},
            meters: [
              { protocol: 'dlt645-2007', address: '000000000161', profile: '' },
              simulatedMeter('modbus-rtu', '5', 'eastron-sdm630'),
            ],
          },
        ],
      },
      { clock: systemClock, log: silentLog, offsetMinutes: 480 },
    )
    undo.push(() => simulator.stop())
    const line = ['--line', `serial://${near}?parity=none&baud=9600`]
    const dlt = await readJson([...line, '--protocol', 'auto', '--address', '161', '00010000'])
    expect(dlt).toMatchObject({ code: 0 })
    const modbus = await readJson([...line, '--protocol', 'modbus-rtu', '--address', '5', '4:0:f32'])
    expect(Number(modbus.points[0]?.value)).toBeGreaterThan(180)
  })
})

describe.skipIf(socat.missing)(`Modbus ASCII on a serial line of 7E1${socat.note}`, () => {
  test('a simulated meter is read, and the trace shows the digits as they were sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
    const [near, far] = [join(folder, 'near'), join(folder, 'far')]
    const pair = spawn(socat.path, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
    undo.push(
      () => rmSync(folder, { recursive: true }),
      () => pair.kill(),
    )
    await until(() => existsSync(near) && existsSync(far))
    const settings = 'baud=9600&data=7&parity=even'
    const url = parseLineUrl(`serial://${far}?${settings}`)
    if ('wrong' in url) throw new Error(url.wrong)
    const meters = [simulatedMeter('modbus-ascii', '5', 'eastron-sdm630')]
    const simulator = await startSimulator(
      { seed: 1, listeners: [{ url, faults: {}, meters }] },
      { clock: systemClock, log: silentLog, offsetMinutes: 480 },
    )
    undo.push(() => simulator.stop())
    const { points, err } = await readJson([
      '--line',
      `serial://${near}?${settings}`,
      '--protocol',
      'modbus-ascii',
      '--address',
      '5',
      '--trace',
      '4:0:f32',
    ])
    expect(Number(points[0]?.value)).toBeGreaterThan(180)
    // ":0504000000…" as it left.
    expect(err).toContain('3A 30 35 30 34 30 30 30 30 30 30 30 32')
  })
})

function listening(child: ChildProcess): Promise<void> {
  return new Promise(resolve => child.stdout?.once('data', () => resolve()))
}

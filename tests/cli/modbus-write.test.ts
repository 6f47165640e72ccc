/** `meterd write` and `command` against a slave of another maker, modbus-serial's, over a real port. */

import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerTCP } from 'modbus-serial'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runMeterd } from '../support/daemon.ts'

/** Of one's own: a relay at coil 8. */
const SWITCHED = `profile: switched
protocol: modbus-rtu
source: a test
confidence: one-source
serial: { baud: 9600, framing: "8N1", unit: 1 }
sign: import-positive
nameplate: { phases: 1, volts: 230, amperes: 60 }
relay:
  state: { item: "1:8", encoding: bit, open: "0", closed: "1" }
  order: { function: 5, item: "1:8", open: "0000", close: "FF00" }
points:
  - { obis: "1-0:32.7.0", item: "3:0x0040", encoding: "u16 e-1", unit: V, name: "voltage L1" }
examples:
  - source: "constructed: 230.0 V"
    address: "1"
    obis: "1-0:32.7.0"
    value: "230.0"
    send: "01 03 00 40 00 01 85 DE"
    reply: "01 03 02 08 FC BF C5"
`

let registers = new Map<number, number>()
let coils = new Map<number, boolean>()
let written: string[] = []
/** A slave that says yes and does nothing. */
let lies = false
let server: ServerTCP
let to: readonly string[] = []

beforeEach(async () => {
  registers = new Map([[16, 5]])
  coils = new Map([[8, true]])
  written = []
  lies = false
  const vector = {
    getHoldingRegister: (at: number) => registers.get(at) ?? 0,
    getInputRegister: () => 0,
    getCoil: (at: number) => coils.get(at) ?? false,
    getDiscreteInput: () => false,
    setRegister(at: number, value: number) {
      written.push(`register ${at}=${value}`)
      if (!lies) registers.set(at, value)
    },
    setCoil(at: number, value: boolean) {
      written.push(`coil ${at}=${value}`)
      if (!lies) coils.set(at, value)
    },
    readDeviceIdentification: () => ({
      0: 'Maker',
      1: 'Meter 7',
      2: 'V1.2',
      5: 'x'.repeat(200),
      151: 'more',
    }),
  }
  server = new ServerTCP(vector, { host: '127.0.0.1', port: '0' as unknown as number, unitID: 1 })
  await once(server, 'initialized')
  const { port } = (server as unknown as { _server: { address(): AddressInfo } })._server.address()
  to = [
    '--line',
    `modbus-tcp://127.0.0.1:${port}`,
    '--protocol',
    'modbus-tcp',
    '--address',
    '1',
    '--no-profile',
  ]
})
afterEach(() => new Promise<void>(done => server.close(() => done())))

describe('meterd write', () => {
  test('without --yes shows the frame and sends nothing', async () => {
    const { code, out } = await runMeterd(['write', ...to, '3:16=7'])
    expect(out).toMatch(/would send 00 00 00 00 00 06 01 06 00 10 00 07/)
    expect([code, written]).toEqual([2, []])
  })

  test('one register, two registers and a coil are written once, and read back', async () => {
    const { code, out } = await runMeterd([
      'write',
      ...to,
      '3:16=7',
      '3:0x20:u32:CDAB=123456',
      '1:8=0',
      '--yes',
    ])
    expect(out).toContain('3:16  was 5, asked 7: done')
    expect(out).toContain('1:8  is  0: as asked')
    expect(written).toEqual(['register 16=7', 'register 32=57920', 'register 33=1', 'coil 8=false'])
    expect(code).toBe(0)
  })

  test('a slave that says yes and does nothing is found out', async () => {
    lies = true
    const { code, out } = await runMeterd(['write', ...to, '3:16=7', '--yes'])
    expect(out).toContain('3:16  is  5: NOT as asked')
    expect([code, written.length]).toEqual([1, 1])
  })

  test.each(['3:16=65536', '4:16=1', '1:8=2', '3:16:f99=1'])(
    '%s is refused before a line is opened',
    async order => {
      expect((await runMeterd(['write', ...to, order, '--yes'])).code).toBe(2)
      expect(written).toEqual([])
    },
  )

  test('unit 0 is told nothing', async () => {
    const all = to.with(to.indexOf('--address') + 1, '0')
    const { code, err } = await runMeterd(['write', ...all, '3:16=7', '--yes'])
    expect([code, written]).toEqual([2, []])
    expect(err).toContain('unit 0 is every meter')
  })
})

describe('a place that may be the relay’s', () => {
  const withoutFlag = () => to.filter(one => one !== '--no-profile')

  test.each([
    ['write', '3:16=7'],
    ['command', 'write-registers', 'item=3:16', 'values=7'],
    ['command', 'write-coils', 'item=1:8', 'values=0'],
  ])('%s %s: without a profile nothing is sent, and the remedy is told', async (...verb) => {
    const { code, err } = await runMeterd([verb[0]!, ...verb.slice(1), ...withoutFlag(), '--yes'])
    expect(err).toMatch(/meter 1 .* may switch its relay: give --profile NAME or FILE .*, or --no-profile/)
    expect([code, written]).toEqual([2, []])
  })

  test('who is asked who it is needs none', async () => {
    expect((await runMeterd(['command', 'identify', ...withoutFlag()])).code).toBe(0)
  })

  test('the gateway’s configuration says which profile it is; a meter it does not list is not written to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-gateway-'))
    const file = join(folder, 'gateway.yaml')
    const config = (address: string) => `version: 1
gateway: test
site: { offset: "+08:00", zone: Asia/Shanghai }
data: ./data
lines: [{ id: a, url: "${to[1]}" }]
meters: [{ id: m1, line: a, address: "${address}", profile: switched }]
`
    mkdirSync(join(folder, 'profiles'))
    writeFileSync(join(folder, 'profiles', 'switched.yaml'), SWITCHED)
    const ask = async (address: string, item: string) => {
      writeFileSync(file, config(address))
      return await runMeterd(['write', ...withoutFlag(), '--config', file, item, '--yes'])
    }
    const [right, relay, unlisted] = [
      await ask('1', '3:16=7'),
      await ask('1', '1:8=0'),
      await ask('2', '3:16=8'),
    ]
    rmSync(folder, { recursive: true })
    expect([right.code, relay.code, unlisted.code, written]).toEqual([0, 2, 2, ['register 16=7']])
    expect(relay.err).toContain('would switch the relay')
    expect(unlisted.err).toMatch(/lists no meter 1 on .*; list it, or give --profile/)
  })

  test('with a profile, shipped or of one’s own, what is not the relay’s is written; the relay’s is ordered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-profile-'))
    const file = join(folder, 'switched.yaml')
    writeFileSync(file, SWITCHED)
    const own = [...withoutFlag(), '--profile', file]
    expect((await runMeterd(['write', ...own, '3:16=7', '--yes'])).code).toBe(0)
    const refused = await runMeterd(['write', ...own, '1:8=0', '--yes'])
    const row = await runMeterd(['command', 'write-coils', ...own, 'item=1:7', 'values=1,0', '--yes'])
    rmSync(folder, { recursive: true })
    expect([refused.code, row.code, written]).toEqual([2, 2, ['register 16=7']])
    expect(refused.err + row.err).toMatch(/would switch the relay.*would switch the relay/s)
    const shipped = [...withoutFlag(), '--profile', 'abb-b23']
    expect((await runMeterd(['write', ...shipped, '3:16=9', '--yes'])).code).toBe(0)
    expect(written).toEqual(['register 16=7', 'register 16=9'])
    expect((await runMeterd(['write', ...shipped, '--no-profile', '3:16=9', '--yes'])).err).toContain(
      'contradicts',
    )
  })
})

describe('meterd command', () => {
  test('identify tells who it is, frame after frame', async () => {
    const { code, out } = await runMeterd(['command', 'identify', ...to])
    expect(out).toMatch(/vendor name: Maker\n\s+product code: Meter 7\n\s+revision: V1.2/)
    expect(out).toContain('object 151: more')
    expect(code).toBe(0)
  })

  test('rows of registers and coils', async () => {
    await runMeterd(['command', 'write-registers', ...to, 'item=3:40', 'values=1,0x0203', '--yes'])
    await runMeterd(['command', 'write-coils', ...to, 'item=1:3', 'values=1,0,1', '--yes'])
    expect(written).toEqual([
      'register 40=1',
      'register 41=515',
      'coil 3=true',
      'coil 4=false',
      'coil 5=true',
    ])
  })

  test('what a slave does not know is refused', async () => {
    const { code, out } = await runMeterd([
      ...['command', 'read-write-registers', ...to],
      ...['item=3:40', 'values=1', 'read=3:40', 'count=1', '--yes'],
    ])
    expect(out).toContain('read-write-registers: refused, exception 01: illegal function')
    expect(code).toBe(1)
  })
})

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ModbusRTU from 'modbus-serial'
import { SerialPort } from 'serialport'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import type { LineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import type { SimulatedFaults, SimulatedLine, SimulatedMeter } from '../../src/core/simulated.ts'
import { FAULT_KINDS } from '../../src/simulator/faults.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { requireService } from '../support/services.ts'
import { di, digits, OFFSET_MINUTES, replyOf, request } from './master.ts'
import { simulatedMeter } from './models.ts'

const PARTS = {
  clock: systemClock,
  log: silentLog,
  offsetMinutes: OFFSET_MINUTES,
  replyDelayMs: [0, 1],
} as const

const loopback = (kind: 'tcp' | 'modbus-tcp'): LineUrl => ({ kind, host: '127.0.0.1', port: 0 })

function start(...listeners: readonly SimulatedLine[]) {
  return startSimulator({ seed: 1, listeners }, PARTS)
}

const sixPlaces = (number: number) => number.toString().padStart(12, '0')

const single = (meter: SimulatedMeter, url = loopback('tcp'), faults: SimulatedFaults = {}) => ({
  url,
  meters: [meter],
  faults,
})

/** Sends, and gives back what came until it was quiet for a while; nothing when nothing came in time. */
async function exchange(port: number, bytes: Uint8Array, firstWithinMs = 400): Promise<Uint8Array> {
  const socket = connect(port, '127.0.0.1')
  const heard: number[] = []
  socket.on('data', part => heard.push(...part))
  socket.write(bytes)
  for (let waitedMs = 0; waitedMs < firstWithinMs && heard.length === 0; waitedMs += 10) await sleep(10)
  for (let before = 0; before < heard.length; ) {
    before = heard.length
    await sleep(60)
  }
  socket.destroy()
  return Uint8Array.from(heard)
}

describe('simulator', () => {
  it('a line’s turn-around is what its meters take to answer', async () => {
    const meter = { protocol: 'dlt645-2007', address: '000000000042', profile: '' }
    const simulator = await start({ ...single(meter), turnAroundMs: 200 })
    try {
      const before = performance.now()
      const heard = await exchange(
        simulator.listening[0]?.port ?? 0,
        request(meter.address, 0x11, di('00010000')),
        5_000,
      )
      expect(replyOf(heard)?.control).toBe('91')
      // Never early; a timer may round down by a millisecond.
      expect(performance.now() - before).toBeGreaterThanOrEqual(199)
    } finally {
      await simulator.stop()
    }
  })

  it('a meter’s own turn-around is its own, and not its neighbour’s', async () => {
    const slow = { protocol: 'dlt645-2007', address: '000000000042', profile: '', turnAroundMs: 400 }
    const quick = { protocol: 'dlt645-2007', address: '000000000043', profile: '', turnAroundMs: 20 }
    const simulator = await start({ ...single(slow), meters: [slow, quick], turnAroundMs: 300 })
    try {
      const taken = async (address: string) => {
        const before = performance.now()
        const asked = request(address, 0x11, di('00010000'))
        expect(replyOf(await exchange(simulator.listening[0]?.port ?? 0, asked, 5_000))?.address).toBe(
          address,
        )
        return performance.now() - before
      }
      expect(await taken(slow.address)).toBeGreaterThanOrEqual(399)
      // The least of several, on a busy machine: its line would take 300.
      const times: number[] = []
      while (times.length < 20 && !times.some(ms => ms < 290)) times.push(await taken(quick.address))
      expect(Math.min(...times)).toBeLessThan(290)
    } finally {
      await simulator.stop()
    }
  })

  it('shows a register the truth can name, before and after a restart', async () => {
    const meter = { protocol: 'dlt645-2007', address: '000000000042', profile: '' }
    const read = async () => {
      const simulator = await start(single(meter))
      try {
        const { truth } = simulator
        const freeze = replyOf(
          await exchange(simulator.listening[0]?.port ?? 0, request(meter.address, 0x11, di('05060101'))),
        )
        const today = new Date(Date.now() + OFFSET_MINUTES * 60_000 - 60_000).toISOString().slice(0, 10)
        const instant = truth.freezeInstant(meter.protocol, meter.address, `${today}T00:00:00`)
        return {
          shown: digits(freeze?.data.slice(12, 23) ?? ''),
          truth: formatScaled(truth.registerAt(meter.protocol, meter.address, '1-0:1.8.0', instant)!),
        }
      } finally {
        await simulator.stop()
      }
    }
    const first = await read()
    expect(first.shown).toBe(first.truth.replace('.', '').padStart(8, '0'))
    expect(await read()).toEqual(first)
  })

  it('refuses what it cannot play, and leaves no port open', async () => {
    await expect(start(single({ protocol: 'cjt188', address: '1', profile: '' }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    const nameless = { protocol: 'modbus-rtu', address: '1', profile: 'no-such-meter' }
    await expect(start(single(nameless))).rejects.toThrow('no-such-meter')
    const meter = { protocol: 'dlt645-2007', address: '000000000001', profile: '' }
    await expect(start(single(meter, loopback('modbus-tcp')))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    const running = await start(single(meter))
    const taken: LineUrl = { kind: 'tcp', host: '127.0.0.1', port: running.listening[0]?.port ?? 0 }
    await expect(start(single(meter, taken))).rejects.toMatchObject({ code: 'LINE_UNREACHABLE' })
    const serial: LineUrl = {
      kind: 'serial',
      path: '/dev/no-such-tty',
      baud: 9600,
      parity: 'none',
      dataBits: 8,
      stopBits: 1,
    }
    await expect(start(single(meter, serial))).rejects.toMatchObject({ code: 'LINE_UNREACHABLE' })
    await running.stop()
  })

  it('plays a thousand meters on fifty lines for little memory', async () => {
    const before = process.memoryUsage().rss
    const addresses = Array.from({ length: 1_000 }, (_, index) => sixPlaces(index + 1))
    const simulator = await start(
      ...Array.from({ length: 50 }, (_, line) => ({
        url: loopback('tcp'),
        faults: {},
        meters: addresses
          .slice(line * 20, line * 20 + 20)
          .map(address => ({ protocol: 'dlt645-2007', address, profile: '' })),
      })),
    )
    try {
      const replies = await Promise.all(
        addresses.map((address, index) =>
          exchange(
            simulator.listening[Math.floor(index / 20)]?.port ?? 0,
            request(address, 0x11, di('0001FF00')),
            5_000,
          ),
        ),
      )
      expect(replies.map(reply => replyOf(reply)?.address)).toEqual(addresses)
      expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(150)
    } finally {
      await simulator.stop()
    }
  }, 20_000)

  it('spoils answers of a Modbus TCP server too, and writes each fault down', async () => {
    const meter = simulatedMeter('modbus-tcp', '1', 'eastron-sdm630')
    const ask = Uint8Array.from([0x12, 0x34, 0, 0, 0, 6, 1, 4, 0, 72, 0, 2])
    for (const kind of FAULT_KINDS) {
      const simulator = await start(single(meter, loopback('modbus-tcp'), { [kind]: 1, lateMs: 20 }))
      try {
        const bytes = await exchange(simulator.listening[0]?.port ?? 0, ask)
        const clean = [0x12, 0x34, 0, 0, 0, 7, 1, 4, 4]
        const whole = bytes.length === 13 && clean.every((byte, index) => byte === bytes[index])
        // A lone exchange has nothing before it to be merged with; late and split answers are whole ones.
        expect([kind, whole]).toEqual([kind, ['late', 'split', 'merge'].includes(kind)])
        expect(simulator.ledger.count(kind)).toBe(kind === 'merge' ? 0 : 1)
      } finally {
        await simulator.stop()
      }
    }
  }, 20_000)
})

const socat = requireService('socat')

describe.skipIf(socat.missing)(`simulator on a serial line${socat.note}`, () => {
  /** Two ends of a pseudo-terminal pair, which has no parity. */
  async function pair<Result>(use: (near: string, far: string) => Promise<Result>): Promise<Result> {
    const directory = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
    const [near, far] = [join(directory, 'near'), join(directory, 'far')]
    const bridge = spawn(socat.path, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
    try {
      for (let tries = 0; tries < 200 && !(existsSync(near) && existsSync(far)); tries++) await sleep(10)
      return await use(near, far)
    } finally {
      bridge.kill()
      rmSync(directory, { recursive: true, force: true })
    }
  }

  const serial = (path: string): LineUrl => ({
    kind: 'serial',
    path,
    baud: 9600,
    parity: 'none',
    dataBits: 8,
    stopBits: 1,
  })

  it('answers DL/T 645', () =>
    pair(async (near, far) => {
      const meter = { protocol: 'dlt645-2007', address: '000000000042', profile: 'single-phase' }
      const simulator = await start(single(meter, serial(far)))
      const port = new SerialPort({ path: near, baudRate: 9600 })
      try {
        const heard: number[] = []
        port.on('data', (part: Uint8Array) => heard.push(...part))
        port.write(request(meter.address, 0x11, di('0201FF00')))
        for (let tries = 0; tries < 100 && heard.length < 22; tries++) await sleep(10)
        expect(replyOf(Uint8Array.from(heard))?.data.endsWith('FF FF FF FF')).toBe(true)
      } finally {
        await new Promise(resolve => port.close(resolve))
        await simulator.stop()
      }
    }))

  const stacks: readonly (readonly [string, SimulatedFaults])[] = [
    ['our slave', {}],
    ['our slave, on a faulty line', { split: 1 }],
  ]
  it.each(stacks)('answers Modbus RTU by %s', (_, faults) =>
    pair(async (near, far) => {
      const meter = simulatedMeter('modbus-rtu', '9', 'siemens-pac2200')
      const simulator = await start(single(meter, serial(far), faults))
      const master = new ModbusRTU.default()
      try {
        await master.connectRTUBuffered(near, { baudRate: 9600 })
        master.setID(9)
        master.setTimeout(2_000)
        const from = Date.now()
        const { buffer } = await master.readHoldingRegisters(801, 4)
        const at = (instant: number) =>
          Number(simulator.truth.registerAt('modbus-rtu', '9', '1-0:1.8.1', instant, -3)!.digits)
        expect(buffer.readDoubleBE(0)).toBeGreaterThanOrEqual(at(from))
        expect(buffer.readDoubleBE(0)).toBeLessThanOrEqual(at(Date.now()))
        await expect(master.readHoldingRegisters(802, 2)).rejects.toMatchObject({ modbusCode: 2 })
      } finally {
        await new Promise<void>(resolve => master.close(() => resolve()))
        await simulator.stop()
      }
    }),
  )
})

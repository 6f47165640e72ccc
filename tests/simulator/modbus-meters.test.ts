import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import ModbusRTU from 'modbus-serial'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { fromHex, toHex } from '../../src/core/hex.ts'
import { silentLog } from '../../src/core/log.ts'
import { approximate } from '../../src/core/scaled.ts'
import { createMeterRtu, withCrc } from '../../src/simulator/modbus/rtu.ts'
import { registersOf } from '../../src/simulator/registers.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { requireService } from '../support/services.ts'
import { meterOf, NOON, OFFSET_MINUTES } from './master.ts'
import { MODBUS_PROFILES, modelOf, simulatedMeter } from './models.ts'

const UNIT = 7

function rtu(profile: string) {
  const model = modelOf(profile)
  const meter = meterOf({ protocol: 'modbus-rtu', address: String(UNIT), phases: model.phases })
  const slave = createMeterRtu(meter, model)
  return {
    model,
    meter,
    raw: (bytes: Uint8Array) => slave.answer(bytes, NOON),
    ask(fc: number, from: number, count: number) {
      const body = [UNIT, fc, from >> 8, from & 0xff, count >> 8, count & 0xff]
      const reply = slave.answer(withCrc(body), NOON)!
      expect(toHex(withCrc([...reply.subarray(0, -2)]))).toBe(toHex(reply))
      return reply[1] === fc
        ? { data: new DataView(reply.buffer, 3, reply.at(2) ?? 0) }
        : { exception: reply[2] }
    },
    energy: (kind: 'forward-active' | 'reverse-active', scaler: number) =>
      registersOf(kind, meter.energyAt(NOON), meter.nature.permille, scaler, model.tariffs),
  }
}

describe('an RTU meter is silent', () => {
  const good = withCrc([UNIT, 4, 0, 0, 0, 2])
  const silent: readonly (readonly [string, Uint8Array])[] = [
    ['to a wrong CRC', good.with(good.length - 1, (good.at(-1) ?? 0) ^ 0x80)],
    ['to a damaged byte', good.with(5, 3)],
    ['to a frame cut short', good.subarray(0, -1)],
    ['to another unit', withCrc([UNIT + 1, 4, 0, 0, 0, 2])],
    ['to the broadcast unit', withCrc([0, 4, 0, 0, 0, 2])],
    ['to a reply of its own', withCrc([UNIT, 0x84, 2])],
    ['to a read with bytes to spare', withCrc([UNIT, 4, 0, 0, 0, 2, 0])],
    ['to nothing', new Uint8Array()],
  ]
  it.each(silent)('%s', (_, bytes) => {
    expect(rtu('eastron-sdm630').raw(bytes)).toBeNull()
  })
})

describe('an RTU meter answers', () => {
  it('with the CRC of the standard, low byte first', () => {
    // The example every Modbus course prints: unit 1, 10 registers from 0.
    expect(toHex(withCrc([...fromHex('01 03 00 00 00 0A')!]))).toBe('01 03 00 00 00 0A C5 CD')
  })

  it('SDM630: kWh as a float, to the watt-hour before it is one', () => {
    const { ask, energy } = rtu('eastron-sdm630')
    expect(ask(4, 72, 2).data?.getFloat32(0)).toBe(Math.fround((energy('forward-active', -3)[0] ?? 0) / 1000))
    expect(ask(4, 74, 2).data?.getFloat32(0)).toBe(Math.fround((energy('reverse-active', -3)[0] ?? 0) / 1000))
  })

  it('ABB B23: 0.01 kWh in 64 bits, exactly', () => {
    const { ask, energy, meter } = rtu('abb-b23')
    expect(ask(3, 20480, 4).data?.getBigUint64(0)).toBe(BigInt(energy('forward-active', -2)[0] ?? 0))
    const watts = meter.flowAt(NOON).centiwatts.reduce((sum, value) => sum + value, 0)
    expect(ask(3, 23316, 2).data?.getInt32(0)).toBe(watts)
    expect(ask(3, 23296, 2).data?.getUint32(0)).toBe(meter.flowAt(NOON).decivolts[0])
  })

  it('PAC2200: watt-hours of two tariffs as doubles', () => {
    const { ask, energy } = rtu('siemens-pac2200')
    const [all = 0, day = 0, night = 0] = energy('forward-active', -3)
    expect(ask(3, 801, 4).data?.getFloat64(0)).toBe(day)
    expect(ask(4, 805, 4).data?.getFloat64(0)).toBe(night)
    expect(all - day - night).toBeLessThan(2)
  })

  it('a block as the values in it would be read one by one', () => {
    for (const profile of MODBUS_PROFILES.keys()) {
      const { ask, model } = rtu(profile)
      for (const fc of model.functions)
        for (const [from, to] of model.ranges(fc)) {
          const end = Math.min(to, from + model.longest)
          const inBlock = model
            .values(fc)
            .filter(({ address, registers }) => address >= from && address + registers <= end)
          const last = Math.max(...inBlock.map(({ address, registers }) => address + registers))
          const block = ask(fc, from, last - from)
          for (const { address, registers } of inBlock) {
            const one = ask(fc, address, registers)
            for (let word = 0; word < registers; word++)
              expect([profile, address, one.data?.getUint16(word * 2)]).toEqual([
                profile,
                address,
                block.data?.getUint16((address - from + word) * 2),
              ])
          }
        }
    }
  })

  const refused: readonly (readonly [string, string, number, number, number, number])[] = [
    ['01 for a function it has not', 'abb-b23', 6, 1, 1, 1],
    ['01 for reading coils', 'abb-b23', 1, 0, 1, 1],
    ['03 for no registers', 'abb-b23', 3, 20480, 0, 3],
    ['03 for more than 125', 'abb-b23', 3, 20480, 126, 3],
    ['03 for more than the meter’s own limit', 'eastron-sdm630', 4, 0, 82, 3],
    ['02 outside its map', 'abb-b23', 3, 1, 2, 2],
    ['02 partly outside its map', 'abb-b23', 3, 20510, 4, 2],
    ['02 for the other read function', 'abb-b23', 4, 20480, 4, 2],
    ['02 inside a pair of an Eastron', 'eastron-sdm630', 4, 1, 2, 2],
    ['02 for half a value of a PAC2200', 'siemens-pac2200', 3, 801, 2, 2],
    ['02 in the middle of a double of a PAC2200', 'siemens-pac2200', 3, 803, 4, 2],
  ]
  it.each(refused)('exception %s', (_, profile, fc, from, count, exception) => {
    expect(rtu(profile).ask(fc, from, count)).toEqual({ exception })
  })

  it('half a value where the maker allows it', () => {
    const { ask } = rtu('abb-b23')
    expect(ask(3, 20482, 2).data?.getUint32(0)).toBe(ask(3, 20480, 4).data?.getUint32(4))
  })
})

describe('masters of other makers read the simulator', () => {
  let simulator: Simulator
  const loopback = (kind: 'tcp' | 'modbus-tcp') => ({ kind, host: '127.0.0.1', port: 0 })
  const portOf = (index: number) => simulator.listening[index]?.port ?? 0

  beforeAll(async () => {
    simulator = await startSimulator(
      {
        seed: 3,
        listeners: [
          {
            url: loopback('modbus-tcp'),
            meters: [
              simulatedMeter('modbus-tcp', '1', 'eastron-sdm630'),
              simulatedMeter('modbus-tcp', '2', 'abb-b23'),
            ],
            faults: {},
          },
          {
            url: loopback('tcp'),
            meters: [simulatedMeter('modbus-rtu', '5', 'eastron-sdm120')],
            faults: {},
          },
        ],
      },
      { clock: systemClock, log: silentLog, offsetMinutes: OFFSET_MINUTES, replyDelayMs: [0, 1] },
    )
  })
  afterAll(() => simulator.stop())

  /** A float shown may be any the register held between question and answer. */
  function expectBetween(shown: number, protocol: string, address: string, from: number, to: number): void {
    const at = (instant: number) =>
      approximate(simulator.truth.registerAt(protocol, address, '1-0:1.8.0', instant, -3)!)
    expect(shown).toBeGreaterThanOrEqual(Math.fround(at(from)))
    expect(shown).toBeLessThanOrEqual(Math.fround(at(to)))
  }

  it('modbus-serial over Modbus TCP', async () => {
    const master = new ModbusRTU.default()
    await master.connectTCP('127.0.0.1', { port: portOf(0) })
    try {
      master.setTimeout(2_000)
      master.setID(1)
      const sent = Date.now()
      const { buffer } = await master.readInputRegisters(72, 2)
      expectBetween(buffer.readFloatBE(0), 'modbus-tcp', '1', sent, Date.now())
      await expect(master.readInputRegisters(91, 2)).rejects.toMatchObject({ modbusCode: 2 })
      await expect(master.writeRegister(1, 1)).rejects.toMatchObject({ modbusCode: 1 })
      master.setID(2)
      expect((await master.readHoldingRegisters(20480, 4)).buffer.readBigUInt64BE(0)).toBeGreaterThan(0n)
      master.setID(99)
      await expect(master.readHoldingRegisters(0, 2)).rejects.toMatchObject({ modbusCode: 11 })
    } finally {
      master.close(() => undefined)
    }
  })

  // `connectTcpRTUBuffered` speaks MBAP despite its name; the telnet port carries RTU frames as they are.
  it('modbus-serial with RTU frames over TCP', async () => {
    const master = new ModbusRTU.default()
    await master.connectTelnet('127.0.0.1', { port: portOf(1) })
    try {
      master.setTimeout(2_000)
      master.setID(5)
      const sent = Date.now()
      const { buffer } = await master.readInputRegisters(72, 2)
      expectBetween(buffer.readFloatBE(0), 'modbus-rtu', '5', sent, Date.now())
      await expect(master.readInputRegisters(60, 2)).rejects.toMatchObject({ modbusCode: 2 })
    } finally {
      master.close(() => undefined)
    }
  })

  const mbpoll = requireService('mbpoll')
  it.skipIf(mbpoll.missing)(`mbpoll over Modbus TCP${mbpoll.note}`, async () => {
    const sent = Date.now()
    // Type 3:float, high word first; mbpoll counts from 1.
    const args = [
      '-m',
      'tcp',
      '-p',
      String(portOf(0)),
      '-a',
      '1',
      '-t',
      '3:float',
      '-B',
      '-r',
      '73',
      '-c',
      '1',
      '-1',
      '127.0.0.1',
    ]
    const { stdout } = await promisify(execFile)(mbpoll.path, args, { timeout: 10_000 })
    const shown = Number(/^\[73\]:\s+(\S+)$/m.exec(stdout)?.[1])
    const truth = approximate(simulator.truth.registerAt('modbus-tcp', '1', '1-0:1.8.0', sent, -3)!)
    // mbpoll prints six significant digits.
    expect(Math.abs(shown - truth) / truth).toBeLessThan(1e-5)
  })
})

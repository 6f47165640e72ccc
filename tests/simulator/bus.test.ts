import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/core/hex.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { FaultKind, SimulatedFaults } from '../../src/core/simulated.ts'
import { createBus } from '../../src/simulator/bus.ts'
import { dialect645 } from '../../src/simulator/dlt645/dialect.ts'
import { createLedger, FAULT_KINDS } from '../../src/simulator/faults.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { createMeterRtu, rtuDialect, withCrc } from '../../src/simulator/modbus/rtu.ts'
import type { Dialect, Slave } from '../../src/simulator/slave.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { di, meterOf, replyOf, request } from './master.ts'
import { modelOf } from './models.ts'
import { OPERATOR } from './slave-2007.ts'

const A = '000000000001'
const B = '000000000002'
const OLD = '000000000003'
const WILD = 'AAAAAAAAAAAA'

const RTU_METER: readonly [Dialect, readonly Slave[]] = [
  rtuDialect,
  [createMeterRtu(meterOf({ protocol: 'modbus-rtu', address: '7' }), modelOf('abb-b23'))],
]

interface Heard {
  readonly atMs: number
  readonly bytes: Uint8Array
}

/** Energy import of the ABB meter, unit 7. */
const READ_7 = withCrc([7, 3, 0x50, 0, 0, 4])

/** A bus of two 2007 meters, one of 1997 and one RTU meter if wanted, in virtual time. */
function line(faults: SimulatedFaults = {}, seed = 1, { isMixed = true } = {}) {
  const clock = virtualClock()
  const ledger = createLedger()
  const meterA = meterOf({ address: A })
  const bus = createBus({
    listener: 0,
    slaves: new Map<Dialect, readonly Slave[]>([
      [
        dialect645,
        [
          createMeter2007(meterA),
          createMeter2007(meterOf({ address: B })),
          createMeter1997(meterOf({ address: OLD })),
        ],
      ],
      ...(isMixed ? [RTU_METER] : []),
    ]),
    faults,
    replyDelayMs: [20, 40],
    ledger,
    clock,
    random: seededRandom(seed),
  })
  const heard: Heard[] = []
  const connection = bus.connect(bytes => heard.push({ atMs: clock.monotonic(), bytes }))
  return {
    clock,
    ledger,
    heard,
    bus,
    isCutOff: () => meterA.relay.isOpenAt(clock.now()),
    receive: (...parts: readonly Uint8Array[]) =>
      connection.receive(Uint8Array.from(parts.flatMap(part => [...part]))),
    /** All the bytes one question brings within `ms`. */
    async ask(bytes: Uint8Array, ms = 600): Promise<Uint8Array> {
      const from = heard.length
      connection.receive(bytes)
      await clock.pass(ms)
      return Uint8Array.from(heard.slice(from).flatMap(each => [...each.bytes]))
    },
  }
}

const readA = request(A, 0x11, di('00010000'))
const tripA = request(A, 0x1c, [0x02, 0, 0, 0, ...OPERATOR, 0x1a, 0, 0x59, 0x59, 0x23, 0x31, 0x12, 0x99])
const readB = request(B, 0x11, di('00010000'))

describe('a bus', () => {
  it('hands a request to all meters and answers after 20 to 40 ms', async () => {
    const { ask, heard } = line()
    expect(replyOf(await ask(readA))).toMatchObject({ address: A, control: '91' })
    expect(heard[0]?.atMs).toBeGreaterThanOrEqual(20)
    expect(heard[0]?.atMs).toBeLessThanOrEqual(40)
    expect(replyOf(await ask(readB))?.address).toBe(B)
    expect(replyOf(await ask(request(OLD, 0x01, [0x10, 0x90])))).toMatchObject({
      address: OLD,
      control: '81',
    })
    expect(toHex((await ask(withCrc([7, 3, 0x50, 0, 0, 4]))).slice(0, 3))).toBe('07 03 08')
  })

  it('finds requests cut at every byte, and behind noise', async () => {
    for (let at = 1; at < readA.length; at++) {
      const { ask, receive } = line()
      receive(readA.subarray(0, at))
      expect(replyOf(await ask(readA.subarray(at)))?.address).toBe(A)
    }
    for (const noise of [
      [0xfe, 0xfe, 0xfe, 0xfe],
      [0x68],
      [0x68, 1, 2, 0x68, 0x16],
      [0x07, 0x03, 0x68],
      [0xff, 0],
    ]) {
      const { ask } = line()
      expect(replyOf(await ask(Uint8Array.from([...noise, ...readA])))?.address).toBe(A)
    }
  })

  it('forgets a request that stays unfinished for half a second', async () => {
    const { ask, receive, clock } = line()
    receive(readA.subarray(0, 10))
    await clock.pass(501)
    expect(await ask(readA.subarray(10))).toHaveLength(0)
    expect(replyOf(await ask(readA))?.address).toBe(A)
  })

  it('obeys no order inside a frame for another meter, wherever that one is cut', async () => {
    const outer = request('000000009999', 0x14, [...di('04000401'), ...readA.map(byte => byte - 0x33)])
    for (let at = 1; at < outer.length; at++) {
      const { ask, receive, clock, heard } = line()
      receive(outer.subarray(0, at))
      await clock.pass(400)
      expect(heard, `cut at ${at}`).toEqual([])
      expect(await ask(outer.subarray(at), 900), `cut at ${at}`).toHaveLength(0)
    }
  })

  describe('obeys no order inside a frame for another meter', () => {
    const outer = request('000000009999', 0x14, [
      ...di('04000401'),
      ...tripA.map(byte => byte - 0x33),
      ...new Array(8).fill(0),
    ])
    const places = Array.from(outer, (_, at) => at)

    it.each([
      ['damaged', (at: number) => [1, 0x33, 0x80].map(by => outer.with(at, outer[at]! ^ by))],
      ['that lacks a byte', (at: number) => [Uint8Array.from([...outer].toSpliced(at, 1))]],
      ['with a byte too many', (at: number) => [Uint8Array.from([...outer].toSpliced(at, 0, 0x68))]],
      ['cut off', (at: number) => [outer.subarray(0, at)]],
      ['whole', () => [outer]],
    ] as const)('%s, wherever it is cut', async (_, damagedAt) => {
      for (const place of places)
        for (const damaged of damagedAt(place))
          for (const cut of [0, 5, 30, 40, 52]) {
            const { receive, clock, isCutOff } = line()
            receive(damaged.subarray(0, cut))
            await clock.pass(40)
            receive(damaged.subarray(cut))
            await clock.pass(2_000)
            expect(isCutOff(), `${toHex(damaged)} cut at ${cut}`).toBe(false)
          }
    })

    it('and one behind a damaged frame is none of its own until the line was silent', async () => {
      const damaged = outer.with(12, 0)
      for (const [apartMs, isObeyed] of [
        [0, false],
        [49, false],
        [51, true],
      ] as const) {
        const { receive, clock, isCutOff } = line({}, 1, { isMixed: false })
        receive(damaged)
        await clock.pass(apartMs)
        receive(tripA)
        await clock.pass(2_000)
        expect(isCutOff(), `after ${apartMs} ms`).toBe(isObeyed)
      }
    })

    it('but obeys one alone, behind whole frames, and behind noise that begins no frame', async () => {
      for (const before of [[], [outer], [outer, readB], [Uint8Array.of(0, 0xff, 0xfe, 0xfe)]]) {
        const { receive, clock, isCutOff } = line()
        receive(...before, tripA)
        await clock.pass(2_000)
        expect(isCutOff()).toBe(true)
      }
    })

    it('nor behind more rubbish than is kept', async () => {
      const { receive, clock, isCutOff } = line()
      receive(new Uint8Array(5_000).fill(0x68), new Uint8Array(1_000), tripA)
      await clock.pass(2_000)
      expect(isCutOff()).toBe(false)
      receive(tripA)
      await clock.pass(100)
      expect(isCutOff()).toBe(true)
    })
  })

  it('finds a request behind a start that came to nothing, once the line was silent', async () => {
    const unfinished = request('000000009999', 0x14, new Array(60).fill(0)).subarray(0, 12)
    const { receive, clock, heard } = line()
    receive(unfinished, readA)
    await clock.pass(499)
    expect(heard).toEqual([])
    await clock.pass(100)
    expect(heard.map(({ bytes }) => replyOf(bytes)?.address)).toEqual([A])
    await clock.pass(1_000)
    expect(heard).toHaveLength(1)
  })

  it('answers requests that came together one after the other', async () => {
    const { receive, clock, heard } = line()
    receive(readA, readB, readA)
    await clock.pass(1_000)
    expect(heard.map(({ bytes }) => replyOf(bytes)?.address)).toEqual([A, B, A])
    expect(heard.every(({ atMs }, index) => index === 0 || atMs >= (heard[index - 1]?.atMs ?? 0) + 20)).toBe(
      true,
    )
  })

  it('lets meters that answer at once spoil each other', async () => {
    const { ask } = line()
    const both = await ask(request(WILD, 0x13))
    expect(both.length).toBeGreaterThan(0)
    expect(() => replyOf(both)).toThrow('no frame')
  })

  it('is bounded: rubbish without end is not kept, requests without end are not queued', async () => {
    const { receive, clock, heard } = line()
    for (let count = 0; count < 200; count++) receive(new Uint8Array(100).fill(0x68))
    for (let count = 0; count < 500; count++) receive(readA)
    await clock.pass(60_000)
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.length).toBeLessThanOrEqual(64)
  })

  it('says nothing after it was stopped', async () => {
    const { receive, clock, heard, bus } = line()
    receive(readA)
    bus.stop()
    await clock.pass(1_000)
    expect(heard).toEqual([])
  })
})

describe('a faulty bus', () => {
  const good = async () => line().ask(readA)

  async function spoilt(kind: FaultKind, seed = 1) {
    const faulty = line({ [kind]: 1, lateMs: 1_500 }, seed)
    const bytes = await faulty.ask(readA)
    return { ...faulty, bytes }
  }

  it('silence', async () => {
    const { bytes, ledger } = await spoilt('silence')
    expect(bytes).toHaveLength(0)
    expect(ledger.count('silence')).toBe(1)
    expect(toHex(ledger.entries[0]?.request ?? bytes)).toBe(toHex(readA))
  })

  it('a late answer comes after the next one was due', async () => {
    const { bytes, heard, clock } = await spoilt('late')
    expect(bytes).toHaveLength(0)
    await clock.pass(1_000)
    expect(heard[0]?.atMs).toBeGreaterThanOrEqual(1_520)
    expect(replyOf(heard[0]?.bytes ?? null)?.address).toBe(A)
  })

  it('noise around a whole answer', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { bytes } = await spoilt('noise', seed)
      const clean = await good()
      expect(bytes.length).toBeGreaterThan(clean.length)
      expect(toHex(bytes)).toContain(toHex(clean))
    }
  })

  it('flipped bits', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { bytes } = await spoilt('bit-flip', seed)
      const clean = await good()
      const flipped = [...clean].reduce((sum, byte, at) => sum + onesIn(byte ^ (bytes[at] ?? 0)), 0)
      expect(bytes).toHaveLength(clean.length)
      expect(flipped).toBeGreaterThanOrEqual(1)
      expect(flipped).toBeLessThanOrEqual(3)
    }
  })

  it('an answer split over many packets', async () => {
    const { bytes, heard } = await spoilt('split')
    expect(heard.length).toBeGreaterThan(4)
    expect(toHex(bytes)).toBe(toHex(await good()))
  })

  it('the answer before glued in front, once there was one', async () => {
    const { ask, ledger } = line({ merge: 1 })
    expect(replyOf(await ask(readA))?.address).toBe(A)
    expect(ledger.count('merge')).toBe(0)
    const merged = await ask(readB)
    expect(toHex(merged)).toContain(toHex(await good()))
    expect(ledger.count('merge')).toBe(1)
  })

  it('echo', async () => {
    const { bytes } = await spoilt('echo')
    expect(toHex(bytes.subarray(0, readA.length))).toBe(toHex(readA))
    expect(replyOf(bytes.subarray(readA.length))?.address).toBe(A)
  })

  it('a valid frame of another address', async () => {
    const { bytes } = await spoilt('wrong-address')
    expect(replyOf(bytes)).toMatchObject({ address: B, control: '91' })
  })

  it('a valid frame of another item, as long as the one asked', async () => {
    const { bytes } = await spoilt('wrong-item')
    expect(replyOf(bytes)?.data.startsWith('00 00 02 00')).toBe(true)
    expect(bytes).toHaveLength((await good()).length)
  })

  it('an RTU answer of another unit, and of another length', async () => {
    const read = withCrc([7, 3, 0x50, 0, 0, 4])
    const readdressed = await line({ 'wrong-address': 1 }).ask(read)
    expect(readdressed[0]).toBe(8)
    expect(toHex(withCrc([...readdressed.subarray(0, -2)]))).toBe(toHex(readdressed))
    const other = await line({ 'wrong-item': 1 }).ask(read)
    expect(toHex(other.subarray(0, 3))).toBe('07 03 04')
  })

  it('an RTU answer of a register more or fewer, its count and checksum right', async () => {
    const lengths = new Set<number>()
    for (let seed = 0; seed < 10; seed++) {
      const answer = await line({ 'wrong-length': 1 }, seed).ask(READ_7)
      expect(toHex(withCrc([...answer.subarray(0, -2)]))).toBe(toHex(answer))
      expect(answer).toHaveLength(5 + (answer[2] ?? 0))
      lengths.add(answer[2] ?? 0)
    }
    expect([...lengths].sort()).toEqual([10, 6])
  })

  it('exception 06 for a while, then the value', async () => {
    const { ask, ledger, clock } = line({ busy: 0.3, lateMs: 1_000 }, 4)
    const answers: number[] = []
    for (let nth = 0; nth < 60; nth++) {
      answers.push((await ask(READ_7, 100))[1] ?? 0)
      await clock.pass(100)
    }
    // A spell of a second refuses several of the questions asked five times a second.
    expect(answers.map(code => (code === 3 ? ' ' : 'x')).join('')).toMatch(/ x{4,} /)
    expect(ledger.count('busy')).toBe(answers.filter(code => code !== 3).length)
  })

  it('a gateway that finds no path or nobody, and one that is busy and tells unit FF', async () => {
    const codes = new Set<number>()
    for (let seed = 0; seed < 10; seed++) codes.add((await line({ 'no-path': 1 }, seed).ask(READ_7))[2] ?? 0)
    expect([...codes].sort()).toEqual([10, 11])
    expect(toHex(await line({ 'unit-ff': 1 }).ask(READ_7))).toBe(toHex(withCrc([0xff, 0x83, 6])))
  })

  const ofModbus: readonly FaultKind[] = ['wrong-length', 'busy', 'no-path', 'unit-ff']
  it.each([
    ['DL/T 645', readA, FAULT_KINDS.filter(kind => !ofModbus.includes(kind))],
    ['Modbus RTU', READ_7, FAULT_KINDS],
  ])('%s: the same faults for the same seed, in the shares asked for', async (_, read, befall) => {
    const shares = Object.fromEntries(befall.map(kind => [kind, 0.05]))
    const run = async (seed: number) => {
      const faulty = line({ ...shares, lateMs: 1 }, seed)
      for (let count = 0; count < 400; count++) await faulty.ask(read, 100)
      return faulty.ledger
    }
    const first = await run(5)
    const kinds = (ledger: typeof first) => ledger.entries.map(({ kind, at }) => `${kind} ${at}`)
    expect(kinds(await run(5))).toEqual(kinds(first))
    expect(kinds(await run(6))).not.toEqual(kinds(first))
    for (const kind of befall) {
      expect(first.count(kind)).toBeGreaterThan(5)
      expect(first.count(kind)).toBeLessThan(45)
    }
  })
})

function onesIn(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length
}

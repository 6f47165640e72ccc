/** A desk for orders in front of simulated meters on one line, in virtual time: the real drivers, line, guard and desk. */

import { driver1997, driver2007 } from '../../drivers/dlt645/driver.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import {
  createRelayDesk,
  type Held,
  type HeldLine,
  type RelayDeskParts,
} from '../../src/acquire/relay-desk.ts'
import type { RelayLook } from '../../src/acquire/relay-look.ts'
import { releaseOf, type Sending } from '../../src/acquire/relay-release.ts'
import type { Told } from '../../src/acquire/relay-told.ts'
import type { LineConfig, MeterConfig } from '../../src/config/config.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { SimulatedModel, SimulatedQuirks } from '../../src/core/simulated.ts'
import type { Driver, Refusal, Traits } from '../../src/driver-api/driver.ts'
import type { LineParts } from '../../src/line/line.ts'
import type { Transport } from '../../src/line/transport.ts'
import { createBus } from '../../src/simulator/bus.ts'
import { dialect645 } from '../../src/simulator/dlt645/dialect.ts'
import { createLedger } from '../../src/simulator/faults.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { asciiDialect, createMeterAscii } from '../../src/simulator/modbus/ascii.ts'
import { buildModel } from '../../src/simulator/modbus/model.ts'
import { createMeterRtu, rtuDialect } from '../../src/simulator/modbus/rtu.ts'
import { createTcpMeters } from '../../src/simulator/modbus/tcp.ts'
import { memoryLine } from './memory-line.ts'
import { memoryRefusals } from './memory-refusals.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

const OFFSET_MINUTES = 480
/** 19:20 at +08:00, when every customer draws. */
export const EVENING = Date.UTC(2026, 10, 21, 11, 20)
export const OPERATOR = '1A2B3C4D'
const TRAITS: Traits = { quirks: { 'relay-state': 'later' } }

export interface DeskBenchParts {
  /** Of several lines of one gateway. */
  readonly clock?: VirtualClock
  readonly driver?: Driver
  readonly quirks?: SimulatedQuirks
  readonly traits?: Traits
  /** Of Modbus. */
  readonly model?: SimulatedModel
  /** What the meter list says besides. */
  readonly config?: Partial<MeterConfig>
  readonly meters?: readonly string[]
  readonly clockOffsetMs?: number
  readonly line?: Partial<Pick<LineParts, 'replyWithinMs' | 'log' | 'broken'>> &
    Pick<Transport, 'awaited' | 'unsent' | 'drop'> & { readonly url?: string }
  /** False: these bytes never reach the wire. */
  readonly reaches?: (bytes: Uint8Array, nth: number) => boolean
  readonly numberOf?: (meter: string) => string | undefined
  /** What of an answer comes back; all of it at once where left out. */
  readonly back?: (bytes: Uint8Array, hear: (bytes: Uint8Array) => void) => void
}

export type DeskBench = Awaited<ReturnType<typeof deskBench>>

export async function deskBench(parts: DeskBenchParts = {}) {
  const { driver = driver2007, quirks = {}, traits = TRAITS, model } = parts
  const addresses = parts.meters ?? [driver.protocol.startsWith('modbus') ? '1' : '000000001234']
  const clock = parts.clock ?? virtualClock(EVENING)
  const random = seededRandom(3)
  const meters = addresses.map(address =>
    createMeter({
      ...{ seed: 7, protocol: driver.protocol, address, phases: 1, offsetMinutes: OFFSET_MINUTES },
      clockOffsetMs: parts.clockOffsetMs ?? 0,
    }),
  )
  const isAscii = driver.protocol === 'modbus-ascii'
  const create645 = driver === driver1997 ? createMeter1997 : createMeter2007
  const createModbus = isAscii ? createMeterAscii : createMeterRtu
  const ledger = createLedger()
  /** By how much the gateway's clock was set; the meters' own goes on as it was. */
  let aheadMs = 0
  const truth = () => clock.now() - aheadMs
  const own = { listener: 0, faults: {}, ledger, clock: { ...clock, now: truth }, random }
  const sent: { readonly at: number; readonly bytes: Uint8Array }[] = []
  const back = (bytes: Uint8Array) => (parts.back ?? ((all, heard) => heard(all)))(bytes, hear)
  const isTcp = driver.protocol === 'modbus-tcp'
  let { bus, intake } = wired(quirks)

  /** The meters with these departures from their standard, at the other end of the wire. */
  function wired(its: SimulatedQuirks) {
    const made = model && buildModel(model, its)
    const slaves = meters.map(meter => (made ? createModbus(meter, made, its) : create645(meter, its)))
    const dialect = made ? (isAscii ? asciiDialect : rtuDialect) : dialect645
    const bus = createBus({
      ...{ ...own, slaves: new Map([[dialect, slaves]]), replyDelayMs: [30, 30] as const },
    })
    if (!made || !isTcp) return { bus, intake: bus.connect(back) }
    const tcpMeters = meters.map(meter => ({ meter, model: made, quirks: its }))
    return { bus, intake: createTcpMeters({ ...own, meters: tcpMeters, replyDelayMs: () => 30 })(back) }
  }

  /** Of a process that is killed no byte leaves any more. */
  let life = 0
  let { line, hear, drop } = connected()

  function connected() {
    life += 1
    const ours = life
    const write = (bytes: Uint8Array) => {
      if (ours !== life) return
      sent.push({ at: clock.now(), bytes })
      if (parts.reaches?.(bytes, sent.length) ?? true) intake.receive(bytes)
    }
    return memoryLine(clock, write, {
      ...{ id: 'l1', replyWithinMs: 500 },
      ...(isTcp && { url: 'modbus-tcp://127.0.0.1:1' }),
      ...parts.line,
    })
  }

  const energy =
    driver.describe('1-0:1.8.0', traits) ?? model?.points.find(({ obis }) => obis === '1-0:1.8.0')
  const points = [energy].flatMap(point => (point ? [{ place: 0, ...point }] : []))
  const ownNumber = model?.serialNumber && { serialNumber: { place: 0, ...model.serialNumber } }
  const configs = addresses.map((address, index): MeterConfig => {
    const number = parts.numberOf ? parts.numberOf(address) : address
    return {
      ...{ id: `m${index + 1}`, line: 'l1', address, driver, polls: [], daily: false },
      profile: { profile: 'of-the-test', protocol: driver.protocol, points, traits, ...ownNumber } as never,
      nameplate: { phases: 1, volts: 220, amperes: 60 },
      ...(number !== undefined && { meterNumber: number }),
      ...parts.config,
    }
  })
  const lastGood = createLastGood([], OFFSET_MINUTES)
  const deskParts: RelayDeskParts = {
    ...{ meters: configs, lastGood, refusals: memoryRefusals(), offsetMinutes: OFFSET_MINUTES, clock },
    lines: new Map([['l1', { line, replyWithinMs: 500 }]]),
    drivers: new Map([[driver.protocol, driver]]),
    audits: { sameOf: () => null, whyAnother: () => null },
    authorityOf: () => ({ level: '02', password: '000000' }),
  }
  const desk = createRelayDesk(deskParts)
  /** On the same line, by another configuration. */
  const deskBy = (change: Partial<RelayDeskParts>) => createRelayDesk({ ...deskParts, ...change })
  line.start()
  await clock.pass(0)
  const kill = () => {
    life += 1
  }
  /** Of the next process: another line to the same meters. */
  const reborn = () => {
    ;({ line, hear, drop } = connected())
    line.start()
    return deskBy({ lines: new Map([['l1', { line, replyWithinMs: 500 }]]) })
  }

  const [{ id, address } = { id: '', address: '' }] = configs

  /** Lets time pass until it has ended. */
  async function ended<Result>(promise: Promise<Result>, mostSeconds = 600): Promise<Result> {
    let isOver = false
    const over = () => {
      isOver = true
    }
    void promise.then(over, over)
    for (let seconds = 0; !isOver && seconds < mostSeconds; seconds += 1) await clock.pass(1_000)
    if (!isOver) throw new Error(`it has not ended in ${mostSeconds} s`)
    return await promise
  }

  function sending(intended: Sending['intended'] = 'open', change: Partial<Sending> = {}): Sending {
    const deadline = clock.now() + desk.holdsMs(id)
    const sent = { deadline, operator: OPERATOR }
    return { id: 'order-1', state: 'sending', attempts: 1, meter: id, address, intended, sent, ...change }
  }

  function hold<Result>(work: (held: HeldLine) => Promise<Result>, kind: 'cut' | 'restore' = 'cut') {
    return ended(desk.held(id, kind, work))
  }

  /** Looks, orders, as the executor does. */
  async function ordered(
    intended: Sending['intended'] = 'open',
    change: Partial<Sending> = {},
    whyStay: () => Refusal | null = () => null,
  ): Promise<{ readonly look: RelayLook; readonly told: Told }> {
    const result = await hold(
      async held => {
        const look = await held.look()
        return { look, told: await held.order(releaseOf(sending(intended, change), whyStay)) }
      },
      intended === 'open' ? 'cut' : 'restore',
    )
    return resultOf(result)
  }

  const looked = async () => resultOf(await hold(held => held.look()))
  /** As the configuration would have it. */
  const site = {
    ...{ meters: configs, areas: [], drivers: new Map([[driver.protocol, driver]]) },
    lines: [{ id: 'l1', url: { kind: 'tcp' } } as LineConfig],
  }
  const [meter = meters[0]] = meters
  if (!meter) throw new Error('a meter is needed')
  return {
    ...{ truth, kill, reborn },
    setClock(byMs: number) {
      clock.step(byMs)
      aheadMs += byMs
    },
    /** Bytes come to the meters, however late. */
    deliver: (bytes: Uint8Array) => intake.receive(bytes),
    /** From now on they depart from their standard so. */
    become(next: SimulatedQuirks) {
      intake.close()
      ;({ bus, intake } = wired(next))
    },
    ...{
      clock,
      desk,
      deskBy,
      line,
      meter,
      meters,
      sent,
      ledger,
      hear,
      configs,
      lastGood,
      random,
      driver,
      site,
    },
    get bus() {
      return bus
    },
    drop,
    ended,
    sending,
    hold,
    ordered,
    looked,
  }
}

export function resultOf<Result>(held: Held<Result>): Result {
  if (!held.isHeld) throw new Error(`not held: ${held.why.text}`)
  return held.result
}

/** Whether bytes are a relay order of DL/T 645-2007, looked at without the house's help. */
export function isRelayFrame(bytes: Uint8Array): boolean {
  return bytes[bytes.indexOf(0x68) + 8] === 0x1c
}

/** Whether bytes are a write of registers, of Modbus RTU or TCP, or its answer. */
export function isModbusWrite(bytes: Uint8Array, { protocol }: Pick<Driver, 'protocol'>): boolean {
  return [0x06, 0x10].includes(bytes[protocol === 'modbus-tcp' ? 7 : 1] ?? 0)
}

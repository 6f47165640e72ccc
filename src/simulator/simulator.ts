/** Simulated meters behind listening lines, and the truth they are judged by. */

import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { hostAndPort } from '../core/host.ts'
import type { Log } from '../core/log.ts'
import { mix, type Random, seededRandom } from '../core/random.ts'
import type { Scaled } from '../core/scaled.ts'
import type {
  SimulatedDial,
  SimulatedLine,
  SimulatedMeter,
  SimulatedQuirks,
  SimulatorConfig,
} from '../core/simulated.ts'
import { instantOf, type MeterTime } from '../core/time.ts'
import { createBus } from './bus.ts'
import { dialect645 } from './dlt645/dialect.ts'
import { startDtu } from './dtu.ts'
import { createLedger, type Ledger } from './faults.ts'
import { type Listener, listenSerial, listenTcp, serveBus } from './listeners.ts'
import { createMeter, type Meter } from './meter.ts'
import { createMeter1997 } from './meter-1997.ts'
import { createMeter2007 } from './meter-2007.ts'
import { asciiDialect, createMeterAscii } from './modbus/ascii.ts'
import { buildModel, type ModbusModel } from './modbus/model.ts'
import { createMeterRtu, rtuDialect } from './modbus/rtu.ts'
import { serveModbusTcp } from './modbus/tcp.ts'
import { type Measured, sight } from './quantities.ts'
import { EACH_TARIFF, registerOf } from './registers.ts'
import type { Dialect, Slave } from './slave.ts'

export interface Simulator {
  /** In the order of the configuration's listeners. */
  readonly listening: readonly Listening[]
  readonly ledger: Ledger
  readonly truth: SimulatorTruth
  /** All DTUs lose their connections at once and dial again at once. */
  hangUp(): void
  stop(): Promise<void>
}

export interface Listening {
  /** As a master would write it, with the port that was taken. */
  readonly url: string
  /** 0 on a serial line. */
  readonly port: number
}

/** Oracle O1: what registers must have shown, known without asking over any wire. */
export interface SimulatorTruth {
  /** The meter itself: its clock, its relay, a hand for its button. */
  meter(protocol: string, address: string): Meter
  /**
   * An energy register ("1-0:1.8.0", tariffs 1 to 4) at an instant, cut off at 10^scaler kWh or kvarh as the
   * meter does; DL/T 645 meters keep two decimals. Null for a register the meter does not keep.
   */
  registerAt(protocol: string, address: string, obis: string, instant: number, scaler?: number): Scaled | null
  /** What a Modbus meter measures at an instant, in base units and kWh; null for what it does not. */
  measuredAt(protocol: string, address: string, obis: string, instant: number): Measured | null
  /** The instant at which the meter takes the daily freeze of a civil midnight, e.g. "2026-11-21T00:00:00". */
  freezeInstant(protocol: string, address: string, midnight: MeterTime): number
}

export interface SimulatorParts {
  readonly clock: Clock
  readonly log: Log
  /** The site's offset from UTC, which meters' clocks and tariffs follow. */
  readonly offsetMinutes: number
  /** From the end of a request to the start of its answer; clause 5.3.3 of DL/T 645 allows 20 to 500 ms. */
  readonly replyDelayMs?: readonly [least: number, most: number]
}

interface Played {
  readonly meter: Meter
  /** Null for DL/T 645. */
  readonly model: ModbusModel | null
  readonly quirks: SimulatedQuirks
  readonly turnAroundMs: number | undefined
  readonly dial: SimulatedDial | undefined
}

const NOTHING = new Uint8Array(0)
const MODBUS: ReadonlySet<string> = new Set(['modbus-rtu', 'modbus-ascii', 'modbus-tcp'])
const REPLY_DELAY_MS: readonly [number, number] = [20, 40]
const TWO_DECIMALS = -2

export async function startSimulator(config: SimulatorConfig, parts: SimulatorParts): Promise<Simulator> {
  const ledger = createLedger()
  const lines = config.listeners.map(line => ({
    line,
    played: line.meters.map(meter => play(meter, config.seed, parts.offsetMinutes)),
  }))
  const open: Listener[] = []
  const stop = async () => {
    await Promise.all(open.map(listener => listener.stop()))
  }
  for (const [index, { line, played }] of lines.entries()) {
    const random = seededRandom(mix(config.seed ^ mix(index + 1)))
    try {
      open.push(await serve({ index, line, played, random, ledger, parts }))
    } catch (cause) {
      await stop()
      throw cause
    }
  }
  const listening = lines.map(({ line }, index) => listeningOf(line, open[index]?.port ?? 0))
  for (const [index, { url }] of listening.entries())
    parts.log.info({ count: lines[index]?.played.length ?? 0 }, `simulated meters answer at ${url}`)
  const hangUp = () => {
    for (const listener of open) listener.hangUp?.()
  }
  return { listening, ledger, truth: truthOf(lines.flatMap(({ played }) => played)), hangUp, stop }
}

/** A meter of one configured line of the list; its protocol and profile decide how it is built. */
function play(written: SimulatedMeter, seed: number, offsetMinutes: number): Played {
  const { protocol, address, profile, quirks = {} } = written
  const modbus = MODBUS.has(protocol)
  if (!modbus && !(protocol in SLAVES_645))
    throw new Fault(
      'CONFIG_INVALID',
      `simulated meter ${address}: protocol "${protocol}" cannot be simulated`,
    )
  if (modbus && written.model === undefined)
    throw new Fault('CONFIG_INVALID', `simulated meter ${address}: there is no profile "${profile}"`)
  const model = modbus && written.model ? buildModel(written.model, quirks) : null
  const phases = model?.phases ?? (profile === 'single-phase' ? 1 : 3)
  const meter = createMeter({ seed, protocol, address, phases, offsetMinutes })
  return { meter, model, quirks, turnAroundMs: written.turnAroundMs, dial: written.dial }
}

const SLAVES_645: Readonly<Record<string, (meter: Meter, quirks: SimulatedQuirks) => Slave>> = {
  'dlt645-2007': createMeter2007,
  'dlt645-1997': createMeter1997,
}

interface Serving {
  readonly index: number
  readonly line: SimulatedLine
  readonly played: readonly Played[]
  readonly random: Random
  readonly ledger: Ledger
  readonly parts: SimulatorParts
}

async function serve(serving: Serving): Promise<Listener> {
  const { index, line, played, random, ledger, parts } = serving
  const { clock } = parts
  const { url, faults, turnAroundMs } = line
  const behindDtus = played.filter(({ dial }) => dial !== undefined)
  const replyDelayMs: readonly [number, number] =
    turnAroundMs === undefined ? (parts.replyDelayMs ?? REPLY_DELAY_MS) : [turnAroundMs, turnAroundMs]
  const [least, most] = replyDelayMs

  if (behindDtus.length > 0) {
    const direct = played.filter(({ dial }) => dial === undefined)
    const dtus = serveDtus({ ...serving, played: behindDtus }, replyDelayMs)
    const listener = direct.length > 0 ? await serve({ ...serving, played: direct }) : null
    return {
      port: listener?.port ?? 0,
      hangUp: dtus.hangUp,
      async stop() {
        await Promise.all([dtus.stop(), listener?.stop()])
      },
    }
  }

  if (url === null || url.kind === 'tcp-listen')
    throw new Fault('CONFIG_INVALID', 'simulated meters that dial nobody must listen somewhere')

  if (url.kind === 'modbus-tcp') {
    const meters = played.flatMap(({ meter, model, quirks }) =>
      model === null ? [] : [{ meter, model, quirks }],
    )
    if (meters.length < played.length)
      throw new Fault(
        'CONFIG_INVALID',
        `modbus-tcp://${url.host}:${url.port}: a DL/T 645 meter speaks no Modbus`,
      )
    const delay = () => least + random.integer(most - least + 1)
    return serveModbusTcp(url, {
      listener: index,
      faults,
      random,
      ledger,
      clock,
      meters,
      replyDelayMs: delay,
    })
  }

  const slaves = slavesOf(played)
  const bus = createBus({ listener: index, slaves, faults, replyDelayMs, ledger, clock, random })
  const listener = await (url.kind === 'serial' ? listenSerial(url, bus) : listenTcp(url, serveBus(bus)))
  return {
    port: listener.port,
    stop() {
      bus.stop()
      return listener.stop()
    },
  }
}

/** One bus for each DTU: meters of one registration share it. */
function serveDtus(
  { index, line, played, random, ledger, parts: { clock } }: Serving,
  replyDelayMs: readonly [least: number, most: number],
) {
  const boxes = Map.groupBy(
    played,
    ({ dial }) => `${dial?.host}:${dial?.port} ${toHex(dial?.registration ?? NOTHING)}`,
  )
  const dtus = [...boxes.values()].flatMap(meters => {
    const dial = meters[0]?.dial
    if (dial === undefined) return []
    const faults = line.faults
    const bus = createBus({
      listener: index,
      slaves: slavesOf(meters),
      faults,
      replyDelayMs,
      ledger,
      clock,
      random,
    })
    return [startDtu({ dial, bus, clock, random })]
  })
  return {
    hangUp() {
      for (const dtu of dtus) dtu.hangUp()
    },
    async stop() {
      for (const dtu of dtus) dtu.stop()
    },
  }
}

function slavesOf(played: readonly Played[]): ReadonlyMap<Dialect, readonly Slave[]> {
  const slaves = new Map<Dialect, Slave[]>()
  for (const { meter, model, quirks, turnAroundMs } of played) {
    const isAscii = meter.protocol === 'modbus-ascii'
    const dialect = model === null ? dialect645 : isAscii ? asciiDialect : rtuDialect
    const create = isAscii ? createMeterAscii : createMeterRtu
    const made = model === null ? SLAVES_645[meter.protocol]?.(meter, quirks) : create(meter, model, quirks)
    const others = slaves.get(dialect)
    if (made === undefined) continue
    const slave = turnAroundMs === undefined ? made : { ...made, turnAroundMs }
    if (others === undefined) slaves.set(dialect, [slave])
    else others.push(slave)
  }
  return slaves
}

function listeningOf({ url, meters }: SimulatedLine, port: number): Listening {
  if (url === null) {
    const dial = meters.find(meter => meter.dial)?.dial
    return { url: `DTUs that dial ${dial?.host}:${dial?.port}`, port: 0 }
  }
  if (url.kind === 'serial') return { url: `serial://${url.path}`, port: 0 }
  return { url: `${url.kind}://${hostAndPort(url.host, port)}`, port }
}

function truthOf(played: readonly Played[]): SimulatorTruth {
  const byName = new Map(played.map(each => [`${each.meter.protocol} ${each.meter.address}`, each]))
  const find = (protocol: string, address: string): Played => {
    const found = byName.get(`${protocol} ${address}`)
    if (found === undefined) throw new Fault('ASK_UNKNOWN', `no simulated ${protocol} meter ${address}`)
    return found
  }
  return {
    meter: (protocol, address) => find(protocol, address).meter,
    registerAt(protocol, address, obis, instant, scaler = TWO_DECIMALS) {
      const { meter, model } = find(protocol, address)
      const groups = model?.tariffs ?? EACH_TARIFF
      return registerOf(obis, meter.energyAt(instant), meter.nature.permille, scaler, groups)
    },
    measuredAt(protocol, address, obis, instant) {
      const { meter, model } = find(protocol, address)
      return sight(meter, instant, model?.tariffs ?? EACH_TARIFF).measure(obis, '')
    },
    freezeInstant(protocol, address, midnight) {
      const civil = instantOf(midnight, 0)
      if (civil === null) throw new Fault('ASK_INVALID', `"${midnight}" is no time a clock shows`)
      return find(protocol, address).meter.clock.instantOf(civil)
    },
  }
}

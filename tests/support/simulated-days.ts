/**
 * Days of whole lines in a store, as a daemon fills it: pollers, drivers and buses of this house, simulated meters on wires in
 * memory, a clock that passes as fast as it can, and the store's own file without its thread, so that a seed repeats it all.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createPoller, type Poller } from '../../src/acquire/poller.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { SimulatedFaults, SimulatedQuirks } from '../../src/core/simulated.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { createBus } from '../../src/simulator/bus.ts'
import { dialect645 } from '../../src/simulator/dlt645/dialect.ts'
import { createLedger } from '../../src/simulator/faults.ts'
import { createMeter, type Meter } from '../../src/simulator/meter.ts'
import { createMeter1997 } from '../../src/simulator/meter-1997.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { createAnswer } from '../../src/simulator/modbus/answer.ts'
import { asciiDialect, createMeterAscii } from '../../src/simulator/modbus/ascii.ts'
import { createMeterRtu, rtuDialect } from '../../src/simulator/modbus/rtu.ts'
import type { Dialect, Slave } from '../../src/simulator/slave.ts'
import { createPacker } from '../../src/store/batch.ts'
import { openStoreFile } from '../../src/store/file.ts'
import type { Calls } from '../../src/store/protocol.ts'
import { requireSound, withoutUnstorable } from '../../src/store/storable.ts'
import type { Round, Store, StoredReading } from '../../src/store/store.ts'
import { modelOf } from '../simulator/models.ts'
import { memoryLine } from './memory-line.ts'
import { memoryRefusals } from './memory-refusals.ts'
import { TRUSTED_TIME } from './poller-parts.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

export const OFFSET = 480
/** 23:20 at the site, so that a midnight comes soon. */
export const EVENING = Date.UTC(2026, 10, 20, 15, 20)

export interface DayBus {
  readonly id: string
  readonly protocol: 'dlt645-2007' | 'dlt645-1997' | 'modbus-rtu' | 'modbus-ascii' | 'modbus-tcp'
  readonly profile: string
  readonly addresses: readonly string[]
  readonly faults?: SimulatedFaults
  readonly quirks?: SimulatedQuirks
  /** Added to each meter's entry. */
  readonly ofMeters?: object
}

export interface Days {
  readonly buses: readonly DayBus[]
  readonly seed: number
  readonly hours: number
  readonly from?: number
  /** Added to the configuration. */
  readonly settings?: object
  /** Told of each hour that has passed: lines may be cut, meters changed. */
  readonly eachHour?: (nth: number, held: Held) => void
}

/** What a test has in its hands while days pass. */
export interface Held {
  readonly clock: VirtualClock
  readonly meters: ReadonlyMap<string, Meter>
  /** Lines that are deaf, by their bus. */
  readonly deaf: Set<string>
}

export interface DaysKept {
  readonly file: string
  readonly directory: string
  readonly config: Config
  readonly calls: Calls
  readonly rounds: number
  /** Lets others have the store. */
  readonly close: () => void
  readonly dispose: () => void
}

interface Played {
  readonly meter: Meter
  readonly slave: Slave | null
  readonly answer: ((pdu: Uint8Array, now: number) => Uint8Array | null) | null
}

export async function simulatedDays(days: Days): Promise<DaysKept> {
  const { buses, seed, hours, from = EVENING, settings = {} } = days
  const folder = mkdtempSync(join(tmpdir(), 'meterd-days-'))
  const file = join(folder, 'gateway.yaml')
  writeFileSync(file, JSON.stringify(writtenOf(buses, folder, settings), null, 1))
  const loaded = await loadConfig(file, {})
  if ('complaints' in loaded) throw new Error(JSON.stringify(loaded.complaints))
  const { config } = loaded
  const clock = virtualClock(from, 1)
  const calls = openStoreFile(
    config.dataDirectory,
    { ...config.store, offsetMinutes: OFFSET, settlement: [] },
    text => {
      throw new Error(text)
    },
  )
  const held: Held = { clock, meters: new Map(), deaf: new Set() }
  const counted = { rounds: 0 }
  const store = storeOf(calls, clock, counted)
  const lastGood = createLastGood([], OFFSET)
  const refusals = memoryRefusals()
  const stops: (() => Promise<void>)[] = []
  for (const [index, bus] of buses.entries()) {
    const meters = config.meters.filter(({ line }) => line === bus.id)
    const wire = wireOf(bus, { seed, index, clock, held })
    const { line, hear } = memoryLine(clock, bytes => wire.write(bytes, hear), {
      id: bus.id,
      ...(bus.protocol === 'modbus-tcp' && { url: 'modbus-tcp://127.0.0.1:1' }),
      random: seededRandom(seed + index),
    })
    const poller: Poller = createPoller({
      line,
      meters,
      site: config.site,
      store,
      freezesHeld: new Map(),
      lastGood,
      refusals,
      clocks: new Map(),
      timeTrust: TRUSTED_TIME,
      // Nobody waits for a second here.
      laterMs: 20_000,
      clock,
      log: silentLog,
      kept: () => undefined,
      broken: error => {
        throw error
      },
    })
    line.start()
    poller.start()
    stops.push(async () => {
      const stopped = poller.stop()
      await clock.pass(MINUTE)
      await stopped
      wire.stop()
    })
    // What pollers missed is told to them once a minute, as bookkeeping does: load records are asked for it.
    stops.push(
      (
        cancel => async () =>
          cancel()
      )(everyMinute(clock, () => account(poller, clock.now()))),
    )
  }
  for (let hour = 1; hour <= hours; hour += 1) {
    await clock.pass(HOUR)
    days.eachHour?.(hour, held)
  }
  for (const stop of stops.toReversed()) await stop()
  let isOpen = true
  const close = () => {
    if (isOpen) calls.close()
    isOpen = false
  }
  return {
    file,
    directory: config.dataDirectory,
    config,
    calls,
    rounds: counted.rounds,
    close,
    dispose() {
      close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All that is kept of a meter, the oldest slot first. */
export function readingsKept({ calls }: Pick<DaysKept, 'calls'>, meter: string): readonly StoredReading[] {
  const asked = { meter, from: 0, to: 9e15, limit: 1 }
  const found: StoredReading[] = []
  for (let hours = calls.hoursOf(asked); hours !== null; ) {
    const part = calls.readingsIn(asked, hours)
    found.push(...part.items)
    hours = part.next
  }
  return found
}

function everyMinute(clock: VirtualClock, work: () => void): () => void {
  let cancel: () => unknown = () => undefined
  const again = () => {
    cancel = clock.after(MINUTE, () => {
      work()
      again()
    })
  }
  again()
  return () => void cancel()
}

function account(poller: Poller, now: number): void {
  for (const { ledger, underWay } of poller.books()) ledger.account(now, () => 'LINE_SILENT', underWay)
}

function storeOf(
  calls: Calls,
  clock: VirtualClock,
  counted: { rounds: number },
): Pick<Store, 'accept' | 'readingsOf'> {
  const packer = createPacker()
  return {
    async accept(round: Round) {
      requireSound(round)
      const [accepted] = calls.accept(packer.pack([withoutUnstorable(round)], clock.now()))
      if (!accepted) throw new Error('a batch of one round has one answer')
      counted.rounds += 1
      return accepted
    },
    async readingsOf(asked) {
      const found = []
      for (let hours = calls.hoursOf(asked); hours !== null && found.length < asked.limit; ) {
        const part = calls.readingsIn(asked, hours)
        found.push(...part.items)
        hours = part.next
      }
      return found.slice(0, asked.limit)
    },
  }
}

function writtenOf(buses: readonly DayBus[], folder: string, settings: object): object {
  return {
    version: 1,
    gateway: 'days',
    site: { offset: '+08:00', zone: 'Asia/Shanghai' },
    data: join(folder, 'data'),
    lines: buses.map(({ id, protocol }, index) => ({
      id,
      url: `${protocol === 'modbus-tcp' ? 'modbus-tcp' : 'tcp'}://127.0.0.1:${64_000 + index}`,
      ...(protocol === 'modbus-ascii' && { modbus: 'ascii' }),
    })),
    meters: buses.flatMap(({ id, addresses, profile, ofMeters = {} }) =>
      addresses.map(address => ({
        id: `${id}-${address}`,
        line: id,
        address,
        profile,
        polls: [{ every: '15m' }],
        ...ofMeters,
      })),
    ),
    ...settings,
  }
}

interface WireParts {
  readonly seed: number
  readonly index: number
  readonly clock: VirtualClock
  readonly held: Held
}

interface Wire {
  write(bytes: Uint8Array, hear: (bytes: Uint8Array) => void): void
  stop(): void
}

function wireOf(bus: DayBus, parts: WireParts): Wire {
  const { held } = parts
  const played = bus.addresses.map(address => play(bus, address, parts.seed))
  for (const { meter } of played) (held.meters as Map<string, Meter>).set(`${bus.id}-${meter.address}`, meter)
  return bus.protocol === 'modbus-tcp' ? tcpWire(bus, played, parts) : busWire(bus, played, parts)
}

function play({ protocol, profile, quirks = {} }: DayBus, address: string, seed: number): Played {
  const isModbus = protocol.startsWith('modbus')
  const model = isModbus ? modelOf(profile, quirks) : null
  const phases = model?.phases ?? (profile.includes('single-phase') ? 1 : 3)
  const meter = createMeter({ seed, protocol, address, phases, offsetMinutes: OFFSET })
  if (model === null) {
    const create = protocol === 'dlt645-1997' ? createMeter1997 : createMeter2007
    return { meter, slave: create(meter, quirks), answer: null }
  }
  if (protocol === 'modbus-tcp')
    return { meter, slave: null, answer: createAnswer(meter, model, quirks) as Played['answer'] }
  const create = protocol === 'modbus-ascii' ? createMeterAscii : createMeterRtu
  return { meter, slave: create(meter, model, quirks), answer: null }
}

function busWire(bus: DayBus, played: readonly Played[], { seed, index, clock, held }: WireParts): Wire {
  const dialect: Dialect = bus.protocol.startsWith('dlt645')
    ? dialect645
    : bus.protocol === 'modbus-ascii'
      ? asciiDialect
      : rtuDialect
  const simulated = createBus({
    listener: index,
    slaves: new Map([[dialect, played.flatMap(({ slave }) => slave ?? [])]]),
    faults: bus.faults ?? {},
    replyDelayMs: [20, 40],
    ledger: createLedger(),
    clock,
    random: seededRandom(seed * 31 + index),
  })
  let master: ReturnType<typeof simulated.connect> | null = null
  return {
    write(bytes, hear) {
      master ??= simulated.connect(hear)
      if (!held.deaf.has(bus.id)) master.receive(bytes)
    },
    stop: () => simulated.stop(),
  }
}

/** A header of seven bytes, and what the unit answers to the rest. */
function tcpWire(bus: DayBus, played: readonly Played[], { clock, held }: WireParts): Wire {
  const answers = new Map(played.map(({ meter, answer }) => [Number(meter.address), answer]))
  return {
    write(bytes, hear) {
      for (let at = 0; at + 7 < bytes.length && !held.deaf.has(bus.id); ) {
        const end = at + 6 + ((bytes[at + 4] ?? 0) << 8) + (bytes[at + 5] ?? 0)
        const asked = bytes.slice(at, end)
        at = end
        clock.after(15, () => {
          const pdu = answers.get(asked[6] ?? 0)?.(asked.subarray(7), clock.now())
          if (!pdu) return
          const head = [...asked.subarray(0, 4), 0, pdu.length + 1, asked[6] ?? 0]
          hear(Uint8Array.from([...head, ...pdu]))
        })
      }
    },
    stop: () => undefined,
  }
}

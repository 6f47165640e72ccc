/** A bus of simulated meters behind a noisy wire, polled in virtual time, with the alarms that come of it. */

import { createAlarmDesk } from '../../src/acquire/alarm-desk.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createPoller } from '../../src/acquire/poller.ts'
import { gatherLibrary } from '../../src/config/library.ts'
import { Fault } from '../../src/core/faults.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import type { SimulatedFaults } from '../../src/core/simulated.ts'
import { MINUTE } from '../../src/core/time.ts'
import type { AlarmEvent } from '../../src/reading/alarm/alarm.ts'
import { createBus } from '../../src/simulator/bus.ts'
import { dialect645 } from '../../src/simulator/dlt645/dialect.ts'
import { createLedger } from '../../src/simulator/faults.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import type { Slave } from '../../src/simulator/slave.ts'
import type { Round } from '../../src/store/store.ts'
import { memoryLine } from './memory-line.ts'
import { quietParts, storeThat, takenAll } from './poller-parts.ts'
import { virtualClock } from './virtual-clock.ts'

const OFFSET_MINUTES = 480
/** Energies of both directions with their tariffs, the total power, the meter's clock. */
const POLLED = /^1-0:[12]\.8\.|^1-0:(1|16)\.7\.0$|^0-0:1\.0\.0$/
type Faults = { -readonly [Kind in keyof SimulatedFaults]: SimulatedFaults[Kind] }
const library = gatherLibrary({}, 'config', () => undefined, [])

/** What is wrong with a meter at this moment; it may change while the line is polled. */
export interface Ailing {
  /** Its energies are those of so long ago. */
  behindMs?: number
  /** It answers so much later. */
  laterMs?: number
  /** It is silent. */
  isDead?: boolean
}

export async function alarmedBus(parts: {
  readonly meters: number
  readonly everyMs?: number
  readonly seed?: number
  /** Registers that are polled. */
  readonly polled?: RegExp
}) {
  const { meters: count, everyMs = 15 * MINUTE, seed = 1, polled = POLLED } = parts
  const { drivers, profiles } = await library
  const driver = drivers.get('dlt645-2007')
  const profile = profiles.get('dlt645-2007-single-phase')
  if (!driver || !profile) throw new Error('driver and profile are needed')
  const clock = virtualClock(Date.UTC(2026, 10, 21, 2, 6))
  const addresses = Array.from({ length: count }, (_, nth) => String(161 + nth).padStart(12, '0'))
  const played = addresses.map(address =>
    createMeter({ seed, protocol: driver.protocol, address, phases: 1, offsetMinutes: OFFSET_MINUTES }),
  )
  const ailing = addresses.map((): Ailing => ({}))
  const ledger = createLedger()
  const noise: { faults: Faults; missed: number } = { faults: {}, missed: 0 }
  const random = seededRandom(seed + 1_000)
  const points = profile.points.filter(({ obis }) => polled.test(obis))
  const bus = createBus({
    listener: 0,
    slaves: new Map([
      [
        dialect645,
        played.map((meter, nth) =>
          ail(createMeter2007(meter), ailing[nth] ?? {}, reply =>
            random.fraction() < noise.missed ? garbled(reply, random) : reply,
          ),
        ),
      ],
    ]),
    faults: noise.faults,
    replyDelayMs: [20, 40],
    ledger,
    clock,
    random: seededRandom(seed),
  })
  const { line, hear } = memoryLine(clock, bytes => intake.receive(bytes))
  const intake = bus.connect(hear)
  const told: string[] = []
  const tell = ({ meterId, lineId }: { meterId?: string; lineId?: string }, text: string) =>
    void told.push(`${meterId ?? lineId}: ${text}`)
  const log: Log = { ...silentLog, warn: tell, info: tell }
  const meters = addresses.map((address, nth) => ({
    id: `m${nth + 1}`,
    line: 'l1',
    address,
    driver,
    profile,
    nameplate: profile.nameplate,
    polls: [{ everyMs, points }],
    daily: true,
    ...(played[nth]?.nature.habit === 'solar' && { generation: 'solar' as const }),
  }))
  const events: AlarmEvent[] = []
  /** The store has no room for alarms. */
  const full = { isSo: false }
  const desk = createAlarmDesk({
    store: {
      async alarm(some) {
        if (full.isSo) throw new Fault('STORE_FULL', 'no room')
        events.push(...some)
      },
      ordersOpen: async () => [],
    },
    meters,
    offsetMinutes: OFFSET_MINUTES,
    before: [],
    latencies: { before: new Map(), write: async () => undefined },
    clock,
    log,
    broken: error => {
      throw error
    },
  })
  const rounds: Round[] = []
  const poller = createPoller({
    ...quietParts(),
    lastGood: createLastGood([], OFFSET_MINUTES),
    line,
    meters,
    store: storeThat(async round => {
      rounds.push(round)
      return takenAll(round.readings.length)
    }),
    alarms: desk,
    clock,
  })
  line.start()
  poller.start()
  desk.start()
  return { clock, ailing, noise, ledger, events, told, rounds, desk, line, poller, full }
}

/** Of the bytes of an energy: 00 01 to 00 0A, and nothing but energies. */
function isEnergyAsked(frame: Uint8Array): boolean {
  const at = frame.indexOf(0x68)
  return frame[at + 8] === 0x11 && frame[at + 13] === 0x33
}

/** Two bits of its data, so that the sum is the same: what an 8-bit checksum lets pass. */
function garbled(reply: Uint8Array, random: Random): Uint8Array {
  const [from, to] = [reply.indexOf(0x68) + 14, reply.length - 2]
  for (let tries = 0; to - from > 1 && tries < 50; tries += 1) {
    const [one, other] = [from + random.integer(to - from), from + random.integer(to - from)]
    const bit = 1 << random.integer(8)
    const [a = 0, b = 0] = [reply[one], reply[other]]
    if ((a & bit) === (b & bit)) continue
    const bytes = reply.slice()
    bytes[one] = a ^ bit
    bytes[other] = b ^ bit
    return bytes
  }
  return reply
}

function ail(slave: Slave, ailing: Ailing, onItsWay: (reply: Uint8Array) => Uint8Array): Slave {
  return {
    meter: slave.meter,
    get turnAroundMs() {
      return 30 + (ailing.laterMs ?? 0)
    },
    hears: frame => !ailing.isDead && slave.hears(frame),
    answer(frame, now) {
      const reply = slave.answer(frame, isEnergyAsked(frame) ? now - (ailing.behindMs ?? 0) : now)
      return reply && onItsWay(reply)
    },
  }
}

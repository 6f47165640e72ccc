/** One simulated meter behind a line in memory, with the poller that reads it and what becomes of its answers on the way. */

import { createAuditsHeld } from '../../src/acquire/audits-held.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { leftBefore } from '../../src/acquire/ledger-before.ts'
import { createPoller } from '../../src/acquire/poller.ts'
import { createSameMeter } from '../../src/acquire/same-meter.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { gatherLibrary } from '../../src/config/library.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { buildModel } from '../../src/simulator/modbus/model.ts'
import { createMeterRtu } from '../../src/simulator/modbus/rtu.ts'
import type { Round, Store } from '../../src/store/store.ts'
import { memoryLine } from './memory-line.ts'
import { memoryRefusals } from './memory-refusals.ts'
import { quietParts, storeThat, takenAll } from './poller-parts.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

export const OFFSET_MINUTES = 480
const REPLIES_AFTER_MS = 30
/** A store has a thread of its own, for which no time passes. */
const STORE_STEP_MS = 30_000
const library = gatherLibrary({}, 'config', () => undefined, [])

export interface Bench {
  readonly profile: string
  readonly clock?: VirtualClock
  readonly store?: Store
  readonly startsAt?: number
  readonly forMs: number
  /** What is heard of the answer to the nth question, counted from 1. */
  readonly way?: (reply: Uint8Array, nth: number, question: Uint8Array) => Uint8Array | null
  readonly config?: (meter: MeterConfig) => Partial<MeterConfig>
  readonly quirks?: SimulatedQuirks
}

const refuse = () => Promise.reject(new Error('nobody has probed this meter'))
const warnings = (said: string[]): Log => ({ ...silentLog, warn: (_, text) => void said.push(text) })

export async function read({
  profile: name,
  store,
  startsAt,
  forMs,
  way = reply => reply,
  config,
  quirks = {},
  ...given
}: Bench) {
  const { drivers, profiles } = await library
  const profile = profiles.get(name)
  const driver = profile && drivers.get(profile.protocol === 'modbus' ? 'modbus-rtu' : profile.protocol)
  if (!driver || !profile) throw new Error('driver and profile are needed')
  const clock = given.clock ?? virtualClock(startsAt)
  const isModbus = driver.protocol === 'modbus-rtu'
  const address = isModbus ? '1' : '000000000161'
  const { phases } = profile.nameplate
  const meter = createMeter({
    ...{ seed: 1, protocol: driver.protocol, address, phases, offsetMinutes: OFFSET_MINUTES },
    clockOffsetMs: 0,
  })
  const slave = isModbus ? createMeterRtu(meter, buildModel(profile)) : createMeter2007(meter, quirks)
  const rounds: Round[] = []
  const questions: Uint8Array[] = []
  const { line, hear } = memoryLine(clock, bytes => {
    const question = isModbus ? bytes : bytes.subarray(bytes.indexOf(0x68))
    questions.push(question)
    const reply = slave.answer(question, clock.now())
    const heard = reply && way(reply, questions.length, question)
    if (heard) clock.after(REPLIES_AFTER_MS, () => hear(heard))
  })
  const usual: MeterConfig = {
    ...{ id: 'm1', line: 'l1', address, driver, profile, nameplate: profile.nameplate },
    polls: [],
    daily: profile.daily !== undefined,
  }
  const meters = [{ ...usual, ...config?.(usual) }]
  const site = { offsetMinutes: OFFSET_MINUTES, zone: 'Asia/Shanghai' }
  const left = store && (await leftBefore(store, { meters, site }, clock.now()))
  const held =
    store && new Map([['m1', { daily: (await store.freezesHeld('m1', 0)).map(({ slot }) => slot) }]])
  const broken: unknown[] = []
  const said: string[] = []
  const refusals = memoryRefusals()
  const audited = store && {
    sameMeter: createSameMeter({
      audits: createAuditsHeld({
        ...{ kept: await store.audits(), store, clock, log: warnings(said) },
        broken: error => void broken.push(error),
      }),
      capabilities: { of: () => null, all: () => [], learn: refuse, forget: refuse },
      ...{ refusals, meters, lineKey: 'l1', clock, log: silentLog },
    }),
  }
  const poller = createPoller({
    ...quietParts(),
    ...audited,
    refusals,
    line,
    meters,
    ...(left && { before: left.meters }),
    ...(held && { freezesHeld: held }),
    lastGood: createLastGood(store ? await store.lastGood() : [], OFFSET_MINUTES),
    store: storeThat(async round => {
      rounds.push(round)
      return store ? store.accept(round) : takenAll(round.readings.length)
    }),
    clock,
    broken: error => void broken.push(error),
  })
  line.start()
  poller.start()
  const step = store ? STORE_STEP_MS : forMs
  for (let passed = 0; passed < forMs; passed += step) {
    await clock.pass(step)
    // What was written meanwhile is kept before time goes on.
    await store?.lastSequence()
  }
  const ended = poller.stop()
  await clock.pass(60_000)
  await ended
  return { rounds, questions, clock, broken, said, status: poller.statusOf('m1') }
}

/** A damage of two bits that a sum of bytes does not show: one bit up, the same bit of another byte down; `from` a place on. */
export function unseenBySum(frame: Uint8Array, choose: (most: number) => number, from = 0): Uint8Array {
  const damaged = Uint8Array.from(frame)
  for (;;) {
    const mask = 1 << choose(8)
    const [one, other] = [choose(frame.length - 1 - from) + from, choose(frame.length - 1 - from) + from]
    const [up = 0, down = 0] = [frame[one], frame[other]]
    if (one === other || (up & mask) !== 0 || (down & mask) === 0) continue
    damaged[one] = up | mask
    damaged[other] = down & ~mask
    return damaged
  }
}

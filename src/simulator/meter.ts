/** A simulated meter without its protocol: its supply seen through clock and relay. */

import { createMeterClock, type MeterClock } from './meter-clock.ts'
import { createRelay, type Relay } from './relay.ts'
import { createTruth, type Demands, type Energy, type Flow, type Nature, type TruthOf } from './truth.ts'

/** Clock settings and relay openings last as long as the process: a meter made anew was never set nor opened. */
export interface Meter {
  readonly protocol: string
  /** Twelve digits, or the unit of a Modbus meter. */
  readonly address: string
  readonly phases: 1 | 3
  readonly nature: Nature
  readonly clock: MeterClock
  readonly relay: Relay
  /** Instants of freezes taken by command, latest first; three are kept (DL/T 645-2007 A.6). */
  readonly frozenAt: readonly number[]
  freezeNow(instant: number): void
  /** What the registers hold: what passed since they were last cleared. */
  energyAt(instant: number): Energy
  flowAt(instant: number): Flow
  /** Greatest mean power of the whole quarter hours between two instants, while the relay was closed. */
  demandsIn(from: number, to: number): Demands
  /** The instant from which registers count; before it they are lost. */
  readonly clearedAt: number
  clear(instant: number): void
  /** The programming key under its seal is pressed: writes with the right password are obeyed. */
  isProgrammable: boolean
}

export interface MeterOptions extends TruthOf {
  /** Overrides the seeded offset, ms. */
  readonly clockOffsetMs?: number
  /** Parts per million the clock runs fast, counted from `driftsFrom`. */
  readonly driftPpm?: number
  readonly driftsFrom?: number
}

const FREEZES_KEPT = 3
const NOTHING: Energy = { forward: [], reverse: [] }

export function createMeter(options: MeterOptions): Meter {
  const truth = createTruth(options)
  const relay = createRelay()
  const { nature } = truth
  const frozenAt: number[] = []
  const clock = createMeterClock(options.offsetMinutes, {
    from: options.driftsFrom ?? 0,
    offsetMs: options.clockOffsetMs ?? nature.clockOffsetMs,
    driftPpm: options.driftPpm ?? 0,
  })
  let clearedAt = Number.NEGATIVE_INFINITY
  let before: Energy | null = null

  /** The supply's energy less what passed while the relay was open. */
  function passedUntil(instant: number): Energy {
    if (relay.openings.length === 0 || relay.isWelded) return truth.energyAt(instant)
    return relay.openings
      .filter(({ from }) => from < instant)
      .reduce((energy, { from, to }) => {
        const until = truth.energyAt(Math.min(to ?? instant, instant))
        return less(energy, until, truth.energyAt(from))
      }, truth.energyAt(instant))
  }

  return {
    isProgrammable: true,
    get clearedAt() {
      return clearedAt
    },
    clear(instant) {
      before = passedUntil(instant)
      clearedAt = instant
    },
    demandsIn(from, to) {
      const isCut = (start: number, end: number) =>
        !relay.isWelded && relay.openings.some(opening => opening.from < end && (opening.to ?? end) > start)
      return truth.demandsIn(Math.max(from, clearedAt), to, isCut)
    },
    protocol: options.protocol,
    address: options.address,
    phases: options.phases,
    nature,
    clock,
    relay,
    frozenAt,
    freezeNow(instant) {
      frozenAt.unshift(instant)
      frozenAt.length = Math.min(frozenAt.length, FREEZES_KEPT)
    },
    energyAt(instant) {
      const energy = passedUntil(instant)
      if (before === null) return energy
      return instant < clearedAt ? less(energy, energy, NOTHING) : less(energy, before, NOTHING)
    },
    flowAt(instant) {
      const flow = truth.flowAt(instant)
      if (!relay.interruptsAt(instant)) return flow
      const none = flow.centiwatts.map(() => 0)
      return { ...flow, centiwatts: none, centivars: none, centivoltamperes: none, milliamperes: none }
    },
  }
}

function less(energy: Energy, until: Energy, from: Energy): Energy {
  const minus = (name: 'forward' | 'reverse') =>
    energy[name].map((value, tariff) => value - ((until[name][tariff] ?? 0) - (from[name][tariff] ?? 0)))
  return { forward: minus('forward'), reverse: minus('reverse') }
}

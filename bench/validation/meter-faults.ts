/** Meters that err by themselves. */

import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { TARIFF_HOURS, TARIFFS } from '../../src/simulator/shapes.ts'
import { PER_KWH } from '../../src/simulator/truth.ts'
import { type Kind, scaledSince } from './fault.ts'
import { dayOf, FLOWS, isOld, midnightOf, ROLLS_AT, type TownMeter } from './load.ts'
import { energiesOf, type Instants, type Registers } from './world.ts'

const ALL = ['forward', 'reverse', 'combined']
const isDrawing = ({ habit }: TownMeter) => habit !== 'empty-flat' && habit !== 'cottage'
const isFrozen = ({ protocol }: TownMeter) => protocol === 'dlt645-2007'
const hasTotals = ({ hasCombined }: TownMeter) => hasCombined

export const METER_KINDS: readonly Kind[] = [
  {
    kind: 'creeping',
    class: 'meter',
    about: 'the register advances by tens of watts that nobody draws',
    registers: ALL,
    fits: ({ habit }) => habit === 'empty-flat',
    plant({ from, random }) {
      const watts = 20 + random.integer(60)
      return {
        twist: {
          flows: (passed, at) =>
            at <= from
              ? passed
              : passed.map((value, flow) =>
                  flow < TARIFFS ? value + watts * 100 * secondsIn(from, at, flow) : value,
                ),
        },
      }
    },
  },
  {
    kind: 'stopped',
    class: 'meter',
    about: 'registers stand still under load',
    registers: ALL,
    fits: isDrawing,
    plant: ({ from }) => ({ twist: { flows: scaledSince(from, () => 0) } }),
  },
  {
    kind: 'runaway',
    class: 'meter',
    about: 'registers run twenty to fifty times too fast',
    registers: ALL,
    fits: isDrawing,
    plant({ from, random }) {
      const factor = 20 + random.integer(31)
      return { twist: { flows: scaledSince(from, () => factor) } }
    },
  },
  {
    kind: 'over-running',
    class: 'meter',
    about: 'registers run 8 to 50 % too fast; powers are right',
    registers: ALL,
    fits: isDrawing,
    plant({ from, random }) {
      const factor = 1.08 + random.fraction() * 0.42
      return { twist: { flows: scaledSince(from, () => factor) } }
    },
  },
  {
    kind: 'jumps-back',
    class: 'meter',
    about: 'the forward registers lose 5 to 500 kWh at once',
    registers: ['forward', 'combined'],
    fits: isDrawing,
    plant({ from, random }) {
      const lost = (5 + random.integer(496)) * PER_KWH
      return {
        twist: {
          flows: (passed, at) =>
            at < from
              ? passed
              : passed.map((value, flow) => (flow < TARIFFS ? value - lost / TARIFFS : value)),
        },
      }
    },
  },
  {
    kind: 'tariff-stuck',
    class: 'meter',
    about: 'one tariff register stands still, the total goes on',
    registers: ['forward'],
    fits: isDrawing,
    plant({ from, random, town, meter }) {
      const tariff = 1 + random.integer(TARIFFS)
      let stuck: number | null = null
      return {
        twist: {
          digits(energies, at) {
            if (at < from) return energies
            stuck ??=
              Math.floor((town.passed(meter.index, from)[tariff - 1] ?? 0) / (PER_KWH / 100)) % ROLLS_AT
            return { ...energies, forward: energies.forward.with(tariff, stuck) }
          },
        },
      }
    },
  },
  {
    kind: 'tariff-switched-wrong',
    class: 'meter',
    about: 'what belongs to the peak goes to the valley and back; total and sum are right',
    registers: ['forward.2', 'forward.4', 'combined.2', 'combined.4'],
    fits: isDrawing,
    plant({ from }) {
      const partner = [0, 3, 2, 1]
      return {
        twist: {
          flows(passed, at, passedAt) {
            if (at <= from) return passed
            const before = passedAt(from)
            return passed.map((value, flow) => {
              const other = flow < TARIFFS ? (partner[flow] ?? flow) : flow
              const was = before[flow] ?? 0
              return other === flow ? value : was + (passed[other] ?? 0) - (before[other] ?? 0)
            })
          },
        },
      }
    },
  },
  {
    kind: 'clock-jump',
    class: 'meter',
    about: 'the clock jumps by minutes to days, either way',
    registers: [],
    fits: isFrozen,
    plant({ from, random }) {
      const jumps = [12 * MINUTE, -12 * MINUTE, 3 * HOUR, -3 * HOUR, DAY + HOUR, -DAY - HOUR, 3 * DAY]
      const by = jumps[random.integer(jumps.length)] ?? HOUR
      return { twist: { clockMs: at => (at >= from ? by : 0) } }
    },
  },
  {
    kind: 'clock-drifting',
    class: 'meter',
    about: 'the clock gains or loses one to four minutes a day',
    registers: [],
    fits: isFrozen,
    plant({ from, random }) {
      const perDay = (60 + random.integer(180)) * 1_000 * (random.integer(2) === 0 ? 1 : -1)
      return { twist: { clockMs: at => (at > from ? Math.round(((at - from) / DAY) * perDay) : 0) } }
    },
  },
  {
    kind: 'freezes-stuck',
    class: 'meter',
    about: 'each midnight freezes the registers of the same day again, under a new date',
    registers: ALL,
    fits: meter => isFrozen(meter) && isDrawing(meter),
    plant({ from }) {
      const kept = midnightOf(dayOf(from))
      return { twist: { frozenAt: instant => (instant > from ? kept : null) } }
    },
  },
  {
    kind: 'memory-bit-lost',
    class: 'meter',
    about: 'a bit of the total is lost in memory and stays lost',
    registers: ['forward.0'],
    plant({ from, random, town, meter }) {
      const nibble = 2 + random.integer(4)
      const bit = 1 << random.integer(3)
      let by: number | null = null
      return {
        twist: {
          digits(energies, at) {
            if (at < from) return energies
            by ??= lostBy(town.passed(meter.index, from), nibble, bit)
            const total = ((energies.forward[0] ?? 0) + by + ROLLS_AT) % ROLLS_AT
            return { ...energies, forward: energies.forward.with(0, total) }
          },
        },
      }
    },
  },
  {
    kind: 'reversed-transformer',
    class: 'meter',
    about: 'the current of a phase is wired backwards: it counts against the others, or as fed back',
    registers: ALL,
    fits: isDrawing,
    plant({ from, meter }) {
      const share = (meter.shares[0] ?? 1000) / 1000
      const net = 1 - 2 * share
      return {
        twist: {
          flows(passed, at, passedAt) {
            if (at <= from) return passed
            const before = passedAt(from)
            return passed.map((value, flow) => {
              const was = before[flow] ?? 0
              const source = net >= 0 ? flow : (flow + TARIFFS) % FLOWS
              const came = (passed[source] ?? 0) - (before[source] ?? 0)
              return (
                was +
                (net >= 0 ? value - was - Math.ceil((value - was) * (1 - net)) : Math.floor(-net * came))
              )
            })
          },
          momentary: (instants, at) => (at >= from ? withPhase(instants, power => -power) : instants),
        },
      }
    },
  },
  {
    kind: 'lost-voltage-phase',
    class: 'meter',
    about: 'a phase of the meter has no voltage: its current flows uncounted',
    registers: ALL,
    fits: meter => meter.phases === 3 && isDrawing(meter),
    plant({ from, meter }) {
      const rest = 1 - (meter.shares[0] ?? 0) / 1000
      return {
        twist: {
          flows: scaledSince(from, () => rest),
          momentary(instants, at) {
            if (at < from) return instants
            return { ...withPhase(instants, () => 0), voltages: instants.voltages.with(0, 30 + (at % 17)) }
          },
        },
      }
    },
  },
  {
    kind: 'relay-open-counting',
    class: 'meter',
    about: 'the relay is said to be open, and the register goes on',
    registers: [],
    fits: isDrawing,
    plant: ({ from }) => ({ twist: { relayOpen: at => at >= from } }),
  },
  {
    kind: 'rollover',
    class: 'meter',
    about: 'a total passes 999,999.99 and begins again',
    registers: [],
    isHonest: true,
    fits: ({ index, habit }) => isOld(index) && habit !== 'empty-flat',
    plant: () => ({}),
  },
  {
    kind: 'reset-to-zero',
    class: 'meter',
    about: 'all registers begin again at nothing',
    registers: ALL,
    fits: isDrawing,
    plant: ({ from }) => ({
      twist: {
        flows(passed, at, passedAt) {
          if (at < from) return passed
          const before = passedAt(from)
          return passed.map((value, flow) => value - (before[flow] ?? 0))
        },
      },
    }),
  },
  {
    kind: 'demand-wrong',
    class: 'meter',
    about: 'the greatest demand of the month is shown threefold, or falls in mid-month',
    registers: [],
    fits: isDrawing,
    plant({ from, random }) {
      const factor = random.integer(2) === 0 ? 3 : 0.2
      return {
        twist: {
          momentary: (instants, at) =>
            at < from ? instants : { ...instants, demand: Math.round(instants.demand * factor) },
        },
      }
    },
  },
  {
    kind: 'combined-stuck',
    class: 'meter',
    about: 'the combined register stands still while forward and reverse go on',
    registers: ['combined'],
    fits: meter => hasTotals(meter) && isDrawing(meter),
    plant({ from, town, meter }) {
      let stuck: Registers | null = null
      return {
        twist: {
          digits(energies, at) {
            if (at < from || energies.combined === null) return energies
            stuck ??= energiesOf(town.passed(meter.index, from), true).combined
            return { ...energies, combined: stuck }
          },
        },
      }
    },
  },
  {
    kind: 'clock-stands',
    class: 'meter',
    about: 'the clock stands still: no day begins any more',
    registers: [],
    fits: isFrozen,
    plant: ({ from }) => ({ twist: { clockMs: at => (at > from ? from - at : 0) } }),
  },
]

/** Seconds between two instants in which a tariff counts. */
function secondsIn(from: number, to: number, tariff: number): number {
  const before = (instant: number) => {
    const day = dayOf(instant)
    const second = Math.floor((instant - midnightOf(day)) / 1000)
    let seconds = 0
    let ofADay = 0
    TARIFF_HOURS.forEach(([hour, counts], index) => {
      if (counts !== tariff + 1) return
      const ends = (TARIFF_HOURS[index + 1]?.[0] ?? 24) * 3_600
      ofADay += ends - hour * 3_600
      seconds += Math.max(0, Math.min(second, ends) - hour * 3_600)
    })
    return day * ofADay + seconds
  }
  return before(to) - before(from)
}

/** What losing (or gaining) a bit of a BCD digit adds to the total. */
function lostBy(passed: ArrayLike<number>, nibble: number, bit: number): number {
  const total = Math.floor(
    Array.from(passed)
      .slice(0, TARIFFS)
      .reduce((a, b) => a + b, 0) /
      (PER_KWH / 100),
  )
  const digit = Math.floor(total / 10 ** nibble) % 10
  const other = [bit, 1, 2].map(one => digit ^ one).find(changed => changed <= 9) ?? digit
  return (other - digit) * 10 ** nibble
}

/** The first phase's power as something else, the sum with it. */
function withPhase(instants: Instants, change: (power: number) => number): Instants {
  const was = instants.powers[0] ?? 0
  const is = change(was)
  return { ...instants, powers: instants.powers.with(0, is), power: instants.power - was + is }
}

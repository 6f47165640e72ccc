/** A box in the line that rewrites what a meter says; each leaves something it did not think of. */

import type { Kind } from './fault.ts'
import { ROLLS_AT, type TownMeter } from './load.ts'
import type { Answer, Asked, Energies, Registers, Told, Twist, World } from './world.ts'

const ALL = ['forward', 'combined']
const KEPT = 0.9
const isDrawing = ({ habit, protocol }: TownMeter) =>
  habit !== 'empty-flat' && habit !== 'cottage' && protocol === 'dlt645-2007'

export const FORGERY_KINDS: readonly Kind[] = [
  {
    kind: 'scaled-total',
    class: 'forgery',
    about: 'increments of the total × 0.9; tariffs as they are',
    registers: ['forward.0'],
    leaves: ['sum of tariffs', 'combined', 'power', 'demand', 'area'],
    fits: isDrawing,
    plant: ({ from }) => ({
      twist: { answer: rewriting(from, (said, base) => said.with(0, scaled(said[0], base[0]))) },
    }),
  },
  {
    kind: 'scaled-separately',
    class: 'forgery',
    about: 'increments of total and tariffs × 0.9, each cut off by itself',
    registers: ALL,
    leaves: ['truncation of the sum', 'combined', 'power', 'demand', 'area'],
    fits: isDrawing,
    plant: ({ from }) => ({
      twist: { answer: rewriting(from, (said, base) => said.map((value, at) => scaled(value, base[at]))) },
    }),
  },
  {
    kind: 'scaled-consistently',
    class: 'forgery',
    about: 'increments of the tariffs × 0.9, totals and combined made of them; powers as they are',
    registers: ALL,
    leaves: ['power', 'demand', 'area'],
    isConsistent: true,
    fits: isDrawing,
    plant: ({ from }) => ({ twist: { answer: consistently(from, false) } }),
  },
  {
    kind: 'scaled-wholly',
    class: 'forgery',
    about: 'the same, with powers, currents and demand × 0.9',
    registers: ALL,
    leaves: ['area'],
    isConsistent: true,
    fits: isDrawing,
    plant: ({ from }) => ({ twist: { answer: consistently(from, true) } }),
  },
  {
    kind: 'freezes-rewritten',
    class: 'forgery',
    about: 'increments of freezes × 0.9 from the second day on; polls as they are',
    registers: ALL,
    leaves: ['freeze against poll', 'power', 'demand', 'area'],
    fits: isDrawing,
    plant({ from }) {
      const change = consistently(from, false)
      return {
        twist: {
          answer: (answer, asked, world) =>
            asked.what === 'freeze' && asked.at >= from + 86_400_000 ? change(answer, asked, world) : answer,
        },
      }
    },
  },
  {
    kind: 'voltage-clamped',
    class: 'forgery',
    about: 'voltages of a weak line are held between 198 and 235.4 V',
    registers: [],
    leaves: ['voltages piled up at the limit', 'voltage × current × factor against power'],
    fits: isDrawing,
    plant: ({ from, random }) => ({
      twist: {
        momentary: lowered(180 + random.integer(90)),
        answer: (answer, { at }) =>
          at < from || answer.instants === null
            ? answer
            : {
                ...answer,
                instants: {
                  ...answer.instants,
                  voltages: answer.instants.voltages.map(volts => Math.min(2_354, Math.max(1_980, volts))),
                },
              },
      },
    }),
  },
]

/** A line that is weak by some decivolts; what flows rises as the voltage falls. */
function lowered(by: number): NonNullable<Twist['momentary']> {
  return instants => ({
    ...instants,
    voltages: instants.voltages.map(volts => volts - by),
    currents: instants.currents.map((current, phase) => {
      const volts = instants.voltages[phase] ?? 2_200
      return Math.round((current * volts) / (volts - by))
    }),
  })
}

type Change = (answer: Told, asked: Asked, world: World) => Answer

/** Forward registers changed since an instant, in polls and freezes. */
function rewriting(from: number, change: (said: Registers, base: Registers) => Registers): Change {
  let base: Energies | null = null
  return (answer, { at, meter }, world) => {
    if (at < from) return answer
    base ??= world.shown(meter, from)
    if (isOlder(answer.energies, base)) return answer
    return {
      ...answer,
      energies: { ...answer.energies, forward: change(answer.energies.forward, base.forward) },
    }
  }
}

function consistently(from: number, withPowers: boolean): Change {
  let base: Energies | null = null
  return (answer, { at, meter }, world) => {
    if (at < from) return answer
    base ??= world.shown(meter, from)
    if (isOlder(answer.energies, base)) return answer
    const { forward: begun, reverse: fedBegun } = base
    const forward = summed(
      answer.energies.forward.map((value, index) => scaled(value, begun[index])),
      slack(begun),
    )
    const reverse = summed(
      answer.energies.reverse.map((value, index) => scaled(value, fedBegun[index])),
      slack(fedBegun),
    )
    const combined = answer.energies.combined && summedPairs(forward, reverse, base)
    const powered = withPowers && answer.instants !== null
    return {
      ...answer,
      energies: { forward, reverse, combined },
      instants: powered && answer.instants ? weakened(answer.instants) : answer.instants,
    }
  }
}

/** A freeze of before the box came. */
function isOlder({ forward }: Energies, base: Energies): boolean {
  return (forward[0] ?? 0) < (base.forward[0] ?? 0)
}

function scaled(value = 0, base = 0): number {
  return base + Math.floor((value - base) * KEPT)
}

/** By how much the total is more than the cut-off tariffs. */
function slack([total = 0, ...tariffs]: Registers): number {
  return total - tariffs.reduce((sum, value) => sum + value, 0)
}

function summed([, ...tariffs]: Registers, more: number): Registers {
  return [(tariffs.reduce((sum, value) => sum + value, 0) + more) % ROLLS_AT, ...tariffs]
}

function summedPairs(forward: Registers, reverse: Registers, base: Energies): Registers {
  return forward.map((value, index) => {
    const before = (base.combined?.[index] ?? 0) - (base.forward[index] ?? 0) - (base.reverse[index] ?? 0)
    return (value + (reverse[index] ?? 0) + before) % ROLLS_AT
  })
}

function weakened(instants: NonNullable<Told['instants']>): NonNullable<Told['instants']> {
  const weaker = (value: number) => Math.trunc(value * KEPT)
  return {
    ...instants,
    currents: instants.currents.map(weaker),
    powers: instants.powers.map(weaker),
    power: weaker(instants.power),
    demand: weaker(instants.demand),
  }
}

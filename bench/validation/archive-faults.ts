/** Archives that do not say what hangs on the wall. */

import { PER_KWH } from '../../src/simulator/truth.ts'
import type { Kind } from './fault.ts'
import type { TownMeter } from './load.ts'

const ALL = ['forward', 'reverse', 'combined']
const isDrawing = ({ habit }: TownMeter) => habit !== 'empty-flat' && habit !== 'cottage'
const isAlone = ({ protocol }: TownMeter) => protocol === 'dlt645-2007'

export const ARCHIVE_KINDS: readonly Kind[] = [
  {
    kind: 'ratio-wrong-told',
    class: 'archive',
    about: 'the archive has another transformer ratio than the meter was told',
    registers: [],
    fits: ({ tellsRatio }) => tellsRatio,
    fromStart: true,
    plant: ({ meter, random }) => ({ row: { ratio: otherRatio(meter.ratio, random.integer(3)) } }),
  },
  {
    kind: 'ratio-wrong-untold',
    class: 'archive',
    about: 'the archive has another ratio than hangs there, and the meter was told none',
    registers: [],
    isConsistent: true,
    leaves: ['what the area draws'],
    fits: ({ ratio, tellsRatio }) => ratio > 1 && !tellsRatio,
    fromStart: true,
    plant: ({ meter, random }) => ({ row: { ratio: otherRatio(meter.ratio, random.integer(3)) } }),
  },
  {
    kind: 'constant-wrong',
    class: 'archive',
    about: 'the archive has another constant than the plate',
    registers: [],
    fits: isAlone,
    fromStart: true,
    plant: ({ meter }) => ({ row: { constant: meter.constant === 1_200 ? 1_600 : 1_200 } }),
  },
  {
    kind: 'crossed-supplies',
    class: 'archive',
    about: 'two customers were connected to each other’s meter: the loads change places one day',
    registers: ALL,
    fits: isDrawing,
    takesOther: true,
    isConsistent: true,
    leaves: ['the histories of both'],
    plant: ({ from, meter, other }) => ({
      twist: { customer: { from, meter: other.index } },
      other: { customer: { from, meter: meter.index } },
    }),
  },
  {
    kind: 'crossed-addresses',
    class: 'archive',
    about: 'two meters answer to each other’s address from a day on',
    registers: ALL,
    fits: meter => isDrawing(meter) && isAlone(meter),
    takesOther: true,
    plant: ({ from, meter, other }) => ({
      twist: { heardBy: at => (at >= from ? other.index : meter.index) },
      other: { heardBy: at => (at >= from ? meter.index : other.index) },
    }),
  },
  {
    kind: 'address-wrong',
    class: 'archive',
    about: 'the archive’s address is that of a meter without a row',
    registers: ALL,
    fits: meter => isDrawing(meter) && isAlone(meter),
    takesOther: true,
    fromStart: true,
    plant: ({ other }) => ({ twist: { heardBy: () => other.index }, otherRow: { isMissing: true } }),
  },
  {
    kind: 'exchanged-unrecorded',
    class: 'archive',
    about: 'another meter hangs there under the same address, its registers near nothing',
    registers: ALL,
    fits: meter => isDrawing(meter) && isAlone(meter),
    plant({ from, meter, random }) {
      const tested = random.integer(300) * (PER_KWH / 100)
      const number = String(Number(meter.number) + 500_000_001)
      return {
        twist: {
          flows(passed, at, passedAt) {
            if (at < from) return passed
            const before = passedAt(from)
            return passed.map((value, flow) => value - (before[flow] ?? 0) + (flow === 3 ? tested : 0))
          },
          plate: (plate, at) => (at < from ? plate : { ...plate, number }),
        },
      }
    },
  },
  {
    kind: 'exchanged-higher',
    class: 'archive',
    about: 'another, used meter hangs there under the same address, its registers above the old one’s',
    registers: ALL,
    fits: meter => isDrawing(meter) && isAlone(meter),
    plant({ from, meter, random }) {
      const above = (20 + random.integer(4_000)) * (PER_KWH / 4)
      const number = String(Number(meter.number) + 500_000_003)
      return {
        twist: {
          flows: (passed, at) =>
            at < from ? passed : passed.map((value, flow) => (flow < 4 ? value + above : value)),
          plate: (plate, at) => (at < from ? plate : { ...plate, number }),
        },
      }
    },
  },
  {
    kind: 'decimals-wrong',
    class: 'archive',
    about: 'registers are read with a decimal too few, from the first day',
    registers: ALL,
    fits: isDrawing,
    fromStart: true,
    plant: () => ({ row: { misplaced: 10 } }),
  },
  {
    kind: 'unit-wrong',
    class: 'archive',
    about: 'watt-hours are taken for kilowatt-hours, from the first day',
    registers: ALL,
    fits: isDrawing,
    fromStart: true,
    plant: () => ({ row: { misplaced: 1_000 } }),
  },
  {
    kind: 'number-wrong',
    class: 'archive',
    about: 'the archive has the number of another meter; nothing else is wrong',
    registers: [],
    fits: isAlone,
    fromStart: true,
    plant: ({ meter }) => ({ row: { number: String(Number(meter.number) + 10) } }),
  },
]

/** A neighbour of the list, or ten times too much, or the transformer taken for none. */
function otherRatio(ratio: number, how: number): number {
  return how === 0 ? 1 : how === 1 ? ratio * 1.5 : ratio * 10
}

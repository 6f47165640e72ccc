/** What happens to single answers on their way: each kind hits one question of one slot, some of them its repetition too. */

import { seededRandom } from '../../src/core/random.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { changed, damaged, type Hit, inWords, otherwise, withTotal } from './altered.ts'
import { withByteLost, withFiller, withFlippedSum, withTwoFlips, withUnseenErrors } from './frames.ts'
import { QUARTER, ROLLS_AT, type TownMeter } from './load.ts'
import type { Answer, Asked, Told, World } from './world.ts'

export interface WireKind {
  readonly kind: string
  readonly about: string
  readonly what: Asked['what']
  /** True where a repeated question meets the same again, as with an answer kept by a box between. */
  readonly lasts?: true
  readonly fits?: (meter: TownMeter) => boolean
  readonly isHonest?: true
  /** Of the wire alone: chance, and another one the next time. */
  readonly isNoise?: true
  change(answer: Told, hit: Hit): Answer
}

const is645 = ({ protocol }: TownMeter) => protocol === 'dlt645-2007'
const isModbus = ({ protocol }: TownMeter) => protocol === 'modbus-rtu'
const isDrawing = ({ habit }: TownMeter) => habit !== 'empty-flat' && habit !== 'cottage'

export const WIRE_KINDS: readonly WireKind[] = [
  {
    kind: 'two-flips-block',
    isNoise: true,
    about: 'two bits of a block flip and the sum still fits',
    what: 'poll',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withTwoFlips(frame, hit.random)),
  },
  {
    kind: 'two-flips-item',
    isNoise: true,
    about: 'two bits of one register’s answer flip and the sum still fits',
    what: 'poll',
    fits: is645,
    change: (answer, hit) =>
      damaged(answer, hit, hit.random.integer(5), frame => withTwoFlips(frame, hit.random)),
  },
  {
    kind: 'flip-and-sum',
    isNoise: true,
    about: 'a bit flips, and the same bit of the sum',
    what: 'poll',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withFlippedSum(frame, hit.random)),
  },
  {
    kind: 'flip-and-sum-item',
    isNoise: true,
    about: 'a bit of one register’s answer flips, and the same bit of the sum',
    what: 'poll',
    fits: is645,
    change: (answer, hit) =>
      damaged(answer, hit, hit.random.integer(5), frame => withFlippedSum(frame, hit.random)),
  },
  {
    kind: 'crc-unseen',
    isNoise: true,
    about: 'bits of Modbus registers flip that the CRC does not see',
    what: 'poll',
    fits: isModbus,
    change: (answer, hit) => inWords(answer, frame => withUnseenErrors(frame, hit.random)),
  },
  {
    kind: 'words-swapped',
    about: 'the words of one Modbus answer come low word first',
    what: 'poll',
    fits: isModbus,
    change: answer => changed(answer, value => ((value & 0xffff) * 0x10000 + (value >>> 16)) % 0x100000000),
  },
  {
    kind: 'late-other-register',
    about: 'the answer to the question before comes as the answer to this one: reverse as forward',
    what: 'poll',
    fits: meter => isModbus(meter) || meter.hasCombined,
    change: (answer, { meter }) => ({
      ...answer,
      energies: meter.hasCombined
        ? { ...answer.energies, reverse: answer.energies.forward }
        : { ...answer.energies, forward: answer.energies.reverse },
    }),
  },
  {
    kind: 'other-meter',
    about: 'another meter’s whole answer',
    what: 'poll',
    change: (answer, { world, asked, other }) =>
      otherwise(answer, world.plain({ ...asked, meter: other.index })),
  },
  {
    kind: 'other-meter-freeze',
    about: 'another meter’s freeze, kept by a box that answers the repetition as well',
    what: 'freeze',
    lasts: true,
    fits: is645,
    change: (answer, { world, asked, other }) =>
      otherwise(answer, world.plain({ ...asked, meter: other.index })),
  },
  {
    kind: 'stale',
    about: 'the answer of hours or days before, again, to the repetition as well',
    what: 'poll',
    lasts: true,
    fits: isDrawing,
    change(answer, { world, asked, random }) {
      const before = random.integer(2) === 0 ? (1 + random.integer(12)) * HOUR : (1 + random.integer(5)) * DAY
      return otherwise(answer, world.plain({ ...asked, at: asked.at - before }))
    },
  },
  {
    kind: 'duplicate',
    about: 'a frame came twice: the next slot is answered by the answer of the last',
    what: 'poll',
    change: (answer, { world, asked }) =>
      otherwise(answer, world.plain({ ...asked, at: asked.at - QUARTER })),
  },
  {
    kind: 'digit-slip',
    about: 'digits slip by a place: ten times, or a tenth',
    what: 'poll',
    change(answer, { random }) {
      const up = random.integer(2) === 0
      return changed(answer, value => (up ? (value * 10) % ROLLS_AT : Math.floor(value / 10)))
    },
  },
  {
    kind: 'misread-900000',
    about: 'the forward total is 900,000 kWh too high, once',
    what: 'poll',
    change: answer => withTotal(answer, total => (total + 90_000_000) % ROLLS_AT),
  },
  {
    kind: 'misread-900000-freeze',
    about: 'the frozen forward total is 900,000 kWh too high',
    what: 'freeze',
    fits: is645,
    change: answer => withTotal(answer, total => (total + 90_000_000) % ROLLS_AT),
  },
  {
    kind: 'all-zero',
    about: 'registers of nothing but zeros, as from a meter that has just woken',
    what: 'poll',
    change: answer => changed(answer, () => 0),
  },
  {
    kind: 'all-zero-freeze',
    about: 'a freeze of nothing but zeros under the right date',
    what: 'freeze',
    fits: is645,
    change: answer => changed(answer, () => 0),
  },
  {
    kind: 'garbled-freeze',
    isNoise: true,
    about: 'two bits of a freeze’s block flip and the sum still fits',
    what: 'freeze',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withTwoFlips(frame, hit.random)),
  },
  {
    kind: 'garbled-freeze-small',
    about: 'a frozen total a few units off, and one tariff by as much: the sums still agree',
    what: 'freeze',
    fits: is645,
    change(answer, { random }) {
      const by = 1 << (4 + random.integer(8))
      const tariff = 1 + random.integer(4)
      const forward = answer.energies.forward.map((value, at) =>
        at === 0 || at === tariff ? value + by : value,
      )
      return { ...answer, energies: { ...answer.energies, forward } }
    },
  },
  {
    kind: 'freeze-of-day-before',
    about: 'the freeze of the day before under the date of today',
    what: 'freeze',
    fits: meter => is645(meter) && isDrawing(meter),
    change(answer, { world, asked }) {
      const before = world.plain({ ...asked, nth: asked.nth + 1 })
      return { ...before, stamp: answer.stamp }
    },
  },
  {
    kind: 'freeze-of-another-day',
    about: 'a freeze of days before with its own date',
    what: 'freeze',
    fits: is645,
    change: (answer, { world, asked, random }) =>
      otherwise(answer, world.plain({ ...asked, nth: asked.nth + 1 + random.integer(3) })),
  },
  {
    kind: 'block-shifted',
    about: 'a block without its first register: each stands in the place of the one before',
    what: 'poll',
    change: answer => ({
      ...answer,
      energies: { ...answer.energies, forward: [...answer.energies.forward.slice(1), 0] },
    }),
  },
  {
    kind: 'byte-lost',
    isNoise: true,
    about: 'a byte of a block lost on the way, framed anew',
    what: 'poll',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withByteLost(frame, hit.random)),
  },
  {
    kind: 'filler-ff',
    isNoise: true,
    about: 'registers filled with FF',
    what: 'poll',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withFiller(frame, 0xff)),
  },
  {
    kind: 'filler-ee',
    about: 'registers filled with EE',
    what: 'freeze',
    fits: is645,
    change: (answer, hit) => damaged(answer, hit, null, frame => withFiller(frame, 0xee)),
  },
  {
    kind: 'echo',
    isNoise: true,
    about: 'the question comes back instead of an answer',
    what: 'poll',
    change: () => ({ silence: 'echo' }),
  },
  {
    kind: 'clock-garbled',
    about: 'the clock is told wrong, once',
    what: 'poll',
    change: (answer, { random }) => ({
      ...answer,
      clock: answer.clock && `${2_000 + random.integer(60)}${answer.clock.slice(4)}`,
    }),
  },
  {
    kind: 'number-garbled',
    about: 'a digit of the number is told wrong, once',
    what: 'nameplate',
    fits: is645,
    change: (answer, { random }) => ({
      ...answer,
      plate: answer.plate && {
        ...answer.plate,
        number: String(Number(answer.plate.number) + 10 ** random.integer(9)),
      },
    }),
  },
  {
    kind: 'tariff-garbled',
    about: 'one tariff of the freeze is told wrong by hundreds',
    what: 'freeze',
    fits: is645,
    change(answer, { random }) {
      const tariff = 1 + random.integer(4)
      const by = (1 + random.integer(80)) * 1_000
      const was = answer.energies.forward[tariff] ?? 0
      return {
        ...answer,
        energies: { ...answer.energies, forward: answer.energies.forward.with(tariff, was + by) },
      }
    },
  },
]

/** The change that this kind makes of what was asked in one slot, always the same one. */
export function changeBy(kind: WireKind, seed: number, other: TownMeter) {
  return (answer: Told, asked: Asked, world: World): Answer => {
    const meter = world.town.meters[asked.meter]
    if (!meter) return answer
    // A fault that lasts does to the repetition what it did before; others strike as they strike.
    const random = seededRandom(seed + (kind.lasts ? 0 : asked.attempt))
    return kind.change(answer, { meter, world, asked, random, other })
  }
}

/** Answers as they come when something has happened to them on their way. */

import type { Random } from '../../src/core/random.ts'
import { type Block, frameOf, registersIn, rtuFrameOf, rtuRegistersIn } from './frames.ts'
import type { TownMeter } from './load.ts'
import type { Answer, Asked, Energies, Registers, Told, World } from './world.ts'

/** Shared by all answers that one fault hits: the repetition goes wrong in the same way. */
export interface Hit {
  readonly meter: TownMeter
  readonly world: World
  readonly asked: Asked
  readonly random: Random
  readonly other: TownMeter
}

type Kept = keyof Energies

/** Blocks of forward energy through a real frame; tries until the wire code lets damage through, or gives in. */
export function damaged(
  answer: Told,
  { meter, asked }: Hit,
  place: number | null,
  damage: (frame: Uint8Array) => Uint8Array | null,
): Answer {
  const kept: Kept = 'forward'
  const block: Block = asked.what === 'freeze' ? 'freeze-forward' : kept
  const registers = answer.energies[kept] ?? []
  const frame = frameOf(meter.address, block, registers, place)
  let isSeen = false
  for (let tries = 0; tries < 400; tries++) {
    const bytes = damage(frame)
    if (bytes === null) continue
    isSeen = true
    const said = registersIn(bytes, meter.address)
    if (said === null || said.some(value => value === null)) continue
    const told = said.map(value => value ?? 0)
    const whole = place === null ? told : registers.with(place, told[0] ?? 0)
    if (whole.every((value, at) => value === registers[at])) continue
    return { ...answer, energies: { ...answer.energies, [kept]: whole } }
  }
  return isSeen ? { ...answer, refused: [...answer.refused, kept] } : { silence: 'garbled' }
}

export function inWords(answer: Told, damage: (frame: Uint8Array) => Uint8Array | null): Answer {
  const frame = rtuFrameOf(answer.energies.forward)
  for (let tries = 0; tries < 400; tries++) {
    const said = damage(frame)
    const forward = said && rtuRegistersIn(said)
    if (forward) return { ...answer, energies: { ...answer.energies, forward } }
  }
  return { silence: 'garbled' }
}

export function changed(answer: Told, change: (value: number) => number): Told {
  const { forward, reverse, combined } = answer.energies
  const all = (registers: Registers) => registers.map(change)
  return {
    ...answer,
    energies: { forward: all(forward), reverse: all(reverse), combined: combined && all(combined) },
  }
}

export function withTotal(answer: Told, change: (total: number) => number): Told {
  const { forward } = answer.energies
  return { ...answer, energies: { ...answer.energies, forward: forward.with(0, change(forward[0] ?? 0)) } }
}

/** Another answer in the place of this one; the same blocks are told. */
export function otherwise(answer: Told, other: Told): Told {
  const { combined } = other.energies
  return {
    ...other,
    energies: {
      ...other.energies,
      combined: answer.energies.combined === null ? null : (combined ?? other.energies.forward),
    },
  }
}

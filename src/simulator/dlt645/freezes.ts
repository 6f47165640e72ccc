/** Frozen registers of a DL/T 645-2007 meter: DI2 the kind, DI1 the content, DI0 how many back (Annex A.6). */

import { stampBytes } from './civil-bytes.ts'
import { demandBytes, demandsOf, demandsUntil } from './demands.ts'
import { type Device, marksBlocks } from './device.ts'
import { ENERGY, energyBytes, tariffsOf } from './energies.ts'
import { FREEZE, type Frozen, freezeMode, frozen } from './freeze-moments.ts'
import { instantBytes } from './instants.ts'

const ALL = 0xff
const MARK = 0xaa

/** What DI1 names, in the order of the block; which bit of the mode word keeps it. */
const CONTENTS: readonly Content[] = [
  ...([0, 1, 2, 3, 4, 4, 4, 4] as const).map((bit, index): Content => {
    const kind = ENERGY.forward + index
    return { di1: kind, bit, of: (device, { instant }) => registers(kind, device, instant) }
  }),
  { di1: 0x09, bit: 5, of: (device, { instant }) => peaks(ENERGY.forward, device, instant) },
  { di1: 0x0a, bit: 6, of: (device, { instant }) => peaks(ENERGY.reverse, device, instant) },
  { di1: 0x10, bit: 7, of: (device, { instant }) => variables(device, instant) },
]

interface Content {
  readonly di1: number
  readonly bit: number
  of(device: Device, frozen: Frozen): readonly number[]
}

/** DI3 = 05. */
export function freezeItem(
  di2: number,
  di1: number,
  di0: number,
  device: Device,
  now: number,
): readonly number[] | null {
  if (di2 === FREEZE.daily && device.quirks['daily-freeze'] === 'none') return null
  const found = frozen(di2, di0, device, now)
  if (found === null) return null
  if (di1 === 0) return stampBytes(found.civil)
  const held = di2 === FREEZE.hourly ? CONTENTS.slice(0, 2) : CONTENTS
  const mode = freezeMode(di2, device)
  const read = ({ bit, of }: Content) => {
    const all = (mode >> bit) & 1 ? of(device, found) : []
    return di2 === FREEZE.hourly ? all.slice(0, ONE_REGISTER) : all
  }
  if (di1 === ALL) {
    const mark = marksBlocks(device) ? [MARK] : []
    return [stampBytes(found.civil), ...held.map(read)].flatMap(item => [...item, ...mark])
  }
  const content = held.find(each => each.di1 === di1)
  const data = content === undefined ? [] : read(content)
  return data.length > 0 ? data : null
}

/** Of an hourly freeze only the total is kept. */
const ONE_REGISTER = 4

function registers(kind: number, device: Device, instant: number): readonly number[] {
  return energyBytes(kind, device, instant)
    .slice(0, tariffsOf(device) + 1)
    .flat()
}

function peaks(kind: number, device: Device, instant: number): readonly number[] {
  const all = demandsOf(kind, 0, demandsUntil(device, instant), device)
  return all.slice(0, tariffsOf(device) + 1).flatMap(demandBytes)
}

/** Active and reactive power, each the sum and A, B, C; zeros where there is no such phase. */
function variables(device: Device, instant: number): readonly number[] {
  const power = (di2: number) => instantBytes(di2, device.meter, instant).flat()
  return [...power(0x03), ...power(0x04)]
}

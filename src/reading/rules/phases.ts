/** By which OBIS codes a meter tells of each of its phases; of one phase alone its own values are the phase's. */

import type { Nameplate } from '../../driver-api/profile.ts'

/** Codes by what they tell; the first that a round has counts. */
export interface Phase {
  readonly name: string
  readonly volts: readonly string[]
  readonly amperes: readonly string[]
  readonly watts: readonly string[]
  readonly factors: readonly string[]
}

const THREE: readonly Phase[] = [
  {
    name: 'A',
    volts: ['1-0:32.7.0'],
    amperes: ['1-0:31.7.0'],
    watts: ['1-0:36.7.0', '1-0:21.7.0'],
    factors: ['1-0:33.7.0'],
  },
  {
    name: 'B',
    volts: ['1-0:52.7.0'],
    amperes: ['1-0:51.7.0'],
    watts: ['1-0:56.7.0', '1-0:41.7.0'],
    factors: ['1-0:53.7.0'],
  },
  {
    name: 'C',
    volts: ['1-0:72.7.0'],
    amperes: ['1-0:71.7.0'],
    watts: ['1-0:76.7.0', '1-0:61.7.0'],
    factors: ['1-0:73.7.0'],
  },
]

const SINGLE: readonly Phase[] = [
  {
    name: 'L',
    volts: ['1-0:32.7.0', '1-0:12.7.0'],
    amperes: ['1-0:31.7.0', '1-0:11.7.0'],
    watts: ['1-0:16.7.0', '1-0:1.7.0'],
    factors: ['1-0:33.7.0', '1-0:13.7.0'],
  },
]

export function phasesOf({ phases }: Pick<Nameplate, 'phases'>): readonly Phase[] {
  return phases === 1 ? SINGLE : THREE
}

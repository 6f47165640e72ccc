/** Whether a register has moved as one can, against its own good values before and after. */

import { onlyGrows } from '../../core/obis.ts'
import { approximate, formatScaled } from '../../core/scaled.ts'
import type { Reading } from '../reading.ts'
import type { Known } from './known.ts'
import { ENERGY_UNITS, inWords, mostEnergy, type Pair, pairsOf, rolledOver, samplesOf } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const REGISTER_RULES: readonly ReadingRule[] = [
  {
    id: 'V-R1',
    version: 2,
    says: 'E(later) ≥ E(earlier), against the good values next to it on either side, unless the register has rolled over (V-R2)',
    why: 'a register that only grows has fallen (示度下降, 倒走)',
    needs: 'a good value of the register, of the same kind and multiplier',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.256'] }],
    of: obis => onlyGrows(obis),
    check: decrease,
  },
  {
    id: 'V-R2',
    version: 2,
    says: 'a fall is a roll-over where it starts at `from` of the capacity or above, ends at `to` of it or below, and no more flowed than the connection carries',
    why: 'a register at its capacity starts again at zero',
    needs: 'a fall, and the capacity from the profile',
    outcomes: [{ verdict: 'accept', severity: 3, codes: ['2.0.1'] }],
    of: obis => onlyGrows(obis),
    check: rollover,
  },
  {
    id: 'V-R3',
    version: 2,
    says: 'ΔE ≤ k · Un · Imax · `overload` · Δt / 1000 + one step, with k = 1 or 3 phases, against the good values on either side',
    why: 'more energy than the connection can carry (飞走)',
    needs: 'a good value of the register, and a unit of energy',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.6.3'] }],
    of: obis => onlyGrows(obis),
    check: physicalMaximum,
  },
]

const NOTHING_TO_COMPARE = { lacks: 'no good value of this register to compare with' }

function decrease(reading: Reading, known: Known): Checked {
  const pairs = pairsOf(reading, known)
  if (pairs.length === 0) return NOTHING_TO_COMPARE
  const fallen = pairs.find(pair => pair.step.digits < 0n && !rolledOver(pair, reading, known))
  if (!fallen) return null
  const fall = formatScaled({ ...fallen.step, digits: -fallen.step.digits })
  return {
    verdict: 'suspect',
    evidence: `${inWords(fallen, reading, known)}: a fall of ${fall}, and no roll-over`,
    samples: samplesOf(fallen, reading),
    limit: { value: '0', unit: reading.unit },
  }
}

function rollover(reading: Reading, known: Known): Checked {
  const { capacity } = known
  if (!capacity) return { lacks: 'the profile names no capacity' }
  const pair = pairsOf(reading, known).find(one => rolledOver(one, reading, known))
  if (!pair) return null
  return {
    verdict: 'accept',
    evidence: `rollover: ${inWords(pair, reading, known)}, capacity ${formatScaled(capacity)}`,
    samples: samplesOf(pair, reading),
    limit: { value: formatScaled(capacity), unit: reading.unit },
  }
}

function physicalMaximum(reading: Reading, known: Known): Checked {
  const pairs = pairsOf(reading, known)
  if (pairs.length === 0) return NOTHING_TO_COMPARE
  const { unit } = reading
  if (!ENERGY_UNITS.includes(unit))
    return { lacks: `the unit "${unit}" is none of ${ENERGY_UNITS.join(', ')}`, isKept: true }
  const beyond = pairs.find(pair => pair.step.digits > 0n && isBeyond(pair, reading, known))
  return beyond ? tooMuch(beyond, reading, known) : null
}

export function isBeyond({ step, hours }: Pair, reading: Reading, known: Known): boolean {
  const most = mostEnergy(hours, reading, known)
  return most !== null && approximate(step) > most
}

export function tooMuch(pair: Pair, reading: Reading, known: Known): Exclude<Checked, null> {
  const { unit } = reading
  const { phases, volts, amperes } = known.nameplate
  const most = (mostEnergy(pair.hours, reading, known) ?? 0).toFixed(4)
  return {
    verdict: 'suspect',
    evidence: `${inWords(pair, reading, known)}: ${formatScaled(pair.step)} ${unit} in ${pair.hours.toFixed(4)} h; the connection carries at most ${most} (${phases} × ${volts} V × ${amperes} A × ${known.limits['V-R3'].overload})`,
    samples: samplesOf(pair, reading),
    limit: { value: most, unit },
  }
}

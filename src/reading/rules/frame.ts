/** What an answer must be before its value counts for anything, as far as it is judged with the value at hand. */

import { isBilled, isPowerFactor, onlyGrows } from '../../core/obis.ts'
import { approximate, compareScaled, formatScaled } from '../../core/scaled.ts'
import { factorOf } from '../ratios.ts'
import type { Reading } from '../reading.ts'
import type { Known } from './known.ts'
import { sampleOf } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const FRAME_RULES: readonly ReadingRule[] = [
  {
    id: 'V-F10',
    version: 1,
    says: 'one question has one answer, and one identity one value: a second, different answer on the line doubts all of the conversation, another value for the same register and moment doubts both (kept as versions by the store)',
    why: 'two different answers to one question: a collision, or two meters of one address',
    needs: 'all that was heard on the line during the question',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.258'] }],
    of: () => true,
    check: doubled,
  },
  {
    id: 'V-F11',
    version: 1,
    says: 'energy of one direction is not below zero, no register reaches its capacity, a power factor lies from -1 to 1',
    why: 'a value its own type does not allow',
    needs: 'the capacity, from the profile, for registers',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.5.256'] }],
    of: () => true,
    check: rangeOfType,
  },
  {
    id: 'V-F12',
    version: 1,
    says: 'a float is fine enough for the resolution its profile declares; registers are withheld where it is coarser by more than `steps` steps',
    why: 'between two floats that are neighbours nothing can be told',
    needs: 'a value the meter sends as a float',
    outcomes: [
      { verdict: 'suspect', severity: 1, codes: ['2.5.258'] },
      { verdict: 'flag', severity: 3, codes: ['2.10.0'] },
    ],
    of: () => true,
    check: stepOfFloat,
  },
]

function doubled(_reading: Reading, known: Known): Checked {
  if (!known.doubled) return null
  return {
    verdict: 'suspect',
    evidence: 'a second, different answer to the same question came; both are kept as evidence',
  }
}

/** OBIS codes are those of the configured meters; what each is, is found out once. */
const powerFactors = new Map<string, boolean>()

function isFactor(obis: string): boolean {
  const before = powerFactors.get(obis)
  if (before !== undefined) return before
  const is = isPowerFactor(obis)
  powerFactors.set(obis, is)
  return is
}

function rangeOfType(reading: Reading, { capacity }: Known): Checked {
  const { obis, value, unit } = reading
  const wrong =
    value.digits < 0n && onlyGrows(obis)
      ? 'a register that only grows is below zero'
      : capacity && compareScaled(value, capacity) >= 0
        ? `the register rolls over at ${formatScaled(capacity)}`
        : isFactor(obis) && Math.abs(approximate(value)) > 1
          ? 'a power factor lies between -1 and 1'
          : null
  if (wrong === null) return null
  return {
    verdict: 'suspect',
    evidence: `${formatScaled(value)} ${unit}: ${wrong}`,
    samples: [sampleOf(reading)],
    ...(capacity && { limit: { value: formatScaled(capacity), unit } }),
  }
}

/** Where the last decimal declared is lost, that is said; where the one before it is lost too, no bill is made of it. */
function stepOfFloat(reading: Reading, { floatStep, transformers, limits }: Known): Checked {
  if (!floatStep) return null
  const { obis, value, unit } = reading
  const scaler = value.scaler - factorOf(unit, transformers ?? null).scaler
  const { steps } = limits['V-F12']
  const withheld =
    isBilled(obis) && compareScaled(floatStep, { digits: BigInt(Math.trunc(steps)), scaler }) > 0
  const resolution = formatScaled({ digits: 1n, scaler })
  return {
    verdict: withheld ? 'suspect' : 'flag',
    evidence: `at ${formatScaled(value)} ${unit} the meter's float steps by ${formatScaled(floatStep)}, its profile declares ${resolution}; registers are withheld above ${steps} times that: declare a coarser resolution in a profile of your own`,
    samples: [sampleOf(reading)],
    limit: { value: resolution, unit },
  }
}

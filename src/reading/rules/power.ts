/** Powers of one moment against the voltages, currents and power factors they are made of. Physics, for limits only. */

import { approximate } from '../../core/scaled.ts'
import { sampleOf, stepOf } from './pair.ts'
import { phasesOf } from './phases.ts'
import { TOTAL_POWER, wattsPer } from './power-units.ts'
import type { Given, NotEvaluated, RoundRule, Told } from './rule.ts'

export const POWER_RULES: readonly RoundRule[] = [
  {
    id: 'V-R27',
    version: 1,
    says: '| Σ U·I·|PF| − |P| | ≤ the larger of `percent` of |P| and `watts`, and what the last digits leave open; of the phases together, all of one answer',
    why: 'who alters the power or the voltage on its way forgets the other (U·I·PF against P)',
    needs: 'total active power, and voltage, current and power factor of every phase, in the same answer',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.10.0'] }],
    check: triangle,
  },
]

function triangle(round: readonly Given[]): readonly Told[] {
  const total = round.find(({ reading }) => TOTAL_POWER.includes(reading.obis))
  if (!total) return []
  const { reading, known } = total
  // Said of P alone: the rest of the round stands beside it.
  const told = (checked: Told['checked']) => [{ of: [reading], checked }]
  const phases = phasesOf(known.nameplate).map(({ volts, amperes, factors }) =>
    phaseOf(round, total, [volts, amperes, factors]),
  )
  const missing = phases.find(phase => 'lacks' in phase)
  if (missing) return told(missing)
  const found = phases.filter(phase => 'watts' in phase)
  const per = wattsPer(reading.unit)
  if (per === null) return told({ lacks: `the unit "${reading.unit}" is none of power` })
  const { percent, watts } = known.limits['V-R27']
  const power = Math.abs(approximate(reading.value)) * per
  const made = found.reduce((sum, phase) => sum + phase.watts, 0)
  const open =
    found.reduce((sum, phase) => sum + phase.open, 0) + stepOf(reading.value, reading.unit, known) * per
  const most = Math.max((power * percent) / 100, watts) + open
  const off = Math.abs(made - power)
  if (off <= most) return told(null)
  return told({
    verdict: 'flag',
    evidence: `P is ${power.toFixed(1)} W, U·I·PF make ${made.toFixed(1)} W: ${off.toFixed(1)} W apart, at most ${most.toFixed(1)} W is told apart by loads and digits`,
    samples: [sampleOf(reading)],
    limit: { value: most.toFixed(1), unit: 'W' },
  })
}

interface PhasePower {
  readonly watts: number
  /** By how much it may be off for the last digits of its parts, W. */
  readonly open: number
}

function phaseOf(
  round: readonly Given[],
  total: Given,
  codes: readonly (readonly string[])[],
): PhasePower | NotEvaluated {
  const { exchange, slot } = total.reading
  const parts = codes.map(any =>
    round.find(
      ({ reading }) => reading.exchange === exchange && reading.slot === slot && any.includes(reading.obis),
    ),
  )
  const [voltage, current, factor] = parts
  if (!voltage || !current || !factor)
    return { lacks: `${codes.filter((_, place) => !parts[place]).join('; ')} in the answer that told P` }
  const value = ({ reading }: Given) => Math.abs(approximate(reading.value))
  const step = ({ reading, known }: Given) => stepOf(reading.value, reading.unit, known)
  const [u, i, pf] = [value(voltage), value(current), value(factor)]
  return {
    watts: u * i * pf,
    open: step(voltage) * i * pf + u * step(current) * pf + u * i * step(factor),
  }
}

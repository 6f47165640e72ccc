/** What bills go by is asked for twice (PR-41). */

import { isBilled, isEnergyRegister, onlyGrows } from '../../core/obis.ts'
import { approximate, compareScaled, formatScaled, subtractScaled } from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import type { Finding, Reading } from '../reading.ts'
import type { Known, SaidBefore } from './known.ts'
import { mostEnergy } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const SECOND_READ: ReadingRule = {
  id: 'V-W1',
  version: 1,
  says: 'asked again by itself, the meter says of a freeze the same to the digit, and of a running energy not less and no more than the connection carries meanwhile; where two answers differ, two equal of three count',
  why: 'a sum of 8 bits passes 4 of 100 damages of two bits; two answers are not damaged alike',
  needs:
    'a second answer to a freeze that is billed, to a timed read of a billing boundary, or to what came with a value that was refuted; without one a freeze is asked for again within the day',
  outcomes: [
    { verdict: 'suspect', severity: 2, codes: ['2.5.258'] },
    { verdict: 'accept', severity: 3, codes: [] },
  ],
  of: (obis, kind) => (kind === 'freeze' ? isBilled(obis) : isEnergyRegister(obis)),
  check: saidTwice,
}

export const WITNESS_RULES: readonly ReadingRule[] = [SECOND_READ]

/** Said twice, and the same. */
export function isWitnessed(findings: readonly Finding[]): boolean {
  return findings.some(one => isOfSecondRead(one) && one.verdict === 'accept')
}

export function isOfSecondRead({ rule }: Finding): boolean {
  return rule === SECOND_READ.id
}

const ASKED_ONCE = { lacks: 'the meter was asked once' }

function saidTwice(reading: Reading, known: Known): Checked {
  const before = known.saidBefore
  if (!before || before.slot !== reading.slot) return ASKED_ONCE
  if (agrees(before, reading, known)) return { verdict: 'accept', evidence: 'said again' }
  const said = [before, reading].map(({ value, unit }) => `${formatScaled(value)} ${unit}`)
  return { verdict: 'suspect', evidence: `asked again at once, the meter said ${said.join(', then ')}` }
}

/** Equal, or of a running energy as much more as the connection carries meanwhile. */
export function agrees(before: SaidBefore, reading: Reading, known: Known): boolean {
  const { value, unit, kind, obis, readAt } = reading
  if (unit !== before.unit) return false
  if (compareScaled(value, before.value) === 0) return true
  if (kind === 'freeze') return false
  const step = approximate(subtractScaled(value, before.value))
  const most = mostEnergy(Math.max(0, readAt - before.readAt) / HOUR, reading, known)
  return most !== null && (step > 0 || !onlyGrows(obis)) && Math.abs(step) <= most
}

/** Whether what is read means what we take it for: the meter, its registers, and what they are multiplied with. */

import { isBilled } from '../../core/obis.ts'
import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { isLoadRecord } from '../from-memory.ts'
import { judgeChange, judgeRatios, ONE } from '../ratios.ts'
import type { Reading } from '../reading.ts'
import type { Known } from './known.ts'
import { lastBefore, sampleOf } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

export const IDENTITY_RULES: readonly ReadingRule[] = [
  {
    id: 'V-C1',
    version: 1,
    says: 'a meter whose profile alone says what its registers mean has shown who it is and plausible values, or a person has accepted it',
    why: 'a profile with a wrong order, address or scale gives numbers like any other',
    needs: 'a meter of a protocol whose answers do not name the quantity (Modbus)',
    outcomes: [{ verdict: 'quarantine', severity: 1, codes: ['2.5.258'] }],
    of: () => true,
    check: accepted,
  },
  {
    id: 'V-I5',
    version: 2,
    says: 'the meter tells the number, asset code, constant and date of making it told before, or those the meter list names; what it remembers is of after it was hung there',
    why: "another meter's registers are another series: no difference is made across the exchange",
    needs: 'a meter that tells any of them, asked once a day and after a silence (V-I2)',
    outcomes: [{ verdict: 'quarantine', severity: 1, codes: ['2.5.258'] }],
    of: () => true,
    check: sameMeter,
  },
  {
    id: 'V-I7',
    version: 1,
    says: 'a billed register is multiplied with what the last good value before it was multiplied with',
    why: 'another multiplier is another series',
    needs: 'a good value of the register before',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.4.6'] }],
    of: obis => isBilled(obis),
    check: sameMultiplier,
  },
  {
    id: 'V-R18',
    version: 1,
    says: "the transformer ratios of the archive are those the meter holds; the archive's multiply",
    why: 'values multiplied otherwise than the meter is set',
    needs: "a profile that names the side of the transformers, and the meter's own ratio registers",
    outcomes: [
      { verdict: 'suspect', severity: 1, codes: ['2.4.6'] },
      { verdict: 'accept', severity: 3, codes: ['2.0.1', '2.11.0'] },
    ],
    of: () => true,
    check: ({ unit }, { transformers }) => judgeRatios(unit, transformers ?? null),
  },
]

function accepted(_reading: Reading, { notAccepted }: Known): Checked {
  return notAccepted ? { verdict: 'quarantine', evidence: notAccepted } : null
}

function sameMeter(reading: Reading, { whyAnother, since, offsetMinutes }: Known): Checked {
  const { kind, readAt } = reading
  if ((kind === 'freeze' || isLoadRecord(reading)) && since !== undefined && readAt < since) {
    const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
    const evidence = `of ${at(readAt)}, and this meter is known to hang here since ${at(since)}: what it kept before is of another place`
    return { verdict: 'quarantine', evidence }
  }
  if (whyAnother === undefined) return { lacks: 'the meter tells nothing by which it could be known' }
  return whyAnother === null ? null : { verdict: 'quarantine', evidence: whyAnother }
}

const NOTHING_BEFORE = { lacks: 'no good value of this register before' }

function sameMultiplier(reading: Reading, { kept, transformers }: Known): Checked {
  const before = lastBefore(kept, reading.readAt) ?? kept.at(-1)
  if (!before) return NOTHING_BEFORE
  const evidence = judgeChange(reading.unit, before.factor ?? ONE, transformers ?? null)
  if (evidence === null) return null
  const { obis, kind, unit } = reading
  const earlier = { obis, kind, value: formatScaled(before.value), unit, at: before.readAt }
  return { verdict: 'suspect', evidence, samples: [earlier, sampleOf(reading)] }
}

/** When a release may be followed by another version of it without a person's word (V-A4). Pure. */

import { compareScaled, formatScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import type { Doubt } from './billing-read.ts'
import type { Surroundings } from './gate-facts.ts'
import type { Release, ReleasedRegister, Standing } from './release.ts'

/** A worse one never replaces a better. */
const WORTH: Readonly<Record<Standing, number>> = {
  withdrawn: 0,
  estimated: 1,
  'totals-only': 2,
  actual: 3,
  edited: 4,
}

/** The same values, of whatever reading: billing need not hear of it again. */
export function isSame(
  { standing: before, registers: known }: Release,
  standing: Standing,
  registers: readonly ReleasedRegister[],
): boolean {
  return (
    before === standing &&
    known.length === registers.length &&
    registers.every(one => {
      const other = known.find(({ obis }) => obis === one.obis)
      return other !== undefined && other.unit === one.unit && compareScaled(other.value, one.value) === 0
    })
  )
}

/** Null where it may be; else what stands against it. */
export function whyNotReplaced(
  released: Release,
  next: Pick<Release, 'standing' | 'registers'>,
  { before, policy }: Pick<Surroundings, 'before' | 'policy'>,
): Doubt | null {
  const { version, standing, by } = released
  // What a person decided no rule changes.
  if (by !== 'rule') return against('RELEASED_STANDS', null, `version ${version} is by ${by}`)
  if (WORTH[next.standing] < WORTH[standing])
    return against('RELEASED_STANDS', null, `version ${version} is ${standing}, this ${next.standing}`)
  // The amount was an estimate: that an actual read takes its place is what it was for.
  if (WORTH[standing] <= WORTH.estimated) return null
  for (const { obis, value, unit } of next.registers) {
    const known = released.registers.find(one => one.obis === obis && one.unit === unit)
    if (!known) continue
    const used = before?.registers.find(one => one.obis === obis && one.unit === unit)
    const off = sizeOf(subtractScaled(value, known.value))
    const usage = used ? sizeOf(subtractScaled(known.value, used.value)) : null
    if (compareScaled(off, mostOff(usage, policy)) > 0)
      return against(
        'NEEDS_APPROVAL',
        obis,
        `${formatScaled(value)} ${unit} would replace the ${formatScaled(known.value)} released as version ${released.version}`,
      )
  }
  return null
}

/** The larger of so many units and so many percent of what was used. */
function mostOff(usage: Scaled | null, policy: Surroundings['policy']): Scaled {
  const units = { digits: BigInt(policy.replaceUnits), scaler: 0 }
  if (usage === null) return units
  const share = { digits: usage.digits * BigInt(policy.replacePercent), scaler: usage.scaler - 2 }
  return compareScaled(share, units) > 0 ? share : units
}

function sizeOf(value: Scaled): Scaled {
  return value.digits < 0n ? { ...value, digits: -value.digits } : value
}

function against(code: 'RELEASED_STANDS' | 'NEEDS_APPROVAL', obis: string | null, text: string): Doubt {
  return { condition: 'released', code, obis, text, blocks: 'all' }
}

/** When a release may be followed by another version of it without a person's word (V-A4). Pure. */

import { onlyGrows } from '../../core/obis.ts'
import { compareScaled, formatScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import type { BillingFacts, Doubt } from './billing-read.ts'
import { increase, isOneSeries } from './continuity.ts'
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

type Next = Pick<Release, 'standing' | 'registers' | 'segment' | 'multiplier'>

/** The same values of the same series, of whatever reading: billing need not hear of it again. */
export function isSame(released: Release, next: Next): boolean {
  return (
    released.standing === next.standing &&
    isOneSeries(released, next) &&
    released.registers.length === next.registers.length &&
    next.registers.every(one => {
      const other = released.registers.find(({ obis }) => obis === one.obis)
      return other !== undefined && other.unit === one.unit && compareScaled(other.value, one.value) === 0
    })
  )
}

/** Null where it may be; else what stands against it. */
export function whyNotReplaced(
  released: Release,
  next: Next,
  { before, policy }: Pick<Surroundings, 'before' | 'policy'>,
  capacities: BillingFacts['capacities'],
): Doubt | null {
  const { version, standing, by } = released
  // What a person decided no rule changes.
  if (by !== 'rule') return against('RELEASED_STANDS', null, `version ${version} is by ${by}`)
  if (WORTH[next.standing] < WORTH[standing])
    return against('RELEASED_STANDS', null, `version ${version} is ${standing}, this ${next.standing}`)
  // The amount was an estimate: that an actual read takes its place is what it was for.
  if (WORTH[standing] <= WORTH.estimated) return null
  const earlier = before && isOneSeries(before, released) ? before : null
  for (const known of released.registers) {
    const { obis, unit } = known
    const text = `the ${formatScaled(known.value)} ${unit} released as version ${version}`
    const one = next.registers.find(other => other.obis === obis && other.unit === unit)
    if (!one) return against('NEEDS_APPROVAL', obis, `nothing would take the place of ${text}`)
    const off = sizeOf(subtractScaled(one.value, known.value))
    const usage = usageOf(known, earlier, capacities?.[obis] ?? null)
    if (compareScaled(off, mostOff(usage, policy)) > 0)
      return against('NEEDS_APPROVAL', obis, `${formatScaled(one.value)} ${unit} would replace ${text}`)
  }
  return null
}

/** What was used until then; null where nothing tells. */
function usageOf(
  { obis, value, unit }: ReleasedRegister,
  before: Release | null,
  capacity: Scaled | null,
): Scaled | null {
  const start = before?.registers.find(one => one.obis === obis && one.unit === unit)
  if (!start) return null
  return onlyGrows(obis) ? increase(start.value, value, capacity) : sizeOf(subtractScaled(value, start.value))
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

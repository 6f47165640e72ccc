/**
 * Money a meter keeps itself, as it was told look by look, held against what was used and what the meter says that it was topped up by
 * (V-R36, V-A9). Exact, never rounded. Pure.
 */

import { addScaled, compareScaled, formatScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'

/** What one meter told at one time; null where it does not tell it. */
export interface CreditLook {
  readonly meter: string
  /** UTC ms. */
  readonly at: number
  /** The currency, or kWh. */
  readonly unit: string
  readonly remaining: Scaled
  readonly overdraft: Scaled | null
  /** How often it was topped up. */
  readonly purchases: Scaled | null
  /** And by how much in all. */
  readonly bought: Scaled | null
}

/** What may have been used between two times. */
export interface Spent {
  /** At most so much, in the unit of the credit; null where that is not known. */
  readonly most: Scaled | null
  /** Whether anything was counted at all; null where that is not known. */
  readonly isUsed: boolean | null
}

export const CREDIT_FINDINGS = {
  BOTH_HELD: ['money is left and owed at once', 'have the meter looked at: one of the two is wrong'],
  BOTH_EMPTY: [
    'nothing is left and nothing is owed, though energy was used',
    'have the meter looked at: it takes no money for what it counts',
  ],
  ROSE: [
    'more is left than was topped up',
    'find out who topped it up, and whether its key or its number of purchases is right',
  ],
  FELL: [
    'less is left than the price list allows for what was used',
    'hold its price tables (0405, 0406) against the price list, and its clock',
  ],
  COUNT_FELL: [
    'it says that it was topped up less than before',
    'find out whether the meter was exchanged or cleared',
  ],
} as const

export type CreditCode = keyof typeof CREDIT_FINDINGS

export interface CreditFinding {
  readonly code: CreditCode
  readonly meter: string
  /** UTC ms; of one look both. */
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Negative in debt. */
export function balanceLooked({ remaining, overdraft }: CreditLook): Scaled {
  return overdraft ? subtractScaled(remaining, overdraft) : remaining
}

/** Of one meter, in order of time. */
export function judgeLooks(
  looks: readonly CreditLook[],
  spent: (from: number, to: number) => Spent,
): readonly CreditFinding[] {
  return looks.flatMap((look, place) => {
    const before = looks[place - 1]
    return [...ofOne(look), ...(before ? between(before, look, spent(before.at, look.at)) : [])]
  })
}

function ofOne(look: CreditLook): readonly CreditFinding[] {
  const { meter, at, remaining, overdraft, unit } = look
  if (remaining.digits <= 0n || overdraft === null || overdraft.digits <= 0n) return []
  const words = `${formatScaled(remaining)} ${unit} are left and ${formatScaled(overdraft)} owed`
  return [{ code: 'BOTH_HELD', meter, from: at, to: at, text: words }]
}

function between(before: CreditLook, now: CreditLook, spent: Spent): readonly CreditFinding[] {
  const { meter, unit } = now
  const told = (code: CreditCode, text: string): CreditFinding => ({
    ...{ code, meter, text },
    ...{ from: before.at, to: now.at },
  })
  const [was, is] = [balanceLooked(before), balanceLooked(now)]
  const words = `${formatScaled(was)} ${unit} were left, ${formatScaled(is)} are`
  const counted = grown(before.purchases, now.purchases)
  const bought = grown(before.bought, now.bought)
  if ((counted && counted.digits < 0n) || (bought && bought.digits < 0n)) {
    const tell = ({ purchases, bought: all }: CreditLook) =>
      [purchases && `${formatScaled(purchases)} times`, all && `${formatScaled(all)} ${unit}`]
        .filter(Boolean)
        .join(', ')
    return [told('COUNT_FELL', `it was topped up ${tell(before)}, and is ${tell(now)}`)]
  }
  if (isEmpty(before) && isEmpty(now))
    return spent.isUsed ? [told('BOTH_EMPTY', 'nothing is left, nothing is owed, and it counts')] : []
  const added = bought ?? (counted?.digits === 0n ? NOTHING : null)
  const steps: Scaled = { digits: 2n, scaler: now.remaining.scaler }
  const risen = subtractScaled(is, was)
  if (added !== null && compareScaled(risen, added) > 0)
    return [told('ROSE', `${words}, topped up by ${formatScaled(added)}`)]
  // Where nobody knows by how much it was topped up nobody knows how much was taken.
  const fallen = subtractScaled(added ?? NOTHING, risen)
  const isFall = added !== null || (counted === null && risen.digits <= 0n)
  if (!isFall || spent.most === null || compareScaled(fallen, addScaled(spent.most, steps)) <= 0) return []
  const topped = added && added.digits > 0n ? `, topped up by ${formatScaled(added)}` : ''
  return [told('FELL', `${words}${topped}: at most ${formatScaled(spent.most)} less is possible`)]
}

const NOTHING: Scaled = { digits: 0n, scaler: 0 }

function isEmpty({ remaining, overdraft }: CreditLook): boolean {
  return remaining.digits === 0n && overdraft?.digits === 0n
}

function grown(before: Scaled | null, now: Scaled | null): Scaled | null {
  return before && now && subtractScaled(now, before)
}

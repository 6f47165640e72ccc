/** Who may never, or not simply, be cut, as it was entered: since when, until when, by which document (P-10, C-04, C-05). Pure. */

import type { LocalDate } from '../policy/dates.ts'
import type { Protected } from '../policy/facts.ts'
import type { Protection } from '../policy/policy.ts'

export interface ProtectionHeld {
  /** As it is called; each is entered once. */
  readonly id: string
  readonly account: string
  readonly class: Protection
  /** Both days are in it; null has no end. One that ends before it begins never held. */
  readonly from: LocalDate
  readonly to: LocalDate | null
  /** The document it is from. */
  readonly source: string
  /** The authority's approval of a cut all the same. */
  readonly authorityReference: string | null
}

/** What is to be otherwise; what is absent stays. */
export interface ProtectionChange {
  readonly to?: LocalDate | null
  readonly authorityReference?: string
}

export function changed(held: ProtectionHeld, { to, authorityReference }: ProtectionChange): ProtectionHeld {
  return {
    ...held,
    ...(to === undefined ? {} : { to }),
    ...(authorityReference === undefined ? {} : { authorityReference }),
  }
}

/** Whether somebody may be cut by it who may not without: then it takes two persons (PR-55). */
export function loosens(held: ProtectionHeld, change: ProtectionChange): boolean {
  const next = changed(held, change)
  const endsEarlier = next.to !== null && (held.to === null || next.to < held.to)
  return endsEarlier || next.authorityReference !== held.authorityReference
}

/** Why it cannot be entered, in words; null where it can. */
export function protectionRefused({ from, to }: Pick<ProtectionHeld, 'from' | 'to'>): string | null {
  return to !== null && to < from ? `it would end on ${to}, before it begins on ${from}` : null
}

export function changeRefused(held: ProtectionHeld, change: ProtectionChange): string | null {
  const { to, authorityReference } = changed(held, change)
  const isSame = to === held.to && authorityReference === held.authorityReference
  return isSame ? `protection ${held.id} is so already` : null
}

/** What a policy goes by; `visited` is when somebody was last met there, UTC ms. */
export function protectedBy(
  { class: of, from, to, authorityReference }: ProtectionHeld,
  visited: number | null,
): Protected {
  return { class: of, from, to, authorityReference, visited }
}

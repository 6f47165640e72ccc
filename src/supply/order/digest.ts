/** What was shown, as a digest that another approves; and whether what is so now is still what was approved (PR-51). */

import { hash } from 'node:crypto'
import { compareScaled, parseScaled } from '../../core/scaled.ts'
import type { FactsShown } from './facts-shown.ts'

/** One fact that is another than it was. */
export interface Change {
  readonly fact: keyof FactsShown
  readonly was: unknown
  readonly is: unknown
}

/**
 * SHA-256 of the facts' canonical JSON, 64 hex digits. The read is shown and not signed: a newer one that fits is no other fact, and
 * whether it fits is asked right before the cut.
 */
export function digestOf({ read: _, ...signed }: FactsShown): string {
  return hash('sha256', canonical(signed))
}

/** What a later look at the facts finds changed. That more is owed, by what was used since, changes nothing. */
export function whatChanged(shown: FactsShown, now: FactsShown): readonly Change[] {
  const facts = Object.keys(shown) as (keyof FactsShown)[]
  return facts
    .filter(fact => fact !== 'read')
    .filter(fact =>
      fact === 'arrears'
        ? !stillOwed(shown.arrears, now.arrears)
        : canonical(shown[fact]) !== canonical(now[fact]),
    )
    .map(fact => ({ fact, was: shown[fact], is: now[fact] }))
}

function stillOwed(shown: FactsShown['arrears'], now: FactsShown['arrears']): boolean {
  const [was, is] = [parseScaled(shown.amount), parseScaled(now.amount)]
  const isNoLess = was !== null && is !== null && compareScaled(is, was) >= 0
  return isNoLess && shown.currency === now.currency && shown.credits === now.credits
}

/** JSON with all keys in order and no space (RFC 8785, for the plain data there is here). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
}

/** What the meter writes into its record, so that the record names the order and the attempt (P-17): eight hex digits, never all 0. */
export function operatorOf(id: string, attempt: number): string {
  const folded = hash('sha256', `${id}/${attempt}`).slice(0, 8).toUpperCase()
  return folded === '00000000' ? '00000001' : folded
}

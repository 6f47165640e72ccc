/**
 * Why a customer's button will not close a relay though we permit it: no more is left in the meter than its allow-close amount (prepaid.md
 * §1, §11). As the meter told both last: who drives there needs to know, and nothing is decided by it.
 */

import { CREDIT } from '../../core/credit.ts'
import { formatScaled, parseScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { isHeldOpen } from '../../supply/credit/account.ts'
import type { Order } from '../../supply/order/order.ts'
import type { Audits } from '../audits.ts'
import type { Queries } from '../queries.ts'
import type { HeldOpen } from './asked.ts'
import type { OrderRules } from './rules.ts'

export interface HeldOpenParts {
  readonly latestOf: Queries['latestOf']
  readonly auditTurns: Audits['turnsOf']
  readonly rules: Pick<OrderRules, 'meters'> | null
  readonly offsetMinutes: number
}

/** Null of a cut, of a meter that keeps no money, where enough is left, and where nobody knows. */
export function heldOpenOf(parts: HeldOpenParts, { kind, state, meter }: Order): HeldOpen | null {
  const item = parts.rules?.meters.get(meter)?.closesAbove
  if (kind !== 'restore' || state === 'restored' || item === undefined) return null
  const told = parts.auditTurns(meter).findLast(({ facts }) => facts[item] !== undefined)
  const closesAbove = parseScaled(told?.facts[item] ?? '')
  const latest = parts.latestOf(meter)
  const left = latest.find(({ obis, quality }) => obis === CREDIT.remaining && quality !== 'quarantined')
  if (!told || !left || closesAbove === null || !isHeldOpen(left.value, closesAbove)) return null
  const iso = (instant: number) => isoWithOffset(instant, parts.offsetMinutes)
  const [remaining, above] = [formatScaled(left.value), formatScaled(closesAbove)]
  const text = `its button will not close it: ${remaining} ${left.unit} were left in the meter at ${iso(left.readAt)}, and it closes above ${above} only (allow-close amount); it has to be topped up first`
  return { remaining, closesAbove: above, unit: left.unit, readAt: left.readAt, auditedAt: told.at, text }
}

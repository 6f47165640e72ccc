/** Which doors of orders there are: all, those of restores alone, or none (PR-50, P-15). */

import { Fault } from '../core/faults.ts'
import type { OrderDoors } from '../supplying/doors.ts'
import type { ApiParts } from './parts.ts'

type Parts = Pick<ApiParts, 'orders'>

/** Whoever has to do with orders may look at them. */
export const LOOKERS = ['billing', 'operate', 'approve', 'restore', 'audit'] as const
/** What it is told as, of all routes of orders. */
export const OFF = { ORDERS_OFF: 'orders of supply are not enabled here' }
const CUTS_OFF = 'nobody is cut here: supply.orders is not configured; restores go on'

/** Throws ORDERS_OFF: where none are configured, and there never was one, there are none. */
export function inForce({ orders }: Parts): OrderDoors {
  if (orders === undefined) throw new Fault('ORDERS_OFF', OFF.ORDERS_OFF)
  return orders
}

/** Throws ORDERS_OFF where only restores are left of it, too. */
export function cutsInForce(parts: Parts): void {
  if (!inForce(parts).takesCuts) throw new Fault('ORDERS_OFF', CUTS_OFF)
}

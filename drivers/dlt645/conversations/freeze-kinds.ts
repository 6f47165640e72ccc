/** The kinds of freezes by name, and what each keeps: plans such as profiles write them (DL/T 645-2007 A.6). */

import type { FreezePlan, Point } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { type ItemTable, pointOf } from '../items/item-table.ts'
import { settlementPlan } from './settlement.ts'

/** Total and tariffs 1 to 4, which nearly every meter has. */
const WITH_TARIFFS = [0, 1, 2, 3, 4]
const TOTAL = [0]

/** Name, DI2, how many are kept, and which values of each register; 04 and later kinds by the smart-meter rules. */
const KINDS: readonly (readonly [name: string, di2: string, depth: number, places: readonly number[]])[] = [
  ['daily', '06', 62, WITH_TARIFFS],
  ['hourly', '04', 254, TOTAL],
  ['monthly', '00', 12, WITH_TARIFFS],
  ['instant', '01', 3, WITH_TARIFFS],
  ['zone-switch', '02', 2, WITH_TARIFFS],
  ['period-switch', '03', 2, WITH_TARIFFS],
  ['price-switch', '05', 2, WITH_TARIFFS],
  ['ladder-switch', '07', 2, WITH_TARIFFS],
]

export function freezeKinds(dialect: Dialect): ReadonlyMap<string, FreezePlan> {
  const kinds = new Map<string, FreezePlan>()
  if (dialect.protocol === 'dlt645-2007')
    for (const [name, di2, depth, places] of KINDS) {
      const [stamp] = pointsAt(dialect.table, `05${di2}00nn`, TOTAL)
      const energies = ['01', '02'].flatMap(ii => pointsAt(dialect.table, `05${di2}${ii}nn`, places))
      if (stamp) kinds.set(name, { stamp, points: energies, depth })
    }
  const settlement = settlementPlan(dialect)
  if (settlement) kinds.set('settlement', settlement)
  return kinds
}

function pointsAt(table: ItemTable, item: string, places: readonly number[]): Point[] {
  const layout = table.find(item)
  return layout ? places.flatMap(place => pointOf(layout, place) ?? []) : []
}

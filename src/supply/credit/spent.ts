/**
 * The most that can have been taken of a meter's own money between two times: what its registers counted by the dearest price that held, and
 * what it can have counted since they were read. An upper bound on purpose: nobody is sent to a meter that may be right. Pure.
 */

import { totalOf } from '../../core/obis.ts'
import { addScaled, compareScaled, multiplyScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import type { PriceTable } from '../money/prices.ts'
import type { Spent } from './looks.ts'

export interface SpentParts {
  /** In order of `from`; null where nobody says by which prices the meter takes its money. */
  readonly tables: readonly PriceTable[] | null
  /** The last reading of a register in kWh at or before an instant; null where there is none. */
  readonly heldAt: (obis: string, instant: number) => { readonly at: number; readonly value: Scaled } | null
  /** kWh a meter of this kind can count in an hour. */
  readonly mostPerHour: Scaled
}

/** A reading of before says less and less. */
const READ_WITHIN_MS = DAY + 2 * HOUR
const SHORTEST_MONTH = 28
const NOTHING: Scaled = { digits: 0n, scaler: 0 }
const UNKNOWN: Spent = { most: null, isUsed: null }

export function spentBetween(parts: SpentParts, from: number, to: number): Spent {
  const { tables } = parts
  if (tables === null) return UNKNOWN
  const inForce = overlapping(tables, from, to)
  if (inForce === null) return UNKNOWN
  const prices = dearest(inForce)
  const byRegister = sumOver(parts, prices, from, to)
  const { most, isUsed } = byRegister.most === null ? sumOver(parts, ofTotals(prices), from, to) : byRegister
  return { most: most && addScaled(most, standingOver(inForce, from, to)), isUsed }
}

/** The dearest for each day begun, or month. */
function standingOver(tables: readonly PriceTable[], from: number, to: number): Scaled {
  const days = Math.ceil((to - from) / DAY) + 1
  return tables.reduce((sum, { standing }) => {
    if (!standing) return sum
    const times = standing.every === 'day' ? days : Math.ceil(days / SHORTEST_MONTH) + 1
    return addScaled(sum, multiplyScaled(standing.amount, { digits: BigInt(times), scaler: 0 }))
  }, NOTHING)
}

/** Null where some of the time has no table. */
function overlapping(tables: readonly PriceTable[], from: number, to: number): readonly PriceTable[] | null {
  const first = tables.findLastIndex(table => table.from <= from)
  return first < 0 ? null : tables.slice(first).filter(table => table.from < to)
}

function dearest(tables: readonly PriceTable[]): ReadonlyMap<string, Scaled> {
  return tables
    .flatMap(({ registers, ladder }): (readonly [string, Scaled])[] => {
      if (!ladder) return [...registers]
      const top = ladder.steps.map(({ price }) => price).reduce(dearer)
      const flat = registers.get(ladder.register) ?? NOTHING
      return [...registers, [ladder.register, addScaled(flat, top)]]
    })
    .reduce((all, [obis, price]) => all.set(obis, dearer(all.get(obis), price)), new Map<string, Scaled>())
}

/** Where tariffs are not read their total is, at the dearest of them. */
function ofTotals(prices: ReadonlyMap<string, Scaled>): ReadonlyMap<string, Scaled> {
  return [...prices].reduce(
    (all, [obis, price]) => all.set(totalOf(obis), dearer(all.get(totalOf(obis)), price)),
    new Map<string, Scaled>(),
  )
}

function dearer(one: Scaled | undefined, other: Scaled): Scaled {
  return one && compareScaled(one, other) >= 0 ? one : other
}

function sumOver(
  { heldAt, mostPerHour }: SpentParts,
  prices: ReadonlyMap<string, Scaled>,
  from: number,
  to: number,
): Spent {
  let most = NOTHING
  let isUsed = false
  for (const [obis, price] of prices) {
    const [first, last] = [heldAt(obis, from), heldAt(obis, to)]
    if (!first || !last || to - last.at > READ_WITHIN_MS || from - first.at > READ_WITHIN_MS) return UNKNOWN
    const counted = subtractScaled(last.value, first.value)
    if (counted.digits < 0n) return UNKNOWN
    isUsed ||= counted.digits > 0n
    const step: Scaled = { digits: 1n, scaler: last.value.scaler }
    const since = multiplyScaled(mostPerHour, minutesAsHours(to - last.at))
    most = addScaled(most, multiplyScaled(price, addScaled(addScaled(counted, step), since)))
  }
  return { most, isUsed }
}

/** Whole minutes, rounded up, as hours of four decimals, rounded up. */
function minutesAsHours(ms: number): Scaled {
  const minutes = BigInt(Math.ceil(ms / MINUTE))
  return { digits: (minutes * 10_000n + 59n) / 60n, scaler: -4 }
}

/**
 * Energies of a total and its tariffs that were sent in another width than the table's can fill the same number of
 * bytes: five of four bytes, or four of five. Nothing in the answer says which; the total does.
 */

import type { Scaled } from '../../../src/driver-api/driver.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { type Cell, type Entry, MARK } from './item-table.ts'

/** The values of one list, each with its bytes, in the order they came. */
export type Taken = readonly (readonly [Entry, Uint8Array])[]

/** A total, or a tariff, of an energy that is counted now or was frozen. */
const ENERGY = /\.8\.(\d+)(?:\*\d+)?$/

/** True when what was taken cannot be trusted to be these values: digits do not hold marks, and totals add up. */
export function mayBeOtherWidth(taken: Taken): boolean {
  let isTotalWithTariffs = taken.length > 1
  let isOneWidth = true
  const width = taken[0]?.[0].bytes ?? 0
  for (const [tariff, [entry, bytes]] of taken.entries()) {
    const { isNumber, tariffOf } = kindOf(entry)
    if (isNumber && bytes.includes(MARK)) return true
    isTotalWithTariffs &&= tariffOf === tariff
    isOneWidth &&= entry.bytes === width
  }
  if (!isTotalWithTariffs) return false
  const isAmbiguous = !isOneWidth || (taken.length * width) % (width + 1) === 0
  return isAmbiguous && !addsUp(taken)
}

interface Kind {
  /** One number and nothing beside it. */
  readonly isNumber: boolean
  /** Whose energy: 0 for the total; null for anything else. */
  readonly tariffOf: number | null
}

/** Entries are a table's own, and come in answer after answer. */
const kinds = new WeakMap<Entry, Kind>()

function kindOf(entry: Entry): Kind {
  const known = kinds.get(entry)
  if (known) return known
  const [cell, ...others] = entry.cells
  const tariff = ENERGY.exec(cell?.obis ?? '')?.[1]
  const kind = {
    isNumber: others.length === 0 && isNumber(cell),
    tariffOf: tariff === undefined ? null : Number(tariff),
  }
  kinds.set(entry, kind)
  return kind
}

function isNumber(cell: Cell | undefined): boolean {
  return cell !== undefined && /^[+-]*X/.test(cell.encoding.text)
}

/** Each register is cut off where its digits end, so the sum may be less than the total by one step a tariff, or more. */
function addsUp(taken: Taken): boolean {
  const values: Scaled[] = []
  for (const [{ cells }, bytes] of taken) {
    const value = cells[0]?.encoding.decode(bytes)
    if (value && 'digits' in value) values.push(value)
    // Filler for a tariff that is not in use adds nothing; anything else is no energy.
    else if (!value || !isRefusal(value) || value.code !== 'VALUE_NOT_HELD') return false
  }
  const [total, ...tariffs] = values
  if (total === undefined) return true
  const finest = values.reduce((least, { scaler }) => Math.min(least, scaler), 0)
  const coarsest = values.reduce((most, { scaler }) => Math.max(most, scaler), finest)
  const off = tariffs.reduce((left, tariff) => left - inSteps(tariff, finest), inSteps(total, finest))
  const allowed = inSteps({ digits: BigInt(taken.length), scaler: coarsest }, finest)
  return off <= allowed && off >= -allowed
}

function inSteps({ digits, scaler }: Scaled, finest: number): bigint {
  return scaler === finest ? digits : digits * 10n ** BigInt(scaler - finest)
}

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
  if (
    taken.some(
      ([entry, bytes]) => isNumber(entry.cells[0]) && entry.cells.length === 1 && bytes.includes(MARK),
    )
  )
    return true
  if (!isTotalWithTariffs(taken)) return false
  const widths = new Set(taken.map(([entry]) => entry.bytes))
  const [width = 0] = widths
  const isAmbiguous = widths.size > 1 || (taken.length * width) % (width + 1) === 0
  return isAmbiguous && !addsUp(taken)
}

function isNumber(cell: Cell | undefined): boolean {
  return cell !== undefined && /^[+-]*X/.test(cell.encoding.text)
}

function isTotalWithTariffs(taken: Taken): boolean {
  return (
    taken.length > 1 &&
    taken.every(([{ cells }], tariff) => ENERGY.exec(cells[0]?.obis ?? '')?.[1] === String(tariff))
  )
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
  if (values.length === 0) return true
  const finest = Math.min(...values.map(({ scaler }) => scaler))
  const coarsest = Math.max(...values.map(({ scaler }) => scaler))
  const [total = 0n, ...tariffs] = values.map(({ digits, scaler }) => digits * 10n ** BigInt(scaler - finest))
  const off = total - tariffs.reduce((sum, tariff) => sum + tariff, 0n)
  const allowed = BigInt(taken.length) * 10n ** BigInt(coarsest - finest)
  return off <= allowed && off >= -allowed
}

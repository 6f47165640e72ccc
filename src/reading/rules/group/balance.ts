/** What was supplied to an area and what its customers used, day by day. */

import { median } from '../period/like-days.ts'
import { type Days, WINDOW } from './days.ts'

/** One day of an area, kWh. */
export interface Balance {
  /** Of the window. */
  readonly day: number
  readonly supplied: number
  readonly used: number
}

/** Of all meters of the area. */
const LEAST_READ = 0.98

/** Of days on which all that is supplied was read, and nearly all meters were; those that were not count as they usually do. */
export function balancesOf(supply: readonly Days[], users: readonly Days[]): readonly Balance[] {
  const least = LEAST_READ * (supply.length + users.length)
  const usual = users.map(({ net }) => median([...net].filter(kwh => !Number.isNaN(kwh))) || 0)
  const isRead = ({ read }: Days, day: number) => !Number.isNaN(read[day] ?? Number.NaN)
  return Array.from({ length: WINDOW }, (_, day) => day).flatMap(day => {
    const count = [...supply, ...users].filter(one => isRead(one, day)).length
    if (!supply.every(one => isRead(one, day)) || count < least) return []
    const supplied = supply.reduce((sum, { net }) => sum + (net[day] ?? 0), 0)
    const used = users.reduce((sum, { net }, nth) => {
      const kwh = net[day] ?? Number.NaN
      return sum + (Number.isNaN(kwh) ? (usual[nth] ?? 0) : kwh)
    }, 0)
    return supplied > 0 ? [{ day, supplied, used }] : []
  })
}

/** The share of what was supplied that nobody used. */
export function lossOf({ supplied, used }: Balance): number {
  return (supplied - used) / supplied
}

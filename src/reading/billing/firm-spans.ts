/**
 * What each register counted between midnights at which it was released and not estimated: nothing that is charged by these
 * rests on an estimate. Midnights that are estimated, missing or damaged lie within a longer span. Made of releases alone. Pure.
 */

import type { Scaled } from '../../core/scaled.ts'
import { DAY, slotOf } from '../../core/time.ts'
import { MOST_PAST, periodsOf } from './periods.ts'
import { withRegister } from './register-alone.ts'
import type { Release } from './release.ts'

export interface FirmSpan<End extends Release> {
  readonly obis: string
  readonly unit: string
  /** UTC ms. */
  readonly from: number
  readonly to: number
  /** Null where it fell without having rolled over, or a part of it is not known but estimated. */
  readonly quantity: Scaled | null
  /** Both ends, and those in between that tell the register. */
  readonly releases: readonly End[]
}

/** `latest` holds the latest version of each boundary of one meter that is sound, in order. */
export function firmSpansOf<End extends Release>(
  latest: readonly End[],
  offsetMinutes: number,
): readonly FirmSpan<End>[] {
  const ends = latest.filter(({ standing }) => standing !== 'withdrawn')
  const registers = new Set(ends.flatMap(one => one.registers.map(({ obis }) => obis)))
  return [...registers].sort().flatMap(obis => {
    const own = withRegister(obis, ends)
    const firm = new Set(
      own.filter(({ alone }) => isFirm(alone, offsetMinutes)).map(one => one.alone.boundary),
    )
    const chain = own.map(({ alone }) => alone)
    return periodsOf(chain, undefined, boundary => firm.has(boundary))
      .filter(({ from, to }) => to - from <= MOST_PAST)
      .map(({ from, to, quantities: [counted] }) => {
        const inside = own.filter(({ alone }) => alone.boundary >= from && alone.boundary <= to)
        const isKnown = counted !== undefined && counted.estimated.digits === 0n
        const unit = inside.at(-1)?.alone.registers[0]?.unit ?? ''
        const releases = inside.map(({ whole }) => whole)
        return { obis, unit, from, to, quantity: isKnown ? counted.value : null, releases }
      })
  })
}

/** Of a release with one register. */
function isFirm({ boundary, registers: [register] }: Release, offsetMinutes: number): boolean {
  return register?.estimate === null && slotOf(boundary, DAY, offsetMinutes) === boundary
}

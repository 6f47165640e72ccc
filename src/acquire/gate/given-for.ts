/** What an acceptance was given for: a meter's place and what its profile says of registers. */

import { createHash } from 'node:crypto'
import type { MeterConfig } from '../../config/config.ts'
import type { Point, Profile } from '../../driver-api/profile.ts'
import type { Acceptance } from './acceptances-held.ts'

/** Where a meter stands and how it is read. */
export interface GivenFor {
  /** Of the line it is on (src/core/line-url.ts): a port, or a host and port. */
  readonly line: string
  readonly address: string
  readonly profile: string
  /** Of what the profile says of registers. */
  readonly digest: string
}

export function givenFor({ address, profile, hourly }: MeterConfig, line: string): GivenFor {
  const frozen = hourly ? profile.hourly?.points : undefined
  return { line, address, profile: profile.profile, digest: digestOf(profile, frozen) }
}

/** Why an acceptance no longer counts, in words; null when it does. */
export function whyAgain(last: Acceptance, now: GivenFor): string | null {
  if (last.line !== now.line) return `it was accepted on the line ${last.line}`
  if (last.address !== now.address) return `it was accepted at the address ${last.address}`
  if (last.digest === now.digest) return null
  return last.profile === now.profile
    ? `the profile ${now.profile} has been changed since it was accepted`
    : `it was accepted with the profile ${last.profile}`
}

/** What of a profile decides values: a new name or remark changes nothing. */
function digestOf(
  { points, ident, serialNumber, ratios, sign, daily }: Profile,
  hourly: readonly Point[] | undefined,
): string {
  const bare = (point: Point | undefined) =>
    point && [point.obis, point.item, point.place, point.encoding, point.unit, point.capacity ?? '']
  const meaning = [
    points.map(bare),
    ident && [bare(ident.point), ident.is],
    bare(serialNumber),
    ratios && [bare(ratios.current), bare(ratios.voltage), ratios.side],
    sign,
    daily?.points.map(bare),
    ...(hourly ? [hourly.map(bare)] : []),
  ]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16)
}

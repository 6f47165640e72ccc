/** What `meterd read` is to ask: items as people write them → points, by profile or by the protocol's own table. */

import type { Library } from '../config/library.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'

export interface PointsAsked {
  readonly address: string
  readonly points: readonly Point[]
  readonly profile: Profile | null
}

export function pointsFor(
  driver: Driver,
  addressText: string,
  profileName: string | undefined,
  items: readonly string[],
  { profiles }: Library,
): PointsAsked | { readonly wrong: string } {
  const checked = driver.checkAddress(addressText)
  if ('wrong' in checked) return checked
  const profile = profileName === undefined ? null : profiles.get(profileName)
  if (profile === undefined)
    return { wrong: `there is no profile "${profileName}"; known are ${[...profiles.keys()].join(', ')}` }
  if (items.length === 0 && !profile) return { wrong: 'name at least one ITEM, or a --profile' }
  const points: Point[] = items.length === 0 ? [...(profile?.points ?? [])] : []
  for (const item of items) {
    const named = pointsNamed(item, driver, profile)
    if (named.length === 0)
      return {
        wrong: `"${item}" names nothing in ${driver.protocol}${profile ? ` or ${profile.profile}` : ''}`,
      }
    points.push(...named)
  }
  return { address: checked.address, points, profile }
}

function pointsNamed(item: string, driver: Driver, profile: Profile | null): readonly Point[] {
  const inProfile = profile?.points.find(({ obis }) => obis === item)
  if (inProfile) return [inProfile]
  if (driver.describeAll) return driver.describeAll(item)
  const point = driver.describe(item)
  return point ? [point] : []
}

/** What `meterd read` is to ask: items as people write them → points, by profile or by the protocol's own table. */

import type { Library } from '../config/library.ts'
import { isObis } from '../core/obis.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { besidePoints } from './beside-points.ts'

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
  const points: Point[] = items.length === 0 && profile ? [...profile.points, ...besidePoints(profile)] : []
  for (const item of items) {
    const named = pointsNamed(item, driver, profile)
    if (named.length === 0) return { wrong: whyNothing(item, driver, profile) }
    points.push(...named)
  }
  return { address: checked.address, points, profile }
}

/** A place in a Modbus meter, whatever the protocol asked for; also as manuals number them, 30101. */
export function isModbusItem(item: string): boolean {
  return /^([1-4]:(0x)?[0-9a-f]{1,5}(:|$)|[0134]\d{4,5}(:|$)|sunspec:)/i.test(item)
}

function whyNothing(item: string, driver: Driver, profile: Profile | null): string {
  const nothing = `"${item}" names nothing in ${driver.protocol}${profile ? ` or ${profile.profile}` : ''}`
  if (isObis(item) && driver.whyNothing)
    return `${nothing}: only a profile knows where a meter keeps it; add --profile, or write fc:address`
  if (driver.whyNothing) return driver.whyNothing(item)
  return isModbusItem(item)
    ? `${nothing}: it is a place in a Modbus meter; add --protocol modbus-rtu`
    : nothing
}

function pointsNamed(item: string, driver: Driver, profile: Profile | null): readonly Point[] {
  const inProfile = profile?.points.find(({ obis }) => obis === item)
  if (inProfile) return [inProfile]
  return described(item, driver, profile).map(point => asModelShows(point, driver, profile))
}

function described(item: string, driver: Driver, profile: Profile | null): readonly Point[] {
  if (driver.describeAll) return driver.describeAll(item, profile?.traits)
  const point = driver.describe(item, profile?.traits)
  return point ? [point] : []
}

/**
 * A point of the table as this model shows it: the profile may have the same item, or the same register under another
 * (in a block, in a settlement), with the decimal point elsewhere among the same digits.
 */
export function asModelShows(point: Point, driver: Driver, profile: Profile | null): Point {
  if (!profile) return point
  const usual = described(point.item, driver, profile)[point.place] ?? point
  const all = [...profile.points, ...(profile.daily?.points ?? []), ...(profile.hourly?.points ?? [])]
  const own =
    all.find(({ item, place }) => item === point.item && place === point.place) ??
    all.find(
      one =>
        one.obis !== '' &&
        one.obis === usual.obis &&
        digitsOf(one.encoding) === digitsOf(usual.encoding) &&
        described(one.item, driver, profile)[one.place]?.encoding === usual.encoding,
    ) ??
    usual
  if (own.encoding === point.encoding && own.unit === point.unit) return point
  const { capacity: _, ...rest } = point
  const capacity = own.capacity === undefined ? {} : { capacity: own.capacity }
  return { ...rest, encoding: own.encoding, unit: own.unit, ...capacity }
}

function digitsOf(encoding: string): string {
  return encoding.replace('.', '')
}

/** What a profile says its model freezes: each midnight, each full hour. */

import type { Driver } from '../driver-api/driver.ts'
import type { FreezePlan, Point, Profile } from '../driver-api/profile.ts'
import type { Complain, Path } from './complaint.ts'
import type { WrittenPoint, WrittenProfile } from './profile-schema.ts'

/** A point as the driver knows it; null for one that is wrong, which has been said. */
type Complete = (written: WrittenPoint, path: Path) => Point | null

export function freezesOf(
  written: WrittenProfile,
  driver: Driver,
  complete: Complete,
  say: Complain,
): Pick<Profile, 'daily' | 'hourly'> {
  const daily = freezeOf('daily', written, driver, complete, say)
  const hourly = freezeOf('hourly', written, driver, complete, say)
  if (daily && hourly) refuseUnfrozenByDay(daily, hourly, say)
  return { ...(daily && { daily }), ...(hourly && { hourly }) }
}

function freezeOf(
  kind: 'daily' | 'hourly',
  written: WrittenProfile,
  { protocol, readFreeze, freezes }: Driver,
  complete: Complete,
  say: Complain,
): FreezePlan | null {
  const section = written[kind]
  if (!section) return null
  if (!readFreeze || (freezes && !freezes.has(kind))) {
    say([kind], `${protocol} reads no ${kind} freezes`, `remove ${kind}`)
    return null
  }
  const stamp = section.stamp ? complete(section.stamp, [kind, 'stamp']) : null
  const points = (section.points ?? []).flatMap(
    (point, index) => (point && complete(point, [kind, 'points', index])) ?? [],
  )
  return stamp ? { stamp, points, depth: section.depth ?? 1 } : null
}

/** The hour of midnight is read as the daily freeze, and nothing twice: what that lacks would be lost once a day. */
function refuseUnfrozenByDay(daily: FreezePlan, hourly: FreezePlan, say: Complain): void {
  const known = new Set(daily.points.map(({ obis }) => obis))
  for (const [index, { obis }] of hourly.points.entries())
    if (!known.has(obis))
      say(
        ['hourly', 'points', index],
        `${obis} is not in the daily freeze, which is what is read at midnight`,
        'add it to daily, or remove it here',
      )
}

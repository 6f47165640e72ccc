/** What a profile says its model freezes: each midnight, at settlement days, each full hour. */

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
): Pick<Profile, Kind> {
  const read = (kind: Kind) => freezeOf(kind, written, driver, complete, say)
  const [daily, settlement, hourly] = [read('daily'), read('settlement'), read('hourly')]
  if (daily && settlement) refuseUnshared('daily', daily, 'settlement', settlement, say)
  if (daily && hourly) refuseUnshared('daily', daily, 'hourly', hourly, say)
  if (settlement && hourly) refuseUnshared('settlement', settlement, 'hourly', hourly, say)
  return { ...(daily && { daily }), ...(settlement && { settlement }), ...(hourly && { hourly }) }
}

type Kind = 'daily' | 'settlement' | 'hourly'

function freezeOf(
  kind: Kind,
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

/** What both freeze at one instant is read as the elder's, and nothing twice: what that lacks would be lost. */
function refuseUnshared(
  elder: Kind,
  { points }: FreezePlan,
  kind: Kind,
  younger: FreezePlan,
  say: Complain,
): void {
  const known = new Set(points.map(({ obis }) => obis))
  for (const [index, { obis }] of younger.points.entries())
    if (!known.has(obis))
      say(
        [kind, 'points', index],
        `${obis} is not in the ${elder} freeze, which is what is read at an instant of both`,
        `add it to ${elder}, or remove it here`,
      )
}

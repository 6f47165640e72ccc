/** Which polls a meter's load records fill where they were missed: what a profile says of its records, what a poll wants. */

import { CLOCK } from '../core/obis.ts'
import { DAY, MINUTE } from '../core/time.ts'
import type { Driver, LoadClass } from '../driver-api/driver.ts'
import type { LoadRecordPlan, Point, Profile } from '../driver-api/profile.ts'
import type { Complain, Path } from './complaint.ts'
import type { FillConfig, PollConfig } from './config.ts'
import type { WrittenProfile } from './profile-schema.ts'
import { parseDuration } from './quantities.ts'
import type { WrittenPoll } from './schema.ts'

export function loadRecordsOf(
  written: WrittenProfile['loadRecords'],
  { protocol, readLoadRecords, loadClasses }: Driver,
  say: Complain,
): { loadRecords?: LoadRecordPlan } {
  if (!written) return {}
  if (!readLoadRecords || !loadClasses) {
    say(['loadRecords'], `${protocol} reads no load records`, 'remove loadRecords')
    return {}
  }
  const classes = (written.classes ?? []).filter(one => one !== undefined)
  if (written.classes?.length === 0)
    say(['loadRecords', 'classes'], 'no class of records is named', 'list them, or remove loadRecords')
  for (const [index, one] of classes.entries())
    if (classes.indexOf(one) < index)
      say(['loadRecords', 'classes', index], `class ${one} is listed twice`, 'keep one of the two')
  return { loadRecords: { classes, days: written.days ?? 1 } }
}

/** A poll that says `fill: true` must have something it can be filled with. */
export function checkFills(
  polls: readonly (WrittenPoll | undefined)[],
  profile: Profile,
  driver: Driver,
  path: Path,
  complain: Complain,
): void {
  const named = new Set(polls.flatMap(poll => poll?.points ?? []))
  for (const [index, poll] of polls.entries()) {
    if (poll?.fill !== true) continue
    const at = [...path, index, 'fill']
    const points = profile.points.filter(({ obis }) =>
      poll.points ? poll.points.includes(obis) : !named.has(obis),
    )
    const everyMs = parseDuration(poll.every ?? '') ?? MINUTE
    if (!profile.loadRecords || !driver.loadClasses)
      complain(
        at,
        `the profile "${profile.profile}" knows no load records of this meter`,
        'remove fill, or add loadRecords to a profile of your own',
      )
    else if (everyMs % MINUTE !== 0)
      complain(at, 'load records are of whole minutes', 'poll every minute or less often, or remove fill')
    else if (heldIn({ points }, profile, driver).length === 0)
      complain(at, 'no load record holds any register of this poll', 'remove fill')
  }
}

/**
 * Where nothing is said, a poll is filled when records hold every register of it: then what is fetched later is all that
 * the poll would have brought. Null where nothing fills it.
 */
export function fillOf(
  wanted: boolean | undefined,
  poll: Pick<PollConfig, 'everyMs' | 'points'>,
  profile: Profile,
  driver: Driver,
): FillConfig | null {
  const { loadRecords } = profile
  if (wanted === false || !loadRecords || poll.everyMs % MINUTE !== 0) return null
  const held = heldIn(poll, profile, driver)
  const isWhole = poll.points.every(point => point.obis === CLOCK || held.some(one => one.point === point))
  if (held.length === 0 || !(wanted ?? isWhole)) return null
  const classes = [...new Set(held.map(one => one.class))]
  return {
    class: classes.length === 1 ? (classes[0] ?? 0) : 0,
    points: held.map(({ point }) => point),
    keptForMs: loadRecords.days * DAY,
  }
}

interface Held {
  readonly class: LoadClass
  readonly point: Point
}

/** Of a poll what the meter's records copy: the same item, under the same code and in the same unit. */
function heldIn(
  { points }: Pick<PollConfig, 'points'>,
  { loadRecords, traits }: Profile,
  driver: Driver,
): readonly Held[] {
  const copied = driver.loadClasses?.(traits)
  const recorded = (loadRecords?.classes ?? []).flatMap(nth =>
    (copied?.get(nth) ?? []).map(point => ({ class: nth, point })),
  )
  return points.flatMap(point => {
    const record = recorded.find(one => isSame(one.point, point))
    return record ? [{ class: record.class, point }] : []
  })
}

function isSame(a: Point, b: Point): boolean {
  return a.obis !== '' && a.obis === b.obis && a.item === b.item && a.unit === b.unit
}

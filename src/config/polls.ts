/** Polls as written → which points are asked how often; every interval aligned with midnight. */

import { DAY, SECOND } from '../core/time.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import type { Complain, Path } from './complaint.ts'
import type { PollConfig } from './config.ts'
import { fillOf } from './fills.ts'
import { formatDuration, parseDuration } from './quantities.ts'
import type { Part, WrittenConfig, WrittenPoll } from './schema.ts'
import { nearest } from './words.ts'

export type WrittenPolls = readonly (WrittenPoll | undefined)[]

/** What is polled where nothing is written: all points, at the metering interval most bills are checked with. */
export const USUAL_POLLS: WrittenPolls = [{ every: '15m' }]

/** Checks what can be checked without a profile: intervals, and that no point is asked at two of them. */
export function checkPolls(polls: WrittenPolls, path: Path, complain: Complain): void {
  const named = new Set<string>()
  let rest = false
  for (const [index, poll] of polls.entries()) {
    if (!poll) continue
    checkInterval(poll.every, [...path, index, 'every'], complain)
    if (poll.points === undefined) {
      if (rest)
        complain([...path, index], 'a second poll without points', 'name the points of one of the two')
      rest = true
    }
    for (const [place, obis] of (poll.points ?? []).entries()) {
      if (obis === undefined) continue
      // Two polls of one register would give one slot two values, and each would make the other suspect (V-F10).
      if (named.has(obis))
        complain(
          [...path, index, 'points', place],
          `${obis} is polled twice`,
          'name it once, at the shorter interval',
        )
      named.add(obis)
    }
  }
}

/** What a profile advises where the meter list says nothing. */
export function advisedPolls(
  polls: WrittenPolls | undefined,
  points: readonly (Point | null)[],
  complain: Complain,
): Pick<Profile, 'polls'> {
  if (polls === undefined) return {}
  checkPolls(polls, ['polls'], complain)
  const known = points.filter(point => point !== null)
  checkPoints(polls, known, ['polls'], complain)
  const advised = polls.flatMap(poll => {
    const named = poll?.points?.filter(obis => obis !== undefined)
    return poll?.every === undefined ? [] : [{ every: poll.every, ...(named && { points: named }) }]
  })
  return { polls: advised }
}

/** Defaults are checked once, where they are written, not again for each meter they hold for. */
export function checkDefaults(
  defaults: WrittenConfig['defaults'],
  { profiles, complete }: { readonly profiles: ReadonlyMap<string, Profile>; readonly complete: boolean },
  complain: Complain,
): void {
  const path = ['defaults', 'polls']
  if (defaults?.polls) {
    checkPolls(defaults.polls, path, complain)
    // Meters whose profile lacks a default point go without it; a point no profile has is a slip of the pen.
    const points = [...profiles.values()].flatMap(profile => profile.points)
    if (complete) checkPoints(defaults.polls, points, path, complain)
  }
  const wanted = defaults?.profile
  if (wanted === undefined || profiles.has(wanted) || !complete) return
  const meant = nearest(wanted, profiles.keys())
  const remedy = meant ? `did you mean "${meant}"?` : 'name one that exists'
  complain(['defaults', 'profile'], `no profile "${wanted}" exists`, remedy)
}

/** Codes of a complaint; one profile has fewer, mostly. */
const MOST_TOLD = 60

/** Complains about points this profile does not have. */
export function checkPoints(
  polls: WrittenPolls,
  points: readonly Point[],
  path: Path,
  complain: Complain,
): void {
  const known = [...new Set(points.map(point => point.obis).filter(obis => obis !== ''))]
  for (const [index, poll] of polls.entries())
    for (const [place, obis] of (poll?.points ?? []).entries()) {
      if (obis === undefined || known.includes(obis)) continue
      const meant = nearest(obis, known)
      const remedy = meant
        ? `did you mean "${meant}"?`
        : `it has ${known.slice(0, MOST_TOLD).join(', ')}${known.length > MOST_TOLD ? ' and more' : ''}`
      complain([...path, index, 'points', place], `the profile has no point "${obis}"`, remedy)
    }
}

/** A poll without points takes those no other poll of the meter names. Polls left without any are none. */
export function resolvePolls(polls: WrittenPolls, profile: Profile, driver: Driver): readonly PollConfig[] {
  const { points } = profile
  const named = new Set(polls.flatMap(poll => poll?.points ?? []))
  return polls
    .map(poll => ({
      everyMs: parseDuration(poll?.every ?? '') ?? 0,
      points: points.filter(({ obis }) => (poll?.points ? poll.points.includes(obis) : !named.has(obis))),
      wanted: poll?.fill,
    }))
    .filter(poll => poll.everyMs > 0 && poll.points.length > 0)
    .map(({ wanted, ...poll }) => {
      const fill = fillOf(wanted, poll, profile, driver)
      return fill ? { ...poll, fill } : poll
    })
}

function checkInterval(every: Part<string> | undefined, path: Path, complain: Complain): void {
  const ms = every === undefined ? null : parseDuration(every)
  if (ms === null || (ms >= SECOND && DAY % ms === 0)) return
  const fitting = INTERVALS.reduce((best, candidate) =>
    Math.abs(candidate - ms) < Math.abs(best - ms) ? candidate : best,
  )
  const text = `${every} does not divide the day, so its slots would not meet midnight; expected 1s to 24h`
  complain(path, text, `write ${formatDuration(fitting)}`)
}

/** Whole seconds that divide a day, for suggestions. */
const INTERVALS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400,
]
  .concat([21_600, 28_800, 43_200, 86_400])
  .map(seconds => seconds * SECOND)

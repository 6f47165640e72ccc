/** What a policy contradicts itself in, what the product never lets it loosen, and what whoever accepts it should know. */

import { DAY, HOUR, MINUTE, SECOND } from '../core/time.ts'
import { type LocalDate, parseDate } from '../supply/policy/dates.ts'
import { FUSED, PROTECTIONS } from '../supply/policy/policy.ts'
import { isZone, zoneOf } from '../supply/policy/zone.ts'
import type { Complain, Path } from './complaint.ts'
import { parseWindowEnd, type WrittenPolicy } from './policy-schema.ts'
import { formatDuration, parseDuration, parseMinute } from './quantities.ts'
import { show } from './words.ts'

/** A register older than this is never the reason of a cut (P-03, P-07), nor a clock further off (P-17). */
const OLDEST_READ = 48 * HOUR
const CLOCK_FURTHEST_OFF = 60 * SECOND
/** Holidays are announced once a year; that is how long before their end it is said. */
const SAID_BEFORE = 90 * DAY

/** Looks at all that is there; what is missing has been complained about by then. */
export function checkPolicy(written: WrittenPolicy, now: number, complain: Complain, warn: Complain): void {
  const { zone } = written
  if (zone !== undefined && !isZone(zone))
    complain(['zone'], `${show(zone)} is no time zone known here`, 'write for example Asia/Shanghai')
  checkNotices(written, complain)
  checkWindows(written, complain, warn)
  checkCalendars(written, complain)
  checkProtections(written, complain, warn)
  between(written.read?.mostAge, ['read', 'mostAge'], SECOND, OLDEST_READ, complain)
  between(written.meterClock?.mostError, ['meterClock', 'mostError'], SECOND, CLOCK_FURTHEST_OFF, complain)
  checkFuses(written, complain, warn)
  checkApproval(written, complain)
  if (zone !== undefined && isZone(zone)) tellKnown(written, zone, now, warn)
}

function checkNotices({ firstNotice, secondNotice, protections }: WrittenPolicy, complain: Complain): void {
  const { residents = 0, others = 0 } = firstNotice?.days ?? {}
  const extra = Math.max(0, ...Object.values(protections ?? {}).map(one => one?.extraDays ?? 0))
  const longest = Math.max(residents, others) + extra + 1
  const lapses = firstNotice?.lapsesAfterDays
  if (lapses !== undefined && lapses <= longest)
    complain(
      ['firstNotice', 'lapsesAfterDays'],
      `a notice that lapses after ${lapses} days is over before ${longest - 1} full days of some customers are`,
      `write ${longest + 1} or more`,
    )
  between(secondNotice?.least, ['secondNotice', 'least'], MINUTE, DAY, complain)
  between(secondNotice?.most, ['secondNotice', 'most'], MINUTE, DAY, complain)
  const [least, most] = [secondNotice?.least, secondNotice?.most].map(one => parseDuration(one ?? ''))
  if (typeof least === 'number' && typeof most === 'number' && most <= least)
    complain(['secondNotice', 'most'], 'is not longer than least', 'write a longer time')
}

function between(
  written: string | undefined,
  path: Path,
  least: number,
  most: number,
  complain: Complain,
): void {
  const ms = parseDuration(written ?? '')
  if (ms === null || (ms >= least && ms <= most)) return
  const bounds = `from ${formatDuration(least)} to ${formatDuration(most)}`
  complain(path, `${written} is out of bounds`, `write a time ${bounds}; a policy may be stricter only`)
}

function checkWindows({ windows }: WrittenPolicy, complain: Complain, warn: Complain): void {
  const { open, never } = windows ?? {}
  open?.forEach((window, index) => {
    const path = ['windows', 'open', index]
    const [from, to] = [parseMinute(window?.from ?? ''), parseWindowEnd(window?.to ?? '')]
    if (from !== null && to !== null && to <= from)
      complain(
        [...path, 'to'],
        'is not later than from',
        'write a later time, or two windows around midnight',
      )
    const idle = (window?.days ?? []).filter(day => day !== undefined && never?.includes(day))
    if (idle.length > 0)
      warn([...path, 'days'], `never names ${idle.join(', ')} too, and wins`, 'leave it in one of the two')
    if (window?.days?.length === 0) warn([...path, 'days'], 'is a window on no day', 'name its weekdays')
  })
  if (open?.length === 0)
    warn(['windows', 'open'], 'no window at all: nobody is ever cut', 'enter windows if that is not meant')
}

function checkCalendars({ holidays, noCut, acceptedOn }: WrittenPolicy, complain: Complain): void {
  const { from, to } = holidays?.known ?? {}
  if (from !== undefined && to !== undefined && to < from)
    complain(['holidays', 'known', 'to'], 'is before from', 'write a later date')
  else if (acceptedOn !== undefined && to !== undefined && acceptedOn > to)
    complain(
      ['acceptedOn'],
      'is after the last date whose holidays are known',
      'enter the holidays until then',
    )
  for (const [name, ranges] of [
    ['holidays.days', holidays?.days],
    ['noCut', noCut],
  ] as const)
    ranges?.forEach((range, index) => {
      const path = [...name.split('.'), index, 'to']
      const [first, last] = [range?.from, range?.to]
      if (first === undefined || last === undefined) return
      if (first.length !== last.length)
        complain(path, 'one end is of every year, the other of one year', 'write both alike')
      else if (parseDate(first) !== null && last < first)
        complain(path, 'is before from', 'write a later date')
    })
}

function checkProtections({ protections }: WrittenPolicy, complain: Complain, warn: Complain): void {
  if (protections === undefined) return
  for (const one of PROTECTIONS) {
    const rule = protections[one]
    const path = ['protections', one]
    const days = rule?.extraDays ?? 0
    if (rule === undefined)
      warn(
        ['protections'],
        `${one} is not named, so nothing says how it protects; who holds it is not cut, because nobody knows`,
        `say what it means: ${one}: { behaviour: …, source: … }`,
      )
    else if (rule.behaviour === 'extra_notice' && days === 0)
      complain(path, 'extra_notice without extra days protects nobody', 'add extraDays, 1 or more')
    else if (rule.behaviour === 'block' && days > 0)
      complain(
        [...path, 'extraDays'],
        'who is never cut needs no days',
        'remove it, or write another behaviour',
      )
  }
}

function checkFuses({ fuses }: WrittenPolicy, complain: Complain, warn: Complain): void {
  if (fuses === undefined) return
  for (const of of FUSED) {
    const limit = fuses[of]
    if (limit === undefined) {
      if (of !== 'gateway')
        warn(['fuses'], `no limit by ${of}`, `add ${of}: { tenMinutes: …, hour: …, day: … }`)
      continue
    }
    const { tenMinutes = 0, hour = tenMinutes, day = hour } = limit
    if (tenMinutes > hour || hour > day)
      complain(['fuses', of], 'a longer time allows fewer cuts than a shorter', 'let them rise')
  }
}

function checkApproval({ approval }: WrittenPolicy, complain: Complain): void {
  between(approval?.selectFor, ['approval', 'selectFor'], 10 * SECOND, 300 * SECOND, complain)
  const pairs = approval?.apart
  if (pairs === undefined) return
  pairs.forEach((pair, index) => {
    if (pair?.[0] !== undefined && pair[0] === pair[1])
      complain(['approval', 'apart', index], 'a role cannot be held apart from itself', 'name two roles')
  })
  const isNamed = pairs.some(pair => pair?.includes('operate') && pair.includes('approve'))
  const isWhole = pairs.every(pair => pair?.every(one => one !== undefined))
  if (!isNamed && isWhole)
    complain(
      ['approval', 'apart'],
      'operate and approve may not be held together, and are not named',
      'add [operate, approve]',
    )
}

function tellKnown({ holidays }: WrittenPolicy, zone: string, now: number, warn: Complain): void {
  const until: LocalDate | undefined = holidays?.known?.to
  if (until === undefined) return
  const isOver = zoneOf(zone).dateAt(now) > until
  const isSoon = zoneOf(zone).dateAt(now + SAID_BEFORE) > until
  const text = `holidays ${isOver ? 'were' : 'are'} known only until ${until}; after it nobody is cut`
  if (isSoon) warn(['holidays', 'known', 'to'], text, 'enter the holidays that follow')
}

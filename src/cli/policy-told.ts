/** What a policy allows at a time, or over dates, as a terminal or a program is told. */

import { parseInstant } from '../config/policy-schema.ts'
import { instantOf, MINUTE, two } from '../core/time.ts'
import { showDate, weekdayOf } from '../supply/policy/dates.ts'
import { type Day, daysOf, type Evaluation } from '../supply/policy/evaluate.ts'
import { type Interlock, showTime } from '../supply/policy/interlock.ts'
import type { Policy } from '../supply/policy/policy.ts'
import { zoneOf } from '../supply/policy/zone.ts'
import { type Terminal, WrongUse } from './verb.ts'

/** Without an offset by the clocks of the zone; a time they skip or show twice is not guessed at. */
export function instantAsked(text: string, zone: string): number {
  const exact = parseInstant(text)
  if (exact !== null) return exact
  const local = instantOf(text.length === 'YYYY-MM-DDThh:mm'.length ? `${text}:00` : text, 0)
  if (local === null)
    throw new WrongUse('--at is no time; write for example 2026-11-24T10:00 or 2026-11-24T10:00+08:00')
  const [instant, another] = zoneOf(zone).instantsOf(local)
  if (instant === undefined) throw new WrongUse(`clocks in ${zone} never show ${text}; write its offset`)
  if (another !== undefined) throw new WrongUse(`clocks in ${zone} show ${text} twice; write its offset`)
  return instant
}

export function tellEvaluation(
  policy: Policy,
  { allowed, interlocks, next }: Evaluation,
  at: number,
  json: boolean,
  io: Terminal,
): void {
  const show = (instant: number) => showTime(policy.zone, instant)
  if (json) {
    const head = { policy: policy.name, edition: policy.edition, at: show(at), allowed }
    const later = next && { at: show(next.at), missing: next.missing.map(one => inJson(one, policy)) }
    io.out(JSON.stringify({ ...head, interlocks: interlocks.map(one => inJson(one, policy)), next: later }))
    return
  }
  const says = allowed ? 'every interlock passes' : 'not allowed'
  io.out(`${show(at)}: ${says}, by ${policy.name}, edition ${policy.edition}`)
  for (const one of interlocks) tellInterlock(one, policy, io)
  if (allowed) return
  if (next === null) io.out('next: never, by waiting')
  else if (next.missing.length === 0) io.out(`next: ${show(next.at)}, as things are`)
  else {
    const codes = [...new Set(next.missing.map(({ code }) => code))]
    io.out(`next: ${show(next.at)} at the earliest, where these are mended by then: ${codes.join(', ')}`)
  }
}

function inJson({ earliest, ...one }: Interlock, policy: Policy) {
  return { ...one, earliest: earliest === null ? null : showTime(policy.zone, earliest) }
}

function tellInterlock(one: Interlock, policy: Policy, io: Terminal): void {
  const { name, verdict, code, text, remedy, source, earliest } = one
  io.out(
    `${verdict.padEnd(8)}${name.padEnd(15)}${code === 'PASS' ? '' : `${code}: `}${text}${source === null ? '' : `  (${source.trim()})`}`,
  )
  const when = earliest === null ? '' : `; passes from ${showTime(policy.zone, earliest)} on`
  if (remedy !== null) io.out(`${''.padEnd(23)}→ ${remedy}${when}`)
}

export function tellDays(policy: Policy, first: string, last: string, json: boolean, io: Terminal): void {
  let open = 0
  let days = 0
  for (const day of daysOf(policy, first, last)) {
    days += 1
    if (day.open.length > 0) open += 1
    if (json) io.out(JSON.stringify(dayInJson(day, policy)))
    else io.out(`${showDate(day.date).padEnd(20)}  ${dayInWords(day, policy)}`)
  }
  if (!json) io.out(`cuts are permitted on ${open} of ${days} days, where all else passes (${policy.zone})`)
}

function dayInJson({ date, open, against }: Day, policy: Policy) {
  return {
    date,
    weekday: weekdayOf(date),
    open: open.map(({ from, to }) => ({
      from: showTime(policy.zone, from),
      to: showTime(policy.zone, to),
    })),
    against: against.map(({ name, verdict, code, text, source }) => ({ name, verdict, code, text, source })),
  }
}

function dayInWords({ open, against }: Day, policy: Policy): string {
  if (open.length === 0) return `–  ${against.map(({ code, text }) => `${code}: ${text}`).join('; ')}`
  const clock = (instant: number) => {
    const minute = Math.floor(zoneOf(policy.zone).localAt(instant) / MINUTE)
    return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
  }
  return open.map(({ from, to }) => `${clock(from)}–${clock(to)}`).join(', ')
}

/**
 * What goes on bills is asked for once more when it is here and good (V-W1, PR-41): by questions of its own, of another
 * form where the driver knows one; so is all else that came with a value the meter took back. Where two answers differ a
 * third decides. Pure: whoever talks hands in the answers.
 */

import type { MeterConfig } from '../config/config.ts'
import { isBoundary } from '../core/calendar.ts'
import { formatScaled } from '../core/scaled.ts'
import { civilOf } from '../core/time.ts'
import type { Finding, Reading, ValidatedReading } from '../reading/reading.ts'
import type { Known } from '../reading/rules/known.ts'
import { findingOf } from '../reading/rules/rule.ts'
import { isWitnessed, SECOND_READ } from '../reading/rules/witness.ts'
import { judgedWith } from '../reading/validate.ts'
import { worthOf } from '../reading/worth.ts'
import type { FillJob, FreezeJob, Job, PollJob } from './job.ts'
import { freezePlansOf } from './plans.ts'
import type { Outcome } from './round.ts'

/** What to ask again of a round that came well; null where nothing of it goes on bills and nothing was refuted. */
export function againOf(
  config: MeterConfig,
  job: Job,
  { end, saidOnce = [], round: { readings } }: Outcome,
  offsetMinutes: number,
): FreezeJob | PollJob | null {
  if (end !== 'done' || job.kind === 'fill') return null
  const isAll = isBilled(config, job, offsetMinutes)
  const again = readings.filter(one => (isAll && isWanted(one)) || saidOnce.includes(one.obis))
  const wanted = new Set(again.map(({ obis }) => obis))
  const [frozen] = readings
  if (wanted.size === 0 || !frozen) return null
  const all = (job.kind === 'poll' ? job.poll : job.plan).points
  // The same list where it is all of it: drivers know a list again by its identity.
  const points = all.every(({ obis }) => wanted.has(obis)) ? all : all.filter(({ obis }) => wanted.has(obis))
  return job.kind === 'poll'
    ? { ...job, poll: { ...job.poll, points }, askedBefore: all }
    : { ...job, plan: { ...job.plan, points }, justRead: civilOf(frozen.readAt, offsetMinutes) }
}

/** A freeze that no rule lets pass, however often it was asked for at once: an hour later the line may be another. */
export function isToBeHeardLater(
  config: MeterConfig,
  job: Job,
  { end, round: { readings } }: Outcome,
  offsetMinutes: number,
): boolean {
  const isDoubted = ({ quality, obis, kind, findings }: ValidatedReading) =>
    quality === 'suspect' && SECOND_READ.of(obis, kind) && !isWitnessed(findings)
  return (
    end === 'done' &&
    job.kind === 'freeze' &&
    isBilled(config, job, offsetMinutes) &&
    readings.some(isDoubted)
  )
}

/** To be asked in the form it was asked in first. */
export function asAtFirst(again: FreezeJob | PollJob): Job {
  if (again.kind === 'poll') return { kind: again.kind, poll: again.poll, slot: again.slot }
  const { kind, plan, boundary, nth } = again
  return { kind, plan, boundary, nth }
}

/** Whether what a job brings goes on bills. */
export function isBilled(config: MeterConfig, job: Job, offsetMinutes: number): job is Exclude<Job, FillJob> {
  if (job.kind === 'freeze') return job.plan.bills
  if (job.kind === 'fill') return false
  const { slot } = job
  const { settlement: on = [] } = config
  const isMidnight = worthOf({ obis: ENERGY, kind: 'poll', slot }, { offsetMinutes }) === 'billing'
  if (!isMidnight && !isBoundary({ on, offsetMinutes }, slot)) return false
  return !freezePlansOf(config, offsetMinutes).some(({ bills }) => bills)
}

const ENERGY = '1-0:1.8.0'

/** Good, and of what bills are made of. */
function isWanted({ quality, obis, kind }: ValidatedReading): boolean {
  return quality === 'good' && SECOND_READ.of(obis, kind)
}

/** Whether the second answer leaves open what the meter says, so that it is to be asked a third time. */
export function isOpen(first: Outcome, second: Outcome): boolean {
  return first.round.readings.some(one => {
    const finding = isWanted(one) ? findingBeside(one, second) : null
    return finding !== null && finding.verdict !== 'accept'
  })
}

/** All answers as one round: each register as two of them say it, else as first said and suspect. */
export function settled(first: Outcome, second: Outcome, third: Outcome | null): Outcome {
  const answers = third ? [first, second, third] : [first, second]
  const merged = first.round.readings.map(one =>
    isWanted(one) ? settledOne(one, answers) : momentary(one, first, second),
  )
  const exchanges = answers.flatMap(({ round }) => round.exchanges)
  const lacksWitness = merged.some(
    (one, place) => isWanted(first.round.readings[place] ?? one) && !isWitnessed(one.findings),
  )
  return { ...first, round: { ...first.round, exchanges, readings: merged }, lacksWitness }
}

/** What came with a refuted value and may be another a moment later counts as it was said again. */
function momentary(one: ValidatedReading, first: Outcome, second: Outcome): ValidatedReading {
  const again = first.saidOnce?.includes(one.obis) ? answerTo(one, second)?.reading : undefined
  return again ? { ...again, exchange: again.exchange + first.round.exchanges.length } : one
}

function settledOne(first: ValidatedReading, answers: readonly Outcome[]): ValidatedReading {
  const said = answers.flatMap((outcome, nth) => {
    const one = nth === 0 ? first : answerTo(first, outcome)?.reading
    const before = answers.slice(0, nth).reduce((sum, { round }) => sum + round.exchanges.length, 0)
    return one ? [{ outcome, one, exchange: one.exchange + before }] : []
  })
  let apart: Finding | null = null
  const inWords = said.map(({ one: { value, unit } }) => `${formatScaled(value)} ${unit}`).join(', then ')
  for (const [nth, later] of said.entries())
    for (const earlier of said.slice(0, nth)) {
      const finding = findingBeside(earlier.one, later.outcome)
      if (finding?.verdict === 'accept') {
        const odd = apart ? `; asked three times, it said ${inWords}` : ''
        const evidence = `${finding.evidence} in exchange ${later.exchange + 1}${odd}`
        return judgedWith({ ...earlier.one, exchange: earlier.exchange }, { ...finding, evidence })
      }
      apart = finding ?? apart
    }
  if (!apart) return first
  const evidence = `no two answers are alike: the meter said ${inWords}`
  return judgedWith(first, { ...apart, evidence })
}

/** What V-W1 says of the answer to the same question in a later outcome; null where there is none. */
function findingBeside(before: Reading, outcome: Outcome): Finding | null {
  const answer = answerTo(before, outcome)
  if (!answer) return null
  const known = { ...answer.known, saidBefore: before }
  return findingOf(SECOND_READ, SECOND_READ.check(answer.reading, known))
}

function answerTo(
  { obis, slot }: Reading,
  { round, judged }: Outcome,
): { readonly reading: ValidatedReading; readonly known: Known } | null {
  const place = round.readings.findIndex(one => one.obis === obis && one.slot === slot)
  const [reading, beside] = [round.readings[place], judged.by[place]?.known]
  return reading && beside ? { reading, known: beside } : null
}

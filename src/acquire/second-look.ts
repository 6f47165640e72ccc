/**
 * A value that no rule lets pass is asked for again at once, before the meter is accused: what the line garbled under a
 * checksum that passed it is gone then, what the meter itself says stays (PR-41; vee.md §1). So is a round in which the
 * meter's clock showed no date there is: all of it was judged by that clock.
 */

import type { Clock } from '../core/clock.ts'
import { compareScaled, formatScaled } from '../core/scaled.ts'
import { HOUR, MINUTE, NO_DATE_MS } from '../core/time.ts'
import type { Again } from '../reading/alarm/in-round.ts'
import type { Finding, ValidatedReading } from '../reading/reading.ts'
import { isOfRounds } from '../reading/rules/table.ts'
import { agrees, SECOND_READ } from '../reading/rules/witness.ts'
import type { FillJob, Job } from './job.ts'
import type { Outcome } from './round.ts'

export interface SecondLook {
  /**
   * What to ask again, or null for nothing: the registers in doubt alone, so by other requests where they came with others;
   * all of the job where it is one against another that they fail.
   */
  jobFor(meter: string, job: Job, outcome: Outcome): Exclude<Job, FillJob> | null
  /** Both as one round. A register keeps the second answer where that passes, else the first with what the second said. */
  settle(meter: string, first: Outcome, again: Outcome): Outcome
}

/** What the meter has said twice it will say again; so long nobody asks. */
const CONFIRMED_FOR_MS = HOUR
/** Who does not answer a second time, or not all of it, may never do: the line is others' meanwhile. */
const UNANSWERED_FOR_MS = 10 * MINUTE
/** What is running is the same fact in every slot. */
const ANY_SLOT = 0

/** Of the value itself; an archive's ratio (V-R18), a clock or an identity is not settled by another answer. */
const OF_THE_VALUE = /^V-(R|L|F11|T8)/
const NOT_OF_IT = ['V-R18']

export function createSecondLook(clock: Pick<Clock, 'monotonic'>): SecondLook {
  /** Until when nobody asks, monotonic, by meter, register and kind; a freeze of another day is another fact. */
  const rests = new Map<string, { readonly until: number; readonly slot: number }>()

  const restOf = (meter: string, { obis, kind, slot }: ValidatedReading) =>
    rest(`${meter} ${obis} ${kind}`, kind === 'poll' ? ANY_SLOT : slot)
  const clockRest = (meter: string) => rest(`${meter} clock`, ANY_SLOT)

  function rest(key: string, slot: number) {
    const before = rests.get(key)
    const isOfIt = before?.slot === slot
    const until = isOfIt ? before.until : Number.NEGATIVE_INFINITY
    return {
      lasts: clock.monotonic() < until,
      begin: (ms: number) => rests.set(key, { until: Math.max(clock.monotonic() + ms, until), slot }),
      end: () => rests.delete(key),
    }
  }

  return {
    jobFor(meter, job, { round }) {
      const inDoubt = round.readings.filter(isDoubted)
      const isClockAsked = showsNoDate(round) && !clockRest(meter).lasts
      if (job.kind === 'fill' || (!isClockAsked && inDoubt.every(one => restOf(meter, one).lasts)))
        return null
      const doubted = new Set(inDoubt.map(({ obis }) => obis))
      const all = (job.kind === 'poll' ? job.poll : job.plan).points
      const points =
        isClockAsked || round.readings.some(isDoubtedTogether)
          ? all
          : all.filter(({ obis }) => doubted.has(obis))
      return job.kind === 'poll'
        ? { ...job, poll: { ...job.poll, points } }
        : { ...job, plan: { ...job.plan, points } }
    },
    settle(meter, accused, again) {
      const first = byItsClock(accused, again)
      if (first === accused && showsNoDate(accused.round)) clockRest(meter).begin(CONFIRMED_FOR_MS)
      const readings = first.round.readings.map(one => {
        if (!isDoubted(one)) return one
        const resting = restOf(meter, one)
        const second = answerTo(one, again)
        // A rule over several registers passes nothing that it did not see all of.
        if (!second || (isDoubtedTogether(one) && !isWhole(first, again))) {
          resting.begin(UNANSWERED_FOR_MS)
          return one
        }
        if (second.quality !== 'good') {
          resting.begin(CONFIRMED_FOR_MS)
          return confirmedBy(one, second)
        }
        resting.end()
        const exchange = second.exchange + first.round.exchanges.length
        return { ...second, exchange, findings: [...second.findings, ...refuted(one, second)] }
      })
      const exchanges = [...first.round.exchanges, ...again.round.exchanges]
      const judged = { ...first.judged, again: saidTwice(first, again) }
      const isRefuted = readings.some(
        ({ value }, place) => compareScaled(value, accused.round.readings[place]?.value ?? value) !== 0,
      )
      const saidOnce = isRefuted ? readings.filter(one => !answerTo(one, again)).map(({ obis }) => obis) : []
      return { ...first, round: { ...first.round, exchanges, readings }, judged, saidOnce }
    },
  }
}

function showsNoDate({ clock }: Outcome['round']): boolean {
  return clock !== null && Math.abs(clock.deviationMs) >= NO_DATE_MS
}

/** The first round as the clock of the second has it, where that shows a date: each reading as the second answer has it. */
function byItsClock(first: Outcome, again: Outcome): Outcome {
  const { clock } = again.round
  if (!showsNoDate(first.round) || clock === null || showsNoDate(again.round) || !isWhole(first, again))
    return first
  const place = first.round.exchanges.length
  const readings = first.round.readings.map(one => {
    const second = answerTo(one, again)
    return second && !isDoubted(one) ? { ...second, exchange: second.exchange + place } : one
  })
  return { ...first, round: { ...first.round, clock, readings }, judged: again.judged }
}

function isDoubted({ quality, findings }: ValidatedReading): boolean {
  return quality === 'suspect' && findings.some(isOfTheValue)
}

function isOfTheValue({ rule, verdict }: Finding): boolean {
  return verdict === 'suspect' && OF_THE_VALUE.test(rule) && !NOT_OF_IT.includes(rule)
}

/** By a rule that holds several registers of the round against each other. */
function isDoubtedTogether({ findings }: ValidatedReading): boolean {
  return findings.some(one => isOfTheValue(one) && isOfRounds(one.rule))
}

/** Whether the second answer holds all that the first one did. */
function isWhole(first: Outcome, again: Outcome): boolean {
  return first.round.readings.every(one => answerTo(one, again) !== undefined)
}

/**
 * Two answers that fail alike and differ are noise twice, and agree on nothing; by a rule over several registers they agree
 * only where all of those are the same.
 */
function saidTwice(first: Outcome, again: Outcome): Again[] {
  const answers = again.round.readings.map((one, place) => {
    const [before, known] = [answerTo(one, first), again.judged.by[place]?.known]
    const isRegister = SECOND_READ.of(one.obis, one.kind)
    const isSame = before !== undefined && known !== undefined && (!isRegister || agrees(before, one, known))
    return { one, isSame }
  })
  const apart = new Set(
    answers.filter(({ isSame }) => !isSame).flatMap(({ one }) => one.findings.map(({ rule }) => rule)),
  )
  return answers.flatMap(({ one: { obis, kind, findings }, isSame }) =>
    findings
      .filter(isOfTheValue)
      .filter(({ rule }) => isSame && !(isOfRounds(rule) && apart.has(rule)))
      .map(finding => ({ obis, kind, finding })),
  )
}

function answerTo({ obis, slot }: ValidatedReading, { round }: Outcome): ValidatedReading | undefined {
  return round.readings.find(one => one.obis === obis && one.slot === slot)
}

/** What was wrong with the first answer, and is not with the one that is kept. */
function refuted(first: ValidatedReading, second: ValidatedReading): Finding[] {
  return first.findings.filter(isOfTheValue).map(finding => ({
    ...finding,
    verdict: 'accept',
    severity: 3,
    codes: [],
    evidence: `asked again at once, the meter said ${said(second)}; the first answer was none of its: ${finding.evidence}`,
  }))
}

function confirmedBy(first: ValidatedReading, second: ValidatedReading): ValidatedReading {
  const findings = first.findings.map(finding =>
    isOfTheValue(finding)
      ? { ...finding, evidence: `${finding.evidence}; asked again at once, the meter said ${said(second)}` }
      : finding,
  )
  return { ...first, findings }
}

function said({ value, unit }: ValidatedReading): string {
  return `${formatScaled(value)} ${unit}`
}

/** What a round says of a meter to its alarms: which rules failed, whether twice, and which of those watched passed. */

import { MINUTE } from '../../core/time.ts'
import type { Finding, Kind, ValidatedReading } from '../reading.ts'
import { LOAD_RULES } from '../rules/load.ts'
import { type Given, isEvaluated, type RuleFacts } from '../rules/rule.ts'
import { READING_RULES, ROUND_RULES } from '../rules/table.ts'
import { aboutOf, type Fails, type Figure, isSuspicion, type Passes } from './alarm.ts'

/** How the readings of a round came to their findings. */
export interface Judged {
  /** What they were judged by, in their order. */
  readonly by: readonly Given[]
  /** Findings of a second answer asked for at once. */
  readonly again: readonly Again[]
  /** Rules that went by what was measured in an earlier round: they say the same again, and it is no second read. */
  readonly stale: readonly string[]
}

/** With the register it is of. */
export interface Again {
  readonly obis: string
  readonly kind: Kind
  readonly finding: Finding
}

/** Only of what is watched it matters whether it passes. */
export function inRound(
  readings: readonly ValidatedReading[],
  judged: Judged,
  watched: readonly Watched[],
): { readonly fails: readonly Fails[]; readonly passes: readonly Passes[] } {
  const passes = watched.filter(
    ({ rule, about }) =>
      !judged.stale.includes(rule) &&
      !readings.some(reading => says(reading, rule, about)) &&
      wasEvaluated(judged.by, rule, about),
  )
  return { fails: failsOf(readings, judged), passes }
}

/** What there is a suspicion or an alarm of. */
export interface Watched {
  readonly rule: string
  readonly about: string
}

const NOTHING: readonly Fails[] = []
const CLOCKS_AGREE_MS = MINUTE

/**
 * One for each rule and register, however many readings show it: one answer is one read. Of powers summed over hours a
 * second answer adds nothing: the next window must agree.
 */
function failsOf(readings: readonly ValidatedReading[], judged: Judged): readonly Fails[] {
  let fails = NOTHING
  for (const reading of readings)
    for (const finding of reading.findings) {
      if (!isSuspicion(finding) || judged.stale.includes(finding.rule)) continue
      const about = aboutOf(finding.rule, reading.obis, reading.kind)
      if (fails.some(one => one.finding.rule === finding.rule && one.about === about)) continue
      if (restsOnOneValue(reading, finding, judged.by)) continue
      const second = judged.again.find(
        one =>
          one.finding.rule === finding.rule &&
          aboutOf(finding.rule, one.obis, one.kind) === about &&
          !LOAD_RULES.some(hasId(finding.rule)),
      )
      const figure = figureOf(finding, judged.by)
      fails = [
        ...fails,
        { about, finding, ...(second && { again: second.finding }), ...(figure && { figure }) },
      ]
    }
  return fails
}

/** A clock that is off is so by the same amount a cycle later; two that were misread are not. */
function figureOf({ rule }: Finding, judged: readonly Given[]): Figure | null {
  const value = judged[0]?.known.clockDeviationMs ?? null
  return rule === 'V-T2' && value !== null ? { value, within: CLOCKS_AGREE_MS } : null
}

/** Any verdict but "accept" is none: a flag of severity 3 where a suspicion stood has not passed. */
function says({ obis, kind, findings }: ValidatedReading, rule: string, about: string): boolean {
  return findings.some(
    one => one.rule === rule && one.verdict !== 'accept' && aboutOf(rule, obis, kind) === about,
  )
}

/**
 * Without that one kept value the reading would pass: then either may be the wrong one, and what the line once garbled
 * into a good value would accuse the meter with every true answer after it.
 */
function restsOnOneValue(reading: ValidatedReading, finding: Finding, judged: readonly Given[]): boolean {
  const rule = READING_RULES.find(({ id }) => id === finding.rule)
  const given = judged.find(({ reading: { obis, slot } }) => obis === reading.obis && slot === reading.slot)
  if (!rule || !given) return false
  const others = (finding.samples ?? [])
    .filter(one => one.kind !== reading.kind || one.at !== reading.readAt)
    .map(({ at }) => at)
  if (others.length === 0) return false
  const { kept, keptOther } = given.known
  const known = {
    ...given.known,
    kept: kept.filter(({ readAt }) => !others.includes(readAt)),
    keptOther: keptOther.filter(({ readAt }) => !others.includes(readAt)),
  }
  const checked = rule.check(given.reading, known)
  return checked === null || ('verdict' in checked && checked.verdict === 'accept')
}

/** A rule that lacked something was not evaluated, which is not the same as passed; one that acts elsewhere never is here. */
function wasEvaluated(judged: readonly Given[], id: string, about: string): boolean {
  const isOfIt = ({ reading: { obis, kind } }: Pick<Given, 'reading'>) => aboutOf(id, obis, kind) === about
  const ofRound = ROUND_RULES.find(hasId(id))
  if (ofRound) {
    // Of several sets in a round it may be the one in doubt that lacks something.
    const told = ofRound.check(judged.filter(isOfIt))
    return told.length > 0 && told.every(({ checked }) => isEvaluated(checked))
  }
  const rule = READING_RULES.find(hasId(id))
  return (
    rule !== undefined &&
    judged.some(
      given =>
        isOfIt(given) &&
        rule.of(given.reading.obis, given.reading.kind) &&
        isEvaluated(rule.check(given.reading, given.known)),
    )
  )
}

function hasId(id: string) {
  return (rule: RuleFacts) => rule.id === id
}

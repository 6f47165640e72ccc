/** What a person is told when a rule fails again and again: the words, and what of a finding belongs to which alarm. */

import { totalOf } from '../../core/obis.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Finding, Kind } from '../reading.ts'
import { isOfRounds } from '../rules/table.ts'

/** Whom an alarm is about: one meter, or what many meters share (V-A2). */
export type AlarmScope = 'meter' | 'line' | 'gateway'

/** Of each there is at most one alarm that stands. */
export interface AlarmSubject {
  readonly scope: AlarmScope
  /** The meter or line; '' for the gateway. */
  readonly of: string
  /** The rule that fails, also where many meters fail it together. */
  readonly rule: string
  /** The register and kind, the kind alone, or '' for the meter as such. */
  readonly about: string
}

/** Alarms are these events; what stands is what was raised or reopened last and not cleared since. */
export interface AlarmEvent extends AlarmSubject {
  readonly event: 'raised' | 'reopened' | 'cleared'
  /** The meter's line; '' for the gateway. */
  readonly line: string
  /** Of the rule; null in findings of before rules had versions. */
  readonly version: number | null
  readonly severity: Severity
  /** Bills must not be made of what it is about: the rule withholds values. */
  readonly blocks: boolean
  readonly codes: readonly string[]
  /** UTC ms. */
  readonly at: number
  /** How often it was opened: 1 when raised, one more with each recurrence within a day. */
  readonly opened: number
  readonly evidence: AlarmEvidence
}

export type Severity = Finding['severity']

export interface AlarmEvidence {
  /** In words an engineer can act on. */
  readonly text: string
  /** Of one meter: both reads that agree. Of many: one of each of the first few. */
  readonly reads: readonly Read[]
  /** Who failed together; absent for an alarm of one meter. */
  readonly failing?: readonly Pick<AlarmSubject, 'of' | 'about'>[]
}

/** What many meters share and bills of a line's meters wait for (V-A2), in words; null where nothing holds them back. */
export function holdingBack(
  standing: Iterable<AlarmEvent>,
  line: string | undefined,
  offsetMinutes: number,
): string | null {
  for (const { scope, of, blocks, at, evidence } of standing)
    if (blocks && (scope === 'gateway' || (scope === 'line' && of === line)))
      return `V-A2: since ${isoWithOffset(at, offsetMinutes)} ${evidence.text}`
  return null
}

/** One answer of a meter that a rule did not let pass. */
export interface Read {
  readonly meter: string
  /** When it was judged, UTC ms. */
  readonly at: number
  readonly finding: Finding
}

/** An event as it is kept, the older the lower its number. */
export interface KeptAlarm extends AlarmEvent {
  readonly sequence: number
}

export interface Fails {
  readonly about: string
  readonly finding: Finding
  /** The second answer that said the same, asked for at once. */
  readonly again?: Finding
  /** What was measured, where two reads agree only within so much of each other. */
  readonly figure?: Figure
}

export interface Figure {
  readonly value: number
  readonly within: number
}

/** What a rule was satisfied with. */
export interface Passes {
  readonly rule: string
  /** Null for everything the rule says of the meter. */
  readonly about: string | null
}

/** What a round, or any other look, told of a meter; what is not told was not evaluated, and changes nothing. */
export interface Told {
  readonly fails: readonly Fails[]
  readonly passes: readonly Passes[]
  /** How long a look of this kind at all meters takes, where it is not a cycle of the line. */
  readonly cycleMs?: number
}

/** Of findings that stand with no reading. `agreed` where two looks have said so already; "accept" is a clean cycle. */
export function toldBy(findings: readonly Finding[], agreed: boolean): Told {
  return {
    fails: findings.filter(isSuspicion).map(finding => ({
      about: aboutOfFinding(finding),
      finding,
      ...(agreed && { again: finding }),
    })),
    passes: findings
      .filter(({ verdict }) => verdict === 'accept')
      .map(finding => ({
        rule: finding.rule,
        about: finding.samples === undefined ? null : aboutOfFinding(finding),
      })),
  }
}

/** Whose state a person settles elsewhere: a new meter waits for its acceptance (docs/commissioning.md), nothing is wrong with it. */
const TOLD_ELSEWHERE: readonly string[] = ['V-C1']

/** Severity 3 only informs; what is rejected is no reading, and nothing of the meter. */
export function isSuspicion({ rule, verdict, severity }: Finding): boolean {
  if (severity === 3 || TOLD_ELSEWHERE.includes(rule)) return false
  return isWithholding({ verdict }) || verdict === 'flag'
}

export function isWithholding({ verdict }: Pick<Finding, 'verdict'>): boolean {
  return verdict === 'suspect' || verdict === 'quarantine'
}

const OF_A_REGISTER = /^V-(R|L|F11|F12)/
/** The archive's ratio is the meter's, whichever register shows it. */
const OF_THE_METER: readonly string[] = ['V-R18']

/** What of a meter a rule speaks of where it judges such a register; tariffs are of their total, which fails with them. */
export function aboutOf(rule: string, obis: string, kind: Kind): string {
  if (isOfRounds(rule)) return kind
  return OF_A_REGISTER.test(rule) && !OF_THE_METER.includes(rule) ? `${totalOf(obis)} ${kind}` : ''
}

/** The same of a finding that stands with no reading: the register its samples are all of. */
export function aboutOfFinding({ rule, samples = [] }: Finding): string {
  const abouts = new Set(samples.map(({ obis, kind }) => aboutOf(rule, obis, kind)))
  const [only = '', another] = abouts
  return another === undefined ? only : ''
}

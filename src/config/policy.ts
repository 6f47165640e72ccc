/** From the file of a policy to what it says, or to everything that is wrong with it at once. */

import { parseScaled } from '../core/scaled.ts'
import type { DateRange } from '../supply/policy/dates.ts'
import type { Facts, Notice } from '../supply/policy/facts.ts'
import type { Policy, Protection } from '../supply/policy/policy.ts'
import { FUSED } from '../supply/policy/policy.ts'
import { type Complain, type Complaint, complainAbout, type Source, sortComplaints } from './complaint.ts'
import { checkPolicy } from './policy-checks.ts'
import {
  factsSchema,
  parseInstant,
  parseWindowEnd,
  policySchema,
  type RightFacts,
  type RightPolicy,
} from './policy-schema.ts'
import { parseDuration, parseMinute } from './quantities.ts'
import { checkShape } from './shape.ts'
import { readSource } from './source-file.ts'

type Wrong = { readonly complaints: readonly Complaint[] }

export interface RightFile {
  readonly policy: Policy
  /** What works and should be known all the same. */
  readonly warnings: readonly Complaint[]
}

/** `now` is UTC ms: what a policy knows of the time to come is worth a warning. */
export async function loadPolicy(file: string, now: number): Promise<RightFile | Wrong> {
  const complaints: Complaint[] = []
  const warnings: Complaint[] = []
  const source = await readSource(file, 'see examples/policies for the form', complaints)
  if (!source) return { complaints }
  const written = checkShape(policySchema, source, complainAbout(source, complaints))
  // The zone of a file that is wrong elsewhere is looked at as well; the rest needs what it compares.
  checkPolicy(written, now, complainAbout(source, complaints), complainAbout(source, warnings))
  if (complaints.length > 0) return { complaints: sortComplaints(complaints) }
  return { policy: policyOf(written as RightPolicy), warnings: sortComplaints(warnings) }
}

/** JSON or YAML; what is not in it is unknown. */
export async function loadFacts(file: string): Promise<{ readonly facts: Facts } | Wrong> {
  const complaints: Complaint[] = []
  const source: Source | null = await readSource(file, '{} is the least: nothing is known', complaints)
  if (!source) return { complaints }
  const complain: Complain = complainAbout(source, complaints)
  const written = checkShape(factsSchema, source, complain)
  if (complaints.length > 0) return { complaints: sortComplaints(complaints) }
  return { facts: factsIn(written as RightFacts) }
}

function policyOf(written: RightPolicy): Policy {
  const { firstNotice, secondNotice, windows, holidays, arrears, read, meterClock, fuses, approval } = written
  return {
    name: written.policy,
    edition: written.edition,
    jurisdiction: written.jurisdiction,
    zone: written.zone,
    accepted: { by: written.acceptedBy, on: written.acceptedOn },
    firstNotice,
    secondNotice: {
      source: secondNotice.source,
      leastMs: taken(parseDuration, secondNotice.least),
      mostMs: taken(parseDuration, secondNotice.most),
    },
    windows: {
      source: windows.source,
      never: windows.never,
      open: windows.open.map(({ days, from, to }) => ({
        days,
        from: taken(parseMinute, from),
        to: taken(parseWindowEnd, to),
      })),
    },
    holidays: { ...holidays, days: holidays.days.map(({ name, ...range }) => ({ name, ...rangeOf(range) })) },
    noCut: written.noCut,
    declared: written.declared,
    protections: new Map(
      Object.entries(written.protections).flatMap(([name, rule]) =>
        rule === undefined
          ? []
          : [[name as Protection, { ...rule, extraDays: rule.extraDays ?? 0 }] as const],
      ),
    ),
    arrears: { ...arrears, least: taken(parseScaled, arrears.least) },
    read: { source: read.source, mostAgeMs: taken(parseDuration, read.mostAge) },
    meterClock: { source: meterClock.source, mostErrorMs: taken(parseDuration, meterClock.mostError) },
    fuses: {
      source: fuses.source,
      limits: new Map(FUSED.flatMap(of => (fuses[of] ? [[of, fuses[of]] as const] : []))),
      ratio: fuses.ratio,
      canary: fuses.canary,
    },
    approval: {
      source: approval.source,
      apart: approval.apart,
      selectForMs: taken(parseDuration, approval.selectFor),
    },
  }
}

/** As a file of facts, or the daemon, says them. */
export function factsIn(written: RightFacts): Facts {
  const { customer, arrears, read, meterClock, gatewayTime, protections } = written
  return {
    customer: customer ?? null,
    arrears: arrears ? { amount: taken(parseScaled, arrears.amount), currency: arrears.currency } : null,
    read: read ? { at: taken(parseInstant, read.at), quality: read.quality } : null,
    meterClockErrorMs: meterClock ? meterClock.offBySeconds * 1000 : null,
    gatewayTime: gatewayTime ?? null,
    firstNotice: noticeOf(written.firstNotice),
    secondNotice: noticeOf(written.secondNotice),
    protections:
      protections?.map(({ to, authorityReference, visited, ...rest }) => ({
        ...rest,
        to: to ?? null,
        authorityReference: authorityReference ?? null,
        visited: visited === undefined ? null : taken(parseInstant, visited),
      })) ?? null,
    declared: new Map(Object.entries(written.declared ?? {})),
  }
}

function noticeOf(written: RightFacts['firstNotice']): Notice | null {
  if (written === undefined) return null
  return typeof written === 'string' ? written : taken(parseInstant, written.delivered)
}

function rangeOf({ from, to }: { from: string; to?: string | undefined }): DateRange {
  return { from, to: to ?? from }
}

/** The schema has taken only what can be read; not a number, and comparisons with it, must never get further. */
function taken<Value>(parse: (written: string) => Value | null, written: string): Value {
  const value = parse(written)
  if (value === null) throw new RangeError(`${written} was taken and cannot be read`)
  return value
}

/**
 * What of a meter's readings at a boundary may go on a bill: conditions 1 to 5 of the billing-ready definition
 * (docs/api.md). Where in doubt the answer is "missing" with the reason, never a value.
 */

import { isEnergyRegister, tariffOf, totalOf } from '../../core/obis.ts'
import { compareScaled } from '../../core/scaled.ts'
import { MINUTE } from '../../core/time.ts'
import type { Finding, Kind } from '../reading.ts'
import {
  CLOCK_BROKEN_MS,
  CLOCK_COUNTS_WITHIN_MS,
  CLOCK_SUSPECT_MS,
  clockInWords,
} from '../rules/clock-limits.ts'
import {
  type BillingFacts,
  type BillingVerdict,
  type Condition,
  type Doubt,
  type DoubtCode,
  type KeptReading,
  OWN_CONDITIONS,
  type OwnCondition,
} from './billing-read.ts'

/** A meter without freezes is read by the clock: this far from the boundary its answer still stands for it. */
const TIMED_READ_WITHIN_MS = 5 * MINUTE

/** A freeze stamped this near to a boundary was meant for it; meters freeze at most every quarter of an hour. */
export const STAMPED_NEAR_MS = 10 * MINUTE

/** The registers a bill needs out of those a meter freezes or is polled for. */
export function neededOf(obisCodes: readonly string[]): readonly string[] {
  return [...new Set(obisCodes.filter(isEnergyRegister))].sort()
}

/** Judges what is kept of one meter for one boundary (UTC ms). */
export function judgeBilling(
  facts: BillingFacts,
  boundary: number,
  kept: readonly KeptReading[],
): BillingVerdict {
  const kind: Kind = facts.origin === 'freeze' ? 'freeze' : 'poll'
  const known = kept
    .filter(one => one.kind === kind && one.slot === boundary && facts.needed.includes(one.obis))
    .sort(byRegisterThenVersion)
  const chosen = facts.needed.flatMap(obis => latest(known, obis))
  const unread = facts.needed.filter(obis => !chosen.some(one => one.obis === obis))
  const beside = kind === 'freeze' ? unread.flatMap(obis => nearest(kept, obis, boundary)) : []
  const doubts = [
    ...doubtsOfOrigin(facts.origin, boundary, [...chosen, ...beside]),
    ...chosen.flatMap(doubtsOfIdentity),
    ...doubtsOfTime(facts, boundary),
    ...doubtsOfCompleteness(facts, chosen, beside),
    ...doubtsOfValidity(facts.needed, known),
  ]
  const judged = {
    meter: facts.meter,
    origin: facts.origin,
    conditions: explain(facts, doubts, chosen.length > 0),
    doubts,
  }
  if (chosen.length === 0 || doubts.some(doubt => doubt.blocks === 'all'))
    return { ...judged, status: 'missing', known: [...known, ...beside].sort(byRegisterThenVersion) }
  const split = doubts.length > 0
  const registers = split ? chosen.filter(one => !isTariff(one.obis)) : chosen
  const withheld = split ? facts.needed.filter(isTariff) : []
  const status = withheld.length > 0 ? 'totals-only' : 'ready'
  return { ...judged, status, state: 'provisional', rounds: roundsOf(registers), registers, withheld }
}

/** Condition 1: the freeze of exactly this boundary, or an answer within the limit around it. */
function doubtsOfOrigin(
  origin: BillingFacts['origin'],
  boundary: number,
  chosen: readonly KeptReading[],
): Doubt[] {
  return chosen.flatMap((one): Doubt[] => {
    const awayMs = (one.slot === boundary ? one.readAt : one.slot) - boundary
    if (origin === 'timed') {
      if (Math.abs(awayMs) <= TIMED_READ_WITHIN_MS) return []
      const text = `read ${away(seconds, awayMs)} the boundary; a timed read counts within ${seconds(TIMED_READ_WITHIN_MS)}`
      return [{ condition: 'origin', code: 'NOT_READ_IN_TIME', obis: one.obis, text, blocks: 'all' }]
    }
    const stamped: Doubt = {
      condition: 'origin',
      code: 'NOT_STAMPED_AT_BOUNDARY',
      obis: one.obis,
      text: '',
      blocks: 'all',
    }
    if (awayMs !== 0)
      return [
        {
          ...stamped,
          text: `the freeze is stamped ${away(seconds, awayMs)} the boundary, not exactly at it`,
        },
      ]
    const earlyMs = boundary - one.receivedAt
    if (earlyMs <= CLOCK_SUSPECT_MS) return []
    return [{ ...stamped, text: `received ${seconds(earlyMs)} before the boundary it is stamped with` }]
  })
}

/** Condition 2, as far as a reading can show it: answers from another address (V-I1) never become readings. */
function doubtsOfIdentity(one: KeptReading): Doubt[] {
  return one.findings
    .filter(({ rule }) => rule.startsWith('V-I') || rule === 'V-C1')
    .filter(isAgainst)
    .map(finding => ({
      condition: 'identity',
      code: finding.rule === 'V-C1' ? 'NOT_ACCEPTED' : 'IDENTITY_IN_DOUBT',
      obis: one.obis,
      text: `${finding.rule}: ${finding.evidence}`,
      blocks: 'all',
    }))
}

/** Condition 3: an unknown or wrong clock costs the split into tariffs; a broken one costs the freeze. */
function doubtsOfTime(facts: BillingFacts, boundary: number): Doubt[] {
  if (!restsOnClock(facts)) return []
  const doubt = (code: DoubtCode, text: string, blocks: Doubt['blocks'] = 'tariffs'): Doubt[] => [
    { condition: 'time', code, obis: null, text, blocks },
  ]
  if (facts.clock === null) return doubt('CLOCK_UNKNOWN', "the meter's clock was never measured")
  const { measuredAt, deviationMs } = facts.clock
  const awayMs = measuredAt - boundary
  if (Math.abs(awayMs) > CLOCK_COUNTS_WITHIN_MS)
    return doubt(
      'CLOCK_UNKNOWN',
      `the nearest measurement of the meter's clock is ${away(hours, awayMs)} the boundary; it counts within ${hours(CLOCK_COUNTS_WITHIN_MS)}`,
    )
  const off = clockInWords(deviationMs)
  if (facts.origin === 'freeze' && Math.abs(deviationMs) > CLOCK_BROKEN_MS)
    return doubt('CLOCK_BROKEN', `${off}; over ${seconds(CLOCK_BROKEN_MS)} its midnight is not ours`, 'all')
  if (Math.abs(deviationMs) > CLOCK_SUSPECT_MS)
    return doubt('CLOCK_OFF', `${off}; the split into tariffs counts up to ${seconds(CLOCK_SUSPECT_MS)}`)
  return []
}

/**
 * Condition 4: every needed register, each tariff with its total, true for one moment. Every round of a freeze proves
 * the stamp it was taken at, so a freeze is one set however many rounds it took; timed reads are one only in one round.
 */
function doubtsOfCompleteness(
  facts: BillingFacts,
  chosen: readonly KeptReading[],
  beside: readonly KeptReading[],
): Doubt[] {
  const doubt = (code: DoubtCode, obis: string | null, text: string): Doubt => ({
    condition: 'complete',
    code,
    obis,
    text,
    blocks: 'all',
  })
  if (facts.needed.length === 0)
    return [doubt('NOTHING_NEEDED', null, 'no energy register of this meter is read for billing')]
  const orphans = facts.needed.filter(obis => !facts.needed.includes(totalOf(obis)))
  const unread = facts.needed.filter(obis => ![...chosen, ...beside].some(one => one.obis === obis))
  const rounds = roundsOf(chosen)
  return [
    ...orphans.map(obis =>
      doubt('TOTAL_NOT_PLANNED', obis, `its total ${totalOf(obis)} is not among the registers read`),
    ),
    ...unread.map(obis => doubt('NOT_READ', obis, `no ${facts.origin} read of this boundary is kept`)),
    ...(facts.origin === 'timed' && rounds.length > 1
      ? [
          doubt(
            'MIXED_ROUNDS',
            null,
            `the registers come from ${rounds.length} rounds; a timed read never mixes rounds`,
          ),
        ]
      : []),
  ]
}

function roundsOf(chosen: readonly KeptReading[]): readonly number[] {
  return [...new Set(chosen.map(one => one.round))]
}

/** Condition 5: the latest version of each register is good and no other good version contradicts it. */
function doubtsOfValidity(needed: readonly string[], known: readonly KeptReading[]): Doubt[] {
  return needed.flatMap((obis): Doubt[] => {
    const versions = known.filter(one => one.obis === obis)
    const last = versions.at(-1)
    if (last === undefined) return []
    const doubt = (code: DoubtCode, text: string): Doubt[] => [
      { condition: 'valid', code, obis, text, blocks: 'all' },
    ]
    const contradicting = versions.filter(one => differs(one, last))
    if (
      contradicting.length > 0 &&
      (last.quality !== 'good' || contradicting.some(one => one.quality === 'good'))
    )
      return doubt(
        'CONFLICT',
        `${versions.length} versions with different values are kept and none is decided on`,
      )
    const against = last.findings.filter(isAgainst)
    if (last.quality === 'good' && against.length === 0) return []
    if (isTariff(obis) && last.quality === 'suspect' && isOnlyClock(against))
      return [{ condition: 'time', code: 'CLOCK_OFF', obis, text: inFindings(against), blocks: 'tariffs' }]
    const why = against.length === 0 ? '' : ` (${inFindings(against)})`
    return doubt('NOT_GOOD', `version ${last.version} is ${last.quality}${why}`)
  })
}

function explain(facts: BillingFacts, doubts: readonly Doubt[], isRead: boolean): readonly Condition[] {
  const holds: Record<OwnCondition, string> = {
    origin:
      facts.origin === 'freeze'
        ? "frozen by the meter, stamped exactly at the boundary by the meter's clock"
        : `timed read: answered within ${seconds(TIMED_READ_WITHIN_MS)} of the boundary`,
    identity:
      'V-I1: every answer carried the address that was asked; V-C1: the meter is accepted, or needs no acceptance; V-I2, the nameplate audit, is asked of what is final (billing.md)',
    time: restsOnClock(facts)
      ? `the meter's clock, measured within ${hours(CLOCK_COUNTS_WITHIN_MS)} of the boundary, was at most ${seconds(CLOCK_SUSPECT_MS)} off`
      : "neither the values nor their split rest on the meter's clock",
    complete:
      facts.origin === 'freeze'
        ? 'every needed register is present, each read with the stamp of this boundary'
        : 'every needed register is present, all read in one round',
    valid: 'the latest version of every register is good and uncontradicted',
  }
  return OWN_CONDITIONS.map((name, index) => {
    const against = doubts.filter(doubt => doubt.condition === name)
    const met = against.length === 0 && isRead
    const text = met
      ? holds[name]
      : against.map(inWords).join('; ') || 'not evaluated: nothing is kept of this boundary'
    return { number: index + 1, name, met, text }
  })
}

function restsOnClock(facts: BillingFacts): boolean {
  return facts.origin === 'freeze' || facts.needed.some(isTariff)
}

/** The freeze a meter stamped near the boundary and not at it (V-T3): to look into, never to bill. */
function nearest(kept: readonly KeptReading[], obis: string, boundary: number): KeptReading[] {
  const awayMs = (one: KeptReading) => Math.abs(one.slot - boundary)
  return kept
    .filter(one => one.kind === 'freeze' && one.obis === obis && awayMs(one) > 0)
    .filter(one => awayMs(one) <= STAMPED_NEAR_MS)
    .sort((a, b) => awayMs(a) - awayMs(b) || b.version - a.version)
    .slice(0, 1)
}

function latest(known: readonly KeptReading[], obis: string): KeptReading[] {
  return known.filter(one => one.obis === obis).slice(-1)
}

function differs(a: KeptReading, b: KeptReading): boolean {
  return a.unit !== b.unit || compareScaled(a.value, b.value) !== 0
}

function isTariff(obis: string): boolean {
  return tariffOf(obis) !== 0
}

function isAgainst(finding: Finding): boolean {
  return finding.verdict === 'suspect' || finding.verdict === 'quarantine' || finding.verdict === 'reject'
}

/** V-T2 makes tariff registers suspect for the meter's clock: that is condition 3, and leaves the totals alone. */
function isOnlyClock(against: readonly Finding[]): boolean {
  return against.length > 0 && against.every(finding => finding.rule === 'V-T2')
}

function inFindings(findings: readonly Finding[]): string {
  return findings.map(finding => `${finding.rule}: ${finding.evidence}`).join('; ')
}

function byRegisterThenVersion(a: KeptReading, b: KeptReading): number {
  return a.obis < b.obis ? -1 : a.obis > b.obis ? 1 : a.version - b.version
}

function inWords(doubt: Doubt): string {
  return doubt.obis === null ? doubt.text : `${doubt.obis}: ${doubt.text}`
}

function away(inWords: typeof seconds, ms: number): string {
  return `${inWords(Math.abs(ms))} ${ms < 0 ? 'before' : 'after'}`
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}

function hours(ms: number): string {
  return `${Math.round(ms / 36_000) / 100} h`
}

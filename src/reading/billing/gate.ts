/**
 * The billing gate: the nine conditions under which a read is released, and what is done where one is not met. Pure. What
 * is released is never changed, only followed by another version; in doubt it stands until data or a person decide.
 */

import { onlyGrows } from '../../core/obis.ts'
import { compareScaled, formatScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'
import { type EstimateFacts, estimateBoundary } from '../estimate/boundary.ts'
import { codesOf } from '../quality-codes.ts'
import { factorIn, ONE } from '../ratios.ts'
import {
  type BillingFacts,
  type BillingRead,
  type BillingVerdict,
  type Doubt,
  type DoubtCode,
  doubtOf,
  type KeptReading,
} from './billing-read.ts'
import { judgeBilling } from './billing-ready.ts'
import { capacityBetween, hasRolledOver, increase, isOneSeries } from './continuity.ts'
import type { Settled, Surroundings } from './gate-facts.ts'
import { isSame, whyNotReplaced } from './life-cycle.ts'
import type { Release, ReleasedRegister, Standing } from './release.ts'
import { type Heard, hear, isEnough } from './witness.ts'

/** An audit counts for a boundary this near to it. */
const AUDIT_WITHIN_MS = 7 * DAY

/** What another read may mend or nobody can: an amount may be estimated meanwhile. Never where whose or what it is is unsure. */
const ESTIMABLE: readonly DoubtCode[] = [
  'NOT_READ',
  'NOT_READ_IN_TIME',
  'NOT_STAMPED_AT_BOUNDARY',
  'MIXED_ROUNDS',
  'NOT_GOOD',
  'CONFLICT',
  'CLOCK_BROKEN',
  'CLOCK_OFF',
  'CLOCK_UNKNOWN',
  'WITNESS_AGAINST',
]

/** `kept` is what is kept of the boundary (UTC ms), with freezes stamped near it. */
export function settle(
  facts: BillingFacts,
  boundary: number,
  kept: readonly KeptReading[],
  around: Surroundings,
): Settled {
  const verdict = judgeBilling(facts, boundary, kept)
  if (around.now < boundary + around.policy.settleMs) return { does: 'nothing', verdict }
  const heardBy = verdict.status === 'missing' ? new Map() : hearAll(facts, verdict, around)
  const doubts = [
    ...verdict.doubts.filter(({ blocks }) => blocks === 'all'),
    ...doubtsOfIdentity(boundary, around),
    ...doubtsOfWitnesses(heardBy),
    ...(verdict.status === 'missing' ? [] : doubtsOfContinuity(facts, verdict.registers, around)),
    ...(verdict.status === 'missing' ? [] : doubtsOfMultiplier(verdict.registers, around)),
    ...(around.heldBack === null ? [] : [doubtOf('final', 'HELD_BACK', null, around.heldBack)]),
  ]
  if (doubts.length > 0 || verdict.status === 'missing')
    return withoutActual(facts, boundary, verdict, doubts, around)
  return withActual(facts, boundary, verdict, heardBy, around)
}

/** Met in all that data can say: released, unless something released stands in its way. */
function withActual(
  facts: BillingFacts,
  boundary: number,
  verdict: BillingRead,
  heardBy: HeardBy,
  around: Surroundings,
): Settled {
  const { released } = around
  const standing = verdict.status === 'ready' ? 'actual' : 'totals-only'
  const registers = verdict.registers.map(one => asReleased(one, heardBy.get(one)?.for ?? []))
  const rolled = withRollOvers(registers, facts, around)
  const release = { ...releaseOf(verdict, boundary, standing, rolled, around), withheld: verdict.withheld }
  if (released && isSame(released, release)) return { does: 'nothing', verdict }
  const why = released && whyNotReplaced(released, release, around, facts.capacities)
  return why ? { does: 'hold', verdict, doubts: [why] } : { does: 'release', verdict, release }
}

const CATCHING_UP =
  'for an hour after a start nothing is estimated: what came while nobody asked is still asked for'

/** What is released stands; where nothing is, or an estimate, it is estimated as long as the rules for that allow. */
function withoutActual(
  facts: BillingFacts,
  boundary: number,
  verdict: BillingVerdict,
  doubts: readonly Doubt[],
  around: Surroundings,
): Settled {
  const { released } = around
  // The book of a meter begins with its first read: of the time before nothing is held, since nothing was to be had.
  if (!released && !around.before && isUnknown(verdict)) return { does: 'nothing', verdict }
  if (released && !isGivingWay(released)) return stands(verdict, released, doubts)
  if (!doubts.every(({ code }) => ESTIMABLE.includes(code)))
    return withoutAny(facts, boundary, verdict, doubts, around)
  const estimated = around.isCatchingUp
    ? { cannot: CATCHING_UP }
    : estimateBoundary(estimateFacts(facts, boundary, around))
  if ('cannot' in estimated) {
    const without = [...doubts, doubtOf('complete', 'NOT_ESTIMABLE', null, estimated.cannot)]
    return withoutAny(facts, boundary, verdict, without, around)
  }
  const rolled = withRollOvers(estimated.registers, facts, around)
  const release = releaseOf({ ...verdict, doubts }, boundary, 'estimated', rolled, around)
  if (released && isSame(released, release)) return { does: 'nothing', verdict }
  return { does: 'release', verdict, release: { ...release, withheld: lacking(facts, estimated.registers) } }
}

/** An estimate that is none any more is taken back, unless nothing at all is released at present. */
function withoutAny(
  facts: BillingFacts,
  boundary: number,
  verdict: BillingVerdict,
  doubts: readonly Doubt[],
  around: Surroundings,
): Settled {
  const { released, heldBack } = around
  if (released?.standing !== 'estimated' || heldBack !== null || !isOvertaken(facts, released, around))
    return { does: 'hold', verdict, doubts }
  const taken = releaseOf({ ...verdict, doubts }, boundary, 'withdrawn', [], around)
  return { does: 'release', verdict, release: { ...taken, withheld: facts.needed } }
}

/** What an estimate may rest on. */
function estimateFacts(facts: BillingFacts, boundary: number, around: Surroundings): EstimateFacts {
  const { before, after, history, previous, policy, offsetMinutes, multiplier, segment } = around
  const { needed, capacities } = facts
  const capacityOf = (obis: string): Scaled | null => capacities?.[obis] ?? null
  const ends = { before, after, history, previous, multiplier, segment }
  return { boundary, needed, policy, capacityOf, offsetMinutes, ...ends }
}

function isUnknown(verdict: BillingVerdict): boolean {
  return verdict.status === 'missing' && verdict.known.length === 0
}

/** What was estimated, or taken back because it had been. */
function isGivingWay({ standing, by }: Release): boolean {
  return by === 'rule' && (standing === 'estimated' || standing === 'withdrawn')
}

/** What was read since lies beyond what was estimated, or it was estimated of another series. */
function isOvertaken(facts: BillingFacts, released: Release, around: Surroundings): boolean {
  return !isOneSeries(released, around) || beyondNeighbours(facts, released.registers, around).length > 0
}

function stands(
  verdict: BillingVerdict,
  { version, recordedAt }: Release,
  doubts: readonly Doubt[],
): Settled {
  const since = new Date(recordedAt).toISOString()
  const text = `version ${version}, released ${since}, stands until a person decides`
  return { does: 'hold', verdict, doubts: [...doubts, doubtOf('released', 'RELEASED_STANDS', null, text)] }
}

function lacking({ needed }: BillingFacts, registers: readonly ReleasedRegister[]): readonly string[] {
  return needed.filter(wanted => registers.every(({ obis }) => obis !== wanted))
}

type HeardBy = ReadonlyMap<KeptReading, Heard>

function hearAll(facts: BillingFacts, { registers }: BillingRead, { beside }: Surroundings): HeardBy {
  return new Map(registers.map(one => [one, hear(one, registers, beside, facts)]))
}

/** Condition 2: it is known which meter hung there, and it was asked. */
function doubtsOfIdentity(boundary: number, { audits, unplaced }: Surroundings): Doubt[] {
  const doubts = doubtsOfAudits(boundary, audits)
  const isSaid = doubts.some(({ code }) => code === 'ANOTHER_METER')
  if (unplaced === undefined || isSaid) return doubts
  return [...doubts, doubtOf('identity', 'ANOTHER_METER', null, unplaced)]
}

/** Who the meter is was asked near the boundary, and it was the same before and after. */
function doubtsOfAudits(boundary: number, audits: Surroundings['audits']): Doubt[] {
  if (audits === null) return []
  const near = [audits.before, audits.after]
    .filter(audit => audit !== null)
    .filter(({ at }) => Math.abs(at - boundary) <= AUDIT_WITHIN_MS)
  const other = near.find(({ found }) => found === 'other')
  if (other) return [doubtOf('identity', 'ANOTHER_METER', null, `V-I5: ${other.evidence}`)]
  if (near.length > 0) return []
  // No meter hung there in between that was another.
  if (audits.before?.found === 'same' && audits.after?.found === 'same') return []
  const text = 'V-I2: who the meter is was not asked within seven days of the boundary'
  return [doubtOf('identity', 'NOT_AUDITED', null, text)]
}

/** Condition 5, for which a checksum is not enough (PR-41). */
function doubtsOfWitnesses(heardBy: HeardBy): Doubt[] {
  return [...heardBy].flatMap(([{ obis }, heard]) => {
    if (heard.against.length > 0)
      return heard.against.map(text => doubtOf('valid', 'WITNESS_AGAINST', obis, `against it: ${text}`))
    if (isEnough(heard.for)) return []
    const text = 'it was not read a second time, and no register of before and after vouches for it (PR-41)'
    return [doubtOf('valid', 'NOT_WITNESSED', obis, text)]
  })
}

/** Condition 6: not below what was released before, not above what was released after; estimates give way. */
function doubtsOfContinuity(
  facts: BillingFacts,
  chosen: readonly KeptReading[],
  around: Surroundings,
): Doubt[] {
  const { before, segment } = around
  if (before && before.segment > segment) {
    const at = new Date(before.boundary).toISOString()
    const text = `it would be of segment ${segment}, and ${at} was released as of segment ${before.segment}: a time of exchange was taken out of the meter list, or audits were lost`
    return [doubtOf('continuous', 'NOT_CONTINUOUS', null, text)]
  }
  return beyondNeighbours(facts, chosen, around).map(({ obis, text }) =>
    doubtOf('continuous', 'NOT_CONTINUOUS', obis, text),
  )
}

type Valued = Pick<ReleasedRegister, 'obis' | 'value' | 'unit'>

function beyondNeighbours(
  { capacities }: BillingFacts,
  registers: readonly Valued[],
  around: Surroundings,
): { readonly obis: string; readonly text: string }[] {
  const isFirm = (one: Release) => one.standing !== 'estimated' && isOneSeries(one, around)
  const firm = around.history.filter(isFirm)
  const later = around.after && isFirm(around.after) ? around.after : undefined
  return registers
    .filter(({ obis }) => onlyGrows(obis))
    .flatMap(({ obis, value, unit }) => {
      const valueIn = (release: Release | undefined) =>
        release?.registers.find(one => one.obis === obis && one.unit === unit)?.value
      // The last that have it: others may be of totals only.
      const has = (one: Release) => valueIn(one) !== undefined
      const place = firm.findLastIndex(has)
      const [prior, earlier] = [firm.slice(0, Math.max(0, place)).findLast(has), firm[place]]
      const [low, high] = [valueIn(earlier), valueIn(later)]
      const capacity = capacityBetween(low, high, capacities?.[obis] ?? null)
      // Not below what it was two releases ago, it has not rolled over: the one in between is wrong.
      const full = capacityBetween(valueIn(prior), value, capacity)
      const falls = low !== undefined && increase(low, value, full) === null
      const rises = high !== undefined && increase(value, high, capacity) === null
      const say = (word: string, bound: Scaled, of: Release) => ({
        obis,
        text: `${formatScaled(value)} ${unit} is ${word} the ${formatScaled(bound)} released for ${new Date(of.boundary).toISOString()}`,
      })
      return [
        ...(falls && earlier ? [say('below', low, earlier)] : []),
        ...(rises && later ? [say('above', high, later)] : []),
      ]
    })
}

/** Condition 7: what the values were multiplied with is what is in force. */
function doubtsOfMultiplier(chosen: readonly KeptReading[], { multiplier }: Surroundings): Doubt[] {
  const inForce = parseScaled(multiplier) ?? ONE
  return chosen
    .filter(({ findings }) => compareScaled(factorIn(findings) ?? ONE, inForce) !== 0)
    .map(({ obis, findings }) => {
      const text = `it was multiplied with ${formatScaled(factorIn(findings) ?? ONE)}, in force is ${multiplier}`
      return doubtOf('multiplier', 'MULTIPLIER_CHANGED', obis, text)
    })
}

function releaseOf(
  { meter, doubts }: BillingVerdict,
  boundary: number,
  standing: Standing,
  registers: readonly ReleasedRegister[],
  { released, multiplier, segment, opening }: Surroundings,
): Omit<Release, 'recordedAt'> {
  return {
    meter,
    boundary,
    version: (released?.version ?? 0) + 1,
    standing,
    registers: registers.toSorted((a, b) => (a.obis < b.obis ? -1 : 1)),
    withheld: [],
    multiplier,
    segment,
    ...(opening && registers.length > 0 && { opening }),
    remarks: doubts,
    by: 'rule',
  }
}

/** What a register had counted full is written down: whatever is configured later, its periods stay what they were. */
function withRollOvers(
  registers: readonly ReleasedRegister[],
  { capacities }: BillingFacts,
  around: Surroundings,
): readonly ReleasedRegister[] {
  const history = around.history.filter(one => isOneSeries(one, around)).reverse()
  return registers.map(one => {
    const capacity = capacities?.[one.obis]
    if (!capacity || !onlyGrows(one.obis)) return one
    const known = history.map(({ registers }) => registers.find(({ obis }) => obis === one.obis))
    const before = known.find(each => each?.unit === one.unit)
    return before && hasRolledOver(before.value, one.value, capacity) ? { ...one, rolledOver: capacity } : one
  })
}

function asReleased(one: KeptReading, witnesses: ReleasedRegister['witnesses']): ReleasedRegister {
  const { obis, value, unit, id, quality, findings } = one
  return { obis, value, unit, reading: id, codes: codesOf(quality, findings), witnesses, estimate: null }
}

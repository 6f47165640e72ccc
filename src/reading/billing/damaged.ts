/**
 * What becomes of a boundary whose latest entry in the book is damaged. What is known now may be released in its place, by the
 * nine conditions; where nothing may it is taken back, with the reason, so that whoever bills by the book hears that nothing is
 * there. An earlier version never takes the place of a later one. Pure.
 */

import { type BillingFacts, type BillingVerdict, type Doubt, doubtOf, type Missing } from './billing-read.ts'
import type { Settled, Surroundings } from './gate-facts.ts'
import type { Release } from './release.ts'

/** `settled` is what the gate makes of the boundary (UTC ms) as if nothing had been released of it. */
export function settleDamaged(
  settled: Settled,
  { needed }: Pick<BillingFacts, 'needed'>,
  boundary: number,
  around: Surroundings,
): Settled {
  const { damaged, released, now, policy, heldBack, notBilled } = around
  if (damaged === undefined) return stillSaying(settled, toldBy(released))
  if (now < boundary + policy.settleMs || heldBack !== null)
    return saying(settled, damagedDoubt(damaged, 'it is settled anew when its time has come'))
  if (settled.does === 'release' && notBilled === undefined) {
    const doubt = damagedDoubt(damaged, 'this is released in its place')
    const { release } = settled
    return { ...saying(settled, doubt), release: { ...release, remarks: [doubt, ...release.remarks] } }
  }
  const doubts = [
    damagedDoubt(damaged, 'there is nothing that could be released in its place'),
    ...(notBilled === undefined ? doubtsOf(settled) : [doubtOf('complete', 'NOT_BILLED', null, notBilled)]),
  ]
  const verdict = asMissing(settled.verdict, doubts)
  return { does: 'release', verdict, release: takenBack(verdict, boundary, needed, around) }
}

/** What the readings of a boundary themselves would let pass is missing all the same, with all that stands against it. */
export function asMissing(verdict: BillingVerdict, doubts: readonly Doubt[]): Missing {
  const { meter, origin, conditions } = verdict
  const known = verdict.status === 'missing' ? verdict.known : verdict.registers
  return { meter, origin, conditions, doubts, status: 'missing', known }
}

/** `sequence` of the book, null where it is not known; `what` becomes of its boundary. */
export function damagedDoubt(sequence: number | null, what: string): Doubt {
  const one = sequence === null ? 'what was released' : `number ${sequence} of the book`
  return doubtOf('released', 'DAMAGED', null, `${one} is damaged and withheld; ${what}`)
}

function takenBack(
  { meter, doubts }: Missing,
  boundary: number,
  needed: readonly string[],
  { before, multiplier, segment }: Surroundings,
): Omit<Release, 'recordedAt'> {
  const last = before?.registers.map(({ obis }) => obis) ?? []
  return {
    meter,
    boundary,
    version: 1,
    standing: 'withdrawn',
    registers: [],
    withheld: needed.length > 0 ? needed : last,
    multiplier,
    segment,
    remarks: doubts,
    by: 'rule',
  }
}

/** What was taken back because it was damaged is told as long as nothing takes its place. */
function toldBy(released: Release | null): readonly Doubt[] {
  if (released?.standing !== 'withdrawn') return []
  return released.remarks.filter(({ code }) => code === 'DAMAGED')
}

function stillSaying(settled: Settled, told: readonly Doubt[]): Settled {
  return settled.does === 'release' ? settled : told.reduce(saying, settled)
}

function saying<One extends Settled>(settled: One, doubt: Doubt): One {
  const { verdict } = settled
  const said = { ...settled, verdict: { ...verdict, doubts: [doubt, ...verdict.doubts] } }
  return 'doubts' in said ? { ...said, doubts: [doubt, ...said.doubts] } : said
}

function doubtsOf(settled: Settled): readonly Doubt[] {
  return settled.does === 'hold' ? settled.doubts : settled.verdict.doubts
}

/** What a meter's registers will have been at a boundary nobody read: estimates, marked as such (docs/api.md). */

import { onlyGrows, tariffOf, totalOf } from '../../core/obis.ts'
import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { DAY } from '../../core/time.ts'
import type { ReleasedRegister } from '../billing/release.ts'
import { apportionWithin, sumOf } from './apportion.ts'
import { type Course, courseOf, grownBy } from './course.ts'
import { type Around, type Ends, endsOf, type Refusal } from './ends.ts'
import { samplesOf, usualOf } from './like-days.ts'
import { stepsAt, unrolled } from './steps.ts'

export interface EstimateFacts extends Around {
  /** Energy registers the tariff needs. */
  readonly needed: readonly string[]
  /** Where a register rolls over, exclusive; null when unknown. */
  readonly capacityOf: (obis: string) => Scaled | null
}

export type BoundaryEstimate = { readonly registers: readonly ReleasedRegister[] } | Refusal

/** IEC 61968-9: estimated. */
const ESTIMATED = ['2.8.0']

/** What tariffs are due is told in so many parts of a step: it decides who is rounded up, and no sum. */
const GRAIN = 1_000_000_000n

/** A register between the ends. */
interface Register {
  readonly obis: string
  readonly course: Course
  /** The capacity in steps. */
  readonly full: bigint | null
}

/**
 * Each total from its own ends by the weights of like days, rounded down; its tariffs likewise, then fitted to it: what a
 * total differs by from its tariffs stays between what it differs by at the ends. No register leaves its ends.
 */
export function estimateBoundary(facts: EstimateFacts): BoundaryEstimate {
  const ends = endsOf(facts)
  if ('cannot' in ends) return ends
  const needed = inBothEnds(facts.needed, ends)
  if ('cannot' in needed) return needed
  const registers: Register[] = []
  for (const obis of needed) {
    const register = registerOf(facts, ends, obis, scalerOf(needed, ends, obis))
    if ('cannot' in register) return register
    registers.push(register)
  }
  const totals = registers.filter(({ obis }) => tariffOf(obis) === 0)
  const released = totals.flatMap(total => {
    const tariffs = registers.filter(({ obis }) => obis !== total.obis && totalOf(obis) === total.obis)
    return familyAt(facts.boundary, total, tariffs, ends)
  })
  return { registers: released.sort((a, b) => (a.obis < b.obis ? -1 : 1)) }
}

/** Tariffs of which one is missing at an end are left out, all of them: a split is whole or none. */
function inBothEnds(needed: readonly string[], { from, to }: Ends): readonly string[] | Refusal {
  const orphan = needed.find(obis => !needed.includes(totalOf(obis)))
  if (needed.length === 0) return { cannot: 'no register is needed' }
  if (orphan) return { cannot: `${orphan} is needed without a total` }
  const lacks = (obis: string) =>
    [from, ...(to ? [to] : [])].some(end => !end.registers.some(one => one.obis === obis))
  const total = needed.find(obis => tariffOf(obis) === 0 && lacks(obis))
  if (total) return { cannot: `${total} is not released at both ends` }
  return needed.some(lacks) ? needed.filter(obis => tariffOf(obis) === 0) : needed
}

/** The finest step of a total and its tariffs at both ends. */
function scalerOf(needed: readonly string[], { from, to }: Ends, obis: string): number {
  const family = new Set(needed.filter(one => totalOf(one) === totalOf(obis)))
  const registers = [...from.registers, ...(to?.registers ?? [])]
  return Math.min(...registers.filter(one => family.has(one.obis)).map(({ value }) => value.scaler))
}

function registerOf(facts: EstimateFacts, ends: Ends, obis: string, scaler: number): Register | Refusal {
  const { offsetMinutes } = facts
  const find = (end: Ends['to']) => end?.registers.find(one => one.obis === obis)
  const [start, end] = [find(ends.from), find(ends.to)]
  if (!start || (end && end.unit !== start.unit))
    return { cannot: `${obis} is not released in one unit at both ends` }
  const stepsIn = (value: Scaled) => stepsAt(value, scaler) ?? 0n
  const capacity = facts.capacityOf(obis)
  const full = capacity && onlyGrows(obis) ? stepsAt(capacity, scaler) : null
  const from = stepsIn(start.value)
  const later = end && unrolled(from, stepsIn(end.value), full)
  if (end && later === null)
    return {
      cannot: `${obis} fell from ${formatScaled(start.value)} to ${formatScaled(end.value)} ${end.unit}, and did not roll over`,
    }
  const to = ends.to && later != null ? { at: ends.to.boundary, steps: later } : null
  const stretch = {
    from: { at: ends.from.boundary, steps: from },
    to,
    unit: start.unit,
    scaler,
    offsetMinutes,
  }
  const course = courseOf(
    stretch,
    usualOf(samplesOf(ends.history, facts), obis, { scaler, full, offsetMinutes }),
  )
  return course
    ? { obis, course, full }
    : { cannot: `nothing later is known, and too few days before tell what ${obis} counts` }
}

/** From the beginning on, day by day, each tariff takes of what its total grows by, and never gives back. */
function familyAt(
  boundary: number,
  total: Register,
  tariffs: readonly Register[],
  ends: Ends,
): readonly ReleasedRegister[] {
  const courses = tariffs.map(({ course }) => course)
  let steps = courses.map(({ from }) => from.steps)
  for (const point of pointsTo(boundary, ends)) {
    const grows = sumAt(total.course, courses, point) - sumOf(steps)
    const due = courses.map((course, place) => dueOf(course, point, steps[place] ?? 0n))
    const rooms = courses.map(({ to }, place) => (to ? to.steps - (steps[place] ?? 0n) : grows))
    const parts = apportionWithin(grows, due, rooms)
    steps = steps.map((step, place) => step + (parts[place] ?? 0n))
  }
  return [
    released(total, total.course.from.steps + grownBy(total.course, boundary), boundary, ends, ''),
    ...tariffs.map((one, place) =>
      released(one, steps[place] ?? 0n, boundary, ends, `; fitted to the total ${total.obis}`),
    ),
  ]
}

/** What the tariffs come to: as far from the total as they are at the ends, or in between. */
function sumAt(total: Course, tariffs: readonly Course[], instant: number): bigint {
  const start = sumOf(tariffs.map(({ from }) => from.steps))
  if (total.to === null) return start + grownBy(total, instant)
  const end = sumOf(tariffs.map(({ from, to }) => (to ?? from).steps))
  return start + ((end - start) * total.weight(instant)) / total.per
}

/** What a tariff lacks of its own course; nothing where rounding has put it ahead. */
function dueOf(course: Course, instant: number, steps: bigint): bigint {
  const due = course.from.steps * GRAIN + grownBy(course, instant, GRAIN) - steps * GRAIN
  return due > 0n ? due : 0n
}

/** Whole days from the earlier end, and what was estimated since: each boundary comes by those before it, so none is above it. */
function pointsTo(boundary: number, { from, history }: Ends): readonly number[] {
  const points = new Set([boundary])
  for (let point = from.boundary + DAY; point < boundary; point += DAY) points.add(point)
  for (const { boundary: point } of history) if (point > from.boundary && point < boundary) points.add(point)
  return [...points].sort((a, b) => a - b)
}

function released(
  { obis, course, full }: Register,
  steps: bigint,
  boundary: number,
  { method }: Ends,
  fitted: string,
): ReleasedRegister {
  const rolls = full !== null && steps >= full
  return {
    obis,
    value: { digits: rolls ? steps - full : steps, scaler: course.scaler },
    unit: course.unit,
    reading: null,
    codes: ESTIMATED,
    witnesses: [],
    estimate: {
      method,
      evidence: `${course.inWords(boundary)}${fitted}${rolls ? '; rolled over' : ''}`,
    },
  }
}

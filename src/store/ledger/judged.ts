/** What is owed for a meter around a time, beside what has been charged: of the book, the archive and the ledger as they are now. */

import { once } from '../../core/once.ts'
import { formatScaled } from '../../core/scaled.ts'
import { DAY, slotOf } from '../../core/time.ts'
import type { Archive } from '../../reading/archive/archive.ts'
import { termsAt } from '../../supply/account/terms.ts'
import {
  type Charged,
  type Counted,
  judgeCharge,
  type NotCharged,
  type Owed,
} from '../../supply/money/charges.ts'
import { type Ladder, ladderBegan, ladderEnds } from '../../supply/money/ladder.ts'
import { inForce, type PriceTable } from '../../supply/money/prices.ts'
import { STANDING, standingFor } from '../../supply/money/standing-charge.ts'
import type { Book } from '../book/book.ts'
import { type Climbing, type Climbs, createClimbing, isOnward } from './climbs.ts'
import { countedAround } from './counted.ts'
import type { Ledger } from './ledger.ts'

export interface JudgingParts {
  readonly ledger: Ledger
  readonly book: Pick<Book, 'knownIn' | 'firstBoundary'>
  readonly archive: () => Archive
  readonly offsetMinutes: number
  /** Absent where each look is in full. */
  readonly climbs?: Climbs
}

/** From one instant to another, UTC ms. */
export type Range = readonly [number, number]

export interface JudgedAround {
  /** What stands charged of the time, spans that reach out of it too. */
  readonly charged: readonly Owed[]
  /** Accounts of which it is not known what they have been charged. */
  readonly damaged: readonly string[]
  readonly owed: readonly OwedFor[]
  readonly notCharged: readonly Left[]
  /** Sound releases, of the time and around it, in order. */
  readonly releases: Releases
}

type Releases = ReturnType<typeof countedAround>['releases']

export interface OwedFor {
  readonly owed: Owed
  /** What it rests on, as the entry tells it. */
  readonly facts: object
}

export interface Left {
  readonly counted: Counted
  readonly account: string | null
  readonly because: NotCharged
}

/**
 * All that lies in the time or reaches into it, all that has an instant in common with that, and of whoever climbs a ladder all of it
 * since it began, and until it begins anew: what is used earlier makes later days dearer.
 */
export function judgedAround(parts: JudgingParts, meter: string, [from, to]: Range): JudgedAround {
  const tables = tablesFor(parts, meter)
  const ladders = tables.flatMap(({ ladder }) => ladder ?? [])
  // A standing charge is of the day that ends at a boundary, whether anything was counted in it or not.
  const day = tables.some(({ standing }) => standing) ? DAY : 0
  let range: Range = [from - day, to + day]
  for (let isFirst = true; ; isFirst = false) {
    const [low, high] = range
    const found = foundIn(parts, meter, range, isFirst)
    const met = [...found.charged, ...found.spans]
    range = [Math.min(low, ...met.map(one => one.from)), Math.max(high, ...met.map(one => one.to))]
    const known = parts.climbs?.of(meter) ?? null
    const onward = isOnward(known, ladders, found.spans, range[1]) ? known : null
    if (onward === null) range = wholeLadders(ladders, parts.offsetMinutes, range)
    // At first what only touches it counts, too: a boundary is the end of two spans.
    if (isFirst || range[0] < low || range[1] > high) continue
    const { charged, damaged, releases } = found
    const climbing = createClimbing(onward, ladders, found.spans, parts.offsetMinutes)
    const result = { charged, damaged, releases, ...judged(parts, meter, found, range, climbing) }
    const isAll = onward !== null || parts.book.firstBoundary(meter, range[1]) === null
    if (ladders.length > 0) parts.climbs?.note(meter, isAll ? climbing.positions(range[0]) : new Map())
    return result
  }
}

/** Of all lists by which anybody who held the meter was ever charged. */
function tablesFor({ archive, ledger }: JudgingParts, meter: string): readonly PriceTable[] {
  const accounts = new Set(
    archive()
      .ofMeter(meter)
      .map(({ account }) => account),
  )
  const terms = [...accounts].flatMap(ledger.termsOf).filter(({ balance }) => balance === 'here')
  const lists = new Set(terms.flatMap(({ prices }) => prices ?? []))
  return [...lists].flatMap(ledger.tablesOf)
}

/** Before it and after it there is no year. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0), Date.UTC(9999, 0)]

function wholeLadders(ladders: readonly Ladder[], offsetMinutes: number, [low, high]: Range): Range {
  const begins = low < EARLIEST ? [] : ladders.map(one => ladderBegan(one, low, offsetMinutes))
  const ends = high > LATEST ? [] : ladders.map(one => ladderEnds(one, high - 1, offsetMinutes))
  return [Math.min(low, ...begins), Math.max(high, ...ends)]
}

interface Found {
  readonly spans: readonly Counted[]
  readonly releases: Releases
}

function foundIn(parts: JudgingParts, meter: string, range: Range, touching: boolean) {
  const [low, high] = range
  const meets = (one: { readonly from: number; readonly to: number }) =>
    touching ? one.from <= high && one.to >= low : one.from < high && one.to > low
  const kept = parts.ledger.chargesOf(meter, low, high)
  const charged = kept.charges.filter(meets)
  const registers = [...new Set(charged.map(({ obis }) => obis).filter(obis => obis !== STANDING))]
  const { spans, releases } = countedAround(parts.book, meter, range, registers, parts.offsetMinutes)
  return { charged, damaged: kept.damaged, spans: spans.filter(meets), releases }
}

function judged(parts: JudgingParts, meter: string, found: Found, range: Range, climbing: Climbing) {
  const { archive, ledger, offsetMinutes } = parts
  const view = archive()
  const termsOf = once(ledger.termsOf)
  const tablesOf = once((list: string) => inForce(ledger.tablesOf(list)))
  const owed: OwedFor[] = []
  const notCharged: Left[] = []
  for (const counted of found.spans.toSorted((a, b) => a.from - b.from)) {
    const { obis } = counted
    const pairing = view.pairingAt(meter, counted.from)
    const account = pairing?.account ?? ''
    const result = judgeCharge(
      counted,
      pairing && {
        account,
        until: pairing.to,
        terms: termsOf(account),
        tablesOf,
        usedSince: began => climbing.since(account, obis, began),
        offsetMinutes,
      },
    )
    if (result !== 'free' && 'because' in result) notCharged.push({ counted, ...result })
    else if (result !== 'free') {
      owed.push({ owed: result.owed, facts: factsOf(counted, result) })
      if (counted.quantity) climbing.climb(account, obis, counted.from, counted.quantity)
    }
    climbing.passed(account, obis, counted.from, counted.to)
  }
  owed.push(...standingOf(parts, meter, found.releases, range, { termsOf, tablesOf }))
  return { owed, notCharged }
}

function factsOf({ obis, quantity, releases }: Counted, { price, ladder }: Charged): object {
  const told = { obis, quantity: quantity && formatScaled(quantity), price: formatScaled(price), releases }
  if (ladder === null) return told
  const steps = ladder.steps.map(one => ({
    price: formatScaled(one.price),
    quantity: formatScaled(one.quantity),
  }))
  return { ...told, used: formatScaled(ladder.used), steps }
}

interface Asked {
  readonly termsOf: Ledger['termsOf']
  readonly tablesOf: (list: string) => readonly PriceTable[]
}

/** For each day whose end is released, read or estimated: who held the meter at its beginning pays for the supply itself. */
function standingOf(
  { archive, offsetMinutes }: JudgingParts,
  meter: string,
  releases: Releases,
  [low, high]: Range,
  { termsOf, tablesOf }: Asked,
): readonly OwedFor[] {
  return releases.flatMap(({ boundary: to, sequence }): readonly OwedFor[] => {
    const from = to - DAY
    if (from >= high || to <= low || slotOf(to, DAY, offsetMinutes) !== to) return []
    const account = archive().pairingAt(meter, from)?.account
    const terms = account === undefined ? null : termsAt(termsOf(account), from)
    if (account === undefined || terms?.balance !== 'here' || terms.prices === null) return []
    const standing = tablesOf(terms.prices).findLast(one => one.from <= from)?.standing
    const amount = standing ? standingFor(standing, from, offsetMinutes) : null
    if (!standing || amount === null) return []
    const facts = { obis: STANDING, every: standing.every, releases: [sequence] }
    return [{ owed: { account, obis: STANDING, from, to, amount }, facts }]
  })
}

/** V-A1: what a transformer gives and its customers take, day by day; and whose counting would close the difference. */

import { DAY, isoWithOffset } from '../../../core/time.ts'
import { median, robustDeviation } from '../period/like-days.ts'
import type { Checked, RuleFacts } from '../rule.ts'
import { type Balance, balancesOf, lossOf } from './balance.ts'
import { type Candidate, candidatesOf } from './closing.ts'
import { type Days, startOf, WINDOW } from './days.ts'

export const AREA_LOSS: RuleFacts = {
  id: 'V-A1',
  version: 2,
  says: 'L = (E supplied − Σ E used) / E supplied of an area is no less than −1 %, no more than 15 %, and no further from the median of its days than 3.5 robust deviations and a percentage point, of 14 days in eight weeks; energies are forward less reverse, only on days of which 98 % of its meters were read; a meter whose multiplier, time or membership alone closes 95 % of the difference, over 3 days and more, and leaves a third at most of what the next would leave, is told of with the area',
  why: 'customers who use more than was supplied are counted wrongly; a loss that changes is a multiplier, a clock, a customer of another area, or theft',
  needs: 'areas in the configuration, and their meters released as read at both ends of the day',
  outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.6.0'] }],
}

/** A transformer area: what is fed into it, and who is fed from it; ids of meters. */
export interface Area {
  readonly id: string
  readonly supply: readonly string[]
  readonly users: readonly string[]
}

const NEGATIVE = -0.01
/** What training calls qualified ends here. */
const MOST = 0.15
/** What an area is taken to lose whose own days do not tell. */
const LIKELY = 0.04
const LEAST_DAYS = 14
const SPREAD = 3.5
const LEAST_BAND = 0.01
const NAMED_DAYS = 3
const NAMED_CLOSES = 0.95
const NAMED_TIMES = 3

export interface LossJudged {
  readonly checked: Checked
  /** Best first: whose multiplier, time or membership, were it otherwise, would close the difference. */
  readonly candidates: readonly Candidate[]
  /** The one that does it by far; null where several might, or none. */
  readonly named: string | null
}

export function judgeLoss(
  area: Area,
  meters: ReadonlyMap<string, Days>,
  boundary: number,
  offsetMinutes: number,
): LossJudged {
  const daysOf = (ids: readonly string[]) => ids.flatMap(id => meters.get(id) ?? [])
  const [supply, users] = [daysOf(area.supply), daysOf(area.users)]
  const isWhole = supply.length === area.supply.length && users.length === area.users.length
  const balances = isWhole ? balancesOf(supply, users) : []
  const today = balances.at(-1)
  if (today?.day !== WINDOW - 1)
    return { checked: { lacks: 'a day of which nearly all was read' }, candidates: [], named: null }
  const before = balances.slice(0, -1)
  const usual = usualLoss(before)
  if (!isOff(today, usual)) return { checked: null, candidates: [], named: null }
  const off = runOf(balances, usual)
  const others = [...meters.values()].filter(one => !supply.includes(one) && !users.includes(one))
  const candidates = candidatesOf({ supply, users, others }, off, likelyLoss(usual))
  const band = usual ? `, usual is ${percent(usual.middle)} ± ${percent(usual.width)}` : ''
  const since = isoWithOffset(startOf(off[0]?.day ?? today.day, boundary), offsetMinutes).slice(0, 10)
  return {
    candidates,
    named: namedOf(candidates, off.length),
    checked: {
      verdict: 'flag',
      evidence: `area ${area.id}: ${today.supplied.toFixed(2)} kWh supplied, ${today.used.toFixed(2)} used from ${isoWithOffset(boundary - DAY, offsetMinutes)} to ${isoWithOffset(boundary, offsetMinutes)}: a loss of ${percent(lossOf(today))}${band}, so since ${since}; ${inWords(candidates)}`,
      limit: {
        value: percent(usual ? usual.middle + usual.width : lossOf(today) < 0 ? NEGATIVE : MOST),
        unit: '%',
      },
    },
  }
}

interface UsualLoss {
  readonly middle: number
  readonly width: number
}

/** What the days before show; null of too few. */
function usualLoss(days: readonly Balance[]): UsualLoss | null {
  if (days.length < LEAST_DAYS) return null
  const losses = days.map(lossOf)
  const middle = median(losses)
  return { middle, width: Math.max(LEAST_BAND, SPREAD * robustDeviation(losses, middle)) }
}

/** As it usually loses, unless that is what is wrong with it. */
function likelyLoss(usual: UsualLoss | null): number {
  return usual !== null && usual.middle >= 0 && usual.middle <= MOST ? usual.middle : LIKELY
}

function namedOf([first, second]: readonly Candidate[], days: number): string | null {
  if (!first || days < NAMED_DAYS || first.closes < NAMED_CLOSES) return null
  const isClear = !second || 1 - second.closes >= NAMED_TIMES * (1 - first.closes)
  return isClear ? first.meter : null
}

function isOff(day: Balance, usual: UsualLoss | null): boolean {
  const loss = lossOf(day)
  return loss < NEGATIVE || loss > MOST || (usual !== null && Math.abs(loss - usual.middle) > usual.width)
}

/** The days until the last that were all off. */
function runOf(balances: readonly Balance[], usual: UsualLoss | null): readonly Balance[] {
  const last = balances.findLastIndex(day => !isOff(day, usual))
  return balances.slice(last + 1)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

function inWords(candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return 'no single meter would close it'
  const each = candidates.map(({ meter, change, closes }) => `${meter} ${change} by ${percent(closes)}`)
  return `would be closed with ${each.join(', ')}`
}

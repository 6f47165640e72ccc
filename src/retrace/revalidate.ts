/** Goes over a whole store once and judges what is kept again; writes nothing. */

import type { MeterConfig } from '../config/config.ts'
import { placeOf, staysOf } from '../reading/billing/stays.ts'
import type { Quality } from '../reading/reading.ts'
import type { Limits } from '../reading/rules/parameters.ts'
import type { History, KeptRow } from '../store/history.ts'
import { createJudge, type Judge, type JudgedAgain, type KeptReading } from './judge-again.ts'

export interface Revalidating {
  readonly history: Pick<History, 'inOrder' | 'clocks' | 'auditTurns'>
  readonly meters: readonly MeterConfig[]
  readonly offsetMinutes: number
  /** What to judge by; the meters' own limits where absent. */
  readonly limitsOf?: (meter: MeterConfig) => Limits
  /** Slots from `from` on, before `to`. */
  readonly from: number
  readonly to: number
  /** One meter only; absent for all. */
  readonly only?: string
  readonly changed: (row: KeptRow, judged: JudgedAgain) => void
}

export interface Tally {
  /** Readings that were judged again, and those of meters nobody has configured. */
  readonly judged: number
  readonly foreign: number
  readonly changed: number
  /** By rule: verdicts that would appear, vanish or be others, and readings it was not judged again for. */
  readonly rules: ReadonlyMap<string, RuleTally>
  /** "good → suspect" and how often. */
  readonly qualities: ReadonlyMap<string, number>
}

export interface RuleTally {
  appear: number
  vanish: number
  otherwise: number
  left: number
}

/** Resolves nothing and waits for nothing: a store is gone through as fast as it can be read. */
export function revalidate(asked: Revalidating): Tally {
  const { history, meters, offsetMinutes, limitsOf, from, to, only } = asked
  const clocks = history.clocks()
  const judges = new Map<string, Judge>()
  for (const meter of meters)
    if (only === undefined || meter.id === only)
      judges.set(
        meter.id,
        createJudge({
          meter,
          offsetMinutes,
          clocks: clocks.get(meter.id) ?? [],
          stays: staysOf(history.auditTurns(meter.id), placeOf(meter)),
          ...(limitsOf && { limits: limitsOf(meter) }),
        }),
      )
  const rules = new Map<string, RuleTally>()
  const qualities = new Map<string, number>()
  let [judged, foreign, changed] = [0, 0, 0]

  function tell(row: KeptRow, one: JudgedAgain): void {
    for (const rule of one.left) ruleOf(rule).left += 1
    for (const { rule, was, would } of one.changes)
      ruleOf(rule)[was ? (would ? 'otherwise' : 'vanish') : 'appear'] += 1
    if (one.changes.length === 0) return
    changed += 1
    const key = transition(one.reading.quality, one.quality)
    if (one.reading.quality !== one.quality) qualities.set(key, (qualities.get(key) ?? 0) + 1)
    asked.changed(row, one)
  }

  function ruleOf(rule: string): RuleTally {
    const known = rules.get(rule) ?? { appear: 0, vanish: 0, otherwise: 0, left: 0 }
    rules.set(rule, known)
    return known
  }

  for (const rows of roundsIn(history.inOrder())) {
    const [first] = rows
    if (!first) continue
    const meter = first.register.meter
    const judge = judges.get(meter)
    const isAsked = ({ slot }: KeptRow) => slot >= from && slot < to
    if (!judge) {
      if (only === undefined) foreign += rows.filter(isAsked).length
      continue
    }
    const round = rows.map(readingOf)
    if (!rows.some(isAsked)) {
      judge.note(round)
      continue
    }
    for (const [place, one] of judge.judge(round).entries()) {
      const row = rows[place]
      if (!row || !isAsked(row)) continue
      judged += 1
      if (one.changes.length > 0 || one.left.length > 0) tell(row, one)
    }
  }
  return { judged, foreign, changed, rules, qualities }
}

export function transition(was: Quality, would: Quality): string {
  return `${was} → ${would}`
}

/** Rows of one round stand together. */
function* roundsIn(rows: Iterable<KeptRow>): Iterable<readonly KeptRow[]> {
  let round: KeptRow[] = []
  for (const row of rows) {
    if (round.length > 0 && round[0]?.round !== row.round) {
      yield round
      round = []
    }
    round.push(row)
  }
  if (round.length > 0) yield round
}

function readingOf({
  register,
  slot,
  value,
  unit,
  readAt,
  receivedAt,
  exchange,
  quality,
  findings,
}: KeptRow): KeptReading {
  const { meter, obis, kind } = register
  return { meter, obis, kind, slot, value, unit, readAt, receivedAt, exchange, quality, findings }
}

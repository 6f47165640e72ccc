/** What was expected and did not come: plans, and the periods of each that are open, missed or rejected, as ranges. */

import type { DatabaseSync } from 'node:sqlite'
import {
  boundaryAfter,
  boundaryAt,
  boundaryBack,
  isSameCalendar,
  longestPeriod,
  type MonthDay,
  readMonthly,
  writeMonthly,
} from '../core/calendar.ts'
import { type Expected, isOneFate, type Missing, together } from '../reading/expectation.ts'
import { createExpected, type ExpectedRead, gapOf, type PlanRow, planRowOf } from './expected.ts'
import type { Names } from './names.ts'
import { type Row, whole } from './rows.ts'
import type { Transaction } from './statements.ts'
import type { MeterMissing } from './store.ts'

export interface Expectations extends Omit<ExpectedRead, 'plansOf'> {
  /** From `at` on this is expected and nothing else; what was expected until then ends. */
  expect(expected: readonly Expected[], at: number): void
  /** What became of periods, the last word on each; everything that was over at `at` is accounted for. */
  account(missing: readonly MeterMissing[], at: number): void
}

export function createExpectations(
  database: DatabaseSync,
  names: Names,
  transaction: Transaction,
): Expectations {
  const ask = statementsFor(database)
  const read = createExpected(database)
  const { accountedTo } = read

  /** The last word on the slots of a range: what was said of them before goes, neighbours of one fate join. */
  function say({ ref, calendar }: PlanRow, gap: Missing): void {
    let said = gap
    const behind = boundaryAfter(calendar, gap.last)
    const ahead = boundaryBack(calendar, gap.first, 1)
    for (const row of ask.gapsBack.iterate(ref, behind)) {
      const before = gapOf(row, gap.plan)
      if (before.last < ahead) break
      const isSame = gap.state !== 'filled' && isOneFate(before, gap)
      const overlaps = before.last >= gap.first && before.first <= gap.last
      if (!isSame && !overlaps) continue
      drop.push(before.first)
      if (isSame) said = together(before, said)
      else {
        if (before.first < gap.first) keep.push({ ...before, last: ahead })
        if (before.last > gap.last) keep.push({ ...before, first: behind })
      }
    }
    for (const first of drop.splice(0)) ask.dropGap.run(ref, first)
    for (const one of keep.splice(0)) put(ref, one)
    if (said.state !== 'filled') put(ref, said)
  }
  const drop: number[] = []
  const keep: Missing[] = []

  function put(plan: number, { first, last, state, cause, tries, triedAt }: Missing): void {
    ask.putGap.run(plan, first, last, state, cause, tries, triedAt)
  }

  /** What lies after `at` has not happened: our clock was ahead. */
  function unsay(at: number): void {
    ask.dropLater.run(at)
    for (const row of ask.later.all(at)) {
      const { calendar } = planRowOf(row)
      ask.cut.run(boundaryAt(calendar, at), whole(row['ref']), whole(row['first']))
    }
  }

  function end(row: PlanRow, at: number): void {
    const { ref, kind, calendar, since, name } = row
    ask.endPlan.run(Math.max(at, since), ref)
    const told = accountedTo() ?? at
    const first = boundaryAfter(calendar, Math.max(since, told - longestPeriod(calendar)) - 1)
    const last = boundaryAt(calendar, at - 1)
    // Nothing was running in between; what is still open is wanted by nobody any more.
    if (kind === 'poll' && first <= last)
      say(row, { plan: name, first, last, state: 'missed', cause: 'OFF', tries: 0, triedAt: null })
    ask.closeOpen.run(ref)
  }

  function begin(expected: Expected, meter: number): void {
    const { line, plan, kind, calendar, keptForMs, registers } = expected
    const since = beginsAt(expected, ask.lastUntil.get(meter, plan, Number.MAX_SAFE_INTEGER))
    const days = 'on' in calendar ? writeMonthly(calendar) : null
    const every = longestPeriod(calendar)
    ask.addPlan.run(meter, line, plan, kind, every, keptForMs, registers.join(' '), since, days)
  }

  function isUnchanged(row: Row, { line, calendar, keptForMs, registers }: Expected): boolean {
    return (
      row['line'] === line &&
      isSameCalendar(calendar, planRowOf(row).calendar) &&
      whole(row['kept_for']) === keptForMs &&
      row['registers'] === registers.join(' ')
    )
  }

  return {
    expect(expected, at) {
      transaction(() => {
        const stays = new Set<number>()
        const fresh: [Expected, number][] = []
        for (const one of expected) {
          const meter = names.meterRef(one.meter)
          const row = ask.openPlan.get(meter, one.plan)
          if (row === undefined || !isUnchanged(row, one)) {
            fresh.push([one, meter])
            continue
          }
          stays.add(whole(row['ref']))
          // It began by a clock that was ahead: what begins with its next period is no more than a change.
          if (whole(row['since']) > boundaryAfter(one.calendar, at))
            ask.moveSince.run(beginsAt(one, ask.lastUntil.get(meter, one.plan, at)), whole(row['ref']))
        }
        for (const row of ask.openPlans.all()) if (!stays.has(whole(row['ref']))) end(planRowOf(row), at)
        for (const [one, meter] of fresh) begin(one, meter)
      })
    },
    account(missing, at) {
      transaction(() => {
        if (at < (accountedTo() ?? at)) unsay(at)
        for (const { meter, ...gap } of missing) {
          const ref = names.knownMeter(meter)
          const row = ref === null ? undefined : ask.openPlan.get(ref, gap.plan)
          if (row === undefined) continue
          const plan = planRowOf(row)
          if (gap.last >= plan.since) say(plan, { ...gap, first: Math.max(gap.first, plan.since) })
        }
        ask.setAlive.run(at)
      })
    },
    ...read,
  }
}

/** All days any meter was ever expected to settle at: what was kept then is a bill, whatever is expected now. */
export function settlementsExpected(database: DatabaseSync): readonly MonthDay[] {
  const plans = database.prepare('SELECT DISTINCT days FROM plan WHERE days IS NOT NULL').all()
  return plans.flatMap(row => readMonthly(String(row['days'])).on)
}

/** What the plan before it answered for is not due twice. */
function beginsAt({ calendar, since }: Expected, before: Row | undefined): number {
  const ended = before?.['until']
  const taken = ended === null || ended === undefined ? since : whole(ended)
  return boundaryAfter(calendar, Math.max(since, taken) - 1)
}

function statementsFor(database: DatabaseSync) {
  return {
    setAlive: database.prepare(
      'INSERT INTO alive (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at',
    ),
    openPlan: database.prepare('SELECT * FROM plan WHERE meter = ? AND name = ? AND until IS NULL'),
    openPlans: database.prepare('SELECT * FROM plan WHERE until IS NULL'),
    lastUntil: database.prepare(
      'SELECT max(until) AS until FROM plan WHERE meter = ? AND name = ? AND until <= ?',
    ),
    addPlan: database.prepare(
      `INSERT INTO plan (meter, line, name, kind, every, kept_for, registers, since, days)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    endPlan: database.prepare('UPDATE plan SET until = ? WHERE ref = ?'),
    moveSince: database.prepare('UPDATE plan SET since = ? WHERE ref = ?'),
    gapsBack: database.prepare('SELECT * FROM missing WHERE plan = ? AND first <= ? ORDER BY first DESC'),
    putGap: database.prepare(
      'INSERT INTO missing (plan, first, last, state, cause, tries, tried_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    dropGap: database.prepare('DELETE FROM missing WHERE plan = ? AND first = ?'),
    dropLater: database.prepare('DELETE FROM missing WHERE first > ?'),
    later: database.prepare(
      'SELECT plan.*, missing.first FROM missing JOIN plan ON plan.ref = missing.plan WHERE missing.last > ?',
    ),
    cut: database.prepare('UPDATE missing SET last = ? WHERE plan = ? AND first = ?'),
    closeOpen: database.prepare(
      "UPDATE missing SET state = 'missed', cause = 'NOT_WANTED' WHERE plan = ? AND state = 'open'",
    ),
  }
}

/** What was expected and did not come: plans, and the periods of each that are open, missed or rejected, as ranges. */

import type { DatabaseSync } from 'node:sqlite'
import {
  boundariesIn,
  boundaryAfter,
  boundaryAt,
  boundaryBack,
  type Calendar,
  isSameCalendar,
  longestPeriod,
  type MonthDay,
  readMonthly,
  writeMonthly,
} from '../core/calendar.ts'
import {
  type Cause,
  type Expected,
  type HeldSlot,
  isOneFate,
  type KeptPlan,
  type Missing,
  type MissingState,
  together,
} from '../reading/expectation.ts'
import type { Kind } from '../reading/reading.ts'
import { QUALITIES, QUARANTINED } from './batch.ts'
import type { Names } from './names.ts'
import { type Row, whole } from './rows.ts'
import { HOUR_OF_SLOTS } from './schema.ts'
import type { Transaction } from './statements.ts'
import type { MeterMissing, PlansAsked } from './store.ts'

export interface Expectations {
  /** From `at` on this is expected and nothing else; what was expected until then ends. */
  expect(expected: readonly Expected[], at: number): void
  /** What became of periods, the last word on each; everything that was over at `at` is accounted for. */
  account(missing: readonly MeterMissing[], at: number): void
  accountedTo(): number | null
  /** In order of meter and plan. */
  plans(asked: PlansAsked): KeptPlan[]
  /** Periods of a plan that were told to be open, oldest first. */
  open(plan: number): Missing[]
  /** What is kept of a plan's slots, and what was said of those that are not; a day at once, no more. */
  slots(plan: number, from: number, to: number): { readonly held: HeldSlot[]; readonly missing: Missing[] }
}

export function createExpectations(
  database: DatabaseSync,
  names: Names,
  transaction: Transaction,
): Expectations {
  const ask = statementsFor(database)

  function accountedTo(): number | null {
    const at = ask.alive.get()?.['at']
    return at === undefined ? null : whole(at)
  }

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
    accountedTo,
    plans({ meter = null, line = null, after, limit }) {
      const { meter: from, plan } = after ?? { meter: '', plan: 0 }
      return ask.plans.all(from, from, plan, meter, meter, line, line, limit).map(keptPlanOf)
    },
    open(ref) {
      const plan = ask.planOf.get(ref)
      return plan === undefined ? [] : ask.openOf.all(ref).map(row => gapOf(row, String(plan['name'])))
    },
    slots(ref, from, to) {
      const plan = ask.planOf.get(ref)
      if (plan === undefined) return { held: [], missing: [] }
      const { kind, calendar, since } = planRowOf(plan)
      const slots = [...boundariesIn(calendar, Math.max(from, since), to)]
      const registers = JSON.stringify(String(plan['registers']).split(' '))
      const held = ask.held.all(JSON.stringify(slots), whole(plan['meter']), kind, registers).map(heldSlotOf)
      const missing = ask.gapsIn.all(ref, from, to).map(row => gapOf(row, String(plan['name'])))
      return { held, missing }
    },
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

interface PlanRow {
  readonly ref: number
  readonly name: string
  readonly kind: Kind
  readonly calendar: Calendar
  readonly since: number
}

function planRowOf(row: Row): PlanRow {
  const since = whole(row['since'])
  return {
    ref: whole(row['ref']),
    name: String(row['name']),
    kind: row['kind'] as Kind,
    calendar:
      typeof row['days'] === 'string'
        ? readMonthly(row['days'])
        : { everyMs: whole(row['every']), from: since },
    since,
  }
}

function keptPlanOf(row: Row): KeptPlan {
  const { ref, name, kind, calendar, since } = planRowOf(row)
  return {
    ref,
    meter: String(row['id']),
    line: String(row['line']),
    plan: name,
    kind,
    calendar,
    keptForMs: whole(row['kept_for']),
    registers: String(row['registers']).split(' '),
    since,
    until: row['until'] === null ? null : whole(row['until']),
  }
}

function gapOf(row: Row, plan: string): Missing {
  return {
    plan,
    first: whole(row['first']),
    last: whole(row['last']),
    state: row['state'] as MissingState,
    cause: row['cause'] as Cause,
    tries: whole(row['tries']),
    triedAt: row['tried_at'] === null ? null : whole(row['tried_at']),
  }
}

function heldSlotOf(row: Row): HeldSlot {
  const worst = row['worst'] === null ? undefined : QUALITIES[whole(row['worst'])]
  const quality = worst === 'good' || worst === 'suspect' ? worst : null
  return { slot: whole(row['slot']), registers: whole(row['registers']), quality }
}

function statementsFor(database: DatabaseSync) {
  const hour = `r.slot / ${HOUR_OF_SLOTS}`
  return {
    alive: database.prepare('SELECT at FROM alive'),
    setAlive: database.prepare(
      'INSERT INTO alive (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at',
    ),
    openPlan: database.prepare('SELECT * FROM plan WHERE meter = ? AND name = ? AND until IS NULL'),
    openPlans: database.prepare('SELECT * FROM plan WHERE until IS NULL'),
    planOf: database.prepare('SELECT * FROM plan WHERE ref = ?'),
    lastUntil: database.prepare(
      'SELECT max(until) AS until FROM plan WHERE meter = ? AND name = ? AND until <= ?',
    ),
    addPlan: database.prepare(
      `INSERT INTO plan (meter, line, name, kind, every, kept_for, registers, since, days)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    endPlan: database.prepare('UPDATE plan SET until = ? WHERE ref = ?'),
    moveSince: database.prepare('UPDATE plan SET since = ? WHERE ref = ?'),
    plans: database.prepare(
      `SELECT m.id, p.* FROM meter m CROSS JOIN plan p ON p.meter = m.ref
       WHERE (m.id > ? OR (m.id = ? AND p.ref > ?)) AND (? IS NULL OR m.id = ?) AND (? IS NULL OR p.line = ?)
       ORDER BY m.id, p.ref LIMIT ?`,
    ),
    gapsBack: database.prepare('SELECT * FROM missing WHERE plan = ? AND first <= ? ORDER BY first DESC'),
    // The range before the first may reach into what is asked for.
    gapsIn: database.prepare(
      `SELECT * FROM missing WHERE plan = ?1 AND last >= ?2 AND first < ?3
         AND first >= coalesce((SELECT max(first) FROM missing WHERE plan = ?1 AND first <= ?2), ?2)
       ORDER BY first`,
    ),
    putGap: database.prepare(
      'INSERT INTO missing (plan, first, last, state, cause, tries, tried_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    dropGap: database.prepare('DELETE FROM missing WHERE plan = ? AND first = ?'),
    dropLater: database.prepare('DELETE FROM missing WHERE first > ?'),
    later: database.prepare(
      'SELECT plan.*, missing.first FROM missing JOIN plan ON plan.ref = missing.plan WHERE missing.last > ?',
    ),
    cut: database.prepare('UPDATE missing SET last = ? WHERE plan = ? AND first = ?'),
    openOf: database.prepare("SELECT * FROM missing WHERE plan = ? AND state = 'open' ORDER BY first"),
    closeOpen: database.prepare(
      "UPDATE missing SET state = 'missed', cause = 'NOT_WANTED' WHERE plan = ? AND state = 'open'",
    ),
    // One seek per slot and register, in this order: CROSS JOIN keeps SQLite from turning it round.
    held: database.prepare(
      `SELECT r.slot, count(DISTINCT CASE WHEN r.quality <> ${QUARANTINED} THEN r.series END) AS registers,
         max(CASE WHEN r.quality <> ${QUARANTINED} THEN r.quality END) AS worst
       FROM series s CROSS JOIN json_each(?1) due CROSS JOIN reading r
       WHERE s.meter = ?2 AND s.kind = ?3 AND s.obis IN (SELECT value FROM json_each(?4))
         AND ${hour} = due.value / ${HOUR_OF_SLOTS} AND r.series = s.ref AND r.slot = due.value
         AND r.id NOT IN (SELECT reading FROM fenced)
       GROUP BY r.slot`,
    ),
  }
}

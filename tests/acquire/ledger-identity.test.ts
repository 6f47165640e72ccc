/** The count identity of the ledger, for random answers, outages, restarts and steps of the clock. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLedger, type Ledger } from '../../src/acquire/ledger.ts'
import { isItsOwn, type Plan } from '../../src/acquire/plans.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { boundariesIn, boundaryBack, isBoundary } from '../../src/core/calendar.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { Missing } from '../../src/reading/expectation.ts'
import { freezingMeter, MIDNIGHT } from '../support/api.ts'

const DEPTH = 4
const HOURS = 30
const SETTLEMENTS = 2
const START = MIDNIGHT + 9 * HOUR + 7 * MINUTE

/** One midnight, and two moments that are an hour's as well. */
const SETTLES = [
  { day: 2, hour: 6 },
  { day: 21, hour: 9 },
  { day: 24, hour: 0 },
]

/** What is read beside daily freezes and polls. */
interface Beside {
  readonly hourly: boolean
  readonly settlement: boolean
}
const beside = fc.record({ hourly: fc.boolean(), settlement: fc.boolean() })

function meter({ hourly, settlement }: Beside): MeterConfig {
  const one = freezingMeter('m1')
  const { points } = one.profile
  const polls = [15 * MINUTE, HOUR].map(everyMs => ({ everyMs, points }))
  const daily = { ...one.profile.daily!, depth: DEPTH }
  return {
    ...one,
    ...(hourly && { hourly: true }),
    ...(settlement && { settlement: SETTLES }),
    polls,
    profile: {
      ...one.profile,
      daily,
      settlement: { stamp: daily.stamp, points, depth: SETTLEMENTS },
      hourly: { stamp: daily.stamp, points, depth: HOURS },
    },
  }
}

/** What a store would hold: per plan the slots that are here, and the last word on those that are not. */
interface Kept {
  readonly here: Map<string, Set<number>>
  readonly gaps: Map<string, Map<number, Missing>>
  readonly since: Map<string, number>
  accountedTo: number | null
}

type Event =
  | {
      readonly is: 'answers' | 'silent' | 'has nothing' | 'another' | 'disturbed' | 'lost'
      readonly ms: number
    }
  | { readonly is: 'account' }
  | { readonly is: 'restart'; readonly offMs: number }
  | { readonly is: 'step'; readonly ms: number }

const ms = fc.oneof(fc.integer({ min: 1, max: 5 * MINUTE }), fc.integer({ min: 1, max: 3 * HOUR }))
const asked = fc.record({
  is: fc.constantFrom('answers', 'answers', 'silent', 'has nothing', 'another', 'disturbed', 'lost'),
  ms,
}) as fc.Arbitrary<Event>
const account = fc.constant<Event>({ is: 'account' })
const restart = fc.record({
  is: fc.constant('restart' as const),
  offMs: fc.oneof(ms, fc.integer({ min: DAY, max: 9 * DAY })),
})
const step = fc.record({ is: fc.constant('step' as const), ms: fc.integer({ min: -2 * DAY, max: 2 * DAY }) })

function play(beside: Beside, events: readonly Event[]) {
  const config = meter(beside)
  const kept: Kept = { here: new Map(), gaps: new Map(), since: new Map(), accountedTo: null }
  let now = START
  let ledger = begin()
  let twice = 0

  function of<Value>(map: Map<string, Value>, plan: string, make: () => Value): Value {
    const found = map.get(plan) ?? make()
    map.set(plan, found)
    return found
  }

  function here(plan: Plan): Set<number> {
    return of(kept.here, plan.name, () => new Set<number>())
  }

  function begin(): Ledger {
    const plans = createLedger(config, 480).plans
    const fresh = createLedger(config, 480, {
      freezesHeld: Object.fromEntries(
        plans.filter(({ kind }) => kind === 'freeze').map(plan => [plan.name, [...here(plan)]]),
      ),
      pollsHeld: new Map(
        plans.filter(({ kind }) => kind === 'poll').map(plan => [plan.name, [...here(plan)]]),
      ),
      accountedTo: kept.accountedTo,
    })
    for (const plan of fresh.plans)
      if (!kept.since.has(plan.name)) kept.since.set(plan.name, fresh.since(plan, now))
    return fresh
  }

  function ask(event: Exclude<Event, { is: 'account' | 'restart' | 'step' }>): void {
    const job = ledger.due(now)?.job
    if (!job) return
    const plan = ledger.plans.find(one =>
      one.kind === 'poll' ? job.kind === 'poll' && one.poll === job.poll : 'plan' in job && one === job.plan,
    )!
    const slot = job.kind === 'freeze' ? job.boundary : job.slot
    if (event.is === 'answers') {
      if (here(plan).has(slot)) twice += 1
      keepFreeze(plan, slot)
      ledger.ended(job, 'done', now)
    } else if (event.is === 'lost') {
      ledger.ended(job, 'done', now)
      ledger.lost(job, now)
    } else if (event.is === 'another' && job.kind === 'freeze') {
      // Behind hours without power another freeze stands where this one was looked for.
      const older = boundaryBack(job.plan.calendar, slot, 1 + (event.ms % 3))
      if (isItsOwn(job.plan, older)) {
        keepFreeze(job.plan, older)
        ledger.ended(job, 'nothing', now, 'METER_NO_DATA', { frozen: { slot: older, isWhole: true } })
      } else ledger.ended(job, 'nothing', now, 'METER_NO_DATA')
    } else if (event.is === 'has nothing' || event.is === 'another') {
      ledger.ended(job, job.kind === 'poll' ? 'done' : 'nothing', now, 'METER_NO_DATA')
    } else ledger.ended(job, event.is === 'silent' ? 'unanswered' : 'disturbed', now, 'LINE_SILENT')
  }

  function keepFreeze(plan: Plan, slot: number): void {
    here(plan).add(slot)
    // The registers of the younger are among those of their elders.
    for (const one of ledger.plans)
      if (one.kind === 'freeze' && one.elders.some(({ name }) => name === plan.name))
        if (isBoundary(one.calendar, slot)) here(one).add(slot)
  }

  function accountNow(): void {
    if (kept.accountedTo !== null && now < kept.accountedTo)
      for (const gaps of kept.gaps.values()) for (const slot of gaps.keys()) if (slot > now) gaps.delete(slot)
    for (const gap of ledger.account(now, () => 'OFF')) {
      const { calendar } = ledger.plans.find(({ name }) => name === gap.plan)!
      const gaps = of(kept.gaps, gap.plan, () => new Map<number, Missing>())
      for (const slot of boundariesIn(calendar, gap.first, gap.last + 1)) {
        if (slot < (kept.since.get(gap.plan) ?? 0)) continue
        if (gap.state === 'filled') gaps.delete(slot)
        else gaps.set(slot, gap)
      }
    }
    kept.accountedTo = now
  }

  accountNow()
  for (const event of events) {
    if (event.is === 'account') accountNow()
    else if (event.is === 'step') now += event.ms
    else if (event.is === 'restart') {
      now += event.offMs
      ledger = begin()
    } else {
      ask(event)
      now += event.ms
    }
  }
  accountNow()
  return { kept, ledger, now, twice }
}

/** Each expected period by what became of it; a period of which nothing is known has no word. */
function fates({ kept, ledger, now }: ReturnType<typeof play>): string[] {
  return ledger.plans.flatMap(plan => {
    const fates: string[] = []
    const begun = plan.slotAt(now)
    const oldestLeft = plan.kind === 'freeze' ? boundaryBack(plan.calendar, begun, plan.depth - 1) : begun
    for (const slot of boundariesIn(plan.calendar, kept.since.get(plan.name)!, begun + 1)) {
      const isHere = kept.here.get(plan.name)?.has(slot) ?? false
      const gap = kept.gaps.get(plan.name)?.get(slot)
      const words = [
        isHere ? 'here' : null,
        gap?.state,
        !gap && !isHere && slot >= oldestLeft ? 'open' : null,
      ]
      fates.push(`${plan.name} ${words.filter(Boolean).join('+')}`)
    }
    return fates
  })
}

const ONE = /^\S+ (here|missed|rejected|open)$/

test('PR-04 A-03 whatever happens on the line and however often we restart, each period due has one fate', () => {
  const counts = new Map<string, number>()
  fc.assert(
    fc.property(
      beside,
      fc.array(fc.oneof({ weight: 8, arbitrary: asked }, account, restart), { minLength: 5, maxLength: 120 }),
      (beside, events) => {
        const played = play(beside, events)
        const all = fates(played)
        for (const fate of all) counts.set(fate, (counts.get(fate) ?? 0) + 1)
        expect(all.filter(fate => !ONE.test(fate))).toEqual([])
        expect(played.twice).toBe(0)
      },
    ),
    { numRuns: 300, seed: 4 },
  )
  for (const fate of [
    'daily here',
    'daily missed',
    'daily open',
    'settlement here',
    'settlement missed',
    'settlement open',
    'hourly here',
    'hourly missed',
    'hourly open',
    'poll-15m here',
    'poll-15m missed',
    'poll-1h rejected',
  ])
    expect(counts.get(fate), fate).toBeGreaterThan(5)
})

test('PR-04 PR-31 a clock that is set about leaves no period without a fate', () => {
  const KNOWN = /^\S+ (here|missed|rejected|open)(\+(missed|rejected|open))?$/
  fc.assert(
    fc.property(
      beside,
      fc.array(fc.oneof({ weight: 8, arbitrary: asked }, account, restart, step), {
        minLength: 5,
        maxLength: 120,
      }),
      (beside, events) => {
        expect(fates(play(beside, events)).filter(fate => !KNOWN.test(fate))).toEqual([])
      },
    ),
    { numRuns: 300, seed: 5 },
  )
})

/**
 * What one meter owes us, and when it is asked for it: every period of every plan is held, open or told as a gap with its
 * cause. Pure bookkeeping: time comes in, nothing waits here.
 */

import type { MeterConfig, PollConfig } from '../config/config.ts'
import { boundaryBack, isBoundary, stepsBetween } from '../core/calendar.ts'
import { DAY, MINUTE } from '../core/time.ts'
import type { Cause, Missing } from '../reading/expectation.ts'
import type { FillTold } from './fill-asked.ts'
import { createFillSlots } from './fill-slots.ts'
import { createFreezeDays, type FreezeDays } from './freeze-days.ts'
import type { FreezeJob, Frozen, Job, JobEnd } from './job.ts'
import { type FreezePlan, type Plan, type PollPlan, plansOf } from './plans.ts'
import { createPollSlots } from './poll-slots.ts'

/** What goes first: today's bills; other freezes, while they may go before polls; polls, this hour's freeze among them; what is done when nothing else is. */
export const RANK = { today: 0, catchingUp: 1, poll: 2, quiet: 3 } as const

export interface Due {
  readonly job: Job
  readonly rank: (typeof RANK)[keyof typeof RANK]
  /** Within a rank the lower goes first: a deadline, or how many days old. */
  readonly order: number
  /** It was due a whole period long and not asked for, last asked at; 0 for never. Null where it missed no turn. */
  readonly missedSince: number | null
  /** A poll that reads no registers gives way to those that do. */
  readonly isInstantaneous?: boolean
}

/** What a meter told from its memory. */
export interface Told {
  readonly frozen?: Frozen | null
  /** By load records. */
  readonly told?: FillTold | null
  /** It goes on bills, and was said once only (V-W1). */
  readonly lacksWitness?: boolean
}

/** What may be asked at this moment. */
export interface May {
  /** Freezes other than today's bills may go before polls. */
  readonly catchUp: boolean
  /** Load records may go before polls. */
  readonly fill?: boolean
  /** Our clock is believed, so it is known which day it is. */
  readonly knowsDay: boolean
}

export interface Ledger {
  readonly meter: MeterConfig
  readonly plans: readonly Plan[]
  /** The most urgent job due at `now`, or null. */
  due(now: number, may?: May): Due | null
  /** The earliest instant at which a job may be due. */
  nextAt(now: number): number
  /** When a boundary that bills are made of is due to be asked for next, whoever goes before it; null where it is not. */
  askedNextAt(boundary: number, now: number): number | null
  /** `cause`: why there is no reading; of a poll that ended well, null. `told`: from the meter's memory. */
  ended(job: Job, end: JobEnd, now: number, cause?: Cause | null, told?: Told): void
  /** What a job gave is durable. */
  kept(job: Job): void
  /** What a done job gave could not be kept: a freeze or a load record is asked again, a moment cannot be. */
  lost(job: Job, now: number, cause?: Cause): void
  /** Periods of a plan that are past without a reading and may still be filled. */
  openCount(plan: Plan, now: number): number
  /** The first slot expected of a plan that begins now. */
  since(plan: Plan, now: number): number
  /** What became of periods since this was asked last. Only while our clock is believed. */
  account(now: number, why: (plan: Plan, slot: number) => Cause, underWay?: Job | null): readonly Missing[]
}

/** Boundaries by the name of the plan they are of. */
export type FreezesHeld = Readonly<Record<string, readonly number[]>>

/** What an earlier life of the daemon has left. */
export interface Before {
  /** Boundaries of a plan, by its name, whose freezes are kept whole. */
  readonly freezesHeld?: FreezesHeld
  /** Of these the newest that were read once only (V-W1). */
  readonly readOnce?: FreezesHeld
  /** Slots of a plan, by its name, that need not be asked again. */
  readonly pollsHeld?: ReadonlyMap<string, readonly number[]>
  /** Slots of a plan, by its name, that its meter's load records may still fill. */
  readonly open?: ReadonlyMap<string, readonly Missing[]>
  /** Every period that ended before this instant is accounted for; null where none is. */
  readonly accountedTo?: number | null
}

/** No meter remembers so many midnights: the oldest bill goes before the newest hour, */
const AFTER_BILLS = 1_000
/** and no meter so many hours: the oldest of them goes before what is kept and was read once only, */
const AFTER_HOURS = 50_000
/** and that before the newest load record. */
const AFTER_FREEZES = 100_000

const ANYTHING: May = { catchUp: true, knowsDay: true }

export function createLedger(meter: MeterConfig, offsetMinutes: number, before: Before = {}): Ledger {
  const { freezesHeld = {}, readOnce = {}, pollsHeld, open, accountedTo = null } = before
  const plans = plansOf(meter, offsetMinutes)
  const accountedBy = (plan: Plan) => (accountedTo === null ? null : plan.slotAt(accountedTo))
  const polls = plans
    .filter(plan => plan.kind === 'poll')
    .map(plan => createPollSlots(plan, accountedBy(plan), pollsHeld?.get(plan.name)))
  const fills = plans.flatMap(plan =>
    plan.kind === 'poll' && plan.poll.fill
      ? [{ plan, slots: createFillSlots(plan, plan.poll.fill, offsetMinutes, open?.get(plan.name)) }]
      : [],
  )
  const fillOf = (poll: PollConfig) => fills.find(({ plan }) => plan.poll === poll)?.slots
  const freezes: FreezeDays[] = []
  for (const plan of plans) {
    if (plan.kind !== 'freeze') continue
    const accounted = accountedBy(plan)
    const oldest = accounted === null ? null : boundaryBack(plan.calendar, accounted, plan.depth - 1)
    const elders = freezes.filter(one => plan.elders.some(({ name }) => name === one.plan.name))
    const held = { held: freezesHeld[plan.name] ?? [], readOnce: readOnce[plan.name] ?? [] }
    const days = createFreezeDays(plan, { ...held, accounted: oldest }, elders)
    freezes.push(days)
  }

  /** The boundary a job has brought where it was to bring another. */
  const brought = new WeakMap<Job, number>()
  /** Jobs of what is kept that the meter has said whole once more. */
  const saidAgain = new WeakSet<Job>()

  /** The plan that asked, and those whose elder it is at this boundary. */
  function leftTo(plan: FreezePlan, boundary: number) {
    return freezes.filter(
      one => one.plan === plan || (one.plan.elders.includes(plan) && isBoundary(one.plan.calendar, boundary)),
    )
  }

  function freezeEnded(job: FreezeJob, end: JobEnd, now: number, cause: Cause | null, told: Told) {
    const { plan, boundary } = job
    const { frozen = null, lacksWitness = false } = told
    const own = freezes.find(one => one.plan === plan)
    if (job.isKept) {
      if (end === 'done') saidAgain.add(job)
      return own?.askedAgain(boundary, now)
    }
    if (end === 'done' && lacksWitness) own?.wasReadOnce(boundary, now)
    for (const one of leftTo(plan, boundary))
      one.ended(boundary, end, now, cause, one.plan === plan ? frozen : null)
    if (!frozen?.isWhole || frozen.slot === boundary || !isBoundary(plan.calendar, frozen.slot)) return
    for (const one of leftTo(plan, frozen.slot)) one.ended(frozen.slot, 'done', now, null)
    brought.set(job, frozen.slot)
  }

  function freezeLost(job: FreezeJob, now: number, cause: Cause): void {
    if (job.isKept) return
    for (const boundary of new Set([job.boundary, brought.get(job) ?? job.boundary]))
      for (const one of leftTo(job.plan, boundary)) one.lost(boundary, now, cause)
  }

  function due(now: number, may = ANYTHING): Due | null {
    const asked = polls.map(pollDue)
    // A meter that owes a poll has not answered it: it would not answer this either.
    const isQuiet = asked.every(one => one === null)
    const remembered = may.knowsDay
      ? [
          ...freezes.map(one => freezeDue(one, now, may)),
          ...(isQuiet ? fills.map(one => fillDue(one, now, may)) : []),
        ]
      : []
    const all = [...remembered, ...asked]
    return all.reduce((best, one) => (one && (!best || isSooner(one, best)) ? one : best), null)

    function pollDue(one: (typeof polls)[number]): Due | null {
      const slot = one.due(now)
      if (slot === null) return null
      return {
        job: { kind: 'poll', poll: one.plan.poll, slot },
        rank: RANK.poll,
        order: one.plan.dueBy(slot),
        missedSince: one.missedSince(now),
        isInstantaneous: !one.plan.isCurve,
      }
    }
  }

  return {
    meter,
    plans,
    due,
    nextAt: now =>
      Math.min(...[...polls, ...freezes, ...fills.map(({ slots }) => slots)].map(one => one.nextAt(now))),
    askedNextAt(boundary, now) {
      const bills = freezes.filter(({ plan }) => plan.bills && isBoundary(plan.calendar, boundary))
      const next = bills.map(one => one.askedNextAt(boundary, now)).filter(at => at !== null)
      return next.length > 0 ? Math.min(...next) : null
    },
    ended(job, end, now, cause = null, told = {}) {
      if (job.kind === 'fill') fillOf(job.poll)?.ended(job.asked, end, now, cause, told.told ?? null)
      else if (job.kind === 'freeze') freezeEnded(job, end, now, cause, told)
      else polls.find(({ plan }) => plan.poll === job.poll)?.ended(job.slot, end, now, cause)
    },
    kept(job) {
      if (job.kind === 'fill') fillOf(job.poll)?.kept(job.asked)
      else if (job.kind === 'freeze' && saidAgain.has(job))
        freezes.find(one => one.plan === job.plan)?.wasReadAgain(job.boundary)
    },
    lost(job, now, cause = 'STORE_FULL') {
      if (job.kind === 'fill') fillOf(job.poll)?.lost(job.asked, now, cause)
      else if (job.kind === 'freeze') freezeLost(job, now, cause)
      else polls.find(({ plan }) => plan.poll === job.poll)?.lost(job.slot, now, cause)
    },
    openCount: (plan, now) =>
      (freezes.find(one => one.plan === plan) ?? fills.find(one => one.plan === plan)?.slots)?.openCount(
        now,
      ) ?? 0,
    since: (plan, now) => freezes.find(one => one.plan === plan)?.since(now) ?? plan.slotAt(now),
    account: (now, why, underWay = null) => [
      ...freezes.flatMap(one => one.account(now, slot => why(one.plan, slot))),
      ...polls.flatMap(one => {
        const missed = one.account(now, slot => why(one.plan, slot), slotUnderWay(one.plan, underWay))
        return fillOf(one.plan.poll)?.account(now, missed) ?? missed
      }),
    ],
  }
}

function slotUnderWay(plan: PollPlan, job: Job | null): number | undefined {
  return job?.kind === 'poll' && job.poll === plan.poll ? job.slot : undefined
}

function freezeDue(one: FreezeDays, now: number, may: May): Due | null {
  const found = one.due(now)
  if (!found) return null
  const { plan } = one
  const job: Job = { kind: 'freeze', plan, ...found }
  const back = stepsBetween(plan.calendar, found.boundary, plan.slotAt(now))
  const dueBy = plan.dueBy(found.boundary)
  const ranked = (rank: Due['rank'], order: number): Due => ({ job, rank, order, missedSince: null })
  if (back === 0 && plan.bills && !found.isKept && now < found.boundary + DAY)
    return ranked(RANK.today, dueBy)
  const order = (plan.bills ? back : AFTER_BILLS + back) + (found.isKept ? AFTER_HOURS : 0)
  if (may.catchUp) return ranked(RANK.catchingUp, order)
  return back === 0 && !found.isKept ? ranked(RANK.poll, dueBy) : ranked(RANK.quiet, order)
}

/** Behind every freeze that catches up with it, the newest first. */
function fillDue(
  { plan, slots }: { readonly plan: PollPlan; readonly slots: ReturnType<typeof createFillSlots> },
  now: number,
  may: May,
): Due | null {
  const asked = slots.due(now)
  if (!asked) return null
  const job: Job = { kind: 'fill', poll: plan.poll, slot: asked.last, asked }
  const order = AFTER_FREEZES + (now - asked.last) / MINUTE
  return { job, rank: may.fill ? RANK.catchingUp : RANK.quiet, order, missedSince: null }
}

function isSooner(a: Due, b: Due): boolean {
  return isBefore(urgencyOf(a), urgencyOf(b))
}

/** Who missed a turn goes before who did not: where time is short a poll of every minute leaves none for the rarer ones. */
function urgencyOf({ rank, order, missedSince, isInstantaneous }: Due): Place {
  return [rank, missedSince ?? Number.POSITIVE_INFINITY, isInstantaneous ? 1 : 0, order]
}

/** Compared number by number; the smaller comes first. */
export type Place = readonly number[]

export function isBefore(place: Place, other: Place): boolean {
  const differs = place.findIndex((each, index) => each !== other[index])
  return (place[differs] ?? 0) < (other[differs] ?? 0)
}

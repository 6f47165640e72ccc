/**
 * Keeps the accounts of what was expected, once a minute: what became of each period goes to the store, with the instant
 * up to which all is accounted for. What no daemon was there for is accounted for by the next one (PR-04).
 */

import { boundaryAfter, stepsBetween } from '../core/calendar.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import { MINUTE } from '../core/time.ts'
import type { Line } from '../line/line.ts'
import type { Cause, Expected, Missing } from '../reading/expectation.ts'
import type { MeterMissing, Store } from '../store/store.ts'
import type { Job } from './job.ts'
import type { Ledger } from './ledger.ts'
import type { Patience } from './patience.ts'
import { type Plan, rememberedMs } from './plans.ts'
import type { TimeTrust } from './time-trust.ts'

/** One meter's ledger, and what stands in its way at this moment. */
export interface Book {
  readonly ledger: Ledger
  readonly underWay: Job | null
  /** Why what is not asked now is not asked. */
  readonly cause: Cause
}

export function bookOf(
  line: Pick<Line, 'state' | 'fault'>,
  { ledger, underWay, patience }: Pick<Book, 'ledger' | 'underWay'> & { readonly patience: Patience },
): Book {
  const isUp = line.state === 'open' || line.state === 'resting'
  const down = isUp ? null : (line.fault?.code ?? 'LINE_CLOSED')
  return { ledger, underWay, cause: down ?? patience.fault?.code ?? 'NOT_ASKED' }
}

/** Of all meters' plans of one name, since the accounts this daemon began with. */
export interface PlanCounts {
  readonly plan: string
  readonly due: number
  readonly missed: number
  /** Periods now that are past without a reading and may still come. */
  readonly open: number
}

export interface Bookkeeping {
  start(): void
  /** After the pollers: what they leave is accounted for. */
  stop(): Promise<void>
  counts(): readonly PlanCounts[]
}

export interface BookkeepingParts {
  readonly store: Pick<Store, 'expect' | 'account'>
  readonly books: () => readonly Book[]
  /** Where an earlier life's accounts end; null where there are none. */
  readonly accountedTo: number | null
  readonly timeTrust: Pick<TimeTrust, 'look' | 'trusted'>
  readonly clock: Clock
  readonly broken: (error: unknown) => void
}

const EVERY_MS = MINUTE
/** Rows of one transaction; readings have their turn between two. */
const ROWS_AT_ONCE = 500
/** What a store without room does not take waits, and what waits longest is given up: its periods stay unexplained. */
const MOST_WAITING = 50_000

export function createBookkeeping(parts: BookkeepingParts): Bookkeeping {
  const { store, timeTrust, clock } = parts
  const stopping = new AbortController()
  const startedAt = clock.monotonic()
  const counts = new Map<string, { due: number; missed: number; open: number }>()
  let waiting: MeterMissing[] = []
  let accountedTo = parts.accountedTo
  let countedTo = parts.accountedTo
  /** Up to when our clock was not believed, monotonic. */
  let doubtedTo = Number.NEGATIVE_INFINITY
  let isExpected = false
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await keepAccounts().catch(laterOrBroken)
      await clock.sleep(EVERY_MS, stopping.signal)
    }
  }

  function laterOrBroken(error: unknown): void {
    if (!isPassing(error)) parts.broken(error)
  }

  async function keepAccounts(): Promise<void> {
    timeTrust.look()
    // What was due meanwhile is known when it is known what time it is.
    if (!timeTrust.trusted) doubtedTo = clock.monotonic()
    else await keepAccountsAt(clock.now())
  }

  async function keepAccountsAt(now: number): Promise<void> {
    // Before anything is waited for.
    const doubted = now - (clock.monotonic() - doubtedTo)
    const began = now - (clock.monotonic() - startedAt)
    if (!isExpected || now < (accountedTo ?? now)) await store.expect(expectedOf(parts.books(), now), now)
    isExpected = true
    const books = parts.books()
    count(books, now)
    for (const { ledger, underWay, cause } of books) {
      const why = ({ calendar }: Plan, slot: number): Cause =>
        boundaryAfter(calendar, slot) <= began ? 'OFF' : slot < doubted ? 'CLOCK' : cause
      for (const missing of ledger.account(now, why, underWay)) {
        waiting.push({ meter: ledger.meter.id, ...missing })
        if (missing.state === 'missed') countMissed(ledger, missing)
      }
    }
    if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING)
    await write(now, overAt(books, now))
  }

  /** An answer that comes after its period is told of when it has come, so the accounts do not reach beyond it. */
  function overAt(books: readonly Book[], now: number): number {
    const late = books.flatMap(({ underWay }) =>
      underWay?.kind === 'poll' && underWay.slot + underWay.poll.everyMs <= now ? [underWay.slot] : [],
    )
    const over = Math.min(now, ...late)
    return accountedTo === null || now < accountedTo ? over : Math.max(over, accountedTo)
  }

  async function write(now: number, over: number): Promise<void> {
    while (waiting.length > ROWS_AT_ONCE) {
      const part = waiting.slice(0, ROWS_AT_ONCE)
      accountedTo = Math.min(now, accountedTo ?? now)
      await store.account(part, accountedTo)
      waiting = waiting.slice(ROWS_AT_ONCE)
    }
    await store.account(waiting, over)
    waiting = []
    accountedTo = over
  }

  function count(books: readonly Book[], now: number): void {
    for (const one of counts.values()) one.open = 0
    for (const { ledger } of books)
      for (const plan of ledger.plans) {
        const from = plan.slotAt(countedTo ?? now)
        countsOf(plan.name).due += Math.max(0, stepsBetween(plan.calendar, from, plan.slotAt(now)))
        countsOf(plan.name).open += ledger.openCount(plan, now)
      }
    countedTo = now
  }

  function countMissed({ plans }: Ledger, { plan: name, first, last }: Missing): void {
    const plan = plans.find(one => one.name === name)
    if (plan) countsOf(name).missed += stepsBetween(plan.calendar, first, last) + 1
  }

  function countsOf(plan: string) {
    const found = counts.get(plan) ?? { due: 0, missed: 0, open: 0 }
    counts.set(plan, found)
    return found
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
      await keepAccounts().catch(laterOrBroken)
    },
    counts: () =>
      [...counts].map(([plan, one]) => ({ plan, ...one })).sort((a, b) => (a.plan < b.plan ? -1 : 1)),
  }
}

function expectedOf(books: readonly Book[], now: number): readonly Expected[] {
  return books.flatMap(({ ledger }) =>
    ledger.plans.map(plan => ({
      meter: ledger.meter.id,
      line: ledger.meter.line,
      plan: plan.name,
      kind: plan.kind,
      calendar: plan.calendar,
      keptForMs: plan.kind === 'freeze' ? rememberedMs(plan) : (plan.poll.fill?.keptForMs ?? plan.everyMs),
      registers: registersOf(plan),
      since: ledger.since(plan, now),
    })),
  )
}

/** What has no OBIS code is no reading. */
export function registersOf({ points }: Pick<Plan, 'points'>): readonly string[] {
  return [...new Set(points.map(({ obis }) => obis).filter(obis => obis !== ''))]
}

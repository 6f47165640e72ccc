/** `/v1/expectations`: what should have arrived and has not, with its cause; and that nothing due is left out (PR-04). */

import { z } from 'zod'
import { formatDuration } from '../config/quantities.ts'
import { boundaryAt, type Calendar, stepsBetween, writeDays } from '../core/calendar.ts'
import { civilOf, DAY, isoWithOffset, slotOf } from '../core/time.ts'
import { type Account, accountOf, type KeptPlan, type Missing } from '../reading/expectation.ts'
import type { Store } from '../store/store.ts'
import { maySee } from './access.ts'
import type { App } from './app.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { perPage } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { nameAsked, next, paging, time, timeAsked } from './shapes.ts'
import { timeOf } from './times.ts'

/** Days of plans looked through for one answer; where few have what is asked for, a page is short and not the last. */
const MOST_LOOKED = 500
const PLANS_AT_ONCE = 500
const MOST_GAPS = 100

const states = z.enum(['open', 'missed', 'rejected'])

const asked = z.strictObject({
  meter: nameAsked.meta({ description: 'of this meter only' }),
  line: nameAsked.meta({ description: 'of meters on this line only' }),
  from: timeAsked.meta({ description: 'YYYY-MM-DD or ISO 8601 with offset; without it today' }),
  to: timeAsked.meta({ description: 'before this; without it the end of today' }),
  state: states.optional().meta({ description: 'only days that have such periods, and only these' }),
  ...paging,
})

const count = z.int()

const gap = z.object({
  first: time.meta({ description: 'slot of the first period' }),
  last: time.meta({ description: 'slot of the last one' }),
  periods: count,
  state: states,
  cause: z.string().meta({
    description: 'a fault code, or OFF, CLOCK, NOT_ASKED, HELD_APART, NOT_WANTED (see docs/api.md)',
  }),
  tries: count.meta({ description: 'conversations about each of them, at most' }),
  lastTriedAt: time.nullable(),
})

const expectation = z
  .object({
    meter: z.string(),
    line: z.string(),
    plan: z.string().meta({ description: '"daily", "settlement", "hourly", "poll-15m"' }),
    every: z
      .string()
      .meta({ description: '"15m", or the days of each month and their hours: "01T00 15T00"' }),
    day: z.string().meta({ format: 'date', description: "a day in the site's fixed offset" }),
    due: count.meta({ description: 'periods begun so far; the sum of the next six' }),
    accepted: count,
    suspect: count,
    rejected: count.meta({
      description: 'answered, and nothing of it is a reading, or all of it is held apart',
    }),
    missed: count,
    open: count.meta({ description: 'not here yet, and may still come' }),
    unexplained: count.meta({
      description: 'readings given up for want of room, or lost with a damaged store',
    }),
    gaps: z.array(gap).meta({ description: `at most ${MOST_GAPS}` }),
    moreGaps: count.meta({ description: 'ranges not shown' }),
  })
  .meta({ id: 'Expectation' })

export function expectationRoutes(app: App, { store, clock, site }: ApiParts): void {
  const { offsetMinutes } = site
  app.get(
    '/v1/expectations',
    {
      config: { access: 'read' },
      schema: {
        summary: 'What should have arrived and has not, with its cause, by meter, plan and day',
        description: 'A page may hold fewer entries than asked for, even none, and still have a `next`.',
        tags: ['meters'],
        querystring: asked,
        response: { 200: z.object({ expectations: z.array(expectation), next }) },
      },
    },
    async request => {
      const { query } = request
      const now = clock.now()
      const today = slotOf(now, DAY, offsetMinutes)
      const from = timeOf('from', query.from, offsetMinutes) ?? today
      const to = timeOf('to', query.to, offsetMinutes) ?? today + DAY
      const { meter, line, state } = query
      const list = `expectations ${JSON.stringify([meter, line, query.from, query.to, state])}`
      const limit = perPage(query)
      const place =
        query.cursor === undefined ? null : readCursor(query.cursor, list, ['string', 'number', 'number'])
      const accountedTo = await store.accountedTo()
      const expectations: z.infer<typeof expectation>[] = []
      let looked = 0
      for await (const plan of plansFrom(store, place, { meter, line })) {
        if (!maySee(request, plan.meter)) continue
        for (const day of daysOf(
          plan,
          Math.max(from, behind(place, plan)),
          Math.min(to, now + 1),
          offsetMinutes,
        )) {
          const part = { from: Math.max(from, day), to: Math.min(to, day + DAY), now, accountedTo }
          const { held, missing } = await store.slots(plan.ref, part.from, part.to)
          const account = accountOf(plan, held, missing, part)
          if (account.due > 0 && (state === undefined || account[state] > 0))
            expectations.push(show(plan, day, account, state))
          looked += 1
          if (expectations.length === limit || looked === MOST_LOOKED)
            return { expectations, next: writeCursor([list, plan.meter, plan.ref, day]) }
        }
      }
      return { expectations, next: null }
    },
  )

  function show(
    { meter, line, plan, calendar }: KeptPlan,
    day: number,
    { gaps, ...counts }: Account,
    state: Missing['state'] | undefined,
  ): z.infer<typeof expectation> {
    const shown = gaps.filter(one => state === undefined || one.state === state)
    return {
      meter,
      line,
      plan,
      every: 'everyMs' in calendar ? formatDuration(calendar.everyMs) : writeDays(calendar.on),
      day: civilOf(day, offsetMinutes).slice(0, 10),
      ...counts,
      gaps: shown.slice(0, MOST_GAPS).map(one => showGap(one, calendar)),
      moreGaps: Math.max(0, shown.length - MOST_GAPS),
    }
  }

  function showGap(
    { first, last, state, cause, tries, triedAt }: Missing,
    calendar: Calendar,
  ): z.infer<typeof gap> {
    return {
      first: isoWithOffset(first, offsetMinutes),
      last: isoWithOffset(last, offsetMinutes),
      periods: stepsBetween(calendar, first, last) + 1,
      state: states.parse(state),
      cause,
      tries,
      lastTriedAt: triedAt === null ? null : isoWithOffset(triedAt, offsetMinutes),
    }
  }
}

/** The last day given. */
type Place = readonly [meter: string, plan: number, day: number]

/** The plan the last day given was of, and all behind it. */
async function* plansFrom(
  store: Store,
  place: Place | null,
  { meter, line }: { readonly meter: string | undefined; readonly line: string | undefined },
): AsyncGenerator<KeptPlan> {
  let after = place === null ? undefined : { meter: place[0], plan: place[1] - 1 }
  for (let more = true; more; ) {
    const plans = await store.plans({
      limit: PLANS_AT_ONCE,
      ...(meter !== undefined && { meter }),
      ...(line !== undefined && { line }),
      ...(after && { after }),
    })
    yield* plans
    const last = plans.at(-1)
    after = last && { meter: last.meter, plan: last.ref }
    more = plans.length === PLANS_AT_ONCE
  }
}

function behind(place: Place | null, { ref }: KeptPlan): number {
  return place !== null && place[1] === ref ? place[2] + DAY : Number.NEGATIVE_INFINITY
}

/** Days that have a period of the plan. */
function* daysOf(
  { calendar, since, until }: KeptPlan,
  from: number,
  to: number,
  offsetMinutes: number,
): Generator<number> {
  const end = Math.min(to, until ?? Number.POSITIVE_INFINITY)
  for (let day = slotOf(Math.max(from, since), DAY, offsetMinutes); day < end; day += DAY)
    if (boundaryAt(calendar, day + DAY - 1) >= day) yield day
}

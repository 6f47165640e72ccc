/** `/v1/meters`: what is configured, how each meter answers, and its newest values with their age. */

import { z } from 'zod'
import type { CommissioningState } from '../acquire/gate/commissioning.ts'
import type { MeterStatus } from '../acquire/status.ts'
import type { MeterConfig } from '../config/config.ts'
import { DAY, HOUR, isoWithOffset } from '../core/time.ts'
import { NO_NUMBERS } from '../line/meter-numbers.ts'
import type { MeterClock, StoredReading } from '../store/store.ts'
import { maySee, visibleMeter } from './access.ts'
import type { App } from './app.ts'
import { deedOf } from './deed.ts'
import { responseMs } from './lines.ts'
import { pageById } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { problemOf } from './problems.ts'
import { age, fault, inOneLine, next, nothing, ofMeter, paging, reading, time } from './shapes.ts'
import { ageSeconds, showFault, showReading } from './show.ts'

const acceptance = z
  .object({
    accepted: z.boolean(),
    at: time.nullable(),
    by: z.string().nullable(),
    because: z.string().nullable(),
    identity: z.string().nullable().meta({ description: 'what the meter said of itself then' }),
    held: z.string().nullable().meta({ description: 'why its values are held apart, and what to do' }),
  })
  .nullable()
  .meta({ id: 'Acceptance', description: 'null: a meter whose protocol itself says what its items are' })

const meter = z.object({
  id: z.string(),
  line: z.string(),
  address: z.string(),
  protocol: z.string(),
  profile: z.string(),
  state: z
    .enum(['never', 'ok', 'failing', 'silent'])
    .meta({ description: 'never asked yet; answered last time; did not; did not several times' }),
  lastAskedAt: time.nullable(),
  lastAnswerAt: time.nullable(),
  answerAgeSeconds: age
    .nullable()
    .meta({ description: 'null: it has not answered since the daemon started' }),
  nextAt: time.nullable(),
  answered: z.int(),
  unanswered: z.int(),
  fault,
  numbers: z
    .object({
      requests: z.int(),
      timeouts: z.int(),
      damaged: z.int(),
      lates: z.int(),
      strays: z.int(),
      responseMs,
    })
    .meta({ id: 'MeterNumbers', description: 'counted on its line since the start of the daemon' }),
  acceptance,
})

const newest = reading
  .extend({
    ageSeconds: age,
    stale: z
      .boolean()
      .meta({ description: 'older than two of its intervals: an old value, not a fresh one' }),
  })
  .meta({ id: 'NewestReading' })

const meterInFull = meter.extend({
  clock: z
    .object({ deviationSeconds: z.number(), measuredAt: time, ageSeconds: age })
    .nullable()
    .meta({ description: "the meter's clock minus ours; null: never measured" }),
  latest: z.array(newest),
  neverRead: z.array(z.string()).meta({ description: 'polled registers of which no value is kept' }),
})

const NEVER_ASKED = {
  state: 'never',
  lastAskedAt: null,
  lastAnswerAt: null,
  fault: null,
  nextAt: null,
  answered: 0,
  unanswered: 0,
  numbers: NO_NUMBERS,
} as const satisfies Omit<MeterStatus, 'id'>

export function meterRoutes(app: App, parts: ApiParts): void {
  const { clock, site, store } = parts
  const meters = new Map(parts.meters.map(one => [one.id, one]))

  app.get(
    '/v1/meters',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Every meter and how it answers',
        tags: ['meters'],
        querystring: z.strictObject(paging),
        response: { 200: z.object({ meters: z.array(meter), next }) },
      },
    },
    async request => {
      const visible = parts.meters.filter(one => maySee(request, one.id))
      const page = pageById(visible, request.query, 'meters')
      const now = clock.now()
      const shown = page.items.map(one => showMeter(one, parts, now, site.offsetMinutes))
      return { meters: shown, next: page.next }
    },
  )

  app.get(
    '/v1/meters/:id',
    {
      config: { access: 'read' },
      schema: {
        summary: 'One meter with its newest values',
        tags: ['meters'],
        params: ofMeter,
        querystring: nothing,
        response: { 200: meterInFull },
      },
    },
    async request => {
      const asked = visibleMeter(request, meters, request.params.id)
      const [latest, measured] = await Promise.all([store.latestOf(asked.id), store.clockOf(asked.id)])
      const now = clock.now()
      return {
        ...showMeter(asked, parts, now, site.offsetMinutes),
        clock: showClock(measured, now, site.offsetMinutes),
        latest: latest.map(one => showNewest(asked, one, now, site.offsetMinutes)),
        neverRead: neverRead(asked, latest),
      }
    },
  )

  const { accept } = parts
  if (!accept) return
  app.post(
    '/v1/meters/:id/acceptance',
    {
      config: {
        access: 'admin',
        mayFail: { ACCEPTANCE_UNKEPT: 'the acceptance of m1 could not be written: ENOSPC' },
      },
      schema: {
        summary: 'A person says that what this meter shows is right',
        description: 'For the meter that answers now, under its profile as it is now.',
        tags: ['meters'],
        params: ofMeter,
        querystring: nothing,
        body: z.strictObject({ by: inOneLine(100).min(1), because: inOneLine(500).optional() }),
        response: { 200: acceptance },
      },
    },
    async request => {
      const asked = visibleMeter(request, meters, request.params.id)
      const { by, because = '' } = request.body
      const subject = `meter ${asked.id}`
      const deed = deedOf(request, {
        at: clock.now(),
        ...{ action: 'meter.accepted', subject, facts: { by, because } },
      })
      // Written down first: the acceptance is kept in a file of its own, and must not be there without an entry.
      await store.journalAdd(deed)
      await accept(asked.id, by, because).catch(async (error: unknown) => {
        const { code } = problemOf(error, request.id)
        await store.journalAdd({ ...deed, action: 'meter.not-accepted', facts: { ...deed.facts, code } })
        throw error
      })
      return showAcceptance(parts.commissioning?.(asked.id) ?? null, site.offsetMinutes)
    },
  )
}

function showMeter(
  config: MeterConfig,
  { meterStatus, commissioning }: Pick<ApiParts, 'meterStatus' | 'commissioning'>,
  now: number,
  offsetMinutes: number,
): z.infer<typeof meter> {
  const { state, lastAskedAt, lastAnswerAt, nextAt, answered, unanswered, fault, numbers } =
    meterStatus(config.id) ?? NEVER_ASKED
  const iso = (instant: number | null) => (instant === null ? null : isoWithOffset(instant, offsetMinutes))
  return {
    id: config.id,
    line: config.line,
    address: config.address,
    protocol: config.driver.protocol,
    profile: config.profile.profile,
    state,
    lastAskedAt: iso(lastAskedAt),
    lastAnswerAt: iso(lastAnswerAt),
    answerAgeSeconds: lastAnswerAt === null ? null : ageSeconds(lastAnswerAt, now),
    nextAt: iso(nextAt),
    answered,
    unanswered,
    fault: showFault(fault),
    numbers,
    acceptance: showAcceptance(commissioning?.(config.id) ?? null, offsetMinutes),
  }
}

function showAcceptance(state: CommissioningState | null, offsetMinutes: number): z.infer<typeof acceptance> {
  if (state === null) return null
  const { acceptance: given, why } = state
  return {
    accepted: given !== null,
    at: given && isoWithOffset(given.at, offsetMinutes),
    by: given?.by ?? null,
    because: given?.because ?? null,
    identity: given?.identity ?? null,
    held: why,
  }
}

function showClock(
  seen: MeterClock | null,
  now: number,
  offsetMinutes: number,
): z.infer<typeof meterInFull>['clock'] {
  if (seen === null) return null
  return {
    deviationSeconds: seen.deviationMs / 1000,
    measuredAt: isoWithOffset(seen.measuredAt, offsetMinutes),
    ageSeconds: ageSeconds(seen.measuredAt, now),
  }
}

function showNewest(
  config: MeterConfig,
  stored: StoredReading,
  now: number,
  offsetMinutes: number,
): z.infer<typeof newest> {
  const everyMs = intervalOf(config, stored)
  const stale = everyMs === null || now - stored.readAt > 2 * everyMs
  return { ...showReading(stored, offsetMinutes), ageSeconds: ageSeconds(stored.readAt, now), stale }
}

/** How often a new value of this register is due; null when it is no longer asked for. */
function intervalOf(config: MeterConfig, { kind, obis }: StoredReading): number | null {
  if (kind === 'freeze') {
    const { hourly, profile, daily } = config
    if (hourly && profile.hourly?.points.some(point => point.obis === obis)) return HOUR
    return daily ? DAY : null
  }
  const intervals = config.polls.filter(poll => poll.points.some(point => point.obis === obis))
  return intervals.length === 0 ? null : Math.min(...intervals.map(poll => poll.everyMs))
}

/** Points without a unit are times, texts and status words, which are not kept as values. */
function neverRead(config: MeterConfig, latest: readonly StoredReading[]): string[] {
  const kept = new Set(latest.filter(one => one.kind === 'poll').map(one => one.obis))
  const asked = config.polls
    .flatMap(poll => poll.points)
    .filter(point => point.obis !== '' && point.unit !== '')
  return [...new Set(asked.map(point => point.obis))].filter(obis => !kept.has(obis)).sort()
}

/** `/v1/alarms`: what stands, and all that ever became of alarms, with the reads that led to it. */

import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isoWithOffset } from '../core/time.ts'
import type { AlarmEvent, KeptAlarm } from '../reading/alarm/alarm.ts'
import { keyOf } from '../reading/alarm/alarms.ts'
import { maySee, metersSeen } from './access.ts'
import type { App } from './app.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { withoutOthers } from './others.ts'
import { pageById, perPage } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { finding, nameAsked, next, paging, time } from './shapes.ts'
import { showFinding } from './show.ts'

const asked = z.strictObject({
  standing: z.enum(['true', 'false']).optional().meta({ description: 'true: only what stands now' }),
  meter: nameAsked.meta({ description: 'of this meter only' }),
  ...paging,
})

const alarm = z
  .object({
    sequence: z.int().nullable().meta({ description: 'of the event; null in the list of what stands' }),
    event: z.enum(['raised', 'reopened', 'cleared']),
    scope: z
      .enum(['meter', 'line', 'gateway'])
      .meta({ description: 'line, gateway: many meters fail together, and are not told of one by one' }),
    of: z.string().meta({ description: 'the meter or line; empty for the gateway' }),
    line: z.string(),
    rule: z.string(),
    version: z.int().nullable(),
    about: z.string().meta({ description: 'register and kind, the kind, or empty for the meter as such' }),
    severity: z.int().meta({ description: '1 wants a person, 2 heals by a further read' }),
    blocks: z.boolean().meta({ description: 'the rule withholds values from bills' }),
    codes: z.array(z.string()),
    at: time,
    opened: z.int().meta({ description: 'how often: what comes again within a day is the same alarm' }),
    text: z.string().meta({ description: 'what was found, or by what it ended' }),
    reads: z
      .array(z.object({ meter: z.string(), at: time, finding }))
      .meta({ description: 'both reads that agree; of many meters, one of each of the first' }),
    failing: z.array(z.string()).meta({ description: 'the meters that fail together' }),
  })
  .meta({ id: 'Alarm' })

export function alarmRoutes(app: App, { store, status, site, meters }: ApiParts): void {
  const ids = new Set(meters.map(({ id }) => id))

  app.get(
    '/v1/alarms',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Alarms that stand, or everything that became of alarms in recorded order',
        description: 'A page of the history may hold fewer entries than asked for and still have a `next`.',
        tags: ['meters'],
        querystring: asked,
        response: { 200: z.object({ alarms: z.array(alarm), next }) },
      },
    },
    async request =>
      request.query.standing === 'true' ? standing(request, request.query) : history(request, request.query),
  )

  type Asked = z.infer<typeof asked>

  function standing(request: FastifyRequest, query: Asked) {
    const seen = status().alarms.flatMap(event => visible(request, event, query.meter, ids) ?? [])
    const page = pageById(
      seen.map(event => ({ id: keyOf(event), event })),
      query,
      `alarms standing ${query.meter ?? ''}`,
    )
    return { alarms: page.items.map(({ event }) => show(event, null)), next: page.next }
  }

  async function history(request: FastifyRequest, query: Asked) {
    // Numbers of another life of the store name other events.
    const list = `alarms ${store.epoch} ${query.meter ?? ''}`
    const limit = perPage(query)
    const [after] = query.cursor === undefined ? [0] : readCursor(query.cursor, list, ['number'])
    const events = await store.alarmsAfter(after, limit)
    const last = events.at(-1)
    return {
      alarms: events.flatMap(event => {
        const seen = visible(request, event, query.meter, ids)
        return seen ? [show(seen, event.sequence)] : []
      }),
      next: last && events.length === limit ? writeCursor([list, last.sequence]) : null,
    }
  }

  function show(event: AlarmEvent, sequence: number | null): z.infer<typeof alarm> {
    const { evidence, scope, of, line, rule, version, about, severity, blocks, codes, at, opened } = event
    const { offsetMinutes } = site
    return {
      ...{ sequence, event: event.event, scope, of, line, rule, version, about, severity, blocks },
      codes: [...codes],
      at: isoWithOffset(at, offsetMinutes),
      opened,
      text: evidence.text,
      reads: evidence.reads.map(read => ({
        meter: read.meter,
        at: isoWithOffset(read.at, offsetMinutes),
        finding: showFinding(read.finding, offsetMinutes),
      })),
      failing: [...new Set(evidence.failing?.map(one => one.of))],
    }
  }
}

/** As this caller may see it; null where it is about none of the caller's meters. */
function visible(
  request: FastifyRequest,
  event: AlarmEvent | KeptAlarm,
  meter: string | undefined,
  ids: ReadonlySet<string>,
): AlarmEvent | null {
  const tell = (text: string) => withoutOthers(text, metersSeen(request), ids)
  const isSeen = (id: string) => maySee(request, id) && (meter === undefined || id === meter)
  if (event.scope === 'meter') return isSeen(event.of) ? told(event, tell) : null
  const { failing = [], reads } = event.evidence
  const own = failing.filter(({ of }) => isSeen(of))
  const isWhole = meter === undefined && request.holder?.meters === null
  if (own.length === 0 && !isWhole) return null
  const evidence = { ...event.evidence, reads: reads.filter(one => maySee(request, one.meter)) }
  const shown = { ...evidence, failing: failing.filter(({ of }) => maySee(request, of)) }
  return told({ ...event, evidence: shown }, tell)
}

function told(event: AlarmEvent, tell: (text: string) => string): AlarmEvent {
  const { text, reads } = event.evidence
  const each = reads.map(read => ({
    ...read,
    finding: { ...read.finding, evidence: tell(read.finding.evidence) },
  }))
  return { ...event, evidence: { ...event.evidence, text: tell(text), reads: each } }
}

/** `/healthz` and `/readyz`: whether the process lives, and whether it does its work (PR-87). */

import { z } from 'zod'
import { within } from '../core/clock.ts'
import { FAULTS, type FaultCode } from '../core/faults.ts'
import type { App } from './app.ts'
import type { ApiParts, DaemonStatus } from './parts.ts'
import { nothing } from './shapes.ts'

/** A store that takes longer than this to say its last number is not keeping readings either. */
const STORE_ANSWERS_WITHIN_MS = 2_000

const why = z.object({
  part: z.enum(['store', 'clock', 'scheduler', 'line', 'meters', 'sink', 'book']),
  name: z.string().nullable(),
  code: z.string(),
  hint: z.string(),
  count: z.int(),
})

const alive = z.object({ status: z.literal('alive') }).meta({ id: 'Alive' })
const stuckParts = z
  .object({
    status: z.literal('stuck'),
    stuck: z.array(
      z.object({ part: z.enum(['scheduler', 'line', 'store', 'sink', 'book']), name: z.string() }),
    ),
  })
  .meta({ id: 'Stuck' })

const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'not ready']),
    why: z.array(why).meta({ description: 'what does not do its work; empty when ready' }),
  })
  .meta({ id: 'Readiness' })

type Why = z.infer<typeof why>

export function healthRoutes(app: App, { store, clock, status }: ApiParts): void {
  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The process is alive, and every part of it advances',
        description: 'With 503 nothing but a restart helps; whoever restarts us by this answer does right.',
        tags: ['operations'],
        querystring: nothing,
        response: { 200: alive, 503: stuckParts },
      },
    },
    async (_request, reply) => {
      const stuck = status()
        .parts.filter(one => one.stuck)
        .map(({ part, name }) => ({ part, name }))
      if (stuck.length === 0) return reply.send({ status: 'alive' as const })
      return reply.status(503).send({ status: 'stuck' as const, stuck })
    },
  )

  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The store is open and the lines are started; if degraded, what fails',
        description: 'Names lines and sinks; never meters, addresses or hosts. 503 only when not ready.',
        tags: ['operations'],
        querystring: nothing,
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const answers = await within(clock, STORE_ANSWERS_WITHIN_MS, store.lastSequence())
      const seen = judgeReadiness(status(), answers)
      return reply.status(seen.status === 'not ready' ? 503 : 200).send(seen)
    },
  )
}

/** Lines that wait for their port are started, and degraded; a line that is closed was never started. */
export function judgeReadiness(
  { store, storesPutAside, timeTrusted, lines, meters, sinks, parts }: DaemonStatus,
  storeAnswers: boolean,
): z.infer<typeof readiness> {
  const closed = lines.filter(line => line.state === 'closed')
  const failing = lines.filter(line => line.state !== 'closed' && line.fault !== null)
  const mute = meters.filter(meter => meter.state === 'failing' || meter.state === 'silent')
  const behind = sinks.filter(sink => sink.state === 'failing')
  const stuck = parts.filter(part => part.stuck)
  const stopping: Why[] = [
    ...(storeAnswers ? [] : [reason('store', null, 'STORE_FAILED')]),
    ...stuck.map(({ part, name }) => reason(part, name || null, 'PART_STUCK')),
    ...closed.map(line => reason('line', line.id, line.fault?.code ?? 'LINE_CLOSED')),
  ]
  const degrading: Why[] = [
    ...(store.trouble ? [reason('store', null, store.trouble.code, store.refused)] : []),
    ...(store.room.stage === 'ample' && !store.room.starving
      ? []
      : [reason('store', store.room.stage, 'STORE_FILLING')]),
    ...(storesPutAside > 0 ? [reason('store', null, 'STORE_RESCUED', storesPutAside)] : []),
    ...(timeTrusted
      ? []
      : [
          {
            part: 'clock' as const,
            name: null,
            code: 'V-T1',
            hint: 'set the clock or the time service',
            count: 1,
          },
        ]),
    ...failing.map(line => reason('line', line.id, line.fault?.code ?? 'LINE_CLOSED')),
    ...[...Map.groupBy(mute, meter => meter.fault?.code ?? 'LINE_SILENT')].map(([code, of]) =>
      reason('meters', null, code, of.length),
    ),
    ...behind.map(sink => reason('sink', sink.name, sink.fault?.code ?? 'SINK_UNREACHABLE')),
  ]
  const why = [...stopping, ...degrading]
  return { status: stopping.length > 0 ? 'not ready' : why.length > 0 ? 'degraded' : 'ready', why }
}

function reason(part: Why['part'], name: string | null, code: string, count = 1): Why {
  const hint = isFaultCode(code) ? FAULTS[code].hint : ''
  return { part, name, code, hint, count }
}

function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code)
}

/** `/metrics`: counters and gauges in the Prometheus text format 0.0.4. Labels name lines, plans and sinks, never meters. */

import { z } from 'zod'
import type { LineCounters, MeterState } from '../acquire/status.ts'
import { RESPONSE_BOUNDS_MS } from '../line/response-times.ts'
import type { Vitals } from '../running/vitals.ts'
import type { StoreSizes } from '../store/store.ts'
import type { App } from './app.ts'
import { counter, type Family, gauge, renderMetrics, type Sample } from './metric-text.ts'
import { orderFamilies } from './order-metrics.ts'
import type { ApiParts, DaemonStatus } from './parts.ts'
import { nothing } from './shapes.ts'

/** Requests answered, by route as registered (never by path), method and status. */
export type RequestCounts = Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>

const LINE_COUNTERS: Readonly<
  Record<keyof LineCounters, readonly [name: string, help: string, unit?: number]>
> = {
  requests: ['requests_total', 'Requests sent.'],
  answers: ['answers_total', 'Requests answered.'],
  timeouts: ['timeouts_total', 'Requests without an answer after the last retry.'],
  retries: ['retries_total', 'Requests sent again.'],
  strays: ['strays_total', 'Good frames that answered another question.'],
  lates: ['late_answers_total', 'Answers after their time-out, dropped.'],
  echoes: ['echoes_total', 'Own requests heard back, dropped.'],
  broken: ['broken_frames_total', 'Frames with a bad checksum, start or end.'],
  resyncs: ['resyncs_total', 'Times the beginning of a frame had to be looked for among other bytes.'],
  noiseBytes: ['noise_bytes_total', 'Bytes that belong to no good frame.'],
  reopened: ['reopened_total', 'Times the line was opened again.'],
  doubled: ['doubled_answers_total', 'Two different answers to one question.'],
  bytesOut: ['sent_bytes_total', 'Bytes sent.'],
  bytesIn: ['received_bytes_total', 'Bytes received.'],
  busyMs: ['busy_seconds_total', 'Wire and waiting time used.', 1 / 1000],
}

const METER_STATES: readonly MeterState[] = ['never', 'ok', 'failing', 'silent']

const inText = {
  description: 'Prometheus text format 0.0.4',
  content: { 'text/plain': { schema: z.string() } },
}

export function metricsRoute(app: App, { store, status, vitals, clock }: ApiParts): void {
  const requests: RequestCounts = new Map()
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    const key = `${labels.method} ${labels.status} ${route}`
    const counted = requests.get(key) ?? { labels, value: 0 }
    counted.value += 1
    requests.set(key, counted)
  })
  app.get(
    '/metrics',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Metrics for Prometheus',
        description: 'Open, for a scraper on the box; a reverse proxy should not pass it on.',
        tags: ['operations'],
        querystring: nothing,
        response: { 200: inText },
      },
    },
    async (_request, reply) => {
      const sizes = await store.sizes().catch(() => null)
      const open = await store.ordersOpen(clock.now()).catch(() => null)
      const seen = status()
      reply.type('text/plain; version=0.0.4; charset=utf-8')
      return renderMetrics([
        ...lineFamilies(seen),
        ...listenerFamilies(seen),
        ...sinkFamilies(seen),
        ...progressFamilies(seen),
        ...expectationFamilies(seen),
        ...releaseFamilies(seen),
        alarmFamily(seen),
        ...orderFamilies(open, clock.now()),
        ...storeFamilies(sizes),
        ...roomFamilies(seen, sizes),
        ...processFamilies(vitals()),
        requestFamily(requests),
      ])
    },
  )
}

const LISTENER_GAUGES = {
  here: ['meterd_listener_dtus_connected', 'DTUs that are connected.'],
  expected: ['meterd_listener_dtus_expected', 'DTUs that have a line.'],
  unregistered: ['meterd_listener_unregistered', 'Connections that have not told who they are.'],
} as const
const LISTENER_COUNTERS = {
  registered: ['meterd_listener_registrations_total', 'Registrations of known DTUs.'],
  replaced: ['meterd_listener_replaced_total', 'Those that took the place of an older connection.'],
  refused: ['meterd_listener_refused_total', 'Connections turned away: strangers, other networks, limits.'],
} as const

/** Labels name ports; strangers are a number. */
function listenerFamilies({ listeners = [] }: DaemonStatus): Family[] {
  if (listeners.length === 0) return []
  const family = (
    key: keyof (typeof listeners)[number],
    [name, help]: readonly [string, string],
    type: Family['type'],
  ) => ({
    name,
    help,
    type,
    samples: listeners.map(listener => ({ labels: { port: String(listener.port) }, value: listener[key] })),
  })
  return [
    ...Object.entries(LISTENER_GAUGES).map(([key, told]) =>
      family(key as keyof typeof LISTENER_GAUGES, told, 'gauge'),
    ),
    ...Object.entries(LISTENER_COUNTERS).map(([key, told]) =>
      family(key as keyof typeof LISTENER_COUNTERS, told, 'counter'),
    ),
  ]
}

function lineFamilies({ lines, meters }: DaemonStatus): Family[] {
  const counters = Object.entries(LINE_COUNTERS).map(([key, [name, help, unit = 1]]): Family => {
    const samples = lines.map(line => ({
      labels: { line: line.id },
      value: line.counters[key as keyof LineCounters] * unit,
    }))
    return { name: `meterd_line_${name}`, type: 'counter', help, samples }
  })
  const open = lines.map(line => ({
    labels: { line: line.id },
    value: line.state === 'open' || line.state === 'resting' ? 1 : 0,
  }))
  const states = METER_STATES.map(state => ({
    labels: { state },
    value: meters.filter(meter => meter.state === state).length,
  }))
  return [
    ...counters,
    gauge(
      'meterd_line_utilisation',
      'Share of the last minutes in which a question or its answer was on the way.',
      lines.map(line => ({ labels: { line: line.id }, value: line.utilisation })),
    ),
    gauge(
      'meterd_line_response_seconds',
      'To the first byte of an answer: so many of all took no longer.',
      lines.flatMap(quantilesOf),
    ),
    responseFamily(lines),
    {
      name: 'meterd_line_open',
      type: 'gauge',
      help: '1 while the line is open, or rests until somebody asks.',
      samples: open,
    },
    { name: 'meterd_meters', type: 'gauge', help: 'Meters by how they answer.', samples: states },
  ]
}

const QUANTILES = { p50: '0.5', p90: '0.9', p99: '0.99' } as const

function quantilesOf({ id, responseTimes }: DaemonStatus['lines'][number]): Sample[] {
  const seen = responseTimes.quantiles()
  if (seen === null) return []
  return Object.entries(QUANTILES).map(([key, quantile]) => ({
    labels: { line: id, quantile },
    value: seen[key as keyof typeof QUANTILES] / 1_000,
  }))
}

/** Of all lines together: buckets by line would be as many as lines times bounds. */
function responseFamily(lines: DaemonStatus['lines']): Family {
  const total = (of: (times: DaemonStatus['lines'][number]['responseTimes']) => number) =>
    lines.reduce((sum, { responseTimes }) => sum + of(responseTimes), 0)
  const upTo = (place: number) =>
    total(({ buckets }) => Array.from(buckets).reduce((sum, count, at) => sum + (at <= place ? count : 0), 0))
  const count = total(times => times.count)
  const name = 'meterd_response_seconds'
  return {
    name,
    type: 'histogram',
    help: 'To the first byte of an answer, of all lines.',
    samples: [
      // What takes longer than the last bound counts to it in a line; here it is in no bucket but the last.
      ...RESPONSE_BOUNDS_MS.slice(0, -1).map((bound, place) => ({
        suffix: '_bucket',
        labels: { le: String(bound / 1_000) },
        value: upTo(place),
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
      { suffix: '_sum', value: total(times => times.sumMs) / 1_000 },
      { suffix: '_count', value: count },
    ],
  }
}

function sinkFamilies({ sinks }: DaemonStatus): Family[] {
  const each = (value: (sink: DaemonStatus['sinks'][number]) => number) =>
    sinks.map(sink => ({ labels: { sink: sink.name }, value: value(sink) }))
  return [
    gauge(
      'meterd_sink_owed',
      'Readings kept and not yet accepted by the sink.',
      each(sink => sink.owed),
    ),
    counter(
      'meterd_sink_delivered_total',
      'Readings the sink accepted.',
      each(sink => sink.delivered),
    ),
    counter(
      'meterd_sink_rejected_total',
      'Readings the sink refused for good.',
      each(sink => sink.rejected),
    ),
    gauge(
      'meterd_sink_failing',
      '1 while the sink takes nothing.',
      each(sink => (sink.state === 'failing' ? 1 : 0)),
    ),
  ]
}

function progressFamilies({ parts }: DaemonStatus): Family[] {
  const each = (value: (part: DaemonStatus['parts'][number]) => number) =>
    parts.map(one => ({ labels: { part: one.part, name: one.name }, value: value(one) }))
  return [
    gauge(
      'meterd_progress_age_seconds',
      'Since the part advanced last; one that waits for others may be old and well.',
      each(({ ageMs }) => ageMs / 1_000),
    ),
    gauge(
      'meterd_part_stuck',
      '1 while the part does not advance although it should.',
      each(({ stuck }) => (stuck ? 1 : 0)),
    ),
  ]
}

/** Plans have few names, whatever the number of meters. */
function expectationFamilies({ expectations }: DaemonStatus): Family[] {
  const each = (of: 'due' | 'missed' | 'open') =>
    expectations.map(one => ({ labels: { plan: one.plan }, value: one[of] }))
  return [
    counter('meterd_expectations_due_total', 'Periods readings were expected for.', each('due')),
    counter('meterd_expectations_missed_total', 'Periods that are over without a reading.', each('missed')),
    gauge(
      'meterd_expectations_open',
      "Periods that are past without a reading and may still be filled from meters' memories.",
      each('open'),
    ),
  ]
}

function releaseFamilies({ releasing: { releases, held } }: DaemonStatus): Family[] {
  const samples = Object.entries(releases).map(([standing, value]) => ({ labels: { standing }, value }))
  const help = 'Boundaries whose time has elapsed and that something stands against.'
  return [
    counter('meterd_releases_total', 'Billing reads released, new versions too.', samples),
    gauge('meterd_boundaries_held', help, [{ value: held }]),
  ]
}

/** Of both severities that are alarms, so that none standing is a zero and not an absence. */
function alarmFamily({ alarms }: DaemonStatus): Family {
  return gauge(
    'meterd_alarms_standing',
    'Alarms that stand: 1 wants a person, 2 heals by a further read.',
    [1, 2].map(severity => ({
      labels: { severity: String(severity) },
      value: alarms.filter(one => one.severity === severity).length,
    })),
  )
}

function storeFamilies(sizes: StoreSizes | null): Family[] {
  const up = gauge('meterd_store_up', '1 while the store answers.', [{ value: sizes ? 1 : 0 }])
  if (sizes === null) return [up]
  return [
    up,
    gauge('meterd_store_bytes', 'Size of the database file.', [{ value: sizes.bytes }]),
    gauge('meterd_store_wal_bytes', 'Size of the write-ahead log.', [{ value: sizes.walBytes }]),
    gauge('meterd_store_readings', 'Readings kept.', [{ value: sizes.readings }]),
    gauge('meterd_store_damaged_rows', 'Rows withheld because their checksum is wrong.', [
      { value: sizes.damaged },
    ]),
  ]
}

function roomFamilies({ store: { room } }: DaemonStatus, sizes: StoreSizes | null): Family[] {
  const shed = Map.groupBy(sizes?.shed ?? [], ({ worth }) => worth)
  const total = (of: 'readings' | 'owed') =>
    [...shed].map(([worth, days]) => ({
      labels: { worth },
      value: days.reduce((sum, day) => sum + day[of], 0),
    }))
  return [
    gauge('meterd_store_used_bytes', 'Of the room of the database, what is in use.', [
      { value: room.usedBytes },
    ]),
    gauge('meterd_store_room_bytes', 'Most the database may use.', [{ value: room.maxBytes }]),
    gauge('meterd_store_disk_free_bytes', 'Free on the disk of the data directory.', [
      { value: room.freeBytes },
    ]),
    gauge('meterd_store_stage', 'The stage of giving up the store is in.', [
      { labels: { stage: room.stage }, value: 1 },
    ]),
    counter('meterd_store_shed_total', 'Readings given up for want of room.', total('readings')),
    counter('meterd_store_shed_owed_total', 'Of these, not delivered to every sink.', total('owed')),
  ]
}

function processFamilies({ residentBytes, eventLoopLagSeconds }: Vitals): Family[] {
  const lag = 'Delay of the event loop, 99th percentile since the last scrape.'
  return [
    gauge('process_resident_memory_bytes', 'Resident memory.', [{ value: residentBytes }]),
    gauge('meterd_event_loop_lag_seconds', lag, [{ value: eventLoopLagSeconds }]),
  ]
}

function requestFamily(requests: RequestCounts): Family {
  return counter('meterd_api_requests_total', 'Requests answered by the API.', [...requests.values()])
}

/** The InfluxDB sink: a point per reading and version, for charts. Never a billing source. */

import { InfluxDB } from 'influx'
import type { InfluxConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { hostInUrl } from '../core/host.ts'
import type { Log } from '../core/log.ts'
import { approximate } from '../core/scaled.ts'
import { type Change, isChange, isGap } from '../store/store.ts'
import { deliverHalving, type Owed } from './halving.ts'
import { createInfluxHttp, type InfluxHttp, placeOfInflux } from './influx-http.ts'
import { remedyForDatabase, type ServerWatch, watchServer } from './influx-server.ts'
import { ANSWER_WITHIN_MS, authorization, faultOf, type Verdict, writeLines } from './influx-write.ts'
import { type Line, lineOf } from './line-protocol.ts'
import type { Sink, SinkFault } from './sink.ts'

export interface InfluxParts extends InfluxConfig {
  readonly gateway: string
  readonly epoch: number
  readonly clock: Clock
  readonly log: Log
}

const PING_WITHIN_MS = 5_000

export function createInfluxSink(parts: InfluxParts): Sink {
  const stopping = new AbortController()
  const http = createInfluxHttp(parts, parts.clock, stopping.signal)
  const server = watchServer(parts, parts.log)
  const { lines, ageMs } = parts.batch
  /** Fewer while answers come too late, so that a slow way or server gets on at all. */
  let atOnce = lines

  async function write(part: readonly Owed[]): Promise<Verdict> {
    const texts = part.map(one => one.line)
    const verdict = await writeLines(http, parts, texts, server.heard)
    if (verdict.kind === 'written' && part.length >= atOnce) atOnce = Math.min(lines, atOnce * 2)
    if (verdict.kind === 'wait' && verdict.late) atOnce = Math.max(1, part.length >> 1)
    return verdict
  }

  /** A missing database is made, once per write that needs it. */
  async function writeAndCreate(part: readonly Owed[]): Promise<Exclude<Verdict, { kind: 'no database' }>> {
    const first = await write(part)
    if (first.kind !== 'no database') return first
    const refused = await createDatabase(parts, http, server, first.reason)
    const second = refused === null ? await write(part) : null
    if (second && second.kind !== 'no database') return second
    const text = 'InfluxDB does not know the database it was just told to create; see its log'
    const fault = refused ?? { code: 'SINK_REFUSED', text }
    return { kind: 'wait', fault, retryAfterMs: 0, late: false }
  }

  return {
    name: 'influx',
    batch: { most: lines, lingerMs: ageMs },
    async start(heard) {
      void knock(parts, http, server).then(fault => {
        if (fault !== null && !stopping.signal.aborted) heard(fault)
      })
    },
    async deliver(batch) {
      const { owed, unwritable } = linesOf(batch.filter(isChange), parts)
      const delivery = await deliverHalving(owed, { unwritable, write: writeAndCreate, atOnce: () => atOnce })
      // A gap leaves nothing to write.
      const gaps = batch.filter(isGap).map(({ sequence }) => sequence)
      return { ...delivery, accepted: [...delivery.accepted, ...gaps] }
    },
    async stop() {
      stopping.abort()
      http.close()
    },
  }
}

/** The point of a reading: a function of its identity, so that writing it again changes nothing (PR-11). */
export function lineOfChange(
  change: Change,
  { gateway, epoch }: Pick<InfluxParts, 'gateway' | 'epoch'>,
): Line {
  const { digits, scaler } = change.value
  return lineOf({
    measurement: 'reading',
    tags: {
      gateway,
      kind: change.kind,
      meter: change.meter,
      obis: change.obis,
      version: String(change.version),
    },
    fields: {
      value: approximate(change.value),
      digits,
      scaler: BigInt(scaler),
      sequence: BigInt(change.sequence),
      epoch: BigInt(epoch),
      id: change.id,
      quality: change.quality,
    },
    time: change.readAt,
  })
}

function linesOf(batch: readonly Change[], parts: InfluxParts) {
  const owed: Owed[] = []
  const unwritable: { sequence: number; reason: string }[] = []
  for (const change of batch) {
    const made = lineOfChange(change, parts)
    if ('line' in made) owed.push({ sequence: change.sequence, line: made.line })
    else unwritable.push({ sequence: change.sequence, reason: made.wrong })
  }
  return { owed, unwritable }
}

/** A server that is missing or wrong is told at once, not only when there is something to deliver. */
async function knock(to: InfluxConfig, http: InfluxHttp, server: ServerWatch): Promise<SinkFault | null> {
  const question = {
    method: 'GET',
    path: '/ping',
    headers: authorization(to),
    withinMs: PING_WITHIN_MS,
  } as const
  const answer = await http.ask(question)
  if ('fault' in answer) return answer.fault
  server.heard(answer.headers)
  const { status, body } = answer
  return status >= 200 && status < 300 ? null : faultOf(status, `${status} ${body.slice(0, 100)}`.trim(), to)
}

/** By the client library, where the server is one that is told so: InfluxDB 1.x, with a user or without. */
async function createDatabase(
  to: InfluxConfig,
  http: InfluxHttp,
  server: ServerWatch,
  reason: string,
): Promise<SinkFault | null> {
  const kind = server.kind()
  const missing = `${kind?.name ?? 'InfluxDB'} at ${placeOfInflux(to)} has no database "${to.database}"`
  const refused = (text: string): SinkFault => ({ code: 'SINK_REFUSED', text })
  const isTold = (kind?.major ?? 1) === 1 && to.token === null
  if (!isTold) return refused(`${missing} (${reason}); ${remedyForDatabase(to, kind)}`)
  try {
    await (await client(to, http)).createDatabase(to.database)
    return null
  } catch (error) {
    const why = messageOf(error)
    return refused(`${missing} and would not create it: ${why}; create it, or let this user do so`)
  }
}

/** A new client each time: one that met a failure answers "No host available" for a while without trying. */
async function client(to: InfluxConfig, http: InfluxHttp): Promise<InfluxDB> {
  const { host, port, protocol, database, username, password } = to
  const pool = { maxRetries: 0, requestTimeout: ANSWER_WITHIN_MS }
  const login = { username: username ?? '', password: password ?? '' }
  const options = { agent: await http.agent() }
  return new InfluxDB({ host: hostInUrl(host), port, protocol, database, ...login, pool, options })
}

/** The InfluxDB sink: a point per reading and version, for charts. Never a billing source. */

import { InfluxDB } from 'influx'
import type { InfluxConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import { hostInUrl } from '../core/host.ts'
import { approximate } from '../core/scaled.ts'
import { type Change, isChange, isGap } from '../store/store.ts'
import { ANSWER_WITHIN_MS, placeOfInflux, type Verdict, writeLines } from './influx-write.ts'
import { type Line, lineOf } from './line-protocol.ts'
import type { Delivery, Sink, SinkFault } from './sink.ts'

export interface InfluxParts extends InfluxConfig {
  readonly gateway: string
  readonly epoch: number
  readonly clock: Clock
}

interface Owed {
  readonly sequence: number
  readonly line: string
}

/** Most of what batching gains is gained here (measured). */
const LINES_PER_WRITE = 1000

/** Charts need not be younger, and a write costs the same for one line as for twenty. */
const LINGER_MS = 1_000
const PING_WITHIN_MS = 5_000

export function createInfluxSink(parts: InfluxParts): Sink {
  const { clock } = parts
  const stopping = new AbortController()
  const write = (part: readonly Owed[]) =>
    writeLines(
      parts,
      part.map(one => one.line),
      clock,
      stopping.signal,
    )

  /** A missing database is made, once per write that needs it. */
  async function writeAndCreate(part: readonly Owed[]): Promise<Verdict> {
    const first = await write(part)
    if (first.kind !== 'no database') return first
    const fault = await createDatabase(parts)
    return fault === null ? write(part) : { kind: 'wait', fault, retryAfterMs: 0 }
  }

  return {
    name: 'influx',
    batch: { most: LINES_PER_WRITE, lingerMs: LINGER_MS },
    async start(heard) {
      void knock(parts).then(fault => {
        if (fault !== null && !stopping.signal.aborted) heard(fault)
      })
    },
    async deliver(batch) {
      const { owed, rejected } = linesOf(batch.filter(isChange), parts)
      const delivery = await deliverHalving(owed, rejected, writeAndCreate)
      // A gap leaves nothing to write.
      return { ...delivery, accepted: [...delivery.accepted, ...sequencesOf(batch.filter(isGap))] }
    },
    async stop() {
      stopping.abort()
    },
  }
}

/** So many single lines refused and not one taken: it is not the lines. */
const REFUSED_ALIKE = 8

/**
 * One write at a time, in order. A refused part is halved until the guilty line stands alone (PR-14); writing the good
 * ones again is harmless, they are the same points. A line is guilty only where others were taken: a server that takes
 * none is wrong itself, and nothing is set aside for it. Anything else wrong ends the delivery, the rest stays owed.
 */
export async function deliverHalving(
  owed: readonly Owed[],
  unwritable: Delivery['rejected'],
  write: (part: readonly Owed[]) => Promise<Verdict>,
): Promise<Delivery> {
  const accepted: number[] = []
  const guilty: { sequence: number; reason: string }[] = []
  const parts = chunksOf(owed)
  const ended = (verdict: Extract<Verdict, { kind: 'wait' }>): Delivery => ({
    accepted,
    rejected: [...unwritable, ...guilty],
    fault: verdict.fault,
    retryAfterMs: verdict.retryAfterMs,
  })
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const verdict = await write(part)
    const [first] = part
    if (verdict.kind === 'written') {
      accepted.push(...sequencesOf(part))
    } else if (verdict.kind === 'refused' && part.length > 1) {
      const middle = part.length >> 1
      parts.unshift(part.slice(0, middle), part.slice(middle))
    } else if (verdict.kind === 'refused' && verdict.forGood && first) {
      guilty.push({ sequence: first.sequence, reason: verdict.reason })
      if (accepted.length === 0 && guilty.length >= REFUSED_ALIKE) break
    } else {
      return ended(waitOf(verdict))
    }
  }
  if (accepted.length > 0 || guilty.length === 0) return { accepted, rejected: [...unwritable, ...guilty] }
  const refused = guilty.splice(0)
  return ended(waitOf({ kind: 'refused', reason: refused[0]?.reason ?? '', forGood: false }))
}

function waitOf(verdict: Verdict): Extract<Verdict, { kind: 'wait' }> {
  if (verdict.kind === 'wait') return verdict
  const text =
    verdict.kind === 'refused'
      ? `InfluxDB takes no reading at all (${verdict.reason}); nothing is set aside, see its log and influx.url`
      : 'InfluxDB does not know the database it was just told to create; see its log'
  return { kind: 'wait', fault: { code: 'SINK_REFUSED', text }, retryAfterMs: 0 }
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
  const rejected: { sequence: number; reason: string }[] = []
  for (const change of batch) {
    const made = lineOfChange(change, parts)
    if ('line' in made) owed.push({ sequence: change.sequence, line: made.line })
    else rejected.push({ sequence: change.sequence, reason: made.wrong })
  }
  return { owed, rejected }
}

/** A server that is missing is told at once, not only when there is something to deliver. */
async function knock(to: InfluxConfig): Promise<SinkFault | null> {
  const [answer] = await connect(to).ping(PING_WITHIN_MS)
  const text = `no InfluxDB answers at ${placeOfInflux(to)}; start it there or correct influx.url`
  return answer?.online === true ? null : { code: 'SINK_UNREACHABLE', text }
}

async function createDatabase(to: InfluxConfig): Promise<SinkFault | null> {
  try {
    await connect(to).createDatabase(to.database)
    return null
  } catch (error) {
    const why = messageOf(error)
    const text = `InfluxDB at ${placeOfInflux(to)} has no database "${to.database}" and would not create it: ${why}`
    return { code: 'SINK_REFUSED', text: `${text}; create it, or let this user do so` }
  }
}

/** A new client each time: one that met a failure answers "No host available" for a while without trying. */
function connect({ host, port, protocol, database, username, password }: InfluxConfig): InfluxDB {
  const pool = { maxRetries: 0, requestTimeout: ANSWER_WITHIN_MS }
  const login = { username: username ?? '', password: password ?? '' }
  return new InfluxDB({ host: hostInUrl(host), port, protocol, database, ...login, pool })
}

function chunksOf(owed: readonly Owed[]): (readonly Owed[])[] {
  const chunks: (readonly Owed[])[] = []
  for (let at = 0; at < owed.length; at += LINES_PER_WRITE) chunks.push(owed.slice(at, at + LINES_PER_WRITE))
  return chunks
}

function sequencesOf(part: readonly { readonly sequence: number }[]): readonly number[] {
  return part.map(one => one.sequence)
}

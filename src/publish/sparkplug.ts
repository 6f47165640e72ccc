/**
 * The Sparkplug B sink: for hosts and dashboards that speak it. Its data are QoS 0 by specification, so "accepted" means
 * that the broker answered a ping sent after them: it has read them, no more. Who must have every reading takes the
 * MQTT sink.
 */

import type { MeterConfig, SparkplugConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { SECOND } from '../core/time.ts'
import type { Change, Store } from '../store/store.ts'
import { type Connection, type Heard, openConnection } from './mqtt-connection.ts'
import { answerTo, createLink, FAREWELL_WITHIN_MS, GREET_WITHIN_MS } from './mqtt-link.ts'
import { placeOf } from './mqtt-refusal.ts'
import type { Sink } from './sink.ts'
import { createMetrics } from './sparkplug-metrics.ts'
import { createNode, deathOf, type Node, SEQUENCE_NUMBERS, topicOf } from './sparkplug-node.ts'
import { asksForRebirth } from './sparkplug-payload.ts'

export interface SparkplugParts extends SparkplugConfig {
  readonly gateway: string
  readonly epoch: number
  readonly meters: readonly MeterConfig[]
  readonly store: Pick<Store, 'latestOf'>
  readonly isHistorical: (change: Change) => boolean
  readonly clock: Clock
  readonly random: Random
}

const ANSWER_WITHIN_MS = 30 * SECOND

export function createSparkplugSink(parts: SparkplugParts): Sink {
  const { url, group, gateway, epoch, meters, store, clock, random } = parts
  const place = placeOf(url)
  const command = topicOf('NCMD', group, gateway)
  const death = topicOf('NDEATH', group, gateway)
  const metrics = createMetrics(meters, epoch)
  let bdSeq = SEQUENCE_NUMBERS - 1
  let node: Node | null = null
  let isRemembered = false

  function heard({ topic, payload, retained }: Heard): void {
    if (topic === command && !retained && asksForRebirth(payload)) node?.beBorn()
  }

  function open(signal: AbortSignal) {
    bdSeq = (bdSeq + 1) % SEQUENCE_NUMBERS
    const will = { topic: death, payload: deathOf(bdSeq, clock.now()), retain: false }
    const mode = { protocol: null, session: 'clean', section: 'sparkplug' } as const
    const clientId = `meterd-${gateway}-sparkplug`
    return openConnection({ ...parts, ...mode, clientId, will, heard }, signal)
  }

  /** Commands are subscribed to before the birth that invites them (5.4). */
  async function greet(to: Connection, signal: AbortSignal): Promise<boolean> {
    node = null
    await remember()
    const subscribe = answerTo(to, clock, GREET_WITHIN_MS, done => to.subscribe(command, done), signal)
    if ((await subscribe) === 'lost') return false
    node = createNode({ ...parts, bdSeq, meters: meters.map(({ id }) => id), metrics, connection: to })
    node.beBorn()
    return isTaken(to, GREET_WITHIN_MS, signal)
  }

  /** Once; from then on we know what was sent. */
  async function remember(): Promise<void> {
    if (isRemembered) return
    for (const { id } of meters) for (const reading of await store.latestOf(id)) metrics.recall(reading)
    isRemembered = true
  }

  /** A broker answers in the order it was asked: with a ping's answer, all before it was read. */
  async function isTaken(by: Connection, withinMs: number, unless?: AbortSignal): Promise<boolean> {
    const ping = answerTo(by, clock, withinMs, done => by.ping(() => done('accepted')), unless)
    return (await ping) === 'accepted'
  }

  async function farewell(to: Connection): Promise<void> {
    const payload = deathOf(bdSeq, clock.now())
    node = null
    await answerTo(to, clock, FAREWELL_WITHIN_MS, done => to.publish(death, payload, 'sure', done))
  }

  const link = createLink({ place, open, greet, farewell, clock, random })
  return {
    name: 'sparkplug',
    batch: { most: 500, lingerMs: 0 },
    async start(heard) {
      link.start(heard)
    },
    async deliver(batch) {
      const connection = await link.connection()
      if (connection === null || node === null) return { accepted: [], rejected: [], fault: link.fault() }
      const rejected = node.send(batch)
      if (await isTaken(connection, ANSWER_WITHIN_MS)) {
        const refused = new Set(rejected.map(({ sequence }) => sequence))
        const accepted = batch.map(({ sequence }) => sequence).filter(sequence => !refused.has(sequence))
        return { accepted, rejected }
      }
      await connection.close()
      const text = `${place} did not answer a ping within ${ANSWER_WITHIN_MS / SECOND} s, or the connection was lost`
      return { accepted: [], rejected, fault: { code: 'SINK_UNREACHABLE', text } }
    },
    stop: () => link.stop(),
  }
}

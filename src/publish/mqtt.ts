/**
 * The MQTT sink: topics and payloads as promised, QoS 1, birth and will. The session is clean on purpose: the store is
 * the queue, and a broker's memory is not relied on (PR-12).
 */

import type { MeterConfig, MqttConfig } from '../config/config.ts'
import { ackTopic, auditTopic, fillTopic, NO_METER, type Stream, statusTopic } from '../config/topic.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { DAY, HOUR, SECOND } from '../core/time.ts'
import { isLoadRecord } from '../reading/from-memory.ts'
import { isWithinDay } from '../reading/worth.ts'
import type { Change } from '../store/store.ts'
import { createChangeDesk, type OrdersFollowed } from './change-desk.ts'
import { discoveryOf } from './home-assistant.ts'
import type { LastWord } from './last-word.ts'
import { type Connection, type Outcome, openConnection } from './mqtt-connection.ts'
import { answerTo, createLink, FAREWELL_WITHIN_MS, GREET_WITHIN_MS } from './mqtt-link.ts'
import { type Message, messagesOf, wrongLevel } from './mqtt-message.ts'
import { placeOf } from './mqtt-refusal.ts'
import { ACKNOWLEDGE_WITHIN_MS, sendAll } from './mqtt-window.ts'
import { createNoticeDesk, type NoticeDeskParts } from './notice-desk.ts'
import type { Delivery, Sink, SinkFault } from './sink.ts'
import { createWatermark, type WatermarkParts } from './watermark.ts'

export interface MqttParts extends MqttConfig {
  readonly gateway: string
  readonly epoch: number
  readonly offsetMinutes: number
  /** How often a meter is polled, ms; null for one that only has daily freezes. */
  readonly cycleMs: (meter: string) => number | null
  /** The line a meter is on; null for one that is no more. */
  readonly lineOf: (meter: string) => string | null
  /** To announce to Home Assistant. */
  readonly meters: readonly MeterConfig[]
  /** What consumers say, where mqtt.watermark is set; see watermark.ts. */
  readonly onWatermark: WatermarkParts['onWatermark']
  /** Checkpoints of the journal; absent where nobody makes any. */
  readonly checkpoint?: LastWord
  /** Notices to be delivered by somebody; absent where none are required here. */
  readonly noticesAsked?: NoticeDeskParts['noticesAsked']
  /** What became of orders; absent where nobody is told it here. */
  readonly orders?: OrdersFollowed
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** PUBACK reasons that are about the message itself: topic name, size, format (MQTT 5.0, 3.4.2.1). */
const REFUSED_FOR_GOOD = [0x90, 0x95, 0x99]
/** PUBACK reason: quota exceeded; passes. */
const REFUSED_FOR_NOW = 0x97

export function createMqttSink(parts: MqttParts): Sink {
  const { url, topicPrefix, gateway, epoch, offsetMinutes, clock, random } = parts
  const place = placeOf(url)
  const topicOf = topicsOf(parts)
  const announce = createAnnouncer(parts, topicOf)
  const topic = statusTopic(topicPrefix, gateway)
  const will = { topic, payload: Buffer.from('offline'), retain: true }
  const acks = parts.watermark ? ackTopic(topicPrefix, gateway) : null
  const heard = acks === null ? () => {} : createWatermark({ ...parts, topic: acks })
  const dialled = { ...parts, clientId: `meterd-${gateway}`, section: 'mqtt', will, heard }
  const say = (to: Connection, status: string, withinMs: number, unless?: AbortSignal) =>
    answerTo(to, clock, withinMs, done => to.publish(topic, status, 'retained', done), unless)
  /** Nobody waits for it: the next comes within the hour, and all are in a file as well. */
  const anchor = (to: Connection | null) => {
    const text = parts.checkpoint?.text
    if (text) to?.publish(auditTopic(topicPrefix, gateway), text, 'retained', () => {})
  }
  let refusedBefore = false
  /** Consumers that are not heard cost no reading, so it is said and nothing more. */
  async function follow(to: Connection, acks: string, signal: AbortSignal): Promise<void> {
    const answer = await answerTo(to, clock, GREET_WITHIN_MS, done => to.subscribe(acks, done), signal)
    if (typeof answer === 'string' || refusedBefore) return
    refusedBefore = true
    const text = `the broker does not let us hear ${acks}: ${answer.reason}; allow this user to subscribe to it`
    parts.log.warn({ sinkId: 'mqtt', code: 'SINK_REFUSED' }, `mqtt: ${text}`)
  }
  const link = createLink({
    place,
    open: signal => openConnection(dialled, signal),
    async greet(to, signal) {
      // Also a broker that refuses us the topic has answered.
      if ((await say(to, 'online', GREET_WITHIN_MS, signal)) === 'lost') return false
      if (acks !== null) await follow(to, acks, signal)
      anchor(to)
      await announce(to, signal)
      return true
    },
    farewell: to => say(to, 'offline', FAREWELL_WITHIN_MS),
    clock,
    random,
  })
  parts.checkpoint?.whenSaid(() => void link.connection().then(anchor))
  const inTurn = createTurns()
  /** Null where there is nobody to send them to. */
  async function sendTold(messages: readonly { readonly topic: string; readonly payload: string }[]) {
    const to = await link.connection()
    if (to === null) return null
    const { outcomes, overdue } = await inTurn(() => sendAll(to, messages, clock))
    if (overdue) await to.close()
    return outcomes
  }
  const told = { form: { gateway, epoch, offsetMinutes }, clock, log: parts.log }
  const { noticesAsked, orders } = parts
  const notices =
    noticesAsked &&
    createNoticeDesk({
      ...{ ...told, noticesAsked },
      send: payloads => sendTold(payloads.map(payload => ({ topic: topicOf(NO_METER, 'notice'), payload }))),
    })
  const changes =
    orders &&
    createChangeDesk({
      ...{ ...told, orders },
      send: messages =>
        sendTold(messages.map(({ meter, payload }) => ({ topic: topicOf(meter, 'order'), payload }))),
    })
  const form = {
    gateway,
    epoch,
    offsetMinutes,
    topicOf,
    isHistorical: isHistoricalBy(parts),
  }

  return {
    name: 'mqtt',
    // Enough to keep the window full while a broker that holds back acknowledgements (40 ms, measured) does so.
    batch: { most: 2_000, lingerMs: 0 },
    async start(heard) {
      const levels = [...topicPrefix.split('/'), gateway]
      const wrong = levels.map(wrongLevel).find(complaint => complaint !== null)
      if (wrong) throw new Fault('CONFIG_INVALID', `gateway or mqtt.topicPrefix: ${wrong}`)
      link.start(heard)
      notices?.start()
      changes?.start()
    },
    async deliver(batch) {
      const connection = await link.connection()
      if (connection === null) return { accepted: [], rejected: [], fault: link.fault() }
      const { messages, rejected } = messagesOf(batch, {
        ...form,
        maximumBytes: connection.maximumPacketBytes,
      })
      const { outcomes, overdue } = await inTurn(() => sendAll(connection, messages, clock))
      if (overdue) await connection.close()
      const late = `${place} did not acknowledge a message within ${ACKNOWLEDGE_WITHIN_MS / SECOND} s`
      const text = overdue ? late : `the connection to ${place} was lost`
      return deliveryOf(messages, outcomes, rejected, { code: 'SINK_UNREACHABLE', text })
    },
    async stop() {
      await Promise.all([link.stop(), notices?.stop(), changes?.stop()])
    },
  }
}

/** One after the other: a broker says how many messages it takes unacknowledged, of all kinds together. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}

/** Filled in once for each meter. */
function topicsOf({
  topic,
  topicPrefix: prefix,
  gateway,
  lineOf,
}: MqttParts): (meter: string, stream?: Stream) => string {
  const known = new Map<string, string>()
  return (meter, stream = 'reading') => {
    const name = `${stream} ${meter}`
    const before = known.get(name)
    if (before !== undefined) return before
    const line = lineOf(meter) ?? NO_METER
    const filled = fillTopic(topic, { prefix, gateway, meter, line, stream })
    known.set(name, filled)
    return filled
  }
}

/** Tells Home Assistant of our meters on each connection, for it or the broker may have forgotten them. */
function createAnnouncer(
  { homeAssistant, meters, topicPrefix, gateway, clock, log }: MqttParts,
  topicOf: (meter: string) => string,
): (to: Connection, signal: AbortSignal) => Promise<void> {
  if (homeAssistant === null) return async () => {}
  const discovery = { ...homeAssistant, gateway, statusTopic: statusTopic(topicPrefix, gateway), topicOf }
  let refusedBefore = false
  return async (to, signal) => {
    const aborted = new Promise<null>(resolve => signal.addEventListener('abort', () => resolve(null)))
    for (const meter of meters) {
      const sent = await Promise.race([
        sendAll(to, discoveryOf(meter, discovery), clock, 'retained'),
        aborted,
      ])
      if (sent === null || sent.overdue || sent.outcomes.includes('lost')) return
      const refused = sent.outcomes.find(outcome => typeof outcome === 'object')
      if (!refused || refusedBefore) continue
      refusedBefore = true
      const text = `the broker refuses ${homeAssistant.prefix}/#: ${refused.reason}; allow this user to publish there`
      log.warn({ sinkId: 'mqtt', code: 'SINK_REFUSED' }, `mqtt: ${text}`)
    }
  }
}

/** Older than two cycles, or written down by the meter before anybody asked: no news (PR-16). */
export function isHistoricalBy({
  clock,
  cycleMs,
  offsetMinutes,
}: Pick<MqttParts, 'clock' | 'cycleMs' | 'offsetMinutes'>): (change: Change) => boolean {
  const frozenEvery = (slot: number) => (isWithinDay(slot, { offsetMinutes }) ? HOUR : DAY)
  return change => {
    const { kind, meter, slot, readAt } = change
    const everyMs = kind === 'freeze' ? frozenEvery(slot) : (cycleMs(meter) ?? DAY)
    return isLoadRecord(change) || clock.now() - readAt > 2 * everyMs
  }
}

/**
 * A refused message is poison when others of the same batch get through; when the broker refuses all alike, its
 * permissions are wrong and nothing is set aside for that.
 */
export function deliveryOf(
  messages: readonly Message[],
  outcomes: readonly Outcome[],
  unsendable: Delivery['rejected'],
  unknown: SinkFault,
): Delivery {
  const accepted: number[] = []
  const rejected = [...unsendable]
  const someAccepted = outcomes.includes('accepted')
  let fault: SinkFault | null = null
  messages.forEach(({ topic, sequences }, index) => {
    const outcome = outcomes[index] ?? 'lost'
    if (outcome === 'accepted') accepted.push(...sequences)
    else if (outcome === 'lost') fault = unknown
    else if (isPoison(outcome.reasonCode, someAccepted)) {
      const reason = `${topic}: ${outcome.reason}`
      rejected.push(...sequences.map(sequence => ({ sequence, reason })))
    } else {
      const text = `the broker refuses ${topic}: ${outcome.reason}; check what it allows this user to publish`
      fault = { code: 'SINK_REFUSED', text }
    }
  })
  return { accepted, rejected, ...(fault === null ? {} : { fault }) }
}

function isPoison(reasonCode: number, someAccepted: boolean): boolean {
  if (reasonCode === REFUSED_FOR_NOW) return false
  return REFUSED_FOR_GOOD.includes(reasonCode) || someAccepted
}

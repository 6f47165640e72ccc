/**
 * The MQTT sink: topics and payloads as promised, QoS 1, birth and will. The session is clean on purpose: the store is
 * the queue, and a broker's memory is not relied on (PR-12).
 */

import type { MqttConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Random } from '../core/random.ts'
import { DAY, SECOND } from '../core/time.ts'
import type { Change } from '../store/store.ts'
import { type Outcome, placeOf } from './mqtt-connection.ts'
import { createLink } from './mqtt-link.ts'
import { type Message, messagesOf, wrongLevel } from './mqtt-message.ts'
import { ACKNOWLEDGE_WITHIN_MS, sendAll } from './mqtt-window.ts'
import type { Delivery, Sink, SinkFault } from './sink.ts'

export interface MqttParts extends MqttConfig {
  readonly gateway: string
  readonly epoch: number
  readonly offsetMinutes: number
  /** How often a meter is polled, ms; null for one that only has daily freezes. */
  readonly cycleMs: (meter: string) => number | null
  readonly clock: Clock
  readonly random: Random
}

/** PUBACK reasons that are about the message itself: topic name, size, format (MQTT 5.0, 3.4.2.1). */
const REFUSED_FOR_GOOD = [0x90, 0x95, 0x99]
/** PUBACK reason: quota exceeded; passes. */
const REFUSED_FOR_NOW = 0x97

export function createMqttSink(parts: MqttParts): Sink {
  const { url, username, password, tls, topicPrefix, gateway, epoch, offsetMinutes, clock, random } = parts
  const login = { url, username, password, tls, clientId: `meterd-${gateway}` }
  const link = createLink({ ...login, statusTopic: `${topicPrefix}/${gateway}/status`, clock, random })
  const isHistorical = (change: Change) => {
    const cycle = change.kind === 'freeze' ? DAY : (parts.cycleMs(change.meter) ?? DAY)
    return clock.now() - change.readAt > 2 * cycle
  }
  const form = { topicPrefix, gateway, epoch, offsetMinutes, isHistorical }

  return {
    name: 'mqtt',
    batch: { most: 500, lingerMs: 0 },
    async start(heard) {
      const levels = [...topicPrefix.split('/'), gateway]
      const wrong = levels.map(wrongLevel).find(complaint => complaint !== null)
      if (wrong) throw new Fault('CONFIG_INVALID', `gateway or mqtt.topicPrefix: ${wrong}`)
      link.start(heard)
    },
    async deliver(batch) {
      const connection = await link.connection()
      if (connection === null) return { accepted: [], rejected: [], fault: link.fault() }
      const { messages, rejected } = messagesOf(batch, {
        ...form,
        maximumBytes: connection.maximumPacketBytes,
      })
      const { outcomes, overdue } = await sendAll(connection, messages, clock)
      if (overdue) await connection.close()
      const late = `${placeOf(url)} did not acknowledge a message within ${ACKNOWLEDGE_WITHIN_MS / SECOND} s`
      const text = overdue ? late : `the connection to ${placeOf(url)} was lost`
      return deliveryOf(messages, outcomes, rejected, { code: 'SINK_UNREACHABLE', text })
    },
    stop: () => link.stop(),
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

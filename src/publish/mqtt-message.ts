/** Topics and payloads on MQTT: one message carries what one conversation gave for one meter. */

import { NO_METER } from '../config/topic.ts'
import { type Change, type Gap, type Item, isGap } from '../store/store.ts'
import { createReadingJson } from './reading-json.ts'

export interface Message {
  readonly topic: string
  readonly payload: string
  readonly sequences: readonly number[]
}

export interface MessageForm {
  readonly gateway: string
  /** Where the readings of a meter go; NO_METER for what concerns none. */
  readonly topicOf: (meter: string) => string
  readonly epoch: number
  readonly offsetMinutes: number
  /** True for what came too late to be news: dashboards must not jump back to it (PR-16). */
  readonly isHistorical: (change: Change) => boolean
  /** The largest packet the broker takes. */
  readonly maximumBytes: number
}

export interface Messages {
  readonly messages: readonly Message[]
  readonly rejected: readonly { readonly sequence: number; readonly reason: string }[]
}

/** About 30 kB; small brokers and cloud services stop at 128 kB. */
const READINGS_PER_MESSAGE = 100
/** Fixed header, packet identifier and properties of a PUBLISH, generously (MQTT 5.0, 3.3). */
const PACKET_OVERHEAD_BYTES = 64

// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 and control characters are what it looks for
const NO_LEVEL = /[+#/\u0000-\u001f\u007f-\u009f]/

/** Why a name cannot be one level of a topic (MQTT 3.1.1 and 5.0, 1.5.4 and 4.7); null when it can. */
export function wrongLevel(name: string): string | null {
  const fits = name !== '' && !NO_LEVEL.test(name) && name.isWellFormed() && Buffer.byteLength(name) <= 1024
  return fits
    ? null
    : `the name ${JSON.stringify(name)} cannot be part of a topic: no + # / or control characters`
}

/** Consecutive changes of one round and meter share a message, as far as the broker's limit allows. */
export function messagesOf(batch: readonly Item[], form: MessageForm): Messages {
  const messages: Message[] = []
  const rejected: { sequence: number; reason: string }[] = []
  const write = createReadingJson(form.offsetMinutes)
  let open = openMessage('', form)
  let round = Number.NaN
  const close = () => {
    if (open.sequences.length > 0) messages.push(open.finish())
  }
  for (const change of batch) {
    if (isGap(change)) {
      close()
      open = openMessage('', form)
      messages.push(gapMessage(change, form))
      continue
    }
    const wrong = change.meter === open.meter ? null : wrongLevel(change.meter)
    if (wrong !== null) {
      rejected.push({ sequence: change.sequence, reason: wrong })
      continue
    }
    const json = write(change, form.isHistorical(change))
    if (change.round !== round || change.meter !== open.meter || !open.fits(json)) {
      close()
      open = openMessage(change.meter, form)
      round = change.round
    }
    if (open.fits(json)) open.add(change.sequence, json)
    else
      rejected.push({
        sequence: change.sequence,
        reason: `larger than the broker takes (${form.maximumBytes} B)`,
      })
  }
  close()
  return { messages, rejected }
}

/** Where readings go, so that a consumer that checks the numbers learns that these will not come (PR-10). */
function gapMessage({ first, sequence }: Gap, { topicOf, gateway, epoch }: MessageForm): Message {
  const payload = { gateway, epoch, shed: [first, sequence], readings: [] }
  return { topic: topicOf(NO_METER), payload: JSON.stringify(payload), sequences: [sequence] }
}

function openMessage(meter: string, form: MessageForm) {
  const topic = form.topicOf(meter)
  const head = `{"gateway":${JSON.stringify(form.gateway)},"epoch":${form.epoch},"meter":${JSON.stringify(meter)},"readings":[`
  const sequences: number[] = []
  let readings = ''
  let bytes = PACKET_OVERHEAD_BYTES + Buffer.byteLength(topic) + Buffer.byteLength(head) + 2
  const sizeOf = (json: string) =>
    form.maximumBytes === Number.POSITIVE_INFINITY ? 0 : Buffer.byteLength(json) + 1
  return {
    meter,
    sequences,
    fits: (json: string) =>
      sequences.length < READINGS_PER_MESSAGE && bytes + sizeOf(json) <= form.maximumBytes,
    add(sequence: number, json: string) {
      readings += sequences.length === 0 ? json : `,${json}`
      sequences.push(sequence)
      bytes += sizeOf(json)
    },
    finish: (): Message => ({ topic, payload: `${head}${readings}]}`, sequences }),
  }
}

/** Where readings are published: a template of topics, filled in for a meter and a stream. */

import type { Complain, Path } from './complaint.ts'

export const USUAL_TOPIC = '{prefix}/{gateway}/{meter}/{stream}'

/** What is published of a meter, each numbered for itself, and in its place what concerns no meter. */
export const STREAMS = ['reading', 'event', 'notice', 'order'] as const
export type Stream = (typeof STREAMS)[number]
export const NO_METER = '-'

export interface TopicNames {
  readonly prefix: string
  readonly gateway: string
  readonly meter: string
  readonly line: string
  readonly stream: Stream
}

const PLACEHOLDERS = ['prefix', 'gateway', 'meter', 'stream', 'line'] as const
const PLACEHOLDER = /\{([^{}]*)\}/g

/** MQTT 5.0, 4.7.3: in UTF-8 with a length of two bytes. */
const LONGEST_BYTES = 65_535
/** AWS IoT Core, Azure IoT Hub. */
const LONGEST_IN_CLOUDS = 256

export function fillTopic(template: string, names: TopicNames): string {
  return template.replaceAll(PLACEHOLDER, (whole, name: string) =>
    isPlaceholder(name) ? names[name] : whole,
  )
}

export function statusTopic(prefix: string, gateway: string): string {
  return `${prefix}/${gateway}/status`
}

/** The last checkpoint of the journal (docs/audit.md). */
export function auditTopic(prefix: string, gateway: string): string {
  return `${prefix}/${gateway}/audit`
}

/** Where a consumer says how far it has stored what it was sent. */
export function ackTopic(prefix: string, gateway: string): string {
  return `${prefix}/${gateway}/ack`
}

export interface TopicUse {
  readonly prefix: string
  readonly gateway: string
  readonly meters: readonly { readonly id: string; readonly line: string }[]
}

/** Everything a consumer or a broker would stumble over, told before anything is published. */
export function checkTopic(
  template: string,
  { prefix, gateway, meters }: TopicUse,
  path: Path,
  complain: Complain,
  warn: Complain,
): void {
  const wrong = wrongForm(template)
  if (wrong) complain(path, ...wrong)
  if (wrong) return
  if (!template.includes('{gateway}'))
    warn(path, 'two gateways would publish to the same topics', 'put {gateway} into it')
  const taken = new Map([
    [statusTopic(prefix, gateway), 'the status'],
    [ackTopic(prefix, gateway), 'what consumers say'],
  ])
  let longest = ''
  // A meter that is listed twice is told where it is listed.
  const lines = new Map([...meters.map(({ id, line }) => [id, line] as const), [NO_METER, NO_METER] as const])
  for (const [id, line] of lines)
    for (const stream of STREAMS) {
      const topic = fillTopic(template, { prefix, gateway, meter: id, line, stream })
      const what = `the stream ${stream} of ${id === NO_METER ? 'no meter' : id}`
      const other = taken.get(topic)
      if (other !== undefined) {
        complain(path, `${topic} would hold ${other} and ${what}`, 'put "/" between placeholders')
        return
      }
      taken.set(topic, what)
      if (topic.length > longest.length) longest = topic
    }
  const bytes = Buffer.byteLength(longest)
  if (bytes > LONGEST_BYTES)
    complain(path, `a topic would have ${bytes} bytes; MQTT ends at ${LONGEST_BYTES}`, 'shorten it')
  else if (bytes > LONGEST_IN_CLOUDS)
    warn(path, `${longest} has ${bytes} bytes; many brokers end at ${LONGEST_IN_CLOUDS}`, 'shorten it')
}

/** MQTT 5.0, 4.7: what may stand in the name of a topic, and what we need in it to tell readings apart. */
function wrongForm(template: string): [what: string, remedy: string] | null {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
  const unknown = names.find(name => !isPlaceholder(name))
  if (unknown !== undefined)
    return [`{${unknown}} is no placeholder`, `use ${PLACEHOLDERS.map(name => `{${name}}`).join(' ')}`]
  if (/[{}]/.test(template.replaceAll(PLACEHOLDER, '')))
    return ['a brace stands alone', 'write placeholders as {meter}']
  const missing = (['meter', 'stream'] as const).find(name => !names.includes(name))
  if (missing) return [`without {${missing}} readings cannot be told apart`, `put {${missing}} into it`]
  if (/[+#]/.test(template))
    return ['wildcards do not stand in a topic that is published', 'leave out + and #']
  if (template.split('/').includes('')) return ['a level is empty', 'leave out "/" at its ends, and "//"']
  if (template.startsWith('$')) return ['topics that begin with $ belong to the broker', 'leave out the $']
  return null
}

function isPlaceholder(name: string): name is (typeof PLACEHOLDERS)[number] {
  return (PLACEHOLDERS as readonly string[]).includes(name)
}

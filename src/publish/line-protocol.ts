/**
 * InfluxDB line protocol, exactly: what cannot be written so that every reader gets the same point back is refused.
 * The client library rounds integers above 2^53 and lets line breaks and trailing backslashes through (measured).
 */

/** A bigint is written as an integer, a number as a float. */
export type FieldValue = bigint | number | string

export interface Point {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, FieldValue>>
  /** Milliseconds since 1970, for `precision=ms`. */
  readonly time: number
}

export type Line = { readonly line: string } | { readonly wrong: string }

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
/** InfluxDB keeps nanoseconds in an int64. */
const FARTHEST_MS = 9_223_372_036_853
/** Bytes. The server stops at 65,535 for a string field and for a whole series key. */
const LONGEST_STRING = 65_535
const LONGEST_NAME = 4_096

// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character is what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/
/** Names know no escape for the backslash itself, so before these it would eat them, and at the end the separator. */
const EATING_BACKSLASH = /\\(?=[,= "\\]|$)/

/** Nearly all names: nothing to escape, nothing wrong. Told first, because all else costs more than the rest of a line. */
const PLAIN = /^[\w.:*-]{1,256}$/
const PLAIN_TEXT = /^[\w .:*-]{0,256}$/

export function lineOf(point: Point): Line {
  const { measurement, tags, fields, time } = point
  const wrong =
    (measurement.startsWith('#') ? 'a measurement that begins with # is a comment' : null) ??
    wrongName('measurement', measurement) ??
    firstWrong(tags, (key, value) => wrongName('tag key', key) ?? wrongName('tag', value, key)) ??
    firstWrong(fields, (key, value) => wrongName('field key', key) ?? wrongField(key, value)) ??
    (Object.keys(fields).length === 0 ? 'a point without a field' : null) ??
    (Number.isInteger(time) && Math.abs(time) <= FARTHEST_MS ? null : `${time} is no time in milliseconds`)
  return wrong === null ? { line: written(point) } : { wrong }
}

function written({ measurement, tags, fields, time }: Point): string {
  let text = escaped(measurement)
  for (const key in tags) text += `,${escaped(key)}=${escaped(tags[key] ?? '')}`
  let separator = ' '
  for (const key in fields) {
    text += `${separator}${escaped(key)}=${fieldOf(fields[key] ?? 0)}`
    separator = ','
  }
  return `${text} ${time}`
}

function escaped(name: string): string {
  return PLAIN.test(name) ? name : name.replace(/[,= ]/g, '\\$&')
}

function fieldOf(value: FieldValue): string {
  if (typeof value === 'bigint') return `${value}i`
  if (typeof value === 'number') return String(value)
  return PLAIN_TEXT.test(value) ? `"${value}"` : `"${value.replace(/["\\]/g, '\\$&')}"`
}

function wrongName(kind: string, text: string, key = ''): string | null {
  if (PLAIN.test(text)) return null
  const what = `${kind} ${key}`.trim()
  if (text === '') return `${what} is empty`
  if (CONTROL.test(text)) return `${what} holds a line break or control character`
  if (EATING_BACKSLASH.test(text)) return `${what} holds a backslash where none can be written`
  if (!text.isWellFormed()) return `${what} is not Unicode text`
  return Buffer.byteLength(text) > LONGEST_NAME ? `${what} is longer than ${LONGEST_NAME} bytes` : null
}

function wrongField(key: string, value: FieldValue): string | null {
  switch (typeof value) {
    case 'bigint':
      return value >= INT64_MIN && value <= INT64_MAX ? null : `field ${key} needs more than 64 bits`
    case 'number':
      return Number.isFinite(value) ? null : `field ${key} is ${value}`
    case 'string':
      if (PLAIN_TEXT.test(value)) return null
      if (!value.isWellFormed()) return `field ${key} is not Unicode text`
      return Buffer.byteLength(value) > LONGEST_STRING
        ? `field ${key} is longer than ${LONGEST_STRING} bytes`
        : null
    default:
      return `field ${key} is ${String(value)}`
  }
}

function firstWrong<Value>(
  entries: Readonly<Record<string, Value>>,
  check: (key: string, value: Value) => string | null,
): string | null {
  for (const key in entries) {
    const wrong = check(key, entries[key] as Value)
    if (wrong !== null) return wrong
  }
  return null
}

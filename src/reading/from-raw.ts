/** What the meter said → what it means: whose value, of which time, at which resolution. */

import { CLOCK } from '../core/obis.ts'
import { multiplyScaled, type Scaled } from '../core/scaled.ts'
import { instantOf, NO_DATE_MS } from '../core/time.ts'
import type { Frame, RawRead, RawRefusal, RawValue } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import { factorOf, type Transformers, transformersAt } from './ratios.ts'
import type { Reading } from './reading.ts'

/** Where and when a frame was heard: the exchange's place in its round. */
export interface Heard {
  readonly frame: Frame | null
  readonly sentAt: number
  readonly receivedAt: number | null
  /** A second, different answer to the same question came. */
  readonly doubled: boolean
}

export interface Asked {
  readonly meter: string
  readonly kind: 'freeze' | 'poll'
  /** The slot of a poll; what the meter stamped itself, a freeze or a load record, is of its stamp. */
  readonly slot: number
  readonly offsetMinutes: number
  /** In front of the meter; none where nothing is known of any. */
  readonly transformers?: Transformers | null
}

export interface Meant {
  readonly reading: Reading
  readonly point: Point
  /** Of a float: how far its neighbour lies, where that is beyond its resolution; as the meter sent it. */
  readonly floatStep: Scaled | null
  /** The meter sent a float. */
  readonly rounded?: true
  /** Of a maximum demand: when the meter's clock says that it was reached, UTC ms; absent where it did not say. */
  readonly occurredAt?: number
}

export interface Meaning {
  readonly readings: readonly Meant[]
  /** Who answered one question twice may have answered for any other of the conversation. */
  readonly doubled: boolean
  readonly refusals: readonly RawRefusal[]
  readonly clock: { readonly measuredAt: number; readonly deviationMs: number } | null
}

export function fromRaw(raws: readonly RawRead[], heard: readonly Heard[], asked: Asked): Meaning {
  const readings: Meant[] = []
  const refusals: RawRefusal[] = []
  let clock: Meaning['clock'] = null
  for (const raw of raws) {
    if ('refused' in raw) {
      refusals.push(raw)
      if (raw.point.obis === CLOCK) clock ??= illegalClock(raw, heard)
      continue
    }
    const exchange = heard.findIndex(({ frame }) => frame !== null && frame === raw.frames[0])
    const carrier = heard[exchange]
    if (!carrier || carrier.receivedAt === null)
      throw new Error('broken promise: a value names the frame that carried it')
    if (raw.point.obis === CLOCK && 'time' in raw.value) {
      clock = clockDeviation(raw.value.time, carrier, asked.offsetMinutes)
      continue
    }
    const value = numberOf(raw)
    const times = value && timesOf(raw, carrier.receivedAt, asked)
    if (!value || !times || raw.point.obis === '') continue
    const { obis, unit } = raw.point
    const factor = factorOf(unit, transformersAt(asked.transformers ?? null, times.readAt))
    const reading: Reading = {
      meter: asked.meter,
      obis,
      kind: asked.kind,
      ...times,
      value: multiplyScaled(value, factor),
      unit,
      receivedAt: carrier.receivedAt,
      exchange,
    }
    const floatStep = raw.floatStep ?? null
    const occurredAt = raw.occurredAt === undefined ? null : instantOf(raw.occurredAt, asked.offsetMinutes)
    readings.push({
      reading,
      point: raw.point,
      floatStep,
      ...(raw.rounded && { rounded: raw.rounded }),
      ...(occurredAt !== null && { occurredAt }),
    })
  }
  return { readings, refusals, clock, doubled: heard.some(exchange => exchange.doubled) }
}

/** Numbers and status words are kept as readings; texts and times only inform. */
function numberOf({ value }: RawValue): Scaled | null {
  if ('digits' in value) return value
  if ('bits' in value) return { digits: BigInt(value.bits), scaler: 0 }
  return null
}

function timesOf(raw: RawValue, receivedAt: number, asked: Asked): { slot: number; readAt: number } | null {
  if (asked.kind === 'poll' && raw.stampedAt === undefined) return { slot: asked.slot, readAt: receivedAt }
  const stamp = raw.stampedAt === undefined ? null : instantOf(raw.stampedAt, asked.offsetMinutes)
  return stamp === null ? null : { slot: stamp, readAt: stamp }
}

/** The meter showed its time somewhere between question and answer: the middle is the best guess (V-T2). */
function clockDeviation(
  time: string,
  { sentAt, receivedAt }: Heard,
  offsetMinutes: number,
): Meaning['clock'] {
  const shown = instantOf(time, offsetMinutes)
  if (shown === null || receivedAt === null) return null
  const measuredAt = Math.round((sentAt + receivedAt) / 2)
  return { measuredAt, deviationMs: shown - measuredAt }
}

/** Digits that are no digits, or no date that exists: the clock is at fault, which is not the same as not read (V-F11). */
function illegalClock({ refused, frames }: RawRefusal, heard: readonly Heard[]): Meaning['clock'] {
  const carrier = heard.find(({ frame }) => frame !== null && frame === frames[0])
  const isIllegal = refused.rule === 'V-F7' || refused.rule === 'V-F11'
  return isIllegal && carrier?.receivedAt ? { measuredAt: carrier.receivedAt, deviationMs: NO_DATE_MS } : null
}

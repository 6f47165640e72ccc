/**
 * Which bytes a value hangs on, found by asking: each byte is changed, the same conversation is held again, and where the value
 * comes out otherwise the byte is one of its own. Bytes that make the frame no answer any more, or no value, are none.
 */

import { approximate, compareScaled, type Scaled } from '../core/scaled.ts'
import type { Frame, Value } from '../driver-api/driver.ts'
import type { Recomputed } from './recompute.ts'
import type { Tape } from './replay.ts'

export interface Mark {
  /** The exchange's place in its round, and bytes of its reply: from and to (exclusive). */
  readonly exchange: number
  readonly from: number
  readonly to: number
  readonly of: 'value' | 'stamp'
}

/** Some of these leave a digit a digit, whatever it was. */
const CHANGES: readonly ((byte: number) => number)[] = [
  byte => byte + 1,
  byte => byte - 1,
  byte => byte + 0x10,
  byte => byte - 0x10,
  // Zero as a float, in bytes and in their digits.
  byte => byte + 0x40,
  byte => byte + 0x04,
  byte => byte ^ 0x80,
  byte => byte ^ 0xff,
]

const NOTHING: Scaled = { digits: 0n, scaler: 0 }

type Told = ReturnType<Recomputed['again']>

export function marksOf(made: Recomputed): readonly Mark[] {
  const written = writtenIn(made)
  if (written) return [written, ...stampsOf(made)]
  const values = near(made).flatMap(([exchange, frame]) => runsOf(made, exchange, frame, 'value'))
  return [...values, ...stampsOf(made)]
}

/** Where a value has but one way of being sent; of several places that read so, the one that a step more or less changes. */
function writtenIn(made: Recomputed): Mark | null {
  const { raw, tape, carrier } = made
  const bytesOf = (value: Value) => tape.driver.retrace?.bytesOf?.(raw.point, value) ?? null
  const bytes = bytesOf(raw.value)
  const frame = tape.exchanges[carrier]?.frame
  if (!bytes || !frame) return null
  const places = Array.from({ length: frame.bytes.length }, (_, from) => from).filter(from =>
    bytes.every((byte, place) => frame.bytes[from + place] === byte),
  )
  const beside = besideOf(raw.value).flatMap(value => bytesOf(value) ?? [])
  const from =
    places.length === 1
      ? places[0]
      : places.find(at =>
          beside.some(other => tellsOtherValue(told(made, carrier, withBytes(frame, at, other)), made)),
        )
  return from === undefined ? null : { exchange: carrier, from, to: from + bytes.length, of: 'value' }
}

function besideOf(value: Value): readonly Value[] {
  if ('bits' in value) return [{ ...value, bits: value.bits ^ 1 }]
  if (!('digits' in value)) return []
  return [1n, -1n].map(step => ({ ...value, digits: value.digits + step }))
}

function withBytes({ bytes }: Frame, at: number, other: Uint8Array): Frame {
  const changed = Uint8Array.from(bytes)
  changed.set(other, at)
  return { bytes: changed }
}

function stampsOf(made: Recomputed): readonly Mark[] {
  if (made.raw.stampedAt === undefined) return []
  return near(made).flatMap(([exchange, frame]) => runsOf(made, exchange, frame, 'stamp'))
}

/** An answer that brought nothing of this value may still scale or stamp it. */
function near(made: Recomputed): readonly (readonly [exchange: number, frame: Frame])[] {
  const used = new Set(made.raw.frames)
  return made.tape.exchanges.flatMap(({ frame }, exchange) =>
    frame !== null && (used.has(frame) || isBefore(made, exchange)) ? [[exchange, frame] as const] : [],
  )
}

/** The few exchanges around the carrier of its own conversation. */
function isBefore({ carrier }: Recomputed, exchange: number): boolean {
  return Math.abs(exchange - carrier) <= 2
}

function runsOf(made: Recomputed, exchange: number, frame: Frame, of: Mark['of']): readonly Mark[] {
  const length = frame.bytes.length
  const isOther = of === 'value' ? tellsOtherValue : tellsOtherStamp
  const matters = new Set<number>()
  const original: Told = made
  for (let at = 0; at < length; at += 1)
    if (variantsOf(frame, at).some(one => isOther(told(made, exchange, one), original))) matters.add(at)
  // The last byte of a float may be lost in rounding: beside another exponent it is not.
  const [first] = matters
  if (of === 'value' && first !== undefined) widen(made, exchange, frame, matters)
  return runsIn(matters).map(([from, to]) => ({ exchange, from, to, of }))
}

/** Beside the largest number that its own bytes can be made to say, the bytes next to them show whether they belong to it. */
function widen(made: Recomputed, exchange: number, frame: Frame, matters: Set<number>): void {
  for (let before = 0; before < matters.size; ) {
    before = matters.size
    const base = largestBy(made, exchange, frame, matters)
    const value = told(made, exchange, base)
    const speaks = (at: number) =>
      variantsOf(base, at).some(one => tellsOtherValue(told(made, exchange, one), value))
    for (const step of [1, -1])
      for (const edge of [...matters])
        for (let at = edge + step; base.bytes[at] !== undefined && !matters.has(at) && speaks(at); at += step)
          matters.add(at)
  }
}

function largestBy(made: Recomputed, exchange: number, frame: Frame, matters: ReadonlySet<number>): Frame {
  let [largest, most] = [frame, -1]
  for (const at of matters)
    for (const one of variantsOf(largest, at)) {
      const size = Math.abs(approximate(told(made, exchange, one)?.meant.reading.value ?? NOTHING))
      if (size > most) [largest, most] = [one, size]
    }
  return largest
}

function variantsOf({ bytes }: Frame, at: number): readonly Frame[] {
  return CHANGES.map(change => {
    const other = Uint8Array.from(bytes)
    other[at] = change(bytes[at] ?? 0)
    return { bytes: other }
  })
}

function told(made: Recomputed, exchange: number, frame: Frame): Told {
  return made.again(withFrame(made.tape, exchange, frame))
}

function withFrame(tape: Tape, exchange: number, frame: Frame): Tape {
  return {
    ...tape,
    exchanges: tape.exchanges.map((one, place) => (place === exchange ? { ...one, frame } : one)),
  }
}

function tellsOtherValue(now: Told, before: Told): boolean {
  return now !== null && before !== null && !isSame(now.meant.reading.value, before.meant.reading.value)
}

function tellsOtherStamp(now: Told, before: Told): boolean {
  return now !== null && before !== null && now.meant.reading.slot !== before.meant.reading.slot
}

function isSame(one: Scaled, other: Scaled): boolean {
  return one.scaler === other.scaler && compareScaled(one, other) === 0
}

function runsIn(places: ReadonlySet<number>): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = []
  for (const place of [...places].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last[1] === place) last[1] = place + 1
    else runs.push([place, place + 1])
  }
  return runs
}

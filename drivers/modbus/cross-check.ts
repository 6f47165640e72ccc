/**
 * After a question of this meter went unanswered, its late answer may still come, and on a serial line nothing but
 * function and length ties an answer to a question. So what is billed is asked once more in a shape not asked before,
 * which no late answer fits: slaves answer in order, so an answer to it shows that all before it were in step. Both
 * readings must agree as far as an energy may rise between them; else nothing of the conversation is believed (V-F8).
 */

import type {
  Call,
  Conversation,
  Frame,
  Point,
  RawRead,
  RawValue,
  Refusal,
  Scaled,
  Value,
} from '../../src/driver-api/driver.ts'
import { ask, exceptionIn } from './ask.ts'
import type { Framing } from './framing.ts'
import { planSpans, reshaped, type Span, shapeOf } from './spans.ts'
import type { Answered } from './spans-asked.ts'
import { valueIn } from './values.ts'

/** Between two readings of one conversation passes no more time than this, s. */
const BETWEEN_SECONDS = 300n
const SECONDS_PER_HOUR = 3_600n
/** Where nobody said what the meter can measure, W. */
const MOST_WATTS = 1_000_000
/** Decimal powers of units of energy over Wh, varh, VAh. */
const ENERGY = /^([kM]?)(?:Wh|varh|VAh)$/
const POWERS: Readonly<Record<string, number>> = { '': 0, k: 3, M: 6 }
/** Net registers fall as well. */
const NET = /^1-\d+:(?:16|36|56|76)\.8\./

export function isInDoubt({ answerNamesItem }: Framing, { isDoubtful }: Call): boolean {
  return !answerNamesItem && isDoubtful?.() === true
}

export function* crossChecked(
  framing: Framing,
  call: Call,
  reads: readonly RawRead[],
  answers: readonly Answered[],
): Conversation<readonly RawRead[]> {
  const values = reads.filter(raw => 'value' in raw)
  if (values.length === 0) return reads
  const billed = values.filter(({ point }) => ENERGY.test(point.unit))
  // Without energies the order of the answers is all there is to check.
  const checked = billed.length > 0 ? billed : values.slice(0, 1)
  const located = answers
    .flatMap(({ span }) => span.points)
    .filter(({ point }) => checked.some(one => one.point === point))
  const used = new Set(answers.map(({ span }) => shapeOf(span)))
  for (const planned of planSpans(located, call.traits, call.refusedBefore))
    for (const span of reshaped(planned, call.traits, used, call.sequence())) {
      used.add(shapeOf(span))
      const frame = yield* ask(framing, call, span)
      const why = whyNoAgreement(framing, call, span, frame, checked)
      if (why !== null) return reads.map(raw => ('value' in raw ? refused(raw, why) : raw))
    }
  return reads
}

function refused({ point, frames }: RawValue, text: string): RawRead {
  const refusal: Refusal = { code: 'LINE_GARBLED', rule: 'V-F8', text }
  return { point, frames, refused: refusal }
}

function whyNoAgreement(
  framing: Framing,
  call: Call,
  span: Span,
  frame: Frame | null,
  checked: readonly RawValue[],
): string | null {
  const doubt = 'an earlier question went unanswered, so this may be a late answer to another'
  if (frame === null) return `${doubt}; a second reading did not come`
  const exception = exceptionIn(framing, frame)
  if (exception) return `${doubt}; a second reading was refused: ${exception.text}`
  for (const located of span.points) {
    const first = checked.find(({ point }) => point === located.point)
    const second = valueIn(framing, span, located, frame)
    if (first === undefined || !ENERGY.test(first.point.unit)) continue
    if ('code' in second || !isRise(first.point, first.value, second, call.mostWatts ?? MOST_WATTS))
      return `${doubt}; a second reading of ${located.point.name} says something else`
  }
  return null
}

/** Whether an energy can have become the other between two questions. */
function isRise({ obis, unit }: Point, first: Value, second: Value, mostWatts: number): boolean {
  if (!('digits' in first) || !('digits' in second)) return false
  const scaler = Math.min(first.scaler, second.scaler)
  const rise = digitsAt(second, scaler) - digitsAt(first, scaler)
  if (rise < 0n && !NET.test(obis)) return false
  const power = POWERS[ENERGY.exec(unit)?.[1] ?? ''] ?? 0
  // Of the digits' own unit, rounded up, and one step of the register.
  const most = (BigInt(Math.ceil(mostWatts)) * BETWEEN_SECONDS) / SECONDS_PER_HOUR + 1n
  const exponent = -power - scaler
  const steps = exponent >= 0 ? most * 10n ** BigInt(exponent) : most / 10n ** BigInt(-exponent)
  return (rise < 0n ? -rise : rise) <= steps + 10n ** BigInt(first.scaler - scaler)
}

function digitsAt({ digits, scaler }: Scaled, at: number): bigint {
  return digits * 10n ** BigInt(scaler - at)
}

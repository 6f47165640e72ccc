/**
 * Where a late answer of this meter may still come, or one looks like the copy of another: on a serial line nothing but
 * function and length ties an answer to a question, and a gateway numbers what its serial side brings as it comes. So
 * what is billed is asked once more in a shape not asked before, which no late answer fits: slaves answer in order, so an
 * answer to it shows that all before it were in step. Both readings must agree as far as an energy may rise between
 * them; else nothing of the conversation is believed (V-F8).
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
import { isLonger, planSpans, reshaped, type Span, shapeOf, spanKey } from './spans.ts'
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

export function isInDoubt(framing: Framing, { doubt, address }: Call): boolean {
  return doubt !== undefined && (doubt.isLate() || doubt.isCopied()) && framing.mayMixUp(Number(address))
}

export interface Checked {
  readonly reads: readonly RawRead[]
  /** Spans not to be asked again: the meter's map ends before they do. */
  readonly refused: readonly string[]
  /** False where nothing shows that each answer is its own question's. */
  readonly isShown: boolean
}

export function* crossChecked(
  framing: Framing,
  call: Call,
  reads: readonly RawRead[],
  answers: readonly Answered[],
): Conversation<Checked> {
  const values = reads.filter(raw => 'value' in raw)
  if (values.length === 0) return { reads, refused: [], isShown: true }
  const billed = values.filter(({ point }) => ENERGY.test(point.unit))
  // Without energies the order of the answers is all there is to check.
  const checked = billed.length > 0 ? billed : values.slice(0, 1)
  const located = answers
    .flatMap(({ span }) => span.points)
    .filter(({ point }) => checked.some(one => one.point === point))
  const used = new Set(answers.map(({ span }) => shapeOf(span)))
  const areApart = used.size === answers.length && call.doubt?.isCopied() !== true
  const planned = planSpans(located, call.traits, call.refusedBefore)
  const second: Second = { framing, call, checked, planned, used, refused: new Set(call.refusedBefore) }
  for (;;) {
    const { outcome, isOrdered } = yield* askedAgain(second)
    // The shape was wrong, and nothing is said of the values: each time there is one less.
    if (outcome === BEYOND) continue
    const told = { reads, refused: refusedIn(second), isShown: true }
    if (outcome !== null) {
      call.doubt?.inStep(false)
      return { ...told, reads: reads.map(raw => ('value' in raw ? refused(raw, outcome) : raw)) }
    }
    if (!isOrdered && billed.length === 0) return { ...told, isShown: areApart }
    call.doubt?.inStep(true)
    return told
  }
}

/** The meter's map ends where its points do, and it was asked for more. */
const BEYOND = Symbol('beyond the map')

type Outcome = string | null | typeof BEYOND

/** Why the second answers do not agree with the first; `isOrdered` where their shapes show the order. */
function* askedAgain(
  second: Second,
): Conversation<{ readonly outcome: Outcome; readonly isOrdered: boolean }> {
  const { call } = second
  let { again, anew } = secondQuestions(second)
  // The order is shown by one question. What a copy displaced comes before its answer, and is told (V-F10).
  if (isOnlyCopied(call) && anew.length > 0) {
    const outcome = yield* whyNotAgreed(second, anew.slice(0, 1))
    if (outcome !== null || isOnlyCopied(call)) return { outcome, isOrdered: true }
    ;({ again, anew } = secondQuestions(second))
  }
  // Twice, to and fro, where nothing but this shows the order: a link may be more than one answer behind.
  const andBack = anew.length === 0 && call.doubt?.isLate() ? again.toReversed() : []
  const outcome = yield* whyNotAgreed(second, [...again, ...andBack, ...anew])
  return { outcome, isOrdered: anew.length > 0 }
}

/** What is asked once more: `checked` by the shapes not `used` yet, nor `refused`, now or before. */
interface Second {
  readonly framing: Framing
  readonly call: Call
  readonly checked: readonly RawValue[]
  readonly planned: readonly Span[]
  readonly used: Set<string>
  readonly refused: Set<string>
}

function refusedIn({ call: { refusedBefore }, refused }: Second): readonly string[] {
  return [...refused].filter(key => !refusedBefore.has(key))
}

function isOnlyCopied({ doubt }: Call): boolean {
  return doubt?.isCopied() === true && !doubt.isLate()
}

/**
 * `anew` in shapes of their own. What has none is asked `again` as it was, but the last first: were each answer that to
 * the question before, the two readings would agree only where all of them are alike.
 */
function secondQuestions({ call, planned, used, refused }: Second) {
  const again: Span[] = []
  const anew: Span[] = []
  for (const span of planned) {
    const others = reshaped(span, call.traits, used, call.sequence(), refused)
    if (others === null) again.unshift(span)
    else anew.push(...others)
    for (const other of others ?? []) used.add(shapeOf(other))
  }
  return { again, anew }
}

function* whyNotAgreed(second: Second, spans: readonly Span[]): Conversation<Outcome> {
  const { framing, call, refused } = second
  for (const span of spans) {
    const frame = yield* ask(framing, call, span)
    if (isLonger(span, call.traits) && frame && exceptionIn(framing, frame)?.remedy === 'split') {
      refused.add(spanKey(span))
      return BEYOND
    }
    const why = whyNoAgreement(second, span, frame)
    if (why !== null) return why
  }
  return null
}

function refused({ point, frames }: RawValue, text: string): RawRead {
  const refusal: Refusal = { code: 'LINE_GARBLED', rule: 'V-F8', text }
  return { point, frames, refused: refusal }
}

function whyNoAgreement({ framing, call, checked }: Second, span: Span, frame: Frame | null): string | null {
  const doubt = 'answers may be out of step here, and this one to another question'
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

/**
 * A conversation that outlives a silence. The standard has a meter refuse what it does not know (7.1, D1), but some say
 * nothing. One silence is the item's where the meter answers another question directly before and after it; two in a
 * row are the meter's.
 */

import type { Call, Frame, Refusal, Request, Unanswered } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { askPair } from './clock-read.ts'
import { type Answer, askItem, askOnce, type Unheard } from './exchange.ts'

type Asking<Result> = Generator<Request, Result, Frame | null>

export interface Hearing {
  readonly call: Call
  readonly dialect: Dialect
  /** What this meter has answered here, a refusal too, by item; what an item alone is the question for. */
  readonly answered: { readonly item: string; readonly answer: Answer }[]
  readonly unanswered: Unanswered[]
}

export function createHearing(call: Call, dialect: Dialect): Hearing {
  return { call, dialect, answered: [], unanswered: [] }
}

export const unansweredFor = (text: string): Refusal => ({ code: 'ITEM_UNANSWERED', text })

export function isUnanswered(answer: Answer): boolean {
  return 'refused' in answer && answer.refused.code === 'ITEM_UNANSWERED'
}

const ONCE = { askerRepeats: true } as const

/**
 * Null when the meter is not there. What it is silent to is refused as ITEM_UNANSWERED and noted under `name`, as it is
 * to be remembered; null where it is not. `extra` follows the item in the question.
 */
export function* hear(
  hearing: Hearing,
  item: string,
  name: string | null = item,
  extra: readonly number[] = [],
): Asking<Answer | null> {
  const put = () => askOnce(hearing.call, hearing.dialect, item, extra, ONCE)
  const answer = yield* put()
  if ('unheard' in answer) return yield* outlive(hearing, answer, item, name, put)
  return extra.length > 0 ? answer : noted(hearing, item, answer)
}

/** The clock where it is two items, "date+time". */
export function* hearClock(hearing: Hearing, pair: string): Asking<Answer | null> {
  const [, time = pair] = pair.split('+')
  const put = () => askPair(hearing.call, hearing.dialect, pair, ONCE)
  const answer = yield* put()
  return 'unheard' in answer ? yield* outlive(hearing, answer, time, null, put) : noted(hearing, time, answer)
}

function noted({ answered }: Hearing, item: string, answer: Answer): Answer {
  answered.push({ item, answer })
  return answer
}

/** After a first silence. Asked once more: the answer may have been lost. A meter that is gone takes no more time-outs. */
function* outlive(
  hearing: Hearing,
  { unheard: first }: Unheard,
  item: string,
  name: string | null,
  put: () => Asking<Answer | Unheard>,
): Asking<Answer | null> {
  if (!(yield* isThere(hearing, item))) return null
  const again = yield* put()
  if (!('unheard' in again)) return noted(hearing, item, again)
  if (!(yield* isThere(hearing, item))) return null
  const requests = [first, again.unheard].filter(request => request !== 'to the end')
  hearing.unanswered.push({ name, requests })
  const text = 'the meter had no answer to this, twice, and answered what was asked before and after'
  return { refused: unansweredFor(text), frames: [] }
}

/** Whether the meter answers, right now, something else that it has answered before: the shortest there is. */
function* isThere({ call, dialect, answered }: Hearing, silent: string): Asking<boolean> {
  const others = answered.filter(({ item }) => item !== silent)
  const [known] = others.toSorted((a, b) => lengthOf(a.answer) - lengthOf(b.answer))
  return known !== undefined && (yield* askItem(call, dialect, known.item, [], ONCE)) !== null
}

function lengthOf({ frames }: Answer): number {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

/**
 * Begins with what any meter answers, every other time after a conversation that had no answer to its first question:
 * the meter may be silent to that one only. False when the meter is not there.
 */
export function* opened(hearing: Hearing): Asking<boolean> {
  const { call, dialect } = hearing
  if ((call.silentBefore ?? 0) % 2 === 0) return true
  const [, time = dialect.clock] = dialect.clock.split('+')
  return (yield* hear(hearing, time, null)) !== null
}

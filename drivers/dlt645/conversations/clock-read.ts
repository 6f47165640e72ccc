/** Reading a clock whose date and time are two items, so that both belong to one moment, at midnight too. */

import type { Call, Frame, MeterTime, Refusal, Request } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { joined } from '../wire/bytes.ts'
import { type Answer, askOnce, type Unheard } from './exchange.ts'

/** From here on, hhmm, midnight may come before the date is here, however often it is asked. */
const NEAR_MIDNIGHT = 0x2350

/** Time first, then date: the pair is of the time's moment. */
const CLOCK = 'YYMMDDWWhhmmss'

/**
 * "date+time" as one answer, its first frame that of the time. The time is asked first, and near midnight once more
 * after the date: where it has not begun anew, the date lies between two times of one day. Where it has, the date is
 * asked again, which leaves a day for it to come (V-T2a). Where a part has no answer, the question that had none.
 */
export function* askPair(
  call: Call,
  dialect: Dialect,
  item: string,
  more: Pick<Request, 'askerRepeats'> = {},
): Generator<Request, Answer | Unheard, Frame | null> {
  const ask = (part: string) => askOnce(call, dialect, part, [], more)
  const askAtOnce = (part: string) => askOnce(call, dialect, part, [], { ...more, goesOn: true })
  const [dateItem = '', timeItem = ''] = item.split('+')
  const time = yield* ask(timeItem)
  if (!('data' in time)) return time
  const date = yield* askAtOnce(dateItem)
  if ('unheard' in date) return date
  if ('refused' in date) return { ...date, frames: [...time.frames, ...date.frames] }
  const pair = pairOf(time, date)
  if (hourAndMinute(time.data) < NEAR_MIDNIGHT) return pair
  const again = yield* askAtOnce(timeItem)
  if (!('data' in again)) return again
  if (hourAndMinute(again.data) >= NEAR_MIDNIGHT) return pair
  const dateAgain = yield* askAtOnce(dateItem)
  if (!('data' in dateAgain)) return dateAgain
  const after = pairOf(again, dateAgain)
  return { ...after, frames: [...after.frames, ...time.frames, ...date.frames] }
}

type Given = Exclude<Answer, { readonly refused: Refusal }>

function pairOf(time: Given, date: Given): Given {
  return { data: joined([time.data, date.data]), frames: [...time.frames, ...date.frames] }
}

/** ss mm hh on the wire. */
function hourAndMinute(data: Uint8Array): number {
  return (data[2] ?? 0) * 256 + (data[1] ?? 0)
}

export type ClockRead =
  | { readonly time: MeterTime; readonly frames: readonly Frame[] }
  | { readonly refused: Refusal; readonly frames: readonly Frame[] }
  | null

/** What the meter's clock shows. Null when it did not answer. */
export function* readClock(call: Call, dialect: Dialect): Generator<Request, ClockRead, Frame | null> {
  const answer = yield* askPair(call, dialect, dialect.clock)
  return 'unheard' in answer ? null : clockIn(answer)
}

/** The pair as a time. */
export function clockIn(
  answer: Answer,
):
  | { readonly time: MeterTime; readonly frames: readonly Frame[] }
  | { readonly refused: Refusal; readonly frames: readonly Frame[] } {
  if ('refused' in answer) return answer
  const { frames, data } = answer
  const encoding = parseEncoding(CLOCK)
  const length: Refusal = {
    code: 'FRAME_LENGTH',
    rule: 'V-F6',
    text: `${data.length} bytes of clock, should be 7`,
  }
  const value = encoding?.bytes === data.length ? encoding.decode(data) : length
  if (isRefusal(value)) return { refused: value, frames }
  return 'time' in value
    ? { time: value.time, frames }
    : { refused: { code: 'VALUE_OUT_OF_TYPE', text: 'the clock shows no time' }, frames }
}

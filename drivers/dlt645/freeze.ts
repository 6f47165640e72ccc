/** The conversation that reads one freeze: what the meter kept at a boundary, and the meter's own time of it. */

import type {
  Call,
  Conversation,
  FreezeAsked,
  MeterTime,
  RawRead,
  ReadResult,
  Refusal,
} from '../../src/driver-api/driver.ts'
import { layOut, layoutFor, readPoint } from './answer.ts'
import { hexByte } from './bytes.ts'
import { isRefusal } from './decoding.ts'
import type { Dialect } from './dialect.ts'
import { type Answer, askItem } from './exchange.ts'
import { readAnswer, refuseAll } from './read.ts'

/** The count back is one byte; FF means all of them. */
const FURTHEST_BACK = 254

/**
 * Stamp, values, stamp again. A freeze made in between moves every count by one, so values under two different stamps
 * belong to nobody knows which day: all are refused and read again later.
 */
export function* readFreeze(
  dialect: Dialect,
  call: Call,
  { nth, stamp, points }: FreezeAsked,
): Conversation<ReadResult> {
  const nothing: ReadResult = { reads: [], refused: [] }
  if (nth < 1 || nth > FURTHEST_BACK) {
    const text = `a meter counts freezes back from 1 to ${FURTHEST_BACK}, asked was ${nth}`
    return { reads: refuseAll(points, { code: 'METER_NO_DATA', text }, []), refused: [] }
  }
  const countedBack = (item: string) => item.replace('nn', hexByte(nth))
  const stampItem = countedBack(stamp.item)

  const before = yield* askItem(call, dialect, stampItem)
  if (!before) return nothing
  const stampedAt = stampIn(dialect, { ...stamp, item: stampItem }, before)
  if (typeof stampedAt !== 'string')
    return { reads: refuseAll(points, stampedAt, before.frames), refused: [] }

  const reads: RawRead[] = []
  for (const [item, wanted] of Map.groupBy(points, point => point.item)) {
    const answer = yield* askItem(call, dialect, countedBack(item))
    if (!answer) return nothing
    const asked = wanted.map(point => ({ ...point, item: countedBack(item) }))
    const answered = readAnswer(dialect, countedBack(item), asked, answer, stampedAt)
    reads.push(
      ...answered.map((read, index) => ({
        ...read,
        point: wanted[index] ?? read.point,
        frames: [...read.frames, ...before.frames],
      })),
    )
  }

  const after = yield* askItem(call, dialect, stampItem)
  if (!after) return nothing
  const stampedAgain = stampIn(dialect, { ...stamp, item: stampItem }, after)
  if (stampedAgain === stampedAt) return { reads, refused: [] }
  return { reads: reads.map(read => refuseMoved(read, stampedAt, stampedAgain)), refused: [] }
}

function refuseMoved({ point, frames }: RawRead, before: MeterTime, after: MeterTime | Refusal): RawRead {
  const now = typeof after === 'string' ? after : after.text
  const text = `the meter froze again while it was read: the stamp was ${before}, then ${now}`
  return { point, frames, refused: { code: 'METER_BUSY', text } }
}

function stampIn(dialect: Dialect, stamp: FreezeAsked['stamp'], answer: Answer): MeterTime | Refusal {
  if ('refused' in answer) return answer.refused
  const layout = layoutFor(dialect.table, stamp.item, [stamp])
  const laid = isRefusal(layout) ? layout : layOut(layout, answer.data)
  const value = isRefusal(laid) ? laid : readPoint(laid, stamp)
  if (isRefusal(value)) return value
  return 'time' in value
    ? value.time
    : { code: 'PROFILE_INVALID', text: `the freeze stamp ${stamp.item} is no time` }
}

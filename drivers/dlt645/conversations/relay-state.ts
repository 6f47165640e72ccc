/** What a meter tells of its relay: status word 3, the records of trips and closings, and the load. */

import type { Call, Frame, Request } from '../../../src/driver-api/driver.ts'
import type { DecodedPoint } from '../../../src/driver-api/frame.ts'
import type { RelayRecord, RelaySeen } from '../../../src/driver-api/relay.ts'
import { pointsIn } from '../decode.ts'
import type { Dialect } from '../dialect.ts'
import { isRefusal } from '../encodings/decoding.ts'
import { parseEncoding } from '../encodings/encodings.ts'
import { quirkOf } from '../quirks.ts'
import { writtenOf } from '../wire/bytes.ts'
import { type ClockRead, readClock } from './clock-read.ts'
import type { Answer } from './exchange.ts'
import { createHearing, hear } from './hearing.ts'

const STATUS_WORD_3 = '04000503'
/** Of status word 3. All but the first are of the later rules. */
const BIT = { open: 1 << 4, commandedOpen: 1 << 6, announced: 1 << 7, keptPowered: 1 << 12 } as const

/** How often, and the last record; both forms of it are in use. */
const TRIPS = { count: '1D000001', records: ['1D00FF01', '1D000101'] } as const
const CLOSINGS = { count: '1E000001', records: ['1E00FF01', '1E000101'] } as const
type Records = typeof TRIPS | typeof CLOSINGS

/** Power, then the currents: all phases, or the one there is. */
const LOAD_2007 = [['02030000'], ['0202FF00', '02020100']] as const
const LOAD_1997 = [['B630'], ['B62F', 'B621']] as const

type Step<Result> = Generator<Request, Result, Frame | null>

/** Null when the meter does not answer at all. What it does not hold is null in what it does. */
export function* readRelay(dialect: Dialect, call: Call): Step<RelaySeen | null> {
  return (yield* lookAtRelay(dialect, call))?.seen ?? null
}

/** The same with what became of reading the clock, which is asked last: it is as fresh as it can be. */
export function* lookAtRelay(
  dialect: Dialect,
  call: Call,
): Step<{ readonly seen: RelaySeen; readonly clock: ClockRead } | null> {
  const asker = createAsker(dialect, call)
  const is2007 = dialect.protocol === 'dlt645-2007'
  const word = is2007 ? yield* asker.ask(STATUS_WORD_3) : null
  const opened = is2007 ? yield* recordsOf(asker, TRIPS) : null
  const closed = is2007 ? yield* recordsOf(asker, CLOSINGS) : null
  const load: DecodedPoint[] = []
  for (const items of is2007 ? LOAD_2007 : LOAD_1997) load.push(...(yield* loadOf(dialect, asker, items)))
  if (!asker.isThere) return null
  const clock = yield* readClock(call, dialect)
  const time = clock && 'time' in clock ? clock.time : null
  const frames = [...asker.frames, ...(clock?.frames ?? [])]
  return { seen: { ...stateIn(word, call), opened, closed, load, clock: time, frames }, clock }
}

interface RelayAsker {
  /** Whether the meter has answered anything at all. */
  readonly isThere: boolean
  readonly frames: readonly Frame[]
  /** Null when the meter has gone, or is not there. */
  ask(item: string): Step<Answer | null>
}

/**
 * A silence costs its item only. Where the first look has none, the clock's time shows whether the meter is there. One
 * that has gone is looked at no further.
 */
function createAsker(dialect: Dialect, call: Call): RelayAsker {
  const frames: Frame[] = []
  const hearing = createHearing(call, dialect)
  const [, time = dialect.clock] = dialect.clock.split('+')
  let isGone = false
  function* hearFirst(item: string): Step<Answer | null> {
    const answer: Answer | null = yield* hear(hearing, item)
    if (answer || hearing.answered.length > 0) return answer
    return (yield* hear(hearing, time)) && (yield* hear(hearing, item))
  }
  return {
    frames,
    get isThere() {
      return hearing.answered.length > 0
    },
    *ask(item) {
      const answer: Answer | null = isGone ? null : yield* hearFirst(item)
      isGone ||= answer === null
      frames.push(...(answer?.frames ?? []))
      return answer
    },
  }
}

type State = Pick<RelaySeen, 'isOpen' | 'isOpenCommanded' | 'isKeptPowered' | 'isTripAnnounced'>

function stateIn(answer: Answer | null, { traits }: Call): State {
  const data = answer && 'data' in answer && answer.data.length === 2 ? answer.data : null
  const word = data && !data.every(byte => byte === 0xff) ? (data[0] ?? 0) + 256 * (data[1] ?? 0) : null
  const told = quirkOf(traits, 'relay-state')
  const isOn = (mask: number, known = told === 'later') =>
    word === null || !known ? null : (word & mask) !== 0
  return {
    isOpen: isOn(BIT.open, true),
    isOpenCommanded: isOn(BIT.commandedOpen),
    isKeptPowered: isOn(BIT.keptPowered, told !== 'base'),
    isTripAnnounced: isOn(BIT.announced),
  }
}

function* recordsOf(asker: RelayAsker, { count, records }: Records): Step<RelayRecord | null> {
  const counted = digitsIn(yield* asker.ask(count))
  let record: Pick<RelayRecord, 'at' | 'operator'> | null = null
  for (const item of records) record ??= recordIn(yield* asker.ask(item))
  if (counted === null && !record) return null
  return { count: counted, at: record?.at ?? null, operator: record?.operator ?? null }
}

function digitsIn(answer: Answer | null): number | null {
  if (!answer || 'refused' in answer || answer.data.length !== 3) return null
  const written = writtenOf(answer.data)
  return /^\d+$/.test(written) ? Number(written) : null
}

/** ss mm hh DD MM YY, operator code, then registers (34 bytes in all). */
const RECORD = { bytes: 34, time: [0, 6], operator: [6, 10] } as const
const STAMP = parseEncoding('YYMMDDhhmmss')

function recordIn(answer: Answer | null): Pick<RelayRecord, 'at' | 'operator'> | null {
  if (!STAMP || !answer || 'refused' in answer || answer.data.length !== RECORD.bytes) return null
  const time = STAMP.decode(answer.data.subarray(...RECORD.time))
  if (isRefusal(time) || !('time' in time)) return null
  return { at: time.time, operator: writtenOf(answer.data.subarray(...RECORD.operator)) }
}

/** The first of the items that the meter holds. */
function* loadOf(
  dialect: Dialect,
  asker: RelayAsker,
  items: readonly string[],
): Step<readonly DecodedPoint[]> {
  for (const item of items) {
    const answer: Answer | null = yield* asker.ask(item)
    if (answer && 'data' in answer) return pointsIn(dialect, item, answer.data)
  }
  return []
}

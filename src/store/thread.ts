/** Opens the store of a data directory in a thread of its own (PR-24) and gives the rest of the house its promises. */

import { GIBIBYTE } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { assert, FAULTS, type Fault, type FaultCode } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { KEPT_FOR } from '../reading/worth.ts'
import { createPacker, transferOf } from './batch.ts'
import { startThread, type Thread } from './calls.ts'
import type { ClockDoubt } from './clock-doubt.ts'
import { createMood, type Mood } from './mood.ts'
import type { ChangeCalls, OrderCalls } from './order/asked.ts'
import type { Refusal } from './protocol.ts'
import type { Hours, Part } from './queries.ts'
import { unacknowledged } from './rescue/alarms.ts'
import { createRoomWatch } from './room-watch.ts'
import { requireSound, withoutUnstorable } from './storable.ts'
import type { Limits, ReadingsAsked, Store, StoredReading } from './store.ts'
import { createWaiting } from './waiting.ts'

export interface StoreOptions {
  readonly limits?: Limits
  /** A batch is committed at so many readings … */
  readonly batchRows?: number
  /** … or so long after its first. */
  readonly batchMs?: number
  /** Called once when the file turns out damaged: nothing is answered until the store is opened again (PR-07). */
  readonly broken?: (fault: Fault) => void
}

const USUAL_LIMITS: Limits = { maxBytes: 4 * GIBIBYTE, keep: KEPT_FOR, offsetMinutes: 0 }

const BATCH_ROWS = 100
const BATCH_MS = 50
/** Readings not yet on disk: seconds of a storm on a slow card, some ten megabytes. */
const MOST_UNKEPT = 20_000
/** Rows of one answer: some milliseconds of copying on either side. */
export const MOST_PER_PAGE = 5_000

/** The store as it was is no more. */
const GRAVE: readonly FaultCode[] = ['STORE_UNREADABLE', 'STORE_RESCUED']

/** Rejects with STORE_OWNED, STORE_UNSAFE, STORE_NEWER, STORE_UNREADABLE or STORE_FAILED. */
export async function openStore(
  directory: string,
  clock: Clock,
  log: Log,
  {
    limits = USUAL_LIMITS,
    batchRows = BATCH_ROWS,
    batchMs = BATCH_MS,
    broken = () => undefined,
  }: StoreOptions = {},
): Promise<Store> {
  const notice = ({ code, text }: Refusal) =>
    log[GRAVE.includes(code) ? 'error' : 'warn']({ code, hint: FAULTS[code].hint }, text)
  const { thread, epoch } = await startThread({ directory, limits }, notice, broken)
  const mood = createMood(log)
  const room = createRoomWatch(await thread.ask('room'), log)
  const packer = createPacker()
  const waiting = createWaiting(clock, { rows: batchRows, ms: batchMs, mostUnkept: MOST_UNKEPT }, rounds => {
    const batch = packer.pack(rounds, clock.now())
    return thread.hand(transferOf(batch), 'accept', batch)
  })
  return {
    epoch,
    mood,
    get room() {
      return room.state
    },
    async tend(upkeep) {
      room.seen(await mood.watch(thread.ask('tend', upkeep)))
    },
    alarms: () => unacknowledged(directory),
    async accept(round) {
      requireSound(round)
      const storable = withoutUnstorable(round)
      const refused = round.readings.length - storable.readings.length
      if (refused > 0)
        log.error(
          { code: 'VALUE_OUT_OF_TYPE', meterId: round.meter, count: refused },
          'a value is too long to be kept',
        )
      return mood.watchKeeping(waiting.add(storable))
    },
    ...changeSide(thread, mood),
    expect: (expected, at) => mood.watch(thread.ask('expect', expected, at)),
    account: (gaps, at) => mood.watch(thread.ask('account', gaps, at)),
    settle: asked => mood.watch(thread.ask('settle', asked)),
    acknowledge: asked => mood.watch(thread.ask('acknowledge', asked)),
    ...readingSide(thread),
    alarm: events => mood.watch(thread.ask('alarm', events)),
    post: asked => mood.watch(thread.ask('post', asked)),
    safeguard: asked => mood.watch(thread.ask('safeguard', asked)),
    charge: now => mood.watch(thread.ask('charge', now)),
    ...orderSide(thread, mood),
    pair: asked => mood.watch(thread.ask('pair', asked)),
    audit: audit => mood.watch(thread.ask('audit', audit)),
    journalAdd: deed => mood.watch(thread.ask('journalAdd', deed)),
    leaveService: meter => mood.watch(thread.ask('leaveService', meter)),
    doubtPolls(...asked) {
      // What waits for its batch was stamped by the same clock.
      waiting.flush()
      return doubtPolls(thread, ...asked)
    },
    async close() {
      waiting.flush()
      await thread.ask('close')
      await thread.ended
    },
  }
}

type OrderSide = { [Name in keyof (OrderCalls & ChangeCalls)]: Store[Name] }

function orderSide(thread: Thread, mood: Mood): OrderSide {
  return {
    orderAsk: asked => mood.watch(thread.ask('orderAsk', asked)),
    orderShow: asked => mood.watch(thread.ask('orderShow', asked)),
    orderOne: id => thread.ask('orderOne', id),
    async orderPage(asked) {
      requirePage(asked.limit)
      return thread.ask('orderPage', asked)
    },
    supplyState: () => thread.ask('supplyState'),
    ordersOpen: now => thread.ask('ordersOpen', now),
    ordersDue: now => thread.ask('ordersDue', now),
    ordersDark: () => thread.ask('ordersDark'),
    darkSearch: (...asked) => mood.watch(thread.ask('darkSearch', ...asked)),
    orderStep: (...asked) => mood.watch(thread.ask('orderStep', ...asked)),
    orderSend: asked => mood.watch(thread.ask('orderSend', asked)),
    async orderChanges(after, limit) {
      requirePage(limit)
      return thread.ask('orderChanges', after, limit)
    },
    changesTold: to => thread.ask('changesTold', to),
    changesTell: (...asked) => mood.watch(thread.ask('changesTell', ...asked)),
  }
}

type ChangeSide = Pick<
  Store,
  'changesAfter' | 'lastSequence' | 'cursor' | 'advance' | 'rewind' | 'park' | 'unpark' | 'parkedAfter'
>
type ReadingSide = Omit<
  Store,
  | keyof ChangeSide
  | 'epoch'
  | 'mood'
  | 'room'
  | 'alarms'
  | 'tend'
  | 'accept'
  | 'close'
  | 'doubtPolls'
  | 'expect'
  | 'account'
  | 'settle'
  | 'acknowledge'
  | 'leaveService'
  | 'alarm'
  | 'pair'
  | 'post'
  | 'safeguard'
  | 'charge'
  | 'audit'
  | 'journalAdd'
  | keyof OrderSide
>

function changeSide(thread: Thread, mood: Mood): ChangeSide {
  return {
    async changesAfter(sequence, limit) {
      requirePage(limit)
      return thread.ask('changesAfter', sequence, limit)
    },
    lastSequence: () => thread.ask('lastSequence'),
    cursor: sink => thread.ask('cursor', sink),
    advance: (sink, sequence) => mood.watch(thread.ask('advance', sink, sequence)),
    rewind: (sink, sequence) => mood.watch(thread.ask('rewind', sink, sequence)),
    unpark: (sink, sequences) => mood.watch(thread.ask('unpark', sink, sequences)),
    async parkedAfter(sink, after, limit) {
      requirePage(limit)
      return thread.ask('parkedAfter', sink, after, limit)
    },
    park: (sink, sequence, reason) => mood.watch(thread.ask('park', sink, sequence, reason)),
  }
}

/** Long answers are asked for in parts, so that commits get their turn between two and neither side is held up. */
function readingSide(thread: Thread): ReadingSide {
  return {
    readingsOf: asked => readingsOf(thread, asked),
    latestOf: meter => thread.ask('latestOf', meter),
    lastGood: () => allParts(series => thread.ask('lastGood', series)),
    freezesReadOnce: (meter, since, of) => thread.ask('freezesReadOnce', meter, since, of),
    freezesHeld: (meter, since, of) => thread.ask('freezesHeld', meter, since, of),
    lastKept: () => thread.ask('lastKept'),
    evidence: id => thread.ask('evidence', id),
    clockOf: meter => thread.ask('clockOf', meter),
    clocks: () => thread.ask('clocks'),
    lastRelease: () => thread.ask('lastRelease'),
    boundariesTouched: after => thread.ask('boundariesTouched', after),
    boundariesWithheld: () => thread.ask('boundariesWithheld'),
    accountedTo: () => thread.ask('accountedTo'),
    async plans(asked) {
      requirePage(asked.limit)
      return thread.ask('plans', asked)
    },
    open: plan => thread.ask('open', plan),
    slots: (plan, from, to) => thread.ask('slots', plan, from, to),
    auditsNear: (meter, instant) => thread.ask('auditsNear', meter, instant),
    audits: () => thread.ask('audits'),
    inService: () => thread.ask('inService'),
    alarmsStanding: clearedAfter => thread.ask('alarmsStanding', clearedAfter),
    async alarmsAfter(sequence, limit) {
      requirePage(limit)
      return thread.ask('alarmsAfter', sequence, limit)
    },
    async journalAfter(asked) {
      requirePage(asked.limit)
      return thread.ask('journalAfter', asked)
    },
    journalHead: () => thread.ask('journalHead'),
    journalOfKeys: () => thread.ask('journalOfKeys'),
    noticesAsked: (...asked) => thread.ask('noticesAsked', ...asked),
    touch: () => thread.ask('touch'),
    sizes: () => thread.ask('sizes'),
    report: found => thread.ask('report', found),
  }
}

async function doubtPolls(
  thread: Thread,
  reading: number,
  receivedAfter: number,
  evidence: string,
): Promise<number> {
  let doubted = 0
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const part: ReturnType<ClockDoubt['doubtPolls']> = await thread.ask('doubtPolls', {
      before,
      after: reading,
      receivedAfter,
      evidence,
    })
    doubted += part.doubted
    before = part.next
  }
  return doubted
}

async function readingsOf(thread: Thread, asked: ReadingsAsked): Promise<readonly StoredReading[]> {
  requirePage(asked.limit)
  const found: StoredReading[] = []
  let hours = await thread.ask('hoursOf', asked)
  while (hours !== null && found.length < asked.limit) {
    const part: Part<StoredReading, Hours> = await thread.ask('readingsIn', asked, hours)
    found.push(...part.items)
    hours = part.next
  }
  return found.slice(0, asked.limit)
}

async function allParts<Item>(
  ask: (series: number) => Promise<Part<Item, number>>,
): Promise<readonly Item[]> {
  const found: Item[] = []
  for (let series: number | null = 0; series !== null; ) {
    const part: Part<Item, number> = await ask(series)
    found.push(...part.items)
    series = part.next
  }
  return found
}

function requirePage(limit: number): void {
  assert(
    Number.isInteger(limit) && limit > 0 && limit <= MOST_PER_PAGE,
    `a page is 1 to ${MOST_PER_PAGE} rows`,
  )
}

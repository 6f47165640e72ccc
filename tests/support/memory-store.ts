/** The reading side of a store, in memory, for tests of rooms above it. Nothing in it can be accepted. */

import { DatabaseSync } from 'node:sqlite'
import type { KeptAlarm } from '../../src/reading/alarm/alarm.ts'
import { createArchive } from '../../src/reading/archive/archive.ts'
import type { Known } from '../../src/reading/billing/period-changes.ts'
import type { KeptPlan } from '../../src/reading/expectation.ts'
import type { Kind } from '../../src/reading/reading.ts'
import type { BookAsOf } from '../../src/store/book/as-of.ts'
import type { Batch } from '../../src/store/book/batch-entry.ts'
import type { Book } from '../../src/store/book/book.ts'
import type { Entry } from '../../src/store/book/entry.ts'
import { createJournal, type Journal } from '../../src/store/journal/journal.ts'
import type { Reader } from '../../src/store/reader.ts'
import { MIGRATIONS } from '../../src/store/schema.ts'
import type {
  Evidence,
  MeterClock,
  ReadingsAsked,
  RoomState,
  Store,
  StoredReading,
} from '../../src/store/store.ts'
import { NO_SUPPLY } from './no-supply.ts'

export interface MemoryStore extends Store {
  readonly readings: StoredReading[]
  readonly clockSeen: MeterClock[]
  readonly evidences: Map<string, Evidence>
  readonly keptPlans: KeptPlan[]
  /** The book, in the order recorded, and its batches. */
  readonly released: { readonly entries: Entry[]; readonly batches: Batch[] }
  readonly alarmEvents: KeptAlarm[]
  accounted: number | null
  /** Set to make every question fail. */
  broken: Error | null
}

export const AMPLE: RoomState = {
  usedBytes: 4096,
  maxBytes: 1e9,
  freeBytes: 1e9,
  stage: 'ample',
  isDiskShort: false,
  starving: false,
}

export function memoryStore(): MemoryStore {
  const readings: StoredReading[] = []
  const clockSeen: MeterClock[] = []
  const evidences = new Map<string, Evidence>()
  const refuse = async () => {
    throw new Error('the memory store only answers questions')
  }
  const answer = async <Answer>(value: () => Answer): Promise<Answer> => {
    if (store.broken) throw store.broken
    return value()
  }
  const journal = memoryJournal()
  const store: MemoryStore = {
    mood: { trouble: null, refused: 0 },
    alarms: () => [],
    epoch: 1,
    room: AMPLE,
    tend: refuse,
    readings,
    clockSeen,
    evidences,
    broken: null,
    accounted: null,
    keptPlans: [],
    released: { entries: [], batches: [] },
    accept: refuse,
    advance: refuse,
    audit: refuse,
    auditsNear: refuse,
    audits: refuse,
    inService: refuse,
    leaveService: refuse,
    journalAdd: deed => answer(() => journal.add(deed)),
    journalAfter: asked => answer(() => journal.after(asked)),
    journalHead: () => answer(journal.head),
    journalOfKeys: () => answer(journal.lastOfKeys),
    touch: refuse,
    pair: refuse,
    post: refuse,
    charge: refuse,
    safeguard: refuse,
    orderAsk: refuse,
    orderShow: refuse,
    orderOne: refuse,
    orderPage: refuse,
    supplyState: refuse,
    ordersOpen: async () => [],
    ordersDue: refuse,
    ordersDark: refuse,
    darkSearch: refuse,
    orderStep: refuse,
    orderSend: refuse,
    orderChanges: refuse,
    changesTold: refuse,
    changesTell: refuse,
    noticesAsked: refuse,
    alarm: refuse,
    alarmsStanding: refuse,
    alarmsAfter: (sequence, limit) =>
      answer(() => store.alarmEvents.filter(one => one.sequence > sequence).slice(0, limit)),
    alarmEvents: [],
    expect: refuse,
    account: refuse,
    settle: refuse,
    acknowledge: refuse,
    lastRelease: async () => store.released.entries.at(-1)?.sequence ?? 0,
    boundariesTouched: refuse,
    boundariesWithheld: refuse,
    accountedTo: () => answer(() => store.accounted),
    plans: ({ meter }) => answer(() => store.keptPlans.filter(one => (meter ?? one.meter) === one.meter)),
    open: async () => [],
    slots: async () => ({ held: [], missing: [] }),
    rewind: refuse,
    park: refuse,
    unpark: refuse,
    parkedAfter: refuse,
    lastGood: refuse,
    freezesHeld: refuse,
    freezesReadOnce: refuse,
    lastKept: refuse,
    doubtPolls: refuse,
    changesAfter: refuse,
    cursor: refuse,
    lastSequence: () => answer(() => readings.length),
    readingsOf: asked => answer(() => found(store, asked).slice(0, asked.limit)),
    latestOf: meter =>
      answer(() => {
        const latest = new Map<string, StoredReading>()
        for (const one of readings.filter(reading => reading.meter === meter)) {
          const key = `${one.obis} ${one.kind}`
          if ((latest.get(key)?.readAt ?? 0) <= one.readAt) latest.set(key, one)
        }
        return [...latest.values()]
      }),
    evidence: id => answer(() => evidences.get(id) ?? null),
    clocks: () =>
      answer(() =>
        [...new Set(clockSeen.map(({ meter }) => meter))].flatMap(
          meter => clockNear(store, meter, Number.MAX_SAFE_INTEGER) ?? [],
        ),
      ),
    report: refuse,
    sizes: () =>
      answer(() => ({ bytes: 4096, walBytes: 0, readings: readings.length, damaged: 0, shed: [] })),
    clockOf: async meter => (await store.clocks()).find(one => one.meter === meter) ?? null,
    close: async () => undefined,
  }
  return store
}

/** The real one, in memory. */
function memoryJournal(): Journal {
  const database = new DatabaseSync(':memory:')
  database.exec(MIGRATIONS.find(sql => sql.includes('CREATE TABLE journal ')) ?? '')
  return createJournal(database, { found: () => undefined })
}

/** What a reader of its own connection finds in it. */
export function memoryReader(store: MemoryStore): Reader {
  const answer = <Answer>(value: () => Answer): Answer => {
    if (store.broken) throw store.broken
    return value()
  }
  const archive = createArchive()
  return {
    hoursOf: () => ({ first: 0, last: 0, atOnce: 1 }),
    readingsIn: asked => answer(() => ({ items: found(store, asked), next: null })),
    boundaryOf: (meter, slot) =>
      answer(() => store.readings.filter(one => one.meter === meter && one.slot === slot)),
    besideOf: (meter, boundary, { withinMs, obis, kind }) =>
      answer(() =>
        found(store, { meter, from: boundary - withinMs, to: boundary + withinMs + 1, limit: 0 }).filter(
          one =>
            one.slot !== boundary &&
            (obis ?? [one.obis]).includes(one.obis) &&
            (kind ?? one.kind) === one.kind,
        ),
      ),
    auditsNear: () => ({ before: null, after: null }),
    auditTurns: () => [],
    book: memoryBook(store.released),
    expected: {
      plansOf: meter => store.keptPlans.filter(one => one.meter === meter),
      slots: () => ({ held: [], missing: [] }),
    },
    bookAsOf: memoryBookAsOf(store.released),
    acknowledgements: { of: () => [] },
    ...NO_SUPPLY,
    archive: () => archive,
    placeOf: archive.placeOf,
    clockNear: (meter, near) => answer(() => clockNear(store, meter, near)),
    clocksIn: (meter, from, to) =>
      answer(() =>
        store.clockSeen
          .filter(one => one.meter === meter && one.measuredAt >= from && one.measuredAt <= to)
          .sort((a, b) => a.measuredAt - b.measuredAt),
      ),
    clocksBeside: (meter, from, to) => {
      const own = store.clockSeen
        .filter(one => one.meter === meter)
        .sort((a, b) => a.measuredAt - b.measuredAt)
      return {
        before: own.findLast(({ measuredAt }) => measuredAt < from) ?? null,
        after: own.find(({ measuredAt }) => measuredAt >= to) ?? null,
      }
    },
    exchangesOf: ({ id }) => store.evidences.get(id)?.exchanges ?? [],
    alarmsOf: (meter, from, to) =>
      store.alarmEvents.filter(one => one.of === meter && one.at >= from && one.at < to),
    touched: () => null,
    close: () => undefined,
  }
}

function memoryBook({ entries, batches }: MemoryStore['released']): Book {
  const of = (meter: string) => entries.filter(one => one.meter === meter)
  const latestOf = (meter: string, boundary: number) =>
    of(meter).findLast(one => one.boundary === boundary) ?? null
  const standing = (meter: string) =>
    [...new Set(of(meter).map(({ boundary }) => boundary))]
      .sort((a, b) => a - b)
      .flatMap(boundary => latestOf(meter, boundary) ?? [])
      .filter(one => one.standing !== 'withdrawn')
  const knownIn = (meter: string, from: number, to: number, asOf: number): Known[] =>
    [
      ...new Map(
        of(meter)
          .filter(one => one.boundary >= from && one.boundary <= to && one.sequence <= asOf)
          .map(release => [release.boundary, { boundary: release.boundary, release }]),
      ).values(),
    ].sort((a, b) => a.boundary - b.boundary)
  return {
    latestOf,
    newestNumber: (meter, boundary) => latestOf(meter, boundary)?.sequence ?? null,
    before: (meter, boundary) => standing(meter).findLast(one => one.boundary < boundary) ?? null,
    firmAfter: (meter, boundary) =>
      standing(meter).find(one => one.boundary > boundary && one.standing !== 'estimated') ?? null,
    historyOf: (meter, boundary, most) =>
      standing(meter)
        .filter(one => one.boundary < boundary)
        .slice(-most),
    releasesOf: (meter, from, to) => of(meter).filter(one => one.boundary >= from && one.boundary < to),
    releasesAfter(sequence, limit) {
      const found = entries.filter(one => one.sequence > sequence).slice(0, limit)
      return { entries: found, reached: found.at(-1)?.sequence ?? sequence }
    },
    batch: id => batches.find(one => one.id === id) ?? null,
    batchesAfter: (id, limit) => batches.filter(one => one.id > id).slice(0, limit),
    firstBoundary: (meter, from = Number.NEGATIVE_INFINITY) =>
      of(meter)
        .map(({ boundary }) => boundary)
        .sort((a, b) => a - b)
        .find(boundary => boundary >= from) ?? null,
    lastSequence: () => entries.at(-1)?.sequence ?? 0,
    knownIn,
    // All there is: who is told more than is needed makes the same of it.
    around: ({ meter, boundary, sequence }) => ({
      before: knownIn(meter, Number.NEGATIVE_INFINITY, boundary - 1, sequence),
      superseded: knownIn(meter, boundary, boundary, sequence - 1)[0] ?? null,
      after: knownIn(meter, boundary + 1, Number.POSITIVE_INFINITY, sequence),
    }),
    knownBefore: ({ meter, boundary, sequence }) =>
      knownIn(meter, Number.NEGATIVE_INFINITY, boundary - 1, sequence),
    isFinal: (meter, boundary) => ['actual', 'edited'].includes(latestOf(meter, boundary)?.standing ?? ''),
  }
}

function memoryBookAsOf({ entries }: MemoryStore['released']): BookAsOf {
  const latestOf: BookAsOf['latestOf'] = (meter, { from, to, through }) => {
    const within = entries.filter(
      one => one.meter === meter && one.boundary >= from && one.boundary < to && one.sequence <= through,
    )
    const newest = new Map(within.map(one => [one.boundary, one]))
    return [...newest.values()].sort((a, b) => a.boundary - b.boundary)
  }
  return {
    latestOf,
    newest: most => entries.findLast(({ sequence }) => sequence <= most) ?? null,
    meters: () => [...new Set(entries.map(one => one.meter))].sort(),
    before: (meter, boundary, through) =>
      latestOf(meter, { from: 0, to: boundary, through }).findLast(one => one.standing !== 'withdrawn') ??
      null,
  }
}

function found({ readings }: MemoryStore, asked: ReadingsAsked): StoredReading[] {
  return readings
    .filter(one => one.meter === asked.meter && one.slot >= asked.from && one.slot < asked.to)
    .filter(one => asked.obis === undefined || one.obis === asked.obis)
    .filter(one => asked.kind === undefined || one.kind === asked.kind)
    .filter(one => asked.after === undefined || isAfter(one, asked.after))
    .sort((a, b) => a.slot - b.slot || (a.id < b.id ? -1 : 1))
}

function clockNear({ clockSeen }: MemoryStore, meter: string, near: number): MeterClock | null {
  const away = ({ measuredAt }: MeterClock) => Math.abs(measuredAt - near)
  const own = clockSeen.filter(one => one.meter === meter)
  return own.toSorted((a, b) => away(a) - away(b))[0] ?? null
}

let rounds = 0

/** A new round's number: readings made with the same one were read together. */
export function nextRound(): number {
  rounds += 1
  return rounds
}

/** A good freeze or poll of 1-0:1.8.0, changed as the test needs it. */
export function stored(change: Partial<StoredReading> & { readonly slot: number }): StoredReading {
  const kind: Kind = change.kind ?? 'freeze'
  const one = {
    meter: 'm1',
    obis: '1-0:1.8.0',
    version: 1,
    value: { digits: 12345n, scaler: -2 },
    unit: 'kWh',
    readAt: change.slot,
    receivedAt: change.slot + 60_000,
    quality: 'good',
    findings: [],
    round: 1,
    ...change,
    kind,
  } as const
  return { id: idOf(`${one.meter} ${one.obis} ${kind} ${one.slot} ${one.version}`), ...one }
}

/** 32 hex digits, the same for the same text. */
function idOf(text: string): string {
  let state = 0x811c9dc5
  let id = ''
  for (let part = 0; part < 4; part += 1) {
    for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0
    id += state.toString(16).padStart(8, '0')
  }
  return id
}

function isAfter(one: StoredReading, place: { readonly slot: number; readonly id: string }): boolean {
  return one.slot > place.slot || (one.slot === place.slot && one.id > place.id)
}

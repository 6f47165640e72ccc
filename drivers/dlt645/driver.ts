/** The two drivers: one conversation, two dialects. */

import type { Driver, LoadClass, Point } from '../../src/driver-api/driver.ts'
import { COMMANDS_1997 } from './commands/commands-1997.ts'
import { COMMANDS_2007 } from './commands/commands-2007.ts'
import { setClock } from './conversations/clock-set.ts'
import { discoveryOf } from './conversations/discovery.ts'
import { eventClasses } from './conversations/event-classes.ts'
import { readEvents } from './conversations/events.ts'
import { readFreeze } from './conversations/freeze.ts'
import { freezeKinds } from './conversations/freeze-kinds.ts'
import { CLASSES, MEMBERS } from './conversations/load-record.ts'
import { readLoadRecords } from './conversations/load-records.ts'
import { readPoints } from './conversations/read.ts'
import { orderRelay, relayActions } from './conversations/relay.ts'
import { judgeRelay } from './conversations/relay-evidence.ts'
import { readRelay } from './conversations/relay-state.ts'
import { isSettlement, readSettlement } from './conversations/settlement.ts'
import { decode } from './decode.ts'
import { CLOCK_OBIS, DIALECT_1997, DIALECT_2007, type Dialect, dialectFor } from './dialect.ts'
import { familiesOf, itemInFull } from './items/families.ts'
import { cellsOf, pointOf, pointsOf } from './items/item-table.ts'
import { whyNoItem } from './items/own-items.ts'
import { QUIRKS } from './quirks.ts'
import { retraceOf } from './retrace.ts'
import { checkAddress } from './wire/address.ts'
import { beginsAnswer, deframe, LONGEST_FRAME, PREAMBLE_BYTE } from './wire/frame.ts'
import { secretsIn } from './wire/secrets.ts'

const timing: Driver['timing'] = {
  /** Meters and adapters need a pause to turn round: the master leaves them what the standard has meters leave it (5.3.3). */
  quietMs: characterMs => Math.max(20, 3 * characterMs),
  /** The standard allows a meter 500 ms (5.3.3); carrier modules and serial servers add seconds of their own. */
  replyWithinMs: 2_000,
  standardReplyMs: 500,
  /** 5.3.3. */
  betweenBytesMs: 500,
  longestFrame: LONGEST_FRAME,
}

function driverFor(dialect: Dialect): Driver {
  return {
    protocol: dialect.protocol,
    apiVersion: 1,
    concurrent: false,
    answerNamesItem: true,
    timing,
    checkAddress,
    describe: (item, traits = {}) => describe(dialectFor(dialect, traits), item),
    describeAll: (item, traits = {}) => describeAll(dialectFor(dialect, traits), item),
    partsOf: (item, traits = {}) => partsOf(dialectFor(dialect, traits), item),
    items: () => familiesOf(dialect.table),
    itemInFull: item => itemInFull(dialect.table, item),
    checkOwnItem: item => whyNoItem(dialect, item),
    preamble: PREAMBLE_BYTE,
    deframe: (received, _, line) => deframe(received, line),
    beginsAnswer: (rest, { bytes }) => beginsAnswer(rest, bytes),
    decode: frame => decode(dialect, frame),
    secretsIn,
    quirks: QUIRKS,
    setClock: (call, asked) => setClock(dialect, call, asked),
    relayActions: traits => relayActions(dialect, traits),
    orderRelay: (call, order) => orderRelay(dialect, call, order),
    readRelay: call => readRelay(dialect, call),
    judgeRelay,
    read: (call, points) => readPoints(dialectFor(dialect, call.traits), call, points),
    freezes: freezeKinds(dialect),
    discovery: discoveryOf(dialect),
    retrace: retraceOf(dialect),
  }
}

/** An identifier in hex, with "nn" for the count back in freezes, the clock's pair of them, or an OBIS code. */
function describe(dialect: Dialect, item: string): Point | null {
  const text = item.trim()
  const written = text.toUpperCase().replace(/NN$/, 'nn')
  if (text === CLOCK_OBIS || written === dialect.clock)
    return {
      obis: CLOCK_OBIS,
      item: dialect.clock,
      place: 0,
      encoding: 'YYMMDDWWhhmmss',
      unit: '',
      name: 'clock',
    }
  const layout = dialect.table.find(dialect.table.itemFor(text) ?? written)
  return layout && pointOf(layout, 0)
}

/** Every value an item may carry, a block's members under their own codes. */
function describeAll(dialect: Dialect, item: string): readonly Point[] {
  const point = describe(dialect, item)
  const layout = point && dialect.table.find(point.item)
  return layout ? pointsOf(layout) : point ? [point] : []
}

function partsOf(dialect: Dialect, item: string): readonly Point[] {
  const layout = dialect.table.find(item)
  const items = new Set(layout ? cellsOf(layout).map(cell => cell.item) : [])
  if (items.size < 2) return []
  return [...items].flatMap(one => describeAll(dialect, one))
}

function loadClasses(dialect: Dialect): ReadonlyMap<LoadClass, readonly Point[]> {
  return new Map(CLASSES.map(nth => [nth, MEMBERS[nth].flatMap(item => describeAll(dialect, item))]))
}

const EVENTS = eventClasses(DIALECT_2007)

export const driver2007: Driver = {
  ...driverFor(DIALECT_2007),
  readFreeze(call, freeze) {
    const dialect = dialectFor(DIALECT_2007, call.traits)
    return isSettlement(dialect, freeze)
      ? readSettlement(dialect, call, freeze)
      : readFreeze(dialect, call, freeze)
  },
  readLoadRecords: (call, asked) => readLoadRecords(dialectFor(DIALECT_2007, call.traits), call, asked),
  loadClasses: traits => loadClasses(dialectFor(DIALECT_2007, traits)),
  events: new Map([...EVENTS].map(([name, { about }]) => [name, about])),
  readEvents(call, asked) {
    const event = EVENTS.get(asked.event)
    if (!event) throw new Error(`broken promise: "${asked.event}" is no class of events of this driver`)
    return readEvents(dialectFor(DIALECT_2007, call.traits), call, event, asked)
  },
  commands: COMMANDS_2007,
}

export const driver1997: Driver = {
  ...driverFor(DIALECT_1997),
  // Meters of this edition freeze nothing; what they keep at settlements is all there is (config/profiles.ts sees to it).
  readFreeze: (call, freeze) => readSettlement(dialectFor(DIALECT_1997, call.traits), call, freeze),
  commands: COMMANDS_1997,
}

/** What people write in a meter profile: one YAML file a model. */

import * as z from 'zod'
import { type Part, profileName, protocolName } from './schema.ts'
import { choice, duration, list, number, section, text, whole, yesNo } from './written.ts'

/** Speeds of meters as delivered. */
const BAUDS = [300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200] as const

/** All but the item may be left to the driver where its table knows the item. */
const point = section({
  item: text('item'),
  obis: z.string({ error: 'obis' }).optional(),
  place: whole('place', 0, 255).optional(),
  encoding: text('encoding').optional(),
  unit: z.string({ error: 'unit' }).optional(),
  name: text('text').optional(),
  capacity: text('capacity', /^\d{1,30}(\.\d{1,9})?$/).optional(),
})

/** An item this model has otherwise than the driver's table, or that only it has. Values in wire order. */
const ownItem = section({
  item: text('item'),
  name: text('text'),
  values: list(
    section({
      name: text('text').optional(),
      encoding: text('encoding'),
      unit: z.string({ error: 'unit' }).optional(),
    }),
    200,
  ),
})

/** A register or two that tell of the meter itself, not of what it measures. */
const register = { item: text('item'), encoding: text('encoding').optional() }

/** What the same register says of a relay, and the bytes that order it: hex, as they go over the wire. */
const relay = section({
  state: section({ ...register, open: text('value'), closed: text('value') }),
  order: section({
    function: choice([5, 6, 15, 16], 'writeFunction'),
    item: text('item'),
    open: text('orderHex', /^([0-9A-Fa-f]{2}){1,32}$/),
    close: text('orderHex', /^([0-9A-Fa-f]{2}){1,32}$/),
  }),
  /** The OBIS code of a point whose value falls to nothing when the relay is open. */
  load: text('obis').optional(),
})

const credit = section({ ...register, unit: z.string({ error: 'unit' }) })

const hex = text('hex', /^([0-9A-Fa-f]{2}\s?)+$/)

const example = section({
  source: text('source', /^[\s\S]{1,500}$/),
  address: text('address'),
  obis: text('obis'),
  value: text('value'),
  /** What earlier conversations with the meter have left behind, in the driver's words. */
  remembered: list(text('remembered'), 100).optional(),
  send: hex,
  reply: hex,
})

export const profileSchema = section({
  profile: profileName,
  protocol: protocolName,
  source: text('source', /^[\s\S]{1,2000}$/),
  vendor: text('vendor').optional(),
  models: list(text('model'), 100).optional(),
  confidence: choice(['two-or-more-sources', 'one-source'], 'confidence').optional(),
  doubts: list(text('doubt', /^[^\p{Cc}]{1,1000}$/u), 100).optional(),
  serial: section({
    baud: choice(BAUDS, 'baud'),
    framing: text('framing', /^[78][NEO][12]$/),
    unit: whole('unitNumber', 1, 247),
  }).optional(),
  sign: choice(['import-positive', 'export-positive', 'unsigned', 'device'], 'sign').optional(),
  ident: section({ ...register, is: list(text('value'), 100).optional() }).optional(),
  serialNumber: section(register).optional(),
  ratios: section({
    current: section(register).optional(),
    voltage: section(register).optional(),
    side: choice(['primary', 'secondary'], 'side'),
  }).optional(),
  relay: relay.optional(),
  prepaid: section({
    balance: credit.optional(),
    debt: credit.optional(),
    purchases: credit.optional(),
    alarm1: credit.optional(),
    alarm2: credit.optional(),
    overdraftLimit: credit.optional(),
    hoardLimit: credit.optional(),
    closesAbove: credit.optional(),
  }).optional(),
  points: list(point, 1000),
  polls: list(section({ every: duration, points: list(text('obis'), 1000).optional() }), 16).optional(),
  daily: section({ stamp: point, points: list(point, 200), depth: whole('depth', 1, 400) }).optional(),
  settlement: section({ stamp: point, points: list(point, 200), depth: whole('depth', 1, 400) }).optional(),
  hourly: section({ stamp: point, points: list(point, 200), depth: whole('hours', 1, 1000) }).optional(),
  loadRecords: section({
    classes: list(choice([1, 2, 3, 4, 5, 6], 'loadClass'), 6),
    days: whole('depth', 1, 400),
  }).optional(),
  traits: section({
    blocks: list(text('item'), 100).optional(),
    maxRegisters: whole('registers', 1, 125).optional(),
    maxHole: whole('hole', 0, 124).optional(),
    gapMs: whole('gap', 0, 5000).optional(),
    inFlight: whole('inFlight', 1, 16).optional(),
    wholeValues: yesNo.optional(),
    evenPairs: yesNo.optional(),
    alone: list(text('item'), 100).optional(),
    items: list(ownItem, 200).optional(),
    quirks: z.record(z.string(), text('modelQuirk')).optional(),
  }).optional(),
  nameplate: section(
    {
      phases: z.literal([1, 3], { error: 'phases' }),
      volts: number('volts', 50, 1000),
      amperes: number('amperes', 1, 10_000),
    },
    'nameplate',
  ),
  examples: list(example, 200),
})

export type WrittenProfile = Part<z.output<typeof profileSchema>>
export type WrittenPoint = Part<z.output<typeof point>>
export type WrittenExample = Part<z.output<typeof example>>
export type WrittenRegister = Part<z.output<ReturnType<typeof section<typeof register>>>>
export type WrittenOwnItem = Part<z.output<typeof ownItem>>

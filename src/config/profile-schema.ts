/** What people write in a meter profile: one YAML file a model. */

import * as z from 'zod'
import { list, number, type Part, profileName, protocolName, section, text, whole } from './schema.ts'

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

const hex = text('hex', /^([0-9A-Fa-f]{2}\s?)+$/)

const example = section({
  source: text('source', /^[\s\S]{1,500}$/),
  address: text('address'),
  obis: text('obis'),
  value: text('value'),
  send: hex,
  reply: hex,
})

export const profileSchema = section({
  profile: profileName,
  protocol: protocolName,
  source: text('source', /^[\s\S]{1,2000}$/),
  points: list(point, 1000),
  daily: section({ stamp: point, points: list(point, 200), depth: whole('depth', 1, 400) }).optional(),
  traits: section({
    blocks: list(text('item'), 100).optional(),
    maxRegisters: whole('registers', 1, 125).optional(),
    maxHole: whole('hole', 0, 124).optional(),
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
export type WrittenOwnItem = Part<z.output<typeof ownItem>>

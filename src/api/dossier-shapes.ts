/** The shape of `/v1/meters/{id}/dossier`: the eight steps of a dispute, of which the last two are a person's. */

import { z } from 'zod'
import { calendarAnswer } from './calendar-shapes.ts'
import { decimal, kind, time } from './shapes.ts'

const boundary = z.object({
  at: time,
  version: z.int(),
  standing: z.string(),
  sequence: z.int(),
  batch: z.int(),
  segment: z.int(),
  multiplier: decimal,
  registers: z.array(
    z.object({
      obis: z.string(),
      value: decimal,
      unit: z.string(),
      reading: z.string().nullable().meta({ description: 'its id; null for an estimate' }),
      codes: z.array(z.string()),
    }),
  ),
})

const measured = z.object({
  at: time,
  seconds: z.number().meta({ description: 'how far it was ahead; negative where it was behind' }),
})

const meter = z.object({
  audits: z
    .array(z.object({ at: time, found: z.enum(['same', 'other']), evidence: z.string() }))
    .meta({ description: 'who the meter told it is: where something new was told, and the last' }),
  exchanges: z.array(z.object({ final: time, initial: time, segment: z.int(), multiplier: decimal })),
  status: z.array(
    z.object({
      obis: z.string(),
      name: z.string(),
      at: time,
      value: z.string().meta({ description: 'the last of the period, hexadecimal' }),
      changed: z.boolean().meta({ description: 'in the period' }),
      faults: z.array(z.string()).meta({ description: 'bits that stand and mean a fault' }),
      reading: z.string(),
    }),
  ),
  clock: z
    .object({
      measurements: z.int(),
      furthestSeconds: z.number(),
      furthestAt: time,
      lastSeconds: z.number(),
      lastAt: time,
    })
    .nullable()
    .meta({ description: 'null where it was not measured in the period' }),
  clockBefore: measured.nullable().meta({ description: 'the last measurement before the period' }),
  clockAfter: measured.nullable().meta({ description: 'the first measurement after the period' }),
  alarms: z.array(
    z.object({ at: time, event: z.string(), rule: z.string(), about: z.string(), text: z.string() }),
  ),
  lastCalibration: z.null().meta({ description: 'always null: nothing here knows it' }),
})

const creep = z.object({
  verdict: z.enum(['creeps', 'suspected', 'none', 'not-shown']),
  quietHours: z.number(),
  windows: z.array(
    z.object({
      from: time,
      to: time,
      rounds: z.int(),
      moved: z.int().meta({ description: 'rounds that showed the register further than the one before' }),
      start: decimal,
      end: decimal,
      counted: decimal,
      mostKwh: z.string().meta({ description: 'what may flow unseen in that time' }),
      largestCurrent: decimal,
      largestPower: decimal.nullable(),
      over: z.boolean(),
      readings: z.array(z.string()),
    }),
  ),
})

const appliances = z.object({
  hours: z.array(z.object({ hour: z.int(), days: z.int(), sum: decimal, mean: z.string(), most: decimal })),
  days: z.array(z.object({ day: z.string(), quantity: decimal })),
  standing: decimal
    .nullable()
    .meta({ description: 'what the quietest hour counts, of the middle one of the days' }),
  steps: z.array(z.object({ from: time, before: decimal, after: decimal })),
  rise: z
    .object({
      since: z.string(),
      before: z.string(),
      after: z.string(),
      hours: z.object({ from: z.int(), to: z.int(), more: z.string(), percent: z.int() }).nullable(),
    })
    .nullable(),
})

const test = z.object({
  advised: z.boolean(),
  reasons: z.array(z.string()),
  explained: z.string().nullable(),
  rules: z.array(
    z.object({
      rule: z.string(),
      verdict: z.string(),
      times: z.int(),
      first: time,
      last: time,
      evidence: z.string(),
      reading: z.string(),
    }),
  ),
})

const kept = z.object({
  id: z.string(),
  obis: z.string(),
  kind,
  slot: time,
  version: z.int(),
  value: decimal,
  unit: z.string(),
  readAt: time,
  receivedAt: time,
  quality: z.string(),
  frames: z.array(z.int()).meta({ description: 'places in `frames`; none where they are no longer kept' }),
  carrier: z.int().nullable().meta({ description: 'the one of them that carried the value' }),
})

const frame = z.object({
  request: z.string().meta({ description: 'bytes sent, hex' }),
  reply: z.string().nullable(),
  sentAt: time,
  receivedAt: time.nullable(),
  outcome: z.string(),
})

export const dossierAnswer = z
  .object({
    gateway: z.string(),
    meter: z.string(),
    from: time,
    to: time,
    asOf: time,
    unit: z.string().meta({ description: 'of the register the checks look at' }),
    quantity: z.object({ calendar: calendarAnswer, boundaries: z.array(boundary) }),
    identity: meter,
    creep,
    appliances,
    test,
    pairings: z
      .array(z.object({ account: z.string(), point: z.string(), from: time, to: time.nullable() }))
      .meta({ description: 'whose the meter was; empty where no archive says' }),
    readings: z.array(kept).meta({ description: 'every reading the figures rest on' }),
    frames: z.array(frame),
  })
  .meta({ id: 'Dossier' })

export type Dossier = z.infer<typeof dossierAnswer>

/** The shape of `/v1/meters/{id}/calendar`. */

import { z } from 'zod'
import { decimal, time } from './shapes.ts'

const end = z
  .object({
    at: time,
    version: z.int(),
    standing: z.enum(['actual', 'totals-only', 'estimated', 'edited']),
    sequence: z.int().meta({ description: 'in the book of releases' }),
    releasedAt: time,
  })
  .meta({ id: 'CalendarEnd' })

const quantity = {
  obis: z.string(),
  unit: z.string(),
  quantity: decimal,
}

const total = z
  .object({
    ...quantity,
    from: time.meta({
      description:
        'of this register: earlier than that of others where midnights were released without it, as tariffs often are',
    }),
    to: time,
    without: z
      .array(z.object({ from: time, to: time }))
      .meta({ description: 'times in between of which no quantity can be told; `quantity` is without them' }),
  })
  .meta({ id: 'CalendarTotal', description: 'what one register counted between its own `from` and `to`' })

const register = z
  .object({
    ...quantity,
    estimated: decimal.meta({ description: 'how much of it rests on an estimate' }),
    parts: z
      .array(
        z.object({
          from: time,
          to: time,
          start: decimal.meta({ description: 'the register as released for `from`' }),
          end: decimal,
          rolledOver: decimal
            .nullable()
            .meta({ description: 'where it began at zero again: what it counts to; else null' }),
          multiplier: decimal.meta({ description: 'of the transformers; start and end have it in them' }),
          segment: z.int(),
        }),
      )
      .meta({ description: 'quantity is the sum of end − start + rolledOver; two parts across an exchange' }),
  })
  .meta({ id: 'CalendarRegister' })

const reason = z.object({
  at: time.meta({ description: 'the boundary it is said of' }),
  code: z.string().meta({ description: 'branch on this' }),
  obis: z.string().nullable(),
  text: z.string(),
})

const used = {
  from: time,
  to: time,
  registers: z.array(register),
  without: z.array(z.string()).meta({ description: 'registers of which no quantity can be told' }),
  reasons: z.array(reason).meta({ description: 'why it is not simply measured' }),
}

const released = { start: end, end }

const day = z
  .object({
    day: z.string().meta({ format: 'date', description: "in the site's fixed offset" }),
    mark: z.enum(['measured', 'estimated', 'corrected', 'split', 'missing']),
    ...used,
    start: end.nullable().meta({ description: 'null where that midnight is not released' }),
    end: end.nullable(),
  })
  .meta({ id: 'CalendarDay' })

const span = z
  .object({
    mark: z.enum(['measured', 'estimated', 'corrected', 'split']),
    inTotal: z.boolean().meta({
      description:
        'counted in `total` of this answer; false where it ends after `to`: the calendar that holds its `to` counts it',
    }),
    ...used,
    ...released,
  })
  .meta({
    id: 'CalendarSpan',
    description: 'what is released of longer than a day; shown by each calendar it reaches into',
  })

const provisional = z
  .object({ ...used, start: end.nullable(), end: end.nullable() })
  .meta({ id: 'CalendarProvisional', description: 'an end is good so far and not released' })

export const calendarAnswer = z.object({
  gateway: z.string(),
  meter: z.string(),
  from: time,
  to: time,
  state: z.enum(['final', 'provisional']).meta({
    description:
      'final where both `from` and `to` are released; between which times each register is billed is in `total`',
  }),
  days: z.array(day).meta({ description: 'each day that is over and not among the provisional ones' }),
  spans: z.array(span).meta({ description: 'what days without a release are part of' }),
  provisional: z.array(provisional).meta({ description: 'not released yet; in no sum' }),
  total: z
    .object({
      from: time
        .nullable()
        .meta({ description: 'where the earliest of what is counted begins; each register has its own' }),
      to: time.nullable(),
      registers: z.array(total),
    })
    .meta({ description: 'of the days and spans that end within; of calendars in a row each is in one' }),
})

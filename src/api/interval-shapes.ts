/** The shape of `/v1/meters/{id}/intervals`. */

import { z } from 'zod'
import { decimal, next, time } from './shapes.ts'

const interval = z
  .object({
    from: time,
    to: time,
    mark: z.enum(['measured', 'estimated', 'missing']),
    value: decimal.nullable().meta({ description: 'exact; null where missing' }),
    method: z.enum(['linear', 'like-days']).nullable().meta({ description: 'of an estimate' }),
  })
  .meta({ id: 'Interval' })

export const intervalsAnswer = z.object({
  meter: z.string(),
  obis: z.string(),
  unit: z.string().nullable().meta({ description: 'null where no value of the register is known' }),
  intervals: z.array(interval),
  next,
})

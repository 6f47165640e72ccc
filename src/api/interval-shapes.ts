/** The shape of `/v1/meters/{id}/intervals`. */

import { z } from 'zod'
import { decimal, finding, next, time } from './shapes.ts'

const interval = z
  .object({
    from: time,
    to: time,
    mark: z.enum(['measured', 'estimated', 'missing']),
    value: decimal.nullable().meta({ description: 'exact; null where missing' }),
    method: z.enum(['linear', 'like-days']).nullable().meta({ description: 'of an estimate' }),
    rules: z.array(z.string()).meta({ description: 'that say something of it; in `findings` what' }),
    codes: z.array(z.string()).meta({ description: 'IEC 61968-9 quality codes of those' }),
  })
  .meta({ id: 'Interval' })

const found = z
  .object({ from: time, to: time, ...finding.shape })
  .meta({ id: 'IntervalFinding', description: 'from the first interval it speaks of until the last' })

export const intervalsAnswer = z.object({
  meter: z.string(),
  obis: z.string(),
  unit: z.string().nullable().meta({ description: 'null where no value of the register is known' }),
  intervals: z.array(interval),
  findings: z
    .array(found)
    .meta({ description: 'what rules say of the days these intervals are of; each day as a whole' }),
  next,
})

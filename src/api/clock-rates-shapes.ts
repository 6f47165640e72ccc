/** The shape of `/v1/indicators/clocks`, for OpenAPI and for the thread that writes it. */

import { z } from 'zod'
import { next, time } from './shapes.ts'

const seconds = z.string().meta({ description: 'seconds a day with two decimals' })

export const clockRateEntry = z
  .object({
    meter: z.string(),
    measurements: z.int().meta({ description: 'in the span, one an hour at most' }),
    rate: z
      .object({
        secondsADay: seconds.meta({ description: 'gaining is positive' }),
        uncertain: seconds.meta({ description: 'standard error' }),
        from: time,
        to: time,
        samples: z.int().meta({ description: 'since the clock was last set' }),
      })
      .nullable()
      .meta({
        description: 'null where there are fewer than 8 since the clock was set, or over less than a day',
      }),
  })
  .meta({ id: 'ClockRate' })

export const clockRatesAnswer = z.object({
  gateway: z.string(),
  from: time,
  to: time,
  entries: z.array(clockRateEntry),
  next,
})

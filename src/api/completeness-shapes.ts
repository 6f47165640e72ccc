/** The shape of `/v1/billing/completeness`. */

import { z } from 'zod'
import { STEPS, WAITS_FOR } from '../reading/billing/awaited.ts'
import { reason } from './billing-shapes.ts'
import { next, time } from './shapes.ts'

const waitsFor = z.enum(WAITS_FOR).meta({
  description:
    'person: somebody must do what `next` says; nobody: nothing more happens by itself; meter: it is asked; time: it is settled or estimated by itself',
})

const tried = z
  .object({
    at: time,
    outcome: z.string().meta({ description: 'ANSWERED, a fault code, or a cause of /v1/expectations' }),
    text: z.string(),
    times: z
      .int()
      .nullable()
      .meta({ description: 'conversations about this boundary; null where nobody counted' }),
  })
  .nullable()
  .meta({ description: 'about this boundary; null where nothing is known of a try' })

const entry = z
  .object({
    meter: z.string(),
    line: z.string().nullable().meta({ description: 'null where no plan of the meter holds this boundary' }),
    status: z.enum(['provisional', 'missing']),
    cause: z.string().meta({ description: 'the code that matters most' }),
    waitsFor,
    reasons: z
      .array(reason)
      .meta({ description: 'what stands against release, now or when the time to settle is over' }),
    lastTried: tried,
    meterNow: z
      .object({
        state: z.enum(['never', 'ok', 'failing', 'silent']),
        lastAskedAt: time.nullable(),
        lastAnswerAt: time.nullable(),
        fault: z.object({ code: z.string(), text: z.string() }).nullable(),
      })
      .nullable()
      .meta({ description: 'how it answers since the daemon started; null where that is not known' }),
    supply: z.null().meta({
      description:
        'whether its supply was cut off and no read can be expected: always null, as nothing here knows it',
    }),
    next: z.array(
      z.object({
        does: z.enum(STEPS),
        at: time.nullable().meta({ description: 'null where it is not known, or there is no such time' }),
        until: time.nullable().meta({ description: 'until the meter forgets it; null where not known' }),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'Awaited' })

const count = z.int()

export const completenessPage = z.object({
  gateway: z.string(),
  boundary: time,
  asOf: time,
  settlesAt: time,
  totals: z
    .object({
      meters: count,
      notExpected: count.meta({ description: 'not billed by this boundary, and not released' }),
      expected: count.meta({ description: 'the sum of the next three' }),
      final: count,
      provisional: count,
      missing: count,
      estimated: count.meta({ description: 'of the final ones' }),
    })
    .meta({ description: 'over all pages' }),
  causes: z
    .array(z.object({ cause: z.string(), waitsFor, meters: count }))
    .meta({ description: 'over all pages' }),
  meters: z.array(entry).meta({
    description: 'without a final release; who waits for a person first, then by what is forgotten first',
  }),
  next,
})

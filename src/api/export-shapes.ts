/** The shape of `/v1/billing/exports/{format}/manifest`. */

import { z } from 'zod'
import { decimal, time } from './shapes.ts'

export const exportManifest = z
  .object({
    format: z.string(),
    gateway: z.string(),
    epoch: z.int().meta({ description: 'of the store; another one after a rescue or a restored backup' }),
    batchId: z.string().meta({ description: 'the same for the same data: know a repetition by it' }),
    through: z
      .int()
      .nullable()
      .meta({ description: 'number of the book it is as of; null for intervals, which are not of the book' }),
    asOf: time.nullable().meta({ description: 'when the newest of what it rests on was recorded' }),
    archiveAsOf: time.nullable().meta({
      description: 'when the newest that is known of accounts was recorded; null where there is nothing',
    }),
    first: time.nullable().meta({ description: 'of its boundaries or intervals; null where it has none' }),
    last: time.nullable(),
    entries: z.int().meta({ description: 'releases, or days of intervals of a register' }),
    values: z.int().meta({ description: 'with a value: registers of releases, or intervals' }),
    totals: z
      .array(
        z.object({
          obis: z.string(),
          unit: z.string(),
          count: z.int(),
          sum: decimal.meta({ description: 'of the values as released, multiplied' }),
          quantity: decimal.meta({ description: 'used in the periods, or in the intervals' }),
        }),
      )
      .meta({ description: 'exact, in order of OBIS code' }),
    bytes: z.int(),
    sha256: z.string().meta({ description: 'of the bytes of the file, hexadecimal' }),
  })
  .meta({ id: 'ExportManifest' })

/** What people write of orders of supply. */

import * as z from 'zod'
import { credentials, path, tls, tokens } from './dialled-schema.ts'
import { choice, duration, list, name, section, text, yesNo } from './written.ts'

/** Who says right before a cut that it is still unpaid: one of three ways, and none is usual (P-07). */
const billing = z.union(
  [
    choice(['ledger'], 'billingWay'),
    section(
      {
        ask: text('billingUrl', /^https?:\/\/.{1,500}$/).optional(),
        ...credentials,
        ...tokens,
        tls: tls.optional(),
        pushed: duration.optional(),
      },
      'billingWay',
    ),
  ],
  { error: 'billingWay' },
)

const { passwordFile, passwordEnv } = credentials

export const supply = section({
  orders: section({
    policy: path('file'),
    billing,
    directLines: list(name, 20_000).optional(),
    ...{ dryRun: yesNo, acceptReplayable: yesNo.optional() },
    ...{ passwordFile, passwordEnv },
  }).optional(),
})

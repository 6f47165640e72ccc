/** What is written about places to listen on: the API, the embedded broker. */

import * as z from 'zod'
import { LISTEN, parseListen } from './quantities.ts'
import { hint, is, section, whole, yesNo } from './written.ts'

export const listen = hint(
  z.string({ error: 'listen' }).regex(LISTEN, { error: 'listen' }).refine(is(parseListen), 'listen'),
  'listen',
)
const listening = { listen: listen.optional(), insecure: yesNo.optional() }
export const door = section(listening)

export const api = section({
  ...listening,
  rate: section({
    perSecond: whole('requestRate', 1, 100_000).optional(),
    burst: whole('requestBurst', 1, 1_000_000).optional(),
  }).optional(),
})

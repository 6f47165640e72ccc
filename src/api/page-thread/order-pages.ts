/** Pages of what became of orders. */

import type { z } from 'zod'
import type { NumberedChange } from '../../store/order/asked.ts'
import { tellChange } from '../../store/order/told.ts'
import type { orderChangesPage } from '../order-shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import type { AfterAsked } from './safeguard-pages.ts'
import { inOnePiece } from './text.ts'

type OrderParts = Pick<BillingParts, 'reader' | 'gateway' | 'epoch' | 'offsetMinutes' | 'turn'>

/** The journal is passed over until the page is full or there is no more. */
export async function orderChangesPageOf(
  { reader, gateway, epoch, offsetMinutes, turn }: OrderParts,
  { after, limit }: AfterAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const found: NumberedChange[] = []
  let next = after
  for (let hasMore = true; hasMore && found.length < limit; ) {
    const page = reader.orderChanges(next, limit - found.length)
    found.push(...page.changes)
    next = page.reached
    hasMore = page.hasMore
    await turn()
  }
  const changes = found.map(one => tellChange(one, offsetMinutes))
  const answer: z.infer<typeof orderChangesPage> = { gateway, epoch, changes, next }
  return inOnePiece([JSON.stringify(answer)])
}

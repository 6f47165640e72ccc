/** Offers a sink once more what it refused for good (PR-14): accepted it is parked no longer, refused it stays. */

import type { Store } from '../store/store.ts'
import { type Resent, type Sink, UNNAMED } from './sink.ts'

type ParkedStore = Pick<Store, 'parkedAfter' | 'park' | 'unpark'>

/** In order, a batch at a time; ends at the first that could not be sent. */
export async function resendParked(sink: Sink, store: ParkedStore): Promise<NonNullable<Resent['parked']>> {
  let accepted = 0
  let refused = 0
  let after = 0
  for (;;) {
    const parked = await store.parkedAfter(sink.name, after, sink.batch.most)
    const last = parked.at(-1)
    if (last === undefined) return { accepted, refused, fault: null }
    after = last.item.sequence
    const delivery = await sink.deliver(parked.map(({ item }) => item))
    await store.unpark(sink.name, delivery.accepted)
    for (const { sequence, reason } of delivery.rejected) await store.park(sink.name, sequence, reason)
    accepted += delivery.accepted.length
    refused += delivery.rejected.length
    if (delivery.accepted.length + delivery.rejected.length < parked.length)
      return { accepted, refused, fault: delivery.fault ?? UNNAMED }
  }
}

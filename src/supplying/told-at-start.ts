/** What a start says of those who may sit in the dark by us (P-15). */

import type { Dark } from '../store/order/asked.ts'
import type { OrderRules } from '../store/order/rules.ts'
import type { Cut, Order } from '../supply/order/order.ts'

const MOST_NAMED = 20

/** `open`: all orders to which something may still happen. Empty where there is nothing to be said. */
export function toldAtStart(
  { policy, meters }: OrderRules,
  { cuts }: Dark,
  open: readonly Order[],
): readonly string[] {
  const lost = cuts.filter(({ meter }) => !meters.has(meter))
  return [
    ...(policy === null ? withoutConfiguration(cuts, open) : []),
    ...(lost.length === 0
      ? []
      : [
          `no frame can be made for ${named(lost.map(cutNamed))}: the meter list has the meter no longer, or its profile has no relay; who pays waits for somebody to drive there until the meter is listed as it was`,
        ]),
  ]
}

function withoutConfiguration(cuts: readonly Cut[], open: readonly Order[]): readonly string[] {
  const restores = open.filter(({ kind }) => kind === 'restore')
  const unsent = open.filter(({ kind, sent }) => kind === 'cut' && sent === null)
  const told = [
    ...(cuts.length > 0 ? [`who may be dark: ${named(cuts.map(cutNamed))}`] : []),
    ...(restores.length > 0 ? [`under way: ${named(restores.map(orderNamed))}`] : []),
    ...(unsent.length > 0 ? [`taken back: ${named(unsent.map(orderNamed))}`] : []),
  ]
  if (told.length === 0) return []
  return [
    `supply.orders is not configured: nobody is cut, and restores go on. ${told.join('; ')}. The password of relays was in it: meters that ask for one refuse without, and somebody has to drive there. Put it back with dryRun: true, and restores have it while nobody is cut`,
  ]
}

function cutNamed({ id, meter, account }: Cut): string {
  return `meter ${meter} of account ${account} by ${id}`
}

function orderNamed({ id, kind, meter }: Order): string {
  return `${kind} ${id} of ${meter}`
}

function named(all: readonly string[]): string {
  const more = all.length - MOST_NAMED
  return more > 0 ? `${all.slice(0, MOST_NAMED).join(', ')} and ${more} more` : all.join(', ')
}

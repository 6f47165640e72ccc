/**
 * Tells what became of orders: each change once acknowledged, in recorded order, and from there on after a restart. One that was not
 * acknowledged holds back those after it, and none is passed over (PR-60, P-12).
 */

import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Looking } from '../core/looking.ts'
import { MINUTE } from '../core/time.ts'
import type { NumberedChange } from '../store/order/asked.ts'
import { tellChange } from '../store/order/told.ts'
import type { Store } from '../store/store.ts'
import { createDeskLooking, LOOKED_EVERY_MS } from './desk-looking.ts'
import type { Outcome } from './mqtt-connection.ts'

export type OrdersFollowed = Pick<Store, 'orderChanges' | 'changesTold' | 'changesTell'>

export interface ChangeDeskParts {
  readonly orders: OrdersFollowed
  /** What became of each; null where there is nobody to send them to. */
  readonly send: (messages: readonly OrderMessage[]) => Promise<readonly Outcome[] | null>
  readonly form: { readonly gateway: string; readonly epoch: number; readonly offsetMinutes: number }
  readonly clock: Clock
  readonly log: Log
}

export interface OrderMessage {
  readonly meter: string
  readonly payload: string
}

const FOLLOWER = 'mqtt'
const REFUSED_AGAIN_MS = MINUTE
const AT_ONCE = 50

export function createChangeDesk({ orders, send, form, clock, log }: ChangeDeskParts): Looking {
  let isRefused = false
  /** The number of the last that was acknowledged; null until it is asked for. */
  let told: number | null = null
  /** Up to where there is nothing more to be told. */
  let passed = 0

  /** How long to wait before the next look. */
  async function tellNext(): Promise<number> {
    told ??= await orders.changesTold(FOLLOWER)
    const { changes, reached, hasMore } = await orders.orderChanges(Math.max(told, passed), AT_ONCE)
    if (changes.length > 0) {
      const outcomes = await send(messagesOf(changes, told, form))
      const owed = changes.findIndex((_, index) => outcomes?.[index] !== 'accepted')
      await acknowledged(owed === -1 ? changes : changes.slice(0, owed))
      if (owed !== -1) return refusedBy(outcomes?.[owed]) ? REFUSED_AGAIN_MS : LOOKED_EVERY_MS
    }
    passed = reached
    return hasMore ? 0 : LOOKED_EVERY_MS
  }

  async function acknowledged(those: readonly NumberedChange[]): Promise<void> {
    const last = those.at(-1)
    if (last === undefined) return
    told = last.sequence
    await orders.changesTell(FOLLOWER, last.sequence)
  }

  function refusedBy(outcome: Outcome | undefined): boolean {
    if (typeof outcome !== 'object') return false
    const text = `the broker refuses what became of orders: ${outcome.reason}; check what it allows this user to publish`
    if (!isRefused) log.warn({ sinkId: 'mqtt', code: 'SINK_REFUSED' }, `mqtt: ${text}; it is owed`)
    isRefused = true
    return true
  }

  return createDeskLooking({ look: tellNext, failing: 'what became of orders is not told', clock, log })
}

/** Each names the one before it, so that whoever lacks that one knows. */
function messagesOf(
  changes: readonly NumberedChange[],
  before: number,
  { gateway, epoch, offsetMinutes }: ChangeDeskParts['form'],
): readonly OrderMessage[] {
  return changes.map((change, index) => {
    const previous = changes[index - 1]?.sequence ?? before
    const { type, ...told } = tellChange(change, offsetMinutes)
    return { meter: change.meter, payload: JSON.stringify({ gateway, epoch, type, previous, ...told }) }
  })
}

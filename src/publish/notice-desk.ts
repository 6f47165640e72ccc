/**
 * Asks for notices to be delivered: each as soon as it is required, and again under the same id as long as nothing was heard of
 * it. Nothing of that is kept: what was heard is in the store, and a broker that was away is asked again by who is not.
 */

import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Looking } from '../core/looking.ts'
import { isoWithOffset, MINUTE } from '../core/time.ts'
import type { NoticeAsked, NoticesAsked } from '../store/safeguard/asked.ts'
import { createDeskLooking, LOOKED_EVERY_MS } from './desk-looking.ts'
import type { Outcome } from './mqtt-connection.ts'

export interface NoticeDeskParts {
  readonly noticesAsked: (...asked: Parameters<NoticesAsked>) => Promise<ReturnType<NoticesAsked>>
  /** What became of each; null where there is nobody to send them to. */
  readonly send: (payloads: readonly string[]) => Promise<readonly Outcome[] | null>
  readonly form: { readonly gateway: string; readonly epoch: number; readonly offsetMinutes: number }
  readonly clock: Clock
  readonly log: Log
}

interface Reached {
  readonly after: number
  readonly hasMore: boolean
}

/** A second notice is worth sending for half an hour. */
const AGAIN_EVERY_MS = 10 * MINUTE

export function createNoticeDesk({ noticesAsked, send, form, clock, log }: NoticeDeskParts): Looking {
  let isRefused = false
  let after = 0
  let anewAt = clock.monotonic() + AGAIN_EVERY_MS

  /** Up to where all have been taken; what the broker refuses for good is said once, and sent again with the next round. */
  async function askAfter(asked: number): Promise<Reached> {
    const { notices, reached } = await noticesAsked(asked, clock.now())
    const page = { after: reached, hasMore: reached > asked }
    if (notices.length === 0) return page
    const outcomes = await send(notices.map(one => payloadOf(one, form)))
    const refused = outcomes?.find(outcome => typeof outcome === 'object')
    if (refused && !isRefused) {
      isRefused = true
      const text = `the broker refuses notices: ${refused.reason}; check what it allows this user to publish`
      log.warn({ sinkId: 'mqtt', code: 'SINK_REFUSED' }, `mqtt: ${text}`)
    }
    const lost = notices.find((_, index) => (outcomes?.[index] ?? 'lost') === 'lost')
    return lost ? { after: lost.sequence - 1, hasMore: false } : page
  }

  async function look(): Promise<number> {
    if (clock.monotonic() >= anewAt) {
      after = 0
      anewAt = clock.monotonic() + AGAIN_EVERY_MS
    }
    const reached = await askAfter(after)
    after = reached.after
    return reached.hasMore ? 0 : LOOKED_EVERY_MS
  }

  return createDeskLooking({ look, failing: 'no notices are asked for', clock, log })
}

function payloadOf(
  { sequence, id: notice, account, requiredAt, ...asked }: NoticeAsked,
  { gateway, epoch, offsetMinutes }: NoticeDeskParts['form'],
): string {
  const head = { gateway, epoch, type: 'notice.required', sequence, notice, account }
  return JSON.stringify({ ...head, ...asked, requiredAt: isoWithOffset(requiredAt, offsetMinutes) })
}

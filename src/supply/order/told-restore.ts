/**
 * What a person says of a restore: that it is done. They may be wrong, so the meter is looked at all the same, and who paid is not said to
 * have light by one word alone (P-15, P-18). Pure; UTC ms.
 */

import type { Resolve } from './events.ts'
import type { Look } from './look.ts'
import type { Because, Restore } from './order.ts'
import { isOnlyTold, isSameMeter, isSeenOpen } from './proof.ts'
import { refuse, type Stepped } from './refusal.ts'
import type { RestoreState } from './states.ts'
import { TOLD_LOOK_MS, TOLD_LOOKED_AT_MS } from './timing.ts'

export function moved(
  restore: Restore,
  state: RestoreState,
  at: number,
  because: Because | null,
  dueAt: number | null = null,
): Restore {
  return { ...restore, state, since: state === restore.state ? restore.since : at, because, dueAt }
}

/** Restored where the word is enough, and looked into in either case. */
export function toldDone(restore: Restore, { as, by, how }: Resolve, at: number): Stepped<Restore> {
  const text = `${by}: ${how}`
  if (as !== 'executed') return refuse('RESTORE_GOES_ON', text)
  const told = { by, how, at }
  const first = restore.told && restore.told.by !== by ? `${restore.told.by}: ${restore.told.how}; ` : ''
  if (first !== '' || isOneEnough(restore))
    return {
      order: {
        ...moved(restore, 'restored', at, { code: 'TOLD_BY_PERSON', text: `${first}${text}` }, at),
        told,
      },
    }
  const because = {
    code: 'TOLD_BY_PERSON',
    text: `${text}; another key says so too, or a look shows it`,
  } as const
  const dueAt = restore.state === 'sending' ? restore.dueAt : at
  return { order: { ...restore, told, because, dueAt } }
}

/** Whoever asked for it may say that it is done; so may who hears the customer while the meter waits for its button (P-18). */
function isOneEnough({ cause, state }: Restore): boolean {
  return cause === 'asked' || state === 'close-allowed'
}

/** Restored by a person's word, and not yet looked at for long enough. */
export function isLookedInto(restore: Restore): boolean {
  return restore.state === 'restored' && restore.dueAt !== null && isOnlyTold(restore)
}

/** Looked at again, until it was for a day. */
export function stillTold(restore: Restore, at: number): Restore {
  const until = restore.since + TOLD_LOOKED_AT_MS
  return { ...restore, dueAt: at >= until ? null : Math.min(at + TOLD_LOOK_MS, until) }
}

/** A word that the meter speaks against is none. */
export function unlessRefuted(restore: Restore, look: Look): Restore {
  return restore.told && isSameMeter(restore, look) && isSeenOpen(look) ? { ...restore, told: null } : restore
}

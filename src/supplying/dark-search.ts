/**
 * Orders that a store restored from a copy lacks may have cut somebody: each relay is looked at once, and who is seen open with no order
 * that tells why is told, for a person to decide; where it was paid since, the store makes a restore of it. Nothing is moved otherwise (P-15).
 */

import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { HOUR, MINUTE, SECOND } from '../core/time.ts'
import type { SeenOpen } from '../store/order/asked.ts'
import type { Store } from '../store/store.ts'
import type { Desk } from '../supply/order/desk.ts'
import type { Look } from '../supply/order/look.ts'
import { isSeenOpen } from '../supply/order/proof.ts'

export interface DarkSearchParts {
  readonly store: Pick<Store, 'ordersDark' | 'darkSearch'>
  readonly desk: Desk
  /** Those with a relay, by id. */
  readonly meters: ReadonlyMap<string, { readonly line: string }>
  readonly clock: Clock
  readonly log: Log
}

/** Between two looks on a line, for what is polled there. */
const PAUSE_MS = 10 * SECOND
/** Lines may not be open yet at the start; then those that have not told are asked again for a day. */
const FIRST_AGAIN_MS = MINUTE
const AGAIN_MS = HOUR
const TIMES = 25

/** Answers how to end it. */
export function startDarkSearch(parts: DarkSearchParts): () => Promise<void> {
  const ending = new AbortController()
  const searching = search(parts, ending.signal).catch(error =>
    parts.log.error({ code: 'ASK_FAILED' }, `looking for meters that are dark: ${messageOf(error)}`),
  )
  return async () => {
    ending.abort()
    await searching
  }
}

async function search({ store, desk, meters, clock, log }: DarkSearchParts, ending: AbortSignal) {
  const beganAt = clock.now()
  const open: SeenOpen[] = []
  const left = new Set(meters.keys())
  const note = (endedAt: number | null) =>
    store.darkSearch({ beganAt, endedAt, open, unseen: [...left] }, clock.now())

  async function look(meter: string): Promise<void> {
    const look = await desk.held(meter, 'look', held => held.look()).catch(() => null)
    if (look === null || (look.isOpen === null && look.hasLoad !== true)) return
    left.delete(meter)
    if (!isSeenOpen(look) || (await isKnown(meter))) return
    open.push(seenIn(meter, look))
    log.error({ meterId: meter }, `${meter} is seen open${recordIn(look)}, and no order tells why: ${REMEDY}`)
    await note(null)
  }

  async function isKnown(meter: string): Promise<boolean> {
    return (await store.ordersDark()).cuts.some(cut => cut.meter === meter)
  }

  async function lookAtAll(some: readonly string[]): Promise<void> {
    for (const meter of some) {
      if (ending.aborted) return
      await look(meter)
      await clock.sleep(PAUSE_MS, ending)
    }
  }

  log.warn({ count: left.size }, 'the store was restored or rescued: each relay is looked at once')
  // Who pays before their relay is looked at has paid since. Where that cannot be written yet it is looked all the same.
  await note(null).catch(() => undefined)
  for (let times = 0; times < TIMES && left.size > 0; times++) {
    if (times > 0) await clock.sleep(times === 1 ? FIRST_AGAIN_MS : AGAIN_MS, ending)
    const lines = Map.groupBy([...left], meter => meters.get(meter)?.line)
    await Promise.all([...lines.values()].map(lookAtAll))
    if (ending.aborted) return
  }
  await note(clock.now())
  log.warn(
    { count: open.length },
    `all relays were looked at: ${open.length} open with no order that tells why, ${left.size} have not told`,
  )
}

const REMEDY = 'the store was restored or rescued and may lack it. Where that is wrong ask for a restore'

function seenIn(meter: string, { at, opened }: Look): SeenOpen {
  return { meter, seenAt: at, openedAt: opened?.at ?? null, operator: opened?.operator ?? null }
}

function recordIn({ opened }: Look): string {
  if (opened === null) return ''
  const by = opened.operator === null ? '' : ` by operator ${opened.operator}`
  return opened.at === null ? by : `, opened at ${new Date(opened.at).toISOString()}${by}`
}

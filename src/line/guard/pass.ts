/** What lets a frame leave that is no read: given out for one order, or for one deed of somebody at a terminal. */

import type { Told } from './told.ts'

/** Nothing can be told of it, and only `givePass` makes one. */
export interface Pass {
  /** For the words of a fault: "order 17", "meterd write". */
  readonly of: string
}

export interface PassAsked {
  readonly of: string
  /** So many frames that are no reads, and not one more. */
  readonly frames: number
  /** Why this frame is not the one it was given out for; null where it is. */
  readonly whyNot: (told: Told) => string | null
}

const given = new WeakMap<Pass, { left: number; readonly whyNot: PassAsked['whyNot'] }>()

export function givePass({ of, frames, whyNot }: PassAsked): Pass {
  const pass: Pass = Object.freeze({ of })
  given.set(pass, { left: frames, whyNot })
  return pass
}

/** Uses it up for this frame; why it cannot be, or null. */
export function usePass(pass: Pass, told: Told): string | null {
  const known = given.get(pass)
  if (!known) return 'nobody gave it out'
  if (known.left === 0) return `${pass.of} has been sent already`
  const wrong = known.whyNot(told)
  if (wrong !== null) return `it is not ${pass.of}: ${wrong}`
  known.left -= 1
  return null
}

const RELAY_645 = 0x1c

/**
 * For what people tell meters from a terminal (`meterd write`, `command`, `clock`): so many frames, and never an order
 * to a relay.
 */
export function terminalPass(of: string, frames = 1): Pass {
  return givePass({
    of,
    frames,
    whyNot: ({ family, code }) =>
      family === 'dlt645' && code === RELAY_645 ? 'relays are ordered, not told from a terminal' : null,
  })
}

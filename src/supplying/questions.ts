/**
 * What billing is asked before cuts: beside everything else, so that one that is slow keeps no line and no restore waiting. An answer is of
 * one attempt of one order.
 */

import type { Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'
import { type BillingWord, silent } from '../supply/order/billing.ts'
import type { Cut } from '../supply/order/order.ts'
import type { Billing } from './ports.ts'

export interface Asked {
  readonly word: BillingWord
  /** When it was asked, by the monotonic clock. */
  readonly since: number
}

export interface Questions {
  /** The answer, which is used up by it; null while there is none yet: billing is being asked. */
  take(cut: Cut): Asked | null
}

/** More than one for each line in sight help nobody, and billing is no bigger than it is. */
const MOST_AT_ONCE = 8
/** An older answer would not last through the look at the meter. */
const FRESH_MS = 20 * SECOND

export function createQuestions(billing: Billing, clock: Clock): Questions {
  /** By order; without a word while it is under way. */
  const asked = new Map<string, { readonly since: number; word: BillingWord | null }>()
  const isOver = ({ since, word }: { since: number; word: BillingWord | null }) =>
    word !== null && clock.monotonic() - since > FRESH_MS

  function ask(cut: Cut): void {
    const under = [...asked.values()].filter(({ word }) => word === null)
    if (under.length >= MOST_AT_ONCE) return
    const one = { since: clock.monotonic(), word: null as BillingWord | null }
    asked.set(cut.id, one)
    const at = clock.now()
    void billing
      .ask(cut)
      .catch((error: unknown) => silent('billing', at, error instanceof Error ? error.message : 'no answer'))
      .then(word => {
        one.word = word
      })
  }

  return {
    take(cut) {
      for (const [id, one] of asked) if (isOver(one)) asked.delete(id)
      const one = asked.get(cut.id)
      if (one === undefined) ask(cut)
      if (!one || one.word === null) return null
      asked.delete(cut.id)
      return { word: one.word, since: one.since }
    },
  }
}

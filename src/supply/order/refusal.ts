/** What became of something asked of an order: the order as it is then, or why not. */

import type { Change } from './digest.ts'
import type { OrderInterlock } from './interlock.ts'
import type { Order } from './order.ts'
import { REMEDIES, type RefusalCode } from './reasons.ts'

export interface Refusal {
  /** Of an interlock where one stands against it. */
  readonly code: RefusalCode | OrderInterlock['code']
  readonly text: string
  readonly remedy: string
  /** What is another than was shown; empty where that is not why. */
  readonly changes: readonly Change[]
  /** All that did not pass; empty where that is not why. */
  readonly interlocks: readonly OrderInterlock[]
}

export interface Refused {
  readonly refused: Refusal
}

/** `order` is the very same where the event changed nothing. */
export type Stepped<Kind extends Order = Order> = { readonly order: Kind } | Refused

export function refuse(code: RefusalCode, text: string, changes: readonly Change[] = []): Refused {
  return { refused: { code, text, remedy: REMEDIES[code], changes, interlocks: [] } }
}

/** By the first of them. */
export function refuseBy(interlocks: readonly OrderInterlock[]): Refused {
  const [first] = interlocks
  if (first === undefined) throw new Error('nothing stands against it, and it is refused')
  const { code, text, remedy } = first
  return { refused: { code, text, remedy: remedy ?? '', changes: [], interlocks } }
}

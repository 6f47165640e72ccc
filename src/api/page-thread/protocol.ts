/** What crosses between the thread that makes pages and the thread that sends them. */

import type { Refusal } from '../../store/protocol.ts'
import type { Found } from '../../store/store.ts'
import type { BillingParts } from './billing-pages.ts'
import type { Pages } from './pages.ts'

/** What the thread is started with: the store's directory, and what does not change while the daemon lives. */
export interface Opening extends Omit<BillingParts, 'reader' | 'turn'> {
  readonly directory: string
}

export interface Ask {
  readonly call: number
  readonly name: keyof Pages
  readonly asked: unknown
}

export type Answer =
  | { readonly call: number; readonly page: Uint8Array<ArrayBuffer> }
  | { readonly call: number; readonly fault: Refusal }
  /** A defect, with its stack. */
  | { readonly call: number; readonly defect: string }
  /** Of the store's file, for the store. */
  | { readonly found: Found }

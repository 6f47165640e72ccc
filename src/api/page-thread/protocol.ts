/** What crosses between the thread that makes pages and the thread that sends them. */

import type { Refusal } from '../../store/protocol.ts'
import type { Found } from '../../store/store.ts'
import type { Pages, PagesParts } from './pages.ts'
import type { NamesOfMeters } from './places.ts'

/** What the thread is started with: the store's directory, and what does not change while the daemon lives. */
export interface Opening extends Omit<PagesParts, 'reader' | 'turn' | 'monotonic'> {
  readonly directory: string
  readonly names: NamesOfMeters
}

export interface Ask {
  readonly call: number
  readonly name: keyof Pages
  readonly asked: unknown
}

/** What a page is answered with: its bytes, or bytes with something to say of them. */
export type Made = Awaited<ReturnType<Pages[keyof Pages]>>

export type Answer =
  | { readonly call: number; readonly made: Made }
  | { readonly call: number; readonly fault: Refusal }
  /** A defect, with its stack. */
  | { readonly call: number; readonly defect: string }
  /** Of the store's file, for the store. */
  | { readonly found: Found }

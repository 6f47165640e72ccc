/** Finding meters on a line nobody has a list of. */

import type { Call, Conversation } from './conversation.ts'
import type { Frame } from './frame.ts'

export interface Discovery {
  /** The address any single meter answers to; where several answer at once, each of `narrow` is asked. */
  readonly anyone: string
  /** Partial addresses that together cover this one; empty where it is whole. */
  narrow(address: string): readonly string[]
  /** Asks whoever answers to this whole or partial address who it is. Null when nobody answers. */
  identify(call: Call): Conversation<Identity | null>
  /** What this model serves: which of the blocks and items asked for it refuses. */
  capabilities?(call: Call): Conversation<Capabilities | null>
}

export interface Identity {
  /** The meter's real address. */
  readonly address: string
  readonly frames: readonly Frame[]
}

export interface Capabilities {
  readonly serves: readonly string[]
  readonly refuses: readonly string[]
  /** Meter number, model, versions as the meter tells them, by item. */
  readonly facts: Readonly<Record<string, string>>
}

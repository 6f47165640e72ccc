/** Finding meters on a line nobody has a list of. */

import type { Call, Conversation, Unanswered } from './conversation.ts'
import type { Frame } from './frame.ts'

export interface Discovery {
  /** The address any single meter answers to; where several answer at once, each of `narrow` is asked. */
  readonly anyone: string
  /** Partial addresses that together cover this one; empty where it is whole. */
  narrow(address: string): readonly string[]
  /** Asks whoever answers to this whole or partial address who it is. Null when nobody answers. */
  identify(call: Call): Conversation<Identity | null>
  /** What this model serves: which of the blocks and items asked for it refuses, or is silent to. */
  capabilities?(call: Call): Conversation<Capabilities | null>
  /**
   * Which addresses that are not its own a meter answers to, from any meter's down. Partial addresses that one of its
   * neighbours would answer to as well are left out.
   */
  addressRules?(call: Call, neighbours: readonly string[]): Conversation<readonly AddressRule[]>
  /** Items by which one meter is told from another in the same place: its number, its asset code. */
  readonly identityItems?: readonly string[]
  /** Items an audit asks for, and what each tells. */
  readonly auditItems?: readonly AuditItem[]
}

/**
 * `number`, `asset`: of this very meter. `build`: made so, and never otherwise; `constant` likewise, the pulses of a kWh.
 * `setting`: may be set anew, and values mean something else then.
 */
export interface AuditItem {
  readonly item: string
  readonly tells: 'number' | 'asset' | 'constant' | 'build' | 'setting'
}

export interface Identity {
  /** The meter's real address. */
  readonly address: string
  readonly frames: readonly Frame[]
}

export interface Capabilities {
  readonly serves: readonly string[]
  readonly refuses: readonly string[]
  /** Asked, and not answered at all. */
  readonly silentTo: readonly string[]
  /** The questions that had no answer, by which the meter's silence is told from what the line has lost. */
  readonly unanswered?: readonly Unanswered[]
  /** Whether an answer longer than a frame came to its end; null when none was so long. */
  readonly followUp: boolean | null
  /** Meter number, model, versions as the meter tells them, by item. */
  readonly facts: Readonly<Record<string, string>>
}

/** One address a meter was asked under, and the address it answered under; null for silence. */
export interface AddressRule {
  readonly asked: string
  readonly answeredUnder: string | null
}

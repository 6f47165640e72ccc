/** What a meter can be told to do, apart from its relay: written values, clock, freezes, speeds, passwords, clearing. */

import type { Call, Conversation } from './conversation.ts'
import type { DecodedPoint, Frame } from './frame.ts'
import type { Refusal } from './value.ts'

export interface Command {
  /** As people type it: "write", "freeze", "change-speed". */
  readonly name: string
  /** One line for people. */
  readonly about: string
  /** What obeying leaves behind: nothing at all, nothing that lasts, other settings, or records gone for good. */
  readonly effect: 'none' | 'passing' | 'settings' | 'clears'
  readonly arguments: readonly Argument[]
  /** The conversation, or what is wrong with what was given. Never sends a command twice without an answer. */
  run(call: Call, given: Given): Conversation<Obeyed> | { readonly wrong: string }
}

export interface Argument {
  readonly name: string
  readonly about: string
  readonly isOptional: boolean
  /** Passwords and keys: taken from a file, shown nowhere. */
  readonly isSecret: boolean
}

/** By argument name, as typed. */
export type Given = Readonly<Record<string, string>>

/**
 * `done` is the meter's word. `sent`: to all meters, none of which answers. `not-sent`: not one byte of it left.
 * `unanswered`: nobody knows whether the meter obeyed.
 */
export interface Obeyed {
  readonly outcome: 'done' | 'refused' | 'sent' | 'not-sent' | 'unanswered'
  /** Why the meter refused, or why nothing was sent. */
  readonly refused: Refusal | null
  /** What the answer says, where it says more than yes. */
  readonly says: readonly DecodedPoint[]
  readonly frames: readonly Frame[]
}

/** Who may change settings: class, six-digit password, and the operator code the meter writes in its records. */
export interface Authority {
  /** Two hex digits: "02", "04". */
  readonly level: string
  /** Six digits as printed; the last two are the first on the wire. Never in a log. */
  readonly password: string
  /** Eight hex digits. */
  readonly operator: string
}

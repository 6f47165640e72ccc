/** What is asked of a line, and what came of it. */

import type { Failure } from '../core/faults.ts'
import type { SerialSettings } from '../core/line-url.ts'
import type { Conversation, Driver } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'
import type { Pass } from './guard/pass.ts'
import type { Priority } from './queue.ts'
import type { Retries } from './retries.ts'

export interface ConversationAsked<Result> {
  readonly driver: Driver
  readonly conversation: Conversation<Result>
  readonly priority: Priority
  /** Tells a silent meter from a silent line. */
  readonly meter: string
  readonly retries: Retries
  /** What the port is set to for this meter; absent where as its line says. */
  readonly settings?: SerialSettings | undefined
  /** Meters may be silent to what is asked alone: their silence says nothing of the line. */
  readonly mayBeSilent?: boolean
  /** Without it nothing but reads leaves (PR-67). Its frame waits for no connection: where there is none, it stays. */
  readonly pass?: Pass | undefined
}

export interface Conversed<Result> {
  readonly result: Result
  readonly exchanges: readonly Exchange[]
  /** Why the last request had no answer; null when all were answered. */
  readonly fault: Failure | null
}

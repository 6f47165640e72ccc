/** What a meter said about one thing: a value, or why there is none. */

import type { FaultCode } from '../core/faults.ts'
import type { Scaled } from '../core/scaled.ts'
import type { MeterTime } from '../core/time.ts'

/** A refusal is data: one bad point does not cost the others. */
export interface Refusal {
  readonly code: FaultCode
  /** The frame rule broken (V-F6 length, V-F7 digits, V-F8 late, V-F11 type), where one was. */
  readonly rule?: 'V-F6' | 'V-F7' | 'V-F8' | 'V-F9' | 'V-F11'
  readonly text: string
}

export type Value = Scaled | TimeValue | TextValue | BitsValue

export interface TimeValue {
  readonly time: MeterTime
}

export interface TextValue {
  readonly text: string
}

/** A status word; `set` names the bits that are on. */
export interface BitsValue {
  readonly bits: number
  readonly width: 8 | 16 | 32
  readonly set: readonly string[]
}

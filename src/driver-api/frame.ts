/** Bytes on a line, whole and damaged, and what one frame says. */

import type { FaultCode } from '../core/faults.ts'
import type { MeterTime } from '../core/time.ts'
import type { Refusal } from './value.ts'

/** One whole frame, start to end byte, without preamble. */
export interface Frame {
  readonly bytes: Uint8Array
}

export interface Deframed {
  readonly frames: readonly Frame[]
  /** Bytes that belong to no good frame, in order of arrival; echo and preamble too. */
  readonly noise: Uint8Array
  /** Frames recognised in the noise as damaged, and how. */
  readonly broken: readonly BrokenFrame[]
  /** The unfinished tail to put before the next bytes; never longer than the longest frame. */
  readonly rest: Uint8Array
}

export interface BrokenFrame {
  readonly bytes: Uint8Array
  readonly code: FaultCode
  readonly text: string
}

export interface Decoded {
  /** The protocol the frame is really in, where drivers share frames and the frame itself tells. */
  readonly protocol?: string
  readonly kind: 'request' | 'reply' | 'refusal' | 'broadcast'
  /** 'read', 'read-follow-up', 'read-address', 'relay', 'write', 'broadcast-time' … */
  readonly function: string
  readonly address: string
  /** Control or function code, hex. */
  readonly control: string
  /** More data follow in further frames. */
  readonly more: boolean
  readonly sequence: number | null
  readonly item: string | null
  readonly points: readonly DecodedPoint[]
  /** What the meter refused, in words, bit by bit. */
  readonly refused: readonly Refusal[]
}

export interface DecodedPoint {
  readonly item: string
  readonly obis: string | null
  readonly name: string
  /** Decimal string, text, or ISO time; null with a fault when there is no value. */
  readonly value: string | null
  readonly unit: string
  /** The meter's own time of this value (demand, freeze), where the frame carries it. */
  readonly at: MeterTime | null
  readonly fault?: Refusal
}

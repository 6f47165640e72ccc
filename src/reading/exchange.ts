/** One request and what came back, with both times: the evidence behind every number. */

import type { FaultCode } from '../core/faults.ts'

export interface ExchangeRecord {
  readonly request: Uint8Array
  /** The frame that answered; for strays and broken frames, that frame; null when nothing came. */
  readonly reply: Uint8Array | null
  /** UTC ms at which the first byte left. */
  readonly sentAt: number
  /** UTC ms at which the reply was complete. */
  readonly receivedAt: number | null
  /** 'answered', or why there is no answer, or the rule by which this frame was not the answer ('V-F4'); 'sent' to all. */
  readonly outcome: 'answered' | 'sent' | FaultCode | `V-${string}`
}

/** A byte pipe: the least a serial port or a socket has in common. */

import type { Failure } from '../core/faults.ts'

export interface Transport {
  /** Rejects with a Fault LINE_UNREACHABLE that names the port and what to do. */
  open(ears: TransportEars): Promise<void>
  /** Hands bytes to the operating system in one write; they may still be on their way when it returns. */
  write(bytes: Uint8Array): void
  /** Ends the pipe; `closed` is not called for it. */
  close(): Promise<void>
  /**
   * Present where the other side dials: `open` waits for it, however long, and nothing is gained by a pause. Whom it
   * waits for, and since when; null while it need not.
   */
  awaited?(): Failure | null
  /** True where it tells by itself that the other side is gone, so that the silence of meters is no sign of it. */
  readonly provesLife?: boolean
  /** Present where a box puts bytes of its own among those of the meters. */
  readonly interjections?: Interjections
}

export interface Interjections {
  /** Those it may send now: heartbeats, and its registration again. */
  patterns(): readonly Uint8Array[]
  /** One of them was heard. */
  heard(pattern: Uint8Array): void
}

export interface TransportEars {
  /** What came, the receiver's to keep. */
  bytes(received: Uint8Array): void
  /** The other side or the hardware ended the pipe; `why` is in words. */
  closed(why: string): void
}

/** A byte pipe: the least a serial port or a socket has in common. */

import type { Failure } from '../core/faults.ts'
import type { SerialSettings } from '../core/line-url.ts'

export interface Transport {
  /** Rejects with a Fault LINE_UNREACHABLE that names the port and what to do. */
  open(ears: TransportEars): Promise<void>
  /** Hands bytes to the operating system in one write; they may still be on their way when it returns. */
  write(bytes: Uint8Array): void
  /**
   * Where speed and parity are ours: lets what was written leave, and resolves when what is written next goes out so.
   * Whatever was set before, a pipe opens with the settings of its URL. Rejects with a Fault when it is of no use now.
   */
  set?(settings: SerialSettings): Promise<void>
  /** Ends the pipe; `closed` is not called for it. */
  close(): Promise<void>
  /** Present where bytes may wait on our side for as long as the other takes none: how many do. */
  unsent?(): number
  /** Present likewise: ends the pipe so that what has not left never does, as if the other side had (`closed` is called). */
  drop?(): void
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
  /** The other side or the hardware ended the pipe; `why` is in words. `byPeer`: a connection was closed, not lost. */
  closed(why: string, byPeer?: boolean): void
  /** The pipe is open, but something about it may be wrong. */
  warned?(text: string): void
}

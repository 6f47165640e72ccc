/** A byte pipe: the least a serial port or a socket has in common. */

export interface Transport {
  /** Rejects with a Fault LINE_UNREACHABLE that names the port and what to do. */
  open(ears: TransportEars): Promise<void>
  /** Hands bytes to the operating system in one write; they may still be on their way when it returns. */
  write(bytes: Uint8Array): void
  /** Ends the pipe; `closed` is not called for it. */
  close(): Promise<void>
}

export interface TransportEars {
  /** What came, the receiver's to keep. */
  bytes(received: Uint8Array): void
  /** The other side or the hardware ended the pipe; `why` is in words. */
  closed(why: string): void
}

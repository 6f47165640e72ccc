/** What a bus knows of a meter on it: frames reach it, and it answers or is silent. */

import type { Meter } from './meter.ts'

export interface Slave {
  readonly meter: Meter
  /** From the end of a request to the start of its answer, ms, where it is not that of the line. */
  readonly turnAroundMs?: number
  /** What it was told it answers so much later than what it was asked, ms; at once where nothing is said. */
  readonly ordersLateMs?: number
  /** A quick look at the address of a whole good frame; `answer` makes sure. */
  hears(frame: Uint8Array): boolean
  /** The reply to one request, null for silence. Bytes in, bytes out; what is changed is the meter. */
  answer(frame: Uint8Array, now: number): Uint8Array | null
}

/** How frames of one kind look on a line, and how they can be turned into frames that are valid but wrong. */
export interface Dialect {
  /** How many bytes from `at` are a request; 0 none, -1 perhaps one when more have come. */
  requestAt(bytes: Uint8Array, at: number): number
  /** The byte every frame begins with, where there is one. */
  readonly start?: number
  /** How long a frame may pause between two characters, ms, where that is more than is usual here. */
  readonly betweenMs?: number
  /** Whether a request, if obeyed, leaves the meter as it is. */
  onlyAsks(request: Uint8Array): boolean
  /** The same reply from another meter; null when two meters' replies collided and it is no frame. */
  readdressed(reply: Uint8Array): Uint8Array | null
  /** A request for something else of the same meter; null where it cannot be told apart. */
  otherItem(request: Uint8Array): Uint8Array | null
  /** A good reply of some registers more or fewer; null where lengths are not the slave's to choose. */
  resized?(reply: Uint8Array, registers: number): Uint8Array | null
  /** The refusal of a request, in Modbus's exception codes. */
  refused?(request: Uint8Array, exception: number): Uint8Array
  /** The same from a gateway that tells nobody's address. */
  unaddressed?(request: Uint8Array, exception: number): Uint8Array
  /** Where in a reply a flipped bit is the line's doing and the frame's checksum can tell. */
  fragile(reply: Uint8Array): readonly [from: number, to: number]
}

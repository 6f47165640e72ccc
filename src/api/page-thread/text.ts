/** Text that grows as bytes outside the heap: a page of some megabytes leaves the collector nothing to move. */

export interface Text {
  put(text: string): void
  /** What was put so far; of no use after the next `put`. */
  bytes(): Uint8Array
}

const FIRST_BYTES = 64 * 1024
/** No UTF-16 unit becomes more bytes. */
const MOST_BYTES_EACH = 3

export function createText(): Text {
  let room = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let used = 0

  function makeRoom(bytes: number): void {
    if (used + bytes <= room.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(used + bytes, 2 * room.length))
    room.copy(larger, 0, 0, used)
    room = larger
  }

  return {
    put(text) {
      makeRoom(MOST_BYTES_EACH * text.length)
      used += room.write(text, used)
    },
    bytes: () => room.subarray(0, used),
  }
}

/** All of it in one piece of memory of its own, which can be handed to another thread. */
export function inOnePiece(parts: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part))
  const whole = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

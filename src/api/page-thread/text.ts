/**
 * Text as bytes outside the heap: a page of some megabytes leaves the collector nothing to move. What is no longer wanted is
 * given back at once, for nobody knows when the collector of a thread with little to do comes by.
 */

export interface Text {
  put(text: string): void
  /** What was put so far; of no use after the next `put`. */
  bytes(): Uint8Array<ArrayBuffer>
}

const FIRST_BYTES = 64 * 1024
/** No UTF-16 unit becomes more bytes. */
const MOST_BYTES_EACH = 3

/** Written into `memory`, and into a larger piece where that is full. */
export function createText(memory = new ArrayBuffer(FIRST_BYTES)): Text {
  let room = Buffer.from(memory)
  let used = 0
  return {
    put(text) {
      const wanted = used + MOST_BYTES_EACH * text.length
      if (wanted > room.length) room = Buffer.from(room.buffer.transfer(Math.max(wanted, 2 * room.length)))
      used += room.write(text, used)
    },
    bytes: () => room.subarray(0, used),
  }
}

/** As an item of a JSON list that holds nothing but these. */
export function putItem(text: Text, item: string): void {
  text.put(`${text.bytes().length > 0 ? ',' : ''}${item}`)
}

/** All of it in one piece of memory of its own, which can be handed to another thread. The texts are given back. */
export function inOnePiece(parts: readonly (Text | string)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part.bytes()))
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    whole.set(piece, at)
    at += piece.length
    if (typeof parts[index] !== 'string') giveBack(piece.buffer)
  }
  return whole
}

/** What was in it is gone then. */
export function giveBack(memory: ArrayBuffer): void {
  memory.transfer(0)
}

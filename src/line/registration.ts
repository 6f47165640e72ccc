/**
 * Who dialled: the registration a box sends first, found in a stream however it is cut. Pure; a box is known only by
 * an identity somebody has written down, and that is no proof of anything.
 */

import { startsWith } from '../core/hex.ts'
import type { Packet } from '../core/packet.ts'

export interface Registered<Who> {
  readonly who: Who
  /** As it was sent, bytes that may be any included. */
  readonly packet: Uint8Array
  /** What came behind it in the same bytes. */
  readonly rest: Uint8Array
}

export interface Registry<Who> {
  /**
   * Looks at all bytes of a connection so far: 'more' while they may begin a registration, 'nobody' when no further
   * byte can make one of them.
   */
  recognise(bytes: Uint8Array): Registered<Who> | 'more' | 'nobody'
}

/** Bytes before a registration that say nothing: line ends, blanks, zeros. */
const SAYS_NOTHING = new Set([0x00, 0x0a, 0x0d, 0x20])
/** More than this before a registration is no box's beginning. */
const MOST_BEFORE = 1_024

export interface RegistryParts<Who> {
  /** Names an identity. */
  readonly packet: Packet
  /** By identity as its bytes are sent; none of them begins like another. */
  readonly known: ReadonlyMap<string, Who>
  /** Heartbeats that name nobody: a box may send them first. */
  readonly heartbeats: readonly Uint8Array[]
}

/** The key of a registry's map for an identity in its bytes. */
export function identityKey(identity: Uint8Array): string {
  return String.fromCharCode(...identity)
}

export function createRegistry<Who>({ packet, known, ...parts }: RegistryParts<Who>): Registry<Who> {
  const { before, after } = packet
  /** Longest first: of two that begin alike the longer is waited for. */
  const heartbeats = parts.heartbeats.toSorted((a, b) => b.length - a.length)
  /** Shortest first: which of them is found does not hang on how many bytes are here. */
  const lengths = [...new Set([...known.keys()].map(key => key.length))].sort((a, b) => a - b)

  function recognise(bytes: Uint8Array): Registered<Who> | 'more' | 'nobody' {
    let at = 0
    while (at < Math.min(bytes.length, MOST_BEFORE)) {
      const found = registrationAt(bytes, at)
      if (found !== 'nobody') return found
      const skipped = skippedAt(bytes, at)
      if (skipped <= 0) return skipped < 0 ? 'more' : 'nobody'
      at += skipped
    }
    return at >= MOST_BEFORE ? 'nobody' : 'more'
  }

  function registrationAt(bytes: Uint8Array, at: number): Registered<Who> | 'more' | 'nobody' {
    let mayCome = false
    if (!fits(before, bytes, at)) return 'nobody'
    for (const length of lengths) {
      const from = at + before.length
      const to = from + length
      const who = to <= bytes.length ? known.get(identityKey(bytes.subarray(from, to))) : undefined
      const isPossible = to > bytes.length || (who !== undefined && fits(after, bytes, to))
      const end = to + after.length
      if (who !== undefined && isPossible && end <= bytes.length)
        return { who, packet: new Uint8Array(bytes.subarray(at, end)), rest: bytes.subarray(end) }
      mayCome ||= isPossible
    }
    return mayCome ? 'more' : 'nobody'
  }

  /** How many bytes at `at` say nothing of who it is; 0 none, -1 perhaps some when more have come. */
  function skippedAt(bytes: Uint8Array, at: number): number {
    const here = bytes.subarray(at)
    for (const heartbeat of heartbeats) {
      if (here.length < heartbeat.length && startsWith(heartbeat, here)) return -1
      if (startsWith(here, heartbeat)) return heartbeat.length
    }
    return SAYS_NOTHING.has(here[0] ?? -1) ? 1 : 0
  }

  return { recognise }
}

/** Whether the bytes from `at`, as far as they are here, are the fixed ones of the pattern. */
function fits(pattern: readonly (number | null)[], bytes: Uint8Array, at: number): boolean {
  return pattern.every(
    (byte, index) => byte === null || at + index >= bytes.length || bytes[at + index] === byte,
  )
}

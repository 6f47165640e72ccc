/**
 * What a box sends by itself, as people write it: bytes in hex, 'text', {dtu} where its identity stands, .. for a byte
 * that may be any. "'REG:' {dtu} 0D 0A" and "7B 01 00 16 {dtu} .. .. .. .. .. .. 7B" are two.
 */

import { fromHex } from './hex.ts'

export interface Packet {
  /** Bytes before the identity; null for any. */
  readonly before: readonly (number | null)[]
  /** Whether the identity stands in it; if not, all of it is `before`. */
  readonly named: boolean
  readonly after: readonly (number | null)[]
}

/** How an identity is put into bytes: as its letters and digits, or as bytes written in hex. */
export type IdentityForm = 'text' | 'hex'

const PIECE = /\s+|'([^'\p{Cc}]{1,100})'|(\{dtu\})|(\.\.)|([0-9A-Fa-f]{2})/uy
/** Longer than any box's packet. */
const LONGEST = 200

/** Null for what is written otherwise, is empty, names the identity twice or is too long. */
export function parsePacket(text: string): Packet | null {
  const before: (number | null)[] = []
  const after: (number | null)[] = []
  let named = false
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const piece = PIECE.exec(text)
    if (!piece) return null
    const [, letters, identity, any, hex] = piece
    if (identity !== undefined && named) return null
    if (identity !== undefined) named = true
    const into = named ? after : before
    if (letters !== undefined) into.push(...new TextEncoder().encode(letters))
    else if (any !== undefined) into.push(null)
    else if (hex !== undefined) into.push(Number.parseInt(hex, 16))
  }
  const length = before.length + after.length
  return length > LONGEST || (length === 0 && !named) ? null : { before, named, after }
}

/** Whether it leaves a byte open, so that it cannot be sent nor known by its bytes alone. */
export function isOpen({ before, after }: Packet): boolean {
  return before.includes(null) || after.includes(null)
}

/** Its bytes with this identity in it; null when it leaves one open. */
export function packetBytes({ before, named, after }: Packet, identity: Uint8Array): Uint8Array | null {
  const bytes = [...before, ...(named ? identity : []), ...after].filter(byte => byte !== null)
  return isOpen({ before, named, after }) ? null : Uint8Array.from(bytes)
}

/** 4 to 64 letters, digits and . _ -; short ones would be found in anybody's bytes. */
const IDENTITY = /^[A-Za-z0-9._-]{4,64}$/

export function isIdentity(text: string): boolean {
  return IDENTITY.test(text)
}

/** The bytes an identity is sent as; null where it has none in this form. */
export function identityBytes(identity: string, form: IdentityForm): Uint8Array | null {
  if (!isIdentity(identity)) return null
  if (form === 'text') return new TextEncoder().encode(identity)
  return /^([0-9A-Fa-f]{2})+$/.test(identity) ? fromHex(identity) : null
}

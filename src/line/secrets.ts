/** Passwords in frames: where they stand, and bytes shown or kept without them. */

import { toHex } from '../core/hex.ts'
import type { Driver, Request, Span } from '../driver-api/driver.ts'

/** What a request marks in itself, and what its protocol knows to be secret in any bytes of a line. */
export function secretsOf(bytes: Uint8Array, driver: Driver, request?: Request): readonly Span[] {
  const marked = request?.secretBytes ? [request.secretBytes] : []
  return [...marked, ...(driver.secretsIn?.(bytes) ?? [])]
}

/** Hex for people and logs, "**" for what none may see. */
export function hexWithout(bytes: Uint8Array, secrets: readonly Span[], separator = ' '): string {
  if (secrets.length === 0) return toHex(bytes, separator)
  return Array.from(bytes, (byte, index) => (isIn(secrets, index) ? '**' : toHex(Uint8Array.of(byte)))).join(
    separator,
  )
}

/** The same bytes to keep, zeros in place of secrets. */
export function bytesWithout(bytes: Uint8Array, secrets: readonly Span[]): Uint8Array {
  return secrets.length === 0 ? bytes : bytes.map((byte, index) => (isIn(secrets, index) ? 0 : byte))
}

function isIn(secrets: readonly Span[], index: number): boolean {
  return secrets.some(([from, to]) => index >= from && index < to)
}

/** Passwords in frames: where they stand, and bytes shown or kept without them. */

import { toHex } from '../core/hex.ts'
import type { Driver, Request, Span } from '../driver-api/driver.ts'

/**
 * What a request marks in itself, and what its protocol knows to be secret in any bytes of a line. In what is heard
 * after a request its secret bytes are secret wherever two of them stand together: an echo, damaged or not.
 */
export function secretsOf(bytes: Uint8Array, driver: Driver, request?: Request): readonly Span[] {
  const known = driver.secretsIn?.(bytes) ?? []
  if (!request?.secretBytes) return known
  const marked =
    bytes === request.bytes ? [request.secretBytes] : echoesOf(request.bytes, request.secretBytes, bytes)
  return [...marked, ...known]
}

function echoesOf(asked: Uint8Array, [from, to]: Span, heard: Uint8Array): Span[] {
  const spans: Span[] = []
  for (let at = from; at + 1 < to; at += 1)
    for (let index = 0; index + 1 < heard.length; index += 1)
      if (heard[index] === asked[at] && heard[index + 1] === asked[at + 1]) spans.push([index, index + 2])
  return spans
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

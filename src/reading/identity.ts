/** The one identity of a reading, the same for ever and everywhere (PR-11): nothing of it depends on when it arrived. */

import { hash } from 'node:crypto'
import { assert } from '../core/faults.ts'
import type { Kind } from './reading.ts'

export interface Identity {
  readonly meter: string
  readonly obis: string
  readonly kind: Kind
  readonly slot: number
  readonly version: number
}

/** 40 bits of seconds last until the year 36812. */
const TIME_DIGITS = 10
const HASH_DIGITS = 22
const LAST_SLOT = 16 ** TIME_DIGITS * 1_000 - 1
const READ_ID = new RegExp(`^[0-9a-f]{${TIME_DIGITS + HASH_DIGITS}}$`)

/**
 * 32 hexadecimal digits: ten of the slot in whole seconds, so that ids sort by time and lead back to their hour,
 * then 22 of a SHA-256 over the whole identity. The meter's name comes last in the text: it alone may hold any
 * character, so no two identities share a text.
 */
export function readId({ meter, obis, kind, slot, version }: Identity): string {
  assert(
    Number.isSafeInteger(slot) && slot >= 0 && slot <= LAST_SLOT,
    'a slot is whole milliseconds since 1970',
  )
  const second = Math.floor(slot / 1_000)
  const digest = hash('sha256', `${kind}\n${obis}\n${slot}\n${version}\n${meter}`)
  return second.toString(16).padStart(TIME_DIGITS, '0') + digest.slice(0, HASH_DIGITS)
}

/** The second its slot begins in, UTC ms; null when the text is no read id. */
export function secondOf(id: string): number | null {
  return READ_ID.test(id) ? Number.parseInt(id.slice(0, TIME_DIGITS), 16) * 1_000 : null
}

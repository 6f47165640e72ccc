/**
 * Levels and passwords of a DL/T 645 meter: 0 may most, each level has its own three bytes. Who gives a wrong one too
 * often locks it; while it is locked the right one is refused as well, with the same bit.
 */

import { DAY } from '../../core/time.ts'
import type { Device } from './device.ts'

const DELIVERED: readonly number[] = [0, 0, 0]
const LAST_LEVEL = 0x09

/** As the firmware of 1997 has it: five wrong ones in a row, then a day. */
const MOST_WRONG = 5
const LOCKED_MS = DAY

/** Whether PA P0 P1 P2 is the password of a level that may do what `least` may. */
export function isAuthorised(given: ArrayLike<number>, least: number, device: Device, now: number): boolean {
  const { guard } = device
  const level = given[0] ?? 0xff
  if (now < guard.lockedUntil || level > LAST_LEVEL) return false
  const password = device.passwords.get(level) ?? DELIVERED
  if (password.every((byte, index) => byte === given[index + 1])) {
    guard.wrong = 0
    return level <= least
  }
  guard.wrong += 1
  if (guard.wrong >= MOST_WRONG && device.quirks['password-lock'] === 'five-a-day') {
    guard.wrong = 0
    guard.lockedUntil = now + LOCKED_MS
  }
  return false
}

export function setPassword(level: number, password: readonly number[], device: Device): void {
  device.passwords.set(level, password)
}

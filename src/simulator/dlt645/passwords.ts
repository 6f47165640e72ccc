/** Levels and passwords of a DL/T 645 meter: 0 may most, each level has its own three bytes. */

import type { Device } from './device.ts'

const DELIVERED: readonly number[] = [0, 0, 0]

/** Whether PA P0 P1 P2 is the password of a level that may do what `least` may. */
export function isAuthorised(given: ArrayLike<number>, least: number, device: Device): boolean {
  const level = given[0] ?? 0xff
  const password = device.passwords.get(level) ?? DELIVERED
  return level <= least && password.every((byte, index) => byte === given[index + 1])
}

export function setPassword(level: number, password: readonly number[], device: Device): void {
  device.passwords.set(level, password)
}

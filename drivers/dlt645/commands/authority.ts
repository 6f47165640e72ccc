/** Levels, passwords and operator codes as they go before what a meter is told, and what may be wrong with them. */

import type { Authority } from '../../../src/driver-api/command.ts'
import { joined, wireOf } from '../wire/bytes.ts'

/** Nobody in particular; meters write the code in their records. */
export const NO_OPERATOR = '00000000'

/** Null when all of it can be sent. Never repeats a password. */
export function whyNoAuthority({ level, password, operator }: Authority): string | null {
  if (!/^[0-9A-F]{2}$/i.test(level)) return `the level is two hex digits such as 02, not "${level}"`
  if (!/^\d{6}$/.test(password)) return 'a password is six digits'
  if (!/^[0-9A-F]{8}$/i.test(operator)) return `the operator code is eight hex digits, not "${operator}"`
  return null
}

/** Level, then the password low byte first: PA P0 P1 P2. */
export function passwordBytes({ level, password }: Pick<Authority, 'level' | 'password'>): Uint8Array {
  return joined([wireOf(level), wireOf(password)])
}

/** Level, password, operator code: PA P0 P1 P2 C0 C1 C2 C3. */
export function authorityBytes(authority: Authority): Uint8Array {
  return joined([passwordBytes(authority), wireOf(authority.operator)])
}

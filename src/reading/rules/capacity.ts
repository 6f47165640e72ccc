/** Where a register rolls over. */

import { multiplyScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { ONE } from '../ratios.ts'

/** Texts are those of the profiles; each is read once. */
const read = new Map<string, Scaled | null>()

/** The register's capacity from its profile, multiplied as its values are; null when the profile does not know it. */
export function capacityOf(text: string | undefined, factor: Scaled = ONE): Scaled | null {
  if (text === undefined) return null
  const before = read.get(text)
  const capacity = before === undefined ? parseScaled(text) : before
  if (before === undefined) read.set(text, capacity)
  return capacity && factor !== ONE ? multiplyScaled(capacity, factor) : capacity
}

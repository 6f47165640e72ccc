/** Where a register rolls over. */

import { multiplyScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { ONE } from '../ratios.ts'

/** The register's capacity from its profile, multiplied as its values are; null when the profile does not know it. */
export function capacityOf(text: string | undefined, factor: Scaled = ONE): Scaled | null {
  const capacity = text === undefined ? null : parseScaled(text)
  return capacity && multiplyScaled(capacity, factor)
}

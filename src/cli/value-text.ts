/** A value as a terminal shows it. */

import { formatScaled } from '../core/scaled.ts'
import type { Value } from '../driver-api/driver.ts'

export function valueText(value: Value): string {
  if ('digits' in value) return formatScaled(value)
  if ('time' in value) return value.time
  if ('text' in value) return value.text
  const digits = value.bits
    .toString(16)
    .toUpperCase()
    .padStart(value.width / 4, '0')
  return value.set.length > 0 ? `${digits} (${value.set.join(', ')})` : digits
}

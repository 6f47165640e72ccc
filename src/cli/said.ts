/** What a meter said about one point, as people read it. */

import { formatScaled } from '../core/scaled.ts'
import type { RawRead, Value } from '../driver-api/driver.ts'

export function saidOf(raw: RawRead): {
  readonly value: string | null
  readonly fault: { readonly code: string; readonly text: string } | null
} {
  if ('refused' in raw) return { value: null, fault: { code: raw.refused.code, text: raw.refused.text } }
  return { value: valueText(raw.value), fault: null }
}

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

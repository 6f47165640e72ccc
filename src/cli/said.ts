/** What a meter said about one point, as people read it. */

import type { RawRead } from '../driver-api/driver.ts'
import { valueText } from './value-text.ts'

export function saidOf(raw: RawRead): {
  readonly value: string | null
  readonly fault: { readonly code: string; readonly text: string } | null
} {
  if ('refused' in raw) return { value: null, fault: { code: raw.refused.code, text: raw.refused.text } }
  return { value: valueText(raw.value), fault: null }
}

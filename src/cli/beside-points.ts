/** What a profile declares beside its points, which people want to see with them: credit of a prepaid meter, its relay. */

import { CREDIT_THRESHOLDS } from '../core/credit.ts'
import type { RawRead } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { valueText } from './value-text.ts'

export function besidePoints({ prepaid = {}, traits }: Profile): readonly Point[] {
  const credits = (['balance', 'debt', 'purchases', ...CREDIT_THRESHOLDS] as const).map(one => prepaid[one])
  return [...credits, traits.relay?.state.point].filter(point => point !== undefined)
}

/** What the state of the relay means, by the profile; null of every other value. */
export function relayWord({ traits: { relay } }: Profile, read: RawRead | undefined): string | null {
  if (!relay || read?.point !== relay.state.point || !('value' in read)) return null
  const { open, closed } = relay.state
  const text = valueText(read.value)
  return text === open ? 'open' : text === closed ? 'closed' : `neither open (${open}) nor closed (${closed})`
}

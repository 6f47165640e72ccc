/** What the gate of new meters tells: why values are held apart, and what to do. */

import type { MeterConfig } from '../../config/config.ts'
import type { Point } from '../../driver-api/profile.ts'
import type { Acceptance } from './acceptances-held.ts'

/** What no check can see: nothing a meter shows of itself says how large a current is. */
export const COMMON_FACTOR =
  'every check passes, but so it would if all currents, powers and energies were too large by one factor, and nobody has accepted a meter by this profile yet: compare one current with a clamp meter, or one energy with the display'

export function remedyOf({ id, profile }: MeterConfig, why: string): string {
  const wait = why.startsWith('nothing has shown') ? 'wait until they have moved under load, or ' : ''
  return `${wait}look with meterd profile doctor ${profile.profile}, then ${acceptWith(id)}`
}

export function acceptWith(id: string): string {
  return `meterd profile accept ${id} --by NAME`
}

export function otherMeter(last: Acceptance | null, identity: string | null): string {
  return `another meter stands here: it was ${last?.identity ?? 'without a number'} and is ${identity ?? 'without one'}`
}

/** `since` says of when; it has been asked in vain where `isAsked`. */
export function unidentified({ id }: MeterConfig, since: string, isAsked: boolean): string {
  const asked = isAsked ? `; it is asked again. Where it never will: ${acceptWith(id)}` : ''
  return `it has not said ${since} which meter it is${asked}`
}

export function namesOf(points: readonly Point[]): string {
  return points.map(({ name }) => name).join(', ')
}

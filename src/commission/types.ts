/** What a profile's types give away by themselves: signs they cannot hold, markers of the other kind of type. */

import type { Point, Profile } from '../driver-api/profile.ts'
import { type Finding, fail } from './finding.ts'

/** Net active power: its sign says which way it flows. Of reactive power some meters only send the size. */
const SIGNED = /^1-\d+:(16|36|56|76)\.7\.0$/

export function types(profile: Profile): readonly Finding[] {
  return profile.points.flatMap(point => [...signless(point, profile), ...strangeMarker(point)])
}

function signless(point: Point, { sign }: Profile): readonly Finding[] {
  const [type = ''] = point.encoding.split(' ')
  if (!SIGNED.test(point.obis) || sign === undefined || sign === 'unsigned' || !/^(u|acc)\d/.test(type))
    return []
  return [
    fail(
      'types',
      point.name,
      [point],
      `${point.name} as ${type} cannot be negative, and this meter's power has a sign`,
    ),
  ]
}

/** FFFF is the largest of an unsigned type and -1 of a signed one; 8000 and 7FFF are the ends of a signed one. */
function strangeMarker(point: Point): readonly Finding[] {
  const [type = ''] = point.encoding.split(' ')
  const markers = /invalid=(\S+)/.exec(point.encoding)?.[1]?.split(',') ?? []
  const isSigned = /^s\d/.test(type)
  const strange = markers.find(marker => (isSigned ? /^F+$/i.test(marker) : /^(8000|7FFF)/i.test(marker)))
  if (strange === undefined || !/^[su]\d/.test(type)) return []
  return [
    fail(
      'types',
      point.name,
      [point],
      `${point.name}: ${strange} is the marker of ${isSigned ? 'an unsigned' : 'a signed'} type, not of ${type}`,
    ),
  ]
}

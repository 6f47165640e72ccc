/** What a meter says of itself: ident and serial number, each by the value it gave last. A refusal says nothing. */

import { formatScaled } from '../core/scaled.ts'
import type { RawRead } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'

export interface WhoItIs {
  /** What its profile has to know it by; none where that names neither. */
  readonly points: readonly Point[]
  readonly serialPoint: Point | null
  /** Takes note of what was said; false unless each of the points asked for gave a value. */
  took(reads: readonly RawRead[], asked: readonly Point[]): boolean
  /** Null before anything was said. */
  identity(): string | null
  serial(): string | null
}

export function createWhoItIs({ ident, serialNumber }: Pick<Profile, 'ident' | 'serialNumber'>): WhoItIs {
  const points = [ident?.point, serialNumber].filter(point => point !== undefined)
  const said = new Map<Point, string>()
  return {
    points,
    serialPoint: serialNumber ?? null,
    took(reads, asked) {
      for (const point of asked) {
        const text = textOf(reads.find(read => read.point === point))
        if (text !== null) said.set(point, text)
      }
      return asked.every(point => reads.some(read => read.point === point && 'value' in read))
    },
    identity() {
      const texts = points.flatMap(point => (said.has(point) ? [`${point.name} ${said.get(point)}`] : []))
      return texts.length === 0 ? null : texts.join(', ')
    },
    serial: () => (serialNumber && said.get(serialNumber)) ?? null,
  }
}

function textOf(read: RawRead | undefined): string | null {
  if (!read || !('value' in read)) return null
  const { value } = read
  return 'text' in value ? value.text.trim() : 'digits' in value ? formatScaled(value) : ''
}

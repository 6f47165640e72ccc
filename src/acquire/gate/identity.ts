/**
 * What a meter says of itself, ident and serial number, held against what it said before. Only a value that differs shows
 * another meter: a refusal, or nothing at all, says no more than that it has to be asked again.
 */

import { formatScaled } from '../../core/scaled.ts'
import type { RawRead } from '../../driver-api/driver.ts'
import type { Point } from '../../driver-api/profile.ts'

/** By point; what gave no value is not in it. */
export type Said = ReadonlyMap<Point, string>

export function saidIn(reads: readonly RawRead[], points: readonly Point[]): Said {
  return new Map(
    points.flatMap((point): [Point, string][] => {
      const read = reads.find(one => one.point === point)
      if (!read || !('value' in read)) return []
      const { value } = read
      return [[point, 'text' in value ? value.text.trim() : 'digits' in value ? formatScaled(value) : '']]
    }),
  )
}

/** Points the meter has not even refused: silence and business pass, and say nothing of what it would say. */
export function unansweredIn(reads: readonly RawRead[], points: readonly Point[]): readonly Point[] {
  const isAnswer = (read: RawRead) =>
    'value' in read || (read.refused.code !== 'LINE_SILENT' && read.refused.code !== 'METER_BUSY')
  return points.filter(point => !reads.some(read => read.point === point && isAnswer(read)))
}

/** "ident B23, serial number 11326837", in the order of the points; null when nothing is said. */
export function identityOf(said: Said, points: readonly Point[]): string | null {
  const texts = points.flatMap(point => (said.has(point) ? [`${point.name} ${said.get(point)}`] : []))
  return texts.length === 0 ? null : texts.join(', ')
}

/** The other way round. */
export function saidBefore(identity: string | null, points: readonly Point[]): Said {
  const said = new Map<Point, string>()
  let rest = identity ?? ''
  for (const point of points.toReversed()) {
    const at = rest.startsWith(`${point.name} `) ? 0 : rest.lastIndexOf(`, ${point.name} `) + 2
    if (at === 1) continue
    said.set(point, rest.slice(at + point.name.length + 1))
    rest = rest.slice(0, Math.max(0, at - 2))
  }
  return said
}

export function isOther(before: Said, now: Said): boolean {
  return [...before].some(([point, text]) => now.has(point) && now.get(point) !== text)
}

/** All that was said before is said again. */
export function isSame(before: Said, now: Said): boolean {
  return [...before].every(([point, text]) => now.get(point) === text)
}

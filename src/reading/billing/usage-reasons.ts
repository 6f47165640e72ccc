/** Why a day of the usage calendar is not simply measured, in words a customer may be told. Pure. */

import { compareScaled, formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { changesIn } from './period-reasons.ts'
import type { Release } from './release.ts'
import type { Used } from './usage-calendar.ts'

export interface UsedReason {
  /** The boundary it is said of, UTC ms. */
  readonly at: number
  /** As the gate's doubts, those of periods (period-reasons.ts), or one of `OwnCode`. */
  readonly code: string
  /** Null where it is said of all. */
  readonly obis: string | null
  readonly text: string
}

type OwnCode = 'ESTIMATED' | 'RELEASED_ANEW' | 'DECIDED' | 'WITHHELD' | 'NOT_KNOWN'

/** `before` tells the version that a release took the place of; null for a first one, or where it is damaged. */
export function reasonsOf(
  { releases, without, to }: Used,
  before: (release: Release) => Release | null,
  offsetMinutes: number,
): readonly UsedReason[] {
  const of = releases.flatMap(release => [
    ...estimatesOf(release),
    ...decisionsOf(release),
    ...correctionsOf(release, before(release), offsetMinutes),
    ...withheldOf(release),
  ])
  const unknown = without.map(obis =>
    own(to, 'NOT_KNOWN', obis, 'what it counted cannot be told: it fell, or an end of a series was not read'),
  )
  return [...of, ...changesIn(releases), ...unknown]
}

/** Why there was nothing to read, then what the estimate rests on. */
function estimatesOf({ boundary, standing, registers, remarks }: Release): readonly UsedReason[] {
  if (standing !== 'estimated') return []
  return [
    ...remarks.map(({ code, obis, text }) => ({ at: boundary, code, obis, text })),
    ...registers.flatMap(({ obis, value, unit, estimate }) =>
      estimate
        ? [
            own(
              boundary,
              'ESTIMATED',
              obis,
              `${formatScaled(value)} ${unit} is estimated (${estimate.method}): ${estimate.evidence}`,
            ),
          ]
        : [],
    ),
  ]
}

function decisionsOf({ boundary, standing, by }: Release): readonly UsedReason[] {
  return standing === 'edited' ? [own(boundary, 'DECIDED', null, `decided by ${by}`)] : []
}

function correctionsOf(
  release: Release,
  before: Release | null,
  offsetMinutes: number,
): readonly UsedReason[] {
  const { boundary, version, recordedAt, registers } = release
  if (version === 1) return []
  const since = `version ${version}, released ${isoWithOffset(recordedAt, offsetMinutes)}`
  if (before === null)
    return [own(boundary, 'RELEASED_ANEW', null, `${since}, took the place of an earlier one`)]
  const changed = registers.flatMap(({ obis, value, unit }) => {
    const was = before.registers.find(one => one.obis === obis)
    if (was && was.unit === unit && compareScaled(was.value, value) === 0) return []
    const then = was ? `was ${formatScaled(was.value)} ${was.unit}` : 'was not released'
    return [`${obis} is ${formatScaled(value)} ${unit}, ${then}`]
  })
  const what = changed.length > 0 ? changed.join('; ') : 'the values are the same'
  const text = `${since}, took the place of version ${before.version} (${before.standing}): ${what}`
  return [own(boundary, 'RELEASED_ANEW', null, text)]
}

function withheldOf({ boundary, standing, withheld, remarks }: Release): readonly UsedReason[] {
  if (withheld.length === 0) return []
  const why = standing === 'estimated' ? [] : remarks.map(({ text }) => text)
  const text = [`released without ${withheld.join(', ')}`, ...why].join(': ')
  return [own(boundary, 'WITHHELD', null, text)]
}

function own(at: number, code: OwnCode, obis: string | null, text: string): UsedReason {
  return { at, code, obis, text }
}

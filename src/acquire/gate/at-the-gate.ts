/** A meter at the gate of new meters: what is known of it, and what it waits for. */

import type { MeterConfig } from '../../config/config.ts'
import { isBilled } from '../../core/obis.ts'
import type { Point } from '../../driver-api/profile.ts'
import type { Acceptance } from './acceptances-held.ts'
import { unidentified } from './gate-words.ts'
import { type GivenFor, whyAgain } from './given-for.ts'
import { identityOf, type Said } from './identity.ts'
import type { LooksJudged, LookTaken } from './looks-taken.ts'

export interface Own {
  readonly config: MeterConfig
  readonly given: GivenFor
  readonly identityPoints: readonly Point[]
  acceptance: Acceptance | null
  looks: readonly LookTaken[]
  judged: LooksJudged | null
  /** What it said of itself when it was asked last. */
  said: Said
  /** What it was asked last about itself and did not even refuse. */
  unanswered: readonly Point[]
  /** Of the last time it was read, monotonic; null when it has to be read. */
  identifiedAt: number | null
  /** Since when it has to say who it is, in words; null when it has said so, or has nothing to say. */
  unidentified: string | null
  /** Times in a row it was asked and did not say it all. */
  unsaid: number
  /** Monotonic. */
  askedAgainAt: number
  isMissed: boolean
  why: string
  told: string
}

/** As it is at the start: accepted if what was said of it last was said of this meter in this place. */
export function atTheGate(config: MeterConfig, given: GivenFor, last: Acceptance | null): Own {
  const { profile } = config
  const again = last && whyAgain(last, given)
  const identityPoints = [profile.ident?.point, profile.serialNumber].filter(point => point !== undefined)
  return {
    config,
    given,
    identityPoints,
    acceptance: again === null ? last : null,
    looks: [],
    judged: null,
    said: new Map(),
    unanswered: identityPoints,
    identifiedAt: null,
    unidentified: identityPoints.length === 0 ? null : 'since the start',
    unsaid: 0,
    askedAgainAt: Number.NEGATIVE_INFINITY,
    isMissed: false,
    why: last === null ? 'it is new' : (again ?? ''),
    told: '',
  }
}

export function whyUnidentified(own: Own): string {
  return unidentified(own.config, own.unidentified ?? '', own.unsaid > 0)
}

/** What it says of itself, for an acceptance. */
export function whoIs({ said, identityPoints, config }: Own): Pick<Acceptance, 'identity' | 'serial'> {
  const { serialNumber } = config.profile
  return {
    identity: identityOf(said, identityPoints),
    serial: (serialNumber && said.get(serialNumber)) ?? null,
  }
}

/** Where a protocol has a table of items, that says what they are; elsewhere only the profile does. */
export function needsAcceptance({ driver }: MeterConfig): boolean {
  return driver.items === undefined
}

/** What a bill is made of and no check has shown to be right: a person who accepts has to look at all of it. */
export function unshownOf({ config, judged }: Own): readonly Point[] {
  return config.profile.points.filter(point => isBilled(point.obis) && !judged?.proven.has(point))
}

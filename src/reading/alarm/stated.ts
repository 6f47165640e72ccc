/** Alarms that are stated as a whole, again and again, by whoever knows what stands: what is stated no more is over. Pure; UTC ms. */

import { DAY } from '../../core/time.ts'
import type { AlarmEvent, AlarmSubject } from './alarm.ts'
import { keyOf } from './alarms.ts'

/** Of a meter; a person is wanted, and no value is withheld for it. */
export interface Stated extends Pick<AlarmSubject, 'of' | 'rule' | 'about'> {
  readonly line: string
  readonly text: string
}

export interface StatedAlarms {
  /** Answers what comes of it, in order. */
  turn(stated: readonly Stated[], now: number): readonly AlarmEvent[]
  /** How each that stands was opened last, the oldest first. */
  standing(): readonly AlarmEvent[]
}

/** What comes again within a day is the same alarm. */
const SAME_WITHIN_MS = DAY

/** Rules of supply: all others are judged by what meters tell. */
export function isStatedRule({ rule }: Pick<AlarmSubject, 'rule'>): boolean {
  return rule.startsWith('P-')
}

/** `before`, of an earlier life: the last event of each alarm that stands, or was cleared within a day. */
export function createStated(before: readonly AlarmEvent[]): StatedAlarms {
  const last = new Map(before.map(event => [keyOf(event), event]))

  function opened({ of, rule, about, line, text }: Stated, now: number): AlarmEvent {
    const subject = { scope: 'meter', of, rule, about } as const
    const earlier = last.get(keyOf(subject))
    const isSame = earlier !== undefined && now - earlier.at <= SAME_WITHIN_MS
    return {
      ...{ ...subject, line, version: null, severity: 1, blocks: false, codes: [], at: now },
      ...{ event: isSame ? 'reopened' : 'raised', opened: isSame ? earlier.opened + 1 : 1 },
      evidence: { text, reads: [] },
    }
  }

  const standing = () => [...last.values()].filter(({ event }) => event !== 'cleared')

  return {
    standing: () => standing().toSorted((one, other) => one.at - other.at),
    turn(stated, now) {
      const those = new Map(stated.map(one => [keyOf({ ...one, scope: 'meter' }), one]))
      const over = standing().filter(alarm => !those.has(keyOf(alarm)))
      const stands = new Set(standing().map(keyOf))
      const begun = [...those].filter(([key]) => !stands.has(key))
      const events: readonly AlarmEvent[] = [
        ...over.map(alarm => ({
          ...{ ...alarm, event: 'cleared' as const, at: now },
          evidence: { text: 'it is so no more', reads: [] },
        })),
        ...begun.map(([, one]) => opened(one, now)),
      ]
      for (const event of events) last.set(keyOf(event), event)
      for (const [key, { event, at }] of last)
        if (event === 'cleared' && now - at > SAME_WITHIN_MS) last.delete(key)
      return events
    },
  }
}

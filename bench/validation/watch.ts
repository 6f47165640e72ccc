/** Which suspicions of a meter become what people are told: a rule that speaks in two looks in a row at the same thing. */

import type { Outcome } from '../../src/acquire/round.ts'
import type { Raised } from './scores.ts'

export interface Watch {
  saw(meter: number, kind: 'poll' | 'freeze', at: number, outcome: Outcome): readonly Raised[]
}

/** Cycles without it that end an alarm. */
const CLEAN = 3

export function createWatch(): Watch {
  const tracks = new Map<string, { seen: number; clean: number }>()
  return {
    saw(meter, kind, at, { round }) {
      if (round.readings.length === 0) return []
      const rules = new Set(
        round.readings.flatMap(({ findings }) =>
          findings
            .filter(
              ({ verdict, severity }) => verdict !== 'accept' && verdict !== 'not evaluated' && severity < 3,
            )
            .map(({ rule }) => rule),
        ),
      )
      const raised: Raised[] = []
      for (const rule of rules) {
        const key = `${meter} ${kind} ${rule}`
        const track = tracks.get(key) ?? { seen: 0, clean: 0 }
        tracks.set(key, track)
        track.clean = 0
        track.seen += 1
        if (track.seen === 2) raised.push({ meter, rule, at })
      }
      for (const [key, track] of tracks) {
        if (!key.startsWith(`${meter} ${kind} `) || rules.has(key.split(' ')[2] ?? '')) continue
        track.clean += 1
        if (track.clean >= CLEAN || track.seen < 2) tracks.delete(key)
      }
      return raised
    },
  }
}

/** What people would be told: a rule that speaks of a meter in two looks in a row, until three pass without. */

import type { Outcome } from '../../src/acquire/round.ts'
import type { Finding } from '../../src/reading/reading.ts'
import type { Archived } from './archive.ts'
import type { Raised } from './scores.ts'

export interface Watch {
  saw(meter: number, at: number, outcome: Outcome): void
  /** Findings of one meter that no round made; looked for once a day. */
  told(meter: number, at: number, findings: readonly Finding[]): void
  /** What was raised since the last turn. */
  turn(now: number): readonly Raised[]
  /** Why nothing of this meter is released; null where nothing holds it. */
  heldBack(meter: number): string | null
}

const READS = 2
const CLEAN = 3

interface Track {
  seen: number
  clean: number
}

export function createWatch(archive: readonly Archived[]): Watch {
  const tracks = archive.map(() => new Map<string, Track>())
  let raised: Raised[] = []

  function look(meter: number, at: number, about: string, findings: readonly Finding[]): void {
    const own = tracks[meter]
    if (!own) return
    const fails = new Map(findings.filter(isSuspicion).map(finding => [`${about} ${finding.rule}`, finding]))
    for (const [key, { rule, evidence }] of fails) {
      const track = own.get(key) ?? { seen: 0, clean: 0 }
      own.set(key, track)
      track.clean = 0
      track.seen += 1
      if (track.seen === READS) raised.push({ meters: [meter], rule, at, isShared: false, evidence })
    }
    for (const [key, track] of own) {
      if (!key.startsWith(`${about} `) || fails.has(key)) continue
      track.clean += 1
      if (track.clean >= CLEAN || track.seen < READS) own.delete(key)
    }
  }

  return {
    saw(meter, at, { round: { readings } }) {
      const [first] = readings
      if (first)
        look(
          meter,
          at,
          first.kind,
          readings.flatMap(({ findings }) => findings),
        )
    },
    told: (meter, at, findings) => look(meter, at, 'history', findings),
    turn() {
      const now = raised
      raised = []
      return now
    },
    heldBack: () => null,
  }
}

function isSuspicion({ verdict, severity }: Finding): boolean {
  return verdict !== 'accept' && verdict !== 'not evaluated' && severity < 3
}

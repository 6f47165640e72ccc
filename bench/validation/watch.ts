/** What people would be told: the gateway's alarms, from rounds, from histories and from many meters together. */

import type { Outcome } from '../../src/acquire/round.ts'
import { type AlarmEvent, toldBy } from '../../src/reading/alarm/alarm.ts'
import { createAlarms } from '../../src/reading/alarm/alarms.ts'
import { inRound } from '../../src/reading/alarm/in-round.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { type Archived, EVERY_MS } from './archive.ts'
import { OFFSET_MINUTES } from './load.ts'
import type { Raised } from './scores.ts'

export interface Watch {
  saw(meter: number, at: number, outcome: Outcome): void
  /** Findings of one meter that no round made. */
  told(meter: number, at: number, findings: readonly Finding[], agreed: boolean): void
  /** What is raised by then; what comes again within a day is no news. */
  turn(now: number): readonly Raised[]
  heldBack(meter: number): string | null
}

export function createWatch(archive: readonly Archived[]): Watch {
  const idOf = (meter: number) => archive[meter]?.config.id ?? ''
  const indexOf = new Map(archive.map(({ config, meter }) => [config.id, meter.index]))
  const alarms = createAlarms({
    lines: new Map(archive.map(({ config }) => [config.id, config.line])),
    cycleMs: () => EVERY_MS,
    offsetMinutes: OFFSET_MINUTES,
  })

  function raisedOf({ event, scope, of, rule, at, evidence }: AlarmEvent): Raised[] {
    if (event !== 'raised') return []
    const ids = scope === 'meter' ? [of] : (evidence.failing ?? []).map(one => one.of)
    const meters = [...new Set(ids)].flatMap(id => indexOf.get(id) ?? [])
    return [{ meters, rule, at, isShared: scope !== 'meter', evidence: evidence.text }]
  }

  return {
    saw(meter, at, { round, judged }) {
      const id = idOf(meter)
      alarms.saw(id, at, inRound(round.readings, judged, alarms.watched(id)))
    },
    told(meter, at, findings, agreed) {
      alarms.saw(idOf(meter), at, toldBy(findings, agreed))
    },
    turn: now => alarms.turn(now).flatMap(raisedOf),
    heldBack: meter => alarms.holds(idOf(meter)),
  }
}

/** What a meter is silent to, to be remembered, and what a line has lost, to be asked again. */

import type { MeterConfig } from '../config/config.ts'
import type { Failure } from '../core/faults.ts'
import type { ReadResult } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Conversed } from '../line/line.ts'
import { isSilence } from '../line/silence.ts'
import type { LastGoodValues } from './last-good.ts'

type Talked = Pick<Conversed<ReadResult>, 'result' | 'exchanges'>

/**
 * Names to remember. What has had a good value before is no unknown item, and is asked again the next time; where the
 * line lost anything else in the same conversation it may have lost these too.
 */
export function silentTo(talked: Talked, config: MeterConfig, lastGood: LastGoodValues): readonly string[] {
  const unanswered = talked.result.unanswered ?? []
  const silences = unanswered.filter(one => isSilence(one, talked.exchanges))
  const asked = new Set(silences.flatMap(({ requests }) => requests))
  if (talked.exchanges.some(({ outcome, request }) => outcome !== 'answered' && !asked.has(request)))
    return []
  return silences
    .flatMap(({ name }) => name ?? [])
    .filter(name => !registersBehind(name, config).some(register => lastGood.of(register) !== null))
}

/** Why an item was lost that the meter may well have; null where all that is missing is the meter's silence. */
export function disturbance(talked: Talked, meter: string): Failure | null {
  const lost = (talked.result.unanswered ?? []).find(one => !isSilence(one, talked.exchanges))
  if (!lost) return null
  const text = `no good answer of ${meter} to one of the questions; it answered others`
  return { code: 'LINE_GARBLED', text }
}

/** Those of a single item; a block has none of its own. */
function registersBehind(name: string, { id, profile }: MeterConfig) {
  const registers = (points: readonly Point[], kind: 'poll' | 'freeze') =>
    points.map(({ obis }) => ({ meter: id, obis, kind }))
  const { points, daily, hourly } = profile
  const frozen = [daily, hourly].flatMap(plan =>
    plan?.stamp.item === name ? plan.points : (plan?.points ?? []).filter(isNamed),
  )
  function isNamed({ item }: Point): boolean {
    return item === name
  }
  return [...registers(points.filter(isNamed), 'poll'), ...registers(frozen, 'freeze')]
}

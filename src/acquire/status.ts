/** What the acquiring side knows about its lines and meters right now; the API and the log show it. */

import type { Failure } from '../core/faults.ts'
import type { Line } from '../line/line.ts'
import type { MeterNumbers } from '../line/meter-numbers.ts'

/** `never`: not yet asked · `ok`: answered last time · `failing`: did not, or told no value · `silent`: several times; asked rarely. */
export type MeterState = 'never' | 'ok' | 'failing' | 'silent'

export interface MeterStatus {
  readonly id: string
  readonly state: MeterState
  readonly lastAskedAt: number | null
  readonly lastAnswerAt: number | null
  /** Why the last conversation failed, or brought no value; null after a good one. */
  readonly fault: Failure | null
  /** When it is asked next, UTC ms. */
  readonly nextAt: number | null
  readonly answered: number
  readonly unanswered: number
  /** What its line counted of it since the start. */
  readonly numbers: MeterNumbers
}

export interface LineStatus {
  readonly id: string
  readonly url: string
  readonly state: Line['state']
  readonly fault: Line['fault']
  readonly counters: LineCounters
  /** Share of the last minutes in which a question or its answer was on the way. */
  readonly utilisation: number
  readonly responseTimes: Line['responseTimes']
}

export type LineCounters = Line['counters']

/** Lines of which at least half of the meters, and more than one, are silent; null while none was asked. */
export function linesOut(
  meters: readonly { readonly id: string; readonly line: string }[],
  statuses: readonly Pick<MeterStatus, 'id' | 'state'>[],
): readonly string[] | null {
  const states = new Map(statuses.map(({ id, state }) => [id, state]))
  if (statuses.every(({ state }) => state === 'never')) return null
  const lines = Map.groupBy(meters, ({ line }) => line)
  return [...lines].flatMap(([line, on]) => {
    const silent = on.filter(({ id }) => states.get(id) === 'silent').length
    return silent > 1 && 2 * silent >= on.length ? [line] : []
  })
}

export function lineStatusOf({
  config: { id, urlText: url },
  line,
}: {
  readonly config: { readonly id: string; readonly urlText: string }
  readonly line: Line
}): LineStatus {
  const { state, fault, counters, utilisation, responseTimes } = line
  return { id, url, state, fault, counters, utilisation, responseTimes }
}

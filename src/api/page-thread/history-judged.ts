/** What the rules of history say at a boundary, of all meters: read and judged beside the threads that time lines and keep. */

import type { Area } from '../../reading/rules/group/area-loss.ts'
import {
  type DaysTold,
  daysTold,
  HISTORY_MS,
  type HistoryFacts,
  judgeHistory,
  judgeTogether,
  type ToldOfMeter,
} from '../../reading/rules/history.ts'
import type { Reader } from '../../store/reader.ts'

export interface HistoryJudgedAsked {
  /** UTC ms; released by now. */
  readonly boundary: number
  /** By meter: rules it matters of whether they pass. */
  readonly watched: Readonly<Record<string, readonly string[]>>
}

export interface HistoryJudgedParts {
  readonly reader: Pick<Reader, 'book'>
  readonly offsetMinutes: number
  readonly histories: readonly HistoryFacts[]
  readonly areas: readonly Area[]
  readonly turn: () => Promise<void>
}

/** The JSON of ToldOfMeter[]: meters of which there is something to say. */
export async function historyJudged(
  { reader, offsetMinutes, histories, areas, turn }: HistoryJudgedParts,
  { boundary, watched }: HistoryJudgedAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const told: ToldOfMeter[] = []
  const days: DaysTold[] = []
  for (const facts of histories) {
    const releases = reader.book.releasesOf(facts.meter, boundary - HISTORY_MS, boundary + 1)
    if (releases.length > 0) {
      told.push(judgeHistory({ ...facts, releases }, boundary, offsetMinutes, watched[facts.meter] ?? []))
      days.push(daysTold(facts, releases, boundary))
    }
    await turn()
  }
  const together = judgeTogether(days, areas, boundary, offsetMinutes)
  const found = [...told, ...together].filter(({ findings }) => findings.length > 0)
  return new TextEncoder().encode(JSON.stringify(found))
}

/** What the rules of history say at a boundary, of all meters: read and judged beside the threads that time lines and keep. */

import type { Area } from '../../reading/rules/group/area-loss.ts'
import {
  type DaysTold,
  daysTold,
  HISTORY_MS,
  type HistoryFacts,
  judgeChannels,
  judgeHistory,
  judgeTogether,
  type ToldOfMeter,
} from '../../reading/rules/history.ts'
import type { Channel } from '../../reading/rules/interval/interval-day.ts'
import type { Reader } from '../../store/reader.ts'
import { type ChannelDaysParts, channelDay } from './channel-days.ts'

export interface HistoryJudgedAsked {
  /** UTC ms; released by now. */
  readonly boundary: number
  /** By meter: rules it matters of whether they pass. */
  readonly watched: Readonly<Record<string, readonly string[]>>
}

export interface HistoryJudgedParts extends ChannelDaysParts {
  readonly reader: Pick<Reader, 'book'> & ChannelDaysParts['reader']
  readonly offsetMinutes: number
  readonly histories: readonly HistoryFacts[]
  readonly areas: readonly Area[]
}

/** The JSON of ToldOfMeter[]: meters of which there is something to say. */
export async function historyJudged(
  parts: HistoryJudgedParts,
  { boundary, watched }: HistoryJudgedAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { reader, offsetMinutes, histories, areas, turn } = parts
  const told: ToldOfMeter[] = []
  const days: DaysTold[] = []
  for (const facts of histories) {
    const releases = reader.book.releasesOf(facts.meter, boundary - HISTORY_MS, boundary + 1)
    if (releases.length > 0) {
      told.push(judgeHistory({ ...facts, releases }, boundary, offsetMinutes, watched[facts.meter] ?? []))
      days.push(daysTold(facts, releases, boundary))
    }
    const known = { facts, releases, boundary, offsetMinutes }
    const dayOf = (channel: Channel, daysBefore: number) => channelDay(parts, channel, known, daysBefore)
    const findings = await judgeChannels(facts.channels, dayOf, watched[facts.meter] ?? [])
    told.push({ meter: facts.meter, findings })
    await turn()
  }
  const pairs = histories.flatMap(({ meter, checks, limits }) =>
    checks === null ? [] : [{ main: checks, check: meter, limits }],
  )
  const together = judgeTogether(days, areas, boundary, offsetMinutes, pairs)
  const found = [...told, ...together].filter(({ findings }) => findings.length > 0)
  return new TextEncoder().encode(JSON.stringify(found))
}

/** The readings a dossier rests on, gathered once, and the frames they came in. */

import { toHex } from '../../core/hex.ts'
import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import { isOfNow } from '../../reading/from-memory.ts'
import type { Reader } from '../../store/reader.ts'
import type { StoredReading } from '../../store/store.ts'
import type { Dossier } from '../dossier-shapes.ts'

export interface ReadingsParts {
  readonly reader: Pick<Reader, 'hoursOf' | 'readingsIn' | 'exchangesOf'>
  readonly turn: () => Promise<void>
  readonly offsetMinutes: number
}

const ROWS_AT_ONCE = 5_000
const READINGS_AT_ONCE = 20

/** Polls of a register, in order of their slots. */
export async function pollsOf(
  { reader, turn }: ReadingsParts,
  meter: string,
  obis: string,
  from: number,
  to: number,
): Promise<readonly StoredReading[]> {
  const asked = { meter, obis, kind: 'poll', from: Math.max(0, from), to, limit: ROWS_AT_ONCE } as const
  const found: StoredReading[] = []
  for (let hours = reader.hoursOf(asked); hours !== null; await turn()) {
    const part = reader.readingsIn(asked, hours)
    found.push(...part.items)
    hours = part.next
  }
  return found.sort((a, b) => a.slot - b.slot || a.version - b.version)
}

/** Of each slot the last version, where it is good. */
export function goodOnes(polls: readonly StoredReading[]): readonly StoredReading[] {
  const last = new Map(polls.map(one => [one.slot, one]))
  return [...last.values()].filter(({ quality }) => quality === 'good')
}

export function ofNow(polls: readonly StoredReading[]): readonly StoredReading[] {
  return goodOnes(polls).filter(isOfNow)
}

/** Each once, with the frames of its conversation: of a poll the one that carried it, of a freeze all that prove its stamp. */
export async function withFrames(
  { reader, turn, offsetMinutes }: ReadingsParts,
  readings: Iterable<StoredReading>,
): Promise<Pick<Dossier, 'readings' | 'frames'>> {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const each = new Map([...readings].map(one => [one.id, one]))
  const frames: Dossier['frames'] = []
  const places = new Map<string, number>()
  const shown: Dossier['readings'] = []

  function placeOf(round: number, nth: number, one: ReturnType<Reader['exchangesOf']>[number]): number {
    const key = `${round} ${nth}`
    const known = places.get(key)
    if (known !== undefined) return known
    const { request, reply, sentAt, receivedAt, outcome } = one
    const received = receivedAt === null ? null : at(receivedAt)
    frames.push({
      request: toHex(request),
      reply: reply && toHex(reply),
      sentAt: at(sentAt),
      receivedAt: received,
      outcome,
    })
    places.set(key, frames.length - 1)
    return frames.length - 1
  }

  for (const [place, one] of [...each.values()].sort(byTime).entries()) {
    if (place % READINGS_AT_ONCE === 0) await turn()
    const exchanges = reader.exchangesOf(one)
    const isAlone = isOfNow(one)
    const own = exchanges.flatMap((exchange, nth) =>
      !isAlone || exchange.carried
        ? [{ nth: placeOf(one.round, nth, exchange), carried: exchange.carried }]
        : [],
    )
    const { id, obis, kind, slot, version, value, unit, readAt, receivedAt, quality } = one
    shown.push({
      ...{ id, obis, kind, slot: at(slot), version, value: formatScaled(value), unit },
      ...{ readAt: at(readAt), receivedAt: at(receivedAt), quality },
      frames: own.map(({ nth }) => nth),
      carrier: own.find(({ carried }) => carried)?.nth ?? null,
    })
  }
  return { readings: shown, frames }
}

function byTime(a: StoredReading, b: StoredReading): number {
  return a.readAt - b.readAt || (a.obis < b.obis ? -1 : a.obis > b.obis ? 1 : 0)
}

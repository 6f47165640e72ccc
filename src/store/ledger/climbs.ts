/**
 * Where meters stand on their ladders. What is judged in full leaves its last positions here; what comes after them goes on from there, and
 * need not look back to the day the ladder began. Lost with the process: then the next look is in full.
 */

import { addScaled, type Scaled } from '../../core/scaled.ts'
import type { Counted } from '../../supply/money/charges.ts'
import { type Ladder, ladderBegan } from '../../supply/money/ladder.ts'

/** At the end of a span: what the account had used of the register since its ladder began. */
interface Position {
  readonly at: number
  readonly account: string
  readonly began: number
  readonly used: Scaled
}

/** By register; the last few in order. Nothing later was judged, so nothing later is to be put right. */
type Positions = ReadonlyMap<string, readonly Position[]>

export interface Climbs {
  of(meter: string): Positions | null
  note(meter: string, positions: Positions): void
}

export function createClimbs(): Climbs {
  const all = new Map<string, Positions>()
  return { of: meter => all.get(meter) ?? null, note: (meter, positions) => void all.set(meter, positions) }
}

/** A boundary, what its day before rests on, and one that was missing. */
const KEPT = 4
const NOTHING: Scaled = { digits: 0n, scaler: 0 }

/** Whether all that is later than the first of these spans is among them, and where that begins is known. */
export function isOnward(
  known: Positions | null,
  ladders: readonly Ladder[],
  spans: readonly Counted[],
  high: number,
): boolean {
  if (known === null || !isPlain(ladders)) return false
  return ladders.every(({ register }) => {
    const positions = known.get(register) ?? []
    const last = positions.at(-1)
    const first = firstOf(register, spans)
    if (last === undefined || last.at > high) return false
    return first === null || positions.some(({ at }) => at === first)
  })
}

/** Two ladders of one register, or two days of beginning, are looked at in full each time. */
function isPlain(ladders: readonly Ladder[]): boolean {
  return ladders.every(one =>
    ladders.every(({ register, every, begins }) =>
      register === one.register ? every === one.every && begins === one.begins : true,
    ),
  )
}

function firstOf(obis: string, spans: readonly Counted[]): number | null {
  const own = spans.filter(one => one.obis === obis)
  return own.length === 0 ? null : Math.min(...own.map(({ from }) => from))
}

export interface Climbing {
  /** Before the span that is judged next. */
  since(account: string, obis: string, began: number): Scaled
  /** It was charged. */
  climb(account: string, obis: string, from: number, quantity: Scaled): void
  /** It was judged, charged or not. */
  passed(account: string, obis: string, from: number, to: number): void
  positions(low: number): Positions
}

/** Spans come in order. `known` where they go on from there, null where they are all there is. */
export function createClimbing(
  known: Positions | null,
  ladders: readonly Ladder[],
  spans: readonly Counted[],
  offsetMinutes: number,
): Climbing {
  const sums = new Map<string, Scaled>()
  const passed = new Map<string, Position[]>()
  const begin = new Map<string, Position | null>()

  /** Where the first of its spans begins. */
  function beginOf(obis: string): Position | null {
    const before = begin.get(obis)
    if (before !== undefined) return before
    const first = firstOf(obis, spans)
    const found = known?.get(obis)?.find(({ at }) => at === first) ?? null
    begin.set(obis, found)
    return found
  }

  const since: Climbing['since'] = (account, obis, began) => {
    const key = `${account} ${obis} ${began}`
    const sum = sums.get(key)
    if (sum !== undefined) return sum
    const before = beginOf(obis)
    const isSame = before?.account === account && before.began === began
    return isSame ? before.used : NOTHING
  }

  const beganOf = (obis: string, instant: number) =>
    ladders.filter(({ register }) => register === obis).map(one => ladderBegan(one, instant, offsetMinutes))

  return {
    since,
    climb(account, obis, from, quantity) {
      for (const began of new Set(beganOf(obis, from)))
        sums.set(`${account} ${obis} ${began}`, addScaled(since(account, obis, began), quantity))
    },
    passed(account, obis, from, to) {
      const [began] = beganOf(obis, from)
      if (began === undefined) return
      const position = { at: to, account, began, used: since(account, obis, began) }
      passed.set(obis, [...(passed.get(obis) ?? []).slice(1 - KEPT), position])
    },
    positions: low =>
      new Map(
        ladders.map(({ register }) => {
          const first = firstOf(register, spans) ?? low
          const before = known?.get(register)?.filter(({ at }) => at <= first) ?? []
          return [register, [...before, ...(passed.get(register) ?? [])].slice(-KEPT)]
        }),
      ),
  }
}

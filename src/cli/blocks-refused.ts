/** What `meterd read` does where a meter refuses a block: asks for its items one by one. */

import type { Call, Driver, Point, RawRead, ReadResult, Refusal } from '../driver-api/driver.ts'
import type { Conversed } from '../line/line.ts'
import type { LineTalk } from './line-talk.ts'

export interface InParts {
  /** By the block that was refused, what its items said. */
  readonly reads: ReadonlyMap<string, readonly RawRead[]>
  readonly talks: readonly Conversed<ReadResult>[]
}

/** So many items refused in a row and the rest of a block is taken for absent: of sixty tariffs most meters have four. */
const REFUSED_IN_A_ROW = 3

export async function readInParts(
  talk: LineTalk,
  driver: Driver,
  call: Call,
  { result, fault }: Conversed<ReadResult>,
): Promise<InParts> {
  const reads = new Map<string, readonly RawRead[]>()
  const talks: Conversed<ReadResult>[] = []
  const blocks = fault ? [] : [...refusedWhole(result.reads).keys()]
  for (const block of blocks) {
    const items = Map.groupBy(driver.partsOf?.(block, call.traits) ?? [], ({ item }) => item)
    const said: RawRead[] = []
    let refusedInARow = 0
    for (const points of items.values()) {
      if (refusedInARow >= REFUSED_IN_A_ROW) break
      const talked = await readOne(talk, driver, call, points)
      talks.push(...talked)
      const { result, fault } = talked.at(-1) ?? NOTHING
      if (fault) break
      said.push(...result.reads)
      refusedInARow = result.reads.some(raw => 'value' in raw) ? 0 : refusedInARow + 1
    }
    if (items.size > 0) reads.set(block, said)
  }
  return { reads, talks }
}

const NOTHING = { result: { reads: [], refused: [] }, fault: null }

/**
 * An item that has no answer is asked once more, after a question that any meter answers: it may be silent to what it does
 * not know, and have the rest.
 */
async function readOne(
  { hold, isStopped }: LineTalk,
  driver: Driver,
  call: Call,
  points: readonly Point[],
): Promise<readonly Conversed<ReadResult>[]> {
  const first = await hold(driver, call.address, driver.read(call, points))
  if (!first.fault || isStopped()) return [first]
  const after = { ...call, silentBefore: 1 }
  return [first, await hold(driver, call.address, driver.read(after, points))]
}

/** Items of several values of which none came, all for one and the same reason. */
export function refusedWhole(reads: readonly RawRead[]): ReadonlyMap<string, Refusal> {
  const whole = new Map<string, Refusal>()
  for (const [item, answers] of Map.groupBy(reads, ({ point }) => point.item)) {
    const [first] = answers
    const refused = first && 'refused' in first ? first.refused : null
    if (refused && answers.length > 1 && answers.every(raw => 'refused' in raw && raw.refused === refused))
      whole.set(item, refused)
  }
  return whole
}

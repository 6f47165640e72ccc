/** A small store with something of everything in it, and every question that can be asked of it. */

import { Fault } from '../../src/core/faults.ts'
import type { Calls } from '../../src/store/protocol.ts'
import type { Hours } from '../../src/store/queries.ts'
import { openReader } from '../../src/store/reader.ts'
import { isChange, type MeterClock } from '../../src/store/store.ts'
import { close, openIn } from './data-directory.ts'
import { NOON, QUARTER, roundOf } from './rounds.ts'

const ALL = { from: 0, to: 9e15, limit: 5_000 }

export async function fill(directory: string): Promise<void> {
  const store = await openIn(directory, {})
  const finding = { rule: 'V-R5', verdict: 'flag', severity: 3, codes: ['2.6.1'], evidence: 'slow' } as const
  const rounds = Array.from({ length: 90 }, (_, index) => {
    const slot = NOON + Math.floor(index / 3) * QUARTER
    const kind = index % 5 === 0 ? 'freeze' : 'poll'
    const digits = 9_007_199_254_740_993n + BigInt(index)
    const findings = index % 7 === 0 ? [finding] : []
    const round = roundOf(
      `meter ${index % 3}`,
      { slot, kind, digits, findings },
      { slot, obis: '1-0:2.8.0', digits: 5n },
    )
    return { ...round, clock: { measuredAt: slot, deviationMs: index } }
  })
  await Promise.all(rounds.map(round => store.accept(round)))
  for (const meter of ['meter 0', 'meter 1'])
    await store.accept(roundOf(meter, { slot: NOON, kind: 'freeze', digits: 1n }, { slot: NOON, digits: 2n }))
  await store.advance('mqtt', 100)
  await close(store)
}

/** Every clock measurement ever made; of those of one hour the store keeps the last. */
export function measurements(): MeterClock[] {
  return Array.from({ length: 90 }, (_, index) => ({
    meter: `meter ${index % 3}`,
    measuredAt: NOON + Math.floor(index / 3) * QUARTER,
    deviationMs: index,
  }))
}

/**
 * Everything the store serves, each thing under a name that says which thing it is. `refused` is told of a question that a
 * page which cannot be read ended; what it answered before still counts.
 */
export function* served(
  calls: Calls,
  directory: string,
  ids: readonly string[],
  refused: (error: Error) => void,
): Generator<readonly [name: string, value: string]> {
  const json = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : (part as unknown)))
  const questions: readonly (() => Iterable<readonly [string, unknown]>)[] = [
    () =>
      calls
        .changesAfter(0, 1_000)
        .filter(isChange)
        .map(change => [`change ${change.sequence}`, change]),
    ...['meter 0', 'meter 1', 'meter 2'].flatMap(meter => [
      () =>
        calls
          .readingsIn({ meter, ...ALL }, hoursOf(calls))
          .items.map(reading => [`${meter} ${reading.id}`, reading] as const),
      () => calls.latestOf(meter).map(reading => [`${meter} ${reading.id}`, reading] as const),
    ]),
    () => readBeside(directory),
    () =>
      calls
        .lastGood(0)
        .items.map(({ meter, obis, kind, ...good }) => [
          `good ${meter} ${obis} ${kind} ${good.readAt}`,
          good,
        ]),
    () => [['cursor', positionOf(calls)]],
    () => calls.clocks().map(clock => [`clock ${clock.meter}`, clock]),
    ...ids.map(id => () => {
      const { exchanges = [], line = '' } = calls.evidence(id) ?? {}
      // A damaged line is left empty.
      const said = exchanges.map(exchange => [`exchange ${id} ${exchange.request[1]}`, exchange] as const)
      return line === '' ? said : [...said, [`line ${id}`, line] as const]
    }),
  ]
  for (const question of questions) {
    try {
      for (const [name, value] of question()) yield [name, json(value)]
    } catch (error) {
      if (!(error instanceof Error && ('errcode' in error || error instanceof Fault))) throw error
      refused(error)
    }
  }
}

/** What a connection of its own finds. */
function* readBeside(directory: string): Generator<readonly [string, unknown]> {
  const reader = openReader(directory, () => undefined)
  try {
    for (const meter of ['meter 0', 'meter 1', 'meter 2']) {
      for (const reading of reader.boundaryOf(meter, NOON)) yield [`${meter} ${reading.id}`, reading]
      const clock = reader.clockNear(meter, NOON)
      if (clock !== null) yield [`clock ${meter} near noon`, clock]
    }
  } finally {
    reader.close()
  }
}

/** A damaged position starts over, which is harmless; any other number would skip readings. */
function positionOf(calls: Calls): string {
  const position = calls.cursor('mqtt').sequence
  return position === 0 ? '100' : `${position}`
}

/** All hours at once; a damaged slot may have made them many, which the store itself walks in parts. */
function hoursOf(calls: Calls): Hours {
  const hours = calls.hoursOf({ meter: '', ...ALL }) ?? { first: 0, last: 0, atOnce: 0 }
  const last = Math.min(hours.last, hours.first + 1_000)
  return { first: hours.first, last, atOnce: 1_000 }
}

/** The latest good value of every register, for pair checks; a bad value never becomes the baseline. */

import type { Scaled } from '../core/scaled.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'
import { CLOCK_SUSPECT_MS } from '../reading/rules.ts'
import type { LastGood } from '../store/store.ts'

type Register = { readonly meter: string; readonly obis: string; readonly kind: Kind }

export interface LastGoodValues {
  of(register: Register): { readonly value: Scaled; readonly readAt: number } | null
  /** Takes note of a reading that has become durable. */
  note(reading: ValidatedReading): void
}

export function createLastGood(kept: readonly LastGood[]): LastGoodValues {
  const values = new Map(kept.map(good => [keyOf(good), { value: good.value, readAt: good.readAt }]))
  return {
    of: register => values.get(keyOf(register)) ?? null,
    note(reading) {
      if (reading.quality !== 'good') return
      const before = values.get(keyOf(reading))
      // A baseline ahead of the moment this reading came was stamped by a clock that has been put right since.
      const stands =
        before && before.readAt >= reading.readAt && before.readAt <= reading.receivedAt + CLOCK_SUSPECT_MS
      if (!stands) values.set(keyOf(reading), { value: reading.value, readAt: reading.readAt })
    },
  }
}

function keyOf({ meter, obis, kind }: Register): string {
  return `${meter} ${obis} ${kind}`
}

/** The latest good value of every register, for pair checks; a bad value never becomes the baseline. */

import type { Scaled } from '../core/scaled.ts'
import { factorIn } from '../reading/ratios.ts'
import type { Kind, ValidatedReading } from '../reading/reading.ts'
import { CLOCK_SUSPECT_MS } from '../reading/rules.ts'
import type { LastGood } from '../store/store.ts'

type Register = { readonly meter: string; readonly obis: string; readonly kind: Kind }

type Baseline = Pick<LastGood, 'value' | 'readAt' | 'factor'>

export interface LastGoodValues {
  of(register: Register): Baseline | null
  /** Takes note of a reading that has become durable. */
  note(reading: ValidatedReading): void
}

export function createLastGood(kept: readonly LastGood[]): LastGoodValues {
  const values = new Map<string, Baseline>(
    kept.map(good => [keyOf(good), baselineOf(good, good.factor ?? null)]),
  )
  return {
    of: register => values.get(keyOf(register)) ?? null,
    note(reading) {
      if (reading.quality !== 'good') return
      const before = values.get(keyOf(reading))
      // A baseline ahead of the moment this reading came was stamped by a clock that has been put right since.
      const stands =
        before && before.readAt >= reading.readAt && before.readAt <= reading.receivedAt + CLOCK_SUSPECT_MS
      if (!stands) values.set(keyOf(reading), baselineOf(reading, factorIn(reading.findings)))
    },
  }
}

function baselineOf({ value, readAt }: Baseline, factor: Scaled | null): Baseline {
  return factor ? { value, readAt, factor } : { value, readAt }
}

function keyOf({ meter, obis, kind }: Register): string {
  return `${meter} ${obis} ${kind}`
}

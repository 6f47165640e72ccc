/** Rounds for the tests of this room. */

import type { Kind, Quality, ValidatedReading } from '../../src/reading/reading.ts'
import type { Round, Store, StoredReading } from '../../src/store/store.ts'

export const NOON = Date.UTC(2026, 10, 21, 12)
export const QUARTER = 15 * 60_000

export interface Said {
  readonly obis?: string
  readonly kind?: Kind
  readonly slot?: number
  readonly digits?: bigint
  readonly scaler?: number
  readonly unit?: string
  readonly readAt?: number
  readonly receivedAt?: number
  readonly quality?: Quality
  readonly findings?: ValidatedReading['findings']
}

export function readingOf(meter: string, said: Said = {}, exchange = 0): ValidatedReading {
  const slot = said.slot ?? NOON
  const readAt = said.readAt ?? slot + 1_234
  return {
    meter,
    obis: said.obis ?? '1-0:1.8.0',
    kind: said.kind ?? 'poll',
    slot,
    value: { digits: said.digits ?? 1_234_567n, scaler: said.scaler ?? -2 },
    unit: said.unit ?? 'kWh',
    readAt,
    receivedAt: said.receivedAt ?? readAt + 5,
    exchange,
    quality: said.quality ?? 'good',
    findings: said.findings ?? [],
  }
}

/** A round in which each reading was carried by an exchange of its own. */
export function roundOf(meter: string, ...said: readonly Said[]): Round {
  const readings = said.map((one, index) => readingOf(meter, one, index))
  return {
    meter,
    line: 'line-1',
    readings,
    clock: null,
    exchanges: readings.map(({ readAt }, index) => ({
      request: Uint8Array.of(0x68, index, 0x16),
      reply: Uint8Array.of(0x68, 0x91, index, 0x16),
      sentAt: readAt - 50,
      receivedAt: readAt,
      outcome: 'answered' as const,
    })),
  }
}

/** Every version kept for a slot of a meter, in order of versions. */
export async function keptAt(
  store: Pick<Store, 'readingsOf'>,
  slot: number,
  meter = 'm1',
): Promise<readonly StoredReading[]> {
  const found = await store.readingsOf({ meter, from: slot, to: slot + 1, limit: 5_000 })
  return found.toSorted((a, b) => a.version - b.version)
}

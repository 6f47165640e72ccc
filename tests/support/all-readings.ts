/** Every reading the store holds, page by page through the API, as any consumer would take them. */

import type { TestDaemon } from './daemon.ts'

export interface ShownReading {
  readonly id: string
  readonly meter: string
  readonly obis: string
  readonly kind: string
  readonly slot: string
  readonly value: string
  readonly unit: string
  readonly readAt: string
  readonly quality: string
  readonly version: number
}

export async function allReadings(
  daemon: TestDaemon,
  meters: readonly string[],
): Promise<Map<string, ShownReading>> {
  const found = new Map<string, ShownReading>()
  for (const meter of meters) {
    let cursor = ''
    do {
      const page: { readings: ShownReading[]; next: string | null } = await daemon.json(
        `/v1/meters/${meter}/readings?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      for (const reading of page.readings) {
        if (found.has(reading.id)) throw new Error(`${reading.id} came on two pages`)
        found.set(reading.id, reading)
      }
      cursor = page.next ?? ''
    } while (cursor !== '')
  }
  return found
}

/** A book of made-up releases, as large as asked: daily boundaries of a thousand meters with ten registers each. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DAY } from '../src/core/time.ts'
import type { Release, ReleasedRegister } from '../src/reading/billing/release.ts'
import { readId } from '../src/reading/identity.ts'
import { KEPT_FOR } from '../src/reading/worth.ts'
import { bookWriterFor } from '../src/store/book/writing.ts'
import { DATABASE_FILE } from '../src/store/database.ts'
import { openStoreFile } from '../src/store/file.ts'
import { inTransaction } from '../src/store/statements.ts'

export const METERS = 1_000
export const REGISTERS = [1, 2].flatMap(direction =>
  [0, 1, 2, 3, 4].map(tariff => `1-0:${direction}.8.${tariff}`),
)
export const OFFSET_MINUTES = 480
/** 2020-01-01T00:00:00+08:00. */
export const FIRST = Date.UTC(2019, 11, 31, 16)

/** Days from one on, before another; each day is a batch. */
export function fillBook(directory: string, from: number, to: number): void {
  openStoreFile(
    directory,
    { maxBytes: 1e12, keep: KEPT_FOR, offsetMinutes: OFFSET_MINUTES },
    () => undefined,
  ).close()
  const database = new DatabaseSync(join(directory, DATABASE_FILE))
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
  const open = bookWriterFor(database, OFFSET_MINUTES)
  for (let day = from; day < to; day++)
    inTransaction(database, () => {
      const writer = open(FIRST + (day + 1) * DAY)
      for (let meter = 1; meter <= METERS; meter++) writer.add(releaseOf(`m${meter}`, day))
      writer.close()
    })
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

/** Hundredths of a kWh. */
export function rawOf(day: number, place: number): bigint {
  return BigInt(1_234_567 + day * (1_000 - 97 * place))
}

function releaseOf(meter: string, day: number): Omit<Release, 'recordedAt'> {
  const boundary = FIRST + day * DAY
  const registers = REGISTERS.map(
    (obis, place): ReleasedRegister => ({
      obis,
      value: { digits: rawOf(day, place), scaler: -2 },
      unit: 'kWh',
      reading: readId({ meter, obis, kind: 'freeze', slot: boundary, version: 1 }),
      codes: ['2.0.1'],
      witnesses: [{ by: 'second-read', evidence: 'asked again by itself, it said the same' }],
      estimate: null,
    }),
  )
  return {
    ...{
      meter,
      boundary,
      version: 1,
      standing: 'actual',
      registers,
      withheld: [],
      multiplier: '1',
      segment: 1,
    },
    ...{ remarks: [], by: 'rule' },
  }
}

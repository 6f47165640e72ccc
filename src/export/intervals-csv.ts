/** `intervals_v1`: a row for each interval of a register, stamped with its start: [start, start + seconds). */

import { formatScaled } from '../core/scaled.ts'
import { isoWriter, SECOND } from '../core/time.ts'
import { type CsvVariant, csvText } from './csv.ts'
import type { ExportFormat, IntervalDay } from './export-row.ts'
import { qualityOfInterval } from './quality.ts'
import { intervalReadingType } from './reading-type.ts'

export const INTERVALS_COLUMNS = [
  'schema',
  'batch_id',
  'point_id',
  'meter_no',
  'reading_type',
  'unit',
  'interval_start',
  'interval_seconds',
  'value',
  'quality',
  'iec_quality',
  'method',
  'reason',
  'version',
] as const

const SCHEMA = 'intervals/1'

/** `version` is when the newest of what the file rests on was received, in seconds since 1970: of two files the higher counts. */
export function intervalsCsv(variant: CsvVariant): ExportFormat<IntervalDay> {
  return {
    name: 'intervals_v1',
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    begin({ batchId, offsetMinutes, asOf }) {
      const csv = csvText(variant)
      const iso = isoWriter(offsetMinutes)
      const version = Math.floor(asOf / SECOND)
      function put({ place, meter, obis, unit, from, everyMs, intervals }: IntervalDay): string {
        const number = place.meterNumber === '' ? meter : place.meterNumber
        const type = intervalReadingType(obis, unit, everyMs) ?? ''
        const before = [batchId, place.point, number, type, unit].map(csv.text).join(',')
        const seconds = everyMs / SECOND
        const rows = intervals.map((one, nth) => {
          const { letter, codes } = qualityOfInterval(one)
          const value = one.value ? formatScaled(one.value) : ''
          const at = iso(from + nth * everyMs)
          return `${SCHEMA},${before},${at},${seconds},${value},${letter},${codes},${one.method ?? ''},,${version}\r\n`
        })
        return rows.join('')
      }
      return { head: () => csv.head(INTERVALS_COLUMNS), put, tail: () => '' }
    },
  }
}

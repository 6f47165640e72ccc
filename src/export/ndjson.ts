/** NDJSON: a line for each release, as it is kept, with how its meter is called and the periods that end with it. */

import { isoWithOffset } from '../core/time.ts'
import { writePeriod } from '../store/book/period-entry.ts'
import type { ExportFormat, ReleasedRow } from './export-row.ts'

export const ndjson: ExportFormat<ReleasedRow> = {
  name: 'ndjson',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'ndjson',
  begin({ offsetMinutes }) {
    return {
      head: () => '',
      put({ release, place, held, period, past }) {
        const more = JSON.stringify({
          place,
          held: held.map(({ account, point, from, to }) => ({
            ...{ account, point },
            ...{ from: isoWithOffset(from, offsetMinutes), to: isoWithOffset(to, offsetMinutes) },
          })),
          period: period && writePeriod(period, offsetMinutes),
          past: past.map(one => writePeriod(one.period, offsetMinutes)),
        })
        return `${release.text.slice(0, -1)},${more.slice(1)}\n`
      },
      tail: () => '',
    }
  },
}

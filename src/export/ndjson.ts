/** NDJSON: a line for each release, as it is kept, with how its meter is called and the period that ends with it. */

import { formatScaled } from '../core/scaled.ts'
import { isoWriter } from '../core/time.ts'
import type { Period } from '../reading/billing/periods.ts'
import type { ExportFormat, ReleasedRow } from './export-row.ts'

export const ndjson: ExportFormat<ReleasedRow> = {
  name: 'ndjson',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'ndjson',
  begin({ offsetMinutes }) {
    const iso = isoWriter(offsetMinutes)
    return {
      head: () => '',
      put({ release, place, period }) {
        const more = JSON.stringify({ place, period: period && written(period, iso) })
        return `${release.text.slice(0, -1)},${more.slice(1)}\n`
      },
      tail: () => '',
    }
  },
}

function written({ meter: _, quantities, from, to, ...rest }: Period, iso: (instant: number) => string) {
  return {
    from: iso(from),
    to: iso(to),
    ...rest,
    quantities: quantities.map(({ obis, value, unit }) => ({ obis, value: formatScaled(value), unit })),
  }
}

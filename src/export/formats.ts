/** Every format there is, by the name it is asked for. */

import { billingReadsCsv } from './billing-reads-csv.ts'
import type { CsvVariant } from './csv.ts'
import type { ExportFormat, IntervalDay, ReleasedRow } from './export-row.ts'
import { intervalsCsv } from './intervals-csv.ts'
import { ndjson } from './ndjson.ts'

type Make<Row> = (variant: CsvVariant) => ExportFormat<Row>

/** Of what was released. */
const RELEASES: Readonly<Record<string, Make<ReleasedRow>>> = {
  billing_reads_v1: billingReadsCsv,
  ndjson: () => ndjson,
}

/** Of what flowed in intervals. */
const INTERVALS: Readonly<Record<string, Make<IntervalDay>>> = {
  intervals_v1: intervalsCsv,
}

export const FORMATS: readonly string[] = [...Object.keys(RELEASES), ...Object.keys(INTERVALS)]

export type NamedFormat =
  | { readonly of: 'releases'; readonly format: ExportFormat<ReleasedRow> }
  | { readonly of: 'intervals'; readonly format: ExportFormat<IntervalDay> }

/** Null where there is none of this name. */
export function formatNamed(name: string, variant: CsvVariant): NamedFormat | null {
  const [ofReleases, ofIntervals] = [own(RELEASES, name), own(INTERVALS, name)]
  if (ofReleases) return { of: 'releases', format: ofReleases(variant) }
  return ofIntervals ? { of: 'intervals', format: ofIntervals(variant) } : null
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

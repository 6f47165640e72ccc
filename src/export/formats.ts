/** Every format there is, by the name it is asked for. */

import { billingReadsCsv } from './billing-reads-csv.ts'
import type { CsvVariant } from './csv.ts'
import type { ExportFormat, IntervalDay, ReleasedRow } from './export-row.ts'
import { GREEN_BUTTON } from './green-button.ts'
import { IEC_61968, IEC_61968_INTERVALS } from './iec-61968.ts'
import { intervalsCsv } from './intervals-csv.ts'
import { ndjson } from './ndjson.ts'
import { NEM12 } from './nem12.ts'

type Make<Row> = (variant: CsvVariant) => ExportFormat<Row>

/** Of what was released. */
const RELEASES: Readonly<Record<string, Make<ReleasedRow>>> = {
  billing_reads_v1: billingReadsCsv,
  ndjson: () => ndjson,
  iec_61968: () => IEC_61968,
}

/** Of what flowed in intervals. */
const INTERVALS: Readonly<Record<string, Make<IntervalDay>>> = {
  intervals_v1: intervalsCsv,
  iec_61968_intervals: () => IEC_61968_INTERVALS,
  green_button: () => GREEN_BUTTON,
  nem12: () => NEM12,
}

export const FORMATS: readonly string[] = [...Object.keys(RELEASES), ...Object.keys(INTERVALS)]

/** Tables of our own, of which there are variants. */
const TABLES: readonly string[] = ['billing_reads_v1', 'intervals_v1']

export type NamedFormat = { readonly isTable: boolean } & (
  | { readonly of: 'releases'; readonly format: ExportFormat<ReleasedRow> }
  | { readonly of: 'intervals'; readonly format: ExportFormat<IntervalDay> }
)

/** Null where there is none of this name. */
export function formatNamed(name: string, variant: CsvVariant): NamedFormat | null {
  const [ofReleases, ofIntervals] = [own(RELEASES, name), own(INTERVALS, name)]
  const isTable = TABLES.includes(name)
  if (ofReleases) return { isTable, of: 'releases', format: ofReleases(variant) }
  return ofIntervals ? { isTable, of: 'intervals', format: ofIntervals(variant) } : null
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

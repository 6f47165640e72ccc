/** Comma-separated values by RFC 4180: CRLF, quotes where a field needs them, decimal points, no thousands. */

import { isMoreThanText } from './spreadsheet-text.ts'

/** How a file is written. `people`: for a spreadsheet, which must neither reckon with a text nor round it. */
export interface CsvVariant {
  readonly bom: boolean
  readonly people: boolean
}

export const MACHINE: CsvVariant = { bom: false, people: false }

const BYTE_ORDER_MARK = '\uFEFF'
const NEEDS_QUOTES = /[",\r\n]/

export interface CsvText {
  /** A field that holds words or numbers of things; '' where there is none. */
  text(value: string): string
  head(columns: readonly string[]): string
}

export function csvText({ bom, people }: CsvVariant): CsvText {
  return {
    text(value) {
      const guarded = people && isMoreThanText(value) ? `'${value}` : value
      return quoted(guarded)
    },
    head: columns => `${bom ? BYTE_ORDER_MARK : ''}${columns.join(',')}\r\n`,
  }
}

function quoted(field: string): string {
  return NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

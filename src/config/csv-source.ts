/** A meter list as a spreadsheet saves it (RFC 4180, comma or semicolon) → plain data that remembers its places. */

import { type Cell, quoteCell, rowsOf } from '../core/cells.ts'
import type { Complaint, Path, Place, Source } from './complaint.ts'

/** Columns a list may have, and where their values belong in a meter entry. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  id: ['id'],
  line: ['line'],
  address: ['address'],
  profile: ['profile'],
  class: ['class'],
  every: ['polls', 'every'],
  daily: ['daily'],
  settlement: ['settlement'],
  hourly: ['hourly'],
  phases: ['nameplate', 'phases'],
  volts: ['nameplate', 'volts'],
  amperes: ['nameplate', 'amperes'],
  meterNumber: ['meterNumber'],
  assetNumber: ['assetNumber'],
  constant: ['constant'],
  generation: ['generation'],
  exchanged: ['exchanged'],
  ct: ['ratios', 'current'],
  vt: ['ratios', 'voltage'],
  baud: ['serial', 'baud'],
  parity: ['serial', 'parity'],
  data: ['serial', 'data'],
  stop: ['serial', 'stop'],
  area: ['area'],
  checks: ['checks'],
}

/** However a spreadsheet has written them. */
const PATHS = new Map(Object.entries(COLUMNS).map(([name, path]) => [name.toLowerCase(), path]))

/** Gives the list of meter entries, as if written in YAML; complaints about the table itself go into the list. */
export function readCsv(file: string, text: string, into: Complaint[]): Source | null {
  const say = (place: Place, what: string, remedy: string) =>
    into.push({ file, line: place.line, column: place.column, path: '', text: what, remedy })
  const written: Cell[][] = []
  for (const row of rowsOf(text.replace(/^\uFEFF/, ''))) {
    if ('broken' in row) {
      say(row, 'a quoted cell is never closed', 'close it with a double quote')
      return null
    }
    if (row.some(cell => cell.text !== '')) written.push(row)
  }
  const [header, ...rows] = written
  if (!header) {
    say(
      { line: 1, column: 1 },
      'the file is empty',
      `write a first row with ${Object.keys(COLUMNS).join(', ')}`,
    )
    return null
  }
  const names = header.map(cell => cell.text.toLowerCase())
  for (const [index, cell] of header.entries()) {
    const known = `columns are ${Object.keys(COLUMNS).join(', ')}`
    if (!PATHS.has(cell.text.toLowerCase())) say(cell, `unknown column ${quoteCell(cell.text)}`, known)
    else if (names.indexOf(cell.text.toLowerCase()) !== index)
      say(cell, `column ${quoteCell(cell.text)} is there twice`, 'keep one of the two')
  }
  for (const row of rows) {
    const extra = row.slice(header.length).find(cell => cell.text !== '')
    if (extra)
      say(extra, 'a cell beyond the last column', 'is there a comma too many? quote cells that hold one')
  }
  return sourceOf(file, names, rows)
}

function sourceOf(file: string, names: readonly string[], rows: readonly (readonly Cell[])[]): Source {
  const cellAt = (path: Path): Cell | undefined => {
    const [row, ...keys] = path
    const wanted = keys.filter(key => typeof key === 'string').join('.')
    const column = names.findIndex(name => PATHS.get(name)?.join('.') === wanted)
    return rows[Number(row)]?.[column]
  }
  return {
    file,
    value: rows.map(row => entryOf(names, row)),
    placeOf: path => {
      const place = cellAt(path) ?? rows[Number(path[0])]?.[0] ?? { line: 1, column: 1 }
      return { line: place.line, column: place.column }
    },
    writtenAt: path => cellAt(path)?.text ?? null,
  }
}

/** One row as a meter entry; empty cells are settings not written. */
function entryOf(names: readonly string[], row: readonly Cell[]): Record<string, unknown> {
  const entry: Record<string, unknown> = {}
  const nameplate: Record<string, unknown> = {}
  const ratios: Record<string, unknown> = {}
  const serial: Record<string, unknown> = {}
  for (const [index, name] of names.entries()) {
    const text = row[index]?.text ?? ''
    const [section, key] = PATHS.get(name) ?? []
    if (text === '' || section === undefined) continue
    if (section === 'polls') entry['polls'] = [{ every: text }]
    else if (section === 'nameplate' && key !== undefined) nameplate[key] = numberOr(text)
    else if (section === 'ratios' && key !== undefined) ratios[key] = text
    else if (section === 'serial' && key !== undefined) serial[key] = numberOr(text)
    else if (section === 'exchanged') entry[section] = text.split(/\s+/)
    else if (section === 'settlement') entry[section] = truthOr(text) === false ? [] : text.split(/\s+/)
    else entry[section] = section === 'daily' || section === 'hourly' ? truthOr(text) : text
  }
  return {
    ...entry,
    ...(Object.keys(nameplate).length > 0 && { nameplate }),
    ...(Object.keys(ratios).length > 0 && { ratios }),
    ...(Object.keys(serial).length > 0 && { serial }),
  }
}

function numberOr(text: string): number | string {
  return /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : text
}

function truthOr(text: string): boolean | string {
  return /^(true|yes)$/i.test(text) ? true : /^(false|no)$/i.test(text) ? false : text
}

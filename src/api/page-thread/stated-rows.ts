/** A table of pairings as an office saves it → its rows, each with its place; what is no such table is refused. */

import { type Cell, quoteCell, rowsOf } from '../../core/cells.ts'
import type { PairingField, Remark, StatedPlace } from '../../reading/archive/stated.ts'

/** As it was written; empty where nothing was. */
export type WrittenRow = Readonly<Record<PairingField, string>>

export interface PlacedRow {
  readonly row: WrittenRow
  readonly place: StatedPlace
}

export interface ReadRows {
  readonly rows: readonly PlacedRow[]
  readonly refused: readonly Remark[]
}

const NEEDED: readonly PairingField[] = ['account', 'point', 'meter', 'from']
const FIELDS: readonly PairingField[] = [...NEEDED, 'to', 'withdrawn']
const COLUMNS = `columns are ${FIELDS.join(', ')}`

export const MOST_ROWS = 20_000
/** Tells a file of something else before it costs memory. */
const MOST_CELLS = 64
/** Some milliseconds of work. */
const ROWS_AT_ONCE = 500

/** Reads some rows at a time; `turn` lets other work go first in between. */
export async function readTable(csv: Uint8Array, turn: () => Promise<void>): Promise<ReadRows> {
  const text = decoded(csv)
  if (text === null)
    return unread('the file is not UTF-8', 'save it as "CSV UTF-8", or convert it: iconv -f GB18030 -t UTF-8')
  let fields: readonly PairingField[] | null = null
  const rows: PlacedRow[] = []
  const refused: Remark[] = []
  for (const cells of rowsOf(text, MOST_CELLS)) {
    if ('broken' in cells) return { rows: [], refused: [BROKEN[cells.broken](cells)] }
    if (cells.every(cell => cell.text === '')) continue
    if (fields === null) {
      const wrong = wrongIn(cells)
      if (wrong.length > 0) return { rows: [], refused: wrong }
      // Each has been found among them just now.
      fields = cells.map(nameOf) as readonly PairingField[]
      continue
    }
    if (rows.length >= MOST_ROWS)
      return unread(
        `the file has more than ${MOST_ROWS} rows`,
        'import it in parts: what a part leaves out stays',
      )
    refused.push(...extraIn(cells, fields))
    rows.push(placed(cells, fields))
    if (rows.length % ROWS_AT_ONCE === 0) await turn()
  }
  return fields === null ? unread('the file is empty', `write a first row: ${COLUMNS}`) : { rows, refused }
}

export function writtenRow(given: Partial<WrittenRow>): WrittenRow {
  return { account: '', point: '', meter: '', from: '', to: '', withdrawn: '', ...given }
}

function decoded(csv: Uint8Array): string | null {
  try {
    // It takes the byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(csv)
  } catch {
    return null
  }
}

function unread(text: string, remedy: string): ReadRows {
  return { rows: [], refused: [remark({ line: 1, column: 1 }, text, remedy)] }
}

function remark({ line, column }: Pick<Cell, 'line' | 'column'>, text: string, remedy: string): Remark {
  return { line, column, field: null, text, remedy }
}

const BROKEN = {
  open: (place: Pick<Cell, 'line' | 'column'>) =>
    remark(place, 'a quoted cell is never closed', 'close it with a double quote'),
  crowded: (place: Pick<Cell, 'line' | 'column'>) =>
    remark(place, `a row of more than ${MOST_CELLS} cells`, COLUMNS),
}

function nameOf({ text }: Cell): PairingField | undefined {
  return FIELDS.find(field => field === text.toLowerCase())
}

/** What is wrong with the first row. */
function wrongIn(header: readonly Cell[]): Remark[] {
  const names = header.map(nameOf)
  const wrong = header.flatMap((cell, at) => {
    const name = names[at]
    if (name === undefined) return [remark(cell, `unknown column ${quoteCell(cell.text)}`, COLUMNS)]
    if (names.indexOf(name) === at) return []
    return [remark(cell, `column "${name}" is there twice`, 'keep one of the two')]
  })
  const missing = NEEDED.filter(field => !names.includes(field)).join(', ')
  return missing === '' ? wrong : [...wrong, ...unread(`columns are missing: ${missing}`, COLUMNS).refused]
}

function extraIn(cells: readonly Cell[], fields: readonly PairingField[]): Remark[] {
  const extra = cells.slice(fields.length).find(cell => cell.text !== '')
  const remedy = 'is there a comma too many? quote cells that hold one'
  return extra ? [remark(extra, 'a cell beyond the last column', remedy)] : []
}

function placed(cells: readonly Cell[], fields: readonly PairingField[]): PlacedRow {
  const own = fields.flatMap((field, at) => (cells[at] ? [[field, cells[at]] as const] : []))
  return {
    row: writtenRow(Object.fromEntries(own.map(([field, { text }]) => [field, text]))),
    place: {
      line: cells[0]?.line ?? 0,
      columns: Object.fromEntries(own.map(([field, { column }]) => [field, column])),
    },
  }
}

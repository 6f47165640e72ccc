/** Cells of a table as a spreadsheet saves it (RFC 4180; comma, semicolon or tab), row by row, each with its place. */

export interface Cell {
  /** Both from 1 on. */
  readonly line: number
  readonly column: number
  readonly text: string
}

/** Where nothing that follows can be told apart: a quoted cell that is never closed, or a row of too many cells. */
export interface BrokenTable extends Omit<Cell, 'text'> {
  readonly broken: 'open' | 'crowded'
}

/** Each step is one row, so a long table can be read a few rows at a time; a broken one ends with what broke it. */
export function* rowsOf(text: string, mostCells = Number.POSITIVE_INFINITY): Generator<Cell[] | BrokenTable> {
  const separator = separatorOf(text)
  let [at, line, lineStart] = [0, 1, 0]
  let row: Cell[] = []
  for (;;) {
    const place = { line, column: at - lineStart + 1 }
    if (row.length >= mostCells) return yield { ...place, broken: 'crowded' }
    const quoted = text[at] === '"' ? quotedCell(text, at) : { text: '', end: at }
    if (quoted === null) return yield { ...place, broken: 'open' }
    for (let index = at; index < quoted.end; index++)
      if (text[index] === '\n') [line, lineStart] = [line + 1, index + 1]
    const plain = plainCell(text, quoted.end, separator)
    row.push({ ...place, text: unguard(quoted.text + plain.text) })
    at = plain.end
    if (at >= text.length) return yield row
    if (text[at] === separator) {
      at++
      continue
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    yield row
    row = []
    line++
    lineStart = at
  }
}

/** Spreadsheets of some countries separate with semicolons or tabs. */
function separatorOf(text: string): string {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  return [',', ';', '\t'].find(candidate => firstLine.includes(candidate)) ?? ','
}

function plainCell(text: string, from: number, separator: string): { text: string; end: number } {
  let end = from
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++
  return { text: text.slice(from, end).trim(), end }
}

/** A doubled quote inside a quoted cell is one quote. Null when the cell is never closed. */
function quotedCell(text: string, from: number): { text: string; end: number } | null {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') continue
    if (text[at + 1] !== '"')
      return {
        text: text
          .slice(from + 1, at)
          .replaceAll('""', '"')
          .trim(),
        end: at + 1,
      }
    at++
  }
  return null
}

/** `="000000000161"` is how people make a spreadsheet keep leading zeros. */
function unguard(text: string): string {
  return /^="([^"]*)"$/.exec(text)?.[1] ?? text
}

/** "1.23E+11": what a spreadsheet makes of a long number, whose last digits are lost. */
export function isMangledNumber(text: string): boolean {
  return /^\d+([.,]\d+)?E\+?\d+$/i.test(text)
}

/** For messages: no more of a cell than fits a line. */
export function quoteCell(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}

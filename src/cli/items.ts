/** `meterd items`: the drivers' tables of items, searched by identifier, OBIS code or words of either language. */

import { parseArgs } from 'node:util'
import type { Driver } from '../driver-api/driver.ts'
import type { ItemFamily } from '../driver-api/items.ts'
import { shippedDrivers } from './shipped.ts'
import { type Terminal, type Verb, WrongUse } from './verb.ts'

export const items: Verb = {
  summary: 'what can be asked of meters: identifiers, names, formats',
  help: `meterd items [SEARCH…] [--protocol P] [--json]

SEARCH is an identifier or the beginning of one, an OBIS code, or words of the English or Chinese name.
A whole identifier is shown with all its values; one with counted digits stands for all of its family.
--protocol P   only this protocol: dlt645-2007, dlt645-1997
--json         one object an item
Exit 0; 1 nothing is found; 2 used wrongly.
Example: meterd items 00010203
Example: meterd items 失压 记录
Example: meterd items 1-0:1.8.0 --protocol dlt645-2007`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { protocol: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const drivers = await withItems(values.protocol)
    const asked = positionals.join(' ').trim()
    const found = drivers.flatMap(driver =>
      search(driver, asked).map(family => ({ protocol: driver.protocol, family })),
    )
    // One item in full, or a list to choose from.
    const inFull = found.length <= 1 || found.every(({ family }) => family.letters === '')
    if (values.json) for (const { protocol, family } of found) io.out(JSON.stringify({ protocol, ...family }))
    else
      for (const [protocol, group] of Map.groupBy(found, each => each.protocol))
        tell(
          protocol,
          group.map(({ family }) => family),
          inFull && asked !== '',
          io,
        )
    if (found.length === 0) io.err(`meterd items: nothing is called "${asked}"${hintFor(asked)}`)
    return found.length > 0 ? 0 : 1
  },
}

function hintFor(asked: string): string {
  return asksForTwoBlocks(asked.toLowerCase())
    ? '; FF asks for all in one place of an identifier only: ask 0001FF00 or 000100FF, not 0001FFFF'
    : ''
}

async function withItems(protocol: string | undefined): Promise<readonly Driver[]> {
  const all = [...(await shippedDrivers()).values()].filter(driver => driver.items)
  const drivers = all.filter(driver => protocol === undefined || driver.protocol === protocol)
  if (drivers.length > 0) return drivers
  throw new WrongUse(
    `"${protocol}" has no table of items; those with one are ${all.map(driver => driver.protocol).join(', ')}`,
  )
}

/** A whole identifier or OBIS code gives that item alone; anything else all families it occurs in. */
function search(driver: Driver, asked: string): readonly ItemFamily[] {
  const families = driver.items?.() ?? []
  if (asked === '') return families
  const whole = driver.describe(asked)?.item.split('+') ?? []
  const inFull = whole.flatMap(item => driver.itemInFull?.(item) ?? [])
  if (inFull.length > 0) return inFull
  const words = asked.toLowerCase().split(/\s+/)
  return families
    .filter(family => words.every(word => isIn(family, word)))
    .filter(family => !words.some(word => namesNoneOf(driver, family, word)))
}

/** A whole identifier that fits the letters of a family, but asks for two blocks at once: no table has it. */
function namesNoneOf(driver: Driver, { item }: ItemFamily, word: string): boolean {
  return word.length === item.length && asksForTwoBlocks(word) && !driver.describe(word.toUpperCase())
}

/** FF stands for all in a place of two digits. */
function asksForTwoBlocks(word: string): boolean {
  return /^(?:[0-9a-f]{2})+$/.test(word) && (word.match(/../g) ?? []).filter(pair => pair === 'ff').length > 1
}

function isIn({ item, obis, name, nameZh }: ItemFamily, word: string): boolean {
  return (
    beginsLike(item, word) ||
    (obis?.startsWith(word) && /[-:.]/.test(word)) ||
    name.toLowerCase().includes(word) ||
    nameZh.toLowerCase().includes(word)
  )
}

/** The letters of a family stand for any digit. One digit alone would fit too many. */
function beginsLike(item: string, digits: string): boolean {
  if (digits.length < 2 || digits.length > item.length || !/^[0-9a-f]+$/.test(digits)) return false
  return [...digits].every((digit, index) => {
    const written = item.charAt(index)
    return /[a-z]/.test(written) || written.toLowerCase() === digit
  })
}

/** Families one below the other, in columns. */
function tell(protocol: string, families: readonly ItemFamily[], inFull: boolean, io: Terminal): void {
  const lines = inColumns(
    families.map(({ item, name, nameZh, values, bytes, access, obis, clause }) => {
      const [first] = values
      const format = first && values.length === 1 ? `${first.encoding} ${first.unit}`.trim() : ''
      const size = bytes === null ? '' : inBytes(bytes)
      const facts = [format, size, access, obis ?? '', inFull ? `${clause}, ${protocol}` : '']
      return [item.padEnd(8), name, nameZh, facts.filter(fact => fact !== '').join(', ')]
    }),
  )
  for (const [index, family] of families.entries()) {
    io.out(lines[index] ?? '')
    if (inFull) tellInFull(family, io)
  }
}

function tellInFull({ letters, values }: ItemFamily, io: Terminal): void {
  if (letters !== '') io.out(`  ${letters}`)
  const lines = inColumns(
    values.map(({ name, nameZh, encoding, bytes, unit }) => [
      name,
      nameZh,
      [`${encoding} ${unit}`.trim(), inBytes(bytes)].join(', '),
    ]),
  )
  for (const [index, { bits = [] }] of values.entries()) {
    if (values.length > 1) io.out(`  ${lines[index]}`)
    const rows = bits.map(({ mask, when, name, nameZh }) => [bitsOf(mask, when), name, nameZh])
    for (const line of inColumns(rows)) io.out(`    ${line}`)
  }
}

/** "b4" of one bit, "b2-b1 = 1" of a small number. */
function bitsOf(mask: number, when: number): string {
  const low = Math.log2((mask & -mask) >>> 0)
  const high = Math.floor(Math.log2(mask >>> 0))
  return low === high ? `b${low}` : `b${high}-b${low} = ${when >>> low}`
}

/** Columns two blanks apart; the last one is as wide as it is. */
function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))))
  return rows.map(row =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join('  '),
  )
}

/** On a terminal Chinese characters and their marks take two places each. */
function widthOf(text: string): number {
  return [...text].reduce(
    (width, character) => width + (/[\u3000-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  )
}

function inBytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}

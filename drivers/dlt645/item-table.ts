/** Looks identifiers up in a table of rows: one row stands for every tariff, settlement day and count back it has. */

import type { Point } from '../../src/driver-api/driver.ts'
import { type Encoding, parseEncoding } from './encodings.ts'
import type { Letter, Part, Row } from './item-rows.ts'

/** One value of an answer: whose it is and what its bytes mean. */
export interface Cell {
  readonly item: string
  readonly place: number
  readonly name: string
  readonly obis: string | null
  readonly unit: string
  readonly encoding: Encoding
  /** Its first byte in the entry. */
  readonly from: number
  readonly isTime: boolean
  readonly isRegister: boolean
}

/** Values that come or are missing together. */
export interface Entry {
  readonly bytes: number
  readonly cells: readonly Cell[]
}

/** How the data of an answer are laid out. */
export interface Layout {
  readonly item: string
  readonly name: string
  /** `one`: exactly one entry. `list`: as many entries as came. `groups`: lists, divided by AA. */
  readonly kind: 'one' | 'list' | 'groups'
  readonly lists: readonly (readonly Entry[])[]
}

export interface ItemTable {
  /** Null for an identifier this table has no row for. In freezes "nn" may stand for the count back. */
  readonly find: (item: string) => Layout | null
  /** The identifier of an OBIS code; null when none carries it. */
  readonly itemFor: (obis: string) => string | null
}

export interface TableWords {
  /** Hex digits of an identifier. */
  readonly digits: 4 | 8
  /** The last value of each letter. */
  readonly most: Readonly<Record<Letter, number>>
  /** "last settlement day", "month before last" … for k from 1. */
  readonly period: (k: number) => string
}

/** Far more identifiers than profiles name, far fewer than exist. */
const MOST_REMEMBERED = 2_000

const LEAST: Readonly<Record<Letter, number>> = { t: 0, k: 0, h: 1, i: 1, n: 1 }
type Bindings = Partial<Record<Letter, number>>

export function createItemTable(rows: readonly Row[], words: TableWords): ItemTable {
  const compiled = rows.map(row => compile(row, words))
  const byHead = Map.groupBy(compiled, ({ row }) => row.item.slice(0, words.digits / 2))

  const search = (asked: string): Layout | null => {
    for (const candidate of byHead.get(asked.slice(0, words.digits / 2)) ?? []) {
      const layout = match(candidate, asked, words, find)
      if (layout) return layout
    }
    return null
  }

  // A layout depends on its identifier alone, and a gateway asks for the same few again and again.
  const found = new Map<string, Layout | null>()
  const find = (asked: string): Layout | null => {
    const known = found.get(asked)
    if (known !== undefined) return known
    const layout = search(asked)
    if (found.size >= MOST_REMEMBERED) found.clear()
    found.set(asked, layout)
    return layout
  }

  // A count back is no part of a code: freezes carry the code of their register, but the code means the register.
  const byObis = compiled.flatMap(({ row, limits }) =>
    'values' in row && row.obis !== undefined && !row.item.includes('n')
      ? [{ item: row.item, limits, pattern: obisPattern(row.obis) }]
      : [],
  )
  const itemFor = (obis: string): string | null => {
    for (const { item, limits, pattern } of byObis) {
      const found = bindObis(pattern.exec(obis), limits)
      if (found) return fill(item, found)
    }
    return null
  }
  return { find, itemFor }
}

/** What a point needs to know of the value at `place` of a layout; null when there is none. */
export function pointOf(layout: Layout, place: number): Point | null {
  const cell = cellsOf(layout)[place]
  if (!cell) return null
  const { encoding, unit } = cell
  const own = cell.item === layout.item
  return {
    obis: (own ? cell.obis : null) ?? '',
    item: layout.item,
    place,
    encoding: encoding.text,
    unit,
    name: own ? cell.name : layout.name,
    ...(own && cell.isRegister ? { capacity: capacityOf(encoding.text) } : {}),
  }
}

/** A point for each value of a layout, a block's members under their own codes and names. */
export function pointsOf(layout: Layout): Point[] {
  return cellsOf(layout).map(({ obis, encoding, unit, name }, place) => ({
    obis: obis ?? '',
    item: layout.item,
    place,
    encoding: encoding.text,
    unit,
    name,
  }))
}

export function cellsOf(layout: Layout): readonly Cell[] {
  const known = cellLists.get(layout)
  if (known) return known
  const cells = layout.lists.flatMap(list => list.flatMap(entry => entry.cells))
  cellLists.set(layout, cells)
  return cells
}

/** Every answer is looked through by cells, and a layout is asked for again and again. */
const cellLists = new WeakMap<Layout, readonly Cell[]>()

interface Compiled {
  readonly row: Row
  readonly pattern: RegExp
  readonly limits: Readonly<Record<Letter, number>>
  readonly parts: readonly { readonly part: Part; readonly encoding: Encoding }[]
}

function compile(row: Row, words: TableWords): Compiled {
  const parts = ('values' in row ? row.values : []).map(part => {
    const encoding = parseEncoding(part.encoding)
    if (!encoding) throw new Error(`row ${row.item}: "${part.encoding}" is no encoding`)
    return { part, encoding }
  })
  const source = row.item.replaceAll(/t+|k+|h+|i+|n+/g, run => {
    const letter = run.charAt(0)
    const hex = `[0-9A-F]{${run.length}}`
    return `(?<${letter}>${letter === 'n' ? `${hex}|${run}` : hex})`
  })
  return { row, parts, pattern: new RegExp(`^${source}$`), limits: { ...words.most, ...row.most } }
}

function match(
  compiled: Compiled,
  asked: string,
  words: TableWords,
  find: (item: string) => Layout | null,
): Layout | null {
  const groups = compiled.pattern.exec(asked)
  if (!groups) return null
  const found = bind(groups.groups ?? {}, compiled.limits)
  if (!found) return null
  const { row } = compiled
  const name = nameOf(row.name, found.bindings, words)
  if (found.all) {
    const { all } = found
    const members = range(LEAST[all], compiled.limits[all]).map(value =>
      fill(row.item, { ...found.bindings, [all]: value }),
    )
    return listOf(asked, `${name}, block`, members, find)
  }
  if ('members' in row)
    return listOf(
      asked,
      name,
      row.members.map(member => fill(member, found.bindings)),
      find,
    )
  if ('groups' in row) {
    const lists = row.groups.map(group => entriesOf(fill(group, found.bindings), find))
    return { item: asked, name, kind: 'groups', lists }
  }
  const entries = row.perTariff
    ? range(0, compiled.limits.t).map(t =>
        entryOf(compiled, asked, { ...found.bindings, t }, t * row.values.length, words),
      )
    : [entryOf(compiled, asked, found.bindings, 0, words)]
  return { item: asked, name, kind: row.perTariff ? 'list' : 'one', lists: [entries] }
}

function listOf(
  item: string,
  name: string,
  members: readonly string[],
  find: (item: string) => Layout | null,
): Layout {
  return { item, name, kind: 'list', lists: [members.flatMap(member => entriesOf(member, find))] }
}

function entriesOf(item: string, find: (item: string) => Layout | null): readonly Entry[] {
  return find(item)?.lists.flat() ?? []
}

function entryOf(
  { row, parts }: Compiled,
  item: string,
  bindings: Bindings,
  firstPlace: number,
  words: TableWords,
): Entry {
  const base = nameOf(row.name, bindings, words)
  const obis = 'values' in row && row.obis !== undefined ? fillObis(row.obis, bindings) : null
  let bytes = 0
  const cells = parts.map(({ part, encoding }, index): Cell => {
    const from = part.from ?? bytes
    bytes += encoding.bytes
    return {
      item,
      place: firstPlace + index,
      name: part.name === undefined ? base : `${base}: ${part.name}`,
      obis: index === 0 ? obis : null,
      unit: part.unit ?? '',
      encoding,
      from,
      isTime: part.isTime ?? false,
      isRegister: 'values' in row && row.register === true,
    }
  })
  return { bytes, cells }
}

/** Reads the letters' digits; `all` is the one letter that was all F. Null when a number is out of its range. */
function bind(
  groups: Readonly<Record<string, string>>,
  limits: Readonly<Record<Letter, number>>,
): { readonly bindings: Bindings; readonly all: Letter | null } | null {
  const bindings: Bindings = {}
  let all: Letter | null = null
  for (const [key, digits] of Object.entries(groups)) {
    const letter = key as Letter
    if (/^n+$/.test(digits)) continue
    const value = Number.parseInt(digits, 16)
    if (value >= LEAST[letter] && value <= limits[letter]) bindings[letter] = value
    else if ('tkh'.includes(letter) && /^F+$/.test(digits) && all === null) all = letter
    else return null
  }
  return { bindings, all }
}

function nameOf(name: string, { t, k, h, i, n }: Bindings, { period }: TableWords): string {
  return [
    i === undefined ? name : `${name} ${i}`,
    t === undefined ? '' : t === 0 ? 'total' : `tariff ${t}`,
    h === undefined ? '' : `harmonic ${h}`,
    k === undefined || k === 0 ? '' : period(k),
    n === undefined ? '' : n === 1 ? 'last' : `${n} back`,
  ]
    .filter(part => part !== '')
    .join(', ')
}

/** Letters without a value stay: the rest of the row may not have them. */
function fill(item: string, bindings: Bindings): string {
  return item.replaceAll(/t+|k+|h+|i+|n+/g, run => {
    const value = bindings[run.charAt(0) as Letter]
    return value === undefined ? run : value.toString(16).toUpperCase().padStart(run.length, '0')
  })
}

function fillObis(obis: string, bindings: Bindings): string {
  const current = bindings.k === undefined || bindings.k === 0 ? obis.replace('*k', '') : obis
  return current.replaceAll(/[tkh]/g, letter => String(bindings[letter as Letter] ?? 0))
}

function obisPattern(obis: string): RegExp {
  const source = obis
    .replaceAll(/[.*]/g, String.raw`\$&`)
    .replace(String.raw`\*k`, String.raw`(?:\*(?<k>\d+))?`)
    .replaceAll(/[th]/g, letter => String.raw`(?<${letter}>\d+)`)
  return new RegExp(`^${source}$`)
}

/** The numbers in an OBIS code are decimal; "*0" and leading zeros are not how a code is written. */
function bindObis(found: RegExpExecArray | null, limits: Readonly<Record<Letter, number>>): Bindings | null {
  if (!found) return null
  const bindings: Bindings = { k: 0 }
  for (const [key, digits] of Object.entries(found.groups ?? {})) {
    if (digits === undefined) continue
    const letter = key as Letter
    const value = Number(digits)
    const least = letter === 'k' ? 1 : LEAST[letter]
    if (digits !== String(value) || value < least || value > limits[letter]) return null
    bindings[letter] = value
  }
  return bindings
}

/** One more than the largest number the format can show. */
function capacityOf(format: string): string {
  const [whole = '', decimals = ''] = format.split('.')
  return `1${'0'.repeat(whole.length)}${decimals === '' ? '' : `.${'0'.repeat(decimals.length)}`}`
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

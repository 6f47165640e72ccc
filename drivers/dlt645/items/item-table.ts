/** Looks identifiers up in a table of rows: one row stands for every tariff, settlement day and count back it has. */

import type { Point } from '../../../src/driver-api/driver.ts'
import type { OwnItem } from '../../../src/driver-api/profile.ts'
import { type Encoding, parseEncoding } from '../encodings/encodings.ts'
import {
  type Bindings,
  bindDigits,
  bindObis,
  fill,
  fillObis,
  itemPattern,
  LEAST,
  type Limits,
  nameOf,
  nameZhOf,
  obisPattern,
} from './item-letters.ts'
import type { Part, Row } from './item-rows.ts'
import { type Cell, cellsOf, type Entry, joinedEntry, type Layout } from './layout.ts'
import { ownLayout } from './own-layout.ts'

export { type Cell, cellsOf, type Entry, type Layout } from './layout.ts'

export interface ItemTable {
  readonly rows: readonly Row[]
  /** Where each letter of a row ends. */
  readonly limitsOf: (row: Row) => Limits
  /** Null for an identifier this table has no row for. In freezes "nn" may stand for the count back. */
  readonly find: (item: string) => Layout | null
  /** The identifier of an OBIS code; null when none carries it. */
  readonly itemFor: (obis: string) => string | null
  /** The table of a model that has some items otherwise, or more of them. */
  readonly withOwn: (items: readonly OwnItem[]) => ItemTable
}

export interface TableWords {
  /** Hex digits of an identifier. */
  readonly digits: 4 | 8
  /** The last value of each letter. */
  readonly most: Limits
}

/** Divides items in blocks of many meters and of none of others; no BCD byte can look like it. */
export const MARK = 0xaa

/** Far more identifiers than profiles name, far fewer than exist. */
const MOST_REMEMBERED = 2_000

type Find = ItemTable['find']

export function createItemTable(rows: readonly Row[], words: TableWords): ItemTable {
  const head = (item: string) => item.slice(0, words.digits / 2)
  const limitsOf = (row: Row): Limits => ({ ...words.most, ...row.most })
  const compiled = rows.filter(row => !('records' in row)).map(row => compile(row, limitsOf(row)))
  const byHead = Map.groupBy(compiled, ({ row }) => head(row.item))
  /** What the items of a set of blocks can be: each has its own DI2 in place of FF. */
  const headsLike = (asked: string): string[] =>
    [...byHead.keys()].filter(each => each.slice(0, -2) === head(asked).slice(0, -2)).toSorted()

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

  const searchRows = (asked: string, find: Find): Layout | null => {
    for (const candidate of byHead.get(head(asked)) ?? []) {
      const layout =
        'across' in candidate.row
          ? across(candidate, asked, headsLike(asked), find)
          : match(candidate, asked, find)
      if (layout) return layout
    }
    return null
  }

  const tableWith = (search: (asked: string, find: Find) => Layout | null): ItemTable => {
    const find = remembering(asked => search(asked, find))
    const withOwn = (items: readonly OwnItem[]): ItemTable =>
      tableWith((asked, findWithOwn) => ownLayout(items, asked, find) ?? search(asked, findWithOwn))
    return { rows, limitsOf, find, itemFor, withOwn }
  }
  return tableWith(searchRows)
}

/** A layout depends on its identifier alone, and a gateway asks for the same few again and again. */
function remembering(search: Find): Find {
  const found = new Map<string, Layout | null>()
  return asked => {
    const known = found.get(asked)
    if (known !== undefined) return known
    const layout = search(asked)
    if (found.size >= MOST_REMEMBERED) found.clear()
    found.set(asked, layout)
    return layout
  }
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

interface Compiled {
  readonly row: Row
  readonly pattern: RegExp
  readonly limits: Limits
  readonly parts: readonly { readonly part: Part; readonly encoding: Encoding }[]
}

function compile(row: Row, limits: Limits): Compiled {
  const parts = ('values' in row ? row.values : []).map(part => {
    const encoding = parseEncoding(part.encoding)
    if (!encoding) throw new Error(`row ${row.item}: "${part.encoding}" is no encoding`)
    return { part, encoding }
  })
  return { row, parts, pattern: itemPattern(row.item), limits }
}

function match(compiled: Compiled, asked: string, find: Find): Layout | null {
  const groups = compiled.pattern.exec(asked)
  if (!groups) return null
  const found = bindDigits(groups.groups ?? {}, compiled.limits)
  if (!found) return null
  const { row } = compiled
  const { access, clause } = row
  const { bindings, all } = found
  const layout = {
    item: asked,
    name: nameOf(row.name, bindings),
    nameZh: nameZhOf(row.nameZh, bindings),
    access,
    clause,
  }
  if (all) {
    const members = range(LEAST[all], compiled.limits[all]).map(value =>
      fill(row.item, { ...bindings, [all]: value }),
    )
    const named = { name: `${layout.name}, block`, nameZh: `${layout.nameZh}数据块` }
    return { ...layout, ...named, kind: 'list', lists: listsOf(members, bindings, find) }
  }
  if ('members' in row) return { ...layout, kind: 'list', lists: listsOf(row.members, bindings, find) }
  if ('groups' in row) {
    const lists = row.groups.map(group => entriesOf(fill(group, bindings), find))
    return { ...layout, kind: 'groups', lists }
  }
  const kind = 'values' in row && (row.perTariff || row.mayEnd) ? 'list' : 'one'
  return { ...layout, kind, lists: [ownEntries(compiled, asked, bindings)] }
}

/** Runs of items whose DI2 are neighbours, each run an entry of its own. */
function across(compiled: Compiled, asked: string, heads: readonly string[], find: Find): Layout | null {
  const found = bindDigits(compiled.pattern.exec(asked)?.groups ?? {}, compiled.limits)
  if (!compiled.pattern.test(asked) || !found || found.all) return null
  const tail = asked.slice(heads[0]?.length ?? 0)
  const runs: Entry[][] = []
  let before = Number.NaN
  for (const di of heads) {
    const member = di.endsWith('FF') ? null : find(di + tail)
    if (member?.kind !== 'one' || !member.clause.startsWith('A.')) continue
    const code = Number.parseInt(di, 16)
    if (code !== before + 1) runs.push([])
    before = code
    runs.at(-1)?.push(...member.lists.flat())
  }
  const { row } = compiled
  return {
    item: asked,
    name: nameOf(row.name, found.bindings),
    nameZh: nameZhOf(row.nameZh, found.bindings),
    access: row.access,
    clause: row.clause,
    kind: 'list',
    lists: [runs.map(joinedEntry)],
  }
}

function listsOf(members: readonly string[], bindings: Bindings, find: Find): readonly (readonly Entry[])[] {
  return [members.flatMap(member => entriesOf(fill(member, bindings), find))]
}

function entriesOf(item: string, find: Find): readonly Entry[] {
  return find(item)?.lists.flat() ?? []
}

function ownEntries(compiled: Compiled, item: string, bindings: Bindings): Entry[] {
  const { row, parts, limits } = compiled
  if ('values' in row && row.mayEnd) {
    const { mayEnd } = row
    const single = parts.slice(mayEnd).map((part, index) => ({ from: mayEnd + index, parts: [part] }))
    return [{ from: 0, parts: parts.slice(0, mayEnd) }, ...single].map(({ from, parts: own }) =>
      entryOf({ ...compiled, parts: own }, item, bindings, from),
    )
  }
  if ('values' in row && row.perTariff)
    return range(0, limits.t).map(t => entryOf(compiled, item, { ...bindings, t }, t * parts.length))
  return [entryOf(compiled, item, bindings, 0)]
}

function entryOf({ row, parts }: Compiled, item: string, bindings: Bindings, firstPlace: number): Entry {
  const base = nameOf(row.name, bindings)
  const baseZh = nameZhOf(row.nameZh, bindings)
  const obis = 'values' in row && row.obis !== undefined ? fillObis(row.obis, bindings) : null
  let bytes = 0
  const cells = parts.map(({ part, encoding }, index): Cell => {
    const from = part.from ?? bytes
    bytes += encoding.bytes
    return {
      item,
      place: firstPlace + index,
      name: part.name === undefined ? base : `${base}: ${part.name}`,
      nameZh: part.nameZh === undefined ? baseZh : `${baseZh}：${part.nameZh}`,
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

/** One more than the largest number the format can show. */
function capacityOf(format: string): string {
  const [whole = '', decimals = ''] = format.split('.')
  return `1${'0'.repeat(whole.length)}${decimals === '' ? '' : `.${'0'.repeat(decimals.length)}`}`
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

/** docs/dlt645.md is current and without a gap: `vitest run tests/drivers/dlt645/coverage.test.ts -u` writes it anew. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  asMarkdown,
  bitBothWays,
  bothWays,
  coverageTables,
  idleReasons,
  placeOf,
  recordBothWays,
} from './coverage.ts'
import { KNOWN_ITEMS, KNOWN_RECORDS } from './known-items.ts'
import { KNOWN_WORDS } from './known-words.ts'

const PAGE = new URL('../../../docs/dlt645.md', import.meta.url)
const MARK = '<!-- From here on made by tests/drivers/dlt645/coverage.test.ts; `-u` writes it anew. -->\n'

const tables = coverageTables()

describe('the coverage of DL/T 645', () => {
  it('is in docs/dlt645.md as the code has it', async () => {
    const [head = ''] = readFileSync(PAGE, 'utf8').split(MARK)
    await expect(`${head}${MARK}\n${asMarkdown(tables)}\n`).toMatchFileSnapshot(PAGE.pathname)
  })

  it.each(tables.map(table => [table.title, table] as const))(
    '%s: no cell is empty without a reason',
    (_, { rows }) => {
      expect(rows.filter(cells => cells.some(cell => cell.trim() === ''))).toEqual([])
    },
  )

  it('has no reason for what is there by now', () => {
    expect(idleReasons()).toEqual([])
  })

  it('no table is empty', () => {
    expect(tables.filter(({ rows }) => rows.length === 0).map(({ title }) => title)).toEqual([])
  })
})

describe.each(['2007', '1997'] as const)('known answers of %s', edition => {
  it.each(KNOWN_ITEMS[edition].map(known => [known.item, known] as const))('%s', (_, known) => {
    const { values, bytes } = bothWays(edition, known)
    expect(values.slice(0, known.values.length)).toEqual(known.values)
    // A password that was read is shown without its digits.
    if (values[0]?.includes('***')) expect(bytes).toBeNull()
    else expect(bytes).toEqual(known.data)
  })
})

describe('known words', () => {
  const bits = [...KNOWN_WORDS].flatMap(([list, known]) =>
    known.map(bit => [`${list} ${placeOf(bit)} ${bit.nameZh}`, list, bit] as const),
  )
  it.each(bits)('%s', (_, list, bit) => {
    expect(bitBothWays(list, bit)).toEqual({ isDecoded: true, isEncoded: true })
  })
})

describe('known records of load', () => {
  it.each([...KNOWN_RECORDS])('%s has %i values, and is made again as it was', (item, values) => {
    expect(recordBothWays(item)).toEqual({ values, isSame: true })
  })
})

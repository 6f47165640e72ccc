/** docs/dlt645.md is current and without a gap: `vitest run tests/drivers/dlt645/coverage.test.ts -u` writes it anew. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asMarkdown, coverageTables, idleReasons } from './coverage.ts'

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

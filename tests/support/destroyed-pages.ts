/** A database with destroyed pages, which whoever has it open meets with only when it asks for a row of them. */

import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'

/** What the pages of this table or index say is no page of a database any more. */
export function destroyPages(path: string, name: string): void {
  const database = new DatabaseSync(path)
  const pages = database.prepare('SELECT pageno FROM dbstat WHERE name = ?').all(name)
  database.close()
  const bytes = readFileSync(path)
  for (const { pageno } of pages) bytes.fill(0xa5, (Number(pageno) - 1) * 4_096, Number(pageno) * 4_096)
  writeFileSync(path, bytes)
  expect(pages.length).toBeGreaterThan(0)
}

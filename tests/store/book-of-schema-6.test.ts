/** A book written before entries were deflated: the same texts, under the same hashes, and new ones behind them. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { unpack } from '../../src/store/book/packed.ts'
import { bookIn, frozen, pair, settleAll } from './book-files.ts'
import { newDirectory, readerIn } from './data-directory.ts'
import { backToSchema } from './earlier-schema.ts'

test('PR-17 PR-86 a book of schema 6 is the same book, byte for byte, and goes on', () => {
  const directory = newDirectory()
  const first = bookIn(directory)
  for (const day of [0, 1, 2]) first.keep(frozen('m1', day))
  settleAll(first, [pair('m1', 0), pair('m1', 1)])
  first.close()
  const was = asText(directory)
  expect(was).toHaveLength(2)

  const later = bookIn(directory)
  settleAll(later, [pair('m1', 2)])
  const is = readerIn(directory).book.releasesAfter(0, 10).entries
  expect(is.slice(0, 2).map(({ text }) => text)).toEqual(was)
  expect(is.map(({ sequence, version }) => [sequence, version])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  expect(kindsIn(directory)).toEqual(['text', 'text', 'blob'])
  later.close()
})

/** Puts the store back to where entries were text; the texts. */
function asText(directory: string): (string | null)[] {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  const write = file.prepare('UPDATE release SET entry = ? WHERE sequence = ?')
  const rows = file.prepare('SELECT sequence, entry FROM release ORDER BY sequence').all()
  const texts = rows.map(({ entry }) => String(unpack(entry)))
  for (const [index, { sequence }] of rows.entries()) write.run(texts[index] ?? null, Number(sequence))
  file.exec(backToSchema(6))
  file.close()
  return texts
}

function kindsIn(directory: string): unknown[] {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  const rows = file.prepare('SELECT typeof(entry) AS kind FROM release ORDER BY sequence').all()
  file.close()
  return rows.map(({ kind }) => kind)
}

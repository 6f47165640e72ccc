/**
 * Seen: a start on ten million readings took half a minute. SQLite had turned the join of the freezes held round: for each
 * midnight of each meter it looked through all readings of all meters in that hour.
 */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { FREEZES_HELD, FREEZES_HELD_AT } from '../../../src/store/queries.ts'
import { close, newDirectory, openIn } from '../../store/data-directory.ts'
import { NOON, roundOf } from '../../store/rounds.ts'

test('PR-84 the freezes a meter holds are found register by register, through the whole identity', async () => {
  const directory = newDirectory()
  const store = await openIn(directory)
  await store.accept(roundOf('m1', { kind: 'freeze' }, { kind: 'freeze', obis: '1-0:2.8.0' }))
  expect(await store.freezesHeld('m1', 0)).toEqual([{ slot: NOON, registers: 2 }])
  await close(store)
  const database = new DatabaseSync(join(directory, 'meterd.db'))
  const searchesOf = (question: string) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${question}`)
      .all(1, 0)
      .map(({ detail }) => String(detail))
      .filter(detail => detail.startsWith('SEARCH'))
  const [all, few] = [FREEZES_HELD, FREEZES_HELD_AT].map(searchesOf)
  database.close()
  for (const searches of [all, few]) {
    expect(searches?.map(detail => detail.split(' ')[1])).toEqual(['f', 's', 'r'])
    expect(searches?.[2]).toContain('reading_identity (<expr>=? AND series=? AND slot=?)')
  }
  expect(few?.[0]).toContain('PRIMARY KEY (meter=? AND slot=?)')
})

/** How far a follower of orders was told: over restarts, rescues and restores, and where its place is damaged (PR-60, P-12). */

import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createJournal } from '../../src/store/journal/journal.ts'
import { noteTurn } from '../../src/store/journal/turn.ts'
import { createChangesTold, createOrderChanges } from '../../src/store/order/changes.ts'
import { MIGRATIONS } from '../../src/store/schema.ts'
import { changeOf } from '../../src/supply/order/change.ts'
import { cutIn, NOW } from '../supply/order/cases.ts'

function journalled() {
  const file = new DatabaseSync(':memory:')
  for (const table of ['CREATE TABLE journal ', 'CREATE TABLE ledger '])
    file.exec(MIGRATIONS.find(sql => sql.includes(table)) ?? '')
  const journal = createJournal(file, { found: () => undefined })
  const add = (action: string, facts = {}) =>
    journal.add({ at: NOW, actor: 'li', scope: 'none', address: 'local', action, subject: 'order o1', facts })
  const damaged: unknown[] = []
  const { orderChanges } = createOrderChanges(file, { found: (table, key) => damaged.push([table, key]) })
  const follower = (epoch: number) => createChangesTold(file, epoch, (_, work) => work())
  const change = changeOf(null, cutIn('confirmed'), NOW)
  const told = () => add('order.looked', { change })
  return { file, add, told, orderChanges, follower, damaged }
}

test('P-12 changes are found among all else, as many at once as asked for, and what tells of none is passed over', () => {
  const { add, told, orderChanges, file, damaged } = journalled()
  add('daemon.started')
  add('order.request')
  for (let entry = 0; entry < 3; entry++) told()
  // As `order.` is, but no step of an order.
  add('order-cut.refused', { change: {} })
  expect(orderChanges(0, 100).changes.map(({ sequence }) => sequence)).toEqual([3, 4, 5])
  expect(orderChanges(0, 2)).toMatchObject({ changes: [{ sequence: 3 }], reached: 3, hasMore: true })
  expect(orderChanges(3, 2)).toMatchObject({ changes: [{ sequence: 4 }, { sequence: 5 }], hasMore: true })
  expect(orderChanges(5, 2)).toEqual({ changes: [], reached: 6, hasMore: false })
  expect(orderChanges(99, 2)).toEqual({ changes: [], reached: 99, hasMore: false })
  // One that is damaged is told as such, and keeps nobody from the next.
  file.exec('UPDATE journal SET facts = replace(facts, \'"cut"\', \'"cat"\') WHERE sequence = 4')
  expect(orderChanges(0, 100).changes.map(({ sequence }) => sequence)).toEqual([3, 5])
  expect(damaged).toEqual([['journal', 4]])
})

test('PR-07 PR-08 a follower goes on in the next life of the store, and misses nothing where the end of the journal was lost', () => {
  const { file, told, follower } = journalled()
  expect(follower(1).changesTold('mqtt')).toBe(0)
  for (let entry = 0; entry < 5; entry++) told()
  follower(1).changesTell('mqtt', 5)
  expect([follower(1).changesTold('mqtt'), follower(1).changesTold('another')]).toEqual([5, 0])
  // Entries 4 and 5 are lost, and their numbers given anew.
  file.exec('DELETE FROM journal WHERE sequence > 3')
  noteTurn(file, { at: NOW, actor: 'daemon', action: 'store.rescued', facts: {} })
  expect(told()).toBe(5)
  expect(follower(2).changesTold('mqtt')).toBe(4)
  follower(2).changesTell('mqtt', 5)
  expect(follower(2).changesTold('mqtt')).toBe(5)
  // Hearing again is harmless, missing is not.
  file.exec("UPDATE charged_to SET cursor = 6 WHERE name LIKE 'order%'")
  expect(follower(2).changesTold('mqtt')).toBe(0)
})

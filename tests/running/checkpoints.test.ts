/** Checkpoints of the journal: each hour, and within seconds after an order has come to something, one for all of those seconds (PR-65). */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Clock } from '../../src/core/clock.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { startCheckpoints } from '../../src/running/checkpoints.ts'
import { checkpointsIn } from '../../src/store/journal/checkpoint.ts'
import type { NumberedChange } from '../../src/store/order/asked.ts'
import { changeOf } from '../../src/supply/order/change.ts'
import type { Order } from '../../src/supply/order/order.ts'
import { newDirectory } from '../store/data-directory.ts'
import { cutIn, NOW, restoreIn } from '../supply/order/cases.ts'
import { recordingLog } from '../support/api.ts'
import { virtualClock } from '../support/virtual-clock.ts'

test('PR-65 after each order a signed checkpoint that holds it is written and published, and otherwise each hour', async () => {
  const clock = virtualClock()
  let asleep = Promise.withResolvers<void>()
  const watched: Clock = {
    ...clock,
    sleep(...asked) {
      asleep.resolve()
      return clock.sleep(...asked)
    },
  }
  const log = recordingLog()
  const directory = newDirectory()
  const [changes, told]: [NumberedChange[], string[]] = [[], []]
  const head = { size: 3, hash: 'ab'.repeat(32) }
  const is = (order: Order) => {
    const change = changeOf(null, order, NOW)
    if (change === null) throw new Error('nobody is told')
    head.size += 2
    changes.push({ ...change, sequence: head.size - 1, at: NOW })
  }
  const checkpoints = startCheckpoints({
    ...{ gateway: 'gw', dataDirectory: directory, folder: join(directory, 'audit'), clock: watched, log },
    store: {
      epoch: 1,
      journalHead: async () => ({ ...head }),
      async orderChanges(after) {
        return { changes: changes.filter(one => one.sequence > after), reached: head.size, hasMore: false }
      },
    },
    tell: text => void told.push(text),
  })
  const sizes = () => checkpointsIn(told.join('\n')).map(({ size }) => size)
  /** Files are written in our time, and the clock is theirs: it goes on when nothing is left to be done. */
  const pass = async (ms: number) => {
    for (const end = clock.now() + ms; clock.now() < end; ) {
      await asleep.promise
      asleep = Promise.withResolvers()
      await clock.pass(5 * SECOND)
    }
    await asleep.promise
  }
  is(cutIn('confirmed'))
  await checkpoints.make()
  is(cutIn('requested'))
  is(cutIn('sending'))
  await pass(MINUTE)
  expect(sizes()).toEqual([5])
  is(cutIn('confirmed'))
  is(restoreIn('close-allowed'))
  await pass(5 * SECOND)
  expect(sizes()).toEqual([5, 13])
  is(cutIn('withdrawn'))
  await pass(5 * SECOND)
  expect(sizes()).toEqual([5, 13, 15])
  await pass(HOUR - 2 * MINUTE)
  expect(sizes()).toEqual([5, 13, 15])
  await pass(MINUTE)
  expect(sizes()).toEqual([5, 13, 15, 15])
  checkpoints.stop()
  is(cutIn('confirmed'))
  await clock.pass(HOUR)
  expect(sizes()).toHaveLength(4)
  const files = readdirSync(join(directory, 'audit')).filter(name => name.startsWith('checkpoints-'))
  const written = files.map(name => readFileSync(join(directory, 'audit', name), 'utf8')).join('')
  expect(checkpointsIn(written)).toHaveLength(4)
  expect(log.lines).toEqual([])
})

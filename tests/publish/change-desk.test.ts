/** What became of orders over MQTT: each once, in order, over restarts, and none passed over (PR-60, P-12). */

import { expect, test } from 'vitest'
import { createChangeDesk } from '../../src/publish/change-desk.ts'
import type { Outcome } from '../../src/publish/mqtt-connection.ts'
import type { NumberedChange } from '../../src/store/order/asked.ts'
import { changeOf } from '../../src/supply/order/change.ts'
import { cutIn, NOW } from '../supply/order/cases.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { listLog } from './changes.ts'

function changed(sequence: number): NumberedChange {
  const change = changeOf(null, cutIn('confirmed'), NOW)
  if (change === null) throw new Error('a confirmed cut is told')
  return { ...change, sequence, at: NOW }
}

/** What is told after a restart, too: `kept` is what the store has. */
function desk(
  kept: { told: number; readonly changes: NumberedChange[] },
  answer: (sequences: readonly number[]) => readonly Outcome[] | null,
) {
  const clock = virtualClock()
  const log = listLog()
  const sent: (readonly [number, number])[][] = []
  const made = createChangeDesk({
    orders: {
      // As the store: two entries at once, of which some are nobody else's.
      async orderChanges(after) {
        const end = kept.changes.at(-1)?.sequence ?? 0
        const reached = Math.max(after, Math.min(after + 2, end))
        const changes = kept.changes.filter(one => one.sequence > after && one.sequence <= reached)
        return { changes, reached, hasMore: reached < end }
      },
      changesTold: async () => kept.told,
      async changesTell(_, sequence) {
        kept.told = sequence
      },
    },
    async send(messages) {
      const told = messages.map(({ payload }) => JSON.parse(payload))
      sent.push(told.map(({ previous, sequence }) => [previous, sequence] as const))
      return answer(told.map(({ sequence }) => sequence))
    },
    form: { gateway: 'gw', epoch: 4, offsetMinutes: 480 },
    ...{ clock, log },
  })
  return { ...made, clock, log, sent }
}

const all = (sequences: readonly number[]) => sequences.map(() => 'accepted' as const)

test('P-12 each change is told once, names the one before it, and a restart goes on where the last life ended', async () => {
  const kept = { told: 0, changes: [changed(1), changed(2), changed(7)] }
  const first = desk(kept, all)
  first.start()
  await first.clock.pass(1)
  expect(first.sent.flat()).toEqual([
    [0, 1],
    [1, 2],
    [2, 7],
  ])
  await first.clock.pass(60_000)
  expect([first.sent.flat().length, kept.told]).toEqual([3, 7])
  await first.stop()
  kept.changes.push(changed(8))
  const second = desk(kept, all)
  second.start()
  await second.clock.pass(1)
  expect(second.sent).toEqual([[[7, 8]]])
  await second.stop()
})

test('P-12 what was not acknowledged is owed, and what comes after it waits; a refusal is said once', async () => {
  const kept = { told: 0, changes: [changed(1), changed(2), changed(3)] }
  let outcomes: readonly Outcome[] | null = null
  const { start, stop, clock, sent, log } = desk(kept, those => outcomes?.slice(0, those.length) ?? null)
  start()
  await clock.pass(6_000)
  expect([sent.length, kept.told]).toEqual([2, 0])
  outcomes = ['accepted', 'lost']
  await clock.pass(5_000)
  expect(kept.told).toBe(1)
  outcomes = [{ reasonCode: 0x87, reason: 'not authorised' }, 'accepted']
  await clock.pass(10 * 60_000)
  expect(kept.told).toBe(1)
  expect(log.lines.filter(({ text }) => text.includes('not authorised'))).toHaveLength(1)
  outcomes = ['accepted', 'accepted']
  await clock.pass(60_000)
  expect(kept.told).toBe(3)
  expect(sent.flat().at(-1)).toEqual([2, 3])
  await stop()
})

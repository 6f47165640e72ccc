/**
 * Seen: a link was lost while an order waited for the line to fall silent. Not a byte had left, and the order was told
 * as unconfirmed, so a customer was left to people to look after for nothing.
 */

import { expect, test } from 'vitest'
import { relayBench } from '../../support/relay-bench.ts'

test('an order whose link is lost before it leaves is not-sent', async () => {
  const bench = await relayBench({
    way(_, answer, { clock, drop, sent }) {
      // The eleventh answer is the clock's last; the order would leave 30 ms after it.
      if (sent.length === 11) clock.after(115, drop)
      return { isHeard: true, back: [[100, answer()!]] }
    },
  })
  const { result } = await bench.ended(
    bench.converse(bench.driver.orderRelay!(bench.call(), bench.order({}))),
  )
  expect(bench.sent.some(({ isOrder }) => isOrder)).toBe(false)
  expect(result.before?.clock).not.toBeNull()
  expect(result.outcome).toBe('not-sent')
})

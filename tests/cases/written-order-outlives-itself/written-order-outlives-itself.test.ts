/** Seen: an order to a relay that is written as a maker's item lay in a line's queue past its validity, and was sent. */

import { expect, test } from 'vitest'
import { MINUTE } from '../../../src/core/time.ts'
import { relayBench } from '../../support/relay-bench.ts'

test('a written order is over when its validity is, wherever it lay', async () => {
  const bench = await relayBench({
    quirks: { 'relay-write': '0700EFEE' },
    traits: { quirks: { 'relay-write': '0700EFEE open=99 close=55' } },
  })
  const order = bench.order({ validForSeconds: 60 })
  await bench.clock.pass(MINUTE)
  const { result } = await bench.ended(bench.converse(bench.driver.orderRelay!(bench.call(), order)))
  expect(result).toMatchObject({ outcome: 'not-sent', why: { code: 'ORDER_EXPIRED' } })
  expect(bench.sent).toEqual([])
  expect(bench.meter.relay.trips).toBe(0)
})

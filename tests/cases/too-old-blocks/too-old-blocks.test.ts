/**
 * Seen: after an outage longer than the retention of the database, InfluxDB refused a whole batch as too old. That
 * looked like a server that refuses everything, so nothing was set aside, and the readings behind it never went out.
 */

import { expect, test } from 'vitest'
import { deliverHalving } from '../../../src/publish/halving.ts'
import { verdictOf } from '../../../src/publish/influx-write.ts'
import { influxAt } from '../../publish/influx-support.ts'

test('PR-14 a batch of which all is beyond the retention policy is set aside with the words', async () => {
  const owed = Array.from({ length: 30 }, (_, index) => ({ sequence: index + 1, line: '' }))
  // Word for word InfluxDB 1.6.7.
  const body = '{"error":"partial write: points beyond retention policy dropped=1"}'
  const verdict = verdictOf({ status: 400, headers: {}, body }, influxAt(1))
  if (verdict.kind !== 'refused') throw new Error(`taken as ${verdict.kind}`)
  const { rejected, fault } = await deliverHalving(owed, {
    unwritable: [],
    atOnce: () => 10,
    write: async () => verdict,
  })
  expect(rejected).toHaveLength(30)
  expect(rejected[0]?.reason).toContain('beyond retention policy')
  expect(fault).toBeUndefined()
})

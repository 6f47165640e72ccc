/**
 * Seen: a box off for 70 days fetched three midnights of each meter, as of a meter it had never met, although they
 * remember 62. Freezes kept from before the meter's memory were not looked at.
 */

import { expect, test } from 'vitest'
import { freezesHeld } from '../../../src/acquire/freezes-held.ts'
import { createLedger } from '../../../src/acquire/ledger.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import type { FreezeHeld } from '../../../src/store/store.ts'
import { freezingMeter, MIDNIGHT, NEEDED } from '../../support/api.ts'

async function midnightsWanted(kept: readonly FreezeHeld[]): Promise<number> {
  const meter = freezingMeter('m1')
  const now = MIDNIGHT + HOUR
  const store = {
    freezesHeld: async (_id: string, since: number) => kept.filter(({ slot }) => slot >= since),
  }
  const held = (await freezesHeld(store, [meter], { offsetMinutes: 480 }, now)).get('m1') ?? {}
  const ledger = createLedger(meter, 480, { freezesHeld: held })
  let wanted = 0
  for (let job = ledger.due(now)?.job; job?.kind === 'freeze'; job = ledger.due(now)?.job) {
    ledger.ended(job, 'done', now)
    wanted += 1
  }
  return wanted
}

test.each([
  { daysAgo: 30, wanted: 30 },
  { daysAgo: 70, wanted: 62 },
  { daysAgo: 3_000, wanted: 62 },
])('a meter read last $daysAgo days ago is asked for $wanted midnights', async ({ daysAgo, wanted }) => {
  const registers = NEEDED.length
  expect(await midnightsWanted([{ slot: MIDNIGHT - daysAgo * DAY, registers }])).toBe(wanted)
})

test('a meter never read is asked for the last three', async () => {
  expect(await midnightsWanted([])).toBe(3)
})

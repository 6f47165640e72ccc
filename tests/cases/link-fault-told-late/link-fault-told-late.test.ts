/**
 * Seen: `meterd read` on a port nobody listens on said only "127.0.0.1:4001; check that the port exists". The link wrote
 * its warning before it kept the fault, so whoever looked at the fault when warned found the one before.
 */

import { expect, test } from 'vitest'
import { Fault } from '../../../src/core/faults.ts'
import { silentLog } from '../../../src/core/log.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { createLink } from '../../../src/line/link.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

test('a link that warns already knows its fault', async () => {
  const clock = virtualClock()
  const seen: (string | undefined)[] = []
  const link = createLink({
    lineId: 'l1',
    url: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    isAsking: () => false,
    clock,
    random: seededRandom(1),
    heard: () => undefined,
    down: () => undefined,
    claim: async () => async () => undefined,
    log: { ...silentLog, warn: () => seen.push(link.fault?.text) },
    transport: {
      open: () => Promise.reject(new Fault('LINE_UNREACHABLE', 'nothing listens there')),
      write: () => undefined,
      close: async () => undefined,
    },
  })
  link.start()
  await clock.pass(10_000)
  expect(seen).toEqual(['nothing listens there'])
  const stopped = link.stop()
  await clock.pass(60_000)
  await stopped
})

/**
 * Seen: a frame for another meter, with a whole relay order in its data, came with a wrong checksum. The simulated meter
 * dropped that frame, went on with the next byte, found the order and cut its customer off.
 */

import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { createBus } from '../../../src/simulator/bus.ts'
import { dialect645 } from '../../../src/simulator/dlt645/dialect.ts'
import { createLedger } from '../../../src/simulator/faults.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import { meterOf, request } from '../../simulator/master.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const OWN = '000000000161'
const TRIP = [0x02, 0, 0, 0, 1, 0, 0, 0, 0x1a, 0, 0x59, 0x59, 0x23, 0x31, 0x12, 0x99]

test.each([
  ['a wrong checksum', 1],
  ['a right one', 0],
])('an order inside a frame with %s is no order', async (_, wrongBy) => {
  const clock = virtualClock()
  const meter = meterOf({ address: OWN })
  const bus = createBus({
    listener: 0,
    slaves: new Map([[dialect645, [createMeter2007(meter)]]]),
    faults: {},
    replyDelayMs: [20, 20],
    ledger: createLedger(),
    clock,
    random: seededRandom(1),
  })
  const heard: Uint8Array[] = []
  const { receive } = bus.connect(bytes => heard.push(bytes))
  const order = request(OWN, 0x1c, TRIP)
  const outer = request(
    '000000009999',
    0x03,
    Array.from(order, byte => byte - 0x33),
  )
  receive(outer.map((byte, at) => (at === outer.length - 2 ? byte + wrongBy : byte)))
  await clock.pass(2_000)
  expect([heard.length, meter.relay.isOpenAt(clock.now())]).toEqual([0, false])
  receive(order)
  await clock.pass(100)
  expect([heard.length, meter.relay.isOpenAt(clock.now())]).toEqual([1, true])
})

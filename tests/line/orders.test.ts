/** Relay orders on a real line, whose job retries are: one order on the wire, however its answer fails. */

import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { silentLog } from '../../src/core/log.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import type { RelayOrder } from '../../src/driver-api/relay.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { createMeter2007 } from '../../src/simulator/meter-2007.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { anyPass } from '../support/any-pass.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const METER = '000000001234'
const NOW = Date.UTC(2026, 10, 21, 4, 30, 15)
const ORDER: RelayOrder = {
  action: 'open',
  authority: { level: '02', password: '000000', operator: '87654321' },
  validForSeconds: 300,
  ageMs: () => 0,
}
const RELAY = 0x1c

/** What becomes of the answer to the order on its way back: pieces, each with the time it takes, ms. */
type Way = (answer: Uint8Array) => readonly (readonly [afterMs: number, bytes: Uint8Array])[]

async function order(way: Way, isObeyed: boolean, quirks: SimulatedQuirks = {}) {
  const clock = virtualClock()
  const controls: number[] = []
  const logged: string[] = []
  const meter = createMeter({
    seed: 7,
    protocol: 'dlt645-2007',
    address: METER,
    phases: 1,
    offsetMinutes: 480,
  })
  const slave = createMeter2007(meter, quirks)
  const { line, hear } = memoryLine(
    clock,
    bytes => {
      const asked = bytes.subarray(bytes.indexOf(0x68))
      controls.push(asked[8]!)
      const isOrder = asked[8] === RELAY
      const reply = isOrder && !isObeyed ? null : slave.answer(asked, NOW)
      const pieces = isOrder ? way(reply ?? new Uint8Array(0)) : [[30, reply!] as const]
      for (const [afterMs, piece] of pieces)
        if (piece.length > 0) clock.after(afterMs, () => hear(Buffer.from(piece)))
    },
    {
      log: {
        ...silentLog,
        isLevelEnabled: () => true,
        trace: context => logged.push(JSON.stringify(context)),
      },
    },
  )
  line.start()
  await clock.pass(0)
  const call = { address: METER, sequence: () => 0, traits: {}, refusedBefore: new Set<string>() }
  const talked = line.converse({
    driver: driver2007,
    conversation: driver2007.orderRelay!(call, ORDER),
    priority: PRIORITY.order,
    meter: METER,
    pass: anyPass(),
    retries: { silent: 3, silentOnceAnswered: 3, damaged: 3 },
  })
  await clock.pass(120_000)
  const { result } = await talked
  return {
    result,
    orders: controls.filter(control => control === RELAY).length,
    logged: logged.join('\n'),
    meter,
  }
}

const flipped = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 9 ? byte ^ 0x10 : byte))

describe('an order leaves once', () => {
  test.each<[string, Way, 'accepted' | 'unconfirmed']>([
    ['when it is answered', answer => [[40, answer]], 'accepted'],
    [
      'when its answer comes in bytes',
      answer => [...answer].map((byte, at) => [40 + at, Uint8Array.of(byte)]),
      'accepted',
    ],
    ['when its answer is lost', () => [], 'unconfirmed'],
    ['when its answer is garbled', answer => [[40, flipped(answer)]], 'unconfirmed'],
    ['when its answer is cut', answer => [[40, answer.subarray(0, 7)]], 'unconfirmed'],
    ['when only noise comes', () => [[40, Uint8Array.of(0x55, 0x68, 0x00)]], 'unconfirmed'],
    [
      'when another meter answers',
      () => [[40, frameBytes('000000009999', 0x9c, new Uint8Array(0))]],
      'unconfirmed',
    ],
    ['when its answer is late', answer => [[2_300, answer]], 'unconfirmed'],
    ['when its answer is so late that the relay is being read', answer => [[3_120, answer]], 'unconfirmed'],
    [
      'when its answer comes twice',
      answer => [
        [40, answer],
        [80, answer],
      ],
      'accepted',
    ],
  ])('%s', async (_, way, outcome) => {
    const { result, orders, meter, logged } = await order(way, true)
    expect(orders).toBe(1)
    expect(result).toMatchObject({ outcome: 'done', evidence: { verdict: 'as-ordered' } })
    expect(meter.relay.trips).toBe(1)
    // Whatever the answer was, the reading afterwards tells what happened.
    expect(result).toMatchObject({ before: { isOpen: false }, after: { isOpen: true } })
    expect(logged).toContain('** ** **')
    // Where its record and its status word are not of one mind, the meter's word is all there is.
    const lying = await order(way, true, { 'relay-lies': 'status-stays' })
    expect(lying.result).toMatchObject({ outcome, evidence: { verdict: 'contradicts' } })
    expect(lying.orders).toBe(1)
  })

  test('when it was never obeyed, and the reading says so', async () => {
    const { result, orders } = await order(() => [], false)
    expect(orders).toBe(1)
    expect(result).toMatchObject({ outcome: 'unconfirmed', after: { isOpen: false } })
  })
})

/** A meter's nightly round: what the driver's plans put on the wire, against the fewest bytes of any legal plan. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import type { Conversation, ReadResult, Request } from '../../../src/driver-api/driver.ts'
import { createMeter } from '../../../src/simulator/meter.ts'
import { createMeter2007 } from '../../../src/simulator/meter-2007.ts'
import { report } from '../../prove/report.ts'
import {
  askingByHand,
  type Cost,
  cheapestRound,
  ROUND_BLOCKS,
  ROUND_ITEMS,
  roundOf,
  SHIPPED_BLOCKS,
  weight,
} from '../../support/nightly-round.ts'
import { rounds } from '../../support/rounds.ts'
import { callOf } from './bench-meter.ts'

const NOW = Date.UTC(2026, 10, 21, 18, 30, 15)
const ADDRESS = '000000000161'

function simulated() {
  const meter = createMeter({
    seed: 7,
    protocol: 'dlt645-2007',
    address: ADDRESS,
    phases: 3,
    offsetMinutes: 480,
  })
  return createMeter2007(meter)
}

const asking = () => {
  const slave = simulated()
  return askingByHand(request => slave.answer(request, NOW), ADDRESS)
}

/** What the driver's conversation puts on the wire. */
function held(conversation: Conversation<ReadResult>): { cost: Cost; result: ReadResult } {
  const slave = simulated()
  let bytes = 0
  let exchanges = 0
  let step = conversation.next()
  while (!step.done) {
    const request: Request = step.value
    const reply = slave.answer(request.bytes.slice(request.bytes.indexOf(0x68)), NOW)
    if (!reply) throw new Error('the meter is silent')
    bytes += request.bytes.length + reply.length
    exchanges += 1
    const frame = driver2007.deframe(reply, request).frames[0]!
    expect(request.whyNot(frame)).toBeNull()
    step = conversation.next(frame)
  }
  return { cost: { bytes, exchanges }, result: step.value }
}

/** Both conversations of the round, with what the meter refuses found out before. */
function driven(blocks: readonly string[]): Cost {
  const { freeze, points } = roundOf(item => driver2007.describe(item))
  const refused = new Set<string>()
  const hold = () => {
    const call = callOf({ blocks }, ADDRESS, [...refused])
    const night = [held(driver2007.readFreeze!(call, freeze)), held(driver2007.read(call, points))]
    for (const { result } of night) for (const block of result.refused) refused.add(block)
    const answered = night.flatMap(({ result }) => result.reads)
    expect(answered).toHaveLength(freeze.points.length + points.length)
    for (const read of answered.filter(({ point }) => point.item.startsWith('0506')))
      expect(read).toHaveProperty('stampedAt', '2026-11-22T00:00:00')
    return night.map(({ cost }) => cost)
  }
  hold()
  const costs = hold()
  return {
    bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
    exchanges: costs.reduce((sum, { exchanges }) => sum + exchanges, 0),
  }
}

describe('a nightly round of one meter', () => {
  it('of the shipped three-phase profile needs at most 1.02 times the wire time of the cheapest legal plan', () => {
    const limit = cheapestRound(asking(), ROUND_BLOCKS)
    const ours = driven(SHIPPED_BLOCKS)
    const singly = driven([])
    report('nightly round', {
      'bytes on the wire': ours.bytes,
      exchanges: ours.exchanges,
      'fewest bytes': limit.bytes,
      'in exchanges': limit.exchanges,
      ratio: (weight(ours) / weight(limit)).toFixed(3),
      'item by item': `${singly.bytes} bytes, ${singly.exchanges} exchanges`,
    })
    expect(ROUND_ITEMS.length).toBeGreaterThan(20)
    expect(weight(ours) / weight(limit)).toBeLessThanOrEqual(1.02)
    expect(ours.exchanges).toBeLessThanOrEqual(limit.exchanges)
    expect(weight(singly)).toBeGreaterThan(1.5 * weight(ours))
  })

  it('is planned as cheaply with whatever blocks a model serves', () => {
    const ask = asking()
    const known = ROUND_BLOCKS.filter(block => driver2007.describe(block) !== null)
    expect(known.length).toBeGreaterThan(8)
    fc.assert(
      fc.property(fc.shuffledSubarray(known), blocks => {
        expect(weight(driven(blocks)) / weight(cheapestRound(ask, blocks))).toBeLessThanOrEqual(1.02)
      }),
      rounds(2400, 30),
    )
  })
})

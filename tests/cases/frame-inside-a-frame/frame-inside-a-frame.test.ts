/**
 * Seen: an answer whose data held a whole good frame (a text, something passed through) came in two pieces. The frame
 * inside was complete first, answered the question as well, and was read for the answer; the real one was lost.
 */

import { expect, test } from 'vitest'
import { driver2007 } from '../../../drivers/dlt645/driver.ts'
import { requestBytes } from '../../../drivers/dlt645/wire/frame.ts'
import { toHex } from '../../../src/core/hex.ts'
import type { Request } from '../../../src/driver-api/driver.ts'
import { newCounters } from '../../../src/line/asker.ts'
import { createBus } from '../../../src/line/bus.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const ADDRESS = '000000000161'
const ITEM = '0400AB01'
const DI = [0x01, 0xab, 0x00, 0x04]

test('V-F1 what a meter was asked for is the whole answer, not the frame in it', async () => {
  const inner = requestBytes(ADDRESS, 0x91, Uint8Array.of(...DI, 1, 2, 3, 4, 5, 6, 7, 8), 0)
  const text = [...Array.from(inner, byte => byte - 0x33), 0, 0]
  const answer = requestBytes(ADDRESS, 0x91, Uint8Array.of(...DI, ...text), 0)
  const traits = { items: [{ item: ITEM, name: 'text', values: [{ encoding: `hex${text.length}` }] }] }
  const call = { address: ADDRESS, sequence: () => 0, traits, refusedBefore: new Set<string>() }
  for (let at = 1; at < answer.length; at += 1) {
    const clock = virtualClock()
    const contradicted = () => undefined
    const bus = createBus({
      clock,
      counters: newCounters(),
      contradicted,
      characterMs: 0,
      isOwnWire: false,
      write: contradicted,
    })
    const conversation = driver2007.read(call, [driver2007.describe(ITEM, traits)!])
    const asked = bus.ask(conversation.next().value as Request, driver2007, 2_000)
    await clock.pass(50)
    bus.heard(answer.subarray(0, at))
    await clock.pass(400)
    bus.heard(answer.subarray(at))
    const { frame } = await asked
    const wire = toHex(Uint8Array.from(text).reverse(), '')
    expect(conversation.next(frame).value, `cut at ${at}`).toMatchObject({
      reads: [{ value: { text: wire } }],
    })
  }
})

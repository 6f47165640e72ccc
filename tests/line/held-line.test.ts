/** A line had alone for longer than a conversation: nobody between, whoever was under way goes on after. */

import { describe, expect, test } from 'vitest'
import type { Conversation, Request } from '../../src/driver-api/driver.ts'
import { type Line, PRIORITY, type Priority } from '../../src/line/line.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
const ANSWER_MS = 70

function* asking(requests: readonly Request[]): Conversation<number> {
  let answered = 0
  for (const request of requests) if (yield request) answered += 1
  return answered
}

const questions = (meter: number, count: number) =>
  Array.from({ length: count }, (_, item) => toyRequest(meter, item))

async function bench(inFlight: number) {
  const clock = virtualClock()
  const driver = toyDriver({ concurrent: inFlight > 1 })
  const sent: string[] = []
  const { line, hear } = memoryLine(
    clock,
    ([, address = 0, item = 0]) => {
      sent.push(`${address}:${item}`)
      clock.after(ANSWER_MS, () => hear(toyFrame(address, item, item)))
    },
    { inFlight, url: `${inFlight > 1 ? 'modbus-tcp' : 'tcp'}://127.0.0.1:1` },
  )
  line.start()
  await clock.pass(0)
  const ask = (
    converse: Line['converse'],
    meter: number,
    count: number,
    priority: Priority = PRIORITY.poll,
  ) =>
    converse({
      driver,
      conversation: asking(questions(meter, count)),
      priority,
      meter: `m${meter}`,
      retries: RETRIES,
    })
  return { clock, sent, line, ask }
}

describe.each([1, 4])('a line with %i under way at once', inFlight => {
  test('is had alone from before the first question to behind the last, pauses and all', async () => {
    const { clock, sent, line, ask } = await bench(inFlight)
    const before = Array.from({ length: inFlight }, (_, nth) => ask(line.converse, nth + 1, 3))
    await clock.pass(ANSWER_MS / 2)
    const behind = [ask(line.converse, 7, 1), ask(line.converse, 8, 1, PRIORITY.onDemand)]
    const held = line.hold(PRIORITY.restore, async converse => {
      await ask(converse, 9, 1)
      await clock.sleep(2_000)
      await ask(converse, 9, 2)
    })
    await clock.pass(10_000)
    await Promise.all([...before, ...behind, held])
    expect(await before[0]).toMatchObject({ result: 3 })
    const own = sent.map((one, place) => (one.startsWith('9:') ? place : -1)).filter(place => place >= 0)
    // After one question of each that was under way, and in one piece.
    expect(own).toEqual([inFlight, inFlight + 1, inFlight + 2])
    expect(sent).toHaveLength(3 * inFlight + 2 + 3)
  })

  test('is given back when what it was had for fails', async () => {
    const { clock, line, ask } = await bench(inFlight)
    const failed = line.hold(PRIORITY.order, () => Promise.reject(new Error('the store is full')))
    await expect(failed).rejects.toThrow('the store is full')
    const next = ask(line.converse, 1, 2)
    await clock.pass(1_000)
    expect((await next).result).toBe(2)
  })
})

/** Orders between the questions of a conversation under way: when they may go first, and that it goes on unharmed. */

import { describe, expect, test } from 'vitest'
import type { Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { type Conversed, PRIORITY, type Priority } from '../../src/line/line.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 0 }
/** From a question to its answer. */
const ANSWER_MS = 70

/** Meter 1 answers what it is asked; what is asked is noted as "meter:item". */
async function bench(driver = toyDriver()) {
  const clock = virtualClock()
  const sent: string[] = []
  const { line, hear } = memoryLine(clock, ([, address = 0, item = 0]) => {
    sent.push(`${address}:${item}`)
    clock.after(ANSWER_MS, () => hear(toyFrame(address, item, item)))
  })
  line.start()
  await clock.pass(0)
  const converse = (meter: number, requests: readonly Request[], priority: Priority) =>
    line.converse({ driver, conversation: asking(requests), priority, meter: `m${meter}`, retries: RETRIES })
  return { clock, sent, converse, line }
}

function* asking(requests: readonly Request[]): Conversation<readonly (Frame | null)[]> {
  const frames: (Frame | null)[] = []
  for (const request of requests) frames.push(yield request)
  return frames
}

const items = (meter: number, ...numbers: readonly number[]) => numbers.map(item => toyRequest(meter, item))
const valuesIn = ({ result }: Conversed<readonly (Frame | null)[]>) => result.map(frame => frame?.bytes[3])

describe('an order placed in the midst of a read', () => {
  test('leaves after the question under way, and the read goes on before anybody else', async () => {
    const { clock, sent, converse } = await bench()
    const read = converse(1, items(1, 1, 2, 3), PRIORITY.poll)
    const behind = [converse(4, items(4, 1), PRIORITY.poll), converse(3, items(3, 1), PRIORITY.onDemand)]
    await clock.pass(ANSWER_MS / 2)
    const orders = [converse(2, items(2, 1, 2), PRIORITY.order), converse(2, items(2, 3), PRIORITY.order)]
    await clock.pass(5_000)
    await Promise.all([...behind, ...orders])
    expect(sent).toEqual(['1:1', '2:1', '2:2', '2:3', '1:2', '1:3', '3:1', '4:1'])
    expect(valuesIn(await read)).toEqual([1, 2, 3])
    expect((await read).exchanges).toHaveLength(3)
  })

  test('goes before it as often as there are orders', async () => {
    const { clock, sent, converse } = await bench()
    const read = converse(1, items(1, 1, 2, 3), PRIORITY.onDemand)
    await clock.pass(ANSWER_MS / 2)
    const first = converse(2, items(2, 1), PRIORITY.order)
    while (!sent.includes('1:2')) await clock.pass(1)
    const second = converse(2, items(2, 2), PRIORITY.order)
    await clock.pass(5_000)
    await Promise.all([first, second])
    expect(valuesIn(await read)).toEqual([1, 2, 3])
    expect(sent).toEqual(['1:1', '2:1', '1:2', '2:2', '1:3'])
  })

  test('parts no read on demand for another read on demand, and no order', async () => {
    const { clock, sent, converse } = await bench()
    const first = converse(1, items(1, 1, 2), PRIORITY.order)
    await clock.pass(ANSWER_MS / 2)
    const others = [converse(2, items(2, 1, 2), PRIORITY.order), converse(3, items(3, 1), PRIORITY.onDemand)]
    await clock.pass(5_000)
    await Promise.all([first, ...others])
    expect(sent).toEqual(['1:1', '1:2', '2:1', '2:2', '3:1'])
  })

  test('after which one read on demand more may not go before the calendar', async () => {
    const { clock, sent, converse } = await bench()
    const read = converse(1, items(1, 1, 2), PRIORITY.onDemand)
    const behind = [converse(3, items(3, 1), PRIORITY.onDemand), converse(4, items(4, 1), PRIORITY.poll)]
    await clock.pass(ANSWER_MS / 2)
    const order = converse(2, items(2, 1), PRIORITY.order)
    await clock.pass(5_000)
    await Promise.all([read, order, ...behind])
    expect(sent).toEqual(['1:1', '2:1', '1:2', '4:1', '3:1'])
  })

  test.each<[string, readonly Request[], boolean]>([
    ['what goes on with the answer before', items(1, 1, 2).map(one => ({ ...one, goesOn: true })), true],
    ['what may be said once only', items(1, 1, 2).map(one => ({ ...one, safeToRepeat: false })), true],
    ['a protocol whose answers do not say what they answer', items(1, 1, 2), false],
  ])('waits for the end of %s', async (_what, requests, answerNamesItem) => {
    const { clock, sent, converse } = await bench(toyDriver({ answerNamesItem }))
    const read = converse(1, requests, PRIORITY.poll)
    await clock.pass(ANSWER_MS / 2)
    const order = converse(2, items(2, 1), PRIORITY.order)
    await clock.pass(10_000)
    expect(valuesIn(await read)).toEqual([1, 2])
    await order
    expect(sent).toEqual(['1:1', '1:2', '2:1'])
  })

  test('on a line that goes down meanwhile ends, and so does the read', async () => {
    const { clock, converse, line } = await bench()
    const read = converse(1, items(1, 1, 2), PRIORITY.poll)
    await clock.pass(ANSWER_MS / 2)
    const order = converse(2, items(2, 1), PRIORITY.order)
    await clock.pass(ANSWER_MS)
    await line.stop()
    await clock.pass(10_000)
    expect((await order).fault?.code).toBe('LINE_CLOSED')
    expect((await read).fault?.code).toBe('LINE_CLOSED')
    expect(valuesIn(await read)).toEqual([1, undefined])
  })
})

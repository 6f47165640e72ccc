/** What is sent to all: nobody answers, the line waits for nobody, keeps its pause, and counts no silence. */

import { describe, expect, test } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import type { Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { newCounters } from '../../src/line/asker.ts'
import { createBus } from '../../src/line/bus.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { createMultiplex } from '../../src/line/multiplex.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const driver = toyDriver()
const toAll = (): Request => ({
  ...toyRequest(0, 7),
  safeToRepeat: false,
  isUnanswered: true,
  whyNot: () => ({ rule: 'V-F3', text: 'nobody answers' }),
})

function bench(characterMs = 10) {
  const clock = virtualClock()
  const counters = newCounters()
  const sent: number[] = []
  const bus = createBus({
    clock,
    counters,
    contradicted: () => undefined,
    characterMs,
    isOwnWire: true,
    write: () => sent.push(clock.monotonic()),
  })
  return { clock, counters, sent, bus }
}

describe('on a bus', () => {
  test('ends when its last byte has left, and is no time-out', async () => {
    const { clock, counters, bus } = bench()
    let outcome: string | null = null
    void bus.ask(toAll(), driver, 5_000).then(exchange => (outcome = exchange.outcome))
    await clock.pass(59)
    expect(outcome).toBeNull()
    await clock.pass(1)
    expect(outcome).toBe('sent')
    expect(counters).toMatchObject({ requests: 1, timeouts: 0, answers: 0 })
  })

  test('the next question waits for the pause after it, and for no quarantine', async () => {
    const { clock, sent, bus } = bench()
    const first = bus.ask(toAll(), driver, 5_000)
    await clock.pass(60)
    await first
    void bus.ask(toyRequest(1, 8), driver, 5_000)
    await clock.pass(29)
    expect(sent).toHaveLength(1)
    await clock.pass(1)
    expect(sent.map(at => at - sent[0]!)).toEqual([0, 90])
  })

  test('an adapter that echoes it is no stray, and an answer to the next question is its own', async () => {
    const { clock, counters, bus } = bench()
    const request = toAll()
    const first = bus.ask(request, driver, 5_000)
    await clock.pass(30)
    bus.heard(request.bytes)
    await clock.pass(60)
    await first
    expect(counters).toMatchObject({ echoes: 1, strays: 0 })
    const second = bus.ask(toyRequest(1, 8), driver, 500)
    await clock.pass(100)
    bus.heard(toyFrame(1, 8, 5))
    expect((await second).outcome).toBe('answered')
  })

  test('a meter that answers all the same answers nothing', async () => {
    const { clock, counters, bus } = bench()
    const first = bus.ask(toAll(), driver, 5_000)
    await clock.pass(60)
    expect((await first).outcome).toBe('sent')
    bus.heard(toyFrame(1, 7, 5))
    expect(counters).toMatchObject({ strays: 1, lates: 0 })
  })

  test('a link that goes down while it leaves is told', async () => {
    const { clock, bus } = bench()
    const first = bus.ask(toAll(), driver, 5_000)
    await clock.pass(10)
    bus.down()
    await clock.pass(0)
    expect((await first).outcome).toBe('LINE_CLOSED')
  })
})

test('with numbered questions it is over at once', async () => {
  const sent: Uint8Array[] = []
  const clock = virtualClock()
  const counters = newCounters()
  const multiplex = createMultiplex({
    inFlight: 1,
    clock,
    counters,
    write: bytes => sent.push(bytes),
    contradicted: () => undefined,
  })
  expect((await multiplex.ask(toAll(), driver, 500)).outcome).toBe('sent')
  expect(sent).toHaveLength(1)
  expect(counters.timeouts).toBe(0)
})

describe('on a line', () => {
  async function lineBench(answer: (request: Uint8Array) => Uint8Array | null) {
    const clock = virtualClock()
    const sent: Uint8Array[] = []
    const logged: string[] = []
    const { line, hear } = memoryLine(
      clock,
      bytes => {
        sent.push(bytes)
        const reply = answer(bytes)
        if (reply) clock.after(5, () => hear(reply))
      },
      {
        log: {
          ...silentLog,
          isLevelEnabled: () => true,
          trace: (context, text) => logged.push(`${text} ${JSON.stringify(context)}`),
        },
      },
    )
    line.start()
    await clock.pass(0)
    return { clock, line, sent, logged }
  }

  const RETRIES = { silent: 2, silentOnceAnswered: 2, damaged: 2 }

  test('the conversation goes on with nothing, is not repeated, and has no fault', async () => {
    function* tell(): Conversation<Frame | null> {
      yield toAll()
      return yield toyRequest(1, 8)
    }
    const { clock, line, sent } = await lineBench(([, address = 0, item = 0]) =>
      address === 0 ? null : toyFrame(address, item, 3),
    )
    const talked = line.converse({
      driver,
      conversation: tell(),
      priority: PRIORITY.order,
      meter: 'm',
      retries: RETRIES,
    })
    await clock.pass(1_000)
    const { result, fault, exchanges } = await talked
    expect(result?.bytes[3]).toBe(3)
    expect(fault).toBeNull()
    expect(exchanges.map(({ outcome }) => outcome)).toEqual(['sent', 'answered'])
    expect(sent).toHaveLength(2)
  })

  test('ever so many in a row do not make the connection suspect', async () => {
    const { clock, line } = await lineBench(() => null)
    for (let times = 0; times < 12; times += 1) {
      function* tell(): Conversation<null> {
        yield toAll()
        return null
      }
      const talked = line.converse({
        driver,
        conversation: tell(),
        priority: PRIORITY.order,
        meter: 'm',
        retries: RETRIES,
      })
      await clock.pass(1_000)
      expect((await talked).fault).toBeNull()
    }
    expect(line.counters).toMatchObject({ reopened: 0, timeouts: 0, retries: 0 })
  })

  test('no password reaches the log, of requests, answers, strays and echoes', async () => {
    const secretive = {
      ...driver,
      // The fourth byte of every frame, whoever sent it.
      secretsIn: (bytes: Uint8Array) => (bytes.length > 3 ? [[3, 4] as const] : []),
    }
    function* ask(): Conversation<Frame | null> {
      return yield { ...toyRequest(1, 8), secretBytes: [2, 3] }
    }
    const { clock, line, logged } = await lineBench(() =>
      Uint8Array.from([...toyFrame(2, 8, 0x77), ...toyFrame(1, 8, 0x66)]),
    )
    const talked = line.converse({
      driver: secretive,
      conversation: ask(),
      priority: PRIORITY.order,
      meter: 'm',
      retries: RETRIES,
    })
    await clock.pass(2_000)
    expect((await talked).result?.bytes[3]).toBe(0x66)
    const text = logged.join('\n')
    expect(text).toMatch(/sent .*"02 01 \*\* \*\*/)
    expect(text).toMatch(/heard .*"02 02 08 \*\*/)
    expect(text).toMatch(/received .*"02 01 08 \*\*/)
    expect(text).not.toMatch(/\b(66|77|FF)\b/)
  })
})

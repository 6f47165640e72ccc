/** What a line knows of single devices: their rest, how many questions they take at once, whether a late answer is about. */

import { describe, expect, test } from 'vitest'
import type { Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { newCounters } from '../../src/line/asker.ts'
import { createBus } from '../../src/line/bus.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 2 }

async function bench(kind: 'tcp' | 'modbus-tcp', inFlight = 1) {
  const clock = virtualClock()
  const sent: { readonly item: number; readonly at: number }[] = []
  const { line, hear: heard } = memoryLine(
    clock,
    ([, , item = 0]) => sent.push({ item, at: clock.monotonic() }),
    { url: `${kind}://127.0.0.1:1`, inFlight },
  )
  line.start()
  await clock.pass(0)
  const driver = toyDriver({ concurrent: kind === 'modbus-tcp' })
  const hear = (...frames: readonly Uint8Array[]) => heard(Uint8Array.from(frames.flatMap(each => [...each])))
  const hold = <Result>(conversation: Conversation<Result>, meter = 'm') =>
    line.converse({ driver, conversation, priority: PRIORITY.poll, meter, retries: RETRIES })
  return { clock, line, sent, hear, hold }
}

function* asking(...requests: readonly Request[]): Conversation<readonly (Frame | null)[]> {
  const frames: (Frame | null)[] = []
  for (const request of requests) frames.push(yield request)
  return frames
}

describe('questions that go together', () => {
  function* together(told: (number | null)[]): Conversation<number | null> {
    const alongside = [2, 3].map(item => ({
      request: toyRequest(1, item),
      answered: (frame: Frame | null) => told.push(frame?.bytes[3] ?? null),
    }))
    const frame = yield { ...toyRequest(1, 1), alongside }
    return frame?.bytes[3] ?? null
  }

  test('leave at once where requests are numbered, and each is told its own answer', async () => {
    const { clock, sent, hear, hold } = await bench('modbus-tcp')
    const told: (number | null)[] = []
    const talked = hold(together(told))
    await clock.pass(1)
    expect(sent.map(({ item }) => item)).toEqual([1, 2, 3])
    hear(toyFrame(1, 3, 30), toyFrame(1, 1, 10))
    await clock.pass(1_000)
    expect((await talked).result).toBe(10)
    expect(told).toEqual([30, null])
    expect((await talked).exchanges).toHaveLength(3)
  })

  test('a bus sends the first alone and tells the others nothing', async () => {
    const { clock, sent, hear, hold } = await bench('tcp')
    const told: (number | null)[] = []
    const talked = hold(together(told))
    await clock.pass(100)
    hear(toyFrame(1, 1, 10))
    await clock.pass(100)
    expect((await talked).result).toBe(10)
    expect(sent.map(({ item }) => item)).toEqual([1])
    expect(told).toEqual([])
  })
})

describe('a device that wants a rest', () => {
  test.each(['tcp', 'modbus-tcp'] as const)(
    '%s: is not asked sooner, in one conversation or the next',
    async kind => {
      const { clock, sent, hear, hold } = await bench(kind)
      const resting = (item: number): Request => ({ ...toyRequest(1, item), restMs: 500 })
      const first = hold(asking(resting(1), resting(2)))
      await clock.pass(40)
      hear(toyFrame(1, 1, 10))
      await clock.pass(499)
      expect(sent).toHaveLength(1)
      await clock.pass(1)
      expect(sent).toHaveLength(2)
      hear(toyFrame(1, 2, 20))
      await clock.pass(40)
      await first
      const other = hold(asking(toyRequest(2, 9)), 'n')
      const next = hold(asking(resting(3)))
      await clock.pass(40)
      // Another device need not wait for it.
      expect(sent.map(({ item }) => item)).toEqual([1, 2, 9])
      hear(toyFrame(2, 9, 90))
      await clock.pass(500)
      expect(sent.map(({ item }) => item)).toEqual([1, 2, 9, 3])
      hear(toyFrame(1, 3, 30))
      await clock.pass(40)
      await Promise.all([other, next])
    },
  )
})

describe('doubt', () => {
  test('V-F8 PR-40 after silence lasts until answers are shown to be in step, and for five minutes, for that meter', async () => {
    for (const kind of ['tcp', 'modbus-tcp'] as const) {
      const { clock, line, hear, hold } = await bench(kind)
      const silent = hold(asking(toyRequest(1, 1)))
      await clock.pass(10_000)
      await silent
      const good = hold(asking(toyRequest(2, 1)), 'n')
      await clock.pass(100)
      hear(toyFrame(2, 1, 7))
      await clock.pass(100)
      await good
      const doubt = line.doubtOf('m')
      expect([doubt.isLate(), line.doubtOf('n').isLate()]).toEqual([true, false])
      doubt.inStep(true)
      expect(doubt.isLate()).toBe(true)
      await clock.pass(5 * 60_000)
      expect(doubt.isLate()).toBe(false)
      doubt.inStep(false)
      await clock.pass(60 * 60_000)
      expect(doubt.isLate()).toBe(true)
      doubt.inStep(true)
      expect(doubt.isLate()).toBe(false)
    }
  })
})

describe('copies', () => {
  const raw = (address: number, item: number): Request => ({
    ...toyRequest(address, item),
    whyNot: ({ bytes }) => (bytes[1] === address ? null : { rule: 'V-F4', text: 'another meter' }),
  })

  async function heardOf(answers: readonly (readonly [item: number, value: number])[], namesItem = false) {
    const clock = virtualClock()
    const { line, hear } = memoryLine(clock, () => undefined)
    line.start()
    await clock.pass(0)
    for (const [item, value] of answers) {
      const talked = line.converse({
        driver: toyDriver({ answerNamesItem: namesItem }),
        conversation: asking(raw(1, item)),
        priority: PRIORITY.poll,
        meter: 'm',
        retries: RETRIES,
      })
      await clock.pass(40)
      hear(toyFrame(1, 99, value))
      await clock.pass(40)
      expect((await talked).exchanges[0]?.outcome).toBe('answered')
    }
    return line.doubtOf('m')
  }

  test('V-F8 the bytes of an answer before, to another question: perhaps its copy, until shown otherwise', async () => {
    expect(
      (
        await heardOf([
          [1, 5],
          [2, 6],
        ])
      ).isCopied(),
    ).toBe(false)
    // The same question may have the same answer all day.
    expect(
      (
        await heardOf([
          [1, 5],
          [1, 5],
        ])
      ).isCopied(),
    ).toBe(false)
    expect(
      (
        await heardOf([
          [1, 5],
          [2, 6],
          [3, 5],
          [4, 9],
        ])
      ).isCopied(),
    ).toBe(true)
    expect(
      (
        await heardOf(
          [
            [1, 5],
            [2, 5],
          ],
          true,
        )
      ).isCopied(),
    ).toBe(false)
    const doubt = await heardOf([
      [1, 5],
      [2, 5],
    ])
    expect([doubt.isCopied(), doubt.isLate()]).toEqual([true, false])
    doubt.inStep(true)
    expect([doubt.isCopied(), doubt.isLate()]).toEqual([false, false])
  })
})

test('answers to many conversations in one piece are no silence: the connection is kept', async () => {
  const { clock, line, hear, hold } = await bench('modbus-tcp', 8)
  for (let round = 0; round < 4; round++) {
    const talks = Array.from({ length: 8 }, (_, item) => hold(asking(toyRequest(1, item))))
    await clock.pass(1)
    hear(...talks.map((_, item) => toyFrame(1, item, 1)))
    await clock.pass(1)
    const results = await Promise.all(talks)
    expect(results.every(({ fault }) => fault === null)).toBe(true)
  }
  expect(line.counters.reopened).toBe(0)
})

describe('V-F3 an answer that equals its request, on an adapter that echoes', () => {
  const write: Request = {
    bytes: toyFrame(1, 7, 5),
    safeToRepeat: false,
    whyNot: ({ bytes }) => (bytes[2] === 7 && bytes[3] === 5 ? null : { rule: 'V-F5', text: 'another' }),
  }

  async function writeAfterRead(readEchoes: boolean, copies: number) {
    const clock = virtualClock()
    const bus = createBus({
      clock,
      counters: newCounters(),
      characterMs: 0,
      isOwnWire: false,
      write: () => undefined,
      contradicted: () => undefined,
    })
    const read = toyRequest(1, 6)
    const reading = bus.ask(read, toyDriver(), 500)
    await clock.pass(40)
    if (readEchoes) bus.heard(read.bytes)
    bus.heard(toyFrame(1, 6, 1))
    await reading
    const writing = bus.ask(write, toyDriver(), 500)
    await clock.pass(40)
    for (let copy = 0; copy < copies; copy++) bus.heard(write.bytes)
    await clock.pass(3_000)
    return (await writing).outcome
  }

  test.each<[string, boolean, number, string]>([
    ['no echo, one copy: the answer', false, 1, 'answered'],
    ['the read before was echoed, one copy: only the echo', true, 1, 'LINE_SILENT'],
    ['the read before was echoed, two copies: echo and answer', true, 2, 'answered'],
  ])('%s', async (_, readEchoes, copies, outcome) => {
    expect(await writeAfterRead(readEchoes, copies)).toBe(outcome)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { requestBytes } from '../../drivers/dlt645/wire/frame.ts'
import type { Frame } from '../../src/driver-api/driver.ts'
import { type Exchange, newCounters } from '../../src/line/asker.ts'
import { createBus } from '../../src/line/bus.ts'
import { rounds } from '../support/rounds.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const ANSWER = toyFrame(1, 7, 42)

function bench(settings: { characterMs?: number; answerNamesItem?: boolean } = {}) {
  const clock = virtualClock()
  const counters = newCounters()
  const sent: { at: number; bytes: Uint8Array }[] = []
  const contradicted: Exchange[] = []
  const bus = createBus({
    clock,
    counters,
    contradicted: exchange => contradicted.push(exchange),
    characterMs: settings.characterMs ?? 0,
    isOwnWire: settings.characterMs !== undefined,
    write: bytes => sent.push({ at: clock.monotonic(), bytes }),
  })
  return { contradicted, clock, counters, sent, bus, driver: toyDriver(settings) }
}

describe('a bus', () => {
  test('gives the frame that answers, with both times', async () => {
    const { clock, bus, driver } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(120)
    bus.heard(ANSWER)
    const exchange = await asked
    expect(exchange).toMatchObject({ outcome: 'answered', frame: { bytes: ANSWER }, doubled: false })
    expect((exchange.receivedAt ?? 0) - exchange.sentAt).toBe(120)
  })

  test('V-F8 PR-34 what was at hand only after a stop of the process answers nothing, and the line is quarantined', async () => {
    const { clock, bus, driver, counters, sent } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(100)
    bus.heard(ANSWER.subarray(0, 2))
    clock.stop(30_000)
    bus.heard(ANSWER.subarray(2))
    bus.heard(ANSWER)
    const exchange = await asked
    expect(exchange).toMatchObject({ frame: null, receivedAt: null, heldUp: true })
    expect(counters.lates).toBeGreaterThan(0)
    const again = bus.ask(toyRequest(1, 8), driver, 500)
    await clock.pass(900)
    expect(sent.length).toBe(1)
    await clock.pass(200)
    expect(sent.length).toBe(2)
    bus.heard(toyFrame(1, 8, 43))
    expect((await again).outcome).toBe('answered')
  })

  test.each([
    ['another answer, late in the time it has', toyFrame(2, 7, 43), 'LINE_GARBLED'],
    ['noise', Uint8Array.of(1, 2, 3), 'LINE_GARBLED'],
    ['nothing', new Uint8Array(0), 'answered'],
  ])(
    'PR-44 who must be alone on the line is listened out; beside it comes %s',
    async (_, beside, outcome) => {
      const { clock, bus, driver } = bench()
      let ended = false
      const asked = bus.ask({ ...toyRequest(1, 7), isForOneAlone: true }, driver, 500)
      void asked.then(() => (ended = true))
      await clock.pass(30)
      bus.heard(ANSWER)
      await clock.pass(420)
      expect(ended).toBe(false)
      if (beside.length > 0) bus.heard(beside)
      await clock.pass(3_000)
      expect(await asked).toMatchObject({ outcome, frame: outcome === 'answered' ? { bytes: ANSWER } : null })
    },
  )

  test.each([
    ['under way', 100, 'LINE_CLOSED'],
    ['given up before', 3_000, 'LINE_SILENT'],
  ])(
    'PR-40 over a connection made anew comes no answer to a question %s: boxes keep what they could not send',
    async (_, lostAfterMs, outcome) => {
      const { clock, bus, driver, sent } = bench({ answerNamesItem: false })
      const ofAnyItem = (item: number) => ({ ...toyRequest(1, item), whyNot: () => null })
      const lost = bus.ask(ofAnyItem(7), driver, 500)
      await clock.pass(lostAfterMs)
      bus.down()
      expect((await lost).outcome).toBe(outcome)
      await clock.pass(5_000)
      const asked = bus.ask(ofAnyItem(8), driver, 500)
      await clock.pass(600)
      bus.heard(ANSWER)
      await clock.pass(500)
      expect(sent).toHaveLength(2)
      bus.heard(toyFrame(1, 8, 43))
      expect((await asked).frame?.bytes).toEqual(toyFrame(1, 8, 43))
    },
  )

  test.each(['before anything was asked', 'over a connection made anew'])(
    'what comes %s is counted and not kept, however much it is',
    async when => {
      const { clock, bus, driver, counters } = bench()
      if (when !== 'before anything was asked') {
        void bus.ask(toyRequest(1, 7), driver, 500)
        await clock.pass(5)
        bus.down()
        await clock.pass(5)
      }
      for (let kilobyte = 0; kilobyte < 4; kilobyte += 1) bus.heard(new Uint8Array(1_024).fill(2))
      expect(counters.noiseBytes).toBe(4_096)
    },
  )

  test('PR-43 a box that dials anew every second is read all the same', async () => {
    const { clock, bus, driver, sent } = bench()
    let answers = 0
    async function askOn() {
      for (;;) {
        const { outcome } = await bus.ask(toyRequest(1, 7), driver, 500)
        if (outcome === 'answered') answers += 1
        else await clock.sleep(10)
      }
    }
    void askOn()
    for (let second = 0; second < 20; second += 1) {
      for (let tenth = 0; tenth < 10; tenth += 1) {
        const before = sent.length
        await clock.pass(100)
        if (sent.length > before) clock.after(300, () => bus.heard(ANSWER))
      }
      bus.down()
    }
    expect(answers).toBeGreaterThanOrEqual(5)
  })

  test('PR-34 PR-44 who must be alone is not believed to be while nobody listened: the process was stopped', async () => {
    const { clock, bus, driver } = bench()
    const asked = bus.ask({ ...toyRequest(1, 7), isForOneAlone: true }, driver, 500)
    await clock.pass(30)
    bus.heard(ANSWER)
    clock.stop(600)
    // The timer goes before what lies in the port.
    clock.after(0, () => bus.heard(toyFrame(2, 7, 43)))
    await clock.pass(3_000)
    expect(await asked).toMatchObject({ outcome: 'LINE_GARBLED', frame: null })
  })

  test('an answer in single bytes is joined', async () => {
    const { clock, bus, driver } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    for (const byte of ANSWER) {
      await clock.pass(90)
      bus.heard(Uint8Array.of(byte))
    }
    expect((await asked).outcome).toBe('answered')
  })

  describe('slow answers', () => {
    const SLOW_MS = 499
    const question = {
      bytes: requestBytes('000000000001', 0x11, Uint8Array.of(0, 0, 1, 0)),
      safeToRepeat: true,
      whyNot: ({ bytes }: Frame) => (bytes[8] === 0x91 ? null : { rule: 'V-F3' as const, text: 'no answer' }),
    }
    const answerOf = (address: string) =>
      requestBytes(address, 0x91, Uint8Array.of(0, 0, 1, 0, 0x78, 0x56, 0x34, 0x12))

    /** Every byte that comes before the question is given up; how long it was held after the request. */
    async function hear(bytes: Iterable<number>, gapMs: number) {
      const { clock, bus } = bench()
      let outcome: string | null = null
      void bus.ask(question, driver2007, 2_000).then(exchange => (outcome = exchange.outcome))
      for (const byte of bytes) {
        await clock.pass(gapMs)
        if (outcome !== null) break
        bus.heard(Uint8Array.of(byte))
      }
      await clock.pass(0)
      const atEnd: string | null = outcome
      while (outcome === null && clock.monotonic() < 200_000) await clock.pass(100)
      return { outcome: atEnd ?? outcome, ms: clock.monotonic() }
    }

    test.each([300, SLOW_MS])(
      'an answer with a legal gap of %i ms between all its bytes is read',
      async gapMs => {
        expect((await hear(answerOf('000000000001'), gapMs)).outcome).toBe('answered')
      },
    )

    test('a gap longer than the protocol allows ends it', async () => {
      const { outcome, ms } = await hear(answerOf('000000000001').subarray(0, 20), SLOW_MS)
      expect(outcome).toBe('LINE_GARBLED')
      expect(ms).toBeLessThanOrEqual(20 * SLOW_MS + 600)
    })

    test('PR-44 slow babble, another meter’s answer and an answer without end hold the line no longer', async () => {
      const usualMs = 2_000 + 212 * (11_000 / 2_400) + 4 * 500
      const repeated = (bytes: readonly number[]) =>
        Array.from({ length: 500 }, (_, at) => bytes[at % bytes.length] ?? 0)
      for (const babble of [[0x55], [0x68], [0xfe], [...answerOf('000000000002').subarray(4, 20)]]) {
        const { outcome, ms } = await hear(repeated(babble), SLOW_MS)
        expect(outcome).not.toBe('answered')
        expect(ms).toBeLessThanOrEqual(usualMs + SLOW_MS)
      }
      const endless = answerOf('000000000001').slice(4, 14)
      endless[9] = 200
      const { outcome, ms } = await hear([...endless, ...repeated([0x55])], SLOW_MS)
      expect(outcome).toBe('LINE_GARBLED')
      expect(ms).toBeLessThanOrEqual(2_000 + 60_000 + SLOW_MS)
    })
  })

  describe('V-F1 frames in frames', () => {
    const ASKED = '000000000001'
    const REPLY_MS = 2_000
    const GAP_MS = 500
    const item = Uint8Array.of(0, 0, 1, 0)
    const question = {
      bytes: requestBytes(ASKED, 0x11, item),
      safeToRepeat: true,
      whyNot: ({ bytes }: Frame) =>
        bytes[1] !== 1
          ? { rule: 'V-F4' as const, text: 'another meter' }
          : bytes[8] === 0x91
            ? null
            : { rule: 'V-F3' as const, text: 'no answer' },
    }
    const frame = (address: string, control: number, ...data: number[]) =>
      requestBytes(address, control, Uint8Array.from(data), 0)
    const answer = frame(ASKED, 0x91, ...item, 0x78, 0x56, 0x34, 0x12)
    /** The answer as it stands in the data of another frame. */
    const asData = Array.from(answer, byte => byte - 0x33)
    /** Promises 200 bytes and brings none. */
    const begun = (address: string) => {
      const bytes = frame(address, 0x91, ...item).slice(0, 10)
      bytes[9] = 200
      return bytes
    }

    /** Bytes with pauses of so many ms before each; when it ended, from the last byte on. */
    async function hear(...parts: readonly (readonly [ms: number, bytes: Uint8Array])[]) {
      const { clock, bus, counters } = bench()
      let ended: { exchange: Exchange; at: number } | null = null
      void bus.ask(question, driver2007, REPLY_MS).then(exchange => {
        ended = { exchange, at: clock.monotonic() }
      })
      for (const [ms, bytes] of parts) {
        await clock.pass(ms)
        bus.heard(bytes)
      }
      const from = clock.monotonic()
      await clock.pass(20_000)
      const { exchange = null, at = from } = (ended as { exchange: Exchange; at: number } | null) ?? {}
      return { exchange, afterMs: at - from, clock, bus, counters }
    }

    test.each([
      ['the answer asked for', frame(ASKED, 0x91, ...item, 1, ...asData, 2), 'answered'],
      ['a frame of another meter', frame('000000009999', 0x91, ...item, 1, ...asData, 2), 'LINE_SILENT'],
      ['the echo of a request', frame(ASKED, 0x03, ...item, 1, ...asData, 2), 'LINE_SILENT'],
    ])('what stands in the data of %s is its data, cut wherever', async (_, outer, outcome) => {
      for (let at = 1; at < outer.length; at += 1) {
        const { exchange } = await hear([20, outer.subarray(0, at)], [GAP_MS - 1, outer.subarray(at)])
        expect([exchange?.outcome, exchange?.frame?.bytes ?? null], `cut at ${at}`).toEqual([
          outcome,
          outcome === 'answered' ? outer : null,
        ])
      }
    })

    test('an answer that has begun has all the time of its question, also behind noise', async () => {
      const outer = frame(ASKED, 0x91, ...item, 1, ...asData, 2)
      const noise = [0x68, 0x99]
      const begins = Uint8Array.of(0, 0, 0, 0, 0, 0, ...outer.subarray(0, -2))
      const { exchange } = await hear(
        [20, Uint8Array.from(noise)],
        [100, begins],
        [GAP_MS + 100, outer.subarray(-2)],
      )
      expect(exchange?.frame?.bytes).toEqual(outer)
    })

    test('an answer alone waits for nothing, cut wherever', async () => {
      for (let at = 1; at < answer.length; at += 1) {
        const heard = await hear([20, answer.subarray(0, at)], [16, answer.subarray(at)])
        expect([heard.exchange?.outcome, heard.afterMs]).toEqual(['answered', 0])
      }
    })

    test.each([
      ['noise of another meter', begun('000000009999'), GAP_MS],
      ['thirteen false starts', new Uint8Array(13).fill(0x68), GAP_MS],
      ['noise without a start', Uint8Array.of(0, 0xff, 0x16), 0],
      ['starts that come to nothing', Uint8Array.of(0x68, 1, 2, 0x68, 3), 0],
      ['what begins as the answer does', begun(ASKED), REPLY_MS - 120],
    ])('behind %s the answer is taken as soon as that comes to nothing', async (_, before, afterMs) => {
      const heard = await hear([20, before], [100, answer])
      expect(heard.exchange).toMatchObject({ outcome: 'answered', frame: { bytes: answer } })
      expect(heard.afterMs).toBe(afterMs)
    })

    test('however the same bytes are cut, the same frame is taken once the line is silent', async () => {
      const other = frame(ASKED, 0x91, ...item, 1, ...asData, 2)
      const part = fc.oneof(
        fc.constantFrom(answer, other, begun('000000009999'), begun(ASKED), answer.with(12, 0)),
        fc.uint8Array({ maxLength: 9 }),
        fc.nat({ max: other.length }).map(length => other.subarray(0, length)),
      )
      const stream = fc.array(part, { maxLength: 4 }).map(parts => parts.flatMap(each => [...each]))
      let taken = 0
      await fc.assert(
        fc.asyncProperty(stream, fc.array(fc.nat({ max: 200 }), { maxLength: 6 }), async (bytes, places) => {
          const edges = [0, ...places.map(place => place % (bytes.length + 1)), bytes.length]
          const pieces = edges
            .toSorted((a, b) => a - b)
            .map((to, index, all) => Uint8Array.from(bytes.slice(all[index - 1] ?? 0, to)))
          const inOne = await hear([20, Uint8Array.from(bytes)])
          const inPieces = await hear(...pieces.map(piece => [20, piece] as const))
          expect(inPieces.exchange?.frame ?? null).toEqual(inOne.exchange?.frame ?? null)
          taken += Number(inOne.exchange?.frame !== null)
        }),
        rounds(645, 200),
      )
      expect(taken).toBeGreaterThan(50)
    })

    test('V-F8 a late answer behind such a start is a late answer still', async () => {
      const { clock, bus, counters } = await hear()
      await clock.pass(100)
      bus.heard(Uint8Array.of(...begun('000000009999'), ...answer))
      expect(counters.lates).toBe(0)
      void bus.ask(question, driver2007, REPLY_MS)
      await clock.pass(1_000)
      expect(counters.lates).toBe(1)
    })
  })

  test('silence ends when the reply time is over, counted from when the request has left the wire', async () => {
    const { clock, bus, driver, counters } = bench({ characterMs: 10 })
    let ended: string | null = null
    void bus.ask(toyRequest(1, 7), driver, 500).then(({ outcome }) => (ended = outcome))
    await clock.pass(559)
    expect(ended).toBeNull()
    await clock.pass(1)
    expect(ended).toBe('LINE_SILENT')
    expect(counters.timeouts).toBe(1)
  })

  test('V-F8 PR-40 after a time-out nothing is sent for the late guard, and the late answer is nobody’s', async () => {
    const { clock, bus, driver, sent, counters } = bench()
    const first = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(500)
    expect((await first).outcome).toBe('LINE_SILENT')
    const second = bus.ask(toyRequest(1, 8), driver, 500)
    await clock.pass(700)
    expect(sent).toHaveLength(1)
    bus.heard(toyFrame(1, 7, 42))
    expect(counters.lates).toBe(1)
    await clock.pass(300)
    expect(sent).toHaveLength(2)
    expect((sent[1]?.at ?? 0) - 500).toBeGreaterThanOrEqual(1_000)
    bus.heard(toyFrame(1, 8, 9))
    await clock.pass(0)
    expect((await second).frame?.bytes[3]).toBe(9)
  })

  test('PR-40 the late guard grows to twice the slowest answer seen', async () => {
    const { clock, bus, driver, sent } = bench()
    void bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(500)
    await clock.pass(900)
    bus.heard(toyFrame(1, 7, 1))
    await clock.pass(200)
    void bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(500)
    const givenUpAt = clock.monotonic()
    void bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(2_799)
    expect(sent).toHaveLength(2)
    await clock.pass(10)
    expect(sent).toHaveLength(3)
    expect((sent[2]?.at ?? 0) - givenUpAt).toBeGreaterThanOrEqual(2_800)
  })

  test('waits for the quiet time after the last byte heard', async () => {
    const { clock, bus, driver, sent } = bench()
    const first = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(10)
    bus.heard(ANSWER)
    await first
    void bus.ask(toyRequest(1, 8), driver, 500)
    await clock.pass(29)
    expect(sent).toHaveLength(1)
    await clock.pass(1)
    expect(sent).toHaveLength(2)
  })

  test('V-F3 its own echo is dropped, whole or in pieces, and the answer behind it taken', async () => {
    const { clock, bus, driver, counters } = bench()
    const request = toyRequest(1, 7)
    const asked = bus.ask(request, driver, 500)
    await clock.pass(1)
    bus.heard(request.bytes.subarray(0, 4))
    bus.heard(Uint8Array.of(...request.bytes.subarray(4), ...ANSWER))
    expect((await asked).frame?.bytes).toEqual(ANSWER)
    expect(counters.echoes).toBe(1)
    expect(counters.strays).toBe(0)
  })

  test('V-F4 V-F5 frames of other meters and items are evidence, never the answer', async () => {
    const { clock, bus, driver, counters } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(1)
    bus.heard(toyFrame(2, 7, 99))
    bus.heard(toyFrame(1, 8, 98))
    bus.heard(ANSWER)
    const exchange = await asked
    expect(exchange.frame?.bytes).toEqual(ANSWER)
    expect(exchange.others.map(({ outcome }) => outcome)).toEqual(['V-F4', 'V-F5'])
    expect(counters.strays).toBe(2)
  })

  test('PR-44 V-F10 two different answers to one question are told', async () => {
    const { clock, bus, driver, counters } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(1)
    bus.heard(ANSWER)
    const exchange = await asked
    const settled = bus.settle(driver)
    await clock.pass(20)
    bus.heard(toyFrame(1, 7, 43))
    await clock.pass(60)
    await settled
    expect(exchange.frame?.bytes).toEqual(ANSWER)
    expect(exchange.doubled).toBe(true)
    expect(counters.doubled).toBe(1)
  })

  test('PR-44 V-F10 a second meter of the same address that answers during the next question is told too', async () => {
    const { clock, bus, driver, counters, contradicted } = bench()
    const first = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(1)
    bus.heard(ANSWER)
    const exchange = await first
    const second = bus.ask(toyRequest(1, 8), driver, 500)
    await clock.pass(40)
    bus.heard(toyFrame(1, 7, 43))
    bus.heard(toyFrame(1, 8, 1))
    await clock.pass(0)
    expect((await second).frame?.bytes[3]).toBe(1)
    expect(exchange.doubled).toBe(true)
    expect(contradicted).toEqual([exchange])
    expect([counters.doubled, counters.strays]).toEqual([1, 0])
  })

  test('an answer cut short is damage, not silence, and is kept as evidence', async () => {
    const { clock, bus, driver } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(1)
    bus.heard(ANSWER.subarray(0, 4))
    await clock.pass(2_000)
    const exchange = await asked
    expect(exchange.outcome).toBe('LINE_GARBLED')
    expect(exchange.others).toMatchObject([{ outcome: 'FRAME_TRUNCATED', reply: ANSWER.subarray(0, 4) }])
  })

  test('PR-83 a link that goes down ends the wait of a quarantine', async () => {
    const { clock, bus, driver } = bench()
    void bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(500)
    const next = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(10)
    bus.down()
    expect((await next).outcome).toBe('LINE_CLOSED')
  })

  test('V-F2 a damaged answer ends the wait after a gap, not after the whole reply time', async () => {
    const { clock, bus, driver } = bench()
    const damaged = Uint8Array.from(ANSWER)
    damaged[3] = 0
    let outcome = ''
    void bus.ask(toyRequest(1, 7), driver, 5_000).then(exchange => (outcome = exchange.outcome))
    await clock.pass(1)
    bus.heard(damaged)
    await clock.pass(99)
    expect(outcome).toBe('')
    await clock.pass(1)
    expect(outcome).toBe('LINE_GARBLED')
  })

  test('after a damaged answer the question may leave at once, but not where answers do not name their item', async () => {
    for (const answerNamesItem of [true, false]) {
      const { clock, bus, driver, sent } = bench({ answerNamesItem })
      const damaged = Uint8Array.from(ANSWER)
      damaged[3] = 0
      void bus.ask(toyRequest(1, 7), driver, 500)
      await clock.pass(1)
      bus.heard(damaged)
      await clock.pass(100)
      void bus.ask(toyRequest(1, 7), driver, 500)
      await clock.pass(50)
      expect(sent.length).toBe(answerNamesItem ? 2 : 1)
    }
  })

  test('PR-44 a babbling line ends in LINE_GARBLED and never in a value', async () => {
    const { clock, bus, driver, sent } = bench()
    let outcome = ''
    bus.heard(Uint8Array.of(0x55))
    void bus.ask(toyRequest(1, 7), driver, 500).then(exchange => (outcome = exchange.outcome))
    for (let passed = 0; passed < 3_200; passed += 10) {
      await clock.pass(10)
      bus.heard(Uint8Array.of(0x55))
    }
    expect(outcome).toBe('LINE_GARBLED')
    expect(sent).toHaveLength(0)
  })

  test('a link that goes down ends the wait', async () => {
    const { clock, bus, driver } = bench()
    const asked = bus.ask(toyRequest(1, 7), driver, 500)
    await clock.pass(1)
    bus.down()
    expect((await asked).outcome).toBe('LINE_CLOSED')
  })
})

describe('a slow carrier', () => {
  test('PR-40 after a time-out of 90 s nothing is sent for as long again, and an answer of 80 s is no surprise', async () => {
    const { clock, sent, bus, driver } = bench({ answerNamesItem: false })
    const first = bus.ask(toyRequest(1, 7), driver, 90_000)
    await clock.pass(80_000)
    bus.heard(ANSWER)
    expect((await first).outcome).toBe('answered')
    const second = bus.ask(toyRequest(1, 8), driver, 90_000)
    await clock.pass(91_000)
    expect((await second).outcome).toBe('LINE_SILENT')
    const third = bus.ask(toyRequest(1, 7), driver, 90_000)
    await clock.pass(80_000)
    expect(sent).toHaveLength(2)
    bus.heard(toyFrame(1, 8, 1))
    await clock.pass(12_000)
    expect(sent).toHaveLength(3)
    bus.heard(ANSWER)
    expect((await third).frame?.bytes).toEqual(ANSWER)
  })
})

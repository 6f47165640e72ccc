import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/core/faults.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { type ConversationAsked, type Line, PRIORITY, type Priority } from '../../src/line/line.ts'
import { memoryLine } from '../support/memory-line.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

/** A line over a transport in memory; `answer` plays the meters. */
async function bench(
  answer: (request: Uint8Array) => Uint8Array | null,
  url = 'tcp://127.0.0.1:1',
  inFlight = 1,
) {
  const clock = virtualClock()
  const sent: Uint8Array[] = []
  const warnings: string[] = []
  const { line, hear, drop } = memoryLine(
    clock,
    bytes => {
      sent.push(bytes)
      const reply = answer(bytes)
      if (reply) clock.after(5, () => hear(reply))
    },
    { url, inFlight, log: { ...silentLog, warn: (_context, text) => warnings.push(text) } },
  )
  line.start()
  await clock.pass(0)
  return { clock, line, sent, warnings, drop }
}

function* oneQuestion(request: Request): Conversation<Frame | null> {
  return yield request
}

const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 2 }
const driver = toyDriver()

function askOnce(line: Line, request: Request, change: Partial<ConversationAsked<Frame | null>> = {}) {
  const usual = { driver, priority: PRIORITY.poll, meter: 'm', retries: RETRIES }
  return line.converse({ ...usual, conversation: oneQuestion(request), ...change })
}

describe('a request that stays', () => {
  test('behind the last answer a conversation may have is told that it never left', async () => {
    const told: string[] = []
    function* endless(): Conversation<null> {
      for (let nth = 0; nth < 301; nth++)
        yield { ...toyRequest(1, nth % 200), stayed: ({ text }) => told.push(`${nth}: ${text}`) }
      return null
    }
    const { clock, line, sent } = await bench(([, address = 0, item = 0]) => toyFrame(address, item, 1))
    const talked = line.converse({
      driver,
      conversation: endless(),
      priority: PRIORITY.poll,
      meter: 'm',
      retries: RETRIES,
    })
    await clock.pass(60_000)
    await talked
    expect(sent).toHaveLength(300)
    expect(told).toEqual(['300: m does not come to an end after 300 answers'])
  })

  test.each(['tcp://127.0.0.1:1', 'modbus-tcp://127.0.0.1:1'])(
    '%s: is asked as it would leave',
    async url => {
      const { clock, line, sent } = await bench(
        ([, address = 0, item = 0]) => toyFrame(address, item, 1),
        url,
      )
      const why = { code: 'ORDER_EXPIRED', text: 'too late' } as const
      const told: unknown[] = []
      const stays = { ...toyRequest(1, 8), whyStay: () => why, stayed: (said: unknown) => told.push(said) }
      const talked = askOnce(line, stays, {
        priority: PRIORITY.order,
        retries: { silent: 3, silentOnceAnswered: 3, damaged: 3 },
      })
      await clock.pass(10_000)
      expect(await talked).toMatchObject({ result: null, fault: why, exchanges: [{ stayed: why }] })
      expect(sent).toEqual([])
      expect(told).toEqual([why])
    },
  )
})

describe('a line of a process that was stopped', () => {
  test.each(['tcp://127.0.0.1:1', 'modbus-tcp://127.0.0.1:1'])(
    'PR-34 %s: asks once more whoever may have answered meanwhile, and counts nothing against the meter',
    async url => {
      let times = 0
      const { clock, line, sent } = await bench(([, address = 0, item = 0]) => {
        times += 1
        return times === 1 ? null : toyFrame(address, item, 7)
      }, url)
      const talked = askOnce(line, toyRequest(1, 1))
      await clock.pass(100)
      clock.stop(30_000)
      await clock.pass(5_000)
      expect((await talked).result?.bytes[3]).toBe(7)
      expect(sent).toHaveLength(2)
      expect(line.numbersOf('m')).toMatchObject({ requests: 2, timeouts: 0, lates: 0 })
    },
  )

  test.each(['serial:///dev/memory?baud=9600', 'tcp://127.0.0.1:1', 'modbus-tcp://127.0.0.1:1'])(
    'PR-34 %s: takes no answer from before for that to the question asked again',
    async url => {
      const clock = virtualClock()
      let asked = 0
      const { line, hear } = memoryLine(
        clock,
        ([, address = 0, item = 0]) => {
          asked += 1
          if (asked > 1) clock.after(40, () => hear(toyFrame(address, item, 8)))
        },
        { url },
      )
      line.start()
      await clock.pass(0)
      const talked = askOnce(line, toyRequest(1, 1), {
        driver: { ...driver, timing: { ...driver.timing, standardReplyMs: 500 } },
      })
      await clock.pass(100)
      clock.stop(600_000)
      // Timers go before what lies in the socket.
      clock.after(0, () => hear(toyFrame(1, 1, 7)))
      await clock.pass(5_000)
      expect((await talked).result?.bytes[3]).toBe(8)
      expect(line.contradictedAt('m')).toBe(null)
      expect(line.counters.lates).toBe(1)
    },
  )

  test('PR-34 once more, and no oftener', async () => {
    const { clock, line, sent } = await bench(() => null)
    const talked = askOnce(line, toyRequest(1, 1))
    for (let stops = 0; stops < 4; stops += 1) {
      await clock.pass(100)
      clock.stop(30_000)
      await clock.pass(2_000)
    }
    expect((await talked).fault?.code).toBe('LINE_SILENT')
    expect(sent).toHaveLength(2)
  })
})

describe('a line', () => {
  test('one conversation at a time; the most urgent first, then the longest waiting', async () => {
    const { clock, line, sent } = await bench(([, address = 0, item = 0]) => toyFrame(address, item, 1))
    const ask = (item: number, priority: Priority) => askOnce(line, toyRequest(1, item), { priority })
    const all = Promise.all([
      ask(1, PRIORITY.poll),
      ask(2, PRIORITY.poll),
      ask(3, PRIORITY.poll),
      ask(4, PRIORITY.onDemand),
      ask(5, PRIORITY.order),
    ])
    await clock.pass(1_000)
    await all
    expect(sent.map(bytes => bytes[2])).toEqual([1, 5, 4, 2, 3])
  })

  test('a damaged answer is asked again, a silent meter is not', async () => {
    let times = 0
    const { clock, line, sent } = await bench(([, address = 0, item = 0]) => {
      times += 1
      return item === 9 ? null : times < 3 ? Uint8Array.of(2, 1, 1, 1, 0, 3) : toyFrame(address, item, 7)
    })
    const damaged = askOnce(line, toyRequest(1, 1))
    await clock.pass(5_000)
    expect((await damaged).result?.bytes[3]).toBe(7)
    expect((await damaged).exchanges.map(({ outcome }) => outcome)).toEqual([
      'LINE_GARBLED',
      'LINE_GARBLED',
      'answered',
    ])
    sent.length = 0
    const silent = askOnce(line, toyRequest(1, 9))
    await clock.pass(5_000)
    expect((await silent).fault?.code).toBe('LINE_SILENT')
    expect(sent).toHaveLength(1)
  })

  test('a request that is not safe to repeat is sent once, whatever comes', async () => {
    const { clock, line, sent } = await bench(() => Uint8Array.of(2, 1, 1, 1, 0, 3))
    const request = { ...toyRequest(1, 1), safeToRepeat: false }
    const asked = askOnce(line, request, {
      priority: PRIORITY.order,
      retries: { silent: 3, silentOnceAnswered: 3, damaged: 3 },
    })
    await clock.pass(5_000)
    expect((await asked).fault?.code).toBe('LINE_GARBLED')
    expect(sent).toHaveLength(1)
  })

  test('PR-43 a lost link is said once, opened again, and said once more', async () => {
    const { clock, line, warnings, drop } = await bench(() => null)
    expect(line.state).toBe('open')
    drop('unplugged')
    await clock.pass(1)
    expect(line.state).toBe('waiting')
    expect(warnings).toEqual(['unplugged'])
    await clock.pass(1_300)
    expect(line.state).toBe('open')
    expect(line.counters.reopened).toBe(1)
  })

  test('a conversation on a line that is down ends at once, as a fault of the line', async () => {
    const { clock, line, drop } = await bench(() => null)
    drop('unplugged')
    await clock.pass(1)
    const talked = await askOnce(line, toyRequest(1, 1))
    expect(talked.fault?.code).toBe('LINE_CLOSED')
    expect(talked.result).toBeNull()
  })

  const askInTurn = async (
    { clock, line }: Awaited<ReturnType<typeof bench>>,
    count: number,
    meters: number,
    from = 0,
  ): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const address = (from + index) % meters
      const asked = askOnce(line, toyRequest(address, 1), { meter: `m${address}` })
      await clock.pass(4_000)
      await asked
    }
  }

  test.each([
    [1, 5],
    [5, 3],
  ])(
    'PR-43 silence without a byte makes a connection anew, with %i meters behind it; silence that lasts ever more rarely',
    async (meters, enough) => {
      const made = await bench(() => null)
      await askInTurn(made, enough - 1, meters)
      expect(made.line.counters.reopened).toBe(0)
      await askInTurn(made, 1, meters, enough - 1)
      expect(made.line.counters.reopened).toBe(1)
      expect(made.warnings[0]).toContain('without a byte')
      await askInTurn(made, 9, meters)
      expect(made.line.counters.reopened).toBe(1)
      await askInTurn(made, 100, meters)
      expect(made.line.counters.reopened).toBeLessThanOrEqual(5)
    },
  )

  test('PR-43 five dead meters beside living ones are left alone after once, a silent serial port is opened anew as well', async () => {
    const living = await bench(([, address = 0, item = 0]) =>
      address < 5 ? null : toyFrame(address, item, 1),
    )
    await askInTurn(living, 100, 10)
    const serial = await bench(() => null, 'serial:///dev/ttyS0')
    await askInTurn(serial, 20, 5)
    expect([living.line.counters.reopened, serial.line.counters.reopened]).toEqual([1, 2])
    expect([living.line.mute, living.line.fault]).toEqual([null, null])
    expect(serial.line.fault).toMatchObject({ code: 'LINE_MUTE' })
  })

  test('a meter that always has more to say is not heard out, and nothing else ends for it', async () => {
    const { clock, line, sent } = await bench(([, address = 0, item = 0]) => toyFrame(address, item, 1))
    function* endless(): Conversation<string> {
      for (;;) if ((yield toyRequest(1, 1)) === null) return 'what there was'
    }
    const asked = line.converse({
      driver,
      conversation: endless(),
      priority: PRIORITY.poll,
      meter: 'm',
      retries: RETRIES,
    })
    await clock.pass(60_000)
    expect(await asked).toMatchObject({ result: 'what there was', fault: { code: 'METER_REFUSED' } })
    expect(sent).toHaveLength(300)
  })

  test('PR-43 a peer that accepts and hangs up is said once and left alone ever longer', async () => {
    const { clock, line, warnings, drop } = await bench(() => null)
    for (let second = 0; second < 120; second++) {
      if (line.state === 'open') drop('the other side closed the connection')
      await clock.pass(1_000)
    }
    expect(warnings).toHaveLength(1)
    expect(line.counters.reopened).toBeLessThan(8)
  })

  test('the queue is bounded', async () => {
    const { line } = await bench(() => null)
    const ask = () => askOnce(line, toyRequest(1, 1), { priority: PRIORITY.onDemand })
    for (let count = 0; count < 21; count++) void ask()
    await expect(ask()).rejects.toMatchObject({ code: 'LINE_BUSY' } satisfies Partial<Fault>)
  })

  test('reads on demand do not starve the calendar', async () => {
    const { clock, line, sent } = await bench(([, address = 0, item = 0]) => toyFrame(address, item, 1))
    const ask = (item: number, priority: Priority) => askOnce(line, toyRequest(1, item), { priority })
    void Promise.all([...Array(10).keys()].map(() => ask(1, PRIORITY.onDemand)))
    void Promise.all([ask(2, PRIORITY.billing), ask(3, PRIORITY.poll)])
    await clock.pass(200)
    expect(sent.slice(0, 4).map(bytes => bytes[2])).toEqual([1, 2, 1, 3])
  })

  test('a protocol with transaction numbers may have several conversations under way', async () => {
    const { clock, line, sent } = await bench(() => null, 'modbus-tcp://127.0.0.1:1', 3)
    const ask = (item: number) =>
      askOnce(line, toyRequest(1, item), { driver: toyDriver({ concurrent: true }) })
    void ask(1)
    void ask(2)
    void ask(3)
    void ask(4)
    await clock.pass(1)
    expect(sent).toHaveLength(3)
  })
})

/** Meters of several speeds and parities on one port: what it was set to while a question was on the wire. */

import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { parseLineUrl, type SerialSettings } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Conversation } from '../../src/driver-api/driver.ts'
import { createLine, type Line, PRIORITY, type Priority } from '../../src/line/line.ts'
import { transportFor } from '../../src/line/transports.ts'
import { memoryLine } from '../support/memory-line.ts'
import { behindSer2net, ptyPair, setTo } from '../support/pty-pair.ts'
import { requireService } from '../support/services.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const socat = requireService('socat')
const ser2net = requireService('ser2net')
const stty = requireService('stty')
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** By address. Those without are as the line, 2400 8E1. */
const METERS: Readonly<Record<number, SerialSettings | undefined>> = {
  1: undefined,
  2: { baud: 9600, parity: 'even', dataBits: 8, stopBits: 1 },
  3: { baud: 1200, parity: 'odd', dataBits: 8, stopBits: 2 },
  4: { baud: 1200, parity: 'odd', dataBits: 8, stopBits: 2 },
}
const SHOWN: Readonly<Record<number, string>> = {
  1: '2400 even-or-none 1',
  2: '9600 even-or-none 1',
  3: '1200 odd 2',
  4: '1200 odd 2',
}
const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 0 }

function* questions(address: number, count: number): Conversation<number> {
  let answered = 0
  for (let item = 0; item < count; item++) if (yield toyRequest(address, item)) answered += 1
  return answered
}

const ask = (line: Line, address: number, count: number, priority: Priority = PRIORITY.poll) =>
  line.converse({
    driver: toyDriver(),
    conversation: questions(address, count),
    priority,
    meter: `m${address}`,
    retries: RETRIES,
    settings: METERS[address],
  })

function urlOf(text: string) {
  const url = parseLineUrl(text)
  if ('wrong' in url) throw new Error(url.wrong)
  return url
}

describe.skipIf(socat.missing || stty.missing)(`over pseudo-terminals${socat.note}`, () => {
  /** Meters at the far end, which answer once it is written down what `port` is set to. */
  async function meters(far: string, port: string): Promise<{ readonly heard: [number, string][] }> {
    const heard: [number, string][] = []
    const transport = transportFor(urlOf(`serial://${far}?parity=none`))
    let buffer: number[] = []
    await transport.open({
      async bytes(received) {
        buffer.push(...received)
        if (buffer.length < 6) return
        const [, address = 0, item = 0] = buffer
        buffer = []
        heard.push([address, await setTo(port)])
        transport.write(toyFrame(address, item, 1))
      },
      closed: () => undefined,
    })
    undo.push(() => transport.close())
    return { heard }
  }

  async function check(urlText: string, heard: readonly [number, string][]): Promise<void> {
    const url = urlOf(urlText)
    const line = createLine({
      ...{ id: 'l1', url, replyWithinMs: 5_000, inFlight: 1, clock: systemClock, random: seededRandom(1) },
      transport: transportFor(url),
      log: silentLog,
      claim: async () => async () => undefined,
    })
    undo.push(() => line.stop())
    line.start()
    await line.opened()
    const order = [1, 2, 3, 4, 1, 3, 2, 2, 1]
    const all = [...order.map(address => ask(line, address, 3)), ask(line, 4, 1, PRIORITY.order)]
    const answered = (await Promise.all(all)).map(({ result }) => result)
    expect(answered).toEqual([...order.map(() => 3), 1])
    expect(heard).toEqual(heard.map(([address]) => [address, SHOWN[address]]))
    // The order went before all but the question under way, and nothing else came into the midst of a conversation.
    expect(heard.map(([address]) => address).slice(0, 7)).toEqual([1, 4, 1, 1, 2, 2, 2])
    expect(line.counters).toMatchObject({ reopened: 0, timeouts: 0, requests: 28 })
  }

  test('each meter is asked at its own settings', async () => {
    const { near, far, stop } = await ptyPair(socat.path)
    undo.push(stop)
    const { heard } = await meters(far, near)
    await check(`serial://${near}?baud=2400&parity=even`, heard)
  })

  test.skipIf(ser2net.missing)(
    `each meter is asked at its own settings behind ser2net${ser2net.note}`,
    async () => {
      const { url, near, far, stop } = await behindSer2net(socat.path, ser2net.path)
      undo.push(stop)
      const { heard } = await meters(near, far)
      await check(`${url}?baud=2400&parity=even`, heard)
    },
  )
})

describe('a line whose port is set anew', () => {
  async function bench(set: (settings: SerialSettings) => Promise<void>) {
    const clock = virtualClock()
    const sent: number[] = []
    const warnings: string[] = []
    const { line, hear, drop } = memoryLine(
      clock,
      ([, address = 0, item = 0]) => {
        sent.push(address)
        clock.after(5, () => hear(toyFrame(address, item, 1)))
      },
      {
        url: 'serial:///dev/ttyS9?baud=2400',
        set,
        log: { ...silentLog, warn: (_context, text) => warnings.push(text) },
      },
    )
    line.start()
    await clock.pass(0)
    return { clock, line, sent, warnings, drop }
  }

  test('is set once for meters alike, and back for one that says nothing', async () => {
    const sets: number[] = []
    const { clock, line } = await bench(async ({ baud }) => void sets.push(baud))
    const all = Promise.all([1, 3, 4, 3, 1, 1, 2].map(address => ask(line, address, 2)))
    await clock.pass(10_000)
    await all
    expect(sets).toEqual([1200, 2400, 9600])
  })

  test('PR-43 a port that cannot be set is a lost line, and nothing leaves at the wrong speed', async () => {
    const { clock, line, sent, warnings } = await bench(async () => {
      throw new Error('no such speed')
    })
    const talked = ask(line, 3, 2)
    await clock.pass(5_000)
    expect((await talked).fault?.code).toBe('LINE_CLOSED')
    expect([sent, warnings]).toEqual([[], ['Error: no such speed']])
    const next = ask(line, 1, 2)
    await clock.pass(5_000)
    expect((await next).result).toBe(2)
  })

  test('opened anew in the midst of a conversation it is set anew before the next question', async () => {
    const log: (string | number)[] = []
    const { clock, line, sent, drop } = await bench(async ({ baud }) => void log.push(`set ${baud}`))
    function* slowly(): Conversation<null> {
      for (let item = 0; item < 3; item++) {
        yield { ...toyRequest(3, item), restMs: 5_000 }
        log.push(sent.length)
      }
      return null
    }
    const talked = line.converse({
      ...{ driver: toyDriver(), conversation: slowly(), priority: PRIORITY.poll, meter: 'm3' },
      retries: RETRIES,
      settings: METERS[3],
    })
    await clock.pass(1_000)
    drop('unplugged')
    await clock.pass(30_000)
    await talked
    expect(log).toEqual(['set 1200', 1, 'set 1200', 2, 3])
  })

  test('characters are counted at the speed of the meter', async () => {
    const { clock, line } = await bench(async () => undefined)
    const timing = { ...toyDriver().timing, quietMs: (characterMs: number) => 100 * characterMs }
    const driver = { ...toyDriver(), timing }
    const lasts = async (settings: SerialSettings | undefined) => {
      const from = clock.monotonic()
      const conversation = questions(1, 3)
      let until = 0
      const ask = { driver, conversation, priority: PRIORITY.poll, meter: 'm', retries: RETRIES, settings }
      const talked = line.converse(ask).then(() => {
        until = clock.monotonic()
      })
      await clock.pass(60_000)
      await talked
      return until - from
    }
    const slow = await lasts(METERS[3])
    const quick = await lasts({ baud: 9600, parity: 'none', dataBits: 8, stopBits: 1 })
    expect(slow / quick).toBeGreaterThan(6)
    expect(await lasts(undefined)).toBeGreaterThan(2 * quick)
  })
})

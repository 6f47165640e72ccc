import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Conversation, Frame, Request } from '../../src/driver-api/driver.ts'
import { createLine, type Line, type LineParts, PRIORITY } from '../../src/line/line.ts'
import type { TransportEars } from '../../src/line/transport.ts'
import { transportFor } from '../../src/line/transports.ts'
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const driver = toyDriver()
const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 0 }

function lineOver(parts: Pick<LineParts, 'clock' | 'transport' | 'url'>, warnings: string[]): Line {
  return createLine({
    ...parts,
    id: 'l1',
    replyWithinMs: null,
    inFlight: 1,
    random: seededRandom(1),
    log: { ...silentLog, warn: (_context, text) => warnings.push(text) },
    claim: async () => async () => undefined,
  })
}

function* oneQuestion(request: Request): Conversation<Frame | null> {
  return yield request
}

const read = (line: Line, item: number, change: Partial<Request> = {}) =>
  line.converse({
    driver,
    conversation: oneQuestion({ ...toyRequest(1, item), ...change }),
    priority: PRIORITY.poll,
    meter: 'm',
    retries: RETRIES,
  })

describe('a box that closes what has been idle for two seconds', () => {
  const IDLE_MS = 2_000
  /** One way. What is sent towards a box that has closed is lost. */
  const WAY_MS = 20

  function box(clock: VirtualClock) {
    let connections = 0
    let ears: TransportEars | null = null
    let cancel: () => void = () => undefined
    let isClosed = true
    const close = () => {
      isClosed = true
      const told = ears
      clock.after(WAY_MS, () => told?.closed('the other side closed the connection', true))
    }
    const idle = () => {
      cancel()
      cancel = clock.after(IDLE_MS, close)
    }
    return {
      count: () => connections,
      asked: 0,
      transport: {
        async open(given: TransportEars) {
          connections += 1
          ears = given
          isClosed = false
          idle()
        },
        write([, address = 0, item = 0]: Uint8Array) {
          const to = ears
          clock.after(WAY_MS, () => {
            if (isClosed || to !== ears) return
            idle()
            clock.after(WAY_MS, () => to?.bytes(toyFrame(address, item, 1)))
          })
        },
        async close() {
          cancel()
          ears = null
        },
      },
    }
  }
  const url = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const

  test.each([1, 2, 3])('PR-43 costs no read, and is no fault (seed %i)', async seed => {
    const clock = virtualClock()
    const random = seededRandom(seed)
    const warnings: string[] = []
    const { transport, count } = box(clock)
    const line = lineOver({ clock, transport, url }, warnings)
    line.start()
    await clock.pass(0)
    let missed = 0
    for (let nth = 0; nth < 300; nth++) {
      // Most of them while the end of the connection is on its way.
      await clock.pass(random.fraction() < 0.5 ? IDLE_MS - 100 + random.integer(100) : random.integer(5_000))
      let isOver = false
      const talked = read(line, nth % 200).finally(() => {
        isOver = true
      })
      while (!isOver) await clock.pass(10)
      if ((await talked).result === null) missed += 1
    }
    await clock.pass(3_000)
    expect({ missed, warnings, state: line.state }).toEqual({ missed: 0, warnings: [], state: 'resting' })
    expect(line.counters.retries).toBeGreaterThan(10)
    expect(line.fault).toBeNull()
    expect(count()).toBeGreaterThan(100)
  })

  test('is not called again before somebody asks', async () => {
    const clock = virtualClock()
    const { transport, count } = box(clock)
    const line = lineOver({ clock, transport, url }, [])
    line.start()
    await clock.pass(3_600_000)
    expect([line.state, count()]).toEqual(['resting', 1])
    await line.opened()
    const stopped = line.stop()
    await clock.pass(0)
    await stopped
    expect(line.state).toBe('closed')
  })

  test('what may not be said twice is not, and is told that it may have left', async () => {
    const clock = virtualClock()
    const { transport } = box(clock)
    const line = lineOver({ clock, transport, url }, [])
    line.start()
    await clock.pass(0)
    const first = read(line, 1)
    await clock.pass(1_000)
    await first
    await clock.pass(IDLE_MS - 1_000 + WAY_MS - 5)
    expect(line.state).toBe('open')
    const order = read(line, 2, { safeToRepeat: false })
    await clock.pass(3_000)
    const { exchanges, fault } = await order
    expect(exchanges.map(({ outcome, stayed }) => [outcome, stayed])).toEqual([['LINE_CLOSED', undefined]])
    expect(fault?.code).toBe('LINE_CLOSED')
  })

  test('a box that is gone when somebody asks is a fault as ever', async () => {
    const clock = virtualClock()
    const warnings: string[] = []
    const { transport } = box(clock)
    let isGone = false
    const open = async (ears: TransportEars) => {
      if (isGone) throw new Error('nothing listens there')
      await transport.open(ears)
    }
    const line = lineOver({ clock, transport: { ...transport, open }, url }, warnings)
    line.start()
    await clock.pass(5_000)
    isGone = true
    const talked = read(line, 1)
    await clock.pass(100)
    expect((await talked).fault?.code).toBe('LINE_CLOSED')
    expect([line.state, warnings.length]).toEqual(['waiting', 1])
  })

  test('PR-43 one that closes in the midst of answers is a fault', async () => {
    const clock = virtualClock()
    const warnings: string[] = []
    let ears: TransportEars | null = null
    const transport = {
      open: async (given: TransportEars) => {
        ears = given
      },
      write: () => void clock.after(100, () => ears?.closed('the other side closed the connection', true)),
      close: async () => undefined,
    }
    const line = lineOver({ clock, transport, url }, warnings)
    line.start()
    await clock.pass(0)
    const talked = read(line, 1)
    await clock.pass(5_000)
    expect((await talked).exchanges).toHaveLength(1)
    expect(warnings).toEqual(['the other side closed the connection'])
  })
})

describe('over a socket', () => {
  const undo: (() => unknown)[] = []
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step()
  })

  test.each(['end', 'resetAndDestroy'] as const)(
    'PR-43 a box that closes idle connections by %s costs no read',
    async how => {
      let connections = 0
      const listener = createServer((socket: Socket) => {
        connections += 1
        socket.on('error', () => undefined)
        socket.on('data', ([, address = 0, item = 0]) => {
          socket.write(toyFrame(address, item, 1))
          setTimeout(() => socket[how](), 50)
        })
      })
      await new Promise<void>(listening => listener.listen(0, '127.0.0.1', listening))
      undo.push(() => listener.close())
      const url = parseLineUrl(`tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`)
      if ('wrong' in url) throw new Error(url.wrong)
      const warnings: string[] = []
      const line = lineOver({ clock: systemClock, transport: transportFor(url), url }, warnings)
      undo.push(() => line.stop())
      line.start()
      await line.opened()
      const results: (Frame | null)[] = []
      for (let nth = 0; nth < 10; nth++) {
        results.push((await read(line, nth)).result)
        while (line.state === 'open') await systemClock.sleep(5)
      }
      expect(results.filter(result => result === null)).toEqual([])
      expect([connections, warnings, line.state]).toEqual([10, [], 'resting'])
    },
  )
})

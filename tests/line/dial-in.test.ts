/** Lines over DTUs that dial in, on loopback sockets: each rule of links.md 5. */

import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { DialInSettings } from '../../src/core/dial-in.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { parsePacket } from '../../src/core/packet.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDialIn } from '../../src/line/dial-in.ts'
import { createLine, PRIORITY } from '../../src/line/line.ts'
import { until } from '../support/daemon.ts'
import { virtualClock } from '../support/virtual-clock.ts'
import { toyDriver, toyFrame, toyRequest } from './toy-driver.ts'

const A = '861234567890123'
const B = '861234567890999'
const RETRIES = { silent: 0, silentOnceAnswered: 0, damaged: 2 }
const bytesOf = (text: string) => new TextEncoder().encode(text)

function packet(text: string) {
  const parsed = parsePacket(text)
  if (!parsed) throw new Error(text)
  return parsed
}

interface Change extends Partial<Omit<DialInSettings, 'registration'>> {
  readonly registration?: Partial<DialInSettings['registration']>
  readonly dtus?: readonly (string | null)[]
  readonly clock?: Clock
}

/** A listener on a free port, and a line for each DTU. */
async function bench({ registration, dtus = [A, B], clock = systemClock, ...change }: Change = {}) {
  const random = seededRandom(1)
  const said: string[] = []
  const log = { ...silentLog, warn: (_: unknown, text: string) => said.push(text) }
  const listener = createDialIn({
    host: '127.0.0.1',
    port: 0,
    registration: {
      packet: packet("'REG:' {dtu} ';'"),
      identity: 'text',
      answer: null,
      withinMs: 400,
      ...registration,
    },
    heartbeats: [{ packet: packet("'ping'"), answer: null, everyMs: null }],
    from: [],
    connections: 50,
    perAddress: 50,
    ...change,
    dtus,
    clock,
    random,
    log,
  })
  await listener.start()
  const lines = dtus.map(dtu => {
    const url = parseLineUrl(`tcp-listen://127.0.0.1:1${dtu === null ? '' : `?dtu=${dtu}`}`)
    if ('wrong' in url) throw new Error(url.wrong)
    const line = createLine({
      id: dtu ?? 'only',
      url,
      transport: listener.transportOf(dtu),
      claim: async () => async () => undefined,
      replyWithinMs: 2_000,
      inFlight: 1,
      clock,
      random,
      log: silentLog,
    })
    line.start()
    return line
  })
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all(lines.map(line => line.stop()))
    await listener.stop()
  })
  /** A box: what it sends first, and a toy meter of address 1 behind it. */
  async function dial(first: string, answer = (item: number) => toyFrame(1, item, item + 100)) {
    const socket = connect({ host: '127.0.0.1', port: listener.port, noDelay: true })
    sockets.push(socket)
    const box = { socket, heard: Buffer.alloc(0), isClosed: false, questions: 0 }
    socket.on('error', () => undefined)
    socket.on('close', () => {
      box.isClosed = true
    })
    socket.on('data', bytes => {
      box.heard = Buffer.concat([box.heard, bytes])
      if (bytes[0] !== 0x02) return
      box.questions += 1
      socket.write(answer(bytes[2] ?? 0))
    })
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    if (first !== '') socket.write(first)
    return box
  }
  const [line] = lines
  if (!line) throw new Error('no line')
  const driver = toyDriver()
  const ask = (item: number) =>
    line.converse({
      driver,
      conversation: (function* () {
        return (yield toyRequest(1, item))?.bytes[3] ?? null
      })(),
      priority: PRIORITY.poll,
      meter: 'm1',
      retries: RETRIES,
    })
  return { listener, lines, line, dial, ask, said }
}

describe('a registration', () => {
  test('in one piece, and the line is read', async () => {
    const { line, dial, ask } = await bench()
    await dial(`REG:${A};`)
    await line.opened()
    expect((await ask(7)).result).toBe(107)
    expect(line.state).toBe('open')
  })

  test('in two pieces', async () => {
    const { line, dial, ask } = await bench()
    const { socket } = await dial(`REG:${A.slice(0, 5)}`)
    await sleep(50)
    expect(line.state).toBe('waiting')
    socket.write(`${A.slice(5)};`)
    await line.opened()
    expect((await ask(7)).result).toBe(107)
  })

  test('glued to what comes behind it, and repeated before each answer', async () => {
    const { line, dial, ask } = await bench()
    await dial(`REG:${A};ping`, item => Buffer.concat([bytesOf(`REG:${A};`), toyFrame(1, item, 9)]))
    await line.opened()
    expect((await ask(7)).result).toBe(9)
    expect(line.counters).toMatchObject({ noiseBytes: 0, broken: 0 })
  })

  test('again at every reconnect', async () => {
    const { line, dial, ask } = await bench()
    for (let nth = 0; nth < 5; nth++) {
      const box = await dial(`REG:${A};`)
      await line.opened()
      expect((await ask(nth)).result).toBe(100 + nth)
      box.socket.end()
      await until(() => line.state === 'waiting')
    }
    expect(line.counters.reopened).toBe(4)
  })

  test('is answered only where the box wants it', async () => {
    const silent = await bench()
    const first = await silent.dial(`REG:${A};ping`)
    await silent.line.opened()
    await silent.ask(1)
    expect(first.heard.length).toBe(6)
    const speaking = await bench({
      registration: { answer: bytesOf('OK') },
      heartbeats: [{ packet: packet("'ping'"), answer: bytesOf('pong'), everyMs: null }],
    })
    const second = await speaking.dial(`REG:${A};`)
    await speaking.line.opened()
    await until(() => second.heard.toString() === 'OK')
    second.socket.write('ping')
    await until(() => second.heard.toString() === 'OKpong')
  })

  test('whoever dials a port of one line is its box', async () => {
    const { line, dial, ask } = await bench({
      dtus: [null],
      registration: { packet: packet("'HELLO'") },
    })
    await dial('HELLO')
    await line.opened()
    expect((await ask(7)).result).toBe(107)
    expect(line.counters.noiseBytes).toBe(0)
  })
})

describe('a line whose DTU is not there', () => {
  test('says for whom it waits and since when, and what to do', async () => {
    const { line, dial, ask } = await bench()
    expect(line.state).toBe('waiting')
    expect(line.fault).toMatchObject({ code: 'DTU_AWAITED' })
    expect(line.fault?.text).toMatch(
      new RegExp(`^waiting for DTU ${A} since 20\\d\\d-.*Z; it has not dialled in since the start$`),
    )
    const { socket } = await dial(`REG:${A};`)
    await line.opened()
    await ask(1)
    expect(line.fault).toBeNull()
    socket.destroy()
    await until(() => line.state === 'waiting')
    expect(line.fault?.text).toContain('the DTU closed the connection')
  })

  test('is not asked of for ever: a question waits a while and comes back unsent', async () => {
    const { line, ask } = await bench()
    const talked = await ask(1)
    expect(talked.fault?.code).toBe('LINE_CLOSED')
    expect(line.counters.requests).toBe(0)
  }, 20_000)
})

describe('one identity twice', () => {
  test('the newer wins, the older is closed, the queue is kept and what was under way is asked again', async () => {
    const { line, listener, dial, ask } = await bench()
    const older = await dial(`REG:${A};`, () => new Uint8Array())
    await line.opened()
    const all = Promise.all([1, 2, 3].map(ask))
    await until(() => older.questions === 1)
    const newer = await dial(`REG:${A};`)
    expect((await all).map(({ result }) => result)).toEqual([101, 102, 103])
    expect(newer.questions).toBe(3)
    await until(() => older.isClosed)
    expect(listener.status()).toMatchObject({ registered: 2, replaced: 1, here: 1 })
  })

  test('a box that dials twice at once is one box', async () => {
    const { line, listener, dial, ask } = await bench()
    const boxes = await Promise.all([dial(`REG:${A};`), dial(`REG:${A};`)])
    await until(() => listener.status().registered === 2)
    await line.opened()
    expect((await ask(5)).result).toBe(105)
    await until(() => boxes.filter(({ isClosed }) => isClosed).length === 1)
  })
})

describe('strangers', () => {
  test('V-I4 are held without a word until their time is over, then closed; known boxes do not notice', async () => {
    const { line, listener, dial, ask } = await bench()
    const stranger = await dial('GET / HTTP/1.1\r\n\r\n')
    const speechless = await dial('')
    await until(() => listener.status().refused === 1)
    expect(stranger.isClosed).toBe(false)
    await dial(`REG:${A};`)
    await line.opened()
    expect((await ask(1)).result).toBe(101)
    await until(() => stranger.isClosed && speechless.isClosed)
    expect(stranger.heard.length + speechless.heard.length).toBe(0)
    expect(listener.status()).toMatchObject({ refused: 2, unregistered: 0, here: 1 })
  })

  test('who told too little is shown with what it told, once its time is over', async () => {
    const { listener, dial } = await bench()
    const box = await dial('REG:8612')
    await until(() => box.isClosed)
    expect(listener.status()).toMatchObject({ refused: 1, unregistered: 0 })
  })

  test('few of one address are held, and they leave nothing behind', async () => {
    const { listener, dial } = await bench({ registration: { withinMs: 3_000 } })
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, nth) => dial(`REG:86000000000${nth + 1_000};`)),
    )
    await until(() => all.filter(({ isClosed }) => isClosed).length === 22)
    expect(listener.status()).toMatchObject({ unregistered: 8, refused: 30, here: 0 })
    await until(() => listener.status().unregistered === 0)
  })

  test('from networks that are not allowed are closed at once', async () => {
    const { listener, dial } = await bench({ from: ['10.20.0.0/16', '::1'] })
    const box = await dial(`REG:${A};`)
    await until(() => box.isClosed)
    expect(listener.status()).toMatchObject({ here: 0, refused: 1 })
    const allowed = await bench({ from: ['127.0.0.0/8'] })
    await allowed.dial(`REG:${A};`)
    await allowed.line.opened()
  })

  test('who fill the port give way to who registers', async () => {
    const { line, listener, dial, ask } = await bench({ connections: 4, registration: { withinMs: 60_000 } })
    for (let nth = 0; nth < 4; nth++) await dial('')
    await until(() => listener.status().unregistered === 4)
    await dial(`REG:${A};`)
    await line.opened()
    expect((await ask(1)).result).toBe(101)
    expect(listener.status().refused).toBe(1)
  })

  test('more of one address than allowed are turned away', async () => {
    const { listener, dial } = await bench({ perAddress: 2 })
    await dial(`REG:${A};`)
    await dial(`REG:${B};`)
    const third = await dial('')
    await until(() => third.isClosed)
    expect(listener.status()).toMatchObject({ here: 2, refused: 1 })
  })
})

describe('a connection', () => {
  test('silent for three heartbeats is closed; one that beats is not', async () => {
    const { lines, dial } = await bench({
      heartbeats: [{ packet: packet("'ping'"), answer: null, everyMs: 100 }],
    })
    const dead = await dial(`REG:${A};`)
    const alive = await dial(`REG:${B};`)
    const beating = setInterval(() => alive.socket.write('ping'), 50)
    onTestFinished(() => clearInterval(beating))
    await until(() => dead.isClosed)
    await sleep(500)
    expect(alive.isClosed).toBe(false)
    expect(lines[0]?.fault?.text).toContain('nothing was heard of it for 3 heartbeats')
    expect(lines[1]?.counters.noiseBytes).toBe(0)
  })

  test('PR-34 is not taken for silent for the time the process was stopped', async () => {
    const clock = virtualClock()
    const { listener, dial } = await bench({
      heartbeats: [{ packet: packet("'ping'"), answer: null, everyMs: 60_000 }],
      clock,
    })
    const box = await dial(`REG:${A};`)
    await until(() => listener.status().here === 1)
    clock.stop(600_000)
    // What it sent meanwhile lies in its socket, behind the timers.
    await clock.pass(1_000)
    box.socket.write('ping')
    await sleep(100)
    await clock.pass(120_000)
    expect(listener.status().here).toBe(1)
    await clock.pass(120_000)
    expect(listener.status().here).toBe(0)
  })

  test('a heartbeat in the middle of an answer costs nothing', async () => {
    const { line, dial, ask } = await bench()
    await dial(`REG:${A};`, item => {
      const frame = toyFrame(1, item, 42)
      return Buffer.concat([frame.subarray(0, 3), bytesOf('ping'), frame.subarray(3)])
    })
    await line.opened()
    expect((await ask(7)).result).toBe(42)
    expect(line.counters).toMatchObject({ requests: 1, retries: 0, broken: 0 })
  })

  test('that takes no bytes is closed', async () => {
    const { line, listener, dial } = await bench()
    const box = await dial(`REG:${A};`)
    box.socket.pause()
    await line.opened()
    const transport = listener.transportOf(A)
    const piece = new Uint8Array(1_000_000)
    for (let nth = 0; nth < 40 && line.state === 'open'; nth++) {
      transport.write(piece)
      await sleep(5)
    }
    await until(() => line.state === 'waiting')
    expect(line.fault?.text).toContain('it takes no bytes any more')
  })
})

describe('a port', () => {
  test('that is taken says so, and is tried again', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', () => resolve()))
    const { port } = other.address() as { port: number }
    const { line, dial, said } = await bench({ port })
    expect(line.fault).toMatchObject({ code: 'LINE_UNREACHABLE' })
    expect(said[0]).toContain('the port is taken')
    await new Promise(resolve => other.close(resolve))
    await until(async () => {
      const box = await dial(`REG:${A};`).catch(() => null)
      await sleep(100)
      return box !== null && line.state === 'open'
    })
  })
})

describe('a storm', () => {
  test('500 DTUs lose their connections and dial again at once: all are read', async () => {
    const dtus = Array.from({ length: 500 }, (_, nth) => String(861_000_000_000_000 + nth))
    const { lines, listener, dial } = await bench({ dtus, connections: 1_200, perAddress: 1_200 })
    const driver = toyDriver()
    const readAll = () =>
      Promise.all(
        lines.map((line, nth) =>
          line.converse({
            driver,
            conversation: (function* () {
              return (yield toyRequest(1, nth % 100))?.bytes[3] ?? null
            })(),
            priority: PRIORITY.poll,
            meter: String(nth),
            retries: RETRIES,
          }),
        ),
      )
    const dialAll = () => Promise.all(dtus.map(dtu => dial(`REG:${dtu};`)))
    await dialAll()
    await until(() => listener.status().here === 500)
    // All at once, while their older connections are there yet.
    const again = dialAll()
    const read = (await readAll()).map(({ result }) => result)
    await again
    expect(read).toEqual(dtus.map((_, nth) => (nth % 100) + 100))
    await until(() => listener.status().registered === 1_000)
    expect(listener.status()).toMatchObject({ here: 500, replaced: 500, unregistered: 0, refused: 0 })
  }, 60_000)
})

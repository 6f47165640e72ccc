/**
 * A device that misbehaves on a real socket, and what each reading of it comes to. Each register holds the number of the
 * request it was read with, so a value shows whether its answer was its own.
 */

import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openLine } from '../../src/cli/one-line.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import { PRIORITY } from '../../src/line/line.ts'
import { ascii, call, frameOf, point, rtu, tcp } from './modbus-support.ts'

const WITHIN_MS = 300

interface Saying {
  readonly socket: Socket
  readonly question: Uint8Array
  readonly reply: Uint8Array
  readonly before: Uint8Array
}
/** What leaves for one request. */
type Manner = (saying: Saying) => void

const write = (socket: Socket, ...parts: readonly (Uint8Array | string)[]) =>
  socket.write(Buffer.concat(parts.map(part => Buffer.from(part))))
const later = (ms: number, say: () => void) => void setTimeout(say, ms)

const MANNERS: Readonly<Record<string, Manner>> = {
  plain: ({ socket, reply }) => write(socket, reply),
  'byte by byte': ({ socket, reply }) => {
    for (const [at, byte] of reply.entries()) later(4 * at, () => write(socket, Uint8Array.of(byte)))
  },
  echo: ({ socket, question, reply }) => write(socket, question, reply),
  'a registration text before': ({ socket, reply }) => {
    write(socket, 'REG0012345678')
    later(20, () => write(socket, reply))
  },
  'a heartbeat byte before': ({ socket, reply }) => write(socket, Uint8Array.of(0xfe), reply),
  'noise before': ({ socket, reply }) => write(socket, Uint8Array.of(0xff, 0), reply),
  'each answer after the time-out': ({ socket, reply }) => later(WITHIN_MS + 150, () => write(socket, reply)),
  silent: () => undefined,
  'a flipped bit in each': ({ socket, reply }) => write(socket, reply.with(-3, reply.at(-3)! ^ 1)),
  'the answer before once more': ({ socket, reply, before }) => write(socket, before, reply),
  'the connection closed': ({ socket }) => socket.destroy(),
}

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

async function readFrom(driver: typeof rtu, manner: Manner) {
  let count = 0
  const server = createServer(socket => {
    let waiting = new Uint8Array(0)
    let before: Uint8Array = new Uint8Array(0)
    undo.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('data', bytes => {
      waiting = Uint8Array.from([...waiting, ...bytes])
      const { frames, rest } = driver.deframe(waiting, null)
      waiting = Uint8Array.from(rest)
      for (const { bytes: question } of frames) {
        count += 1
        const transaction = question[0]! * 256 + question[1]!
        const reply = frameOf(driver, transaction, 1, 3, 2, 0, count)
        manner({ socket, question, reply, before })
        before = reply
      }
    })
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  undo.push(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const kind = driver === tcp ? 'modbus-tcp' : 'tcp'
  const line = await openLine({ kind, host: '127.0.0.1', port: address.port }, WITHIN_MS)
  undo.push(() => line.stop())
  const { result } = await line.converse({
    driver,
    conversation: driver.read(
      call({ sequence: line.sequence }),
      [0, 10, 30].map(at => point(`3:${at}`, 'u16')),
    ),
    priority: PRIORITY.onDemand,
    meter: '1',
    retries: { silent: 0, silentOnceAnswered: 0, damaged: 0 },
  })
  return { values: result.reads.map(numberIn), isContradicted: line.contradictedAt('1') !== null }
}

const numberIn = (read: RawRead) =>
  'value' in read && 'digits' in read.value ? Number(read.value.digits) : null

const OWN = { values: [1, 2, 3], isContradicted: false }
const NOTHING = { values: [], isContradicted: false }

describe('PR-40 a device that misbehaves', () => {
  test.each([
    ['plain', OWN],
    ['byte by byte', OWN],
    ['echo', OWN],
    ['a registration text before', OWN],
    ['a heartbeat byte before', OWN],
    ['noise before', OWN],
    ['each answer after the time-out', NOTHING],
    ['silent', NOTHING],
    ['a flipped bit in each', NOTHING],
    ['the connection closed', NOTHING],
  ])('RTU and ASCII: %s', async (manner, expected) => {
    for (const driver of [rtu, ascii]) expect(await readFrom(driver, MANNERS[manner]!)).toEqual(expected)
  })

  test('V-F10 RTU: the answer before once more looks like a second meter, and the meter is doubted', async () => {
    expect(await readFrom(rtu, MANNERS['the answer before once more']!)).toMatchObject({
      isContradicted: true,
    })
  })

  test.each([
    ['plain', OWN],
    ['byte by byte', OWN],
    ['echo', OWN],
    ['noise before', OWN],
    ['the answer before once more', OWN],
    ['each answer after the time-out', NOTHING],
    ['silent', NOTHING],
    ['the connection closed', NOTHING],
  ])('Modbus TCP: %s', async (manner, expected) => {
    expect(await readFrom(tcp, MANNERS[manner]!)).toEqual(expected)
  })

  test('a whole answer with a wrong CRC is told as that once the line is silent', () => {
    const request = rtu.read(call(), [point('3:0', 'u16')]).next().value
    if (!request || 'reads' in request) throw new Error('nothing was asked')
    const bad = frameOf(rtu, 0, 1, 3, 2, 0, 1).with(-1, 0)
    expect(rtu.deframe(bad, request).rest).toEqual(bad)
    const { broken, noise, rest } = rtu.deframe(bad, request, 'silent')
    expect([broken.map(({ code }) => code), noise, rest.length]).toEqual([['FRAME_CHECKSUM'], bad, 0])
  })
})

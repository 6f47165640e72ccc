/** Our bytes against those of modbus-serial, in both directions and over real sockets. */

import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net'
import fc from 'fast-check'
import ModbusSerial, { ServerTCP } from 'modbus-serial'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crc16 } from '../../drivers/modbus/frame-rtu.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import type { Driver, Frame, Point, RawRead } from '../../src/driver-api/driver.ts'
import { rounds } from '../support/rounds.ts'
import { bytesOf, call, firstRequest, point, rtu, serve, tcp } from './modbus-support.ts'

const theirCrc16 = createRequire(import.meta.url)('modbus-serial/utils/crc16.js') as (bytes: Buffer) => number
const HOST = '127.0.0.1'
/** Registers 0 to 199 hold a pattern, all others do not exist. */
const held = (address: number) => (address < 200 ? (address * 7919 + 5) & 0xffff : undefined)

test('the CRC is the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 256 }), bytes => {
      expect(crc16(bytes, 0, bytes.length)).toBe(theirCrc16(Buffer.from(bytes)))
    }),
    rounds(20261121, 300),
  )
})

/** Carries one conversation over a socket, as the line does. */
async function talk(driver: Driver, socket: Socket, points: readonly Point[]): Promise<readonly RawRead[]> {
  const conversation = driver.read(call(), points)
  let step = conversation.next()
  let buffer: Uint8Array = new Uint8Array(0)
  while (!step.done) {
    const request = step.value
    socket.write(request.bytes)
    let answer: Frame | undefined
    while (answer === undefined) {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      const { frames, rest } = driver.deframe(bytesOf(buffer, chunk), request)
      buffer = rest
      answer = frames.find(frame => request.whyNot(frame) === null)
    }
    step = conversation.next(answer)
  }
  return step.value.reads
}

describe('our master, their slave', () => {
  let server: ServerTCP
  let socket: Socket
  beforeAll(async () => {
    const register = (address: number) => {
      const word = held(address)
      if (word === undefined) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 })
      return word
    }
    server = new ServerTCP(
      {
        getHoldingRegister: register,
        getInputRegister: (address: number) => register(address) ^ 0xffff,
        getCoil: (address: number) => address % 3 === 0,
        getDiscreteInput: (address: number) => address % 2 === 0,
      },
      { host: HOST, port: 0, unitID: 1 },
    )
    await once(server, 'initialized')
    const { port } = (server as unknown as { _server: { address(): AddressInfo } })._server.address()
    socket = tcpConnect(port, HOST)
    await once(socket, 'connect')
  })
  afterAll(() => {
    socket.destroy()
    server.close(() => {})
  })

  test('every function gives the registers their server holds', async () => {
    const points = [
      ...[0, 1, 50, 199].map(address => point(`3:${address}`, 'u16')),
      point('4:10', 'u16'),
      ...[0, 1, 2, 3].map(address => point(`1:${address}`, 'bit')),
      ...[0, 1].map(address => point(`2:${address}`, 'bit')),
    ]
    const reads = await talk(tcp, socket, points)
    const values = Object.fromEntries(
      reads.map(read => [
        read.point.item,
        'value' in read && 'digits' in read.value ? Number(read.value.digits) : null,
      ]),
    )
    expect(values).toEqual({
      '3:0': held(0),
      '3:1': held(1),
      '3:50': held(50),
      '3:199': held(199),
      '4:10': held(10)! ^ 0xffff,
      '1:0': 1,
      '1:1': 0,
      '1:2': 0,
      '1:3': 1,
      '2:0': 1,
      '2:1': 0,
    })
  })

  test('a span that leaves their map is halved', async () => {
    const reads = await talk(
      tcp,
      socket,
      [198, 199, 200].map(address => point(`3:${address}`, 'u16')),
    )
    const outcomes = reads.map(read => [read.point.item, 'refused' in read ? read.refused.code : 'value'])
    expect(Object.fromEntries(outcomes)).toEqual({
      '3:198': 'value',
      '3:199': 'value',
      '3:200': 'METER_NO_DATA',
    })
  })
})

describe.each([
  // Its connectTcpRTUBuffered sends MBAP frames; the RTU bytes go over a socket with connectTelnet.
  { driver: rtu, connect: 'connectTelnet' as const },
  { driver: tcp, connect: 'connectTCP' as const },
])('their master, our answers: $driver.protocol', ({ driver, connect }) => {
  test('both stacks ask with the same bytes and read the same values from an answer', async () => {
    const asked: Uint8Array[] = []
    const server = createServer(socket =>
      socket.on('data', (chunk: Buffer) => {
        const [frame] = driver.deframe(chunk, null).frames
        if (!frame) throw new Error('their request is no frame to us')
        asked.push(frame.bytes)
        socket.write(
          serve(driver, (_, address) => held(address))({ ...frame, whyNot: () => null, safeToRepeat: true }),
        )
      }),
    )
    server.listen(0, HOST)
    await once(server, 'listening')
    const client = new ModbusSerial.default()
    await client[connect](HOST, { port: (server.address() as AddressInfo).port })
    client.setID(1)
    client.setTimeout(2000)
    const { data, buffer } = await client.readHoldingRegisters(0x20, 4)
    await expect(client.readHoldingRegisters(500, 1)).rejects.toThrow(/illegal data address/i)

    const ours = [0, 1, 2, 3].map(place => point(`3:${0x20 + place}`, 'u16'))
    const request = firstRequest(driver, ours, { sequence: () => (asked[0]![0]! << 8) | asked[0]![1]! })
    expect(asked[0]).toEqual(request.bytes)
    expect(data).toEqual([0x20, 0x21, 0x22, 0x23].map(held))

    const conversation = driver.read(call({ sequence: () => 1 }), [point('3:0x20', 'u64')])
    const first = conversation.next()
    if (first.done) throw new Error('nothing was asked')
    const reply = serve(driver, (_, address) => held(address))(first.value)
    const end = conversation.next(driver.deframe(reply, first.value).frames[0]!)
    const [read] = end.done ? end.value.reads : []
    const digits = read && 'value' in read && 'digits' in read.value ? formatScaled(read.value) : null
    expect(digits).toBe(buffer.readBigUInt64BE(0).toString())

    await new Promise<void>(done => client.close(() => done()))
    server.close()
  })
})

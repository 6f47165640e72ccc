import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createSocketTransport } from '../../src/line/socket.ts'
import { until } from '../publish/changes.ts'

const deaf = { bytes: () => undefined, closed: () => undefined }

/** A peer that keeps all it hears, and a transport open to it. */
async function connected() {
  const heard: number[] = []
  const ends: Socket[] = []
  const server: Server = createServer(socket => {
    ends.push(socket.on('data', bytes => heard.push(...bytes)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const transport = createSocketTransport({ kind: 'tcp', host: '127.0.0.1', port })
  await transport.open(deaf)
  onTestFinished(async () => {
    await transport.close()
    for (const end of ends) end.destroy()
    server.close()
  })
  return { transport, heard, ends, port }
}

/** Of the connection to this port: which timer of the kernel runs (02 is keep-alive), and for how long, s. */
function timerTo(port: number): { readonly kind: string | undefined; readonly seconds: number } {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .find(([, , to]) => to === remote)
  const [kind, ticks = ''] = row?.[5]?.split(':') ?? []
  return { kind, seconds: Number.parseInt(ticks, 16) / 100 }
}

test('PR-43 a connection nobody uses is probed after 30 s', async () => {
  const { port } = await connected()
  const { kind, seconds } = timerTo(port)
  expect(kind).toBe('02')
  expect(seconds).toBeGreaterThan(20)
  expect(seconds).toBeLessThanOrEqual(30)
})

test('requests leave in the order they were written, as they were then', async () => {
  const one = await connected()
  const other = await connected()
  const bytes = new Uint8Array([1, 2])
  one.transport.write(bytes)
  other.transport.write(new Uint8Array([7]))
  bytes.fill(9)
  one.transport.write(new Uint8Array([3]))
  expect(await until(() => one.heard.length === 3 && other.heard.length === 1)).toBe(true)
  expect(one.heard).toEqual([1, 2, 3])
  expect(other.heard).toEqual([7])
})

test('what is written and not yet gone when the transport closes never leaves, and harms nobody', async () => {
  const { transport, heard, ends } = await connected()
  expect(await until(() => ends.length === 1)).toBe(true)
  const closed = ends.map(end => once(end, 'close'))
  transport.write(new Uint8Array([1, 2, 3]))
  await transport.close()
  await Promise.all(closed)
  expect(heard).toEqual([])
})

test('PR-59 what a peer has not taken is counted, and leaves no more once the connection is dropped', async () => {
  const { transport, heard, ends } = await connected()
  expect(transport.unsent?.()).toBe(0)
  expect(await until(() => ends.length === 1)).toBe(true)
  const [peer] = ends
  let isOver = false
  peer?.pause()
  peer
    ?.on('error', () => undefined)
    .on('close', () => {
      isOver = true
    })
  const piece = new Uint8Array(1 << 20)
  let written = 0
  while (!(await until(() => (transport.unsent?.() ?? 0) > 0, 50))) {
    transport.write(piece)
    written += piece.length
  }
  transport.drop?.()
  peer?.resume()
  expect(await until(() => isOver)).toBe(true)
  expect(heard.length).toBeLessThan(written)
})

import { once } from 'node:events'
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
  return { transport, heard, ends }
}

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

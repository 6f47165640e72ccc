import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createSocketTransport } from '../../src/line/socket.ts'

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
  const listener = createServer(socket => socket.on('error', () => undefined))
  await new Promise<void>(listening => listener.listen(0, '127.0.0.1', listening))
  const { port } = listener.address() as AddressInfo
  const transport = createSocketTransport({ kind: 'tcp', host: '127.0.0.1', port })
  onTestFinished(async () => {
    await transport.close()
    listener.close()
  })
  await transport.open({ bytes: () => undefined, closed: () => undefined })
  const { kind, seconds } = timerTo(port)
  expect(kind).toBe('02')
  expect(seconds).toBeGreaterThan(20)
  expect(seconds).toBeLessThanOrEqual(30)
})

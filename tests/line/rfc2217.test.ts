import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import { toHex } from '../../src/core/hex.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import type { Transport } from '../../src/line/transport.ts'
import { transportFor } from '../../src/line/transports.ts'
import { behindSer2net, setTo } from '../support/pty-pair.ts'
import { requireService } from '../support/services.ts'

const socat = requireService('socat')
const ser2net = requireService('ser2net')
const stty = requireService('stty')

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** 8-bit bytes of all values, and FF where telnet could lose or double one. */
const EVERY_BYTE = Uint8Array.from([...Array(256).keys(), 255, 255, 255, 240, 255, 250, 44, 255])

interface Opened {
  readonly transport: Transport
  readonly warnings: readonly string[]
  readonly closings: readonly string[]
  /** All that was heard, once it is so long. */
  heard(length: number): Promise<Uint8Array>
}

async function opened(text: string, clock: Clock = systemClock): Promise<Opened> {
  const url = parseLineUrl(text)
  if ('wrong' in url) throw new Error(url.wrong)
  const transport = transportFor(url, clock)
  const bytes: number[] = []
  const warnings: string[] = []
  const closings: string[] = []
  await transport.open({
    bytes: received => bytes.push(...received),
    closed: why => closings.push(why),
    warned: warning => warnings.push(warning),
  })
  undo.push(() => transport.close())
  return {
    transport,
    warnings,
    closings,
    async heard(length) {
      while (bytes.length < length) await systemClock.sleep(5)
      return Uint8Array.from(bytes)
    },
  }
}

describe.skipIf(socat.missing || ser2net.missing || stty.missing)(
  `behind ser2net${socat.note}${ser2net.note}`,
  () => {
    async function served() {
      const server = await behindSer2net(socat.path, ser2net.path)
      undo.push(server.stop)
      return server
    }

    test('the port is set as the URL says, and every byte passes both ways once', async () => {
      const { url, near, far } = await served()
      const line = await opened(`${url}?baud=2400&parity=odd&stop=2`)
      expect(await setTo(far)).toBe('2400 odd 2')
      const meter = await opened(`serial://${near}?parity=none`)
      line.transport.write(EVERY_BYTE)
      expect(toHex(await meter.heard(EVERY_BYTE.length))).toBe(toHex(EVERY_BYTE))
      meter.transport.write(EVERY_BYTE)
      expect(toHex(await line.heard(EVERY_BYTE.length))).toBe(toHex(EVERY_BYTE))
      expect(line.warnings).toEqual([])
    })

    test('other settings between two requests, and the next one goes out so', async () => {
      const { url, near, far } = await served()
      const line = await opened(`${url}?baud=2400`)
      const meter = await opened(`serial://${near}?parity=none`)
      line.transport.write(Uint8Array.of(1, 255, 1))
      await meter.heard(3)
      await line.transport.set?.({ baud: 9600, parity: 'odd', dataBits: 8, stopBits: 2 })
      expect(await setTo(far)).toBe('9600 odd 2')
      line.transport.write(Uint8Array.of(2, 255, 2))
      expect([...(await meter.heard(6))]).toEqual([1, 255, 1, 2, 255, 2])
    })

    test('a connection closed is free for the next at once', async () => {
      const { url, far } = await served()
      for (const baud of [1200, 2400, 4800, 9600]) {
        const line = await opened(`${url}?baud=${baud}`)
        expect(await setTo(far)).toContain(`${baud} `)
        await line.transport.close()
      }
    })
  },
)

describe('behind a server of bad manners', () => {
  /** Waits are a tenth as long. */
  const waits: number[] = []
  const hurried = {
    ...systemClock,
    sleep(ms: number, signal?: AbortSignal) {
      waits.push(ms)
      return systemClock.sleep(ms / 10, signal)
    },
  }
  const SETTINGS = 7
  const GOOD_OPTIONS = [0xff, 0xfd, 0, 0xff, 0xfb, 0, 0xff, 0xfd, 3, 0xff, 0xfb, 3, 0xff, 0xfd, 44]
  const confirm = (command: number, ...value: number[]) => [
    0xff,
    0xfa,
    44,
    100 + command,
    ...value,
    0xff,
    0xf0,
  ]
  const CONFIRMED = [
    ...confirm(1, 0, 0, 9, 0x60),
    ...confirm(2, 8),
    ...confirm(3, 3),
    ...confirm(4, 1),
    ...confirm(12, 3),
  ]

  /** `play` is told each connection, and each time the client has sent its settings. */
  async function server(
    play: (to: Socket, event: 'connected' | 'set') => unknown,
  ): Promise<{ url: string; heard: () => string }> {
    const all: number[] = []
    const sockets = new Set<Socket>()
    const listener = createServer(socket => {
      sockets.add(socket)
      let told = 0
      socket.on('error', () => undefined)
      socket.on('data', bytes => {
        all.push(...bytes)
        const set = toHex(Uint8Array.from(all)).split('FF FA 2C 01 ').length - 1
        for (; told < set; told++) play(socket, 'set')
      })
      play(socket, 'connected')
    })
    await new Promise<void>(listening => listener.listen(0, '127.0.0.1', listening))
    undo.push(() => {
      for (const socket of sockets) socket.destroy()
      listener.close()
    })
    const { port } = listener.address() as AddressInfo
    return { url: `rfc2217://127.0.0.1:${port}?baud=2400`, heard: () => toHex(Uint8Array.from(all)) }
  }

  const send = (to: Socket, ...bytes: number[]) => void to.write(Uint8Array.from(bytes))

  test('that never answers: a warning once, and bytes pass', async () => {
    const { url, heard } = await server(() => undefined)
    const line = await opened(url, hurried)
    expect(line.warnings).toHaveLength(1)
    expect(line.warnings[0]).toMatch(/does not say which settings are in force; is its port at 2400 8E1/)
    line.transport.write(Uint8Array.of(1, 255, 2))
    while (!heard().endsWith('01 FF FF 02')) await systemClock.sleep(5)
    waits.splice(0)
    await line.transport.set?.({ baud: 9600, parity: 'none', dataBits: 8, stopBits: 1 })
    while (heard().split('FF FA 2C').length - 1 < 2 * SETTINGS + 1) await systemClock.sleep(5)
    // What has kept silent is not waited for a second time.
    expect(Math.max(...waits)).toBeLessThan(100)
  })

  test('that confirms late, byte by byte, and nothing of flow control', async () => {
    const { url } = await server(async (to, event) => {
      for (const byte of event === 'connected' ? GOOD_OPTIONS : CONFIRMED) {
        await systemClock.sleep(2)
        send(to, byte)
      }
    })
    expect((await opened(url)).warnings).toEqual([])
  })

  test('that will not take settings, takes others, or goes away meanwhile: said with the reason', async () => {
    const refusing = await server(to => send(to, 0xff, 0xfe, 44))
    await expect(opened(refusing.url, hurried)).rejects.toThrow(/takes no settings.*write tcp:\/\//)
    const stubborn = await server((to, event) =>
      send(
        to,
        ...(event === 'connected' ? GOOD_OPTIONS : [...confirm(1, 0, 0, 0x25, 0x80), ...CONFIRMED.slice(10)]),
      ),
    )
    await expect(opened(stubborn.url, hurried)).rejects.toThrow(/port does not take 2400 8E1/)
    const leaving = await server((to, event) => {
      send(to, ...GOOD_OPTIONS)
      if (event === 'set') to.end()
    })
    await expect(opened(leaving.url, hurried)).rejects.toThrow(/closed the connection/)
  })

  test('that insists on what is refused, and sends orders nobody knows: answered a few times, then not', async () => {
    const { url, heard } = await server((to, event) => {
      if (event === 'set') return send(to, ...CONFIRMED)
      for (let times = 0; times < 2_000; times++) send(to, 0xff, 0xfb, 1, 0xff, 0xfd, 99, 0xff, 0xf6)
      send(to, 0xff, 0xfa, 24, ...Array(5_000).fill(7), 0xff, 0xf0, ...GOOD_OPTIONS)
    })
    expect((await opened(url, hurried)).warnings).toEqual([])
    expect(heard().split('FF FE 01').length - 1).toBe(3)
    expect(heard().split('FF FC 63').length - 1).toBe(3)
  })

  test('that says more between the bytes of an answer: none of it is heard, and no byte is lost', async () => {
    let peer: Socket | null = null
    const { url } = await server((to, event) => {
      peer = to
      send(to, ...(event === 'connected' ? [0x42, 0x43, ...GOOD_OPTIONS] : CONFIRMED))
    })
    const line = await opened(url, hurried)
    const answer = [0x68, 0xff, 0xff, 0x01]
    const stream = [
      ...[0x68, 0xff, 0xfa, 44, 107, 0x30, 0xff, 0xf0, 0xff, 0xff],
      ...[0xff, 0xf1, 0xff, 0xff, 0xff, 0xfb, 1, 0x01],
    ]
    for (const byte of stream) {
      if (peer) send(peer, byte)
      await systemClock.sleep(2)
    }
    expect([...(await line.heard(answer.length))]).toEqual(answer)
  })

  test('that refuses to carry 8 bits: a warning', async () => {
    const { url } = await server((to, event) =>
      send(to, ...(event === 'connected' ? [0xff, 0xfe, 0, 0xff, 0xfd, 44] : CONFIRMED)),
    )
    expect((await opened(url, hurried)).warnings[0]).toMatch(/BINARY refused/)
  })
})

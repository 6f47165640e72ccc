/** ST-23: what one connection may hold: one answer at a time, a bounded queue, and no place for who takes nothing. */

import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { LONGEST_STALL, MOST_AHEAD } from '../../src/api/connections.ts'
import type { ApiParts } from '../../src/api/parts.ts'
import { systemClock } from '../../src/core/clock.ts'
import { testApi } from '../support/api.ts'

const ask = (line: string, more = '') => `${line} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
const LONG = ask('GET /openapi.json')
const SHORT = ask('GET /healthz')
const LARGE = ask('GET /healthz', `a: ${'b'.repeat(14_000)}\r\n`)
/** More than kernels hold for a connection. */
const MANY = 90

async function house(change: Partial<ApiParts> = {}) {
  const api = await testApi(change)
  const underWay = { now: 0, most: 0, all: 0 }
  api.app.addHook('onRequest', async (_, reply) => {
    underWay.all += 1
    underWay.most = Math.max(underWay.most, ++underWay.now)
    reply.raw.once('close', () => underWay.now--)
  })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as AddressInfo
  /** Our end, which reads nothing, and the server's. */
  async function open(text: string) {
    const accepted = once(api.app.server, 'connection') as Promise<[Socket]>
    const own = connect(port, '127.0.0.1')
    onTestFinished(() => void own.destroy())
    own.pause().on('error', () => undefined)
    own.write(text)
    const [theirs] = await accepted
    return { own, theirs }
  }
  return { ...api, underWay, open }
}

/** All that comes until so many answers have come or the connection ends. */
function received(socket: Socket, answers: number): Promise<string> {
  return new Promise(resolve => {
    const parts: string[] = []
    let seen = 0
    socket.on('data', bytes => {
      parts.push(bytes.toString('latin1'))
      seen += parts.at(-1)?.match(/HTTP\/1\.1 \d/g)?.length ?? 0
      if (seen >= answers) resolve(parts.join(''))
    })
    socket.once('close', () => resolve(parts.join('')))
    socket.resume()
  })
}

async function stuck({ theirs }: { readonly theirs: Socket }): Promise<void> {
  while (theirs.writableLength === 0) await systemClock.yield()
}

/** A read of a meter that lasts until it is let go. */
function heldRead() {
  const [begun, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const accepted = { stored: 0, duplicates: 0, conflicts: 0, refused: 0, lastSequence: 0 }
  const readNow = async () => {
    begun.resolve()
    await free.promise
    return { readings: [], accepted }
  }
  return { readNow, begun: begun.promise, go: free.resolve }
}

test('ST-23 of requests sent ahead each is begun when the answer before has been taken', async () => {
  const { open, underWay } = await house()
  const { own, theirs } = await open(LONG.repeat(MANY))
  await stuck({ theirs })
  const length = (await received(own, MANY)).match(/HTTP\/1\.1 200/g)?.length
  expect([length, underWay.all, underWay.most]).toEqual([MANY, MANY, 1])
})

test('ST-23 who takes nothing of an answer is cut off, and its place is free', async () => {
  const { open } = await house({ mostClients: 1 })
  const slow = await open(LONG.repeat(MANY))
  await stuck(slow)
  expect(slow.theirs.timeout).toBe(LONGEST_STALL.ms)
  const closed = once(slow.theirs, 'close')
  slow.theirs.emit('timeout')
  await closed
  const next = await open(SHORT)
  expect(await received(next.own, 1)).toContain('HTTP/1.1 200')
})

test('ST-23 who waits for us is not cut off; who has its answer and asks nothing more is', async () => {
  const { readNow, begun, go } = heldRead()
  const { open, key } = await house({ readNow })
  const authorization = `Authorization: Bearer ${await key(['operate'])}\r\n`
  const { own, theirs } = await open(ask('POST /v1/meters/m1/read', authorization))
  await begun
  expect(theirs.timeout).toBe(LONGEST_STALL.withKeyMs)
  theirs.emit('timeout')
  expect(theirs.destroyed).toBe(false)
  go()
  expect(await received(own, 1)).toContain('HTTP/1.1 200')
  while (theirs.timeout === LONGEST_STALL.withKeyMs) await systemClock.yield()
  theirs.emit('timeout')
  expect(theirs.destroyed).toBe(true)
})

test.each([
  ['requests', SHORT.repeat(MOST_AHEAD.requests), SHORT],
  ['bytes', LARGE.repeat(9), LARGE.repeat(5)],
])('ST-23 who sends too many %s ahead is cut off, and none of them is begun', async (_, most, more) => {
  const { readNow, begun, go } = heldRead()
  const { open, key, underWay } = await house({ readNow })
  const authorization = `Authorization: Bearer ${await key(['operate'])}\r\n`
  const { own, theirs } = await open(ask('POST /v1/meters/m1/read', authorization))
  await begun
  own.write(most)
  while (theirs.bytesRead < most.length) await systemClock.yield()
  expect(theirs.destroyed).toBe(false)
  const closed = once(theirs, 'close')
  own.write(more.repeat(2))
  await closed
  go()
  expect(underWay.all).toBe(1)
})

test('ST-20 what is no request, sent amid an answer, ends the connection and adds nothing to the answer', async () => {
  const { open } = await house()
  const { own, theirs } = await open(LONG.repeat(MANY))
  await stuck({ theirs })
  own.write('\x16\x03\x01\x02\x00\r\n\r\n')
  const text = await received(own, Number.POSITIVE_INFINITY)
  expect([...new Set(text.match(/HTTP\/1\.1 \d+/g))]).toEqual(['HTTP/1.1 200'])
})

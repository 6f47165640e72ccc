/** Exports whose callers leave: what was begun for them is told so; nobody else's is touched. */

import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createPages, type Pages } from '../../src/api/page-thread/pages.ts'
import { systemClock } from '../../src/core/clock.ts'
import { DAY } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { newDirectory, openIn, readerIn } from '../store/data-directory.ts'
import { MIDNIGHT, testApi } from '../support/api.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'

const READS = '/v1/billing/exports/billing_reads_v1'
const DAYS = 5

type PartAsked = Parameters<Pages['exportPart']>[0]

/** A book whose files come in parts of one row; `before` each part is made something may be waited for. */
async function house(before: (asked: PartAsked) => unknown = () => undefined) {
  const directory = newDirectory()
  await openIn(directory)
  writeBook(directory, [
    {
      recordedAt: MIDNIGHT + 9 * DAY,
      releases: Array.from({ length: DAYS }, (_, day) =>
        released(MIDNIGHT + day * DAY, [register('1-0:1.8.0', `${100 + day}.00`)]),
      ),
    },
  ])
  let elapsed = 0
  const pages = createPages({
    ...{ histories: [], areas: [], meters: [], names: new Map() as never, policy: USUAL_POLICY },
    ...{ gateway: 'gw', epoch: 1, offsetMinutes: 480, turn: systemClock.yield },
    reader: readerIn(directory),
    // No time is left for a second row.
    monotonic: () => (elapsed += DAY),
  })
  const asked: PartAsked[] = []
  let told: () => void = () => undefined
  const exportPart: Pages['exportPart'] = async one => {
    asked.push(one)
    await before(one)
    const part = await pages.exportPart(one)
    told()
    return part
  }
  const api = await testApi({ pages: { ...pages, exportPart } })
  api.time.now = MIDNIGHT + 60 * DAY
  const key = await api.key(['billing'])
  return {
    ...{ api, pages, asked },
    numbers: () => asked.map(({ nth }) => nth),
    get: async (url: string) => (await api.get(url, key)).body,
    /** Once what was begun is wanted no more. */
    async left() {
      while (!asked.some(({ nth }) => nth === null))
        await new Promise<void>(resolve => {
          told = resolve
        })
    },
    async call(path: string): Promise<{ leave(): Promise<unknown> }> {
      const { server } = api.app
      if (!server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 })
      const arrived = once(server, 'connection') as Promise<[Socket]>
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`)
      const [theirs] = await arrived
      return {
        leave() {
          const gone = once(theirs, 'close')
          socket.destroy()
          return gone
        },
      }
    },
  }
}

/** Holds one part back until it is let go. */
function holding(nth: number) {
  const [begun, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const before = (asked: PartAsked) => {
    if (asked.nth !== nth) return
    begun.resolve()
    return free.promise
  }
  return { before, begun: begun.promise, go: free.resolve }
}

test.each([
  [READS, 0],
  [READS, 2],
  [`${READS}/manifest`, 0],
  [`${READS}/manifest`, 2],
])(
  'D-02 %s given up while part %i is made: the thread that makes it is told so, and no more is made',
  async (url, nth) => {
    const { before, begun, go } = holding(nth)
    const { call, left, asked, numbers, pages, api } = await house(before)
    const caller = await call(url)
    await begun
    await caller.leave()
    go()
    await left()
    const made = Array.from({ length: nth + 1 }, (_, part) => part)
    expect(numbers().filter(one => one !== null)).toEqual(made)
    await expect(pages.exportPart({ ...asked[0]!, nth: nth + 1 })).rejects.toThrow('broken off')
    expect(api.log.lines).toEqual([])
  },
)

test('a manifest that several ask for at once is made once, until the last of them has left', async () => {
  const { before, begun, go } = holding(1)
  const { call, get, asked, numbers } = await house(before)
  const first = await call(`${READS}/manifest`)
  await begun
  const others = [get(`${READS}/manifest`), get(`${READS}/manifest?through=${DAYS}`)]
  while (numbers().filter(nth => nth === null).length < others.length) await systemClock.yield()
  await first.leave()
  go()
  const [one, two] = await Promise.all(others)
  expect(one).toBe(two)
  expect(JSON.parse(one ?? '')).toMatchObject({ entries: DAYS, batchId: expect.any(String) })
  const parts = asked.filter(({ nth }) => nth !== null && nth > 0)
  expect(new Set(parts.map(each => each.export)).size).toBe(1)
  expect(parts.map(({ nth }) => nth)).toEqual(parts.map((_, part) => part + 1))
  // Of what was told it is at hand.
  expect(await get(`${READS}/manifest`)).toBe(one)
  expect(numbers().at(-1)).toBe(null)
})

test('an export that somebody reads goes on, however many others are begun beside it', async () => {
  const { pages, get, asked } = await house()
  const whole = await get(READS)
  const part = (name: string, nth: number) => pages.exportPart({ ...asked[0]!, export: name, nth })
  const texts: string[] = []
  for (let nth = 0, isLast = false; !isLast; nth++) {
    const { page, manifest } = await part('read slowly', nth)
    texts.push(Buffer.from(page).toString())
    isLast = manifest !== null
    if (nth === 0) for (let other = 0; other < 600; other++) await part(`other ${other}`, 0)
  }
  expect(texts.join('')).toBe(whole)
})

/** How often callers may ask: by key, by address, never at the control door; in bounded room. */

import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { trust } from '../../src/api/access.ts'
import { createRates, networkOf } from '../../src/api/rates.ts'
import { systemClock } from '../../src/core/clock.ts'
import { testApi } from '../support/api.ts'

async function limited() {
  const time = { at: 0 }
  const clock = { ...systemClock, monotonic: () => time.at, now: () => Date.UTC(2026, 10, 21) }
  const api = await testApi({ rate: { perSecond: 2, burst: 4 }, clock })
  const ask = async (key: string | null, url = '/v1/lines', remoteAddress = '192.0.2.1') => {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` }
    return api.app.inject({ url, headers, remoteAddress })
  }
  const statuses = async (count: number, ...asked: Parameters<typeof ask>) => {
    const seen: number[] = []
    for (let n = 0; n < count; n++) seen.push((await ask(...asked)).statusCode)
    return seen
  }
  return { ...api, time, ask, statuses }
}

test('C-08 a key may ask a burst and then so often a second; what is refused says when to come again', async () => {
  const { key, time, ask, statuses } = await limited()
  const one = await key(['read'])
  const first = await ask(one)
  expect(first.headers).toMatchObject({ 'ratelimit-policy': '"key";q=4;w=2', ratelimit: '"key";r=3;t=1' })
  expect(await statuses(4, one)).toEqual([200, 200, 200, 429])
  const refused = await ask(one)
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    ratelimit: '"key";r=0;t=2',
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
  })
  expect(refused.json()).toMatchObject({
    status: 429,
    code: 'ASK_TOO_OFTEN',
    detail: expect.stringContaining('with this key'),
    hint: expect.stringContaining('Retry-After'),
  })
  time.at += 1_000
  expect(await statuses(3, one)).toEqual([200, 200, 429])
  time.at += 3_600_000
  expect(await statuses(5, one)).toEqual([200, 200, 200, 200, 429])
})

test('C-08 one key costs another nothing, whatever address they come from', async () => {
  const { key, statuses } = await limited()
  const [one, other] = [await key(['read']), await key(['read'])]
  expect(await statuses(5, one)).toEqual([200, 200, 200, 200, 429])
  expect(await statuses(4, other)).toEqual([200, 200, 200, 200])
  expect(await statuses(1, one, '/v1/lines', '192.0.2.9')).toEqual([429])
})

test('C-08 without a known key an address is counted, for open routes and for none as well', async () => {
  const { key, ask, statuses } = await limited()
  const one = await key(['read'])
  expect(await statuses(1, null, '/healthz')).toEqual([200])
  expect(await statuses(1, null, '/none')).toEqual([404])
  expect(await statuses(1, null)).toEqual([401])
  expect(await statuses(2, `mk_${'0'.repeat(72)}`)).toEqual([401, 429])
  const refused = await ask(null, '/healthz')
  expect(refused.headers['ratelimit-policy']).toBe('"address";q=4;w=2')
  expect(refused.json().detail).toContain('without a key, from this address')
  // Who has a key is not held up by who shares his address.
  expect(await statuses(1, one)).toEqual([200])
  expect(await statuses(1, null, '/healthz', '192.0.2.2')).toEqual([200])
})

test('C-08 a key named like an address is none, and networks of IPv6 are counted whole', () => {
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8::9')).toBe('2001:db8:0:0')
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0')
  expect(networkOf('::1')).toBe('0:0:0:0')
})

test('C-08 the control door is not limited', async () => {
  const { app, statuses } = await limited()
  expect(await statuses(5, null, '/healthz', '127.0.0.1')).toEqual([200, 200, 200, 200, 429])
  await app.ready()
  const door = createServer((request, reply) => {
    trust(request)
    app.routing(request, reply)
  })
  onTestFinished(() => void door.close())
  const port = await new Promise<number>(resolve =>
    door.listen(0, '127.0.0.1', () => resolve((door.address() as { port: number }).port)),
  )
  for (let asked = 0; asked < 10; asked++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/lines`)
    expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null])
  }
})

test('C-08 as many callers as are remembered: who has not asked for longest begins anew', () => {
  const rates = createRates({ perSecond: 1, burst: 2 }, { monotonic: () => 0 }, 3)
  const left = (caller: string) => rates.take(caller).remaining
  expect(['a', 'b', 'c', 'a'].map(left)).toEqual([1, 1, 1, 0])
  expect(left('d')).toBe(1)
  expect([left('a'), rates.take('a').wait]).toEqual([0, 1])
  expect(left('b')).toBe(1)
})

/** Billing takes in what was released: waits for it, counts it, and says that it has it. */

import { createHash } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { batchesPage } from '../../src/api/batch-shapes.ts'
import { changesPage, periodsPage } from '../../src/api/change-shapes.ts'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { systemClock } from '../../src/core/clock.ts'
import { createGong } from '../../src/core/gong.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import { LIMITS } from '../store/book-files.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { freezingMeter, MIDNIGHT, testApi } from '../support/api.ts'
import { frozen, midnight } from '../support/billing-house.ts'

const METERS = ['m1', 'm2'].map(freezingMeter)
const SITE = { offsetMinutes: 480 }
async function house(directory = newDirectory()) {
  const store = await openIn(directory, { batchRows: 1, limits: LIMITS })
  const released = createGong(systemClock)
  const config = { dataDirectory: directory, gateway: 'gw', site: SITE, meters: METERS }
  const log = (await testApi()).log as never
  const pages = createPageThread({ store, config: { ...config, billing: USUAL_POLICY, areas: [] }, log })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, released, meters: METERS })
  api.time.now = MIDNIGHT + 4 * DAY
  const key = await api.key(['billing'])
  return {
    api,
    key,
    store,
    get: async (url: string, by = key) => (await api.get(url, by)).json(),
    /** A day of both meters, released. */
    async release(day: number, digits: bigint) {
      const boundary = midnight(day)
      for (const { id } of METERS) await store.accept(frozen(id, day, digits))
      for (const meter of METERS)
        await store.settle({
          now: boundary + 2 * DAY,
          policy: USUAL_POLICY,
          pairs: [{ meter: billedMeter(meter, SITE), boundary, anew: false }],
        })
      released.strike()
    },
    ack: (id: number, body: object, by = key) =>
      api.app.inject({
        method: 'POST',
        url: `/v1/billing/batches/${id}/ack`,
        headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      }),
  }
}

describe('pulling by change', () => {
  test('A-10 gives each release with the periods it makes, in the shape that is promised', async () => {
    const { get, release } = await house()
    await release(0, 1_000n)
    await release(1, 1_500n)
    const page = await get('/v1/billing/changes?after=0&limit=1000')
    expect(changesPage.parse(page)).toEqual(page)
    expect(page).toMatchObject({ gateway: 'gw', gaps: [], next: 4 })
    expect(page.changes.map(({ periods }: { periods: unknown[] }) => periods.length)).toEqual([0, 0, 1, 1])
    expect(page.changes[2].periods[0]).toMatchObject({
      meter: 'm1',
      from: '2026-11-21T00:00:00+08:00',
      to: '2026-11-22T00:00:00+08:00',
      standing: 'actual',
      quantities: [{ obis: '1-0:1.8.0', value: '5.00', estimated: '0.00' }, {}, {}, {}],
      without: [],
    })
    const periods = await get('/v1/billing/periods?from=2026-11-21&to=2026-11-23')
    expect(periodsPage.parse(periods)).toEqual(periods)
    expect(periods.meters[0].periods).toEqual(page.changes[2].periods)
    expect(periods.meters[0].missing).toMatchObject([
      { boundary: '2026-11-23T00:00:00+08:00', standing: 'missing' },
    ])
    for (const at of ['1,22', '22T00'])
      expect((await get(`/v1/billing/periods?from=2026-11-21&at=${at}&meter=m2`)).meters).toMatchObject([
        { meter: 'm2', periods: [] },
      ])
    const { meters } = await get('/v1/billing/periods?from=2026-11-21&at=21T00,22&meter=m2')
    expect(meters[0].periods).toMatchObject([{ from: '2026-11-21T00:00:00+08:00' }])
  })

  test('a key of some meters gets theirs, and goes on over the others', async () => {
    const { api, get, release } = await house()
    await release(0, 1_000n)
    const own = await api.key(['billing'], { meters: ['m2'] })
    expect(await get('/v1/billing/changes?after=0&limit=1', own)).toMatchObject({ changes: [], next: 1 })
    expect(await get('/v1/billing/changes?after=1', own)).toMatchObject({
      changes: [{ sequence: 2 }],
      next: 2,
    })
    expect((await get('/v1/billing/periods?from=2026-11-21', own)).meters).toHaveLength(1)
    expect(await get('/v1/billing/periods?from=2026-11-21&meter=m1', own)).toMatchObject({
      code: 'ASK_UNKNOWN',
    })
    expect(await get('/v1/billing/batches', own)).toMatchObject({ code: 'KEY_SCOPE' })
  })

  test('pages of periods go on where no end was said, though now is later', async () => {
    const { api, get, release } = await house()
    await release(0, 1_000n)
    const url = '/v1/billing/periods?from=2026-11-20&limit=1'
    const first = await get(url)
    api.time.now += HOUR
    const second = await get(`${url}&cursor=${first.next}`)
    expect([first, second].map(({ meters }) => meters[0].meter)).toEqual(['m1', 'm2'])
    const all = Array.from({ length: 31 }, (_, day) => day + 1).join()
    const { next } = await get(`${url}&at=${all}`)
    expect((await get(`${url}&at=${all}&cursor=${next}`)).meters).toHaveLength(1)
    expect(await get(`${url}&at=1&cursor=${next}`)).toMatchObject({ code: 'ASK_INVALID' })
  })

  test('waits until there is something, and no longer', async () => {
    const { get, release } = await house()
    const waiting = get('/v1/billing/changes?after=0&wait=60&limit=2')
    await release(0, 1_000n)
    expect((await waiting).changes).not.toEqual([])
    expect(await get('/v1/billing/changes?after=2&wait=1')).toMatchObject({ changes: [], next: 2 })
    expect(await get('/v1/billing/changes?after=0&wait=61')).toMatchObject({ code: 'ASK_INVALID' })
  })

  test('who waits does not keep the server from closing', async () => {
    const { api, key } = await house()
    const waiting = api.get('/v1/billing/changes?wait=60', key)
    await systemClock.yield()
    await api.app.close()
    await waiting.catch(() => undefined)
  })

  test.each([
    ['at=0', 'query.at'],
    ['at=1,32', 'query.at'],
    ['at=month', 'query.at'],
    ['at=01T24', 'query.at'],
    ['at=1,,2', 'query.at'],
    ['after=-1', 'query.after'],
    ['wait=', 'query.wait'],
  ])('%s is refused by name', async (query, field) => {
    const { get } = await house()
    const problem = await get(`/v1/billing/changes?${query}`)
    expect(problem).toMatchObject({ code: 'ASK_INVALID', errors: [{ field }] })
  })
})

describe('A-10 a batch', () => {
  test('that was counted as it was released is acknowledged once by each; what differs is said and not noted', async () => {
    const directory = newDirectory()
    const { api, key, get, release, ack, store } = await house(directory)
    await release(0, 1_000n)
    const { releases } = await get('/v1/billing/releases')
    const [first] = releases
    const hash = createHash('sha256')
      .update(`${'0'.repeat(64)}\n${JSON.stringify(first)}\n`)
      .digest('hex')
    const totals = first.registers.map((one: { obis: string; unit: string; value: string }) => ({
      obis: one.obis,
      unit: one.unit,
      count: 1,
      sum: `${one.value}0`,
    }))
    const wrong = await Promise.all([
      ack(1, { hash, releases: 2 }),
      ack(1, { hash: 'f'.repeat(64), releases: 1 }),
      ack(1, { hash, releases: 1, totals: totals.slice(1) }),
      ack(1, {
        hash,
        releases: 1,
        totals: [...totals, { obis: '1-0:9.8.0', unit: 'kWh', count: 1, sum: '1' }],
      }),
      ack(1, { hash, releases: 1, totals: [{ ...totals[0], sum: '9.00' }, ...totals.slice(1)] }),
    ])
    expect(wrong.map(answer => answer.json().detail)).toEqual([
      'batch 1 has 1 releases, 2 were taken in: pull it again',
      expect.stringContaining('the hash of what was taken in'),
      expect.stringContaining('the sum of 1-0:1.8.0 kWh was not taken in'),
      expect.stringContaining('there is no 1-0:9.8.0 kWh in it'),
      expect.stringContaining('1-0:1.8.0 kWh is 10.00 of 1 values, 9.00 of 1 were taken in'),
    ])
    for (const answer of wrong) expect(answer.json()).toMatchObject({ status: 409, code: 'BATCH_DIFFERS' })
    expect((await ack(9, { hash, releases: 1 })).json()).toMatchObject({ code: 'ASK_UNKNOWN' })
    const said = await ack(1, { hash, releases: 1, totals })
    expect([said.statusCode, said.json().at]).toEqual([200, '2026-11-25T00:00:00+08:00'])
    api.time.now += HOUR
    expect((await ack(1, { hash, releases: 1 })).json()).toEqual(said.json())
    const page = await get('/v1/billing/batches')
    expect(batchesPage.parse(page)).toEqual(page)
    expect(page.batches.map(({ acknowledged }: { acknowledged: unknown }) => acknowledged)).toEqual([
      [said.json()],
      [],
    ])
    const other = await api.key(['billing'])
    expect((await ack(1, { hash, releases: 1 }, other)).statusCode).toBe(200)
    expect((await get('/v1/billing/batches?after=0&limit=1')).batches[0].acknowledged).toHaveLength(2)
    await store.close()
    const again = await house(directory)
    expect(
      (await again.get('/v1/billing/batches', await again.api.key(['billing']))).batches[0].acknowledged,
    ).toHaveLength(2)
    expect(key).not.toBe('')
  })
})

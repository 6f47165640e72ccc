/** From a reading in a real store through the gate into the book, and out to who bills by it. */

import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { releaseBatch } from '../../src/api/batch-shapes.ts'
import { billingPage, releasesPage } from '../../src/api/billing-shapes.ts'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { SettledBatch } from '../../src/store/book/asked.ts'
import { LIMITS } from '../store/book-files.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED, testApi } from '../support/api.ts'

const METERS = ['m1', 'm2', 'm3', 'm4'].map(freezingMeter)
const READS = '/v1/billing/reads?boundary=2026-11-21'
const LATER = MIDNIGHT + DAY + HOUR

/** Said twice by the meter, unless told otherwise; each register a little more than its tariffs need. */
function frozen(meter: string, { slot = MIDNIGHT, digits = 1_000n, twice = true } = {}) {
  const witness = {
    rule: 'V-W1',
    verdict: 'accept',
    severity: 3,
    codes: [],
    evidence: 'asked again by itself, it said the same',
  } as const
  const said = NEEDED.map(obis => {
    const part = obis.endsWith('1') || obis.endsWith('2') ? digits / 2n : digits
    return {
      obis,
      kind: 'freeze',
      slot,
      readAt: slot,
      digits: part,
      findings: twice ? [witness] : [],
    } as const
  })
  return { ...roundOf(meter, ...said), clock: { measuredAt: slot + HOUR, deviationMs: 1_000 } }
}

async function house() {
  const directory = newDirectory()
  const store = await openIn(directory, { batchRows: 1, limits: LIMITS })
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters: METERS }
  const log = (await testApi()).log as never
  const pages = createPageThread({ store, config: { ...config, billing: USUAL_POLICY, areas: [] }, log })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters: METERS })
  api.time.now = LATER
  /** Slice after slice, as many as the machine takes. */
  async function settle(now = LATER, anew = false) {
    const outcomes: string[] = []
    const batches: (SettledBatch | null)[] = []
    while (outcomes.length < METERS.length) {
      const rest = METERS.slice(outcomes.length)
      const pairs = rest.map(meter => ({ meter: billedMeter(meter, config.site), boundary: MIDNIGHT, anew }))
      const answer = await store.settle({ now, policy: USUAL_POLICY, pairs })
      outcomes.push(...answer.outcomes)
      batches.push(answer.batch)
    }
    return { outcomes, batches: batches.filter(batch => batch !== null) }
  }
  const key = await api.key(['billing'])
  return { store, api, settle, get: (url: string, by = key) => api.get(url, by) }
}

test('PR-41 what is said twice is released and shown as final; what is not is held, with the reason', async () => {
  const { store, settle, get, api } = await house()
  for (const meter of ['m1', 'm2']) await store.accept(frozen(meter))
  await store.accept(frozen('m3', { twice: false }))
  api.time.now = MIDNIGHT + HOUR
  expect((await get(READS)).json()).toMatchObject({
    state: 'provisional',
    counts: { meters: 4, ready: 3, missing: 1, final: 0 },
  })
  expect((await settle(MIDNIGHT + HOUR)).outcomes).toEqual(['nothing', 'nothing', 'nothing', 'nothing'])
  api.time.now = LATER
  const { outcomes, batches } = await settle()
  expect(outcomes).toEqual(['release', 'release', 'hold', 'nothing'])
  expect([batches[0]?.first, batches.at(-1)?.last]).toEqual([1, 2])
  const answer = await get(READS)
  const page = answer.json()
  expect(billingPage.parse(page)).toEqual(page)
  expect(page).toMatchObject({
    state: 'provisional',
    counts: { meters: 4, ready: 2, totalsOnly: 0, estimated: 0, edited: 0, missing: 2, final: 2 },
  })
  expect(page.reads[0]).toMatchObject({
    meter: 'm1',
    status: 'ready',
    state: 'final',
    version: 1,
    sequence: 1,
    batch: 1,
    releasedAt: '2026-11-22T01:00:00+08:00',
    by: 'rule',
    multiplier: '1',
    reasons: [],
    withheld: [],
  })
  expect(page.reads[0].registers[0]).toMatchObject({
    obis: '1-0:1.8.0',
    value: '10.00',
    unit: 'kWh',
    estimate: null,
  })
  expect(page.reads[0].registers[0].witnesses[0].by).toBe('second-read')
  const reasons = page.missing[0].reasons.map(({ code }: { code: string }) => code)
  expect([page.missing[0].meter, reasons]).toEqual(['m3', NEEDED.map(() => 'NOT_WITNESSED')])
  expect(JSON.stringify(page.missing)).not.toContain('"value"')
})

test('PR-17 the book is paged in the order recorded, the same bytes whenever, and its hashes can be made again', async () => {
  const { store, settle, get } = await house()
  await store.accept(frozen('m1'))
  await settle()
  for (const meter of ['m2', 'm3']) await store.accept(frozen(meter))
  await settle()
  const url = '/v1/billing/releases?after=1&limit=2'
  const { body, headers } = await get(url)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  const page = JSON.parse(body)
  expect(releasesPage.parse(page)).toEqual(page)
  expect(page).toMatchObject({ gateway: 'gw', epoch: store.epoch, gaps: [], next: 3 })
  expect(
    page.releases.map(({ meter, version }: { meter: string; version: number }) => [meter, version]),
  ).toEqual([
    ['m2', 1],
    ['m3', 1],
  ])
  await store.accept(frozen('m4'))
  await settle()
  expect((await get(url)).body).toBe(body)
  expect((await get('/v1/billing/releases?after=4')).json()).toMatchObject({
    releases: [],
    gaps: [],
    next: 4,
  })
  let previous = '0'.repeat(64)
  const sums: unknown[] = []
  for (let id = 1, last = 0; last < 4; id += 1) {
    const batch = (await get(`/v1/billing/batches/${id}`)).json()
    expect(releaseBatch.parse(batch)).toEqual(batch)
    const { first } = batch
    last = batch.last
    sums.push(batch.totals[0])
    const { releases } = (
      await get(`/v1/billing/releases?after=${first - 1}&limit=${last - first + 1}`)
    ).json()
    const lines = releases.map((one: unknown) => `${JSON.stringify(one)}\n`).join('')
    expect(batch.previous).toBe(previous)
    previous = createHash('sha256').update(`${previous}\n${lines}`).digest('hex')
    expect(batch.hash).toBe(previous)
  }
  expect(sums[0]).toEqual({ obis: '1-0:1.8.0', unit: 'kWh', count: 1, sum: '10.00' })
  expect((await get('/v1/billing/batches/9')).statusCode).toBe(404)
  expect((await get('/v1/billing/releases?after=x')).statusCode).toBe(400)
})

test('ST-11 a key of some meters sees theirs of the book, and no sums of others', async () => {
  const { store, settle, get, api } = await house()
  for (const meter of ['m1', 'm2', 'm3']) await store.accept(frozen(meter))
  await settle()
  const key = await api.key(['billing'], { meters: ['m2'] })
  const page = (await get('/v1/billing/releases', key)).json()
  expect(page.releases.map(({ meter }: { meter: string }) => meter)).toEqual(['m2'])
  expect(page).toMatchObject({ gaps: [], next: 3 })
  expect((await get('/v1/billing/batches/1', key)).statusCode).toBe(404)
})

test('a value that contradicts what is released is held, and what is released stands', async () => {
  const { store, settle, get } = await house()
  await store.accept(frozen('m1'))
  await settle()
  const before = (await get(READS)).json().reads
  await store.accept(frozen('m1', { digits: 90_000_000n }))
  const { touched, reached } = await store.boundariesTouched(NEEDED.length)
  expect(touched).toEqual([{ meter: 'm1', boundary: MIDNIGHT }])
  expect(reached).toBe(await store.lastSequence())
  expect((await settle(LATER, true)).outcomes[0]).toBe('hold')
  expect((await get(READS)).json().reads).toEqual(before)
})

/** Pages made in a thread of their own: the same bytes, the same promises, and none of its troubles are the store's. */

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { billingPage } from '../../src/api/billing-shapes.ts'
import { clockRatesAnswer } from '../../src/api/clock-rates-shapes.ts'
import { intervalsAnswer } from '../../src/api/interval-shapes.ts'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { historyPage } from '../../src/api/readings.ts'
import { voltageAnswer } from '../../src/api/voltage-shapes.ts'
import type { Fault } from '../../src/core/faults.ts'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { Finding } from '../../src/reading/reading.ts'
import type { Store } from '../../src/store/store.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf, type Said } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED, recordingLog, testApi, timedMeter } from '../support/api.ts'
import { destroyPages } from '../support/destroyed-pages.ts'

const METERS = ['m1', 'm2', 'm3', 'm4'].map(freezingMeter).concat(timedMeter('t1'))
const BILLS = '/v1/billing/reads?boundary=2026-11-21'
const VOLTAGE = '/v1/indicators/voltage?from=2026-11-21&meter=t1'
const INTERVALS = '/v1/meters/m4/intervals?obis=1-0:1.8.0&from=2026-11-21'
const CLOCKS = '/v1/indicators/clocks'
const HISTORY = '/v1/meters/m1/readings'

function freezes(change: Said = {}): Said[] {
  return NEEDED.map(obis => ({ obis, kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT, ...change }))
}

/** A good freeze, received soon after midnight, of a meter whose clock was a second out. */
async function keepFreeze(
  store: Store,
  meter: string,
  change: Said = {},
  deviationMs = 1_000,
): Promise<void> {
  const round = roundOf(meter, ...freezes(change))
  const clock = { measuredAt: MIDNIGHT + HOUR, deviationMs }
  await store.accept({ ...round, clock })
}

/** An API whose pages come from a thread, over a store that others may damage while it is closed. */
async function threaded(directory = newDirectory(), meters = METERS) {
  const log = recordingLog()
  const broken: Fault[] = []
  const store = await openIn(directory, { batchRows: 1, broken: fault => broken.push(fault) }, log)
  const site = { offsetMinutes: 480 }
  const config = { dataDirectory: directory, gateway: 'gw', site, meters, billing: USUAL_POLICY }
  const pages = createPageThread({ store, config, log })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters, log })
  const key = await api.key(['read', 'billing'])
  return { ...api, store, pages, log, broken, directory, get: (url: string) => api.get(url, key) }
}

test('each page is, byte for byte, what its schema makes of it', async () => {
  const { store, get } = await threaded()
  await keepFreeze(store, 'm1', { digits: 9_007_199_254_740_993_000n, scaler: -3 })
  // As an older version may have written it: other order, another field.
  const finding = { evidence: 'Zähler "é" \\ 电', codes: ['2.5.258'], severity: 2, more: 1, rule: 'V-T2' }
  const findings = [{ ...finding, verdict: 'suspect' }] as unknown as Finding[]
  await keepFreeze(store, 'm2', { quality: 'suspect', findings })
  await keepFreeze(store, 'm3', { slot: MIDNIGHT + 3 * MINUTE, quality: 'quarantined' })
  await keepFreeze(store, 'm4', {}, 400_000)
  await store.accept(roundOf('t1', { slot: MIDNIGHT, readAt: MIDNIGHT + 4_000 }))
  await store.accept(roundOf('m1', ...freezes({ slot: MIDNIGHT - HOUR, digits: -1n })))
  const [obis, quarter] = ['1-0:32.7.0', 15 * MINUTE]
  const plan = { meter: 't1', line: 'a', plan: 'poll-15m', kind: 'poll', keptForMs: quarter } as const
  const calendar = { everyMs: quarter, from: MIDNIGHT }
  await store.expect([{ ...plan, calendar, registers: [obis], since: MIDNIGHT }], MIDNIGHT)
  await store.accept(roundOf('t1', { obis, slot: MIDNIGHT, digits: 2_354n, scaler: -1, unit: 'V' }))
  const polled = { kind: 'poll', slot: MIDNIGHT + HOUR, readAt: MIDNIGHT + HOUR + 2_000 } as const
  await store.accept(roundOf('m4', { ...polled, digits: 1_000n }))
  const later = { ...polled, slot: polled.slot + quarter, readAt: polled.readAt + quarter }
  await store.accept(roundOf('m4', { ...later, digits: 1_025n }))
  for (const [url, schema, shown] of [
    [INTERVALS, intervalsAnswer, ['"unit":"kWh","intervals":[{', '"mark":"measured","value":"0.25"']],
    [`${INTERVALS}&limit=2`, intervalsAnswer, ['"mark":"missing","value":null', '"next":"']],
    [VOLTAGE, voltageAnswer, ['"received":1,"valid":1,"within":1', '"highest":{"value":"235.4"']],
    [CLOCKS, clockRatesAnswer, ['"measurements":1,"rate":null']],
    [BILLS, billingPage, ['totals-only', '"missing":[{', 'V-T2: Zähler', 'NOT_STAMPED_AT_BOUNDARY']],
    [`${BILLS}&limit=2`, billingPage, ['"next":"']],
    [HISTORY, historyPage, ['"9007199254740993.000"', '"-0.01"']],
    [`${HISTORY}?limit=3`, historyPage, ['"next":"']],
    [
      '/v1/meters/m2/readings',
      historyPage,
      ['{"rule":"V-T2","verdict":"suspect","severity":2,"codes":["2.5'],
    ],
    ['/v1/meters/m3/readings?kind=poll', historyPage, ['{"meter":"m3","readings":[],"next":null}']],
  ] as const) {
    const { statusCode, headers, body, rawPayload } = await get(url)
    expect([url, statusCode, headers['content-type']]).toEqual([url, 200, 'application/json; charset=utf-8'])
    expect(headers['content-length']).toBe(String(rawPayload.length))
    expect(body).toBe(JSON.stringify(schema.parse(JSON.parse(body))))
    for (const text of shown) expect(body).toContain(text)
  }
})

test('PR-01 what is committed is on the next page asked for', async () => {
  const { store, get } = await threaded()
  for (let count = 1; count <= 100; count++) {
    await store.accept(roundOf('m1', { slot: MIDNIGHT + count * MINUTE, digits: BigInt(count) }))
    const { readings } = (await get(HISTORY)).json()
    expect(readings).toHaveLength(Math.min(count, 100))
  }
})

test('PR-06 a damaged row is not on the page, and counted and told once', async () => {
  const directory = newDirectory()
  const first = await openIn(directory)
  await keepFreeze(first, 'm1')
  await close(first)
  change(
    directory,
    'UPDATE reading SET digits = digits + 1 WHERE id = 1; UPDATE meter_clock SET deviation_ms = 2',
  )
  const { store, get, log } = await threaded(directory)
  for (let asked = 0; asked < 3; asked++) {
    expect((await get(HISTORY)).json().readings).toHaveLength(NEEDED.length - 1)
    expect((await get(BILLS)).json().counts).toMatchObject({ ready: 0, totalsOnly: 0 })
  }
  expect((await store.sizes()).damaged).toBe(2)
  expect(log.lines).toHaveLength(2)
  expect(log.lines).toContain('row 1 of reading does not match its checksum and is withheld')
})

test('PR-07 a page that meets with a damaged file is refused, and the store answers no more until opened again', async () => {
  const directory = newDirectory()
  const first = await openIn(directory)
  for (const meter of ['m1', 'm2', 'm3']) await keepFreeze(first, meter)
  await close(first)
  destroyPages(join(directory, 'meterd.db'), 'reading_identity')
  const { store, get, key, app, broken } = await threaded(directory)
  const answer = await get(BILLS)
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'STORE_UNREADABLE'])
  // Not even of a meter for which nothing of the damaged pages is wanted.
  const headers = { authorization: `Bearer ${await key(['billing'], { meters: ['t1'] })}` }
  expect((await app.inject({ url: BILLS, headers })).json().code).toBe('STORE_UNREADABLE')
  await expect(store.lastSequence()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  expect(broken).toMatchObject([{ code: 'STORE_UNREADABLE', text: expect.stringContaining('making a page') }])
  await close(store)
  expect(existsSync(join(directory, 'meterd.aside'))).toBe(true)
})

test('a thread that dies costs the pages under way; the store goes on, and so do later pages', async () => {
  const started = Promise.withResolvers<Worker>()
  const { store, get, log } = await threaded()
  process.once('worker', started.resolve)
  await keepFreeze(store, 'm1')
  const under = get(BILLS)
  await (await started.promise).terminate()
  const answer = await under
  expect([answer.statusCode, answer.json().code]).toEqual([500, 'ASK_FAILED'])
  expect(answer.body).not.toContain('thread')
  expect(log.lines.some(line => line.includes('the thread that makes pages ended'))).toBe(true)
  await keepFreeze(store, 'm2')
  expect((await get(BILLS)).json().counts.ready).toBe(2)
})

test('a long page lets short ones go before it', async () => {
  const meters = Array.from({ length: 1_000 }, (_, index) => freezingMeter(`m${index}`))
  const { get } = await threaded(newDirectory(), meters)
  const order: string[] = []
  const long = get(BILLS).then(({ statusCode }) => order.push(`long ${statusCode}`))
  const short = get(HISTORY).then(({ statusCode }) => order.push(`short ${statusCode}`))
  await Promise.all([long, short])
  expect(order).toEqual(['short 200', 'long 200'])
})

test('stopped, it lets go of the file, so that the store can close it whole; what was under way is refused', async () => {
  const { store, get, pages, directory } = await threaded()
  await keepFreeze(store, 'm1')
  expect((await get(BILLS)).statusCode).toBe(200)
  const held = () => readdirSync('/proc/self/fd').filter(fd => heldFile(fd).startsWith(directory)).length
  const before = held()
  const under = get(BILLS)
  await pages.stop()
  expect((await under).json().code).toBe('STORE_FAILED')
  expect((await get(BILLS)).json().code).toBe('STORE_FAILED')
  expect(held()).toBeLessThan(before)
  await close(store)
  expect(existsSync(join(directory, 'meterd.db-wal'))).toBe(false)
})

test.runIf(process.platform === 'linux')('lines and store go before it', async () => {
  const nice = () =>
    readdirSync('/proc/self/task').map(task => {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
    })
  const before = Math.max(...nice())
  const nicer = Math.min(19, before + 10)
  const { get } = await threaded()
  expect((await get(BILLS)).statusCode).toBe(200)
  expect(nice().filter(one => one === nicer)).toHaveLength(1)
})

test('a cursor of another list is refused there as anywhere', async () => {
  const { store, get } = await threaded()
  await keepFreeze(store, 'm1')
  const { next } = (await get(`${BILLS}&limit=1`)).json()
  for (const url of [`/v1/billing/reads?boundary=2026-11-20&cursor=${next}`, `${HISTORY}?cursor=${next}`]) {
    const answer = await get(url)
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'ASK_INVALID'])
  }
})

function heldFile(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

function change(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(sql)
  file.close()
}

/** Files pulled over HTTP out of a real store: complete or broken off, the same for ever, their sums the meters' truth. */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import { expect, onTestFinished, test } from 'vitest'
import { createExporter } from '../../src/api/exporting.ts'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { addScaled, formatScaled, multiplyScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { MACHINE } from '../../src/export/csv.ts'
import { type ReleasedRegister, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { readId } from '../../src/reading/identity.ts'
import { createTruth, PER_KWH, total } from '../../src/simulator/truth.ts'
import { close, newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, testApi, timedMeter } from '../support/api.ts'
import { type Given, type GivenBatch, writeBook } from '../support/written-book.ts'

const METERS = ['m1', 'm2', 'm3'].map((id, nth) => ({
  ...freezingMeter(id),
  meterNumber: `00000000016${nth}`,
  assetNumber: nth === 0 ? '=HYPERLINK("x"),"y"' : '',
}))
const READS = '/v1/billing/exports/billing_reads_v1'
const LINES = '/v1/billing/exports/ndjson'
const WATTHOURS = 10

/** What registers of a simulated meter truly stand at, cut off as meters do. */
function stoodOf(meter: string) {
  const truth = createTruth({
    seed: 8,
    protocol: 'dlt645-2007',
    address: meter,
    phases: 1,
    offsetMinutes: 480,
  })
  const shown = (energies: readonly number[]): bigint => BigInt(Math.floor(total(energies) / (PER_KWH / 100)))
  return (instant: number) => {
    const { forward, reverse } = truth.energyAt(instant)
    return {
      '1-0:1.8.0': shown(forward),
      '1-0:1.8.1': shown(forward.slice(0, 1)),
      '1-0:1.8.2': shown(forward.slice(1)),
      '1-0:2.8.0': shown(reverse),
    }
  }
}

/** As billed with transformers of 1:40 where the meter has them. */
const multiplierOf = (meter: string) => (meter === 'm2' ? '40' : '1')

function releaseOf(meter: string, boundary: number, change: Partial<Given> = {}, off = 0n): Given {
  const times = parseScaled(multiplierOf(meter))!
  const registers = Object.entries(stoodOf(meter)(boundary)).map(
    ([obis, digits]): ReleasedRegister => ({
      obis,
      value: multiplyScaled({ digits: digits + off, scaler: -2 }, times),
      unit: 'kWh',
      reading: readId({ meter, obis, kind: 'freeze', slot: boundary, version: 1 }),
      codes: ['2.0.1'],
      witnesses: [{ by: 'second-read', evidence: 'asked again by itself, it said the same' }],
      estimate: null,
    }),
  )
  const multiplier = multiplierOf(meter)
  return {
    meter,
    boundary,
    standing: 'actual',
    registers,
    withheld: [],
    multiplier,
    segment: 1,
    remarks: [],
    by: 'rule',
    ...change,
  }
}

function estimateOf(meter: string, boundary: number): Given {
  const { registers, ...rest } = releaseOf(meter, boundary, { standing: 'estimated' }, -WATTHOURS_OFF)
  const estimate = { method: 'interpolated' as const, evidence: 'between two reads, "like days", 3 of them' }
  return { ...rest, registers: registers.map(one => ({ ...one, reading: null, codes: ['2.8.0'], estimate })) }
}

const WATTHOURS_OFF = BigInt(WATTHOURS)
const DAYS = 6

/** Days of three meters; on the third nobody reads, and what was estimated is corrected later. */
function* firstBatches(): Generator<GivenBatch> {
  for (let day = 0; day < DAYS; day++) {
    const boundary = MIDNIGHT + day * DAY
    const make = day === 3 ? estimateOf : releaseOf
    yield { recordedAt: boundary + DAY, releases: METERS.map(({ id }) => make(id, boundary)) }
  }
}

const CORRECTED_AT = MIDNIGHT + 20 * DAY
const correction: GivenBatch = {
  recordedAt: CORRECTED_AT,
  releases: METERS.map(({ id }) => releaseOf(id, MIDNIGHT + 3 * DAY)),
}

async function house(directory = newDirectory(), meters: readonly MeterConfig[] = METERS) {
  const store = await openIn(directory)
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters }
  const quiet = (await testApi()).log as never
  const pages = createPageThread({
    store,
    config: { ...config, billing: USUAL_POLICY, areas: [] },
    log: quiet,
  })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters })
  api.time.now = MIDNIGHT + 60 * DAY
  const key = await api.key(['billing'])
  return { directory, store, pages, api, key, get: (url: string, by = key) => api.get(url, by) }
}

function rowsOf(csv: string): Record<string, string>[] {
  return parse(csv, { columns: true, record_delimiter: '\r\n' })
}

const sumOf = (texts: readonly string[]): Scaled =>
  texts
    .filter(text => text !== '')
    .reduce((sum, text) => addScaled(sum, parseScaled(text)!), { digits: 0n, scaler: -2 })

/** What each register truly counted from the first boundary to the last, of all meters, multiplied. */
function truthOf(from: number, to: number): Record<string, string> {
  const sums: Record<string, Scaled> = {}
  for (const { id } of METERS) {
    const [start, end] = [stoodOf(id)(from), stoodOf(id)(to)]
    for (const obis of Object.keys(end) as (keyof typeof end)[]) {
      const used = multiplyScaled(
        { digits: end[obis] - start[obis], scaler: -2 },
        parseScaled(multiplierOf(id))!,
      )
      sums[obis] = addScaled(sums[obis] ?? { digits: 0n, scaler: -2 }, used)
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([obis, sum]) => [obis, formatScaled(sum)]))
}

const NAMES: Readonly<Record<string, string>> = {
  '1-0:1.8.0': 'A+.T0',
  '1-0:1.8.1': 'A+.T1',
  '1-0:1.8.2': 'A+.T2',
  '1-0:2.8.0': 'A-',
}

test('C-08 every sum of every file is what the simulated meters truly counted, and what the manifest says', async () => {
  const { directory, get } = await house()
  writeBook(directory, firstBatches())
  writeBook(directory, [correction])
  const truth = truthOf(MIDNIGHT, MIDNIGHT + (DAYS - 1) * DAY)
  const csv = await get(READS)
  expect([csv.statusCode, csv.headers['meterd-through'], csv.headers['content-type']]).toEqual([
    200,
    '21',
    'text/csv; charset=utf-8; header=present',
  ])
  const rows = rowsOf(csv.body)
  const lines = (await get(LINES)).body
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  for (const [obis, used] of Object.entries(truth)) {
    const own = rows.filter(({ register }) => register === NAMES[obis])
    expect(formatScaled(sumOf(own.map(row => row['quantity_since_prev']!)))).toBe(used)
    const ofLines = lines
      .flatMap(({ period }) => period?.quantities ?? [])
      .filter((one: { obis: string }) => one.obis === obis)
    expect(formatScaled(sumOf(ofLines.map(({ value }: { value: string }) => value)))).toBe(used)
    // Recomputed from the two registers, as a customer's lawyer would.
    for (const row of own.filter(row => row['prev_register_value'] !== '')) {
      const step = addScaled(
        parseScaled(row['register_value']!)!,
        parseScaled(`-${row['prev_register_value']}`) ?? { digits: 0n, scaler: 0 },
      )
      expect(formatScaled(multiplyScaled(step, parseScaled(row['multiplier']!)!))).toBe(
        row['quantity_since_prev'],
      )
    }
  }
  for (const [url, body] of [
    [READS, csv.body],
    [LINES, (await get(LINES)).body],
  ] as const) {
    const manifest = (await get(`${url}/manifest?through=21`)).json()
    expect(manifest).toMatchObject({
      gateway: 'gw',
      through: 21,
      batchId: csv.headers['meterd-batch'],
      entries: METERS.length * DAYS,
      values: METERS.length * DAYS * 4,
      first: '2026-11-21T00:00:00+08:00',
      last: '2026-11-26T00:00:00+08:00',
      asOf: '2026-12-11T00:00:00+08:00',
      bytes: Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    })
    expect(
      Object.fromEntries(
        manifest.totals.map((one: Record<string, string>) => [one['obis'], one['quantity']]),
      ),
    ).toEqual(truth)
  }
  expect(rows.find(row => row['meter_no'] === '000000000160')?.['asset_no']).toBe('=HYPERLINK("x"),"y"')
  expect(new Set(rows.map(row => row['source']))).toEqual(new Set(['freeze']))
})

test('PR-17 with the same through it is the same bytes, whatever was released since, across restarts; without it the newest', async () => {
  const { directory, get, pages, store } = await house()
  writeBook(directory, firstBatches())
  const before = await get(READS)
  const lines = await get(LINES)
  const manifest = (await get(`${READS}/manifest?through=18`)).body
  writeBook(directory, [correction])
  const newest = await get(READS)
  expect([before.headers['meterd-through'], newest.headers['meterd-through']]).toEqual(['18', '21'])
  expect(newest.body).not.toBe(before.body)
  expect(rowsOf(before.body).filter(({ quality }) => quality === 'S').length).toBe(12)
  expect(
    rowsOf(newest.body)
      .filter(({ version }) => version === '2')
      .map(row => [row['quality'], row['supersedes_version']]),
  ).toEqual(Array.from({ length: 12 }, () => ['A', '1']))
  expect((await get(`${READS}?through=18`)).body).toBe(before.body)
  await pages.stop()
  await close(store)
  const again = await house(directory)
  expect((await again.get(`${READS}?through=18`)).body).toBe(before.body)
  expect((await again.get(`${LINES}?through=18`)).body).toBe(lines.body)
  // Made anew from the store, where the first was remembered.
  expect((await again.get(`${READS}/manifest?through=18`)).body).toBe(manifest)
  expect((await again.get(`${READS}?through=22`)).json().detail).toBe(
    'query.through: the newest number of the book is 21',
  )
})

test('a part of the boundaries, one meter, a key of some meters', async () => {
  const { directory, get, api, pages, store } = await house()
  writeBook(directory, firstBatches())
  const some = rowsOf((await get(`${READS}?from=2026-11-22&to=2026-11-24&meter=m2`)).body)
  expect([...new Set(some.map(row => row['boundary_time']))]).toEqual([
    '2026-11-23T00:00:00+08:00',
    '2026-11-24T00:00:00+08:00',
  ])
  // The period before the first of them begins where it does.
  expect(some[0]).toMatchObject({
    prev_boundary_time: '2026-11-22T00:00:00+08:00',
    point_id: '',
    multiplier: '40',
  })
  const limited = await api.key(['billing'], { meters: ['m3'] })
  expect([...new Set(rowsOf((await get(READS, limited)).body).map(row => row['meter_no']))]).toEqual([
    '000000000162',
  ])
  expect((await get(`${READS}?meter=m1`, limited)).statusCode).toBe(404)
  expect((await get(`${READS}?meter=none`)).statusCode).toBe(404)
  expect((await get(`${READS}/manifest?meter=m1`, limited)).statusCode).toBe(404)
  // What a bill was made of stays when its meter is gone from the configuration.
  await pages.stop()
  await close(store)
  const gone = await house(directory, METERS.slice(1))
  expect(rowsOf((await gone.get(`${READS}?meter=m1`)).body).length).toBe(DAYS * 4)
})

test('C-08 by chosen days: rows of these alone, each with the period since the one before, across what was estimated between', async () => {
  const { directory, get } = await house()
  writeBook(directory, firstBatches())
  for (const span of ['', '&from=2026-11-22&to=2026-11-25', '&from=2026-11-23']) {
    const rows = rowsOf((await get(`${READS}?at=22,25${span}`)).body)
    const days = [...new Set(rows.map(row => row['boundary_time']!.slice(8, 10)))]
    expect(days).toEqual(span === '' ? ['22', '25'] : ['25'])
    const last = rows.filter(row => row['boundary_time']!.startsWith('2026-11-25'))
    expect(new Set(last.map(row => row['prev_boundary_time']))).toEqual(
      new Set(['2026-11-22T00:00:00+08:00']),
    )
    const truth = truthOf(MIDNIGHT + DAY, MIDNIGHT + 4 * DAY)
    for (const [obis, name] of Object.entries(NAMES)) {
      const own = last.filter(({ register }) => register === name)
      expect(formatScaled(sumOf(own.map(row => row['quantity_since_prev']!)))).toBe(truth[obis])
    }
  }
  expect((await get(`${LINES}?at=22T07`)).body).toBe('')
  const manifest = (await get(`${READS}/manifest?at=22,25`)).json()
  expect(manifest.batchId).not.toBe((await get(`${READS}/manifest`)).json().batchId)
  expect(manifest.entries).toBe(2 * METERS.length)
})

test('what is withdrawn has no value and ends no period; across an exchange there is no difference', async () => {
  const { directory, get } = await house()
  const day = (nth: number) => MIDNIGHT + nth * DAY
  const taken = releaseOf('m1', day(1), { standing: 'withdrawn', registers: [], withheld: ['1-0:1.8.0'] })
  const other = releaseOf('m1', day(3), { segment: 2 })
  writeBook(directory, [
    {
      recordedAt: day(9),
      releases: [releaseOf('m1', day(0)), estimateOf('m1', day(1)), releaseOf('m1', day(2)), other],
    },
    { recordedAt: day(10), releases: [taken] },
  ])
  const rows = rowsOf((await get(READS)).body).filter(({ register }) => register === 'A+.T0')
  expect(
    rows.map(row => [row['quality'], row['release_state'], row['prev_boundary_time'], row['segment']]),
  ).toEqual([
    ['A', 'final', '', '1'],
    ['N', 'withdrawn', '2026-11-21T00:00:00+08:00', '1'],
    ['A', 'final', '2026-11-21T00:00:00+08:00', '1'],
    ['A', 'final', '2026-11-23T00:00:00+08:00', '2'],
  ])
  expect(rows[1]).toMatchObject({ register_value: '', iec_quality: '2.5.259', version: '2' })
  expect(rows[3]!['quantity_since_prev']).toBe('')
})

test('intervals_v1 adds up to what the register counted between its ends', async () => {
  const meters = [timedMeter('t1')]
  const { store, get } = await house(newDirectory(), meters)
  const truth = stoodOf('t1')
  for (let quarter = -4; quarter <= 2 * 96 + 4; quarter++) {
    if (quarter > 30 && quarter < 37) continue
    const slot = MIDNIGHT + quarter * 15 * MINUTE
    await store.accept(roundOf('t1', { slot, readAt: slot + 2_000, digits: truth(slot)['1-0:1.8.0'] }))
  }
  const url = '/v1/billing/exports/intervals_v1?from=2026-11-21&to=2026-11-23'
  const rows = rowsOf((await get(url)).body)
  expect(rows.length).toBe(2 * 96)
  expect(rows.filter(({ quality }) => quality === 'S').map(({ method }) => method)).toEqual(
    Array.from({ length: 7 }, () => 'linear'),
  )
  const counted = truth(MIDNIGHT + 2 * DAY)['1-0:1.8.0'] - truth(MIDNIGHT)['1-0:1.8.0']
  expect(sumOf(rows.map(({ value }) => value!))).toEqual({ digits: counted, scaler: -2 })
  const manifest = (await get(url.replace('?', '/manifest?'))).json()
  expect(manifest).toMatchObject({
    through: null,
    archiveAsOf: null,
    entries: 2,
    values: 192,
    last: '2026-11-22T23:45:00+08:00',
  })
  expect(manifest.totals).toEqual([
    {
      obis: '1-0:1.8.0',
      unit: 'kWh',
      count: 192,
      sum: formatScaled({ digits: counted, scaler: -2 }),
      quantity: formatScaled({ digits: counted, scaler: -2 }),
    },
  ])
  const asked = `${url}&every=1h`
  expect(rowsOf((await get(asked)).body).map(row => row['interval_seconds'])).toEqual(
    Array.from({ length: 48 }, () => '3600'),
  )
})

test.each([
  [`${READS}?from=tomorrow`, 'query.from: not a date'],
  [`${READS}?from=2026-11-22&to=2026-11-22`, 'query.to: after from'],
  [`${READS}?every=15m`, 'query.every: only for intervals'],
  [`${READS}?for=robots`, 'query.for'],
  [`${LINES}?bom=1`, 'query.bom: only for CSV'],
  ['/v1/billing/exports/intervals_v1?from=2026-11-21', 'query.to: a day'],
  ['/v1/billing/exports/intervals_v1?from=2026-11-21T01:00:00Z&to=2026-11-22', 'query.from: a day'],
  ['/v1/billing/exports/intervals_v1?from=2026-11-21&to=2027-11-22', 'query.to: a day, today at the latest'],
  [
    '/v1/billing/exports/intervals_v1?from=2026-11-21&to=2026-11-22&through=1',
    'query.through: intervals are not of the book',
  ],
  ['/v1/billing/exports/xls', 'there is no such export format'],
])('%s is refused, and why', async (url, why) => {
  const api = await testApi()
  const answer = await api.get(url, await api.key(['billing']))
  expect([400, 404]).toContain(answer.statusCode)
  expect(answer.json().detail).toContain(why)
})

/** More than one part: so many boundaries of one meter. */
const MANY = 1_500

function manyReleases(): GivenBatch {
  const from = MIDNIGHT - MANY * DAY
  const releases = Array.from({ length: MANY }, (_, nth) => releaseOf('m1', from + nth * DAY))
  return { recordedAt: MIDNIGHT, releases }
}

test('PR-06 an entry that is damaged breaks the file off: no answer looks whole without it', async () => {
  const { directory, api, get, key } = await house()
  const entries = writeBook(directory, [manyReleases()])
  const whole = (await get(LINES)).body
  const spoil = (sequence: number) => {
    const database = new DatabaseSync(join(directory, 'meterd.db'))
    database.prepare('UPDATE release SET recorded_at = recorded_at + 1 WHERE sequence = ?').run(sequence)
    database.close()
  }
  spoil(entries.length - 5)
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as AddressInfo
  for (const coding of ['identity', 'gzip', 'br']) {
    const headers = { authorization: `Bearer ${key}`, 'accept-encoding': coding }
    const asked = httpGet({ port, path: LINES, headers })
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const parts: Buffer[] = []
    const ended = new Promise<Error | null>(resolve => {
      answer.on('data', part => parts.push(part))
      answer.on('error', resolve)
      answer.on('end', () => resolve(null))
    })
    const why = (await ended)?.message
    const received = Buffer.concat(parts)
    // A coding may have held back all of it until then.
    if (answer.statusCode === 500) {
      expect(coding).not.toBe('identity')
      expect([answer.headers['content-encoding'], why]).toEqual([undefined, undefined])
      expect(JSON.parse(received.toString()).code).toBe('STORE_DAMAGED')
      continue
    }
    expect([answer.statusCode, answer.headers['content-encoding'] ?? 'identity']).toEqual([200, coding])
    expect(why).toBe('aborted')
    expect(received.length).toBeGreaterThan(0)
    if (coding === 'identity') expect(whole.startsWith(received.toString())).toBe(true)
  }
  // Where it is met at once, it is said.
  spoil(1)
  const refused = await get(LINES)
  expect([refused.statusCode, refused.json().code]).toEqual([500, 'STORE_DAMAGED'])
})

test('nothing is made before it is wanted but one part, and nothing any more when nobody wants it', async () => {
  const { directory, pages } = await house()
  writeBook(directory, [manyReleases()])
  const asked: (number | null)[] = []
  const names = new Set<string>()
  const exportPart: typeof pages.exportPart = wanted => {
    asked.push(wanted.nth)
    names.add(wanted.export)
    return pages.exportPart(wanted)
  }
  const all = {
    from: 0,
    to: MIDNIGHT,
    seen: null,
    meter: null,
    through: null,
    archiveAsOf: null,
    now: MIDNIGHT,
    at: 'all',
    everyMs: 0,
  } as const
  const wanted = { ...all, format: 'ndjson', variant: MACHINE }
  const { parts } = await createExporter({ exportPart }).start(wanted)
  expect(asked).toEqual([0])
  for (const { value } of [await parts.next(), await parts.next()])
    expect(value).toSatisfy(
      part => part instanceof Uint8Array && part.length > 0 && part.length <= 256 * 1024,
    )
  await pages.releases({ after: 0, limit: 1, seen: null })
  expect(asked).toEqual([0, 1, 2])
  await parts.return({} as never)
  expect(asked).toEqual([0, 1, 2, null])
  const [name = ''] = names
  await expect(
    pages.exportPart({ export: name, nth: 3, asked: wanted, isForManifest: false, memory: [] }),
  ).rejects.toThrow('broken off')
})

test('/v1/billing/reads of one meter', async () => {
  const { directory, get, api } = await house()
  writeBook(directory, firstBatches())
  const one = (await get('/v1/billing/reads?boundary=2026-11-22&meter=m2')).json()
  expect([one.counts.meters, one.reads.map(({ meter }: { meter: string }) => meter)]).toEqual([1, ['m2']])
  const limited = await api.key(['billing'], { meters: ['m3'] })
  for (const [meter, by] of [
    ['none', undefined],
    ['m2', limited],
  ] as const)
    expect((await get(`/v1/billing/reads?boundary=2026-11-22&meter=${meter}`, by)).statusCode).toBe(404)
})

/** The archive at the door: imports shown and done, accounts, what is unpaired, and whose a read is. */

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { accountAnswer, accountsPage, archiveChange, unpairedPage } from '../../src/api/archive-shapes.ts'
import { billingPage } from '../../src/api/billing-shapes.ts'
import { MOST_IMPORT_BYTES } from '../../src/api/imports.ts'
import { MOST_TOLD } from '../../src/api/page-thread/archive-change.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { house, released, TABLE } from '../support/archive-house.ts'

const READS = '/v1/billing/reads?boundary=2026-11-21'
const EXPORT = '/v1/billing/exports/billing_reads_v1'

test('A-12 a dry run tells what an import then does, and the same file again changes nothing', async () => {
  const { bring, json, get } = await house()
  const dry = (await bring(TABLE, '?dryRun=true')).json()
  expect(archiveChange.parse(dry)).toEqual(dry)
  expect(dry).toMatchObject({ dryRun: true, applied: false, revision: 0, counts: { added: 3, unchanged: 0 } })
  expect(dry.added[1]).toEqual({
    ...{ line: 3, account: '0002', point: 'P-1', meter: 'm1', before: null },
    ...{ from: '2026-11-21T00:00:00+08:00', to: null },
  })
  expect((await json('/v1/accounts')).accounts).toEqual([])
  const done = (await bring(TABLE)).json()
  expect(done).toEqual({ ...dry, dryRun: false, applied: true, revision: 1 })
  const again = (await bring(TABLE)).json()
  expect(again).toMatchObject({ applied: true, revision: 1, counts: { added: 0, unchanged: 3 } })
  const page = await json('/v1/accounts?limit=2')
  expect(accountsPage.parse(page)).toEqual(page)
  expect(page.accounts.map(({ account }: { account: string }) => account)).toEqual(['0001', '0002'])
  const rest = await json(`/v1/accounts?cursor=${page.next}`)
  expect(rest).toMatchObject({
    accounts: [{ account: '0003', pairings: [{ meter: 'm2', to: null, by: 'key-2' }] }],
    next: null,
  })
  expect((await json('/v1/accounts?meter=m1')).accounts).toHaveLength(2)
  expect((await get('/v1/accounts/9')).statusCode).toBe(404)
})

test('A-12 one refused row keeps all out, each with its place and remedy; what is no such table is named', async () => {
  const { bring, send, json } = await house()
  const wrong = await bring(`${TABLE}0004,P-9,m2,2026-11-05,\n1.23E+11,P-3,m3,5/1/2026,2026-01-01\n`)
  expect([wrong.statusCode, wrong.headers['content-type']]).toEqual([400, 'application/problem+json'])
  const { refused, code, applied, detail } = wrong.json()
  expect([code, applied, (await json('/v1/accounts')).revision]).toEqual(['ASK_INVALID', false, 0])
  expect(detail).toMatch(/^nothing was changed\. line 5 column 13: account 0004/)
  expect(refused.map(({ line, column, field }: never) => [line, column, field])).toEqual([
    [5, 13, 'from'],
    [6, 1, 'account'],
    [6, 17, 'from'],
  ])
  expect(refused[1].text).toBe('a spreadsheet made the number "1.23E+11" of it; its last digits are lost')
  for (const [table, said] of [
    ['', 'the file is empty'],
    ['account;point;meter;from;name\n', 'unknown column \\"name\\"'],
    ['account,point,meter\n', 'columns are missing: from'],
    ['account,point,meter,from\n"1,P,m1,2026-01-01\n', 'a quoted cell is never closed'],
    [`account,point,meter,from\n${'x,'.repeat(100)}\n`, 'a row of more than 64 cells'],
    ['account,point,meter,from\n张三,P,m1,2026-01-01\n', 'names and addresses of people are not kept'],
    ['account,point,meter,from,to\n1,P,m1,2026-01-02,2026-01-01\n', 'it ends before it begins'],
    [`account,point,meter,from\n${'1,P,m1,2026-01-01\n'.repeat(20_001)}`, 'more than 20000 rows'],
  ] as const) {
    const answer = await bring(table, '?dryRun=true')
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(said)
  }
  const chinese = Buffer.from('account\xd5\xc5', 'latin1')
  const type = { 'content-type': 'text/csv' }
  expect((await send('POST', '/v1/imports?dryRun=true', chinese, type)).body).toContain(
    'the file is not UTF-8',
  )
})

test('A-12 of very many problems the first are told, and how many there are', async () => {
  const { bring } = await house()
  const wrong = await bring(`account,point,meter,from\n${',,,x\n'.repeat(20_000)}`)
  expect(wrong.body.length).toBeLessThan(100_000)
  const { refused, counts, detail } = wrong.json()
  expect([refused.length, counts.refused, refused.at(-1).line]).toEqual([
    MOST_TOLD,
    80_000,
    MOST_TOLD / 4 + 1,
  ])
  expect(detail).toMatch(/And 79997 more, the first 200 of all in `refused`$/)
  const odd = (nth: number) => `${nth},${nth},m${nth + 10},2026-11-01T01:00:00Z`
  const rows = Array.from({ length: 2_000 }, (_, nth) => odd(nth)).join('\n')
  const dry = (await bring(`account,point,meter,from\n${rows}\n`, '?dryRun=true')).json()
  expect([dry.remarks.length, dry.counts]).toMatchObject([
    MOST_TOLD,
    { remarks: 4_000, refused: 0, added: 2_000 },
  ])
  expect(dry.added).toHaveLength(2_000)
})

test('A-12 a time that cannot be written with four digits of year is refused with its place, the last that can is taken', async () => {
  const { bring } = await house()
  const table = (to: string) => `account,point,meter,from,to\n0001,P-1,m1,2026-11-01,${to}\n`
  const answer = await bring(table('9999-12-31T23:59:59-14:00'))
  expect([answer.statusCode, answer.json().refused]).toMatchObject([
    400,
    [{ line: 2, column: 24, field: 'to', remedy: 'leave `to` empty where nothing ends it' }],
  ])
  const last = (await bring(table('9999-12-31T14:00:00+14:00'))).json()
  expect(last).toMatchObject({ applied: true, added: [{ to: '9999-12-31T08:00:00+08:00' }] })
  const from = (await bring('account,point,meter,from\n0002,P-2,m2,9999-12-31T23:00:00Z\n')).json()
  expect(from.refused).toMatchObject([
    { line: 2, field: 'from', text: expect.stringContaining('later than') },
  ])
})

test('ST-23 a body is bounded, and only the import takes a table', async () => {
  const { bring, send } = await house()
  const most = 'x'.repeat(MOST_IMPORT_BYTES)
  expect((await bring(most)).json().detail).toContain('unknown column')
  expect((await bring(`${most}x`)).statusCode).toBe(413)
  expect(
    (await send('POST', '/v1/imports', { pairings: [{ account: 'x'.repeat(70_000) }] })).statusCode,
  ).toBe(413)
  expect(
    (await send('POST', '/v1/imports', { pairings: [{ account: '1', name: 'x' }] })).json().detail,
  ).toContain('body.pairings.0')
  expect((await send('POST', '/v1/clock/trust', TABLE)).statusCode).toBe(415)
})

test('a list does what a table does, and what does not fit the meter list is remarked', async () => {
  const { send } = await house()
  const row = { account: '0001', point: 'P-1', meter: 'm9', from: '2026-11-01T10:30:00+08:00' }
  const answer = (await send('POST', '/v1/imports', { pairings: [row] })).json()
  expect(answer).toMatchObject({ applied: true, counts: { added: 1 } })
  expect(answer.remarks).toMatchObject([
    { line: 1, column: null, field: 'meter', text: 'meter m9 is not in the meter list' },
    { field: 'from', text: 'it changes within a day, and no daily freeze tells what the meter showed then' },
  ])
  const back = (await send('POST', '/v1/imports', { pairings: [{ ...row, withdrawn: true }] })).json()
  expect(back.counts).toMatchObject({ withdrawn: 1 })
})

test('A-18 an account is stated whole under If-Match, and everything ever said of it is told', async () => {
  const { bring, send, get, json, time } = await house()
  await bring(TABLE)
  const url = '/v1/accounts/0003'
  const { etag = '' } = (await get(url)).headers as { etag?: string }
  const body = { pairings: [{ point: 'P-2', meter: 'm2', from: '2026-11-01', to: '2026-11-10' }] }
  const done = await send('PUT', url, body, { 'if-match': etag })
  expect(done.json()).toMatchObject({ applied: true, revision: 2, ended: [{ before: { to: null } }] })
  expect(done.headers['etag']).toBe('"2"')
  const stale = await send('PUT', url, { pairings: [] }, { 'if-match': etag })
  expect([stale.statusCode, stale.json().code]).toEqual([412, 'ASK_STALE'])
  expect((await send('PUT', url, body)).json().counts).toMatchObject({ ended: 0, unchanged: 1 })
  const account = await json(url)
  expect(accountAnswer.parse(account)).toEqual(account)
  expect(account.versions).toMatchObject([
    { sequence: 3, supersedes: null, to: null },
    { sequence: 4, pairing: 3, supersedes: 3, to: '2026-11-10T00:00:00+08:00' },
  ])
  time.now += HOUR
  expect((await send('PUT', url, { pairings: [] })).json().counts).toMatchObject({ withdrawn: 1 })
  expect((await json(url)).pairings).toEqual([])
  const before = await json(`${url}?asOf=2026-11-22T01:30:00%2B08:00`)
  expect(before.pairings).toMatchObject([{ to: '2026-11-10T00:00:00+08:00' }])
  expect((await get(`${url}?asOf=2027-01-01`)).statusCode).toBe(400)
})

test('A-15 a released read waits for its account with its own times, and is adopted when the archive comes', async () => {
  const all = await house()
  const { bring, json, get, time } = all
  await released(all, 'm1', 'm2', 'm3')
  const book = (await get('/v1/billing/releases')).body
  const bare = await json(READS)
  expect(billingPage.parse(bare)).toEqual(bare)
  expect(bare.counts).toMatchObject({ meters: 3, final: 3, unpaired: 3 })
  expect(bare.reads[0]).toMatchObject({ account: null, point: null, pairedAt: null })
  const waiting = await json('/v1/archive/unpaired?boundary=2026-11-21&limit=2')
  expect(unpairedPage.parse(waiting)).toEqual(waiting)
  expect(waiting).toMatchObject({
    counts: { meters: 3, released: 3, unpaired: 3 },
    unpaired: [{ meter: 'm1', since: null }, {}],
  })
  expect(waiting.next).not.toBeNull()
  time.now += 10 * DAY
  await bring(TABLE)
  const page = await json(READS)
  expect(page.counts).toMatchObject({ final: 3, unpaired: 1 })
  // A change of occupant: the same read ends what one used and begins what the other does.
  expect(page.reads[0]).toEqual({
    ...bare.reads[0],
    ...{ account: '0002', point: 'P-1', pairedAt: '2026-12-02T01:00:00+08:00' },
    ending: { account: '0001', point: 'P-1' },
  })
  expect(page.reads[1]).toMatchObject({ account: '0003', releasedAt: '2026-11-22T01:00:00+08:00' })
  expect(page.reads[1]).not.toHaveProperty('ending')
  expect((await json('/v1/archive/unpaired?boundary=2026-11-21')).unpaired).toMatchObject([
    {
      meter: 'm3',
      since: null,
      oldest: '2026-11-21T00:00:00+08:00',
      releasedAt: '2026-11-22T01:00:00+08:00',
    },
  ])
  expect((await get('/v1/billing/releases')).body).toBe(book)
  expect(await json(`${READS}&archiveAsOf=2026-11-30`)).toEqual(bare)
})

test('ST-11 a key of some meters sees theirs, and may not say whose any is', async () => {
  const { bring, json, get, key, app } = await house()
  await bring(TABLE)
  const some = await key(['billing', 'admin'], { meters: ['m2'] })
  expect((await json('/v1/accounts', some)).accounts).toMatchObject([{ account: '0003' }])
  expect((await get('/v1/accounts/0001', some)).statusCode).toBe(404)
  expect((await json('/v1/archive/unpaired?boundary=2026-11-21', some)).counts.meters).toBe(1)
  for (const [method, url] of [
    ['POST', '/v1/imports?dryRun=true'],
    ['PUT', '/v1/accounts/0003'],
  ] as const) {
    const headers = { authorization: `Bearer ${some}` }
    const answer = await app.inject({ method, url, headers, payload: { pairings: [] } })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'KEY_SCOPE'])
  }
})

test('ST-11 what others have to do with an account changes nothing for a key of one meter', async () => {
  const api = await house()
  const { bring, get, json, key, time } = api
  await released(api, 'm1', 'm2')
  const pair = (point: string, meter: string) =>
    bring(`account,point,meter,from\n0001,${point},${meter},2026-11-01\n`)
  await pair('P-1', 'm1')
  const [all, one] = [await key(['billing']), await key(['billing'], { meters: ['m1'] })]
  const seen = async (by: string, query = '') => {
    const { headers, body } = await get(`${EXPORT}${query}`, by)
    const { etag } = (await get('/v1/accounts/0001', by)).headers
    const { revision } = await json('/v1/accounts', by)
    return [etag, revision, headers['meterd-batch'], headers['meterd-archive-as-of'], body]
  }
  const before = await seen(one)
  const ofOne = (await seen(all, '?meter=m1')).slice(2)
  const ofAll = await seen(all)
  expect(before.slice(0, 2)).toEqual(['"1"', 1])
  time.now += HOUR
  await pair('P-2', 'm2')
  expect(await seen(one)).toEqual(before)
  // Of the same file by a key of all meters too; of what it covers, each has changed.
  expect((await seen(all, '?meter=m1')).slice(2)).toEqual(ofOne)
  const after = await seen(all)
  expect(after.slice(0, 2)).toEqual(['"2"', 2])
  for (const [nth, value] of after.entries()) expect(value).not.toBe(ofAll[nth])
})

test('A-12 where our clock was set back a file and its manifest are of the same archive, and what it has not reached is refused', async () => {
  const api = await house()
  const { bring, get, key, time } = api
  await released(api, 'm1')
  await bring(TABLE)
  time.now -= HOUR
  const by = await key(['billing'])
  const file = await get(EXPORT, by)
  const recorded = String(file.headers['meterd-archive-as-of'])
  expect(Date.parse(recorded)).toBeGreaterThan(time.now)
  const asOf = (instant: number) => `archiveAsOf=${encodeURIComponent(new Date(instant).toISOString())}`
  const pinned = await get(`${EXPORT}/manifest?${asOf(Date.parse(recorded))}`, by)
  expect([pinned.statusCode, pinned.json().sha256, pinned.json().archiveAsOf]).toEqual([
    200,
    createHash('sha256').update(file.body).digest('hex'),
    recorded,
  ])
  const later = await get(`${EXPORT}?${asOf(Date.parse(recorded) + 1)}`, by)
  expect([later.statusCode, later.json().detail]).toEqual([
    400,
    'query.archiveAsOf: lies in the future; leave it out for what is known now',
  ])
})

test('imports that cross are made one after the other, each beside what the other left', async () => {
  const { bring, json } = await house()
  const tables = ['m1', 'm2', 'm3', 'm4', 'm5'].map(
    (meter, at) => `account,point,meter,from\n000${at},P-${at},${meter},2026-01-01\n`,
  )
  const answers = await Promise.all([...tables, tables[0] ?? ''].map(table => bring(table)))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(200))
  expect((await json('/v1/accounts')).revision).toBe(5)
})

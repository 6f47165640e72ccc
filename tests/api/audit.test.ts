/** The journal at the door: what is written down, and that reading it is (P-12, PR-65). */

import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hashKey } from '../../src/api/key-file.ts'
import { createKeyJournal } from '../../src/api/key-journal.ts'
import { Fault } from '../../src/core/faults.ts'
import { silentLog } from '../../src/core/log.ts'
import { testApi } from '../support/api.ts'
import { house, released, TABLE } from '../support/archive-house.ts'

test('P-12 imports and acknowledgements are written down with who, from where and by what right, in order', async () => {
  const at = await house()
  const { app, bring, json, key, send, get } = at
  await bring(TABLE, '?dryRun=true')
  expect((await bring(TABLE)).statusCode).toBe(200)
  await released(at, 'm1', 'm2', 'm3')
  const billing = await key(['billing'])
  const batch = await json('/v1/billing/batches/1', billing)
  const payload = { hash: batch.hash, releases: batch.releases }
  const ack = () =>
    app.inject({
      ...{ method: 'POST' as const, url: '/v1/billing/batches/1/ack', payload },
      headers: { authorization: `Bearer ${billing}` },
    })
  expect((await ack()).statusCode).toBe(200)
  // Said again it is nothing new.
  expect((await ack()).statusCode).toBe(200)
  await send('PUT', '/v1/accounts/0003', { pairings: [] })
  const auditor = await key(['audit'])
  const page = await json('/v1/audit', auditor)
  const told = page.entries.map((one: Record<string, string>) => [
    one['actor'],
    one['scope'],
    one['action'],
    one['subject'],
  ])
  expect(told).toEqual([
    ['key-2', 'admin', 'archive.changed', 'archive'],
    ['key-3', 'billing', 'batch.acknowledged', 'batch 1'],
    ['key-2', 'admin', 'archive.changed', 'account 0003'],
  ])
  expect(page.entries[0]).toMatchObject({ address: '127.0.0.1', facts: { revision: 1, versions: 3 } })
  expect(page.entries[1].before).toBe(page.entries[0].hash)
  expect((await get('/v1/audit?since=yesterday', auditor)).statusCode).toBe(400)
  const some = await key(['audit'], { meters: ['m1'] })
  expect((await get('/v1/audit', some)).statusCode).toBe(403)
})

test('P-12 PR-03 whoever hangs up while asking is written down with where they came from, and the store goes on', async () => {
  const at = await house()
  const { store, key, json } = at
  await released(at, 'm1')
  const billing = await key(['billing'])
  const { hash, releases } = await json('/v1/billing/batches/1', billing)
  const gone = await testApi({ store })
  gone.app.addHook('preHandler', async ({ raw }) => void raw.socket.destroy())
  const url = await gone.app.listen({ host: '127.0.0.1', port: 0 })
  await expect(
    fetch(`${url}/v1/billing/batches/1/ack`, {
      method: 'POST',
      body: JSON.stringify({ hash, releases }),
      headers: { authorization: `Bearer ${await gone.key(['billing'])}`, 'content-type': 'application/json' },
    }),
  ).rejects.toThrow()
  const written = async () => (await store.journalAfter({ after: 0, limit: 9 })).entries
  while ((await written()).length === 0);
  const [entry] = await written()
  expect([entry?.action, entry?.address]).toEqual(['batch.acknowledged', '127.0.0.1'])
  const deed = {
    at: 1,
    actor: 'li',
    scope: 'admin',
    address: 'local',
    subject: 'x',
    action: 'a.b',
    facts: {},
  }
  for (const lacking of [
    { address: undefined as never },
    { actor: '' },
    { at: Number.NaN },
    { facts: { n: 1n } },
  ])
    await expect(store.journalAdd({ ...deed, ...lacking })).rejects.toMatchObject({ code: 'ASK_FAILED' })
  expect(await store.journalAdd(deed)).toBe(2)
})

test('P-12 every read of the journal is in it, and pages come to an end', async () => {
  const { key, get, store } = await testApi()
  const auditor = await key(['audit'])
  const page = async (query: string) => (await get(`/v1/audit${query}`, auditor)).json()
  expect(await page('')).toEqual({ entries: [], next: null })
  expect((await page('?limit=5')).entries).toMatchObject([
    { sequence: 1, actor: 'key-1', scope: 'audit', action: 'journal.read', facts: { after: 0, limit: 100 } },
  ])
  expect(await page('?after=2&limit=1')).toMatchObject({ entries: [], next: null })
  expect((await page('?action=other')).entries).toEqual([])
  // One entry a page, and each page adds one: the walk ends with what was there when it began.
  for (const [query, numbers] of [
    ['limit=1', [1, 2, 3, 4]],
    ['limit=1&after=2', [3, 4, 5, 6, 7, 8]],
    ['limit=1&action=journal.read&after=8', [9, 10, 11, 12, 13, 14]],
  ] as const) {
    const seen: number[] = []
    let answer = await page(`?${query}`)
    for (; answer.next !== null; answer = await page(`?${query}&cursor=${answer.next}`))
      seen.push(...answer.entries.map(({ sequence }: { sequence: number }) => sequence))
    seen.push(...answer.entries.map(({ sequence }: { sequence: number }) => sequence))
    expect([query, seen]).toEqual([query, numbers])
  }
  const { next } = await page('?limit=1')
  const { size } = await store.journalHead()
  for (const other of ['after=1', 'actor=key-1', 'since=2026-11-01'])
    expect((await get(`/v1/audit?limit=1&${other}&cursor=${next}`, auditor)).statusCode).toBe(400)
  // What is refused shows nothing, and is no reading.
  expect((await store.journalHead()).size).toBe(size)
})

test('PR-65 where nothing can be written down nobody accepts, trusts or reads the journal; meters are read on', async () => {
  const accepted: string[] = []
  const { app, key, store, get } = await testApi({ accept: async meter => void accepted.push(meter) })
  store.journalAdd = async () => {
    throw new Fault('STORE_FULL', 'there is no room for the journal')
  }
  const all = await key(['admin', 'audit', 'read', 'billing'])
  const headers = { authorization: `Bearer ${all}` }
  const accept = { url: '/v1/meters/m1/acceptance', payload: { by: 'Li' } }
  for (const asked of [accept, { url: '/v1/clock/trust' }]) {
    const answer = await app.inject({ method: 'POST', headers, ...asked })
    expect([asked.url, answer.statusCode]).toEqual([asked.url, 507])
  }
  expect(accepted).toEqual([])
  expect((await get('/v1/audit', all)).statusCode).toBe(507)
  expect((await get('/v1/meters', all)).statusCode).toBe(200)
  expect((await get('/v1/billing/reads?boundary=2026-11-21', all)).statusCode).toBe(200)
})

test('P-12 an acceptance is written down, and that it was not kept where it was not', async () => {
  let wrong: Fault | null = null
  const { app, key, store } = await testApi({
    accept: async () => {
      if (wrong) throw wrong
    },
  })
  const headers = { authorization: `Bearer ${await key(['admin'])}` }
  const accept = () =>
    app.inject({
      method: 'POST',
      url: '/v1/meters/m1/acceptance',
      headers,
      payload: { by: 'Li', because: 'seen' },
    })
  expect((await accept()).statusCode).toBe(200)
  wrong = new Fault('ACCEPTANCE_UNKEPT', 'acceptances cannot be kept: ENOSPC')
  expect((await accept()).statusCode).not.toBe(200)
  const { entries } = await store.journalAfter({ after: 0, limit: 9 })
  expect(entries.map(({ action, subject, facts }) => [action, subject, JSON.parse(facts)])).toEqual([
    ['meter.accepted', 'meter m1', { by: 'Li', because: 'seen' }],
    ['meter.accepted', 'meter m1', { by: 'Li', because: 'seen' }],
    ['meter.not-accepted', 'meter m1', { by: 'Li', because: 'seen', code: 'ACCEPTANCE_UNKEPT' }],
  ])
})

test('P-12 PR-71 keys made, revoked or changed by hand are found and written down, by whoever the command was run', async () => {
  const { keyFile, store, time } = await testApi()
  const note = createKeyJournal({ file: keyFile, store, clock: { now: () => time.now }, log: silentLog })
  const told = async () => {
    await note()
    const { entries } = await store.journalAfter({ after: 0, limit: 99 })
    return entries.map(({ actor, action, subject }) => `${actor} ${action} ${subject}`)
  }
  expect(await told()).toEqual([])
  const asked = { scopes: ['read'] as const, meters: null, createdAt: time.now, expiresAt: null }
  const key = await keyFile.add({ ...asked, name: 'a', by: 'local:li' })
  await keyFile.add({ ...asked, name: 'b' })
  const first = ['local:li key.added key a', 'local:unknown key.added key b']
  expect(await told()).toEqual(first)
  expect(await told()).toEqual(first)
  await keyFile.revoke('a', { at: time.now, by: 'local:wu' })
  const text = readFileSync(keyFile.path, 'utf8')
  writeFileSync(keyFile.path, text.replace('"read"', '"admin"'))
  expect((await told()).slice(2)).toEqual(['local:wu key.revoked key a', 'local:unknown key.changed key b'])
  const { entries } = await store.journalAfter({ after: 0, limit: 99 })
  expect(JSON.stringify(entries)).not.toContain(key)
  expect(JSON.stringify(entries)).not.toContain(hashKey(key))
})

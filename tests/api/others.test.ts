/** What an answer says of other people: whose a meter was before, what became known later, what a key does not cover (C-08, ST-11). */

import { expect, test } from 'vitest'
import { withoutOthers } from '../../src/api/others.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { judgeCheck } from '../../src/reading/rules/group/check-meter.ts'
import { WINDOW } from '../../src/reading/rules/group/days.ts'
import { MIDNIGHT } from '../support/api.ts'
import { house, released as releasedIn } from '../support/archive-house.ts'
import { frozen } from '../support/billing-house.ts'
import { register, released } from '../support/released.ts'
import { writeBook } from '../support/written-book.ts'

const READS = '/v1/billing/exports/billing_reads_v1'

test('C-08 a period in which the account changed says who had the meter when, where that midnight was not released', async () => {
  const api = await house()
  const at = (day: number, value: string) => ({
    ...released(MIDNIGHT + day * DAY, [register('1-0:1.8.0', value)]),
    meter: 'm1',
  })
  writeBook(api.directory, [
    { recordedAt: MIDNIGHT + 4 * DAY, releases: [at(-3, '100.00'), at(2, '150.00'), at(3, '160.00')] },
  ])
  api.time.now = MIDNIGHT + 5 * DAY
  await api.bring(
    'account,point,meter,from,to\nLEAVER,P-1,m1,2026-01-01,2026-11-22\nCOMER,P-1,m1,2026-11-22,\n',
  )
  const key = await api.key(['billing'])
  const [, first, changed, after] = (await api.get(READS, key)).body.trim().split('\r\n')
  expect(first).not.toContain('ACCOUNT_CHANGED')
  expect(changed).toContain(
    'ACCOUNT_CHANGED,"of account LEAVER (P-1) from 2026-11-18T00:00:00+08:00 to 2026-11-22T00:00:00+08:00, account COMER (P-1) from 2026-11-22T00:00:00+08:00 to 2026-11-23T00:00:00+08:00"',
  )
  expect(after).toContain('COMER')
  expect(after).not.toContain('ACCOUNT_CHANGED')
  const lines = (await api.get('/v1/billing/exports/ndjson', key)).body.trim().split('\n')
  expect(lines.map(line => JSON.parse(line).held.map((one: { account: string }) => one.account))).toEqual([
    [],
    ['LEAVER', 'COMER'],
    [],
  ])
})

test('A-10 periods as they were: what was not released by then is missing, with the number that is of it now', async () => {
  const api = await house()
  await releasedIn(api, 'm1')
  await api.store.accept(frozen('m1', 1, 1_100n))
  await api.settle([1], MIDNIGHT + 3 * DAY)
  const key = await api.key(['billing'], { meters: ['m1'] })
  const asked = '/v1/billing/periods?from=2026-11-21&to=2026-11-22'
  expect((await api.get(asked, key)).json().meters[0]).toMatchObject({ missing: [], periods: [{}] })
  expect((await api.get(`${asked}&asOf=1`, key)).json().meters[0]).toMatchObject({
    periods: [],
    missing: [
      {
        standing: 'missing',
        reasons: [{ code: 'RELEASED_LATER', text: expect.stringContaining('number 2') }],
      },
    ],
  })
})

test('A-10 periods of a meter that is configured no more are told as long as the book has them', async () => {
  const api = await house()
  const at = (day: number, value: string) => ({
    ...released(MIDNIGHT + day * DAY, [register('1-0:1.8.0', value)]),
    meter: 'gone',
  })
  writeBook(api.directory, [{ recordedAt: MIDNIGHT + 2 * DAY, releases: [at(0, '100.00'), at(1, '103.00')] }])
  api.time.now = MIDNIGHT + 3 * DAY
  const asked = '/v1/billing/periods?from=2026-11-21&to=2026-11-22&meter='
  const [one, ...others] = (await api.get(`${asked}gone`, await api.key(['billing']))).json().meters
  expect([one.meter, one.periods[0].quantities[0].value, one.missing, others]).toEqual([
    'gone',
    '3.00',
    [],
    [],
  ])
  expect((await api.get(`${asked}never`, await api.key(['billing']))).statusCode).toBe(404)
  expect((await api.get(`${asked}gone`, await api.key(['billing'], { meters: ['m1'] }))).statusCode).toBe(404)
})

test('ST-11 a key of one meter is told in alarms and dossier nothing of what others counted', async () => {
  const api = await house()
  await releasedIn(api, 'm1')
  const days = (meter: string, kwh: number) =>
    ({ meter, line: 'a', step: 0.01, read: new Float64Array(WINDOW).fill(kwh) }) as never
  const pair = { main: 'm1', check: 'm2', limits: { 'V-L12': { percent: 1, steps: 2 } } as never }
  const said = judgeCheck(
    pair,
    new Map([
      ['m1', days('m1', 9)],
      ['m2', days('m2', 12.345)],
    ]),
    MIDNIGHT,
    480,
  )
  const text = (said as { evidence: string }).evidence
  const about = { scope: 'meter', of: 'm1', rule: 'V-L12', about: '', line: 'a' } as const
  const kind = { event: 'raised', version: 1, severity: 1, blocks: true, codes: [], opened: 1 } as const
  await api.store.alarm([{ ...about, ...kind, at: MIDNIGHT - HOUR, evidence: { text, reads: [] } }])
  const dossier = '/v1/meters/m1/dossier?from=2026-11-01&to=2026-11-22'
  const alarms = '/v1/alarms?standing=false'
  const one = await api.key(['billing', 'read'], { meters: ['m1'] })
  const all = await api.key(['billing', 'read'])
  for (const url of [dossier, alarms]) {
    expect((await api.get(url, one)).body).not.toContain('12.345')
    expect((await api.get(url, one)).body).toContain('V-L12')
    expect((await api.get(url, all)).body).toContain('12.345')
  }
})

test('a text is held back by the ids in it, whatever stands around them', () => {
  const ids = new Set(['m1', 'm2', 'a.b-3'])
  const shown = (text: string) => withoutOthers(text, ['m1'], ids) === text
  expect(['m1 counted 3', 'm20 and xm2', 'nothing'].map(shown)).toEqual([true, true, true])
  expect(['m2', 'of m2.', '(m2)', 'm1, m2', 'a.b-3:', '"a.b-3"'].map(shown)).toEqual(Array(6).fill(false))
  expect(withoutOthers('m2', null, ids)).toBe('m2')
})

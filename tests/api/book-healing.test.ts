/** What callers are told of a damaged release, before and after its boundary is settled anew. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { changesPage, type period, periodsPage } from '../../src/api/change-shapes.ts'
import { DAY } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter, unconfigured } from '../../src/releasing/billed-meters.ts'
import { freezingMeter, MIDNIGHT } from '../support/api.ts'
import { billingHouse, frozen, midnight } from '../support/billing-house.ts'
import { type Given, writeBook } from '../support/written-book.ts'

const METERS = ['m1'].map(freezingMeter)
const FILE = '/v1/billing/exports/billing_reads_v1'
const NOW = MIDNIGHT + 200 * DAY
const DAYS = [0, 1, 2, 3]

type Changed = z.infer<typeof changesPage>['changes'][number]

interface Told {
  readonly reasons: readonly { readonly code: string; readonly text: string }[]
}

/** Numbers 1 to 4 are days of m1, 5 and 6 of a meter that is configured no more; all a good half year old. */
async function house() {
  const made = await billingHouse(METERS)
  const { store, directory, get, settle } = made
  for (const day of DAYS) await store.accept(frozen('m1', day, BigInt(1_000 + 100 * day)))
  await settle(DAYS, NOW)
  writeBook(directory, [{ recordedAt: NOW, releases: [0, 1].map(day => gone(midnight(day))) }])

  async function heal(): Promise<void> {
    const pairs = (await store.boundariesWithheld()).map(({ meter, boundary }) => ({
      ...(meter === 'm1'
        ? { meter: billedMeter(freezingMeter(meter), { offsetMinutes: 480 }) }
        : { meter: unconfigured(meter), notBilled: 'the meter is configured no more' }),
      boundary,
      anew: true,
    }))
    for (let rest = pairs; rest.length > 0; )
      rest = rest.slice((await store.settle({ now: NOW, policy: USUAL_POLICY, pairs: rest })).outcomes.length)
  }

  async function periods(query = '') {
    const page = (await get(`/v1/billing/periods?from=2026-11-21&to=2026-11-24&meter=m1${query}`)).json()
    expect(periodsPage.parse(page)).toEqual(page)
    const [{ periods, missing }] = page.meters
    return {
      periods: periods.map(({ from, to, quantities }: z.infer<typeof period>) =>
        [from.slice(8, 10), to.slice(8, 10), quantities[0]?.value].join(' '),
      ),
      missing: missing.map(({ boundary, standing, reasons }: Told & Record<string, string>) =>
        [boundary?.slice(8, 10), standing, ...reasons.map(({ code }) => code)].join(' '),
      ),
      texts: missing.flatMap(({ reasons }: Told) => reasons.map(({ text }) => text)),
    }
  }
  return { ...made, heal, periods }
}

function gone(boundary: number): Given {
  const register = { obis: '1-0:1.8.0', value: { digits: 700n, scaler: -2 }, unit: 'kWh', reading: null }
  return {
    ...{ meter: 'gone', boundary, standing: 'actual', withheld: [], multiplier: '1', segment: 1, by: 'rule' },
    registers: [{ ...register, codes: ['2.0.1'], witnesses: [], estimate: null }],
    remarks: [],
  }
}

function change(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'), { timeout: 5_000 })
  file.exec(sql)
  file.close()
}

/** On a busy machine a first part may have left before the damage is met: then the file breaks off, and is asked for again. */
async function refusalOf(get: Awaited<ReturnType<typeof house>>['get']) {
  const asked = () => get(FILE).catch(() => null)
  let answer = await asked()
  for (let tries = 0; answer === null && tries < 20; tries++) answer = await asked()
  return answer?.json()
}

const SPOIL = 'UPDATE release SET checksum = checksum + 1 WHERE sequence IN'

test('PR-06 PR-17 damaged: no file, no period and the boundary missing; released anew all is there again', async () => {
  const { directory, get, heal, periods } = await house()
  const whole = (await get(FILE)).body
  const before = await periods()
  expect(before.periods).toEqual(['21 22 1.00', '22 23 1.00', '23 24 1.00'])
  change(directory, `${SPOIL} (2)`)
  const refused = await refusalOf(get)
  expect(refused).toMatchObject({ code: 'STORE_DAMAGED', status: 500 })
  expect(refused.detail).toContain('number 2 of the book (meter m1, boundary 2026-11-22T00:00:00+08:00)')
  expect(refused.detail).toContain('within minutes')
  const withheld = await periods()
  expect(withheld).toMatchObject({ periods: ['23 24 1.00'], missing: ['22 missing DAMAGED'] })
  expect(withheld.texts[0]).toContain('number 2 of the book is damaged and withheld')
  // The page was asked for, so the store knows of it.
  await heal()
  expect(await periods()).toEqual({ ...before, texts: [] })
  const healed = (await get(FILE)).body
  const values = (csv: string) => csv.split('\r\n').map(line => line.split(',').slice(2, 11).join())
  expect(values(healed)).toEqual(values(whole))
  expect(healed).toContain('DAMAGED')
  // As of the number before there is nothing in its place, for ever.
  const asOf = await periods('&asOf=6')
  expect(asOf).toMatchObject({ periods: ['23 24 1.00'], missing: ['22 missing DAMAGED'] })
  expect(asOf.texts).toEqual(['what was released is damaged and withheld; it was released anew as number 7'])
  expect((await get(`${FILE}?through=6`)).json().detail).toContain('ask with through=7')
})

test('PR-06 PR-17 what nothing proves any more is taken back: followers hear why, files go on without it', async () => {
  const { directory, get, heal, periods } = await house()
  change(directory, `${SPOIL} (1, 6)`)
  // Its readings are damaged as well: of the first boundary of a meter nothing can be estimated.
  change(directory, `UPDATE reading SET checksum = checksum + 1 WHERE slot = ${midnight(0)}`)
  for (const meter of ['m1', 'gone'])
    expect((await get(`${FILE}?meter=${meter}`)).json()).toMatchObject({ code: 'STORE_DAMAGED' })
  await heal()
  const after = await periods()
  expect(after.periods).toEqual(['22 23 1.00', '23 24 1.00'])
  expect(after.missing).toEqual([expect.stringMatching(/^21 missing DAMAGED( NOT_READ)+/)])
  const page = (await get('/v1/billing/changes?after=6')).json()
  expect(changesPage.parse(page)).toEqual(page)
  expect(
    page.changes.map(({ release, ended }: Changed) => [
      release.meter,
      release.standing,
      release.remarks[0]?.code,
      ended.length,
    ]),
  ).toEqual([
    ['m1', 'withdrawn', 'DAMAGED', 1],
    ['gone', 'withdrawn', 'DAMAGED', 1],
  ])
  expect(page.changes[1].release.remarks[1]).toMatchObject({ code: 'NOT_BILLED' })
  const rows = (await get(FILE)).body.split('\r\n').filter((row: string) => row.includes('withdrawn'))
  expect(rows.length).toBeGreaterThan(1)
  for (const row of rows) expect(row).toMatch(/DAMAGED/)
  const lacking = (await get('/v1/billing/completeness?boundary=2026-11-21')).json()
  expect(lacking.meters[0].reasons[0].code).toBe('DAMAGED')
})

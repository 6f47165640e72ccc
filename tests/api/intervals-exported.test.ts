/** Files of intervals pulled out of a real store that goes on reading: the sums are the registers', the same data the same bytes. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { writeExport } from '../../src/cli/export-file.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf, type Said } from '../store/rounds.ts'
import { MIDNIGHT, testApi, timedMeter } from '../support/api.ts'

const QUARTER = 15 * MINUTE
const INTERVALS = '/v1/billing/exports/intervals_v1'

/** One meter polled each quarter, and the files of it. */
async function polled() {
  const directory = newDirectory()
  const store = await openIn(directory)
  const meters = [timedMeter('t1')]
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters }
  const log = (await testApi()).log as never
  const pages = createPageThread({ store, log, config: { ...config, billing: USUAL_POLICY, areas: [] } })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters })
  api.time.now = MIDNIGHT + 60 * DAY
  const key = await api.key(['billing'])
  const headers = { authorization: `Bearer ${key}` }
  return {
    ask: (url: string) => api.app.inject({ url, headers }),
    read: (...said: readonly Said[]) => store.accept(roundOf('t1', ...said)),
  }
}

function said(quarter: number, digits: number, scaler = -2): Said {
  const slot = MIDNIGHT + quarter * QUARTER
  return { slot, readAt: slot + 1_000, digits: BigInt(digits), scaler }
}

const quarters = (from: number, to: number) => Array.from({ length: to - from }, (_, nth) => from + nth)

test('C-08 parts of a gap at the border of two weeks come to what the register counted, also where reads become finer', async () => {
  const { read, ask } = await polled()
  const [first, last] = [-4, 14 * 96]
  const stood = (quarter: number) => 100_000 + 17 * quarter - (quarter >= 7 * 96 + 3 ? 2 : 0)
  await read(
    ...quarters(first, last + 5)
      .filter(quarter => Math.abs(quarter - 7 * 96) >= 3)
      .map(quarter =>
        quarter < 12 * 96 ? said(quarter, stood(quarter)) : said(quarter, 10 * stood(quarter), -3),
      ),
  )
  const { totals } = (await ask(`${INTERVALS}/manifest?from=2026-11-21&to=2026-12-05`)).json()
  expect(totals).toMatchObject([{ quantity: ((stood(last) - stood(0)) / 100).toFixed(3) }])
  const of = async (from: string) => {
    const rows = (await ask(`${INTERVALS}?from=${from}&to=2026-12-05`)).body.split('\r\n')
    return rows.slice(-7 * 96 - 1).map(row => row.split(',').slice(2, -1).join())
  }
  expect(await of('2026-11-21')).toEqual(await of('2026-11-24'))
})

const DAYS = 'from=2026-11-21&to=2026-11-23'
const stood = (quarter: number) => 1_000 + 7 * quarter
const plain = (quarter: number) => said(quarter, stood(quarter))
const fileAt = async (ask: (url: string) => Promise<{ readonly body: string; readonly headers: object }>) => {
  const { body, headers } = await ask(`${INTERVALS}?${DAYS}`)
  const [, batch, version] = /^intervals\/1,([^,]+),.*,(\d+)$/m.exec(body) ?? []
  return { body, batch, version: Number(version), headers }
}

test('C-08 a poll of today takes neither file nor manifest of days that are over away, and changes no byte of them', async () => {
  const { read, ask } = await polled()
  await read(...quarters(-4, 2 * 96 + 5).map(plain))
  const folder = mkdtempSync(join(tmpdir(), 'meterd-intervals-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  async function* parts() {
    yield (await ask(`${INTERVALS}?${DAYS}`)).rawPayload
  }
  const before = await fileAt(ask)
  const manifest = async () => {
    await read(plain(4 * 96))
    return (await ask(`${INTERVALS}/manifest?${DAYS}`)).json()
  }
  const written = await writeExport(join(folder, 'x.csv'), { parts: parts(), manifest })
  const after = await fileAt(ask)
  expect([after.body, after.batch]).toEqual([before.body, written.batchId])
  // The last read they rest on is the one at the end of the days.
  expect(before.version).toBe((MIDNIGHT + 2 * DAY) / 1_000 + 1)
  expect(Date.parse(written.asOf ?? '')).toBe(MIDNIGHT + 2 * DAY + 1_005)
  const other = (await ask(`/v1/billing/exports/iec_61968_intervals/manifest?${DAYS}`)).json()
  expect([other.batchId, other.asOf]).toEqual([written.batchId, written.asOf])
  expect((await ask(`${INTERVALS}/manifest?${DAYS}&every=1h`)).json().batchId).not.toBe(written.batchId)
})

test('C-08 of two files of the same days that differ the later has another batch and a higher version', async () => {
  const { read, ask } = await polled()
  const lost = new Set([100, 101, 102, 2 * 96])
  await read(
    ...quarters(-4, 2 * 96 + 1)
      .filter(quarter => !lost.has(quarter))
      .map(plain),
  )
  const late = (quarter: number, days: number, digits = stood(quarter)): Said => ({
    ...said(quarter, digits),
    receivedAt: MIDNIGHT + days * DAY,
  })
  let before = await fileAt(ask)
  expect(before.body.trimEnd().split('\r\n').at(-1)).toContain(',N,')
  for (const one of [
    // A fill within, the read that ends the last interval, a second answer that differs from the first.
    late(101, 3, stood(101) + 2),
    late(2 * 96, 4),
    late(50, 5, stood(50) + 1),
  ]) {
    await read(one)
    const after = await fileAt(ask)
    expect(after.version).toBe(one.receivedAt! / 1_000)
    expect(after.version).toBeGreaterThan(before.version)
    expect(after.batch).not.toBe(before.batch)
    before = after
  }
  // Too far away to end a gap.
  await read(late(7 * 96, 7))
  expect((await fileAt(ask)).body).toBe(before.body)
})

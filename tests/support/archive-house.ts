/** An API over a real store and page thread, for whatever is said of the archive. */

import { onTestFinished } from 'vitest'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import { LIMITS } from '../store/book-files.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf } from '../store/rounds.ts'
import { freezingMeter, MIDNIGHT, NEEDED, testApi } from './api.ts'

const METERS = ['m1', 'm2', 'm3'].map(freezingMeter)
const LATER = MIDNIGHT + DAY + HOUR
export const TABLE = `account,point,meter,from,to
0001,P-1,m1,2026-01-01,2026-11-21
0002,P-1,m1,2026-11-21,
0003,P-2,m2,2026-11-01,
`

export async function house() {
  const directory = newDirectory()
  const store = await openIn(directory, { batchRows: 1, limits: LIMITS })
  const config = { dataDirectory: directory, gateway: 'gw', site: { offsetMinutes: 480 }, meters: METERS }
  const log = (await testApi()).log as never
  const pages = createPageThread({ store, config: { ...config, billing: USUAL_POLICY, areas: [] }, log })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters: METERS })
  api.time.now = LATER
  const [office, admin] = [await api.key(['billing']), await api.key(['admin'])]
  const send = (
    method: 'POST' | 'PUT',
    url: string,
    payload: string | object,
    more: Record<string, string> = {},
  ) => {
    const type: Record<string, string> = typeof payload === 'string' ? { 'content-type': 'text/csv' } : {}
    const headers = { authorization: `Bearer ${admin}`, ...type, ...more }
    return api.app.inject({ method, url, payload, headers })
  }
  const get = (url: string, key = office) => api.get(url, key)
  const json = async (url: string, key = office) => (await get(url, key)).json()
  return {
    directory,
    api,
    store,
    get,
    json,
    send,
    bring: (table: string, query = '') => send('POST', `/v1/imports${query}`, table),
  }
}

type House = Awaited<ReturnType<typeof house>>

/** The freeze of MIDNIGHT, said twice, of the meters named; released an hour after the time to settle. */
export async function released({ store }: House, ...meters: readonly string[]) {
  const findings = [{ rule: 'V-W1', verdict: 'accept', severity: 3, codes: [], evidence: 'twice' }] as const
  for (const meter of meters) {
    const said = NEEDED.map(obis => {
      const digits = /[12]$/.test(obis) ? 500n : 1_000n
      return { obis, kind: 'freeze', slot: MIDNIGHT, readAt: MIDNIGHT, digits, findings } as const
    })
    const clock = { measuredAt: MIDNIGHT + HOUR, deviationMs: 1_000 }
    await store.accept({ ...roundOf(meter, ...said), clock })
  }
  for (const meter of METERS) {
    const pairs = [{ meter: billedMeter(meter, { offsetMinutes: 480 }), boundary: MIDNIGHT, anew: false }]
    await store.settle({ now: LATER, policy: USUAL_POLICY, pairs })
  }
}

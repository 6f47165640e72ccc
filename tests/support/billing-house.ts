/** A real store with a thread that makes pages and an API over it: midnights of meters are kept in it and settled. */

import { onTestFinished } from 'vitest'
import { createPageThread } from '../../src/api/page-thread/thread.ts'
import type { ApiParts } from '../../src/api/parts.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { Outcome } from '../../src/store/book/asked.ts'
import type { OrderRules } from '../../src/store/order/rules.ts'
import type { Round } from '../../src/store/store.ts'
import { LIMITS } from '../store/book-files.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { roundOf, type Said } from '../store/rounds.ts'
import { MIDNIGHT, NEEDED, recordingLog, testApi } from './api.ts'
import { WITNESS } from './gated.ts'
import { doorsOver } from './order-doors.ts'

const SITE = { offsetMinutes: 480 }

/** Midnight of a day; the twenty-first of November is day 0. */
export const midnight = (day: number) => MIDNIGHT + day * DAY

/** The freeze of a day, in hundredths of kWh, said twice unless told otherwise; half of a total is of each tariff. */
export function frozen(
  meter: string,
  day: number,
  digits: bigint,
  { twice = true, ...change }: Said & { readonly twice?: boolean } = {},
): Round {
  const slot = midnight(day)
  const said = NEEDED.map((obis): Said => {
    const isTariff = obis.endsWith('1') || obis.endsWith('2')
    const own = isTariff ? digits / 2n : digits
    return {
      obis,
      kind: 'freeze',
      slot,
      readAt: slot,
      digits: own,
      findings: twice ? [WITNESS] : [],
      ...change,
    }
  })
  return { ...roundOf(meter, ...said), clock: { measuredAt: slot + HOUR, deviationMs: 1_000 } }
}

/** With `rules` orders of supply are configured. */
export async function billingHouse(
  meters: readonly MeterConfig[],
  change: Partial<ApiParts> = {},
  rules: OrderRules | null = null,
) {
  const directory = newDirectory()
  const limits = { ...LIMITS, ...(rules && { orders: rules }) }
  const store = await openIn(directory, { batchRows: 1, limits })
  const orders = rules && { orders: doorsOver(store, rules) }
  const config = {
    dataDirectory: directory,
    gateway: 'gw',
    site: SITE,
    meters,
    billing: USUAL_POLICY,
    areas: [],
  }
  const pages = createPageThread({ store, config, log: recordingLog() })
  onTestFinished(() => pages.stop())
  const api = await testApi({ store, pages, meters, ...orders, ...change })
  const key = await api.key(['read', 'billing'])

  /** Days of all meters, slice after slice; again until a whole pass releases nothing. */
  async function settle(days: readonly number[], now: number): Promise<void> {
    const pairs = meters.flatMap(meter =>
      days.map(day => ({ meter: billedMeter(meter, SITE), boundary: midnight(day), anew: true })),
    )
    for (let last: readonly Outcome[] = ['release']; last.includes('release'); ) {
      const outcomes: Outcome[] = []
      while (outcomes.length < pairs.length) {
        const rest = pairs.slice(outcomes.length)
        outcomes.push(...(await store.settle({ now, policy: USUAL_POLICY, pairs: rest })).outcomes)
      }
      last = outcomes
    }
    api.time.now = now
  }

  return { ...api, directory, settle, store, pages, get: (url: string, by = key) => api.get(url, by) }
}

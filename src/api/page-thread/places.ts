/** How meters are called in other people's books, and what the meter list says of who is behind them. */

import type { MeterConfig } from '../../config/config.ts'
import { mostPerHour } from '../../config/most-per-hour.ts'
import { CREDIT_THRESHOLDS, type CreditThreshold } from '../../core/credit.ts'
import type { Held, Place } from '../../export/export-row.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import { endOf, holdsAt, meet } from '../../reading/archive/pairing.ts'
import type { MeterClass } from '../../reading/rules/parameter.ts'
import type { Customer } from '../../supply/policy/policy.ts'

export interface Places {
  /** At an instant, UTC ms. */
  placeOf(meter: string, instant: number): Place
  /** Whose it was, where that was not one account and point all the time; else empty. Times when it was nobody's are left out. */
  heldIn(meter: string, from: number, to: number): readonly Held[]
}

/** By meter; what the meter list says. */
export type NamesOfMeters = Readonly<
  Record<
    string,
    Pick<Place, 'meterNumber' | 'assetNumber'> & {
      readonly customer: Customer | null
      readonly credit: CreditOfMeter
    }
  >
>

/** What the profile says of money the meter keeps, and how fast it can be used up. */
export interface CreditOfMeter {
  /** By threshold the item that tells it. */
  readonly thresholds: Readonly<Partial<Record<CreditThreshold, string>>>
  /** Whole kWh. */
  readonly mostPerHour: number
}

const CUSTOMER_OF: Readonly<Record<MeterClass, Customer>> = {
  dwelling: 'residents',
  shop: 'others',
  industry: 'others',
}

export function namesOf(meters: readonly MeterConfig[]): NamesOfMeters {
  return Object.fromEntries(
    meters.map(meter => {
      const { id, meterNumber = '', assetNumber = '', class: of } = meter
      const customer = of === undefined ? null : CUSTOMER_OF[of]
      return [id, { meterNumber, assetNumber, customer, credit: creditOf(meter) }]
    }),
  )
}

function creditOf(meter: MeterConfig): CreditOfMeter {
  const { prepaid = {} } = meter.profile
  const thresholds = Object.fromEntries(
    CREDIT_THRESHOLDS.flatMap(one => (prepaid[one] ? [[one, prepaid[one].item]] : [])),
  )
  return { thresholds, mostPerHour: mostPerHour(meter) }
}

/** By the meter list, and by what is known of accounts; rows come meter by meter. */
export function placesBy(names: NamesOfMeters | undefined, archive: Pick<ArchiveView, 'ofMeter'>): Places {
  let of: string | null = null
  let pairings: ReturnType<ArchiveView['ofMeter']> = []
  function pairingsOf(meter: string) {
    if (meter !== of) pairings = archive.ofMeter(meter)
    of = meter
    return pairings
  }
  return {
    placeOf(meter, instant) {
      const { account = '', point = '' } = pairingsOf(meter).find(one => holdsAt(one, instant)) ?? {}
      const { meterNumber = '', assetNumber = '' } = names?.[meter] ?? {}
      return { account, point, meterNumber, assetNumber }
    },
    heldIn(meter, from, to) {
      const inside = pairingsOf(meter).filter(one => meet(one, { from, to }))
      if (inside.every(one => one.from <= from && endOf(one) >= to)) return []
      return inside
        .map(({ account, point, ...one }) => ({
          ...{ account, point },
          ...{ from: Math.max(one.from, from), to: Math.min(endOf(one), to) },
        }))
        .sort((a, b) => a.from - b.from)
    },
  }
}

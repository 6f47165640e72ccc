/** How meters are called in other people's books. */

import type { MeterConfig } from '../../config/config.ts'
import type { Place } from '../../export/export-row.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import { holdsAt } from '../../reading/archive/pairing.ts'

/** What it says of a meter at an instant, UTC ms. */
export type PlaceOf = (meter: string, instant: number) => Place

/** By meter; what the meter list says. */
export type NamesOfMeters = Readonly<Record<string, Pick<Place, 'meterNumber' | 'assetNumber'>>>

export function namesOf(meters: readonly MeterConfig[]): NamesOfMeters {
  return Object.fromEntries(
    meters.map(({ id, meterNumber = '', assetNumber = '' }) => [id, { meterNumber, assetNumber }]),
  )
}

/** By the meter list, and by what is known of accounts; rows come meter by meter. */
export function placesBy(names: NamesOfMeters | undefined, archive: Pick<ArchiveView, 'ofMeter'>): PlaceOf {
  let of: string | null = null
  let pairings: ReturnType<ArchiveView['ofMeter']> = []
  return (meter, instant) => {
    if (meter !== of) pairings = archive.ofMeter(meter)
    of = meter
    const { account = '', point = '' } = pairings.find(one => holdsAt(one, instant)) ?? {}
    const { meterNumber = '', assetNumber = '' } = names?.[meter] ?? {}
    return { account, point, meterNumber, assetNumber }
  }
}

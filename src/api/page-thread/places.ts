/** How meters are called in other people's books. */

import type { MeterConfig } from '../../config/config.ts'
import type { Place } from '../../export/export-row.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'

/** How a meter is called in what ends at an instant, UTC ms. */
export type PlaceOf = (meter: string, instant: number) => Place

/** By meter; what the meter list says. */
export type NamesOfMeters = Readonly<Record<string, Pick<Place, 'meterNumber' | 'assetNumber'>>>

export function namesOf(meters: readonly MeterConfig[]): NamesOfMeters {
  return Object.fromEntries(
    meters.map(({ id, meterNumber = '', assetNumber = '' }) => [id, { meterNumber, assetNumber }]),
  )
}

/** Numbers by the meter list, account and point by the archive: of a period those that held just before its end. */
export function placesBy(names: NamesOfMeters, archive: Pick<ArchiveView, 'placeOf'>): PlaceOf {
  const called = new Map(Object.entries(names))
  return (meter, instant) => {
    const { account = '', point = '' } = archive.placeOf(meter, instant - 1) ?? {}
    const { meterNumber = '', assetNumber = '' } = called.get(meter) ?? {}
    return { account, point, meterNumber, assetNumber }
  }
}

/** How meters are called in other people's books. */

import type { MeterConfig } from '../../config/config.ts'
import type { Place } from '../../export/export-row.ts'

/** What it says of a meter at an instant, UTC ms. */
export type PlaceOf = (meter: string, instant: number) => Place

/** By meter; what the meter list says. */
export type NamesOfMeters = Readonly<Record<string, Pick<Place, 'meterNumber' | 'assetNumber'>>>

const NAMELESS: Place = { account: '', point: '', meterNumber: '', assetNumber: '' }

export function namesOf(meters: readonly MeterConfig[]): NamesOfMeters {
  return Object.fromEntries(
    meters.map(({ id, meterNumber = '', assetNumber = '' }) => [id, { meterNumber, assetNumber }]),
  )
}

/** By the meter list, which knows no accounts. */
export function placesBy(names: NamesOfMeters): PlaceOf {
  const places = new Map(Object.entries(names).map(([meter, told]) => [meter, { ...NAMELESS, ...told }]))
  return meter => places.get(meter) ?? NAMELESS
}

/** Transformer areas: which meters measure what is fed into one, and which hang on it (V-A1). */

import type { Area } from '../reading/rules/group/area-loss.ts'
import type { Complain } from './complaint.ts'
import type { MeterEntry } from './meters.ts'
import type { WrittenConfig } from './schema.ts'
import { nearest } from './words.ts'

type Written = NonNullable<NonNullable<WrittenConfig['areas']>[number]>

/** A meter says itself which area it hangs on; one that feeds an area may hang on another. */
export function resolveAreas(
  written: WrittenConfig['areas'],
  entries: readonly MeterEntry[],
  complain: Complain,
): readonly Area[] {
  const areas = (written ?? []).map(one => ({
    id: one?.id ?? '',
    supply: supplyOf(one),
    users: [] as string[],
  }))
  const byId = new Map(areas.toReversed().map(area => [area.id, area]))
  for (const { written: meter, path, complain: complainThere } of entries) {
    if (meter.area === undefined) continue
    const area = byId.get(meter.area)
    if (area) area.users.push(meter.id ?? '')
    else
      complainThere(
        [...path, 'area'],
        `no area "${meter.area}" is listed`,
        remedyFor(meter.area, byId.keys()),
      )
  }
  const ids = new Set(entries.flatMap(({ written: { id } }) => id ?? []))
  const feeding = new Map<string, string>()
  for (const [index, area] of areas.entries()) {
    const say = (key: string | number, text: string, remedy: string) =>
      complain(['areas', index, ...(typeof key === 'number' ? ['supply', key] : [key])], text, remedy)
    if (area.id !== '' && byId.get(area.id) !== area)
      say('id', `there are two areas "${area.id}"`, 'give each area its own id')
    else if (area.id !== '' && area.users.length === 0)
      say(
        'id',
        `no meter hangs on "${area.id}"`,
        `write area: ${area.id} at each of its meters, or remove it`,
      )
    if (area.supply.length === 0)
      say('supply', 'names no meter', 'name the meters that measure what is fed into it')
    for (const [place, id] of area.supply.entries()) checkFeeding(id, area, place, ids, feeding, say)
  }
  return areas
}

function supplyOf(written: Written | undefined): readonly string[] {
  return (written?.supply ?? []).map(id => id ?? '')
}

function checkFeeding(
  id: string,
  area: Area,
  place: number,
  ids: ReadonlySet<string>,
  feeding: Map<string, string>,
  say: (place: number, text: string, remedy: string) => void,
): void {
  if (id === '') return
  const before = feeding.get(id)
  if (!ids.has(id)) say(place, `no meter "${id}" is listed`, remedyFor(id, ids))
  else if (area.users.includes(id))
    say(
      place,
      `the meter "${id}" hangs on this area`,
      'remove its area: what it counts is what the others use',
    )
  else if (before !== undefined)
    say(place, `the meter "${id}" feeds "${before}" already`, 'name each meter once')
  feeding.set(id, area.id)
}

export function remedyFor(written: string, known: Iterable<string>): string {
  const all = [...known]
  const meant = nearest(written, all)
  const some = all.slice(0, 12).join(', ')
  return meant ? `did you mean "${meant}"?` : `there ${all.length === 0 ? 'is none' : `are ${some}`}`
}

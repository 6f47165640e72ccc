/**
 * An entry of the book: a release as the one text that is kept, hashed and sent (PR-17). What was sent once is sent again
 * byte for byte, whatever is configured since. Numbers that are billed are decimal strings.
 */

import { assert } from '../../core/faults.ts'
import { formatScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Opening, Release, ReleasedRegister, SeriesEnd } from '../../reading/billing/release.ts'

/** Where a release stands in the book. */
export interface EntryPlace {
  /** 1, 2, …, of all releases. */
  readonly sequence: number
  readonly batch: number
}

export interface Entry extends Release, EntryPlace {
  /** JSON, as written. */
  readonly text: string
}

/** As `release` is written, in this order. */
interface Written extends Omit<Release, 'boundary' | 'recordedAt' | 'registers' | 'opening'>, EntryPlace {
  readonly opening?: Readonly<Record<keyof Opening, WrittenEnd>>
  readonly boundary: string
  readonly recordedAt: string
  readonly registers: readonly (Omit<ReleasedRegister, 'value' | 'rolledOver'> & {
    readonly value: string
    readonly rolledOver?: string
  })[]
}

interface WrittenEnd extends Omit<SeriesEnd, 'at' | 'registers'> {
  readonly at: string
  readonly registers: readonly (Omit<SeriesEnd['registers'][number], 'value'> & { readonly value: string })[]
}

/** Times are told in the offset of the site. */
export function writeEntry(release: Release, { sequence, batch }: EntryPlace, offsetMinutes: number): string {
  const { meter, boundary, version, standing, withheld, multiplier, segment, recordedAt, by } = release
  return JSON.stringify({
    sequence,
    meter,
    boundary: isoWithOffset(boundary, offsetMinutes),
    version,
    standing,
    registers: release.registers.map(
      ({ obis, value, unit, reading, codes, witnesses, estimate, rolledOver }) => ({
        obis,
        value: formatScaled(value),
        unit,
        reading,
        codes,
        witnesses: witnesses.map(({ by, evidence }) => ({ by, evidence })),
        estimate: estimate && { method: estimate.method, evidence: estimate.evidence },
        ...(rolledOver && { rolledOver: formatScaled(rolledOver) }),
      }),
    ),
    withheld,
    multiplier,
    segment,
    ...(release.opening && {
      opening: {
        final: writeEnd(release.opening.final, offsetMinutes),
        initial: writeEnd(release.opening.initial, offsetMinutes),
      },
    }),
    remarks: release.remarks.map(({ condition, code, obis, text, blocks }) => ({
      condition,
      code,
      obis,
      text,
      blocks,
    })),
    recordedAt: isoWithOffset(recordedAt, offsetMinutes),
    by,
    batch,
  } satisfies Written)
}

export function writeEnd(
  { at, segment, multiplier, registers }: SeriesEnd,
  offsetMinutes: number,
): WrittenEnd {
  return {
    at: isoWithOffset(at, offsetMinutes),
    segment,
    multiplier,
    registers: registers.map(({ obis, value, unit, reading }) => ({
      obis,
      value: formatScaled(value),
      unit,
      reading,
    })),
  }
}

function readEnd({ at, ...rest }: WrittenEnd): SeriesEnd {
  const registers = rest.registers.map(one => ({ ...one, value: exact(one.value) }))
  return { ...rest, at: Date.parse(at), registers }
}

/** Field by field: of a million entries a tenth of the time to read them. */
function readRegister(one: Written['registers'][number]): ReleasedRegister {
  const { obis, value, unit, reading, codes, witnesses, estimate, rolledOver } = one
  const read = { obis, value: exact(value), unit, reading, codes, witnesses, estimate }
  return rolledOver === undefined ? read : { ...read, rolledOver: exact(rolledOver) }
}

/** What `writeEntry` wrote; the times are those of its row. */
export function readEntry(text: string, times: Pick<Release, 'boundary' | 'recordedAt'>): Entry {
  const one = JSON.parse(text) as Written
  const { sequence, batch, meter, version, standing, withheld, multiplier, segment, remarks, by, opening } =
    one
  const { boundary, recordedAt } = times
  const registers = one.registers.map(readRegister)
  const read = {
    ...{ sequence, batch, meter, boundary, version, standing, registers, withheld, multiplier, segment },
    ...{ remarks, recordedAt, by, text },
  }
  const both = opening && { final: readEnd(opening.final), initial: readEnd(opening.initial) }
  return both ? { ...read, opening: both } : read
}

export function exact(text: string): Scaled {
  const value = parseScaled(text)
  assert(value !== null, 'what is written in the book is a decimal')
  return value
}

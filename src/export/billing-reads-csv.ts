/** `billing_reads_v1`: a row for each meter, boundary and register, with what it is billed by and what that rests on. */

import { formatScaled } from '../core/scaled.ts'
import { isoWithOffset } from '../core/time.ts'
import type { ReleasedRegister } from '../reading/billing/release.ts'
import { type CsvText, type CsvVariant, csvText } from './csv.ts'
import type { ExportAbout, ExportFormat, Held, PastRow, ReleasedRow } from './export-row.ts'
import { qualityOf, WITHHELD_CODES } from './quality.ts'
import { registerReadingType } from './reading-type.ts'
import { registerName } from './register-name.ts'
import { beforeMultiplier } from './register-value.ts'
import { readingSource, type Source, sourceOf } from './source.ts'

export const BILLING_READS_COLUMNS = [
  'schema',
  'batch_id',
  'account_no',
  'point_id',
  'meter_no',
  'asset_no',
  'boundary_time',
  'register',
  'reading_type',
  'unit',
  'register_value',
  'multiplier',
  'quantity_since_prev',
  'prev_boundary_time',
  'prev_register_value',
  'quality',
  'iec_quality',
  'method',
  'reason_code',
  'reason_text',
  'estimated_kwh',
  'version',
  'supersedes_version',
  'recorded_at',
  'released_at',
  'release_state',
  'segment',
  'tariff_table',
  'source',
  'evidence_ref',
] as const

const SCHEMA = 'billing_reads/1'
/** Meters do not tell which of their tables was in force. */
const NO_TARIFF_TABLE = ''

export function billingReadsCsv(variant: CsvVariant): ExportFormat<ReleasedRow> {
  return {
    name: 'billing_reads_v1',
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    begin(about) {
      const csv = csvText(variant)
      const put = rowWriter(about, csv)
      return { head: () => csv.head(BILLING_READS_COLUMNS), put, tail: () => '' }
    },
  }
}

/** What is the same in all rows of a release. */
interface Around {
  readonly row: ReleasedRow
  /** Columns 1 to 7. */
  readonly before: string
  /** Columns 22 to 28. */
  readonly after: string
  readonly previousAt: string
  /** Columns 8 to 10 of a register and unit. */
  readonly names: (obis: string) => (unit: string) => string
  readonly source: 'freeze' | 'timed'
}

function rowWriter({ batchId, offsetMinutes }: ExportAbout, csv: CsvText): (row: ReleasedRow) => string {
  const iso = remembered((instant: number) => isoWithOffset(instant, offsetMinutes))
  const namesOf = remembered((boundary: number) =>
    remembered((obis: string) =>
      remembered((unit: string) => {
        const type = registerReadingType(obis, unit, boundary, offsetMinutes) ?? ''
        return joined([csv.text(registerName(obis)), type, csv.text(unit)])
      }),
    ),
  )
  const batch = csv.text(batchId)

  function aroundOf(row: ReleasedRow): Around {
    const { place, release, previous } = row
    const { version, standing, segment } = release
    const number = place.meterNumber === '' ? release.meter : place.meterNumber
    const called = [place.account, place.point, number, place.assetNumber].map(csv.text)
    const recordedAt = iso(release.recordedAt)
    const state = standing === 'withdrawn' ? 'withdrawn' : 'final'
    return {
      row,
      before: joined([SCHEMA, batch, ...called, iso(release.boundary)]),
      after: joined([
        version,
        version > 1 ? version - 1 : '',
        recordedAt,
        recordedAt,
        state,
        segment,
        NO_TARIFF_TABLE,
      ]),
      previousAt: previous ? iso(previous.boundary) : '',
      names: namesOf(release.boundary),
      source: readingSource(release),
    }
  }

  function registerRow(around: Around, register: ReleasedRegister, place: number): string {
    const { release } = around.row
    const { obis, unit, value, reading, codes } = register
    const past = around.row.past.length > 0 ? pastOf(around.row, register, place) : undefined
    const { previous, period } = past ?? around.row
    const before = sameIn(previous?.registers, register, place)
    const used = sameIn(period?.quantities, register, place)
    const source = sourceOf(register, around.source)
    const own = beforeMultiplier(value, release.multiplier)
    const told = previous && before ? beforeMultiplier(before.value, previous.multiplier) : null
    const fields = [
      around.before,
      around.names(obis)(unit),
      own ? formatScaled(own) : '',
      release.multiplier,
      used ? formatScaled(used.value) : '',
      past ? iso(past.previous.boundary) : around.previousAt,
      told ? formatScaled(told) : '',
      qualityOf(register),
      csv.text(codes.join(';')),
      methodOf(register, source),
      reasonOf(around, register, source),
      used ? formatScaled(used.estimated) : '',
      around.after,
      source,
      reading ?? '',
    ]
    return `${joined(fields)}\r\n`
  }

  function inWords({ account, point, from, to }: Held): string {
    return `account ${account} (${point}) from ${iso(from)} to ${iso(to)}`
  }

  /** Needed and not released. */
  function withheldRow(around: Around, obis: string): string {
    const { release, previous } = around.row
    const unit = previous?.registers.find(one => one.obis === obis)?.unit ?? ''
    const codes = release.standing === 'totals-only' ? WITHHELD_CODES.doubtful : WITHHELD_CODES.missing
    const reason = reasonOf(around, { obis, estimate: null }, null)
    const names = around.names(obis)(unit)
    const { before, after, previousAt } = around
    return `${before},${names},,${release.multiplier},,${previousAt},,N,${codes},,${reason},,${after},,\r\n`
  }

  function reasonOf(
    { row: { release, held } }: Around,
    { obis, estimate }: Pick<ReleasedRegister, 'obis' | 'estimate'>,
    source: Source | null,
  ): string {
    const { remarks: all } = release
    if (all.length === 0 && held.length === 0 && estimate === null && source !== 'manual') return ','
    const remarks = all.filter(one => one.obis === null || one.obis === obis)
    const words = remarks.map(({ text }) => text)
    if (estimate !== null) words.push(estimate.evidence)
    if (source === 'manual') words.push(`by ${release.by}`)
    if (held.length > 0) words.push(`of ${held.map(inWords).join(', ')}`)
    const codes = [
      ...new Set([...remarks.map(({ code }) => code), ...(held.length > 0 ? ['ACCOUNT_CHANGED'] : [])]),
    ]
    return `${csv.text(codes.join(';'))},${csv.text([...new Set(words)].join('; '))}`
  }

  return row => {
    const around = aroundOf(row)
    const { registers, withheld } = row.release
    let text = ''
    for (const [place, one] of registers.entries()) text += registerRow(around, one, place)
    for (const obis of withheld) text += withheldRow(around, obis)
    return text
  }
}

/** Undefined where the boundary before tells the register. */
function pastOf(
  { past, previous }: ReleasedRow,
  register: ReleasedRegister,
  place: number,
): PastRow | undefined {
  if (sameIn(previous?.registers, register, place)) return undefined
  return past.find(one => sameIn(one.previous.registers, register, place))
}

function methodOf({ estimate }: ReleasedRegister, source: Source): string {
  if (estimate !== null) return estimate.method
  return source === 'manual' ? 'manual' : ''
}

interface OfRegister {
  readonly obis: string
  readonly unit: string
}

/** In the same place as a rule. */
function sameIn<One extends OfRegister>(
  list: readonly One[] | undefined,
  { obis, unit }: OfRegister,
  place: number,
): One | undefined {
  const isSame = (one: One) => one.obis === obis && one.unit === unit
  const near = list?.[place]
  return near && isSame(near) ? near : list?.find(isSame)
}

/** A text in one piece: one added up of many is copied piece by piece into every row it is in (bench export). */
function joined(fields: readonly (string | number)[]): string {
  return fields.join(',')
}

const MOST_REMEMBERED = 10_000

/** Of values that come again and again. */
function remembered<Value, Made>(make: (value: Value) => Made): (value: Value) => Made {
  const known = new Map<Value, Made>()
  return value => {
    const before = known.get(value)
    if (before !== undefined) return before
    if (known.size >= MOST_REMEMBERED) known.clear()
    const made = make(value)
    known.set(value, made)
    return made
  }
}

/**
 * NEM12-like interval file (AEMO, Meter Data File Format Specification NEM12 & NEM13): whole days of 5, 15 or 30 minutes, each
 * interval with its quality. Time is the site's fixed offset, points and participants are our own (docs/exports.md).
 */

import { Fault } from '../core/faults.ts'
import { formatScaled, type Scaled } from '../core/scaled.ts'
import { civilOf, MINUTE } from '../core/time.ts'
import type { ExportAbout, ExportedInterval, ExportFormat, FormatWriter, IntervalDay } from './export-row.ts'
import { isWholeDay } from './interval-days.ts'
import { createPointOwners, nem12PointOf, nem12Suffix, SUFFIX_ORDER } from './nem12-point.ts'

export const NEM12: ExportFormat<IntervalDay> = {
  name: 'nem12',
  mediaType: 'text/csv; charset=us-ascii',
  extension: 'csv',
  takes: ({ obis }) => nem12Suffix(obis) !== null,
  minutes: [5, 15, 30],
  fileName,
  begin: createWriter,
}

/** Who the file is for: billing is all that pulls from us. */
const RECEIVER = 'BILLING'

/** As files are named in the market: of the sender unique, with both participants. */
function fileName({ batchId, gateway }: ExportAbout): string {
  return `NEM12#${batchId.replaceAll(/[^0-9A-Za-z]/g, '').slice(-36)}#${participant(gateway)}#${RECEIVER}.csv`
}

const END = '\r\n'

interface Row extends IntervalDay {
  readonly nmi: string
  readonly suffix: string
}

/** Rows of one meter come one after the other: they are written together, since each of its registers names all. */
function createWriter(about: ExportAbout): FormatWriter<IntervalDay> {
  const own = createPointOwners()
  const written = new Set<string>()
  let rows: Row[] = []
  const flush = (): string => {
    const [first] = rows
    if (first) written.add(first.meter)
    const text = blocksOf(rows, about)
    rows = []
    return text
  }
  return {
    head: () => record(['100', 'NEM12', stamp(about).slice(0, 12), participant(about.gateway), RECEIVER]),
    put: day => {
      const row = rowOf(day)
      own(row.nmi, row.meter, row.from)
      const text = rows[0] && rows[0].meter !== row.meter ? flush() : ''
      if (written.has(row.meter)) throw refused(row, 'its days do not come one after the other')
      if (rows.some(one => isSameDay(one, row))) throw refused(row, 'the same day twice')
      rows.push(row)
      return text
    },
    tail: () => `${flush()}${record(['900'])}`,
  }
}

function rowOf(day: IntervalDay): Row {
  const suffix = nem12Suffix(day.obis)
  if (suffix === null) throw refused(day, 'no suffix stands for this register; ask for totals of energies')
  if (!NEM12.minutes?.includes(day.everyMs / MINUTE))
    throw refused(day, 'intervals are 5, 15 or 30 minutes long')
  if (!isWholeDay(day)) throw refused(day, 'only whole days; end at a midnight that is over')
  return { ...day, suffix, nmi: nem12PointOf(day.place, day.meter) }
}

function refused({ meter, obis, from }: IntervalDay, why: string): Fault {
  return new Fault('ASK_INVALID', `NEM12: ${meter}, ${obis}, day of ${new Date(from).toISOString()}: ${why}`)
}

function isSameDay(one: Row, other: Row): boolean {
  return one.nmi === other.nmi && one.suffix === other.suffix && one.from === other.from
}

/** All registers of a point stand together; a meter that came to another point begins anew there. */
function blocksOf(rows: readonly Row[], about: ExportAbout): string {
  return [...Map.groupBy(rows, ({ nmi }) => nmi).values()].map(all => pointOf(all, about)).join('')
}

function pointOf(rows: readonly Row[], about: ExportAbout): string {
  const has = new Set(rows.map(({ suffix }) => suffix))
  const configuration = SUFFIX_ORDER.filter(suffix => has.has(suffix))
  return configuration
    .flatMap(suffix => {
      const own = rows.filter(row => row.suffix === suffix).toSorted((a, b) => a.from - b.from)
      return [...Map.groupBy(own, detailsOf)].map(([details, days]) => {
        const head = record(['200', days[0]?.nmi ?? '', configuration.join(''), details])
        return `${head}${days.map(day => dayOf(day, about)).join('')}`
      })
    })
    .join('')
}

/** What follows the configuration in a 200 record; days that share it stand under one. */
function detailsOf({ suffix, place, unit, everyMs }: Row): string {
  const isActive = /^[EB]/.test(suffix)
  const serial = /^[0-9A-Za-z]{1,12}$/.test(place.meterNumber) ? place.meterNumber : ''
  const written = unit.endsWith('varh') ? 'kVArh' : 'kWh'
  return [suffix, suffix, isActive ? 'N1' : '', serial, written, everyMs / MINUTE, ''].join(',')
}

function dayOf(day: Row, about: ExportAbout): string {
  const runs = runsOf(day.intervals)
  const [only, ...others] = runs
  const isOne = only !== undefined && others.length === 0
  const quality = isOne ? only.quality : ['V', '', '']
  const date = stamp({ ...about, asOf: day.from }).slice(0, 8)
  const values = day.intervals.map(one => kiloOf(one, day))
  const whole = record(['300', date, ...values, ...quality, stamp(about), ''])
  const parts = isOne ? [] : runs.map(({ from, to, quality }) => record(['400', from, to, ...quality]))
  return [whole, ...parts].join('')
}

/** Intervals of one quality that follow each other, counted from 1. */
interface Run {
  readonly from: number
  readonly to: number
  /** Quality with method, reason code, reason. */
  readonly quality: readonly string[]
}

function runsOf(intervals: readonly ExportedInterval[]): readonly Run[] {
  const runs: Run[] = []
  for (const [place, interval] of intervals.entries()) {
    const quality = qualityOf(interval)
    const last = runs.at(-1)
    if (last?.quality === quality) runs[runs.length - 1] = { ...last, to: place + 1 }
    else runs.push({ from: place + 1, to: place + 1, quality })
  }
  return runs
}

const ACTUAL = ['A', '', ''] as const
const NULL = ['N', '', ''] as const

/** Why the reads are absent is not known of an interval, so the reason is 0 with words. */
const SUBSTITUTED: ReadonlyMap<string, readonly string[]> = new Map([
  ['linear', ['S17', '0', 'Not read: what the register counted is divided evenly']],
  ['like-days', ['S15', '0', 'Not read: what the register counted is divided as on like days']],
])

function qualityOf({ mark, method }: ExportedInterval): readonly string[] {
  if (mark === 'measured') return ACTUAL
  if (mark === 'missing') return NULL
  const quality = SUBSTITUTED.get(method ?? '')
  if (!quality) throw new RangeError(`no NEM12 method stands for ${method}`)
  return quality
}

/** Energies by the unit they come in, as powers of ten of the k that is written. */
const SHIFTS: Readonly<Record<string, number>> = { Wh: -3, kWh: 0, MWh: 3, varh: -3, kvarh: 0, Mvarh: 3 }

/** What is missing stands as 0, and its quality says that it is none. */
function kiloOf({ value }: ExportedInterval, day: IntervalDay): string {
  const shift = SHIFTS[day.unit]
  if (shift === undefined) throw refused(day, `no unit of energy: ${day.unit}`)
  if (value === null) return '0'
  const kilo: Scaled = { digits: value.digits, scaler: value.scaler + shift }
  if (kilo.digits < 0n) throw refused(day, 'an interval below zero')
  return formatScaled(kilo)
}

/** `YYYYMMDDhhmmss` by the site's clock. The time of the data and never now: it is the version of what is written. */
function stamp({ asOf, offsetMinutes }: Pick<ExportAbout, 'asOf' | 'offsetMinutes'>): string {
  return civilOf(asOf, offsetMinutes).replaceAll(/\D/g, '')
}

/** Ten characters at most, as participants have. */
function participant(gateway: string): string {
  return (
    gateway
      .toUpperCase()
      .replaceAll(/[^0-9A-Z]/g, '')
      .slice(0, 10) || 'METERD'
  )
}

function record(fields: readonly (string | number)[]): string {
  return `${fields.join(',')}${END}`
}

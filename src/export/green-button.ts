/**
 * Green Button (NAESB REQ.21, ESPI 4.0): what a customer downloads of one meter, an Atom feed of intervals. Intervals are
 * stamped with their begin, values are whole Wh or varh, what is missing is left out. No names, accounts or addresses.
 */

import { Fault } from '../core/faults.ts'
import { digitsAt } from '../core/scaled.ts'
import { SECOND } from '../core/time.ts'
import type { ExportAbout, ExportedInterval, ExportFormat, FormatWriter, IntervalDay } from './export-row.ts'
import { intervalReadingType, READING_TYPE_MINUTES } from './reading-type.ts'
import { uuidOf } from './uuid.ts'

export const GREEN_BUTTON: ExportFormat<IntervalDay> = {
  name: 'green_button',
  mediaType: 'application/atom+xml; charset=utf-8',
  extension: 'xml',
  takes: ({ obis, unit, everyMs }) => intervalReadingType(obis, unit, everyMs) !== null,
  minutes: READING_TYPE_MINUTES,
  isOfOneMeter: true,
  begin: createWriter,
}

const ATOM = 'http://www.w3.org/2005/Atom'
const ESPI = 'http://naesb.org/espi'
const ROOT = '/espi/1_1/resource'

function createWriter(about: ExportAbout): FormatWriter<IntervalDay> {
  const told = new Set<string>()
  let meter: string | null = null
  return {
    head: () => {
      const updated = instant(about.asOf)
      const id = urn(`${about.gateway} feed ${about.batchId}`)
      return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="${ATOM}"><id>${id}</id><title>Green Button usage</title><updated>${updated}</updated><author><name>meterd</name></author>\n`
    },
    put: day => {
      const first = meter === null ? placeOf(day, about) : ''
      meter ??= day.meter
      if (day.meter !== meter)
        throw new Fault('ASK_INVALID', `Green Button: a file is of one meter; ask for ${day.meter} by itself`)
      const series = seriesOf(day, about)
      const known = told.has(series.path)
      told.add(series.path)
      return `${first}${known ? '' : meterReadingOf(series, about)}${blockOf(day, series, about)}`
    },
    tail: () => '</feed>\n',
  }
}

interface Entry {
  /** Stays: the entry's id is made of it. */
  readonly path: string
  readonly links: readonly (readonly ['self' | 'up' | 'related', string])[]
  readonly title: string
  readonly content: string
  /** UTC ms. */
  readonly published: number
}

/** `updated` is when what is exported changed last, and never before `published`. */
function entry({ path, links, title, content, published }: Entry, { gateway, asOf }: ExportAbout): string {
  const all = links.map(([rel, href]) => `<link rel="${rel}" href="${href}"/>`).join('')
  const times = `<published>${instant(published)}</published><updated>${instant(Math.max(published, asOf))}</updated>`
  return `<entry><id>${urn(`${gateway} ${path}`)}</id>${all}<title>${title}</title><content type="application/xml">${content}</content>${times}</entry>\n`
}

/** The point of use and its time: a fixed offset, no daylight saving. */
function placeOf(day: IntervalDay, about: ExportAbout): string {
  const point = pointOf(day, about)
  const time = `${ROOT}/LocalTimeParameters/${uuidOf(`${about.gateway} time ${about.offsetMinutes}`)}`
  const usage = entry(
    {
      path: point,
      links: [
        ['self', point],
        ['up', `${ROOT}/UsagePoint`],
        ['related', `${point}/MeterReading`],
        ['related', time],
      ],
      title: 'Usage point',
      content: element('UsagePoint', [
        ['ServiceCategory', [['kind', 0]]],
        ['status', 1],
      ]),
      published: about.asOf,
    },
    about,
  )
  const local = entry(
    {
      path: time,
      links: [
        ['self', time],
        ['up', `${ROOT}/LocalTimeParameters`],
      ],
      title: 'Local time',
      content: element('LocalTimeParameters', [
        ['dstEndRule', NO_DAYLIGHT_SAVING],
        ['dstOffset', 0],
        ['dstStartRule', NO_DAYLIGHT_SAVING],
        ['tzOffset', about.offsetMinutes * 60],
      ]),
      published: about.asOf,
    },
    about,
  )
  return `${usage}${local}`
}

const NO_DAYLIGHT_SAVING = 'FFFFFFFF'

function pointOf({ meter }: IntervalDay, { gateway }: ExportAbout): string {
  return `${ROOT}/UsagePoint/${uuidOf(`${gateway} usage point ${meter}`)}`
}

/** Intervals of one kind and length: what ESPI calls a MeterReading. */
interface Series {
  readonly path: string
  readonly point: string
  /** Values are so many powers of ten of Wh or varh. */
  readonly power: number
  /** The eighteen fields of IEC 61968-9. */
  readonly fields: readonly string[]
  readonly everyMs: number
}

function seriesOf(day: IntervalDay, about: ExportAbout): Series {
  const { obis, unit, everyMs } = day
  const fields = intervalReadingType(obis, unit, everyMs)?.split('.')
  if (!fields) throw refused(day, `no reading type stands for ${unit} each ${everyMs / SECOND} s`)
  const finest = Math.min(
    0,
    ...day.intervals.map(({ value }) => (value ? value.scaler + Number(fields[15]) : 0)),
  )
  const power = Math.floor(finest / 3) * 3
  const point = pointOf(day, about)
  return {
    path: `${point}/MeterReading/${uuidOf(`${obis} ${everyMs} ${power}`)}`,
    point,
    power,
    fields,
    everyMs,
  }
}

/** The order of a ReadingType's parts is the schema's. */
function meterReadingOf({ path, point, power, fields, everyMs }: Series, about: ExportAbout): string {
  const [, , period = '', accumulation = '', flow = '', commodity = '', kind = ''] = fields
  const [tariff = '', phase = '', unit = ''] = [fields[11], fields[14], fields[16]]
  const type = `${ROOT}/ReadingType/${uuidOf(`${fields.join('.')} ${everyMs} ${power}`)}`
  const reading: Entry = {
    path,
    links: [
      ['self', path],
      ['up', `${point}/MeterReading`],
      ['related', `${path}/IntervalBlock`],
      ['related', type],
    ],
    title: 'Intervals',
    content: element('MeterReading', []),
    published: about.asOf,
  }
  const readingType: Entry = {
    path: type,
    links: [
      ['self', type],
      ['up', `${ROOT}/ReadingType`],
    ],
    title: 'Energy of each interval',
    content: element('ReadingType', [
      ['accumulationBehaviour', accumulation],
      ['commodity', commodity],
      ['dataQualifier', NORMAL],
      ['defaultQuality', VALIDATED],
      ['flowDirection', flow],
      ['intervalLength', everyMs / SECOND],
      ['kind', kind],
      ['phase', phase],
      ['powerOfTenMultiplier', power],
      ['timeAttribute', 0],
      ...(tariff === '0' ? [] : [['tou', tariff] as const]),
      ['uom', unit],
      ['measuringPeriod', period],
    ]),
    published: about.asOf,
  }
  return `${entry(reading, about)}${entry(readingType, about)}`
}

/** `dataQualifier`. */
const NORMAL = 12

/** `QualityOfReading`: not 19, revenue quality, which is for what was released to bill by. */
const VALIDATED = 17
const QUALITIES: ReadonlyMap<string | null, number> = new Map([
  ['linear', 9],
  ['like-days', 8],
])

function blockOf(day: IntervalDay, series: Series, about: ExportAbout): string {
  const { from, everyMs, intervals } = day
  const path = `${series.path}/IntervalBlock/${uuidOf(`${from}`)}`
  const readings = intervals.flatMap((interval, place) =>
    interval.value === null ? [] : [readingOf(interval, from + place * everyMs, day, series)],
  )
  const block: Entry = {
    path,
    links: [
      ['self', path],
      ['up', `${series.path}/IntervalBlock`],
    ],
    title: 'A day',
    content: element('IntervalBlock', [['interval', period(from, intervals.length * everyMs)], ...readings]),
    published: from + intervals.length * everyMs,
  }
  return entry(block, about)
}

type Part = readonly [name: string, content: string | number | readonly Part[]]

function readingOf(
  { mark, value, method }: ExportedInterval,
  from: number,
  day: IntervalDay,
  series: Series,
): Part {
  const { power, fields, everyMs } = series
  if (value === null) throw new RangeError('what is missing is left out')
  const steps = digitsAt({ ...value, scaler: value.scaler + Number(fields[15]) }, power)
  if (steps > MOST || steps < -MOST) throw refused(day, 'more digits than 48 bits hold')
  const quality = mark === 'estimated' ? QUALITIES.get(method) : VALIDATED
  if (quality === undefined) throw new RangeError(`no quality of ESPI stands for ${method}`)
  const isUsual = quality === VALIDATED
  return [
    'IntervalReading',
    [
      ...(isUsual ? [] : [['ReadingQuality', [['quality', quality]]] as const]),
      ['timePeriod', period(from, everyMs)],
      ['value', `${steps}`],
    ],
  ]
}

/** Int48, both ways. */
const MOST = 2n ** 47n

function period(from: number, ms: number): readonly Part[] {
  return [
    ['duration', ms / SECOND],
    ['start', from / SECOND],
  ]
}

/** Of the namespace of ESPI, declared on it, so that it can be cut out. No part holds a text that needs escaping. */
function element(name: string, parts: readonly Part[]): string {
  return `<${name} xmlns="${ESPI}">${parts.map(written).join('')}</${name}>`
}

function written([name, content]: Part): string {
  return `<${name}>${typeof content === 'object' ? content.map(written).join('') : content}</${name}>`
}

function refused({ meter, obis }: IntervalDay, why: string): Fault {
  return new Fault('ASK_INVALID', `Green Button: ${meter}, ${obis}: ${why}`)
}

function urn(path: string): string {
  return `urn:uuid:${uuidOf(path)}`
}

/** Whole seconds, UTC. */
function instant(ms: number): string {
  return new Date(Math.floor(ms / SECOND) * SECOND).toISOString().replace('.000Z', 'Z')
}

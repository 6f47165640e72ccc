/** Whether a file is NEM12: every breach with line, field and remedy. Strict, pure, and no code of the writer's is in it. */

import {
  checkDetails,
  checkHeader,
  checkQuality,
  checkRead,
  checkValue,
  isDate,
  isTime,
  type Nem12Record,
} from './nem12-fields.ts'
import { NEM12_RULES, type Nem12Rule } from './nem12-rules.ts'

export interface Nem12Breach {
  readonly rule: Nem12Rule
  /** Both from 1; field 0 where the record as a whole is meant. */
  readonly line: number
  readonly field: number
  /** What stands there. */
  readonly found: string
  readonly demand: string
  readonly remedy: string
}

/** Nothing where the file is right. */
export function checkNem12(text: string): readonly Nem12Breach[] {
  const breaches: Nem12Breach[] = []
  const tell = (rule: Nem12Rule, { line, fields }: Nem12Record, place: number) => {
    const found = place < 0 ? fields.join(',') : (fields[place] ?? '')
    breaches.push({ rule, line, field: place + 1, found: found.slice(0, 60), ...NEM12_RULES[rule] })
  }
  const file: CheckedFile = {
    ...{ tell, records: 0, hasDetails: false, isOver: false, details: null, day: null },
    stretch: 0,
    daysTold: new Set(),
    stretches: new Map(),
  }
  const records = recordsOf(text, tell)
  for (const record of records) take(file, record)
  end(file, records.at(-1) ?? { line: 1, fields: [''] })
  return breaches
}

type TellRecord = (rule: Nem12Rule, record: Nem12Record, place: number) => void

const WHOLE = -1
function recordsOf(text: string, tell: TellRecord): readonly Nem12Record[] {
  const ends = new Set(text.match(/\r\n|\n|\r/g))
  const lines = text.split(/\r\n|\n|\r/)
  // The last line may end or not.
  if (lines.at(-1) === '') lines.pop()
  if (ends.size > 1 || ends.has('\r')) tell('line-ends', { line: 1, fields: [''] }, WHOLE)
  const records = lines.map((line, place) => ({ line: place + 1, fields: line.split(',') }))
  for (const record of records)
    if (!/^[ !#-~]*$/.test(record.fields.join(','))) tell('characters', record, WHOLE)
  return records
}

/** A 200 record and what it is for those after it. */
interface Details {
  readonly record: Nem12Record
  readonly nmi: string
  readonly suffix: string
  /** Intervals of a day; null where its length is wrong. */
  readonly count: number | null
  lastDate: string
  days: number
}

/** A 300 record, and how far its 400 records reach; null where it is too wrong to tell. */
interface Day {
  readonly record: Nem12Record
  readonly count: number | null
  readonly quality: string | null
  reached: number
  parts: number
}

const LENGTHS = new Map([
  ['5', 288],
  ['15', 96],
  ['30', 48],
])

/** What has been seen of a file so far. */
interface CheckedFile {
  readonly tell: TellRecord
  records: number
  hasDetails: boolean
  isOver: boolean
  details: Details | null
  day: Day | null
  /** Counts runs of 200 records of one NMI. */
  stretch: number
  readonly daysTold: Set<string>
  /** By NMI and date, the stretch that told of it. */
  readonly stretches: Map<string, number>
}

function take(file: CheckedFile, record: Nem12Record): void {
  const [indicator = ''] = record.fields
  const isFirst = file.records === 0
  file.records += 1
  if (file.isOver) {
    file.tell('after-end', record, WHOLE)
    return
  }
  if (isFirst && indicator !== '100') file.tell('header-first', record, 0)
  if (!isFirst && indicator === '100') file.tell('header-once', record, 0)
  if (indicator !== '400') closeDay(file)
  if (indicator === '100') checkHeader(record, file.tell)
  else if (indicator === '200') takeDetails(file, record)
  else if (indicator === '300') takeDay(file, record)
  else if (indicator === '400') takePart(file, record)
  else if (indicator === '500') takeRead(file, record)
  else if (indicator === '900') takeEnd(file, record)
  else if (record.fields.join('') === '') file.tell('blank-line', record, WHOLE)
  else file.tell('unknown-record', record, 0)
}

function end(file: CheckedFile, last: Nem12Record): void {
  if (file.records === 0) {
    file.tell('empty', last, WHOLE)
    return
  }
  closeDetails(file)
  if (!file.isOver) file.tell('end-missing', last, WHOLE)
  if (!file.hasDetails) file.tell('no-data', last, WHOLE)
}

function takeEnd(file: CheckedFile, record: Nem12Record): void {
  file.isOver = true
  if (record.fields.length !== 1) file.tell('end-fields', record, 1)
}

function takeDetails(file: CheckedFile, record: Nem12Record): void {
  closeDetails(file)
  file.hasDetails = true
  const [, nmi = '', configuration = '', , suffix = '', , , , length = ''] = record.fields
  const count = LENGTHS.get(length) ?? null
  const previous = file.details
  if (previous?.nmi !== nmi) file.stretch += 1
  file.details = { record, nmi, suffix, count, lastDate: '', days: 0 }
  if (record.fields.length !== 10) {
    file.tell('details-fields', record, record.fields.length)
    return
  }
  checkDetails(record, file.tell)
  if (count === null) file.tell('interval-length', record, 8)
  const isOther = previous?.nmi === nmi && previous.record.fields[2] !== configuration
  if (isOther) file.tell('configuration-differs', record, 2)
}

function takeDay(file: CheckedFile, record: Nem12Record): void {
  const details = file.details
  if (!details) {
    file.day = { record, count: null, quality: null, reached: 0, parts: 0 }
    file.tell('day-outside', record, WHOLE)
    return
  }
  details.days += 1
  checkDate(file, record, details)
  const { count } = details
  const isLong = count !== null && record.fields.length === count + 7
  file.day = { record, count: isLong ? count : null, quality: null, reached: 0, parts: 0 }
  if (count === null) return
  if (!isLong) {
    file.tell('day-fields', record, WHOLE)
    return
  }
  for (let place = 2; place < count + 2; place += 1) checkValue(record, place, file.tell)
  const quality = checkQuality(record, count + 2, file.tell)
  file.day = { ...file.day, quality }
  if (quality === 'N') checkNulls(file, record, 1, count)
  const [update = '', load = ''] = record.fields.slice(count + 5)
  if (!isTime(update) && !(update === '' && quality === 'N')) file.tell('update-time', record, count + 5)
  if (load !== '' && !isTime(load)) file.tell('load-time', record, count + 6)
}

function checkDate(file: CheckedFile, record: Nem12Record, details: Details): void {
  const date = record.fields[1] ?? ''
  if (!isDate(date)) {
    file.tell('day-date', record, 1)
    return
  }
  const day = `${details.nmi} ${details.suffix} ${date}`
  const ofPoint = `${details.nmi} ${date}`
  const stretch = file.stretches.get(ofPoint) ?? file.stretch
  file.stretches.set(ofPoint, stretch)
  if (file.daysTold.has(day)) file.tell('day-twice', record, 1)
  else if (stretch !== file.stretch) file.tell('nmi-together', record, 1)
  else if (date < details.lastDate) file.tell('day-order', record, 1)
  file.daysTold.add(day)
  details.lastDate = date
}

/** Of intervals counted from 1, the last included. */
function checkNulls(file: CheckedFile, day: Nem12Record, from: number, to: number): void {
  for (let interval = from; interval <= to; interval += 1)
    if (/[1-9]/.test(day.fields[interval + 1] ?? '')) {
      file.tell('null-value', day, interval + 1)
      return
    }
}

function takePart(file: CheckedFile, record: Nem12Record): void {
  const day = file.day
  if (!day) {
    file.tell('part-outside', record, WHOLE)
    return
  }
  day.parts += 1
  if (record.fields.length !== 6) {
    day.reached = Number.NaN
    file.tell('part-fields', record, record.fields.length)
    return
  }
  const quality = checkQuality(record, 3, file.tell)
  if (quality === 'V') file.tell('part-variable', record, 3)
  if (day.quality === 'A' && quality !== null && quality !== 'A') file.tell('parts-actual', record, 3)
  if (day.quality !== null && !'VA'.includes(day.quality) && day.parts === 1)
    file.tell('parts-unexpected', record, WHOLE)
  checkBounds(file, record, day, quality)
}

function checkBounds(file: CheckedFile, record: Nem12Record, day: Day, quality: string | null): void {
  const [, start = '', end = ''] = record.fields
  const [from, to] = [start, end].map(text => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : Number.NaN))
  if (from === undefined || to === undefined || day.count === null) return
  const isWithin = from <= to && to <= day.count
  const expected = day.reached + 1
  day.reached = isWithin ? to : Number.NaN
  if (!isWithin) {
    file.tell('part-bounds', record, from <= day.count ? 2 : 1)
    return
  }
  if (from > expected) file.tell('part-gap', record, 1)
  if (from < expected) file.tell('part-overlap', record, 1)
  if (quality === 'N') checkNulls(file, day.record, from, to)
}

function takeRead(file: CheckedFile, record: Nem12Record): void {
  if (!file.details || file.details.days === 0) file.tell('read-outside', record, WHOLE)
  checkRead(record, file.tell)
}

function closeDay(file: CheckedFile): void {
  const day = file.day
  file.day = null
  if (!day || day.count === null) return
  if (day.parts === 0 && day.quality === 'V') file.tell('parts-missing', day.record, day.count + 2)
  if (day.parts > 0 && day.reached < day.count) file.tell('parts-short', day.record, day.count + 2)
}

function closeDetails(file: CheckedFile): void {
  closeDay(file)
  if (file.details?.days === 0) file.tell('details-empty', file.details.record, WHOLE)
}

/** Single fields of NEM12 records, as the validator sees them. Shares nothing with the writer, so that each checks the other. */

import { instantOf } from '../core/time.ts'
import type { Nem12Rule } from './nem12-rules.ts'

/** A record: `fields[0]` is its indicator. Breaches count lines and fields from 1. */
export interface Nem12Record {
  readonly line: number
  readonly fields: readonly string[]
}

/** Notes a breach of a field, by its place in the record from 0. */
export type Tell = (rule: Nem12Rule, record: Nem12Record, place: number) => void

const UNITS = new Set(
  ['', 'k', 'M']
    .flatMap(size => ['Wh', 'VArh', 'VAh', 'W', 'VAr', 'VA'].map(unit => `${size}${unit}`))
    .concat('V', 'kV', 'A', 'kA', 'pf')
    .map(unit => unit.toUpperCase()),
)

const SUFFIX = /^[A-HJ-NP-Z][0-9A-HJ-NP-Z]$/
const ACTIVE = /^[EB].(K|M)?WH$/
const REACTIVE = /^[QK].(K|M)?VARH$/

export function isDate(text: string): boolean {
  return /^\d{8}$/.test(text) && isTime(`${text}000000`)
}

/** `YYYYMMDDhhmmss`. */
export function isTime(text: string): boolean {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
  return instantOf(`${year}-${month}-${day}T${hour}:${minute}:${second}`, 0) !== null
}

export function checkHeader(record: Nem12Record, tell: Tell): void {
  const [, version = '', time = '', from = '', to = ''] = record.fields
  if (record.fields.length !== 5) {
    tell('header-fields', record, record.fields.length)
    return
  }
  if (version !== 'NEM12') tell('header-version', record, 1)
  if (!/^\d{12}$/.test(time) || !isTime(`${time}00`)) tell('header-time', record, 2)
  for (const [place, one] of [from, to].entries())
    if (!/^[0-9A-Za-z]{1,10}$/.test(one)) tell('participant', record, 3 + place)
}

/** Of a 200 record, whatever else stands in the file. */
export function checkDetails(record: Nem12Record, tell: Tell): void {
  const [, nmi = '', all = '', register = '', suffix = '', stream = '', serial = '', unit = '', , next = ''] =
    record.fields
  const suffixes: readonly string[] = all.match(/../g) ?? []
  const isConfiguration =
    suffixes.join('') === all &&
    suffixes.length > 0 &&
    all.length <= 240 &&
    suffixes.every(one => SUFFIX.test(one)) &&
    new Set(suffixes).size === suffixes.length
  if (!/^[0-9A-Z]{10}$/.test(nmi)) tell('nmi', record, 1)
  if (!isConfiguration) tell('configuration', record, 2)
  if (register.length > 10) tell('register-id', record, 3)
  if (!SUFFIX.test(suffix)) tell('suffix', record, 4)
  else if (isConfiguration && !suffixes.includes(suffix)) tell('configuration-suffix', record, 4)
  if (!/^([0-9A-Z]{2})?$/.test(stream)) tell('data-stream', record, 5)
  if (!/^[0-9A-Za-z]{0,12}$/.test(serial)) tell('serial', record, 6)
  if (!UNITS.has(unit.toUpperCase())) tell('unit', record, 7)
  else if (!isUnitOf(suffix, unit.toUpperCase())) tell('suffix-unit', record, 7)
  if (next !== '' && !isDate(next)) tell('next-read-date', record, 9)
}

function isUnitOf(suffix: string, unit: string): boolean {
  if (/^[EB]/.test(suffix)) return ACTIVE.test(`${suffix}${unit}`)
  return !/^[QK]/.test(suffix) || REACTIVE.test(`${suffix}${unit}`)
}

export function checkValue(record: Nem12Record, place: number, tell: Tell): void {
  const text = record.fields[place] ?? ''
  if (/^-/.test(text)) tell('value-negative', record, place)
  // Files of the market leave a zero before the point out.
  else if (!/^(\d+(\.\d+)?|\.\d+)$/.test(text)) tell('value', record, place)
}

const METHODS = /^(1[1-5]|1[7-9]|2[0-5]|5[1-8])$/
/** Tamper, outage, time reset: what an actual is still told with. */
const ACTUAL_REASONS = new Set(['', '61', '79', '89'])

/** Quality with method, reason code and reason, which stand at `place` and after it. Gives the letter, or null. */
export function checkQuality(record: Nem12Record, place: number, tell: Tell): string | null {
  const [quality = '', reason = '', words = ''] = record.fields.slice(place, place + 3)
  const [, letter, method] = /^([AEFNSV])(.*)$/.exec(quality) ?? []
  if (letter === undefined || method === undefined) {
    tell('quality', record, place)
    return null
  }
  const hasMethod = 'EFS'.includes(letter)
  if (!hasMethod && method !== '') tell('method-unexpected', record, place)
  else if (hasMethod && method === '') tell('method-missing', record, place)
  else if (hasMethod && !METHODS.test(method)) tell('method-unknown', record, place)
  checkReason(record, place + 1, letter, { reason, words, tell })
  return letter
}

interface Reason {
  readonly reason: string
  readonly words: string
  readonly tell: Tell
}

function checkReason(
  record: Nem12Record,
  place: number,
  letter: string,
  { reason, words, tell }: Reason,
): void {
  if (letter === 'V' && (reason !== '' || words !== '')) {
    tell('reason-unexpected', record, place)
    return
  }
  if ('SF'.includes(letter) && reason === '') tell('reason-missing', record, place)
  else if (!/^(\d|[1-9]\d)?$/.test(reason)) tell('reason-code', record, place)
  else if (letter === 'A' && !ACTUAL_REASONS.has(reason)) tell('reason-actual', record, place)
  if (reason === '0' && words.trim() === '') tell('reason-text', record, place + 1)
  if (words.length > 240) tell('reason-long', record, place + 1)
}

export function checkRead(record: Nem12Record, tell: Tell): void {
  const [, code = '', order = '', time = '', index = ''] = record.fields
  if (record.fields.length !== 5) {
    tell('read-fields', record, record.fields.length)
    return
  }
  if (!/^[ACDEGNORS]$/.test(code)) tell('read-code', record, 1)
  if (order.length > 15) tell('read-order', record, 2)
  if (!isTime(time)) tell('read-time', record, 3)
  if (!/^\d{1,15}$/.test(index)) tell('read-index', record, 4)
}

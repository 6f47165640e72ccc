/** Dates as a wall calendar has them: "2026-11-23", no zone; ranges of them, of one year or of every year. */

import { DAY } from '../../core/time.ts'

/** "2026-11-23"; in order as text, too. */
export type LocalDate = string

/** Both ends are in it. Of every year where both are written "12-20"; such a range may run over the new year. */
export interface DateRange {
  readonly from: string
  readonly to: string
}

export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Null for what is no date. */
export function parseDate(text: string): LocalDate | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(at) || dateAt(at) !== text ? null : text
}

/** "12-20", a day that leap years have at least; null for what is none. */
export function parseYearly(text: string): string | null {
  return parseDate(`2024-${text}`) === null ? null : text
}

/** The date a clock shows whose reading is so many ms after the epoch. */
export function dateAt(local: number): LocalDate {
  return new Date(local).toISOString().slice(0, 10)
}

/** What a clock reads at 00:00 of the date, ms after the epoch. */
export function midnightOf(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`)
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return dateAt(midnightOf(date) + days * DAY)
}

export function weekdayOf(date: LocalDate): Weekday {
  return WEEKDAYS[new Date(midnightOf(date)).getUTCDay()] ?? 'sunday'
}

/** "Monday 2026-11-23". */
export function showDate(date: LocalDate): string {
  const day = weekdayOf(date)
  return `${day.charAt(0).toUpperCase()}${day.slice(1)} ${date}`
}

export function isIn({ from, to }: DateRange, date: LocalDate): boolean {
  const day = from.length === date.length ? date : date.slice(5)
  return from <= to ? from <= day && day <= to : from <= day || day <= to
}

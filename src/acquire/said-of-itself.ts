/** What a meter is asked to know it by, and what it said. */

import type { MeterConfig } from '../config/config.ts'
import { CREDIT_THRESHOLDS } from '../core/credit.ts'
import { formatScaled } from '../core/scaled.ts'
import type { AuditItem, Point, RawRead, ReadResult } from '../driver-api/driver.ts'
import type { SaidOfItself } from '../reading/audit.ts'

export interface AskedOfItself {
  readonly point: Point
  readonly tells: AuditItem['tells']
}

export function askedOfItself({ driver, profile }: MeterConfig): readonly AskedOfItself[] {
  const { serialNumber, traits, prepaid = {} } = profile
  const items = driver.discovery?.auditItems ?? []
  const asked = items.flatMap(({ item, tells }): AskedOfItself[] => {
    const point = driver.describe(item, traits)
    return point ? [{ point, tells }] : []
  })
  const thresholds = CREDIT_THRESHOLDS.flatMap((one): AskedOfItself[] => {
    const point = prepaid[one]
    return point ? [{ point, tells: 'setting' }] : []
  })
  return [
    ...asked,
    ...thresholds,
    ...(serialNumber ? [{ point: serialNumber, tells: 'number' } as const] : []),
  ]
}

/** Null where nothing was answered at all. */
export function saidBy(
  asked: readonly AskedOfItself[],
  { reads }: ReadResult,
): readonly SaidOfItself[] | null {
  if (reads.length === 0) return null
  return asked.flatMap(({ point, tells }): SaidOfItself[] => {
    const raw = reads.find(one => one.point === point)
    const is = raw ? textOf(raw) : null
    return is === null ? [] : [{ item: point.item, name: point.name, tells, is }]
  })
}

function textOf(raw: RawRead): string | null {
  if (!('value' in raw)) return null
  const { value } = raw
  const text =
    'text' in value ? value.text : 'digits' in value ? formatScaled(value) : 'time' in value ? value.time : ''
  return text.trim() === '' ? null : text.trim()
}

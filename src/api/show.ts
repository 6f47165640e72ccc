/**
 * How readings and faults become the shapes of answers. Keys stand in the order of the schema, which is the order of the
 * bytes; nothing here is loaded but what the thread that makes pages needs.
 */

import type { z } from 'zod'
import { describeFault, type Failure } from '../core/faults.ts'
import { formatScaled } from '../core/scaled.ts'
import { isoWithOffset } from '../core/time.ts'
import { codesOf } from '../reading/quality-codes.ts'
import type { Finding, ValidatedReading } from '../reading/reading.ts'
import type { StoredReading } from '../store/store.ts'
import type { fault, freshReading, reading } from './shapes.ts'

export function showReading(stored: StoredReading, offsetMinutes: number): z.infer<typeof reading> {
  const { id, version, meter } = stored
  return { id, version, meter, ...showMeasured(stored, offsetMinutes) }
}

export function showMeasured(
  one: Omit<ValidatedReading, 'exchange'>,
  offsetMinutes: number,
): z.infer<typeof freshReading> {
  return {
    obis: one.obis,
    kind: one.kind,
    slot: isoWithOffset(one.slot, offsetMinutes),
    value: formatScaled(one.value),
    unit: one.unit,
    readAt: isoWithOffset(one.readAt, offsetMinutes),
    receivedAt: isoWithOffset(one.receivedAt, offsetMinutes),
    quality: one.quality,
    codes: codesOf(one.quality, one.findings),
    findings: one.findings.map(found => showFinding(found, offsetMinutes)),
  }
}

export function showFinding(
  found: Finding,
  offsetMinutes: number,
): z.infer<typeof reading>['findings'][number] {
  const { rule, verdict, severity, codes, evidence, version, samples, limit } = found
  return {
    ...{ rule, verdict, severity, codes: [...codes], evidence },
    ...(version !== undefined && { version }),
    ...(samples && {
      samples: samples.map(({ obis, kind, value, unit, at }) => ({
        ...{ obis, kind, value, unit },
        at: isoWithOffset(at, offsetMinutes),
      })),
    }),
    ...(limit && { limit: { value: limit.value, unit: limit.unit } }),
  }
}

export function showFault(seen: Failure | null): z.infer<typeof fault> {
  return seen && describeFault(seen.code, seen.text)
}

export function ageSeconds(then: number, now: number): number {
  return Math.max(0, Math.round((now - then) / 1000))
}

/** "97.91" of hundredths of a percent. */
export function showPercent(hundredths: number): string {
  return formatScaled({ digits: BigInt(hundredths), scaler: -2 })
}

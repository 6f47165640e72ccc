/** What a meter showed, by OBIS code: numbers for plausibility, never for a bill. */

import { approximate, type Scaled } from '../core/scaled.ts'
import type { RawRead, Refusal } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'

/** Everything read in one go. */
export interface Look {
  /** When it was read, ms. */
  readonly at: number
  readonly reads: readonly RawRead[]
}

/** In the base unit: V, A, W, var, VA, Hz, kWh, kvarh, kVAh. */
export interface Shown {
  readonly point: Point
  readonly value: number
  /** The least by which the value can change. */
  readonly step: number
}

export interface Sight {
  readonly at: number
  /** Of an OBIS code "c.d.e", e.g. "16.7.0"; null where the look has no number for it. */
  of(code: string): Shown | null
  readonly all: readonly Shown[]
}

export interface Refused {
  readonly point: Point
  readonly refusal: Refusal
}

const PREFIXES: Readonly<Record<string, number>> = { m: 1e-3, k: 1e3, M: 1e6 }

export function sightOf({ at, reads }: Look): Sight {
  const all = reads.flatMap(shownOf)
  const byCode = new Map(all.map(shown => [codeOf(shown.point), shown]))
  return { at, all, of: code => byCode.get(code) ?? null }
}

export function refusedIn({ reads }: Look): readonly Refused[] {
  return reads.flatMap(read => ('refused' in read ? [{ point: read.point, refusal: read.refused }] : []))
}

/** "16.7.0" of "1-0:16.7.0"; what has no code goes by its item. */
export function codeOf({ obis, item }: Point): string {
  return /:(.+)$/.exec(obis)?.[1] ?? item
}

function shownOf(read: RawRead): readonly Shown[] {
  if (!('value' in read) || !('digits' in read.value)) return []
  const factor = factorOf(read.point)
  const resolution = 10 ** read.value.scaler
  const step = read.floatStep === undefined ? resolution : Math.max(resolution, numberOf(read.floatStep))
  return [{ point: read.point, value: numberOf(read.value) * factor, step: step * factor }]
}

function numberOf(value: Scaled): number {
  return approximate(value)
}

/** Of the unit written in the base unit; energies count in thousands of theirs. */
function factorOf({ unit, obis }: Point): number {
  const [, prefix = ''] = /^([mkM])(?:Wh|varh|VAh|W|var|VA|V|A)$/.exec(unit) ?? []
  const factor = PREFIXES[prefix] ?? 1
  return isEnergy(obis) ? factor / 1e3 : factor
}

export function isEnergy(obis: string): boolean {
  return /:\d+\.8\.\d+$/.test(obis)
}

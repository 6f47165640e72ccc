/** Where voltages are watched, by area and class of meter, and what is watched nowhere (B-03). */

import { METER_CLASSES, type MeterClass } from '../rules/parameter.ts'
import { isPhaseVoltage } from '../voltage-quality.ts'

export interface Place {
  readonly meter: string
  /** Null for a meter of no area. */
  readonly area: string | null
  readonly class: MeterClass
  /** What its polls ask for. */
  readonly polled: readonly string[]
}

export interface WatchedArea {
  readonly area: string | null
  readonly classes: readonly WatchedClass[]
  /** Classes with meters there of which none is watched. */
  readonly missing: readonly MeterClass[]
}

export interface WatchedClass {
  readonly class: MeterClass
  readonly meters: number
  /** Those of them whose phase voltages are polled. */
  readonly points: readonly string[]
}

/** Those of no area first, then in order of area; only classes that have meters there. */
export function monitoringPoints(places: readonly Place[]): readonly WatchedArea[] {
  const byArea = [...Map.groupBy(places, ({ area }) => area)]
  return byArea
    .sort(([a], [b]) => inOrder(a, b))
    .map(([area, there]) => {
      const classes = METER_CLASSES.flatMap((one): WatchedClass[] => {
        const own = there.filter(place => place.class === one)
        const points = own.filter(({ polled }) => polled.some(isPhaseVoltage)).map(({ meter }) => meter)
        return own.length === 0 ? [] : [{ class: one, meters: own.length, points: points.sort() }]
      })
      const missing = classes.filter(({ points }) => points.length === 0).map(one => one.class)
      return { area, classes, missing }
    })
}

function inOrder(a: string | null, b: string | null): number {
  return a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1
}

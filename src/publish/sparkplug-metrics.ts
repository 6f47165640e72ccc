/** The metrics of meters for Sparkplug: which there are, what they are called, and what they showed last. */

import type { MeterConfig } from '../config/config.ts'
import { CLOCK } from '../core/obis.ts'
import { approximate, formatScaled } from '../core/scaled.ts'
import { codesOf } from '../reading/quality-codes.ts'
import type { Kind } from '../reading/reading.ts'
import type { Change, StoredReading } from '../store/store.ts'
import {
  DOUBLE,
  INT32,
  type Metric,
  type Properties,
  type PropertyValue,
  STRING,
  UINT32,
  UINT64,
} from './sparkplug-payload.ts'

export interface Metrics {
  /** All metrics of a meter, with names, types and what they showed last; nothing as of `now`. */
  born(meter: string, now: number): readonly Metric[]
  /** True when the meter was born with the metric of this change; else it is known from now on. */
  knows(change: Change): boolean
  /** A change as data, which the metric shows from now on unless it shows something newer. */
  data(change: Change, isHistorical: boolean): Metric
  /** What the store holds, for births. */
  recall(reading: StoredReading): void
  has(meter: string): boolean
}

interface Known {
  readonly name: string
  /** Unique in all of this node, the same as long as the process lives. */
  readonly alias: number
  readonly unit: string
  shown: Shown | null
}

interface Shown {
  readonly readAt: number
  readonly value: number
  readonly properties: Properties
}

/** Values of the property "Quality" (6.4.12): good; else not to be relied on. */
const GOOD = 192
const BAD = 0

export function createMetrics(meters: readonly MeterConfig[], epoch: number): Metrics {
  const byMeter = new Map<string, Map<string, Known>>()
  let aliases = 0

  function know(meter: string, obis: string, kind: Kind, unit: string): Known {
    const known = byMeter.get(meter) ?? new Map<string, Known>()
    byMeter.set(meter, known)
    const name = nameOf(obis, kind)
    const before = known.get(name)
    if (before) return before
    aliases += 1
    const metric = { name, alias: aliases, unit, shown: null }
    known.set(name, metric)
    return metric
  }

  for (const { id, polls, daily, hourly, profile } of meters) {
    const points = [
      ...polls.flatMap(poll => poll.points.map(point => ({ point, kind: 'poll' as const }))),
      ...(daily ? (profile.daily?.points ?? []) : []).map(point => ({ point, kind: 'freeze' as const })),
      ...(hourly ? (profile.hourly?.points ?? []) : []).map(point => ({ point, kind: 'freeze' as const })),
    ]
    for (const { point, kind } of points)
      if (point.obis !== '' && point.obis !== CLOCK) know(id, point.obis, kind, point.unit)
  }

  function show(metric: Known, reading: StoredReading, sequence: number | null): Shown {
    const shown = {
      readAt: reading.readAt,
      value: approximate(reading.value),
      properties: propertiesOf(reading, sequence, epoch),
    }
    if (metric.shown === null || reading.readAt >= metric.shown.readAt) metric.shown = shown
    return shown
  }

  return {
    has: meter => byMeter.has(meter),
    knows({ meter, obis, kind, unit }) {
      const isKnown = byMeter.get(meter)?.has(nameOf(obis, kind)) === true
      if (!isKnown) know(meter, obis, kind, unit)
      return isKnown
    },
    born: (meter, now) => [...(byMeter.get(meter)?.values() ?? [])].map(metric => bornAs(metric, now)),
    data(change, isHistorical) {
      const metric = know(change.meter, change.obis, change.kind, change.unit)
      // What is older than what is shown would make hosts jump back, however fresh it is (PR-16).
      const isOld = isHistorical || (metric.shown !== null && change.readAt < metric.shown.readAt)
      const { readAt, value, properties } = show(metric, change, change.sequence)
      const data = { alias: metric.alias, timestamp: readAt, doubleValue: value, properties }
      return isOld ? { ...data, isHistorical: true } : data
    },
    recall(reading) {
      if (reading.quality !== 'quarantined')
        show(know(reading.meter, reading.obis, reading.kind, reading.unit), reading, null)
    },
  }
}

function nameOf(obis: string, kind: Kind): string {
  return kind === 'freeze' ? `freeze/${obis}` : obis
}

function bornAs({ name, alias, unit, shown }: Known, now: number): Metric {
  const engineeringUnit = { keys: ['engUnit'], values: [text(unit)] }
  const known = { name, alias, datatype: DOUBLE }
  if (shown === null) return { ...known, timestamp: now, isNull: true, properties: engineeringUnit }
  const { readAt, value, properties } = shown
  return {
    ...known,
    timestamp: readAt,
    doubleValue: value,
    properties: {
      keys: [...engineeringUnit.keys, ...properties.keys],
      values: [...engineeringUnit.values, ...properties.values],
    },
  }
}

/** A double is for dashboards; `exact` is the value, and `id` the one identity of the reading everywhere. */
function propertiesOf(
  { id, version, value, quality, findings }: StoredReading,
  sequence: number | null,
  epoch: number,
): Properties {
  const all: readonly (readonly [key: string, value: PropertyValue])[] = [
    ['id', text(id)],
    ['epoch', { type: UINT32, intValue: epoch }],
    ...(sequence === null ? [] : [['sequence', { type: UINT64, longValue: sequence }] as const]),
    ['version', { type: UINT32, intValue: version }],
    ['exact', text(formatScaled(value))],
    ['codes', text(codesOf(quality, findings).join(' '))],
    ['Quality', { type: INT32, intValue: quality === 'good' ? GOOD : BAD }],
  ]
  return { keys: all.map(([key]) => key), values: all.map(([, one]) => one) }
}

function text(stringValue: string): PropertyValue {
  return { type: STRING, stringValue }
}

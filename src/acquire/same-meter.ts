/**
 * Whether the meter in a place is still the one that was probed there: asked by its number, once a day, and only where
 * something is held that another meter would do otherwise.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAY } from '../core/time.ts'
import type { Point, ReadResult } from '../driver-api/driver.ts'
import { type CapabilitiesHeld, notServed, whyAnother } from './capabilities-held.ts'
import type { RefusalsHeld } from './refusals-held.ts'

export interface SameMeterParts {
  readonly capabilities: CapabilitiesHeld
  readonly refusals: RefusalsHeld
  /** Of this line. */
  readonly meters: readonly MeterConfig[]
  /** Of the line its meters are on (src/core/line-url.ts). */
  readonly lineKey: string
  readonly clock: Clock
  readonly log: Log
}

export interface SameMeter {
  /** Asks the meter, which has just answered, when it is time to; what another meter would do is forgotten. */
  check(meter: MeterConfig, read: (points: readonly Point[]) => Promise<ReadResult>): Promise<void>
}

export function createSameMeter({ capabilities, refusals, lineKey, clock, log }: SameMeterParts): SameMeter {
  /** When each was found to be the same, monotonic. */
  const checkedAt = new Map<string, number>()
  return {
    async check(meter, read) {
      const before = checkedAt.get(meter.id)
      if (before !== undefined && clock.monotonic() - before < DAY) return
      const place = { line: lineKey, address: meter.address }
      const known = capabilities.of(place)
      if (!known) return
      if (notServed(known, meter).length + refusals.of(meter).size === 0) return
      const items = (meter.driver.discovery?.identityItems ?? []).filter(item => item in known.facts)
      const points = items.flatMap(item => meter.driver.describe(item) ?? [])
      if (points.length === 0) return
      const { reads } = await read(points)
      const facts = Object.fromEntries(
        reads.flatMap(raw =>
          'value' in raw && 'text' in raw.value ? [[raw.point.item, raw.value.text]] : [],
        ),
      )
      if (reads.length > 0) checkedAt.set(meter.id, clock.monotonic())
      const why = whyAnother(known, facts, items)
      if (why === null) return
      refusals.forget(meter)
      log.warn(
        { meterId: meter.id, hint: 'scan it again; enter the exchange where bills are made' },
        `another meter answers here: ${why}; what was known of the old one is forgotten`,
      )
      await capabilities
        .forget(place)
        .catch(error =>
          log.warn({ meterId: meter.id }, `and is known again after a restart: ${messageOf(error)}`),
        )
    },
  }
}

/** The refusals of a line's meters, the blocks that probing has shown refused among them. */
export function withProbed({ refusals, capabilities, meters, lineKey }: SameMeterParts): RefusalsHeld {
  const configs = new Map(meters.map(config => [config.id, config]))
  return {
    ...refusals,
    of(meter) {
      const known = capabilities.of({ line: lineKey, address: meter.address })
      const config = configs.get(meter.id)
      const probed = known && config ? notServed(known, config) : []
      const refused = refusals.of(meter, known?.sameSince)
      return probed.length === 0 ? refused : new Set([...refused, ...probed])
    },
  }
}

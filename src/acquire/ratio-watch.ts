/** When a meter's own transformer ratios are read: with the first poll, once a day, and as long as they are in doubt. */

import type { MeterConfig } from '../config/config.ts'
import { compareScaled, type Scaled } from '../core/scaled.ts'
import { DAY } from '../core/time.ts'
import type { RawRead } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import { agreedTransformers, type Ratios, type RatiosHeld, type Transformers } from '../reading/ratios.ts'

export interface RatioWatch {
  /** What to ask for beside the points of a poll; `now` is a moment of the monotonic clock, ms. */
  due(now: number): readonly Point[]
  /** What came of it. Points without an answer are asked for again with the next poll. */
  took(reads: readonly RawRead[], now: number): void
  /** Null for meters whose profile says nothing of ratios. */
  transformers(): Transformers | null
}

export function createRatioWatch(meter: MeterConfig): RatioWatch {
  const { profile, ratios } = meter
  const registers = profile.ratios
  if (!registers) return { due: () => [], took: () => {}, transformers: () => null }
  const watched = (['current', 'voltage'] as const).flatMap(which => {
    const point = registers[which]
    return point ? [{ which, point }] : []
  })
  let held: RatiosHeld = {}
  let readAt: number | null = null

  /** Whoever corrects the meter should not have to wait a day for its bills. */
  function isInDoubt(): boolean {
    return watched.some(({ which }) => {
      const says = held[which]
      return says === undefined || (says !== null && isOther(says, which))
    })
  }

  function isOther(says: Scaled, which: keyof Ratios): boolean {
    if (!ratios && registers?.side === 'primary') return false
    return compareScaled(says, ratios?.[which] ?? { digits: 1n, scaler: 0 }) !== 0
  }

  return {
    due: now =>
      readAt === null || now - readAt >= DAY || isInDoubt() ? watched.map(({ point }) => point) : [],
    took(reads, now) {
      for (const { which, point } of watched) {
        const read = reads.find(one => one.point === point)
        if (!read) continue
        const says = 'value' in read && 'digits' in read.value ? read.value : null
        held = { ...held, [which]: says }
        readAt = now
      }
    },
    transformers: () => agreedTransformers(meter, held),
  }
}

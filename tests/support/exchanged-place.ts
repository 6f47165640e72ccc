/**
 * A place where meters are exchanged, as a gateway sees it: polls each hour and freezes each midnight are judged by the real
 * rules beside the real audits, kept in a real store file, and settled there by the real gate.
 */

import { drivers } from '../../drivers/dlt645/index.ts'
import { createAuditsHeld } from '../../src/acquire/audits-held.ts'
import { createLastGood, knownOfSeries } from '../../src/acquire/last-good.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { settle } from '../../src/reading/billing/gate.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import {
  agreedTransformers,
  factorOf,
  nameplateOnSide,
  type Replaced,
  type Transformers,
  transformersAt,
} from '../../src/reading/ratios.ts'
import type { Reading, ValidatedReading } from '../../src/reading/reading.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import { findingFor } from '../../src/reading/rules/table.ts'
import { judgedWith, validate } from '../../src/reading/validate.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { Round } from '../../src/store/store.ts'
import type { BookFile } from '../store/book-files.ts'
import { bookIn, FIRST } from '../store/book-files.ts'

const driver = drivers.find(({ protocol }) => protocol === 'dlt645-2007')!
const file = new URL('../../drivers/dlt645/profiles/dlt645-2007-single-phase.yaml', import.meta.url).pathname
const profile = (await loadProfiles([file], new Map([['dlt645-2007', driver]]), [])).get(
  'dlt645-2007-single-phase',
)!

export const TOTAL = '1-0:1.8.0'
export const OFFSET_MINUTES = 480
const NUMBER = '04000402'

/** Midnight of a day after the first. */
export const midnight = (day: number) => FIRST + day * DAY

/** One that hangs there from an instant on, and what its register, in hundredths of kWh, is then; it counts so many an hour. */
export interface Hanging {
  readonly number: string
  readonly from: number
  readonly start: number
  readonly perHour: number
}

/** What the configuration says. */
export interface Listed {
  readonly meterNumber?: string
  readonly exchanged?: readonly number[]
  readonly ratios?: { readonly now: number; readonly before?: readonly { until: number; ratio: number }[] }
}

export interface Place {
  /** The gateway runs from one instant to another, begun anew, by a configuration. */
  run(from: number, to: number, listed?: Listed): void
  /** Asks the meter that hangs there at an instant for a midnight. */
  askFreeze(day: number, at: number, listed?: Listed): ValidatedReading
  /** Settles days until nothing is released any more. */
  settle(days: readonly number[], listed?: Listed, now?: number): void
  readonly calls: BookFile
}

export interface PlaceParts {
  readonly directory: string
  readonly hung: readonly Hanging[]
  /** Days whose freeze nobody could ask for; none where absent. */
  readonly unasked?: readonly number[]
  /** It tells nothing of itself. */
  readonly mute?: true
}

export function createPlace({ directory, hung, unasked = [], mute }: PlaceParts): Place {
  const calls = bookIn(directory, settle)
  const at = (instant: number) => hung.findLast(({ from }) => from <= instant) ?? hung[0]!
  const shown = ({ start, from, perHour }: Hanging, instant: number) =>
    BigInt(Math.max(0, Math.floor(start + ((instant - from) / HOUR) * perHour)))

  function meterOf({ meterNumber, exchanged, ratios }: Listed): MeterConfig {
    const of = (ratio: number) => ({
      current: { digits: BigInt(ratio), scaler: 0 },
      voltage: { digits: 1n, scaler: 0 },
    })
    const before = ratios?.before?.map(({ until, ratio }): Replaced => ({ until, agreed: of(ratio) }))
    return {
      id: 'm1',
      line: 'l1',
      address: '000000000161',
      driver,
      profile: {
        ...profile,
        daily: { ...profile.daily!, points: profile.daily!.points.filter(({ obis }) => obis === TOTAL) },
        ...(ratios && { ratios: { side: 'secondary' as const } }),
      },
      nameplate: profile.nameplate,
      polls: [],
      daily: true,
      ...(meterNumber !== undefined && { meterNumber }),
      ...(exchanged && { exchanged }),
      ...(ratios && { ratios: of(ratios.now), ...(before && { ratiosBefore: before }) }),
    }
  }

  function daemon(listed: Listed) {
    const meter = meterOf(listed)
    let now = 0
    const held = createAuditsHeld({
      kept: calls.audits(),
      store: { audit: async audit => calls.audit(audit) },
      clock: { now: () => now } as Parameters<typeof createAuditsHeld>[0]['clock'],
      log: silentLog,
      broken: error => {
        throw error
      },
    })
    const lastGood = createLastGood([...calls.lastGood(1).items], OFFSET_MINUTES)
    const transformers = agreedTransformers(meter)
    const rounds: Round[] = []

    function read(kind: Reading['kind'], slot: number, instant: number): ValidatedReading {
      const one = at(instant)
      const readAt = kind === 'freeze' ? slot : instant
      const then = transformersAt(transformers, readAt)
      const factor = factorOf('kWh', then)
      const own = { digits: shown(one, readAt) * factor.digits, scaler: factor.scaler - 2 }
      const reading: Reading = {
        ...{ meter: 'm1', obis: TOTAL, kind, slot, value: own, unit: 'kWh', readAt },
        ...{ receivedAt: instant, exchange: 0 },
      }
      const judged = validate(reading, knownOf(reading, then, instant))
      const twice = findingFor('V-W1', { verdict: 'accept', evidence: 'asked again, it said the same' })
      return kind === 'freeze' && judged.quality === 'good' ? judgedWith(judged, twice) : judged
    }

    function knownOf(reading: Reading, then: Transformers | null, instant: number) {
      const [since, whyAnother] = [held.since(meter, instant), held.whyAnother('m1')]
      return {
        ...knownOfSeries(lastGood.knownOf(reading), reading, { since, transformers }),
        ...{
          nameplate: nameplateOnSide(meter.nameplate, then),
          capacity: null,
          floatStep: null,
          transformers: then,
          since,
        },
        ...(whyAnother !== undefined && { whyAnother }),
        ...{ clockDeviationMs: 0, doubled: false, timeTrusted: true, now: instant },
        ...{ offsetMinutes: OFFSET_MINUTES, limits: USUAL_LIMITS[USUAL_CLASS] },
      }
    }

    function audit(instant: number): void {
      now = instant
      if (!mute)
        held.took(meter, [{ item: NUMBER, name: 'meter number', tells: 'number', is: at(instant).number }])
    }

    function keep(reading: ValidatedReading): void {
      const exchange = {
        ...{ request: Uint8Array.of(1), reply: Uint8Array.of(2), outcome: 'answered' as const },
        ...{ sentAt: reading.receivedAt - 50, receivedAt: reading.receivedAt },
      }
      const clock = { measuredAt: reading.receivedAt, deviationMs: 0 }
      rounds.push({ meter: 'm1', line: 'l1', readings: [reading], clock, exchanges: [exchange] })
      lastGood.note(reading)
    }

    return { read, audit, keep, done: () => calls.keep(...rounds) }
  }

  return {
    calls,
    run(from, to, listed = {}) {
      const { read, audit, keep, done } = daemon(listed)
      let auditedAt = Number.NEGATIVE_INFINITY
      for (let slot = Math.ceil(from / HOUR) * HOUR; slot < to; slot += HOUR) {
        const instant = slot + MINUTE
        if (instant - auditedAt >= DAY) {
          audit(instant)
          auditedAt = instant
        }
        keep(read('poll', slot, instant))
        const day = (slot - FIRST) / DAY
        if (Number.isInteger(day) && !unasked.includes(day)) keep(read('freeze', slot, instant + MINUTE))
      }
      done()
    },
    askFreeze(day, instant, listed = {}) {
      const { read, audit, keep, done } = daemon(listed)
      audit(instant)
      const reading = read('freeze', midnight(day), instant + MINUTE)
      keep(reading)
      done()
      return reading
    },
    settle(days, listed = {}, now = midnight(400)) {
      const meter = billedMeter(meterOf(listed), { offsetMinutes: OFFSET_MINUTES })
      for (let pass = 0; pass < 20; pass++) {
        let rest = days.map(day => ({ meter, boundary: midnight(day), anew: false }))
        let released = 0
        while (rest.length > 0) {
          const { outcomes, batch } = calls.settle({ now, policy: USUAL_POLICY, pairs: rest })
          released += batch ? 1 : 0
          rest = rest.slice(outcomes.length)
        }
        if (released === 0) return
      }
      throw new Error('it is never settled')
    },
  }
}

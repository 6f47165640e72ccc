/**
 * Whether the meter in a place is still the one that was there (V-I2): asked who it is once a day and at the start, right
 * after an answer and before what came is judged. What another meter would do otherwise is forgotten.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing, messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAY } from '../core/time.ts'
import type { Point, ReadResult } from '../driver-api/driver.ts'
import type { SaidOfItself } from '../reading/audit.ts'
import type { AuditsHeld } from './audits-held.ts'
import { type CapabilitiesHeld, notServed, whyAnother } from './capabilities-held.ts'
import type { RefusalsHeld } from './refusals-held.ts'
import { type AskedOfItself, askedOfItself, saidBy } from './said-of-itself.ts'

export interface SameMeterParts {
  readonly capabilities: CapabilitiesHeld
  readonly refusals: RefusalsHeld
  readonly audits: AuditsHeld
  /** Of this line. */
  readonly meters: readonly MeterConfig[]
  /** Of the line its meters are on (src/core/line-url.ts). */
  readonly lineKey: string
  readonly clock: Clock
  readonly log: Log
}

type Read = (points: readonly Point[]) => Promise<ReadResult>

export interface SameMeter {
  /** Asks the meter, which has just answered, when it is time to. A line too busy for it is asked the next time. */
  check(meter: MeterConfig, read: Read): Promise<void>
  /** Why what it says is another meter's; null where it is not, undefined where nothing tells. */
  whyAnother(meter: string): string | null | undefined
  /** Since when the meter that is there surely is, UTC ms. */
  since(meter: MeterConfig, now: number): number
}

export function createSameMeter(parts: SameMeterParts): SameMeter {
  const { capabilities, refusals, audits, lineKey, clock, log } = parts
  /** When each was found to be the same, monotonic. */
  const checkedAt = new Map<string, number>()
  const mute = new Set<string>()

  function tellNothing({ id }: MeterConfig): void {
    if (!mute.has(id))
      log.info({ meterId: id }, 'tells nothing by which it could be known: it is not audited')
    mute.add(id)
  }

  async function askTwice(
    asked: readonly AskedOfItself[],
    read: Read,
    meter: string,
  ): Promise<readonly SaidOfItself[] | null> {
    const first = saidBy(asked, await read(asked.map(({ point }) => point)))
    if (first === null || first.length === 0 || !audits.isNews(meter, first)) return first
    // A sum of 8 bits is no proof, and what is believed here is believed for good.
    const again = saidBy(asked, await read(asked.map(({ point }) => point)))
    return again && first.filter(({ item, is }) => again.some(one => one.item === item && one.is === is))
  }

  async function forgetOther(meter: MeterConfig, said: readonly SaidOfItself[]): Promise<void> {
    const place = { line: lineKey, address: meter.address }
    const known = capabilities.of(place)
    if (!known || notServed(known, meter).length + refusals.of(meter).size === 0) return
    const items = (meter.driver.discovery?.identityItems ?? []).filter(item => item in known.facts)
    const why = whyAnother(known, Object.fromEntries(said.map(({ item, is }) => [item, is])), items)
    if (why === null) return
    refusals.forget(meter)
    log.warn(
      { meterId: meter.id, hint: 'scan it again; write when it was exchanged (exchanged)' },
      `another meter answers here: ${why}; what was known of the old one is forgotten`,
    )
    await capabilities
      .forget(place)
      .catch(error =>
        log.warn({ meterId: meter.id }, `and is known again after a restart: ${messageOf(error)}`),
      )
  }

  return {
    async check(meter, read) {
      const before = checkedAt.get(meter.id)
      if (before !== undefined && clock.monotonic() - before < DAY) return
      const asked = askedOfItself(meter)
      const said = asked.length === 0 ? [] : await askTwice(asked, read, meter.id).catch(nullIfPassing)
      if (said === null) return
      checkedAt.set(meter.id, clock.monotonic())
      if (said.every(({ tells }) => tells === 'setting')) return tellNothing(meter)
      await forgetOther(meter, said)
      audits.took(meter, said)
    },
    whyAnother: audits.whyAnother,
    since: audits.since,
  }
}

function nullIfPassing(error: unknown): null {
  if (!isPassing(error)) throw error
  return null
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

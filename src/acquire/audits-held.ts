/** What meters told of themselves so far, and which of them is another than it was (V-I5). Kept in the store. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing, messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { HOUR } from '../core/time.ts'
import { compareAudit, type Facts, type SaidOfItself, saidOfAudit } from '../reading/audit.ts'
import type { LastAudits, Store } from '../store/store.ts'
import type { AlarmDesk } from './alarm-desk.ts'
import { needsAcceptance } from './gate/at-the-gate.ts'

export interface AuditsHeld {
  /** Whether this is not what the meter told before, so that it had better be asked again. */
  isNews(meter: string, said: readonly SaidOfItself[]): boolean
  took(meter: MeterConfig, said: readonly SaidOfItself[]): void
  /** Null where it is the same, undefined where it was never audited. */
  whyAnother(meter: string): string | null | undefined
  /** Resolves when nothing is on its way to the store. */
  written(): Promise<void>
}

/** A start soon after the last audit adds no row that says the same. */
const SAID_ENOUGH_MS = HOUR

interface State {
  /** What it told when it was the same. */
  readonly same: Facts | null
  /** What it told last. */
  readonly told: Facts | null
  readonly at: number
  readonly why: string | null
}

/**
 * Another meter stays another until the old one answers again, or the meter list names the one that is there. Of meters that
 * wait at the gate where their number changes (V-C1), the gate holds values apart, and a person there accepts the new one.
 */
export function createAuditsHeld(parts: {
  readonly kept: readonly LastAudits[]
  readonly store: Pick<Store, 'audit'>
  readonly clock: Clock
  readonly log: Log
  /** Told of what is not as the meter list names it. */
  readonly alarms?: Pick<AlarmDesk, 'saw'>
  readonly broken: (error: unknown) => void
}): AuditsHeld {
  const { store, clock, log } = parts
  const states = new Map<string, State>(
    parts.kept.map(({ meter, at, found, evidence, same }) => [
      meter,
      { same, told: null, at, why: found === 'other' ? evidence : null },
    ]),
  )
  const writing = new Set<Promise<void>>()

  function keep(audit: Parameters<Store['audit']>[0]): void {
    const written = store
      .audit(audit)
      .catch(error => {
        if (!isPassing(error)) return parts.broken(error)
        log.warn({ meterId: audit.meter }, `an audit was not kept: ${messageOf(error)}`)
      })
      .finally(() => writing.delete(written))
    writing.add(written)
  }

  return {
    isNews(meter, said) {
      const same = states.get(meter)?.same
      return !same || said.some(({ item, is }) => same[item] !== undefined && same[item] !== is)
    },
    took(meter, said) {
      const { id, line, meterNumber, assetNumber, constant } = meter
      const before = states.get(id) ?? null
      const compared = compareAudit(said, before?.same ?? null, {
        ...(meterNumber !== undefined && { number: meterNumber }),
        ...(assetNumber !== undefined && { asset: assetNumber }),
        ...(constant !== undefined && { constant }),
      })
      const { found, evidence, changed } = compared
      const facts = { ...(found === 'same' ? before?.same : {}), ...factsOf(said) }
      const isHeldByGate = needsAcceptance(meter)
      const same = found === 'same' || isHeldByGate ? facts : (before?.same ?? null)
      const why = found === 'other' && !isHeldByGate ? `another meter answers here: ${evidence}` : null
      const at = clock.now()
      if (why !== null && before?.why !== why) {
        const hint = 'name the new one in the meter list (meterNumber, assetNumber), or put the old one back'
        log.warn({ meterId: id, hint }, `${why}; its values are held apart`)
      }
      if (before?.why && why === null) log.info({ meterId: id }, `the meter is known again: ${evidence}`)
      for (const words of changed) log.warn({ meterId: id }, `the meter was set anew: ${words}`)
      parts.alarms?.saw(id, line, saidOfAudit(compared), at, true)
      states.set(id, { same, told: facts, at, why })
      const isAlike = isEqual(before?.told ?? before?.same ?? null, facts)
      const isSaid = before !== null && isAlike && before.why === why && at - before.at < SAID_ENOUGH_MS
      if (!isSaid) keep({ meter: id, at, found, evidence: why ?? evidence, facts: isAlike ? null : facts })
    },
    whyAnother: meter => (states.has(meter) ? (states.get(meter)?.why ?? null) : undefined),
    async written() {
      await Promise.allSettled(writing)
    },
  }
}

function factsOf(said: readonly SaidOfItself[]): Facts {
  return Object.fromEntries(said.map(({ item, is }) => [item, is]))
}

function isEqual(one: Facts | null, other: Facts): boolean {
  if (one === null) return false
  const items = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...items].every(item => one[item] === other[item])
}

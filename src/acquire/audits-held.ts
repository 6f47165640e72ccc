/** What meters told of themselves so far, and which of them is another than it was (V-I5). Kept in the store. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing, messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { HOUR } from '../core/time.ts'
import { compareAudit, type Facts, type SaidOfItself, saidOfAudit } from '../reading/audit.ts'
import {
  deniedTimes,
  placeOf,
  presentSince,
  type Stay,
  staysOf,
  type ToldAudit,
} from '../reading/billing/stays.ts'
import type { LastAudits, Store } from '../store/store.ts'
import type { AlarmDesk } from './alarm-desk.ts'
import { needsAcceptance } from './gate/at-the-gate.ts'

export interface AuditsHeld {
  /** Whether this is not what the meter told before, so that it had better be asked again. */
  isNews(meter: string, said: readonly SaidOfItself[]): boolean
  took(meter: MeterConfig, said: readonly SaidOfItself[]): void
  /** What it told when it was the meter meant; null where it was never audited. */
  sameOf(meter: string): Facts | null
  /** Null where it is the same, undefined where it was never audited. */
  whyAnother(meter: string): string | null | undefined
  /** Since when the meter that is there surely is, UTC ms: what was read before may be another's. */
  since(meter: MeterConfig, now: number): number
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
  /** As the store tells them, with those since. */
  readonly turns: readonly ToldAudit[]
  /** Made of the turns. */
  readonly stays: readonly Stay[] | null
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
    parts.kept.map(({ meter, at, found, evidence, same, turns }) => [
      meter,
      { same, told: null, at, why: found === 'other' ? evidence : null, turns, stays: null },
    ]),
  )
  const writing = new Set<Promise<void>>()
  const said = new Set<string>()

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

  function sayDenied(meter: MeterConfig, turns: readonly ToldAudit[]): void {
    for (const denied of deniedTimes(turns, placeOf(meter))) {
      if (said.has(`${meter.id} ${denied}`)) continue
      said.add(`${meter.id} ${denied}`)
      const hint = 'correct the time, or take it out of the meter list'
      const text = `it was not exchanged at ${new Date(denied).toISOString()} (exchanged): it told the same number before and after`
      log.warn({ meterId: meter.id, hint }, text)
    }
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
      const { found, evidence, changed, replaces } = compared
      const facts = { ...(found === 'same' && !replaces && before?.same), ...factsOf(said) }
      const isHeldByGate = needsAcceptance(meter)
      const same = found === 'same' || isHeldByGate ? facts : (before?.same ?? null)
      const why = found === 'other' && !isHeldByGate ? `another meter answers here: ${evidence}` : null
      const at = clock.now()
      if (why !== null && before?.why !== why) {
        const hint = 'name the new one in the meter list (meterNumber, assetNumber), or put the old one back'
        log.warn({ meterId: id, hint }, `${why}; its values are held apart`)
      }
      if (before?.why && why === null) log.info({ meterId: id }, `the meter is known again: ${evidence}`)
      if (replaces) log.info({ meterId: id }, `the meter was exchanged: ${evidence}`)
      for (const words of changed) log.warn({ meterId: id }, `the meter was set anew: ${words}`)
      parts.alarms?.saw(id, line, saidOfAudit(compared), at, true)
      const turns = [...turnsBefore(before), { meter: id, at, found, evidence, facts }]
      states.set(id, { same, told: facts, at, why, turns, stays: null })
      sayDenied(meter, turns)
      const isAlike = isEqual(before?.told ?? before?.same ?? null, facts)
      const isSaid = before !== null && isAlike && before.why === why && at - before.at < SAID_ENOUGH_MS
      if (!isSaid) keep({ meter: id, at, found, evidence: why ?? evidence, facts: isAlike ? null : facts })
    },
    sameOf: meter => states.get(meter)?.same ?? null,
    whyAnother: meter => (states.has(meter) ? (states.get(meter)?.why ?? null) : undefined),
    since(meter, now) {
      const state = states.get(meter.id)
      const all = state?.stays ?? staysOf(state?.turns ?? [], placeOf(meter))
      if (state && !state.stays) states.set(meter.id, { ...state, stays: all })
      return presentSince(all, now)
    },
    async written() {
      await Promise.allSettled(writing)
    },
  }
}

/** Of many that say the same the first and the last are enough. */
function turnsBefore(state: State | null): readonly ToldAudit[] {
  const turns = state?.turns ?? []
  const [last, earlier] = [turns.at(-1), turns.at(-2)]
  const isSame = last && earlier && last.found === earlier.found && isEqual(last.facts, earlier.facts)
  return isSame ? turns.slice(0, -1) : turns
}

function factsOf(said: readonly SaidOfItself[]): Facts {
  return Object.fromEntries(said.map(({ item, is }) => [item, is]))
}

function isEqual(one: Facts | null, other: Facts): boolean {
  if (one === null) return false
  const items = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...items].every(item => one[item] === other[item])
}

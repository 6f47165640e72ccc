/** Who may never, or not simply, be cut: exemptions win, and what is not known of them as well (P-10, PR-55). */

import { addDays } from './dates.ts'
import type { Facts, Protected } from './facts.ts'
import { type Interlock, pass, refuse, showTime } from './interlock.ts'
import type { Policy, ProtectionRule } from './policy.ts'
import { zoneOf } from './zone.ts'

interface InForce {
  readonly held: Protected
  /** Null where the policy does not say what the class means. */
  readonly rule: ProtectionRule | null
}

/** Those in force on the date of the instant. */
export function protectionsOn(policy: Policy, { protections }: Facts, now: number): readonly InForce[] {
  const date = zoneOf(policy.zone).dateAt(now)
  return (protections ?? [])
    .filter(({ from, to }) => from <= date && (to === null || date <= to))
    .map(held => ({ held, rule: policy.protections.get(held.class) ?? null }))
}

/** One for each in force; one that passes where none is. */
export function protections(policy: Policy, facts: Facts, now: number): readonly Interlock[] {
  if (facts.protections === null) {
    const text = 'nobody knows whether this customer is protected'
    return [refuse('protection', 'PROTECTIONS_UNKNOWN', null, text)]
  }
  const inForce = protectionsOn(policy, facts, now)
  if (inForce.length === 0) return [pass('protection', null, 'no protection is in force')]
  return inForce.map(one => interlockOf(one, policy, facts, now))
}

function interlockOf({ held, rule }: InForce, policy: Policy, facts: Facts, now: number): Interlock {
  const { to, authorityReference } = held
  const is = `${held.class}, ${held.from} to ${to ?? 'no end'}`
  const over = to === null ? null : zoneOf(policy.zone).startOf(addDays(to, 1))
  const source = rule?.source ?? null
  const no = refuse.bind(null, 'protection')
  switch (rule?.behaviour) {
    case undefined:
      return no('PROTECTION_NOT_IN_POLICY', source, `${is}: the policy does not say what that means`, over)
    case 'block':
      return no('PROTECTED', source, `${is}: never cut`, over)
    case 'needs_authority_ref':
      return authorityReference === null
        ? no('AUTHORITY_REFERENCE_MISSING', source, `${is}: needs the approval of an authority`, over)
        : pass('protection', source, `${is}: approved, ${authorityReference}`)
    case 'extra_notice':
      return pass('protection', source, `${is}: ${rule.extraDays} days more of the first notice`)
    case 'manual_visit': {
      const visit = visitOf(held, facts, now)
      return visit === 'ok'
        ? pass('protection', source, `${is}: visited ${showTime(policy.zone, held.visited ?? now)}`)
        : no(visit, source, `${is}: needs a visit after the first notice`, over)
    }
  }
}

/** It counts where it was after the first notice: what was seen before was another matter. */
function visitOf(
  { visited }: Protected,
  { firstNotice }: Facts,
  now: number,
): 'ok' | 'VISIT_MISSING' | 'VISIT_IN_FUTURE' {
  if (visited === null || typeof firstNotice !== 'number' || visited < firstNotice) return 'VISIT_MISSING'
  return visited > now ? 'VISIT_IN_FUTURE' : 'ok'
}

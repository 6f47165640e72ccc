/** Conditions in which nobody is cut, such as heat, as whoever knows declares them: each ends by itself, and is unknown then (PR-53). Pure; UTC ms. */

import { HOUR } from '../../core/time.ts'

export interface Declaration {
  /** As the policy calls it. */
  readonly name: string
  /** Whether it is so. */
  readonly is: boolean
  /** When it was declared, and until when that says anything. */
  readonly at: number
  readonly until: number
  /** The bulletin or whatever it is from; null where nobody said. */
  readonly source: string | null
  readonly by: string
}

/** Nobody knows the weather of the day after. */
export const DECLARED_FOR_MS = 48 * HOUR

/** Why it may not be declared, in words; null where it may. `names` are those of the policy, null where there is none. */
export function declarationRefused(
  { name, until }: Pick<Declaration, 'name' | 'until'>,
  names: readonly string[] | null,
  now: number,
): string | null {
  if (names === null) return 'no policy is in force: supply.orders of the configuration names one'
  if (!names.includes(name))
    return `the policy has no condition ${name}; it has ${names.length === 0 ? 'none' : names.join(', ')}`
  if (until <= now) return 'it would be over already'
  if (until > now + DECLARED_FOR_MS) return 'nothing is declared for longer than 48 hours; declare it again'
  return null
}

/** Those that say something at that time. Of each name the last that was declared counts; `newest` comes first. */
export function declaredAt(newest: readonly Declaration[], now: number): readonly Declaration[] {
  const last = newest.filter(({ name }, place) => newest.findIndex(other => other.name === name) === place)
  return last.filter(({ at, until }) => at <= now && now < until)
}

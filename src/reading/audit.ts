/** What a meter tells of itself, against what it told before and what the meter list names of it (V-I2, V-I5, V-I7). Pure. */

import type { Finding } from './reading.ts'
import { NAMEPLATE } from './rules/elsewhere.ts'
import { findingOf } from './rules/rule.ts'

/** One thing it told: an item by its name in the protocol's table, and what that tells. */
export interface SaidOfItself {
  readonly item: string
  readonly name: string
  /** `number`, `asset`, `constant`, `build`: of this very meter. `setting`: may be set anew. */
  readonly tells: 'number' | 'asset' | 'constant' | 'build' | 'setting'
  readonly is: string
}

/** By item. */
export type Facts = Readonly<Record<string, string>>

/** As the meter list names it. */
export interface Named {
  readonly number?: string
  readonly asset?: string
  /** Pulses a kWh: no proof of another meter, many have the same. */
  readonly constant?: number
}

export interface Compared {
  readonly found: 'same' | 'other'
  /** What makes it another meter, or what was set anew, or what agreed. */
  readonly evidence: string
  /** Set anew since the audit before; flagged and no more. */
  readonly changed: readonly string[]
  /** Not what the meter list names, though it is this meter; flagged and no more. Null where the list names nothing of it. */
  readonly otherwise: string | null
  /** Another meter than before, which the list names. */
  readonly replaces?: true
}

/**
 * The first audit is believed unless the list speaks against it. Where the list names the one that is there now, and not the
 * one before, the exchange is known: the audit before counts no more.
 */
export function compareAudit(said: readonly SaidOfItself[], before: Facts | null, named: Named): Compared {
  return { ...whoItIs(said, before, named), otherwise: otherConstant(said, named) }
}

function whoItIs(
  said: readonly SaidOfItself[],
  before: Facts | null,
  named: Named,
): Omit<Compared, 'otherwise'> {
  const against = said.flatMap(one => {
    const name = nameOf(one, named)
    return name === undefined || isAlike(one.is, name)
      ? []
      : [`${one.name} is ${one.is}, the meter list says ${name}`]
  })
  if (against.length > 0) return { found: 'other', evidence: against.join('; '), changed: [] }
  const isExchanged = said.some(one => {
    const name = nameOf(one, named)
    const was = before?.[one.item]
    return name !== undefined && was !== undefined && !isAlike(was, name)
  })
  if (before === null || isExchanged) {
    const why = isExchanged ? 'the meter list names this one' : 'first audit'
    const evidence = `${why}: ${inWords(said)}`
    return { found: 'same', evidence, changed: [], ...(isExchanged && { replaces: true }) }
  }
  const differing = said.filter(({ item, is }) => before[item] !== undefined && before[item] !== is)
  const words = (ones: readonly SaidOfItself[]) =>
    ones.map(({ item, name, is }) => `${name} was ${before[item]} and is ${is}`)
  const other = differing.filter(({ tells }) => tells !== 'setting')
  if (other.length > 0) return { found: 'other', evidence: words(other).join('; '), changed: [] }
  const changed = words(differing)
  const evidence = changed.length > 0 ? `set anew: ${changed.join('; ')}` : 'as before'
  return { found: 'same', evidence, changed }
}

/** Empty where it is as the list says. */
function otherConstant(said: readonly SaidOfItself[], { constant }: Named): string | null {
  const own = said.find(({ tells }) => tells === 'constant')
  if (constant === undefined || !own) return null
  return isAlike(own.is, String(constant))
    ? ''
    : `the ${own.name} is ${own.is}, the meter list says ${constant}`
}

/** V-I2 of what the list names besides who the meter is; nothing where it names nothing. */
export function saidOfAudit({ otherwise }: Pick<Compared, 'otherwise'>): readonly Finding[] {
  if (otherwise === null) return []
  const { id, version } = NAMEPLATE
  if (otherwise === '') {
    const evidence = 'as the meter list names it'
    return [{ rule: id, version, verdict: 'accept', severity: 3, codes: [], evidence }]
  }
  const finding = findingOf(NAMEPLATE, { verdict: 'flag', evidence: otherwise })
  return finding ? [finding] : []
}

function nameOf({ tells }: SaidOfItself, { number, asset }: Named): string | undefined {
  return tells === 'number' ? number : tells === 'asset' ? asset : undefined
}

/** Numbers are written with and without zeros before them. */
function isAlike(one: string, other: string): boolean {
  const bare = (text: string) => text.trim().replace(/^0+(?=\d)/, '')
  return bare(one) === bare(other)
}

function inWords(said: readonly SaidOfItself[]): string {
  const own = said.filter(({ tells }) => tells !== 'setting')
  return own.map(({ name, is }) => `${name} ${is}`).join(', ')
}

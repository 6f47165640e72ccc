/** What commands are given: arguments by name, and what of it can be sent. */

import type { Argument, Authority, Given } from '../../../src/driver-api/command.ts'
import { NO_OPERATOR, whyNoAuthority } from './authority.ts'

export type Wrong = { readonly wrong: string }

export const needs = (name: string, about: string): Argument => ({
  name,
  about,
  isOptional: false,
  isSecret: false,
})
export const may = (name: string, about: string): Argument => ({ ...needs(name, about), isOptional: true })
export const secret = (name: string, about: string): Argument => ({ ...needs(name, about), isSecret: true })

/** Who orders, as all commands with a password take it. */
export function authorityArguments(level: string, withOperator: boolean): Argument[] {
  return [
    secret('password', 'six digits as printed'),
    may('level', `password level, ${level} unless given`),
    ...(withOperator
      ? [may('operator', `eight hex digits for the meter's own records, ${NO_OPERATOR} unless given`)]
      : []),
  ]
}

/** A new password, and that of the level that asks for it. */
export const PASSWORD_CHANGE: readonly Argument[] = [
  needs('class', 'the level whose password changes, 00 to 09'),
  secret('password', 'six digits as printed, of the level that asks'),
  may('level', 'the level that asks; the same unless given'),
  secret('new-password', 'six digits'),
]

export function authorityIn(given: Given, usualLevel: string): Authority | Wrong {
  const { password = '', level = usualLevel, operator = NO_OPERATOR } = given
  const authority = { password, level, operator }
  const wrong = whyNoAuthority(authority)
  return wrong === null ? authority : { wrong }
}

/** Says what is missing or unknown among what was given; null when the names are right. */
export function whyWrongNames(given: Given, known: readonly Argument[]): string | null {
  const unknown = Object.keys(given).find(name => !known.some(argument => argument.name === name))
  if (unknown !== undefined)
    return `there is no argument "${unknown}"; known are ${known.map(({ name }) => name).join(', ')}`
  const missing = known.find(({ name, isOptional }) => !isOptional && given[name] === undefined)
  return missing ? `${missing.name} is needed: ${missing.about}` : null
}

export function isWrong(result: object): result is Wrong {
  return 'wrong' in result
}

/** The one of `words` that was given, or what may be given. */
export function choice<Meaning>(
  name: string,
  text: string,
  words: ReadonlyMap<string, Meaning>,
): { readonly meaning: Meaning } | Wrong {
  const meaning = words.get(text)
  return meaning === undefined
    ? { wrong: `${name} is one of ${[...words.keys()].join(', ')}, not "${text}"` }
    : { meaning }
}

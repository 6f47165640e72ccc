/** Holds what was written against a schema: every mistake in words, and whatever was right for further checks. */

import * as z from 'zod'
import { type Complain, type Path, pathText, type Source } from './complaint.ts'
import { NEVER_WRITTEN, type Part } from './schema.ts'
import { isWord, nearest, show, WORDS, type Word } from './words.ts'

/**
 * Complains about everything of the wrong form and gives back the right rest. Keys with a wrong value are absent
 * from it, wrong list items undefined: the numbers of the others stay what they are in the file.
 */
export function checkShape<S extends z.ZodType>(
  schema: S,
  source: Source,
  complain: Complain,
): Part<z.output<S>> {
  const result = schema.safeParse(source.value, { reportInput: true })
  if (result.success) return result.data as Part<z.output<S>>
  const meant = new Set<string>()
  const issues = result.error.issues.flatMap(inForm)
  for (const issue of issues)
    if (issue.code === 'unrecognized_keys')
      explainUnknown(issue.keys, stepsOf(issue), schema, meant, complain)
  for (const issue of issues) {
    const path = stepsOf(issue)
    const told =
      issue.code === 'unrecognized_keys' || (issue.input === undefined && meant.has(pathText(path)))
    if (!told) complain(path, ...explained(issue, path, source))
  }
  return pruned(source.value, issues) as Part<z.output<S>>
}

/** Where something may have one of several forms: the mistakes within the one that it has. */
function inForm(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const isWithin = ({ path, code }: z.core.$ZodIssue) => path.length > 0 || code === 'unrecognized_keys'
  const form = issue.errors.find(issues => issues.every(isWithin))
  return form?.flatMap(one => inForm({ ...one, path: [...issue.path, ...one.path] })) ?? [issue]
}

function stepsOf(issue: z.core.$ZodIssue): Path {
  return issue.path.filter(step => typeof step !== 'symbol')
}

function explained(issue: z.core.$ZodIssue, path: Path, source: Source): [text: string, remedy: string] {
  const word = isWord(issue.message) ? issue.message : 'text'
  const { is, example } = WORDS[word]
  const key = String(path.at(-1) ?? '')
  const written = source.writtenAt(path)
  if (word === 'password')
    return ['a password does not belong into this file', `use ${example}, or passwordEnv: NAME`]
  if (word === 'token') return ['a token does not belong into this file', `use ${example}, or tokenEnv: NAME`]
  if (word === 'restores')
    return ['supply is restored at any hour and without limit; a policy says nothing of it', 'remove it']
  if (issue.input === undefined) return [`is missing; expected ${is}`, `add ${key}: ${example}`]
  // A secret written where a file, a variable or a section belongs is not repeated.
  if (word === 'section' || /password|token/i.test(key))
    return [`this is not right; expected ${is}`, `write for example ${example}`]
  if (word === 'quirk' && issue.code === 'invalid_value')
    return [
      `${show(issue.input)} is not right; expected ${is}`,
      `write ${issue.values.map(value => `"${String(value)}"`).join(' or ')}`,
    ]
  const units = UNITS[word]
  if (units && /^\d{1,9}$/.test(written ?? ''))
    return [
      `${written} has no unit; expected ${is}`,
      `write ${units.map(unit => written + unit).join(' or ')}`,
    ]
  if (!units && issue.code === 'invalid_type' && issue.expected === 'string' && written)
    return [notText(written, issue.input, is), `put it in quotes: ${JSON.stringify(written.slice(0, 60))}`]
  return [`${show(issue.input)} is not right; expected ${is}`, `write for example ${example}`]
}

/** What makes a bare number a setting of these kinds; quotes would not. */
const UNITS: { readonly [Kind in Word]?: readonly string[] } = {
  duration: ['ms', 's', 'm', 'h', 'd'],
  size: ['MB', 'GB', 'TB'],
}

/** Addresses and codes lose leading zeros and digits when YAML makes numbers of them. */
function notText(written: string, input: unknown, is: string): string {
  const made = typeof input === 'number' ? `the number ${input}` : `${input}`
  return `${written.slice(0, 60)} is not in quotes, so YAML makes ${made} of it; expected ${is}`
}

/** A mistyped key is one mistake: the key it was meant to be, put into `meant`, is not told to be missing as well. */
function explainUnknown(
  keys: readonly string[],
  path: Path,
  schema: z.ZodType,
  meant: Set<string>,
  complain: Complain,
): void {
  const known = keysAt(schema, path)
  const where = path.length === 0 ? 'this file' : pathText(path)
  for (const key of keys) {
    const like = nearest(key, known)
    if (like) meant.add(pathText([...path, like]))
    const remedy = like ? `did you mean "${like}"?` : `remove it; known here are ${known.join(', ')}`
    complain([...path, key], `unknown key in ${where}`, remedy)
  }
}

/** The keys a section may have, found by walking the schema along the path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: unknown = schema
  for (const step of path) {
    at = unwrapped(at)
    if (at instanceof z.ZodArray) at = at.element
    else if (at instanceof z.ZodObject) at = at.shape[String(step)]
  }
  at = unwrapped(at)
  return at instanceof z.ZodObject ? Object.keys(at.shape).filter(key => !NEVER_WRITTEN.has(key)) : []
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodUnion) return schema.options.find(form => form instanceof z.ZodObject)
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema
}

/** The value without what the issues complain about. */
function pruned(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (issues.some(issue => issue.path.length === 0 && issue.code !== 'unrecognized_keys'))
    return Array.isArray(value) ? [] : {}
  const copy: unknown = structuredClone(value)
  for (const issue of issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.at(-1)]
    const around = issue.code === 'unrecognized_keys' ? issue.path : issue.path.slice(0, -1)
    const holder = around.reduce(inside, copy)
    for (const key of keys) drop(holder, key)
  }
  return copy
}

function inside(holder: unknown, step: PropertyKey): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, step) : undefined
}

function drop(holder: unknown, key: PropertyKey | undefined): void {
  if (key === undefined || typeof holder !== 'object' || holder === null) return
  if (Array.isArray(holder)) holder[Number(key)] = undefined
  else Reflect.deleteProperty(holder, key)
}

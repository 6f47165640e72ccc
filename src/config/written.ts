/** What settings are written as: the pieces schemas are made of, each with its word for complaints and editors. */

import * as z from 'zod'
import { DURATION, parseDuration } from './quantities.ts'
import { WORDS, type Word } from './words.ts'

/** Hints for editors; the `error` of a schema is the word that says what was expected. */
export function hint<S extends z.ZodType>(schema: S, word: Word): S {
  return schema.meta({ description: `${WORDS[word].is}, e.g. ${WORDS[word].example}` })
}

export const text = (word: Word, pattern: RegExp = /^[^\p{Cc}]{1,200}$/u) =>
  hint(z.string({ error: word }).regex(pattern, { error: word }), word)
export const whole = (word: Word, least: number, most: number) =>
  hint(z.int({ error: word }).min(least, { error: word }).max(most, { error: word }), word)
export const number = (word: Word, least: number, most: number) =>
  hint(z.number({ error: word }).min(least, { error: word }).max(most, { error: word }), word)
export const section = <Shape extends z.ZodRawShape>(shape: Shape, word: Word = 'section') =>
  z.strictObject(shape, { error: word })
/** Fit for topics, file names and tags as they are. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const name = text('name', NAME)
export const yesNo = hint(z.boolean({ error: 'yesNo' }), 'yesNo')
export const choice = <const Values extends readonly (string | number)[]>(values: Values, word: Word) =>
  hint(z.literal(values, { error: word }), word)
export const list = <Item extends z.ZodType>(item: Item, most: number, word: Word = 'list') =>
  z.array(item, { error: word }).max(most, { error: word })

export const duration = hint(
  z
    .string({ error: 'duration' })
    .regex(DURATION, { error: 'duration' })
    .refine(is(parseDuration), 'duration'),
  'duration',
)

export function is<Written>(parse: (written: Written) => unknown): (written: Written) => boolean {
  return written => parse(written) !== null
}

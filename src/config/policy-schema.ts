/** What people write in a policy: what must hold before anybody is cut off. No rule of it is ours, so none has a default. */

import * as z from 'zod'
import { parseScaled } from '../core/scaled.ts'
import { parseDate, parseYearly, WEEKDAYS } from '../supply/policy/dates.ts'
import { READ_QUALITIES } from '../supply/policy/facts.ts'
import { BEHAVIOURS, CUSTOMERS, PROTECTIONS, SCOPES } from '../supply/policy/policy.ts'
import { parseMinute, parseMoment } from './quantities.ts'
import type { Part } from './schema.ts'
import type { Word } from './words.ts'
import { choice, duration, hint, is, list, NAME, number, section, text, whole, yesNo } from './written.ts'

const parsed = (word: Word, parse: (written: string) => unknown) =>
  hint(z.string({ error: word }).refine(is(parse), word), word)
const date = parsed('date', parseDate)
const dateOrYearly = parsed('dateOrYearly', written => parseDate(written) ?? parseYearly(written))
const minute = parsed('minuteOfDay', parseMinute)
const windowEnd = parsed('windowEnd', parseWindowEnd)
const weekday = choice(WEEKDAYS, 'weekday')
const money = hint(
  z
    .string({ error: 'money' })
    .regex(/^\d{1,12}(\.\d{1,6})?$/, { error: 'money' })
    .refine(written => (parseScaled(written)?.digits ?? 0n) > 0n, 'money'),
  'money',
)
const currency = text('currency', /^[A-Z]{3}$/)
const source = text('ruleSource', /^[\s\S]{1,500}$/)
/** Known only to say that there is no such rule (PR-64). */
const restores = z.undefined({ error: 'restores' }).optional()
/** With a letter or a digit: a blank is nobody's name. */
const answering = text('acceptedBy', /^[^\p{Cc}]{0,199}[\p{L}\p{N}][^\p{Cc}]{0,199}$/u)

const limit = section({
  tenMinutes: whole('cuts', 0, 10_000),
  hour: whole('cuts', 0, 10_000),
  day: whole('cuts', 0, 10_000),
})

const protection = section({
  behaviour: choice(BEHAVIOURS, 'behaviour'),
  extraDays: whole('extraDays', 0, 365).optional(),
  source,
})

const scope = choice(SCOPES, 'apart')

export const policySchema = section({
  version: hint(z.literal(1, { error: 'version' }), 'version'),
  policy: text('policyName', NAME),
  edition: text('edition', NAME),
  jurisdiction: text('jurisdiction'),
  zone: text('zone'),
  acceptedBy: answering,
  acceptedOn: hint(z.string({ error: 'acceptedOn' }).refine(is(parseDate), 'acceptedOn'), 'acceptedOn'),
  firstNotice: section({
    days: section({ residents: whole('leadDays', 1, 400), others: whole('leadDays', 1, 400) }),
    lapsesAfterDays: whole('lapseDays', 2, 400),
    source,
  }),
  secondNotice: section({ least: duration, most: duration, source }),
  windows: section({
    open: list(section({ days: list(weekday, 7), from: minute, to: windowEnd }), 50),
    never: list(weekday, 7),
    source,
    restores,
  }),
  holidays: section({
    known: section({ from: date, to: date }),
    dayBefore: yesNo,
    days: list(section({ name: text('text'), from: dateOrYearly, to: dateOrYearly.optional() }), 1000),
    source,
  }),
  noCut: list(section({ name: text('text'), from: dateOrYearly, to: dateOrYearly, source }), 200),
  declared: list(section({ name: text('name', NAME), source }), 20),
  protections: section(
    Object.fromEntries(PROTECTIONS.map(one => [one, protection.optional()])) as Record<
      (typeof PROTECTIONS)[number],
      z.ZodOptional<typeof protection>
    >,
  ),
  arrears: section({ least: money, currency, source }),
  read: section({ mostAge: duration, source }),
  meterClock: section({ mostError: duration, source }),
  fuses: section({
    gateway: limit,
    line: limit.optional(),
    transformer: limit.optional(),
    actor: limit.optional(),
    batch: limit.optional(),
    ratio: section({ times: number('times', 1, 100), percent: number('percentOfMeters', 0.01, 100) }),
    canary: whole('canary', 1, 1000),
    source,
    restores,
  }),
  approval: section({
    fourEyes: hint(z.literal(true, { error: 'fourEyes' }), 'fourEyes'),
    apart: list(z.tuple([scope, scope], { error: 'apart' }), 21),
    selectFor: duration,
    source,
  }),
  restores,
})

const instant = parsed('instant', parseInstant)
const notice = hint(
  z.union([z.literal(['none', 'sent']), section({ delivered: instant })], { error: 'notice' }),
  'notice',
)

/** What is left out is unknown. */
export const factsSchema = section({
  customer: choice(CUSTOMERS, 'customer').optional(),
  arrears: section({
    amount: text('owed', /^-?\d{1,12}(\.\d{1,6})?$/),
    currency,
  }).optional(),
  read: section({ at: instant, quality: choice(READ_QUALITIES, 'readQuality') }).optional(),
  meterClock: section({ offBySeconds: number('seconds', -1e12, 1e12) }).optional(),
  gatewayTime: choice(['trusted', 'doubted'], 'trust').optional(),
  firstNotice: notice.optional(),
  secondNotice: notice.optional(),
  protections: list(
    section({
      class: choice(PROTECTIONS, 'protectionClass'),
      from: date,
      to: date.optional(),
      authorityReference: text('text').optional(),
      visited: instant.optional(),
    }),
    100,
  ).optional(),
  declared: z.record(text('name', NAME), yesNo, { error: 'section' }).optional(),
})

export type WrittenPolicy = Part<z.output<typeof policySchema>>
export type RightPolicy = z.output<typeof policySchema>
export type RightFacts = z.output<typeof factsSchema>

/** The daemon tells of milliseconds what is one. */
const INSTANT = /^(.*?)(?:(?<=:\d\d:\d\d)\.(\d{1,3}))?(Z|[+-]\d{2}:\d{2})$/

/** UTC ms of a time that says its offset. */
export function parseInstant(written: string): number | null {
  const [, civil = '', fraction = '', offset] = INSTANT.exec(written) ?? []
  const whole = offset === undefined ? null : parseMoment(civil + offset, 0)
  return whole === null ? null : whole + Number(fraction.padEnd(3, '0'))
}

/** Minutes since midnight, to the midnight after it. */
export function parseWindowEnd(written: string): number | null {
  return written === '24:00' ? 24 * 60 : parseMinute(written)
}

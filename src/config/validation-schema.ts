/** The parameters of the rules as they are written: one section a rule. */

import * as z from 'zod'
import { METER_CLASSES, PARAMETERS, type Parameter, parametersOf } from '../reading/rules/parameters.ts'
import { choice, duration, section } from './written.ts'

/** What lies beyond a parameter's bounds is told where it is resolved, with its unit. */
const parameters = section(
  Object.fromEntries(Object.keys(PARAMETERS).map(rule => [rule, ruleSection(rule).optional()])),
)

function ruleSection(rule: string) {
  return section(Object.fromEntries(parametersOf(rule).map(([name, one]) => [name, written(one).optional()])))
}

function written({ is, unit }: Parameter): z.ZodType<string | number> {
  if (unit === 'ms') return duration.meta({ description: is })
  return z.number({ error: 'parameter' }).meta({ description: `${is} (${unit})` })
}

export const meterClass = choice(METER_CLASSES, 'meterClass')

export const validationSchema = section({
  all: parameters.optional(),
  dwelling: parameters.optional(),
  shop: parameters.optional(),
  industry: parameters.optional(),
})

/** `meterd rules`: the validation rules as they are in force here. */

import { parseArgs } from 'node:util'
import type { SiteRules } from '../config/site-rules.ts'
import { showParameter } from '../config/validation.ts'
import { ALL_RULES, type ListedRule } from '../reading/rules/all-rules.ts'
import {
  METER_CLASSES,
  type MeterClass,
  type Parameter,
  parametersOf,
  USUAL_LIMITS,
  usualOf,
} from '../reading/rules/parameters.ts'
import { siteRulesIn } from './site-rules-in.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

export const rules: Verb = {
  summary: 'the validation rules: what each demands, needs and goes by',
  help: `meterd rules [ID…] [--config FILE] [--json]

ID             only these, in full: why, what comes of it, and every parameter with its bounds
--config FILE  with the parameters this configuration sets, by class of meter; two lines are enough of a file:
               "version: 1" and "validation: { all: { V-R3: { overload: 1.3 } } }"
--json         one object a rule
Exit 0; 1 no rule of that name; 2 used wrongly; 78 a wrong --config.
Example: meterd rules V-R10
Example: meterd rules --config gateway.yaml --json`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (values.config === '') throw new WrongUse('--config names no file')
    const site = values.config === undefined ? null : await siteRulesIn(values.config, io)
    if (site === BAD_CONFIG) return BAD_CONFIG
    const limits = site?.limits ?? USUAL_LIMITS
    const wanted = positionals.map(id => id.toUpperCase())
    const unknown = wanted.filter(id => !ALL_RULES.some(rule => rule.id === id))
    const found = ALL_RULES.filter(({ id }) => wanted.length === 0 || wanted.includes(id))
    for (const rule of found) {
      if (values.json) io.out(JSON.stringify(inJson(rule, limits)))
      else if (wanted.length > 0) tellInFull(rule, limits, io)
      else tell(rule, limits, io)
    }
    if (unknown.length > 0) io.err(`meterd rules: no rule is called ${unknown.join(', ')}`)
    return unknown.length > 0 ? 1 : 0
  },
}

type InForce = SiteRules['limits']

/** Name, definition, and the value in force for each class. */
function parametersIn(id: string, limits: InForce) {
  return parametersOf(id).map(([name, parameter]) => {
    const valueFor = (one: MeterClass) =>
      (limits[one] as Readonly<Record<string, Readonly<Record<string, number>>>>)[id]?.[name] ??
      usualOf(parameter, one)
    const byClass = METER_CLASSES.map(one => [one, valueFor(one)] as const)
    return { name, parameter, byClass }
  })
}

function inJson(rule: ListedRule, limits: InForce) {
  const { id, version, says, why, needs, acts, by, outcomes } = rule
  const parameters = parametersIn(id, limits).map(({ name, parameter, byClass }) => {
    const { is, unit, least, most, source } = parameter
    const usual = Object.fromEntries(METER_CLASSES.map(one => [one, usualOf(parameter, one)]))
    return { name, is, unit, least, most, usual, inForce: Object.fromEntries(byClass), source }
  })
  return { id, version, says, why, needs, acts, by, outcomes, parameters }
}

function tell(rule: ListedRule, limits: InForce, io: Terminal): void {
  const { id, version, says, outcomes } = rule
  const verdicts = [...new Set(outcomes.map(({ verdict }) => verdict))].join('/')
  io.out(`${id.padEnd(6)} v${version}  ${verdicts.padEnd(12)}  ${says}`)
  const set = parametersIn(id, limits).map(
    ({ name, parameter, byClass }) => `${name} ${shown(parameter, byClass)}`,
  )
  if (set.length > 0) io.out(`${''.padEnd(25)}${set.join('; ')}`)
}

function tellInFull(rule: ListedRule, limits: InForce, io: Terminal): void {
  io.out(`${rule.id}, version ${rule.version}, ${rule.acts}${rule.by === null ? '' : ` (${rule.by})`}`)
  io.out(`  demands: ${rule.says}`)
  io.out(`  because: ${rule.why}`)
  io.out(`  needs:   ${rule.needs}`)
  for (const { verdict, severity, codes } of rule.outcomes)
    io.out(`  verdict: ${verdict}, severity ${severity}${codes.length === 0 ? '' : `, ${codes.join(' ')}`}`)
  for (const { name, parameter, byClass } of parametersIn(rule.id, limits)) {
    const { is, least, most, source } = parameter
    io.out(`  ${name} = ${shown(parameter, byClass)}: ${is}`)
    io.out(
      `    from ${showParameter(least, parameter)} to ${showParameter(most, parameter)}; the usual value is ${source}`,
    )
  }
}

/** One value where all classes share it; in brackets what a configuration has set. */
function shown(parameter: Parameter, byClass: readonly (readonly [MeterClass, number])[]): string {
  const unit = parameter.unit === 'ms' ? '' : ` ${parameter.unit}`
  const texts = byClass.map(([one, value]) => {
    const text = `${showParameter(value, parameter)}${unit}`
    return { one, text: value === usualOf(parameter, one) ? text : `[${text}]` }
  })
  const [first] = texts
  return first && texts.every(({ text }) => text === first.text)
    ? first.text
    : texts.map(({ one, text }) => `${one} ${text}`).join(', ')
}

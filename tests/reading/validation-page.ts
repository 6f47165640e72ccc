/** The generated part of docs/validation.md: a table of all rules, then what each says, needs and goes by. */

import { showParameter } from '../../src/config/validation.ts'
import { ALL_RULES, type ListedRule } from '../../src/reading/rules/all-rules.ts'
import { EXCEPTIONS } from '../../src/reading/rules/exceptions.ts'
import {
  METER_CLASSES,
  type Parameter,
  parametersOf,
  USUAL_CLASS,
  usualOf,
} from '../../src/reading/rules/parameters.ts'

export function validationPage(): string {
  const lines = [
    `${ALL_RULES.length} rules.`,
    '',
    '| rule | version | acts | verdicts | codes |',
    '|---|---|---|---|---|',
    ...ALL_RULES.map(row),
    '',
    'Named in the practice of meter data, and no rule here:',
    '',
    '| check | what | why there is none |',
    '|---|---|---|',
    ...EXCEPTIONS.map(({ id, what, why }) => `| ${id} | ${what} | ${why} |`),
    ...ALL_RULES.flatMap(section),
  ]
  return `${lines.join('\n')}\n`
}

function row({ id, version, acts, outcomes }: ListedRule): string {
  const verdicts = outcomes.map(({ verdict }) => verdict).join(', ')
  const codes = [...new Set(outcomes.flatMap(outcome => outcome.codes))].join(', ') || '–'
  return `| [${id}](#${id.toLowerCase()}) | ${version} | ${acts} | ${verdicts} | ${codes} |`
}

function section(rule: ListedRule): string[] {
  const { id, says, why, needs, by, outcomes } = rule
  const parameters = parametersOf(id)
  return [
    '',
    `## ${id}`,
    '',
    `Demands: ${says}.`,
    '',
    `Because: ${why}.`,
    '',
    `Needs: ${needs}.`,
    ...(by === null ? [] : ['', `Kept by: ${by}.`]),
    '',
    ...outcomes.map(
      ({ verdict, severity, codes }) =>
        `- ${verdict}: severity ${severity}${codes.length === 0 ? '' : `, ${codes.join(', ')}`}`,
    ),
    ...(parameters.length === 0 ? [] : ['', ...table(parameters)]),
  ]
}

function table(parameters: ReturnType<typeof parametersOf>): string[] {
  return [
    '| parameter | usual | bounds | what | usual value from |',
    '|---|---|---|---|---|',
    ...parameters.map(([name, parameter]) => {
      const { least, most, is, source } = parameter
      const bounds = `${showParameter(least, parameter)} … ${showParameter(most, parameter)}`
      return `| \`${name}\` | ${usual(parameter)} | ${bounds} | ${is} | ${source} |`
    }),
  ]
}

function usual(parameter: Parameter): string {
  const unit = parameter.unit === 'ms' ? '' : ` ${parameter.unit}`
  const text = (one: (typeof METER_CLASSES)[number]) =>
    `${showParameter(usualOf(parameter, one), parameter)}${unit}`
  return typeof parameter.usual === 'number'
    ? text(USUAL_CLASS)
    : METER_CLASSES.map(one => `${one} ${text(one)}`).join(', ')
}

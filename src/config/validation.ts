/** What the rules' parameters are set to, by class of meter. */

import {
  type Limits,
  type LimitsSet,
  limitsOf,
  METER_CLASSES,
  type MeterClass,
  type Parameter,
  parametersOf,
} from '../reading/rules/parameters.ts'
import type { Complain, Path } from './complaint.ts'
import { formatDuration, parseDuration } from './quantities.ts'
import type { WrittenConfig } from './schema.ts'

type Written = NonNullable<WrittenConfig['validation']>

/** What is set for a class goes before what is set for all, and that before what is usual. */
export function resolveValidation(
  written: WrittenConfig['validation'],
  complain: Complain,
): Readonly<Record<MeterClass, Limits>> {
  const all = limitsSet(written, 'all', complain)
  const entries = METER_CLASSES.map(one => [one, limitsOf(one, all, limitsSet(written, one, complain))])
  return Object.fromEntries(entries) as Record<MeterClass, Limits>
}

function limitsSet(written: WrittenConfig['validation'], of: keyof Written, complain: Complain): LimitsSet {
  const rules = Object.entries(written?.[of] ?? {}).map(([rule, set]) => {
    const values = parametersOf(rule).flatMap(([name, parameter]) => {
      const given = set?.[name]
      if (given === undefined) return []
      const value = typeof given === 'string' ? (parseDuration(given) ?? 0) : given
      checkBounds(value, parameter, ['validation', of, rule, name], complain)
      return [[name, value] as const]
    })
    return [rule, Object.fromEntries(values)] as const
  })
  return Object.fromEntries(rules)
}

function checkBounds(value: number, parameter: Parameter, path: Path, complain: Complain): void {
  const { is, least, most } = parameter
  const isWhole = ['steps', 'tariffs', 'samples', 'days'].includes(parameter.unit)
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return
  const kind = isWhole ? 'a whole number ' : ''
  const bounds = `${kind}from ${showParameter(least, parameter)} to ${showParameter(most, parameter)}`
  complain(path, `${showParameter(value, parameter)} is out of bounds: ${is}`, `write ${bounds}`)
}

/** As it is written in a configuration. */
export function showParameter(value: number, { unit }: Parameter): string {
  return unit === 'ms' ? formatDuration(value) : String(value)
}

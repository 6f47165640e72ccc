/** What rules went by when they judged a reading again, beside the reading itself: in words, with the times it is true for. */

import { formatScaled } from '../core/scaled.ts'
import type { Kept, Known } from '../reading/rules/known.ts'
import type { Given } from '../reading/rules/rule.ts'

export interface RuleInput {
  readonly what: string
  readonly value: string
  /** UTC ms; null for what is of no moment. */
  readonly at: number | null
}

export function inputsOf({ reading, known }: Given): readonly RuleInput[] {
  const other = reading.kind === 'freeze' ? 'poll' : 'freeze'
  return [
    ...keptInput(`the good ${reading.kind} before`, known.kept, reading.unit, reading.readAt),
    ...keptInput(`the good ${other} nearest before`, known.keptOther, reading.unit, reading.readAt),
    ...saidBefore(known),
    ...clockInput(known),
    ...fixedInputs(known, reading.unit),
  ]
}

function keptInput(what: string, kept: readonly Kept[], unit: string, readAt: number): readonly RuleInput[] {
  const last = kept.findLast(one => one.readAt < readAt)
  return last ? [{ what, value: `${formatScaled(last.value)} ${unit}`, at: last.readAt }] : []
}

function saidBefore({ saidBefore: said }: Known): readonly RuleInput[] {
  if (!said) return []
  return [
    { what: 'asked just before it said', value: `${formatScaled(said.value)} ${said.unit}`, at: said.readAt },
  ]
}

function clockInput({ clockDeviationMs }: Known): readonly RuleInput[] {
  if (clockDeviationMs === null) return []
  return [{ what: "the meter's clock, fast by", value: `${clockDeviationMs / 1000} s`, at: null }]
}

function fixedInputs({ capacity, nameplate, transformers }: Known, unit: string): readonly RuleInput[] {
  const { phases, volts, amperes } = nameplate
  const agreed = transformers?.agreed
  const of = (what: string, value: string): RuleInput => ({ what, value, at: null })
  return [
    of('nameplate', `${phases} phase${phases === 1 ? '' : 's'}, ${volts} V, ${amperes} A`),
    ...(capacity ? [of('the register counts to', `${formatScaled(capacity)} ${unit}`)] : []),
    ...(agreed
      ? [
          of(
            'transformers',
            `current ${formatScaled(agreed.current)}, voltage ${formatScaled(agreed.voltage)}`,
          ),
        ]
      : []),
  ]
}

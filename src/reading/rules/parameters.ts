/**
 * The parameters of the rules: what may be set, within which bounds, and what holds where nothing is set. Thresholds of
 * practice and of our own, none of them law: hence settings.
 */

import { DAY, HOUR, MINUTE, SECOND } from '../../core/time.ts'
import { CLOCK_BROKEN_MS, CLOCK_SUSPECT_MS } from './clock-limits.ts'
import { INTERVAL_PARAMETERS } from './interval/parameters.ts'
import {
  METER_CLASSES,
  type MeterClass,
  OWN,
  type Parameter,
  type ParameterTable,
  USUAL_CLASS,
} from './parameter.ts'
import { PERIOD_PARAMETERS } from './period/parameters.ts'
import { SEEN_PARAMETERS } from './seen/seen-parameters.ts'
import { STANDING_PARAMETERS } from './standing/standing-parameters.ts'

export { METER_CLASSES, type MeterClass, type Parameter, USUAL_CLASS }

export const PARAMETERS = {
  'V-F12': {
    steps: {
      is: 'registers whose float is coarser than so many steps of the resolution declared are withheld',
      unit: 'steps',
      least: 1,
      most: 10,
      usual: 10,
      source: OWN,
    },
  },
  'V-T2': {
    flagAbove: {
      is: 'a clock further off is told of',
      unit: 'ms',
      least: SECOND,
      most: CLOCK_SUSPECT_MS,
      usual: 60 * SECOND,
      source: 'rule of a grid company: beyond a minute a clock is set',
    },
    suspectAbove: {
      is: 'tariff registers and load records of a clock further off are suspect',
      unit: 'ms',
      least: MINUTE,
      most: CLOCK_SUSPECT_MS,
      usual: CLOCK_SUSPECT_MS,
      source:
        'default of event 3105 in a concentrator; a market rule is remembered with 3 minutes, unverified',
    },
    brokenAbove: {
      is: 'freezes of a clock further off are suspect',
      unit: 'ms',
      least: MINUTE,
      most: CLOCK_BROKEN_MS,
      usual: CLOCK_BROKEN_MS,
      source: OWN,
    },
  },
  'V-T5': {
    ahead: {
      is: 'a value stamped further ahead of our clock is of the future',
      unit: 'ms',
      least: SECOND,
      most: HOUR,
      usual: CLOCK_SUSPECT_MS,
      source: OWN,
    },
  },
  'V-T8': {
    back: {
      is: 'a poll whose clock has gone back by more since it was measured before is of before',
      unit: 'ms',
      least: 10 * SECOND,
      most: CLOCK_SUSPECT_MS,
      usual: MINUTE,
      source: OWN,
    },
  },
  'V-R2': {
    from: {
      is: 'a roll-over starts at this share of the capacity or above',
      unit: 'of capacity',
      least: 0.5,
      most: 0.999,
      usual: 0.9,
      source: OWN,
    },
    to: {
      is: 'and ends at this share or below',
      unit: 'of capacity',
      least: 0.001,
      most: 0.5,
      usual: 0.1,
      source: OWN,
    },
  },
  'V-R3': {
    overload: {
      is: 'load a meter stands above the largest current of its nameplate',
      unit: 'times',
      least: 1,
      most: 3,
      usual: 1.2,
      source: OWN,
    },
  },
  'V-R4': {
    times: {
      is: 'registers that count more than so many times what flowed are suspect',
      unit: 'times',
      least: 1.2,
      most: 10,
      usual: 2,
      source: 'our own; concentrators have such a threshold, their firmware does not tell it',
    },
  },
  'V-R5': {
    least: {
      is: 'energy that must have flowed by the power while the registers stood',
      unit: 'kWh',
      least: 0.02,
      most: 100,
      usual: 0.1,
      source: 'firmware of a concentrator; another takes 0.04 kWh',
    },
    over: {
      is: 'for so long at least',
      unit: 'ms',
      least: MINUTE,
      most: DAY,
      usual: 15 * MINUTE,
      source: 'firmware of a concentrator',
    },
    samples: {
      is: 'by so many powers at least: one of them may be of a moment',
      unit: 'samples',
      least: 2,
      most: 1_000,
      usual: 3,
      source: OWN,
    },
    fromWatts: {
      is: 'the mean of them at least, and of a large meter a thousandth of what it may carry: below it a meter may show power and not count',
      unit: 'W',
      least: 1,
      most: 10_000,
      usual: 10,
      source: 'our own: four thousandths of a basic current of 5 A at 220 V are 4.4 W',
    },
  },
  'V-R9': {
    over: {
      is: 'for so long no current must have been told',
      unit: 'ms',
      least: 12 * HOUR,
      most: 14 * DAY,
      usual: DAY,
      source: OWN,
    },
  },
  'V-R26': {
    percent: {
      is: 'share of the energy by which registers and power may differ',
      unit: '%',
      least: 1,
      most: 100,
      usual: 10,
      source: OWN,
    },
    weeksPercent: {
      is: 'share of the energy by which they may differ over two weeks and more',
      unit: '%',
      least: 1,
      most: 100,
      usual: 5,
      source: OWN,
    },
    steps: {
      is: 'and so many steps of the register of a small energy',
      unit: 'steps',
      least: 1,
      most: 1_000,
      usual: 5,
      source: OWN,
    },
    spread: {
      is: 'times the standard error of the powers seen, for what they miss of loads that switch',
      unit: 'times',
      least: 0,
      most: 10,
      usual: 4,
      source: OWN,
    },
    over: {
      is: 'for so long at least',
      unit: 'ms',
      least: HOUR,
      most: 7 * DAY,
      usual: DAY,
      source: 'our own: within an hour the switching of a dwelling hides everything',
    },
    samples: {
      is: 'by so many powers at least',
      unit: 'samples',
      least: 12,
      most: 10_000,
      usual: 12,
      source: OWN,
    },
  },
  'V-R10': {
    tariffs: {
      is: 'so many tariffs make a set whole; a total above fewer is not judged',
      unit: 'tariffs',
      least: 1,
      most: 63,
      usual: 4,
      source: 'the tariffs meters of DL/T 645 are delivered with',
    },
    spareSteps: {
      is: 'steps of the register by which total and sum may differ beyond truncation',
      unit: 'steps',
      least: 0,
      most: 100,
      usual: 0,
      source: 'derived, and simulated with 300,000 cases for 2, 3, 4 and 8 tariffs',
    },
  },
  'V-R11': {
    steps: {
      is: 'steps of the register by which the sum of both directions may differ',
      unit: 'steps',
      least: 0,
      most: 100,
      usual: 1,
      source: 'table of data identifiers',
    },
  },
  'V-R27': {
    percent: {
      is: 'share of the power by which U·I·PF may differ',
      unit: '%',
      least: 1,
      most: 50,
      usual: 3,
      source: OWN,
    },
    watts: {
      is: 'and by so much of a small power',
      unit: 'W',
      least: 1,
      most: 10_000,
      usual: 10,
      source: OWN,
    },
  },
  ...SEEN_PARAMETERS,
  ...PERIOD_PARAMETERS,
  ...INTERVAL_PARAMETERS,
  ...STANDING_PARAMETERS,
} as const satisfies ParameterTable

type Table = typeof PARAMETERS

/** The values in force, by rule and parameter: numbers in the parameter's unit. */
export type Limits = {
  readonly [Rule in keyof Table]: { readonly [Name in keyof Table[Rule]]: number }
}

/** What somebody has set, by rule and parameter. */
export type LimitsSet = Readonly<Record<string, Readonly<Record<string, number | undefined>> | undefined>>

export function parametersOf(rule: string): readonly (readonly [name: string, parameter: Parameter])[] {
  return Object.entries(
    (PARAMETERS as Readonly<Record<string, Readonly<Record<string, Parameter>>>>)[rule] ?? {},
  )
}

export function usualOf({ usual }: Parameter, meterClass: MeterClass): number {
  return typeof usual === 'number' ? usual : usual[meterClass]
}

/** What holds for a class: the last of `set` that names a parameter, else what is usual. */
export function limitsOf(meterClass: MeterClass, ...set: readonly LimitsSet[]): Limits {
  const rules = Object.keys(PARAMETERS).map(rule => [
    rule,
    Object.fromEntries(
      parametersOf(rule).map(([name, parameter]) => [
        name,
        set.reduce((value, some) => some[rule]?.[name] ?? value, usualOf(parameter, meterClass)),
      ]),
    ),
  ])
  return Object.fromEntries(rules) as Limits
}

/** What holds where nobody has set anything. */
export const USUAL_LIMITS: Readonly<Record<MeterClass, Limits>> = {
  dwelling: limitsOf('dwelling'),
  shop: limitsOf('shop'),
  industry: limitsOf('industry'),
}

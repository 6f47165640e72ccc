/** Parameters of the rules that judge what flowed from one released boundary to the next. */

import { DAY, HOUR } from '../../../core/time.ts'
import { OWN, type ParameterTable, UNSET } from '../parameter.ts'

export const PERIOD_PARAMETERS = {
  'V-R6': {
    over: {
      is: 'a register that stands still for longer is told of',
      unit: 'ms',
      least: HOUR,
      most: 366 * DAY,
      usual: { dwelling: 30 * DAY, shop: 7 * DAY, industry: DAY },
      source: OWN,
    },
  },
  'V-R7': {
    active: {
      is: 'a meter is active where it counted something on so many of its days',
      unit: '%',
      least: 50,
      most: 100,
      usual: 90,
      source: OWN,
    },
    days: {
      is: 'of so many days of the last eight weeks at least',
      unit: 'days',
      least: 3,
      most: 56,
      usual: 14,
      source: OWN,
    },
  },
  'V-R15': {
    high: {
      is: 'times the median of like days above which a day is high',
      unit: 'times',
      least: 1.1,
      most: 100,
      usual: 3,
      source: OWN,
    },
    spread: {
      is: 'robust standard deviations above the median from which a day is high',
      unit: 'times',
      least: 0,
      most: 100,
      usual: 3.5,
      source: 'the usual limit of the modified z-score (Iglewicz and Hoaglin)',
    },
    low: {
      is: 'times the median of like days below which a day is low',
      unit: 'times',
      least: 0,
      most: 0.9,
      usual: 0.25,
      source: OWN,
    },
    floor: {
      is: 'no day of less is high, none is low where the median is less',
      unit: 'kWh a day',
      least: 0,
      most: 1_000_000,
      usual: 5,
      source: OWN,
    },
    least: {
      is: 'so many like days of the last eight weeks make a history',
      unit: 'days',
      least: 3,
      most: 40,
      usual: 4,
      source: OWN,
    },
  },
  'V-R16': {
    least: {
      is: 'a day of less is suspect; as delivered none is',
      unit: 'kWh a day',
      least: 0,
      most: UNSET,
      usual: 0,
      source: OWN,
    },
    most: {
      is: 'a day of more is suspect; as delivered none is that V-R3 lets pass',
      unit: 'kWh a day',
      least: 0,
      most: UNSET,
      usual: UNSET,
      source: OWN,
    },
  },
  'V-R17': {
    flagAbove: {
      is: 'a day that differs more from the same day a week before is told of; as delivered none is',
      unit: '%',
      least: 1,
      most: UNSET,
      usual: UNSET,
      source: 'a product of the trade has both levels, and no usual value',
    },
    suspectAbove: {
      is: 'one that differs more is suspect; as delivered none is',
      unit: '%',
      least: 1,
      most: UNSET,
      usual: UNSET,
      source: 'a product of the trade has both levels, and no usual value',
    },
  },
  'V-R20': {
    percent: {
      is: 'so near a power of ten a step is one',
      unit: '%',
      least: 0.5,
      most: 20,
      usual: 5,
      source: OWN,
    },
    days: {
      is: 'days in a row that have to show it',
      unit: 'days',
      least: 3,
      most: 28,
      usual: 7,
      source: OWN,
    },
  },
  'V-R38': {
    percent: {
      is: 'so near a ratio of transformers a step is one',
      unit: '%',
      least: 0.5,
      most: 20,
      usual: 5,
      source: OWN,
    },
    days: {
      is: 'days in a row that have to show it',
      unit: 'days',
      least: 3,
      most: 28,
      usual: 7,
      source: OWN,
    },
  },
  'V-R21': {
    steps: {
      is: 'steps of the demand by which it may lie below the mean',
      unit: 'steps',
      least: 0,
      most: 100,
      usual: 1,
      source: OWN,
    },
  },
  'V-A3': {
    over: {
      is: 'a meter without a reading for longer is told of',
      unit: 'ms',
      least: DAY,
      most: 366 * DAY,
      usual: 3 * DAY,
      source: 'practice of meter data systems; most estimates of a daily read end there too',
    },
  },
} as const satisfies ParameterTable

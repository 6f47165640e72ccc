/** Parameters of the rules that judge the intervals of a day. */

import { DAY, HOUR } from '../../../core/time.ts'
import { OWN, type ParameterTable, UNSET } from '../parameter.ts'

export const INTERVAL_PARAMETERS = {
  'V-L3': {
    percent: {
      is: 'an interval that is further above the third highest of its day is told of',
      unit: '%',
      least: 10,
      most: UNSET,
      usual: 180,
      source: 'rule of a market (California), unverified',
    },
    fromWatts: {
      is: 'no interval of a lower mean power is a spike',
      unit: 'W',
      least: 1,
      most: UNSET,
      usual: { dwelling: 3_000, shop: 10_000, industry: 50_000 },
      source: OWN,
    },
  },
  'V-L5': {
    over: {
      is: 'nothing counted for so long is told of',
      unit: 'ms',
      least: HOUR,
      most: DAY,
      usual: 2 * HOUR,
      source: 'default of a meter data system',
    },
    days: {
      is: 'where on each of so many days before something was counted in the same hours',
      unit: 'days',
      least: 1,
      most: 3,
      usual: 3,
      source: OWN,
    },
  },
  'V-L6': {
    run: {
      is: 'so many intervals in a row that count the same are told of',
      unit: 'intervals',
      least: 3,
      most: 1_440,
      usual: 8,
      source: OWN,
    },
    steps: {
      is: 'where each counts so many steps of the register at least: what counts few is often the same',
      unit: 'steps',
      least: 10,
      most: UNSET,
      usual: 100,
      source: 'our own: three significant digits',
    },
  },
  'V-L12': {
    percent: {
      is: 'share of its energy by which a meter and the one that checks it may differ over a day',
      unit: '%',
      least: 0.1,
      most: 50,
      usual: { dwelling: 4, shop: 4, industry: 2 },
      source:
        'practice of markets: once or twice the sum of both classes, here twice 1 and 1, or 0.5 and 0.5',
    },
    steps: {
      is: 'and by so many steps of the coarser register',
      unit: 'steps',
      least: 2,
      most: 1_000,
      usual: 4,
      source: 'derived: each difference of two cut-off values is off by less than one',
    },
  },
  'V-L13': {
    percent: {
      is: 'an interval that differs more from the one before is told of; as delivered none is',
      unit: '%',
      least: 1,
      most: UNSET,
      usual: UNSET,
      source: 'a product of the trade has it, and no usual value: what households switch changes more',
    },
  },
} as const satisfies ParameterTable

/** Parameters of the rules that go by what rounds have shown so far. */

import { HOUR, MINUTE } from '../../../core/time.ts'
import { OWN, type ParameterTable } from '../parameter.ts'

export const SEEN_PARAMETERS = {
  'V-R23': {
    slide: {
      is: 'demands are reached at whole multiples of it past the hour',
      unit: 'ms',
      least: MINUTE,
      most: HOUR,
      usual: MINUTE,
      source: 'the slide meters of DL/T 645 are delivered with (04000104)',
    },
  },
  'V-R40': {
    shortest: {
      is: 'a demand period (04000103) is no shorter',
      unit: 'ms',
      least: MINUTE,
      most: HOUR,
      usual: 15 * MINUTE,
      source: 'the demand period meters of DL/T 645 are delivered with',
    },
    longest: {
      is: 'and no longer',
      unit: 'ms',
      least: MINUTE,
      most: HOUR,
      usual: HOUR,
      source: 'the longest that goes into the hour',
    },
    percent: {
      is: 'share by which a demand and the mean of its energy may differ',
      unit: '%',
      least: 0,
      most: 50,
      usual: 2,
      source: OWN,
    },
  },
  'V-R39': {
    slots: {
      is: 'so many half hours of another tariff make a day of another table',
      unit: 'half hours',
      least: 2,
      most: 24,
      usual: 3,
      source: OWN,
    },
    days: {
      is: 'and so many such days in a row are told',
      unit: 'days',
      least: 2,
      most: 13,
      usual: 2,
      source: OWN,
    },
  },
  'V-A8': {
    samples: {
      is: 'so many voltages make a day',
      unit: 'samples',
      least: 24,
      most: 1_000,
      usual: 48,
      source: OWN,
    },
    percent: {
      is: 'share of them that lies exactly at a limit',
      unit: '%',
      least: 1,
      most: 100,
      usual: 5,
      source: OWN,
    },
  },
} as const satisfies ParameterTable

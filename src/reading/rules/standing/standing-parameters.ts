/** Parameters of the rules of what stands from round to round. */

import { DAY, HOUR, MINUTE } from '../../../core/time.ts'
import { OWN, type Parameter, type ParameterTable } from '../parameter.ts'

const REMEMBERED = 'remembered of a rule for smart meters, unverified'

/** For how long something has to stand. */
function over(usual: Parameter['usual'], source: string, most = 7 * DAY): Parameter {
  return { is: 'for so long at least', unit: 'ms', least: MINUTE, most, usual, source }
}

function share(
  is: string,
  least: number,
  most: number,
  usual: Parameter['usual'],
  source = REMEMBERED,
): Parameter {
  return { is, unit: '%', least, most, usual, source }
}

function kwh(is: string, usual: number): Parameter {
  return { is, unit: 'kWh', least: 0.02, most: 1_000, usual, source: OWN }
}

export const STANDING_PARAMETERS = {
  'V-R8': {
    least: kwh('energy that must be counted after the order', 0.1),
    over: over(HOUR, 'our own: a trip may be delayed by minutes'),
  },
  'V-R19': {
    least: kwh('energy fed in that is told of', 1),
    over: over(DAY, OWN),
  },
  'V-R25': {
    times: {
      is: 'so many times the active energy',
      unit: 'times',
      least: 1,
      most: 100,
      usual: 5,
      source: OWN,
    },
    least: kwh('reactive energy that is told of at least, kvarh', 5),
    over: over(DAY, OWN),
  },
  'V-R28': {
    low: {
      is: 'a voltage below this share of the nominal one is told of',
      unit: 'times',
      least: 0.5,
      most: 1,
      usual: 0.9,
      source: 'GB/T 12325: −10 % of 220 V',
    },
    high: {
      is: 'and one above this share',
      unit: 'times',
      least: 1,
      most: 1.3,
      usual: 1.07,
      source: 'GB/T 12325: +7 % of 220 V',
    },
    over: over(MINUTE, OWN),
  },
  'V-R29': {
    percent: share('voltages further apart are told of', 1, 100, 30),
    over: over(MINUTE, REMEMBERED),
  },
  'V-R30': {
    percent: share(
      'currents further apart are told of; 100 is none',
      1,
      100,
      { dwelling: 100, shop: 90, industry: 50 },
      'our own: the phases of a dwelling are seldom alike',
    ),
    over: over(HOUR, OWN),
  },
  'V-R31': {
    lostPercent: share('a phase below this share of its nominal voltage is without it', 10, 95, 78),
    deadPercent: share('one below this share has none', 5, 90, 60),
    over: over(MINUTE, REMEMBERED),
  },
  'V-R32': {
    carriesPercent: share(
      'from this share of the largest current on a phase carries something',
      0.05,
      20,
      0.5,
      'our own: 5 % of a basic current of a tenth of the largest',
    ),
    nothingPercent: share(
      'below this share it carries nothing',
      0,
      5,
      0.05,
      'our own: 0.5 % of a basic current of a tenth of the largest',
    ),
    reversedPercent: share('a power of this share of Un · Imax has a direction', 0.01, 20, 0.1, OWN),
    reversedOver: over(DAY, 'our own: at a roof nobody has told of it is night again'),
    lostOver: over(
      { dwelling: 30 * DAY, shop: 7 * DAY, industry: DAY },
      'our own: a phase of a dwelling may be idle for weeks',
      366 * DAY,
    ),
  },
  'V-R33': {
    percent: share('share of the larger current by which the two may differ', 1, 100, 10, OWN),
    amperes: {
      is: 'and by so much of a small current',
      unit: 'A',
      least: 0.05,
      most: 100,
      usual: 1,
      source: OWN,
    },
    over: over(15 * MINUTE, OWN),
  },
  'V-R34': { over: over(HOUR, OWN) },
  'V-R35': { over: over(MINUTE, OWN) },
  'V-R36': {
    mostPrice: {
      is: 'what a kWh costs at most, in the unit of the amount',
      unit: 'a kWh',
      least: 0.001,
      most: 1_000_000,
      usual: 10,
      source: OWN,
    },
  },
  'V-R37': {
    least: kwh('energy that must be counted behind a relay that is open', 0.1),
    over: over(MINUTE, OWN),
    idle: over(3 * DAY, OWN, 60 * DAY),
  },
} as const satisfies ParameterTable

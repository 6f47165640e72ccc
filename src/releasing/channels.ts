/** The registers of a meter whose intervals are judged, from its configuration. */

import type { MeterConfig } from '../config/config.ts'
import { isEnergyRegister, onlyGrows, tariffOf } from '../core/obis.ts'
import { DAY, MINUTE } from '../core/time.ts'
import { agreedTransformers, factorOf, nameplateOnSide } from '../reading/ratios.ts'
import { capacityOf } from '../reading/rules/capacity.ts'
import type { Channel } from '../reading/rules/interval/interval-day.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'

const QUARTER = 15 * MINUTE

/** Its totals of one direction that are polled, each as often as intervals go into a day. */
export function channelsOf(meter: MeterConfig): readonly Channel[] {
  const polled = meter.polls
    .filter(({ everyMs }) => everyMs >= MINUTE && everyMs < DAY && DAY % everyMs === 0)
    .flatMap(({ points }) => points.map(({ obis }) => obis))
    .filter(obis => isTotal(obis) && onlyGrows(obis))
  return [...new Set(polled)].map(obis => channelOf(meter, obis))
}

/** As the register's values are: of the side of the transformers they are of. */
export function channelOf(meter: MeterConfig, obis: string): Channel {
  const { profile, polls, nameplate, limits = USUAL_LIMITS[USUAL_CLASS] } = meter
  const poll = polls.find(({ points }) => points.some(point => point.obis === obis))
  const point = [...polls.flatMap(({ points }) => points), ...profile.points].find(one => one.obis === obis)
  const transformers = agreedTransformers(meter)
  const factor = factorOf(point?.unit ?? '', transformers)
  return {
    obis,
    everyMs: poll?.everyMs ?? QUARTER,
    capacity: point ? capacityOf(point.capacity, factor) : null,
    factor,
    nameplate: nameplateOnSide(nameplate, transformers),
    limits,
    sibling: poll?.points.find(one => isTotal(one.obis) && one.obis !== obis)?.obis ?? null,
  }
}

function isTotal(obis: string): boolean {
  return isEnergyRegister(obis) && tariffOf(obis) === 0
}

/** What the accounts of rounds go by of a meter, and where one account ends: of another meter, or behind other transformers. */

import type { MeterConfig } from '../config/config.ts'
import { agreedTransformers, inForceSince, nameplateOnSide, transformersAt } from '../reading/ratios.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../reading/rules/parameters.ts'

/** What of a meter's configuration its rounds are judged by. */
export type SeriesOfMeter = Pick<
  MeterConfig,
  'id' | 'profile' | 'ratios' | 'nameplate' | 'limits' | 'exchanged'
>

/** What of a meter holds at an instant: transformers are replaced, meters exchanged. */
export function seriesOf(meter: SeriesOfMeter) {
  const transformers = agreedTransformers(meter)
  const { exchanged = [] } = meter
  const seriesAt = (at: number) =>
    Math.max(
      inForceSince(transformers ?? {}, at),
      exchanged.findLast(moment => moment <= at) ?? Number.NEGATIVE_INFINITY,
    )
  return {
    limits: meter.limits ?? USUAL_LIMITS[USUAL_CLASS],
    transformersAt: (at: number) => transformersAt(transformers, at),
    nameplateAt: (at: number) => nameplateOnSide(meter.nameplate, transformersAt(transformers, at)),
    /** What was shown on either side of it is not one account. */
    isChanged: (from: number, to: number) => seriesAt(from) !== seriesAt(to),
  }
}

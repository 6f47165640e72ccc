/** What the plausibility checks tell the gate of new meters: in words, against the nameplate and archive of the meter. */

import type { MeterConfig } from '../config/config.ts'
import { formatScaled } from '../core/scaled.ts'
import type { Point } from '../driver-api/profile.ts'
import { agreedTransformers, nameplateOnSide } from '../reading/ratios.ts'
import type { Look } from './looks.ts'
import { judge } from './plausibility.ts'

export interface Told {
  readonly fails: readonly string[]
  readonly proven: ReadonlySet<Point>
  readonly evidence: readonly string[]
}

export function judgeForGate(meter: MeterConfig, looks: readonly Look[]): Told {
  const { profile, nameplate, ratios } = meter
  const { findings, standing, grounds } = judge(
    { ...profile, nameplate: nameplateOnSide(nameplate, agreedTransformers(meter)) },
    looks,
    ratios ? { currentRatio: formatScaled(ratios.current), voltageRatio: formatScaled(ratios.voltage) } : {},
  )
  return {
    fails: findings.flatMap(({ check, verdict, evidence }) =>
      verdict === 'fail' ? [`${check}: ${evidence}`] : [],
    ),
    proven: new Set([...standing].flatMap(([point, how]) => (how === 'proven' ? [point] : []))),
    evidence: [
      ...findings.map(({ check, verdict, evidence }) => `${verdict}: ${check}: ${evidence}`),
      ...grounds.map(ground => `proven: ${ground}`),
    ],
  }
}

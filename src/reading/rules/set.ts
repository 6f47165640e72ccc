/** Registers of one round that tell the same energy twice: tariffs and their total, both directions and their sum. */

import { isEnergyRegister, onlyGrows, tariffOf, totalOf } from '../../core/obis.ts'
import {
  addScaled,
  compareScaled,
  formatScaled,
  multiplyScaled,
  type Scaled,
  subtractScaled,
} from '../../core/scaled.ts'
import { HOUR } from '../../core/time.ts'
import { factorOf } from '../ratios.ts'
import { mostEnergy, sampleOf } from './pair.ts'
import type { Checked, Given, RoundRule, Told } from './rule.ts'

export const SET_RULES: readonly RoundRule[] = [
  {
    id: 'V-R10',
    version: 2,
    says: 'total − Σ tariffs lies from 0 to n−1 steps of the register, of one that may fall (net, combined reactive) within n−1 either way, `spareSteps` more on either side; of rounded floats within (n+1)/2 steps either way; registers read one after the other may differ by what the connection carries meanwhile, and a total that has rolled over by its capacity; above the band only with `tariffs` of them, since others may not be read',
    why: 'total and tariffs are counted alike and truncated apart: who alters one of them leaves the band (尖峰平谷和)',
    needs: 'a total and a tariff of it in one round',
    outcomes: [{ verdict: 'suspect', severity: 1, codes: ['2.6.9'] }],
    check: round => setsOf(round).flatMap(judgeSet),
  },
  {
    id: 'V-R11',
    version: 2,
    says: 'a sum of both directions (C = 15) is forward plus reverse, a combined register (C = 16) forward less reverse, forward plus reverse, or forward alone, within `steps` of the register, what flows between the readings, and the capacity where the sum has rolled over',
    why: 'what is counted in one direction is counted once more in the sum',
    needs: 'forward, reverse and their sum in one round',
    outcomes: [{ verdict: 'suspect', severity: 2, codes: ['2.5.258'] }],
    check: round => combinedOf(round).map(judgeCombined),
  },
]

interface TariffSet {
  readonly total: Given
  readonly tariffs: readonly Given[]
}

/** Where a register belongs, by its code alone. */
interface Place {
  readonly total: string
  readonly tariff: number
  /** Of a sum of both directions: what it is the sum of. */
  readonly sums: { readonly forward: string; readonly reverse: string; readonly isCombined: boolean } | null
}

/** C = 15 and 16 of any tariff. */
const SUM = /^(\d+-\d+:)(15|16)(\.8\.\d+)$/

/** OBIS codes are those of the configured meters; where each belongs is found out once. */
const places = new Map<string, Place | null>()

function placeOf(obis: string): Place | null {
  const before = places.get(obis)
  if (before !== undefined) return before
  const place = placeIn(obis)
  places.set(obis, place)
  return place
}

/** Null for what is no energy of now; "*1" is a register of the past. */
function placeIn(obis: string): Place | null {
  const tariff = isEnergyRegister(obis) && !obis.includes('*') ? tariffOf(obis) : null
  if (tariff === null) return null
  const [, before, quantity, behind] = SUM.exec(obis) ?? []
  const sums =
    before === undefined
      ? null
      : { forward: `${before}1${behind}`, reverse: `${before}2${behind}`, isCombined: quantity === '16' }
  return { total: totalOf(obis), tariff, sums }
}

/** Of one total each, and of one moment: a round of load records holds many. */
function setsOf(round: readonly Given[]): readonly TariffSet[] {
  const tariffs = new Map<string, Given[]>()
  for (const given of round) {
    const place = placeOf(given.reading.obis)
    if (place === null || place.tariff === 0) continue
    const before = tariffs.get(place.total)
    if (before) before.push(given)
    else tariffs.set(place.total, [given])
  }
  if (tariffs.size === 0) return []
  return round.flatMap(total => {
    const { obis, slot, unit } = total.reading
    const own = (tariffs.get(obis) ?? []).filter(
      ({ reading }) => reading.slot === slot && reading.unit === unit,
    )
    return own.length === 0 ? [] : [{ total, tariffs: own }]
  })
}

/** The values stand once, with the total: where many meters fail alike the store would fill with them. */
function judgeSet({ total, tariffs }: TariffSet): readonly Told[] {
  const checked = checkSet(total, tariffs, [total, ...tariffs])
  const of = tariffs.map(({ reading }) => reading)
  if (checked === null || !('samples' in checked)) return [{ of: [total.reading, ...of], checked }]
  const { samples: _, ...words } = checked
  return [
    { of: [total.reading], checked },
    { of, checked: words },
  ]
}

function checkSet(total: Given, tariffs: readonly Given[], all: readonly Given[]): Checked {
  const sum = tariffs.map(({ reading }) => reading.value).reduce(addScaled)
  const over = subtractScaled(total.reading.value, sum)
  const band = bandOf(total, tariffs, all)
  const { least, most } = band
  const isBelow = compareScaled(over, least) < 0
  if ((!isBelow && compareScaled(over, most) <= 0) || hasRolledOver(over, band, total)) return null
  const { tariffs: whole } = total.known.limits['V-R10']
  if (!isBelow && tariffs.length < whole)
    return { lacks: `${tariffs.length} tariffs are read, and only ${whole} make the set whole` }
  const { unit, value } = total.reading
  const [from, to] = [formatScaled(least), formatScaled(most)]
  return {
    verdict: 'suspect',
    evidence: `total ${formatScaled(value)} ${unit}, ${tariffs.length} tariffs sum to ${formatScaled(sum)}: a difference of ${formatScaled(over)}, which lies from ${from} to ${to}${isBelow ? '' : ', unless the meter counts in more tariffs than are read'}`,
    samples: all.map(({ reading }) => sampleOf(reading)),
    limit: { value: isBelow ? from : to, unit },
  }
}

type Band = Record<'least' | 'most', Scaled>

/** The total starts again at zero before its tariffs do: the difference is then so many capacities below the band. */
function hasRolledOver(over: Scaled, { least, most }: Band, { known: { capacity } }: Given): boolean {
  if (!capacity || capacity.digits <= 0n || over.digits >= 0n) return false
  const scaler = Math.min(over.scaler, capacity.scaler)
  const digitsOf = (value: Scaled) => value.digits * 10n ** BigInt(value.scaler - scaler)
  const full = digitsOf(capacity)
  const rest = ((digitsOf(over) % full) + full) % full
  return [rest, rest - full].some(
    digits => compareScaled({ digits, scaler }, least) >= 0 && compareScaled({ digits, scaler }, most) <= 0,
  )
}

function bandOf(total: Given, tariffs: readonly Given[], all: readonly Given[]): Band {
  const step = coarsest(all)
  const spare = BigInt(total.known.limits['V-R10'].spareSteps)
  const rounding = roundingOf(all, step)
  const truncation = timesStep(step, BigInt(tariffs.length - 1))
  const times = tariffs.map(({ reading }) => reading.readAt)
  const { readAt, obis } = total.reading
  // What counts up and down is truncated towards zero, so from below as well.
  const below = onlyGrows(obis) ? rounding : larger(truncation, rounding)
  const later = flowSteps(total, readAt - Math.min(...times), step)
  const sooner = flowSteps(total, Math.max(...times) - readAt, step)
  return {
    least: subtractScaled(timesStep(step, -(spare + sooner)), below),
    most: addScaled(larger(truncation, rounding), timesStep(step, spare + later)),
  }
}

interface Combined {
  readonly combined: Given
  readonly forward: Given
  readonly reverse: Given
  readonly isCombined: boolean
}

function combinedOf(round: readonly Given[]): readonly Combined[] {
  return round.flatMap(combined => {
    const { obis, slot, unit } = combined.reading
    const sums = placeOf(obis)?.sums
    if (!sums) return []
    const find = (wanted: string) =>
      round.find(({ reading }) => reading.slot === slot && reading.unit === unit && reading.obis === wanted)
    const [forward, reverse] = [find(sums.forward), find(sums.reverse)]
    return forward && reverse ? [{ combined, forward, reverse, isCombined: sums.isCombined }] : []
  })
}

function judgeCombined({ combined, forward, reverse, isCombined }: Combined): Told {
  const all = [forward, reverse, combined]
  const readings = all.map(({ reading }) => reading)
  const { value: one } = forward.reading
  const { value: other } = reverse.reading
  // How DL/T 645 combines is the meter's own setting (04000601), which no round reads.
  const sums = isCombined ? [subtractScaled(one, other), addScaled(one, other), one] : [addScaled(one, other)]
  const offs = sums.map(sum => subtractScaled(combined.reading.value, sum))
  // The sum starts again at zero before its parts do.
  const { capacity } = combined.known
  const rolled = capacity && !isCombined ? offs.map(off => addScaled(off, capacity)) : []
  const size = [...offs, ...rolled].map(sizeOf).reduce(smaller)
  const step = coarsest(all)
  const times = readings.map(({ readAt }) => readAt)
  const flow = flowSteps(combined, Math.max(...times) - Math.min(...times), step)
  const spare = timesStep(step, BigInt(combined.known.limits['V-R11'].steps))
  const most = addScaled(larger(spare, roundingOf(all, step)), timesStep(step, flow))
  if (compareScaled(size, most) <= 0) return { of: readings, checked: null }
  const { unit, value } = combined.reading
  const made = sums.map(formatScaled).join(', ')
  const evidence = `${formatScaled(value)} ${unit} combined, forward and reverse make ${made}: ${formatScaled(size)} apart, at most ${formatScaled(most)} is possible`
  return {
    of: readings,
    checked: {
      verdict: 'suspect',
      evidence,
      samples: readings.map(sampleOf),
      limit: { value: formatScaled(most), unit },
    },
  }
}

/** The least by which the coarsest of these registers can tell two values apart, exact. */
function coarsest(all: readonly Given[]): Scaled {
  return all.map(exactStep).reduce(larger)
}

/** A float tells no more than its own step, and was rounded to the resolution declared besides. */
function exactStep({ reading, known }: Given): Scaled {
  const factor = factorOf(reading.unit, known.transformers ?? null)
  const resolution = { digits: factor.digits, scaler: reading.value.scaler }
  return known.floatStep ? addScaled(multiplyScaled(known.floatStep, factor), resolution) : resolution
}

/** Half a step for each register, where any of them is rounded; exact. */
function roundingOf(all: readonly Given[], { digits, scaler }: Scaled): Scaled {
  if (!all.some(({ known }) => known.rounded)) return { digits: 0n, scaler }
  return { digits: digits * BigInt(all.length) * 5n, scaler: scaler - 1 }
}

function smaller(one: Scaled, other: Scaled): Scaled {
  return compareScaled(other, one) < 0 ? other : one
}

function sizeOf(value: Scaled): Scaled {
  return { ...value, digits: value.digits < 0n ? -value.digits : value.digits }
}

function larger(one: Scaled, other: Scaled): Scaled {
  return compareScaled(other, one) > 0 ? other : one
}

/** What the connection carries in this time, in whole steps, rounded up; none where there is no time between. */
function flowSteps({ reading, known }: Given, ms: number, step: Scaled): bigint {
  if (ms <= 0) return 0n
  const most = mostEnergy(ms / HOUR, reading, known) ?? 0
  return BigInt(Math.ceil(most / Number(formatScaled(step))))
}

function timesStep({ digits, scaler }: Scaled, times: bigint): Scaled {
  return { digits: digits * times, scaler }
}

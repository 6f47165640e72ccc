/** The rules over what was released: of each meter's history, and of many meters of an area together. */

import { DAY } from '../../src/core/time.ts'
import type { Release } from '../../src/reading/billing/release.ts'
import { factorOf } from '../../src/reading/ratios.ts'
import type { Finding } from '../../src/reading/reading.ts'
import { capacityOf } from '../../src/reading/rules/capacity.ts'
import type { Area } from '../../src/reading/rules/group/area-loss.ts'
import { daysOf } from '../../src/reading/rules/group/days.ts'
import { judgeGroups } from '../../src/reading/rules/group/judge-groups.ts'
import { HISTORY_MS, judgeHistory } from '../../src/reading/rules/history.ts'
import { USUAL_CLASS, USUAL_LIMITS } from '../../src/reading/rules/parameters.ts'
import type { Counted } from '../../src/reading/rules/period/series.ts'
import { TARIFFS } from '../../src/simulator/shapes.ts'
import { digitsOf } from '../../src/simulator/truth.ts'
import type { Archived } from './archive.ts'
import { OFFSET_MINUTES, SCALER, type Town } from './load.ts'

/** Of one meter, or of those that were taken for each other. */
export interface Told {
  readonly meters: readonly number[]
  readonly finding: Finding
  /** Days enough have said it; else it takes another. */
  readonly agreed?: true
}

/** What the wires of an area take, percent. */
const LOSS = 3

export interface Histories {
  ofMeter(meter: number, boundary: number, releases: readonly Release[]): readonly Told[]
  together(boundary: number, releasesOf: (meter: number) => readonly Release[]): readonly Told[]
}

export function createHistories(town: Town, archive: readonly Archived[]): Histories {
  const indexOf = new Map(archive.map(({ config, meter }) => [config.id, meter.index]))
  const here = archive.filter(({ row }) => !row.isMissing)
  const areas = Array.from({ length: town.areas }, (_, area): Area => {
    const users = here.filter(({ meter }) => meter.area === area).map(({ config }) => config.id)
    return { id: `area-${area}`, supply: [`supply-${area}`], users }
  })
  const supplied = new Map<string, Counted>()

  function rollingOf({ config, meter, row }: Archived) {
    const factor = meter.ratio > 1 ? row.ratio : 1
    const capacities = new Map(config.profile.points.map(({ obis, capacity }) => [obis, capacity]))
    const transformers = config.ratios
      ? { agreed: config.ratios, registers: { side: 'secondary' as const }, held: {} }
      : null
    return {
      capacityOf: (obis: string) =>
        capacityOf(capacities.get(obis), factor === 1 ? undefined : factorOf('kWh', transformers)),
      limits: config.limits ?? USUAL_LIMITS[USUAL_CLASS],
    }
  }

  const recent = (releases: readonly Release[], boundary: number) =>
    releases.filter(one => one.boundary > boundary - HISTORY_MS && one.boundary <= boundary)

  /** What is fed into an area: what all its customers truly take, and what the wires take. */
  function suppliedAt(area: number, boundary: number): Counted {
    const key = `${area} ${boundary}`
    const known = supplied.get(key)
    if (known) return known
    const net = town.meters
      .filter(meter => meter.area === area)
      .map(({ index, ratio }) => {
        const flows = town.passed(index, boundary)
        return ratio * flows.reduce((sum, flow, at) => sum + (at < TARIFFS ? flow : -flow), 0)
      })
      .reduce((sum, one) => sum + one, 0)
    const digits = BigInt(digitsOf(Math.floor((net / 100) * (100 + LOSS)), SCALER))
    const register = {
      ...{ obis: '1-0:1.8.0', value: { digits, scaler: SCALER }, unit: 'kWh', reading: key },
      ...{ codes: [], witnesses: [], estimate: null },
    }
    const counted: Counted = {
      ...{ boundary, version: 1, standing: 'actual', registers: [register], multiplier: '1', segment: 1 },
    }
    supplied.set(key, counted)
    return counted
  }

  return {
    ofMeter(meter, boundary, releases) {
      const own = archive[meter]
      if (!own) return []
      const history = {
        ...rollingOf(own),
        meter: own.config.id,
        isPowerWatched: true,
        hasTransformers: own.meter.ratio > 1,
        kind: own.config.daily ? ('freeze' as const) : ('poll' as const),
        releases: recent(releases, boundary),
        absences: [],
      }
      const { findings } = judgeHistory(history, boundary, OFFSET_MINUTES, [])
      return findings.map(finding => ({ meters: [meter], finding, agreed: true as const }))
    },
    together(boundary, releasesOf) {
      const users = here.map(own => ({
        ...rollingOf(own),
        meter: own.config.id,
        line: own.config.line,
        releases: recent(releasesOf(own.meter.index), boundary),
      }))
      const days = Array.from({ length: 58 }, (_, back) => boundary - back * DAY).filter(
        at => at > town.startsAt,
      )
      const supplies = areas.map(({ supply: [id = ''] }, area) => ({
        capacityOf: () => null,
        limits: USUAL_LIMITS[USUAL_CLASS],
        meter: id,
        line: id,
        releases: days.map(at => suppliedAt(area, at)),
      }))
      const { crossed, areas: told } = judgeGroups(
        [...users, ...supplies].map(one => daysOf(one, boundary)),
        areas,
        boundary,
        OFFSET_MINUTES,
      )
      const indices = (ids: readonly string[]) => ids.flatMap(id => indexOf.get(id) ?? [])
      return [
        ...crossed.map(({ meters, finding }) => ({ meters: indices(meters), finding })),
        // Of an area its supply is told, which is no meter of the town; and who alone would close it.
        ...told.map(({ finding, named }) => ({ meters: indices(named === null ? [] : [named]), finding })),
      ]
    },
  }
}

/** What the store and the book hold of each meter about its boundaries: readings by version, audits, and what is released. */

import { compareScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { BilledMeter } from '../../src/reading/billing/billed-meter.ts'
import type { KeptReading } from '../../src/reading/billing/billing-read.ts'
import { settle } from '../../src/reading/billing/gate.ts'
import { type Release, USUAL_POLICY } from '../../src/reading/billing/release.ts'
import { guessAt, ofSeries, seriesAt } from '../../src/reading/billing/series.ts'
import { type Place, staysOf, type ToldAudit } from '../../src/reading/billing/stays.ts'
import type { ValidatedReading } from '../../src/reading/reading.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import type { Round } from '../../src/store/store.ts'
import type { Archived } from './archive.ts'
import { dayOf, midnightOf, OFFSET_MINUTES } from './load.ts'

/** How a boundary of a meter came out. */
export interface Judged {
  readonly meter: number
  readonly boundary: number
  /** What was released now; null where nothing was. */
  readonly release: Release | null
  /** Codes of what stands against it, also where it was estimated. */
  readonly against: readonly string[]
}

/** What is known when a boundary is judged. */
export interface At {
  readonly now: number
  readonly clock: Round['clock']
  readonly heldBack: string | null
}

export interface Book {
  /** Keeps a round, all of it or nothing. */
  accept(meter: number, readings: readonly ValidatedReading[]): void
  audited(meter: number, audit: ToldAudit): void
  /** Judges a boundary; forgets what no later one needs. */
  settle(meter: number, boundary: number, at: At): Judged
  /** Latest versions, oldest first. */
  releasesOf(meter: number): readonly Release[]
}

/** Polls so near to a midnight are all kept; of others one of so many hours. */
const NEAR_MS = 2 * HOUR
const FURTHER_EVERY_MS = 4 * HOUR
/** The town's meters tell their number. */
const PLACE: Place = { knownBy: { '04000402': 'number' }, exchanged: [] }
const KEPT_MS = 4 * DAY
const BESIDE_MS = 36 * HOUR
const HISTORY = 60

export function createBook(archive: readonly Archived[]): Book {
  /** Of each meter by slot: what is kept again and again is looked for among few. */
  const kept = archive.map(() => new Map<number, KeptReading[]>())
  const audits = archive.map((): ToldAudit[] => [])
  const releases = archive.map(() => new Map<number, Release>())
  const billed = archive.map(({ config }) => billedMeter(config, { offsetMinutes: OFFSET_MINUTES }))
  let round = 0
  let count = 0

  function factsOf(meter: number, { clock }: At) {
    const { id, usual, capacities } = billedOf(meter)
    return { meter: id, ...usual, clock, capacities }
  }

  function billedOf(meter: number): BilledMeter {
    const found = billed[meter]
    if (!found) throw new RangeError(`there is no meter ${meter}`)
    return found
  }

  function hungAt(meter: number, boundary: number) {
    const stays = staysOf(audits[meter] ?? [], PLACE)
    return { stays, series: seriesAt(billedOf(meter), stays, boundary) }
  }

  function aroundOf(meter: number, boundary: number, { now, heldBack }: At) {
    const own = releasesOf(meter)
    const earlier = own.filter(one => one.boundary < boundary && one.standing !== 'withdrawn')
    const told = audits[meter] ?? []
    const { stays, series } = hungAt(meter, boundary)
    const { multiplier, segment } = series ?? guessAt(billedOf(meter), stays, boundary)
    const beside = within(meter, boundary, BESIDE_MS).filter(({ slot }) => slot !== boundary)
    const tellsIdentity = archive[meter]?.config.daily === true
    return {
      now,
      policy: USUAL_POLICY,
      released: own.find(one => one.boundary === boundary) ?? null,
      before: earlier.at(-1) ?? null,
      after: own.find(one => one.boundary > boundary && one.standing !== 'estimated') ?? null,
      history: own.filter(one => one.boundary < boundary).slice(-HISTORY),
      beside: series ? ofSeries(beside, billedOf(meter), stays, segment) : beside,
      ...(!series && { unplaced: 'nobody can tell which meter hung there' }),
      audits: tellsIdentity
        ? {
            before: told.findLast(({ at }) => at <= boundary) ?? null,
            after: told.find(({ at }) => at > boundary) ?? null,
          }
        : null,
      previous: boundary - DAY,
      multiplier,
      heldBack,
      segment,
      offsetMinutes: OFFSET_MINUTES,
    }
  }

  function within(meter: number, instant: number, ms: number): readonly KeptReading[] {
    return [...(kept[meter] ?? [])]
      .filter(([slot]) => Math.abs(slot - instant) <= ms)
      .flatMap(([, those]) => those)
  }

  function releasesOf(meter: number): readonly Release[] {
    return [...(releases[meter]?.values() ?? [])].sort((a, b) => a.boundary - b.boundary)
  }

  return {
    releasesOf,
    audited(meter, audit) {
      audits[meter]?.push(audit)
    },
    accept(meter, readings) {
      const wanted = billedOf(meter).usual.needed
      round += 1
      for (const one of readings) {
        const { obis, kind, slot } = one
        if (!wanted.includes(obis) || !isNearBoundary(one)) continue
        const all = kept[meter]?.get(slot) ?? []
        kept[meter]?.set(slot, all)
        const versions = all.filter(other => other.obis === obis && other.kind === kind)
        if (versions.some(other => compareScaled(other.value, one.value) === 0)) continue
        all.push(keptAs(one, `${meter}/${++count}`, versions.length + 1, round))
      }
    },
    settle(meter, boundary, at) {
      const near = within(meter, boundary, HOUR - 1)
      const { stays, series } = hungAt(meter, boundary)
      const mine = series ? ofSeries(near, billedOf(meter), stays, series.segment) : near
      const settled = settle(factsOf(meter, at), boundary, mine, aroundOf(meter, boundary, at))
      for (const slot of kept[meter]?.keys() ?? []) if (slot <= at.now - KEPT_MS) kept[meter]?.delete(slot)
      const doubts = settled.does === 'hold' ? settled.doubts : settled.verdict.doubts
      const against = [...new Set(doubts.map(({ code }) => code))]
      if (settled.does !== 'release') return { meter, boundary, release: null, against }
      const release = { ...settled.release, recordedAt: at.now }
      releases[meter]?.set(boundary, lighter(release))
      const codes = [...against, ...release.remarks.map(({ code }) => code)]
      return { meter, boundary, release, against: [...new Set(codes)] }
    },
  }
}

function keptAs(one: ValidatedReading, id: string, version: number, round: number): KeptReading {
  const { obis, kind, slot, value, unit, readAt, receivedAt, quality, findings } = one
  return { id, obis, kind, slot, version, value, unit, readAt, receivedAt, quality, findings, round }
}

/** What is released as read is not judged again: without the words of its witnesses, which fill the memory. */
function lighter(release: Release): Release {
  if (release.standing !== 'actual') return release
  return { ...release, registers: release.registers.map(one => ({ ...one, witnesses: [] })) }
}

function isNearBoundary({ kind, slot }: ValidatedReading): boolean {
  if (kind === 'freeze') return true
  const midnight = midnightOf(dayOf(slot))
  const away = Math.min(slot - midnight, midnight + DAY - slot)
  return away <= NEAR_MS || (slot - midnight) % FURTHER_EVERY_MS === 0
}

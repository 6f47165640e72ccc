/** The dossier of a dispute: one meter over some days, each of its figures with the readings and frames it rests on. */

import { formatScaled } from '../../core/scaled.ts'
import { DAY, HOUR, isoWithOffset, MINUTE, slotOf } from '../../core/time.ts'
import type { Nameplate } from '../../driver-api/profile.ts'
import { countedAt } from '../../reading/billing/series.ts'
import { adviceOn } from '../../reading/dossier/advice.ts'
import { appliancesIn, countedByHour, type HourRead } from '../../reading/dossier/appliances.ts'
import { type CreepLook, creepLook, type MeterRound } from '../../reading/dossier/creep.ts'
import { unitsPerKwh } from '../../reading/rules/pair.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { StoredReading } from '../../store/store.ts'
import type { Dossier } from '../dossier-shapes.ts'
import { withoutOthers } from '../others.ts'
import type { BillingParts } from './billing-pages.ts'
import { calendarOf } from './calendar-page.ts'
import { writeDossier } from './dossier-html.ts'
import { identityOf, statusOf } from './dossier-identity.ts'
import { goodOnes, ofNow, pollsOf, withFrames } from './dossier-readings.ts'
import { showAppliances, showCreep, showRules } from './dossier-show.ts'
import { latestAround } from './latest-releases.ts'
import { saidIn } from './rules-said.ts'
import { inOnePiece } from './text.ts'

export interface DossierAsked {
  readonly meter: string
  /** The meters the caller may see; null for all. */
  readonly seen: readonly string[] | null
  /** Midnights, UTC ms. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly format: 'html' | 'json'
  /** On the side of the transformers the values are of. */
  readonly nameplate: Nameplate
  /** For so long no current must have been told (V-R9), ms. */
  readonly creepOverMs: number
}

/** Whose a meter was in a time, in order; none where no archive says. */
export type PairingsIn = (meter: string, from: number, to: number) => readonly Paired[]

export interface Paired {
  readonly account: string
  readonly point: string
  readonly from: number
  readonly to: number | null
}

const FORWARD = '1-0:1.8.0'
const POWER = '1-0:1.7.0'
const CURRENTS = [['1-0:31.7.0', '1-0:11.7.0'], ['1-0:51.7.0'], ['1-0:71.7.0']]
/** What a rise is held against. */
const BEFORE_MS = 14 * DAY
/** A read counts for its full hour as it does for an interval. */
const NEAR_MS = 3 * MINUTE

export async function dossierPage(
  parts: BillingParts,
  asked: DossierAsked,
  pairingsIn: PairingsIn,
): Promise<Uint8Array<ArrayBuffer>> {
  const dossier = await dossierOf(parts, asked, pairingsIn)
  return inOnePiece([asked.format === 'json' ? JSON.stringify(dossier) : writeDossier(dossier)])
}

async function dossierOf(parts: BillingParts, asked: DossierAsked, pairingsIn: PairingsIn): Promise<Dossier> {
  const { gateway, offsetMinutes, meters, reader } = parts
  const { from, to, now } = asked
  const meter = meters.find(({ id }) => id === asked.meter)
  if (!meter) throw new Error(`broken promise: ${asked.meter} is a meter of this gateway`)
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const quantity = await quantityOf(parts, asked)
  const polled = await polledIn(parts, asked)
  const status = await statusOf(parts, meter.id, from, to)
  const creep = lookForCreep(polled, asked)
  const capacity = countedAt(meter, from).capacities[FORWARD] ?? null
  const hours = hourReads(polled.forward, offsetMinutes)
  const counted = countedByHour(hours, capacity)
  const inside = counted.filter(one => one.from >= from)
  const appliances = appliancesIn(
    inside,
    counted.filter(one => one.from < from),
    offsetMinutes,
  )
  const said = saidIn([...polled.all, ...quantity.readings].filter(({ slot }) => slot >= from))
  const ids = new Set(meters.map(({ id }) => id))
  const tell = (text: string) => withoutOthers(text, asked.seen, ids)
  const identity = identityOf(parts, meter.id, quantity.entries, status, { from, to, tell })
  const unit = polled.forward.at(-1)?.unit ?? 'kWh'
  const faults = status.flatMap(one => one.faults)
  const clockOffMs = identity.clock && identity.clock.furthestSeconds * 1_000
  const dayOf = (instant: number) => at(instant).slice(0, 10)
  const beside = reader.clocksBeside(meter.id, from, to)
  const clocksBeside = [beside.before, beside.after].filter(one => one !== null)
  const { rise } = appliances
  const advice = adviceOn({ creep, said, faults, clockOffMs, clocksBeside, rise, dayOf, unit })
  const restsOn = new Set([
    ...creep.windows.flatMap(one => one.readings),
    ...[...hours, ...said].map(one => one.reading),
  ])
  const basis = [
    ...quantity.readings,
    ...polled.all.filter(({ id }) => restsOn.has(id)),
    ...status.map(({ last }) => last),
  ]
  return {
    gateway,
    meter: meter.id,
    ...{ from: at(from), to: at(to), asOf: at(now), unit },
    quantity: quantity.shown,
    identity,
    creep: showCreep(creep, offsetMinutes),
    appliances: showAppliances(appliances, offsetMinutes),
    test: {
      advised: advice.isTestAdvised,
      reasons: [...advice.reasons],
      explained: advice.explained,
      rules: showRules(said, offsetMinutes),
    },
    pairings: pairingsIn(meter.id, from, to).map(one => ({
      ...{ account: one.account, point: one.point, from: at(one.from) },
      to: one.to === null ? null : at(one.to),
    })),
    ...(await withFrames(parts, basis)),
  }
}

/** What was billed, and the readings that were released for it, or will be. */
async function quantityOf(parts: BillingParts, { meter, from, to, now }: DossierAsked) {
  const { offsetMinutes } = parts
  const calendar = await calendarOf(parts, { meter, from, to, now })
  const { latest } = await latestAround(parts, meter, from, to)
  const first = Math.min(from, ...calendar.spans.map(one => Date.parse(one.from)))
  const last = Math.max(to, ...calendar.spans.map(one => Date.parse(one.to)))
  const entries = latest.filter(({ boundary }) => boundary >= first && boundary <= last)
  const boundaries = entries.map(entry => ({
    at: isoWithOffset(entry.boundary, offsetMinutes),
    ...{ version: entry.version, standing: entry.standing, sequence: entry.sequence, batch: entry.batch },
    ...{ segment: entry.segment, multiplier: entry.multiplier },
    registers: entry.registers.map(({ obis, value, unit, reading, codes }) => ({
      ...{ obis, value: formatScaled(value), unit, reading, codes: [...codes] },
    })),
  }))
  const readings = [
    ...(await releasedReadings(parts, meter, entries)),
    ...(await provisionalReadings(parts, meter, calendar)),
  ]
  return { shown: { calendar, boundaries }, entries, readings }
}

async function releasedReadings(
  { reader, turn }: BillingParts,
  meter: string,
  entries: readonly Entry[],
): Promise<readonly StoredReading[]> {
  const ends = entries.flatMap(({ boundary, registers, opening }) => [
    { at: boundary, registers },
    ...(opening ? [opening.final, opening.initial] : []),
  ])
  const found: StoredReading[] = []
  for (const { at, registers } of ends) {
    const wanted = new Set(registers.map(({ reading }) => reading))
    const there = reader.boundaryOf(meter, at)
    const near = there.length > 0 ? there : reader.besideOf(meter, at, { withinMs: HOUR })
    found.push(...near.filter(({ id }) => wanted.has(id)))
    await turn()
  }
  return found
}

/** Those that say what is shown as good so far. */
async function provisionalReadings(
  { reader, turn }: BillingParts,
  meter: string,
  { provisional }: Dossier['quantity']['calendar'],
): Promise<readonly StoredReading[]> {
  const ends = provisional.flatMap(({ registers }) =>
    registers.flatMap(({ obis, parts }) =>
      parts.flatMap(({ from, to, start, end }) => [
        { at: from, obis, value: start },
        { at: to, obis, value: end },
      ]),
    ),
  )
  const found: StoredReading[] = []
  for (const [at, own] of Map.groupBy(ends, one => one.at)) {
    const said = new Set(own.map(({ obis, value }) => `${obis} ${value}`))
    const there = reader.boundaryOf(meter, Date.parse(at))
    found.push(...there.filter(({ obis, value }) => said.has(`${obis} ${formatScaled(value)}`)))
    await turn()
  }
  return found
}

interface Polled {
  readonly forward: readonly StoredReading[]
  readonly power: readonly StoredReading[]
  /** By phase. */
  readonly currents: readonly (readonly StoredReading[])[]
  readonly all: readonly StoredReading[]
}

async function polledIn(parts: BillingParts, { meter, from, to, nameplate }: DossierAsked): Promise<Polled> {
  const forward = await pollsOf(parts, meter, FORWARD, from - BEFORE_MS, to + HOUR)
  const power = await pollsOf(parts, meter, POWER, from, to)
  const currents: (readonly StoredReading[])[] = []
  for (const codes of CURRENTS.slice(0, nameplate.phases)) {
    const found: StoredReading[] = []
    for (const obis of codes) found.push(...(await pollsOf(parts, meter, obis, from, to)))
    currents.push(found)
  }
  return { forward, power, currents, all: [...forward, ...power, ...currents.flat()] }
}

function lookForCreep(
  { forward, power, currents }: Polled,
  { from, to, nameplate, creepOverMs }: DossierAsked,
): CreepLook {
  const byRound = (polls: readonly StoredReading[]) => new Map(ofNow(polls).map(one => [one.round, one]))
  const [powers, phases] = [byRound(power), currents.map(byRound)]
  const rounds = ofNow(forward)
    .filter(({ readAt }) => readAt >= from && readAt < to)
    .flatMap((one): MeterRound[] => {
      const amperes = phases.flatMap(phase => phase.get(one.round) ?? []).filter(({ unit }) => unit === 'A')
      if (amperes.length < nameplate.phases) return []
      const watts = powers.get(one.round)
      const readings = [one, ...amperes, ...(watts ? [watts] : [])].map(({ id }) => id)
      return [
        {
          at: one.readAt,
          forward: one.value,
          amperes: amperes.map(({ value }) => value),
          watts: watts?.value ?? null,
          readings,
        },
      ]
    })
  const perKwh = unitsPerKwh(forward.at(-1)?.unit ?? 'kWh') ?? 1
  return creepLook({ rounds, nameplate, overMs: creepOverMs, perKwh })
}

function hourReads(forward: readonly StoredReading[], offsetMinutes: number): readonly HourRead[] {
  return goodOnes(forward)
    .filter(({ slot }) => slotOf(slot, HOUR, offsetMinutes) === slot)
    .filter(({ slot, readAt }) => Math.abs(readAt - slot) <= NEAR_MS)
    .map(({ slot, value, id }) => ({ at: slot, value, reading: id }))
}

/** Meters as written, wherever they are listed → meters as polled; each address once on its line. */

import type { MonthDay } from '../core/calendar.ts'
import { isMangledNumber } from '../core/cells.ts'
import type { Driver } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import { type Limits, type MeterClass, USUAL_CLASS } from '../reading/rules/parameters.ts'
import type { Complain, Path, Source } from './complaint.ts'
import type { LineConfig, MeterConfig, Ratios } from './config.ts'
import { checkFills } from './fills.ts'
import type { Library } from './library.ts'
import { serialOf } from './lines.ts'
import { checkPoints, checkPolls, resolvePolls, USUAL_POLLS } from './polls.ts'
import { parseMoment, parseRatio, parseSettlementDay } from './quantities.ts'
import type { WrittenConfig, WrittenMeter } from './schema.ts'
import { nearest } from './words.ts'

/** One meter entry and where it stands: in the configuration file or in a list of its own. */
export interface MeterEntry {
  readonly written: WrittenMeter
  readonly source: Source
  readonly path: Path
  readonly complain: Complain
}

/** What meters are held against. */
export interface Surroundings {
  /** By id. */
  readonly lines: ReadonlyMap<string, LineConfig>
  /** Ids written for lines, good or bad: a meter on a line with a mistake needs no complaint of its own. */
  readonly lineIds: ReadonlySet<string>
  readonly library: Library
  readonly defaults: WrittenConfig['defaults']
  /** What values are judged by, by who is behind the meter. */
  readonly limits: Readonly<Record<MeterClass, Limits>>
  /** Of the site: times are written by its clock. */
  readonly offsetMinutes: number
}

export function resolveMeters(entries: readonly MeterEntry[], around: Surroundings): readonly MeterConfig[] {
  const ids = new Map<string, MeterEntry>()
  const places = new Map<string, MeterEntry>()
  const meters: MeterConfig[] = []
  for (const entry of entries) {
    const { id, line } = entry.written
    if (id !== undefined)
      refuseSecond(ids, id, entry, 'id', first => [
        `the id "${id}" is taken by ${first}`,
        'give each meter its own id',
      ])
    const meter = resolveMeter(entry, around)
    const address = meter?.address ?? entry.written.address
    if (line !== undefined && address !== undefined)
      refuseSecond(places, `${line} ${address}`, entry, 'address', first => [
        `${first} has the address "${address}" on line "${line}" too; both would answer at once`,
        'correct one of the two, or put it on another line',
      ])
    if (meter) meters.push(meter)
  }
  return meters
}

type Say = (first: string) => [text: string, remedy: string]

function refuseSecond(
  seen: Map<string, MeterEntry>,
  key: string,
  entry: MeterEntry,
  field: string,
  say: Say,
): void {
  const first = seen.get(key)
  if (!first) {
    seen.set(key, entry)
    return
  }
  const { line } = first.source.placeOf([...first.path, field])
  const place = first.source === entry.source ? `line ${line}` : `${first.source.file}:${line}`
  entry.complain([...entry.path, field], ...say(`the meter on ${place}`))
}

function resolveMeter(entry: MeterEntry, around: Surroundings): MeterConfig | null {
  const { written, path, complain } = entry
  const line = findLine(entry, around)
  const profile = findProfile(entry, around)
  const driver = profile && line ? findDriver(entry, profile, line, around) : null
  const address = checkAddress(entry, driver ?? around.library.drivers.get(profile?.protocol ?? '') ?? null)
  if (written.polls) {
    checkPolls(written.polls, [...path, 'polls'], complain)
    if (profile) checkPoints(written.polls, profile.points, [...path, 'polls'], complain)
    if (profile && driver) checkFills(written.polls, profile, driver, [...path, 'polls'], complain)
  }
  if (written.ratios && profile && !profile.ratios) {
    const text = `the profile "${profile.profile}" does not say on which side of the transformers its values are`
    complain([...path, 'ratios'], text, 'remove ratios, or add them to a profile of your own')
  }
  for (const kind of FREEZES)
    if (isWanted(written[kind]) && profile && !profile[kind]) {
      const text = `the profile "${profile.profile}" knows no ${kind} freeze of this meter`
      complain([...path, kind], text, `remove ${kind}, or choose a profile that has one`)
    }
  const meterClass = written.class ?? around.defaults?.class
  const settlement = settlementOf(written.settlement ?? around.defaults?.settlement ?? [])
  const serial = line && serialOf(written.serial, line, [...path, 'serial'], complain)
  if (written.id === undefined || !line || !profile || !driver || address === null) return null
  return {
    id: written.id,
    line: line.id,
    address,
    driver,
    profile,
    nameplate: {
      phases: written.nameplate?.phases ?? profile.nameplate.phases,
      volts: written.nameplate?.volts ?? profile.nameplate.volts,
      amperes: written.nameplate?.amperes ?? profile.nameplate.amperes,
    },
    ...(serial && { serial }),
    ...(written.ratios && agreedRatios(written.ratios, [...path, 'ratios'], around, complain)),
    polls: resolvePolls(
      written.polls ?? around.defaults?.polls ?? profile.polls ?? USUAL_POLLS,
      profile,
      driver,
    ),
    daily: (written.daily ?? around.defaults?.daily ?? true) && profile.daily !== undefined,
    ...(meterClass && { class: meterClass }),
    limits: around.limits[meterClass ?? USUAL_CLASS],
    ...(settlement && profile.settlement && { settlement }),
    ...(written.checks !== undefined && { checks: written.checks }),
    ...(written.meterNumber !== undefined && { meterNumber: written.meterNumber }),
    ...(written.assetNumber !== undefined && { assetNumber: written.assetNumber }),
    ...(written.constant !== undefined && { constant: written.constant }),
    ...(written.generation && { generation: written.generation }),
    ...(written.exchanged && { exchanged: momentsOf(written.exchanged, around) }),
    ...((written.hourly ?? around.defaults?.hourly ?? false) && profile.hourly && { hourly: true }),
  }
}

const FREEZES = ['daily', 'settlement', 'hourly'] as const

function isWanted(written: boolean | readonly unknown[] | undefined): boolean {
  return typeof written === 'object' ? written.length > 0 : written === true
}

/** In order, each once; null where it settles on none. */
function settlementOf(written: readonly (string | undefined)[]): readonly MonthDay[] | null {
  const days = [...new Set(written)].sort().flatMap(text => parseSettlementDay(text ?? '') ?? [])
  return days.length > 0 ? days : null
}

/** In order, each once. */
function momentsOf(
  written: readonly (string | undefined)[],
  { offsetMinutes }: Pick<Surroundings, 'offsetMinutes'>,
): readonly number[] {
  const found = written.flatMap(text => parseMoment(text ?? '', offsetMinutes) ?? [])
  return [...new Set(found)].sort((a, b) => a - b)
}

/** What was agreed before the first time that is written is none where nothing is written of it. */
function agreedRatios(
  { before = [], ...now }: NonNullable<WrittenMeter['ratios']>,
  path: Path,
  around: Pick<Surroundings, 'offsetMinutes'>,
  complain: Complain,
): Pick<MeterConfig, 'ratios' | 'ratiosBefore'> {
  const all = [...before.map(one => one ?? {}), now]
  const since = all.map(one => momentsOf([one.since], around)[0] ?? null)
  for (const [place, at] of since.entries()) {
    const last = since[place - 1]
    const where = place < before.length ? [...path, 'before', place] : path
    if (place > 0 && at === null)
      complain(where, 'nothing says since when these ratios are there', 'add since: "2026-11-20T10:30"')
    else if (place > 0 && typeof last === 'number' && at !== null && at <= last)
      complain([...where, 'since'], 'the ratios before it are of a later time', 'write the oldest first')
  }
  const replaced = since.flatMap((until, place) => {
    const agreed = all[place - 1]
    return until === null ? [] : [{ until, agreed: agreed ? ratiosOf(agreed) : null }]
  })
  return { ratios: ratiosOf(now), ...(replaced.length > 0 && { ratiosBefore: replaced }) }
}

type WrittenRatios = Pick<NonNullable<WrittenMeter['ratios']>, 'current' | 'voltage'>

function ratiosOf({ current = 1, voltage = 1 }: WrittenRatios): Ratios {
  const one = { digits: 1n, scaler: 0 }
  return { current: parseRatio(current) ?? one, voltage: parseRatio(voltage) ?? one }
}

function findLine(
  { written, path, complain }: MeterEntry,
  { lines, lineIds }: Surroundings,
): LineConfig | null {
  if (written.line === undefined) return null
  const line = lines.get(written.line)
  if (line) return line
  if (!lineIds.has(written.line)) {
    const meant = nearest(written.line, lineIds)
    const remedy = meant ? `did you mean "${meant}"?` : `lines are ${[...lineIds].slice(0, 12).join(', ')}`
    complain([...path, 'line'], `no line "${written.line}" is listed`, remedy)
  }
  return null
}

function findProfile({ written, path, complain, source }: MeterEntry, around: Surroundings): Profile | null {
  const { profiles, complete } = around.library
  const wanted = written.profile ?? around.defaults?.profile
  if (wanted === undefined) {
    // A profile that was written, but wrongly, has been complained about.
    if (source.writtenAt([...path, 'profile']) === null)
      complain(
        path,
        'no profile is named',
        `add profile: NAME here or under defaults; there are ${some(profiles)}`,
      )
    return null
  }
  const profile = profiles.get(wanted)
  // A default that does not exist is one mistake, told once where it is written.
  if (!profile && written.profile !== undefined && complete) {
    const meant = nearest(wanted, profiles.keys())
    const remedy = meant ? `did you mean "${meant}"?` : `there are ${some(profiles)}`
    complain([...path, 'profile'], `no profile "${wanted}" exists`, remedy)
  }
  return profile ?? null
}

export function some(names: ReadonlyMap<string, unknown>): string {
  const sorted = [...names.keys()].sort()
  const shown = sorted.slice(0, 12).join(', ')
  return sorted.length > 12 ? `${shown} and ${sorted.length - 12} more` : shown || 'none: check drivers'
}

/**
 * The driver that speaks for a profile on a line. Register maps are the same over Modbus RTU, ASCII and TCP, so the
 * line decides which of them is spoken; where it does not, the profile's own is.
 */
export function protocolOn(
  { url, modbus }: Pick<LineConfig, 'url' | 'modbus'>,
  { protocol }: Profile,
): string {
  if (protocol !== 'modbus-rtu' && protocol !== 'modbus-ascii') return protocol
  if (url.kind === 'modbus-tcp') return 'modbus-tcp'
  return modbus === undefined ? protocol : `modbus-${modbus}`
}

/** Whether what a profile says of registers holds where this protocol is spoken. */
export function isMapOf({ protocol }: Profile, spoken: string): boolean {
  return protocol === spoken || (protocol.startsWith('modbus-') && spoken.startsWith('modbus-'))
}

function findDriver(
  { path, complain }: MeterEntry,
  profile: Profile,
  line: LineConfig,
  { library }: Surroundings,
): Driver | null {
  const { url } = line
  const protocol = protocolOn(line, profile)
  if ((url.kind === 'modbus-tcp') !== (protocol === 'modbus-tcp')) {
    const text = `the profile "${profile.profile}" speaks ${profile.protocol}, which a ${url.kind}:// line does not carry`
    const remedy = url.kind === 'modbus-tcp' ? 'use a tcp:// line' : 'use a modbus-tcp:// line'
    complain([...path, 'profile'], text, remedy)
    return null
  }
  return library.drivers.get(protocol) ?? null
}

/** The canonical address, or null after saying what is wrong. A spreadsheet's 1.23E+11 has lost digits for good. */
function checkAddress({ written, path, complain }: MeterEntry, driver: Driver | null): string | null {
  if (written.address === undefined) return null
  const at = [...path, 'address']
  if (isMangledNumber(written.address)) {
    const text = `a spreadsheet made the number ${written.address} of the address; its last digits are lost`
    complain(at, text, 'format the column as text and type the address again, as the meter shows it')
    return null
  }
  if (!driver) return null
  const checked = driver.checkAddress(written.address)
  if ('wrong' in checked) {
    complain(at, checked.wrong, 'write the address as the meter shows it, in quotes')
    return null
  }
  if (/^AA/.test(checked.address)) {
    complain(
      at,
      `"${written.address}" is a wildcard, to which any meter answers`,
      'write the address of one meter',
    )
    return null
  }
  return checked.address
}

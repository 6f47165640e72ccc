/** Reads meter profiles: YAML files completed with what the driver knows of each item. */

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf } from '../core/faults.ts'
import { isObis } from '../core/obis.ts'
import type { Driver, ReadResult } from '../driver-api/driver.ts'
import type { Example, OwnItem, Point, Profile, Traits } from '../driver-api/profile.ts'
import { type Complain, type Complaint, complainAbout, type Path, type Source } from './complaint.ts'
import { provesExamples } from './examples.ts'
import { loadRecordsOf } from './fills.ts'
import { unitsOf } from './obis-units.ts'
import { advisedPolls } from './polls.ts'
import { freezesOf } from './profile-freezes.ts'
import { modelOf, relayOf } from './profile-model.ts'
import {
  profileSchema,
  type WrittenExample,
  type WrittenOwnItem,
  type WrittenPoint,
  type WrittenProfile,
} from './profile-schema.ts'
import { checkShape } from './shape.ts'
import { readSource } from './source-file.ts'
import { nearest } from './words.ts'

/** The profile files of a folder, in order of their names; null when there is no such folder. */
export async function profileFiles(folder: string): Promise<readonly string[] | null> {
  const names = await readdir(folder).catch(() => null)
  const files = names?.filter(name => /\.ya?ml$/.test(name)).sort()
  return files?.map(name => join(folder, name)) ?? null
}

/** Reads profile files, `shipped` of which come with their drivers. Two files of one profile are a mistake. */
export async function loadProfiles(
  files: readonly string[],
  drivers: ReadonlyMap<string, Driver>,
  into: Complaint[],
  shipped: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, Profile>> {
  const profiles = new Map<string, Profile>()
  const places = new Map<string, string>()
  for (const path of files) {
    const source = await readSource(path, 'write the profile, or remove the file', into)
    if (!source) continue
    const complain = complainAbout(source, into)
    const profile = resolveProfile(source, drivers, complain)
    if (!profile) continue
    const first = places.get(profile.profile)
    if (first !== undefined)
      complain(
        ['profile'],
        `the profile "${profile.profile}" is also in ${first}`,
        'give one of them another name',
      )
    else profiles.set(profile.profile, shipped.has(path) ? { ...profile, isShipped: true } : profile)
    places.set(profile.profile, first ?? source.file)
  }
  return profiles
}

/** One profile, complete and proven by its examples, or null after saying what is wrong with it. */
export function resolveProfile(
  source: Source,
  drivers: ReadonlyMap<string, Driver>,
  complain: Complain,
): Profile | null {
  let right = true
  const say: Complain = (...what) => {
    right = false
    complain(...what)
  }
  const written = checkShape(profileSchema, source, say)
  const name = basename(source.file).replace(/\.ya?ml$/, '')
  if (written.profile !== undefined && written.profile !== name)
    say(['profile'], `the file is called ${basename(source.file)}`, `name the file ${written.profile}.yaml`)
  const driver = findDriver(written, drivers, say)
  if (written.examples?.length === 0)
    say(['examples'], 'there is no example to prove it', 'add one; `meterd read --trace` shows the bytes')
  if (!driver) return null
  const traits = traitsOf(written.traits, driver, say)
  const known = { driver, traits }
  const points = completePoints(written.points, ['points'], known, say)
  refuseTwice(points, say)
  const relay = relayOf(written.relay, points, driver, say)
  const profile: Profile = {
    profile: written.profile ?? '',
    protocol: driver.protocol,
    source: written.source ?? '',
    points: points.filter(point => point !== null),
    traits: relay ? { ...traits, relay } : traits,
    ...modelOf(written, driver, say),
    ...advisedPolls(written.polls, points, say),
    nameplate: {
      phases: written.nameplate?.phases ?? 3,
      volts: written.nameplate?.volts ?? 0,
      amperes: written.nameplate?.amperes ?? 0,
    },
    examples: (written.examples ?? []).map(exampleOf),
    ...freezesOf(written, driver, (point, path) => completePoint(point, path, known, say), say),
    ...loadRecordsOf(written.loadRecords, driver, say),
  }
  if (right) proveReadable(profile, driver, say)
  if (right)
    for (const { path, wrong, remedy } of driver.checkProfile?.(profile) ?? []) say(path, wrong, remedy)
  if (right)
    for (const { example, wrong } of provesExamples(profile, driver))
      say(['examples', example], wrong, 'correct the point or the example')
  return right ? profile : null
}

function findDriver(
  written: WrittenProfile,
  drivers: ReadonlyMap<string, Driver>,
  say: Complain,
): Driver | null {
  const { protocol } = written
  if (protocol === undefined) return null
  const driver = drivers.get(protocol)
  if (driver) return driver
  const meant = nearest(protocol, drivers.keys())
  const remedy = meant ? `did you mean "${meant}"?` : 'list its driver folder under drivers'
  say(['protocol'], `no driver speaks "${protocol}"`, remedy)
  return null
}

/** Who tells what an item is: the driver's table, after the model's own items. */
interface Known {
  readonly driver: Driver
  readonly traits: Traits
}

/** The own items that can be used; what is wrong with the others is said. */
function ownItems(
  written: readonly (WrittenOwnItem | undefined)[],
  driver: Driver,
  say: Complain,
): readonly OwnItem[] {
  const seen = new Set<string>()
  return written.map(ownItemOf).filter((own, index) => {
    const path = ['traits', 'items', index]
    const wrong = driver.checkOwnItem
      ? driver.checkOwnItem(own)
      : `${driver.protocol} has no table of items to put it in`
    if (wrong !== null) say(path, wrong, 'correct the item, or remove it')
    else if (seen.has(own.item)) say(path, `${own.item} is listed twice`, 'keep one of the two')
    seen.add(own.item)
    return wrong === null
  })
}

function completePoints(
  written: WrittenProfile['points'],
  path: Path,
  known: Known,
  say: Complain,
): readonly (Point | null)[] {
  return (written ?? []).map((point, index) =>
    point ? completePoint(point, [...path, index], known, say) : null,
  )
}

/** What is written wins over what the driver knows. */
function completePoint(written: WrittenPoint, path: Path, from: Known, say: Complain): Point | null {
  const { item, place = 0 } = written
  if (item === undefined) return null
  const { driver, traits } = from
  const known =
    ownPoint(item, place, from) ??
    driver.describe(item, traits) ??
    driver.describe(item.replace('nn', '01'), traits)
  const obis = written.obis ?? known?.obis ?? ''
  if (obis !== '' && !isObis(obis))
    say([...path, 'obis'], `"${obis}" is no OBIS code`, 'write e.g. "1-0:1.8.0"')
  const encoding = written.encoding ?? known?.encoding
  if (encoding === undefined) {
    const remedy = 'correct the item, or add an encoding, a unit and a name'
    say([...path, 'item'], driver.whyNothing?.(item) ?? `${driver.protocol} knows no item "${item}"`, remedy)
    return null
  }
  const capacity = written.capacity ?? known?.capacity
  const unit = written.unit ?? known?.unit ?? ''
  const units = unitsOf(obis)
  if (units && !units.includes(unit))
    say(
      [...path, 'unit'],
      unit === '' ? `${obis} needs a unit` : `${obis} is not measured in "${unit}"`,
      units.length === 1
        ? `write ${units[0] || '""'}`
        : `write ${units.join(' or ')}, or correct the OBIS code`,
    )
  return {
    obis,
    item,
    encoding,
    place: written.place ?? known?.place ?? 0,
    unit,
    name: written.name ?? known?.name ?? item,
    ...(capacity === undefined ? {} : { capacity }),
  }
}

/** The values of an own item may differ from each other in all things. */
function ownPoint(item: string, place: number, { driver, traits }: Known): Point | null {
  if (!traits.items?.some(own => own.item === item)) return null
  return driver.describeAll?.(item, traits)[place] ?? null
}

function refuseTwice(points: readonly (Point | null)[], say: Complain): void {
  const seen = new Set<string>()
  for (const [index, point] of points.entries()) {
    if (!point || point.obis === '') continue
    if (seen.has(point.obis)) say(['points', index], `${point.obis} is listed twice`, 'keep one of the two')
    seen.add(point.obis)
  }
}

/** Lets the driver try the first step of reading each point: a bad encoding shows here, not at the first poll. */
function proveReadable(profile: Profile, driver: Driver, say: Complain): void {
  const address = driver.checkAddress(profile.examples[0]?.address ?? '1')
  if ('wrong' in address) {
    say(['examples', 0, 'address'], address.wrong, 'write the address of the trace')
    return
  }
  const call = {
    address: address.address,
    sequence: () => 0,
    traits: profile.traits,
    refusedBefore: new Set<string>(),
  }
  for (const [path, point] of everyPoint(profile)) {
    const slip = driver.miswritten?.(point)
    if (slip) {
      say([...path, slip.part], `the driver cannot read "${point.item}": ${slip.wrong}`, 'correct the point')
      continue
    }
    const wrong = whyUnreadable(() => driver.read(call, [point]).next())
    if (wrong !== null) say(path, `the driver cannot read "${point.item}": ${wrong}`, 'correct the point')
  }
}

/** Everything that is read of a meter by itself, with its place in the file. */
function everyPoint(profile: Profile): readonly (readonly [Path, Point])[] {
  const { ident, serialNumber, ratios, prepaid = {}, traits } = profile
  const others: readonly (readonly [Path, Point | undefined])[] = [
    [['ident'], ident?.point],
    [['serialNumber'], serialNumber],
    [['ratios', 'current'], ratios?.current],
    [['ratios', 'voltage'], ratios?.voltage],
    [['relay', 'state'], traits.relay?.state.point],
    ...Object.entries(prepaid).map(([credit, point]) => [['prepaid', credit], point] as const),
  ]
  return [
    ...profile.points.map((point, index) => [['points', index], point] as const),
    ...others.flatMap(([path, point]) => (point ? [[path, point] as const] : [])),
  ]
}

function whyUnreadable(begin: () => IteratorResult<unknown, ReadResult>): string | null {
  try {
    const step = begin()
    if (!step.done) return null
    const [read] = step.value.reads
    return read && 'refused' in read ? read.refused.text : 'it asks the meter nothing'
  } catch (error) {
    return messageOf(error)
  }
}

type Quirks = NonNullable<Profile['traits']['quirks']>

/** Only names and values the driver knows: one that it does not would change nothing, unnoticed. */
function quirksOf(
  written: NonNullable<WrittenProfile['traits']>['quirks'],
  driver: Driver,
  say: Complain,
): Quirks | undefined {
  if (!written) return undefined
  const quirks: Record<string, string> = {}
  for (const [name, value] of Object.entries(written)) {
    const quirk = driver.quirks?.get(name)
    if (value === undefined) continue
    if (!quirk) sayUnknownQuirk(name, driver, say)
    else if (quirk.values.includes(value) || quirk.fits?.(value)) quirks[name] = value
    else {
      const meant = nearest(value, quirk.values)
      const remedy = meant ? `did you mean "${meant}"?` : `write one of ${quirk.values.join(', ')}`
      say(['traits', 'quirks', name], `"${value}" is no value of ${name}: ${quirk.about}`, remedy)
    }
  }
  return quirks
}

function sayUnknownQuirk(name: string, { protocol, quirks }: Driver, say: Complain): void {
  const known = [...(quirks?.keys() ?? [])]
  const meant = nearest(name, known)
  const list = known.length === 0 ? 'it has none' : `its quirks are ${known.join(', ')}`
  const text = `${protocol} knows no quirk "${name.slice(0, 64)}"`
  say(['traits', 'quirks', name], text, meant ? `did you mean "${meant}"?` : list)
}

function traitsOf(written: WrittenProfile['traits'], driver: Driver, say: Complain): Traits {
  const blocks = written?.blocks?.filter(block => block !== undefined)
  const alone = written?.alone?.filter(item => item !== undefined)
  const items = written?.items && ownItems(written.items, driver, say)
  const quirks = quirksOf(written?.quirks, driver, say)
  return {
    ...(blocks === undefined ? {} : { blocks }),
    ...(written?.maxRegisters === undefined ? {} : { maxRegisters: written.maxRegisters }),
    ...(written?.maxHole === undefined ? {} : { maxHole: written.maxHole }),
    ...(written?.gapMs === undefined ? {} : { gapMs: written.gapMs }),
    ...(written?.inFlight === undefined ? {} : { inFlight: written.inFlight }),
    ...(written?.wholeValues === undefined ? {} : { wholeValues: written.wholeValues }),
    ...(written?.evenPairs === undefined ? {} : { evenPairs: written.evenPairs }),
    ...(alone === undefined ? {} : { alone }),
    ...(quirks === undefined ? {} : { quirks }),
    ...(items === undefined ? {} : { items }),
  }
}

function ownItemOf(written: WrittenOwnItem | undefined): OwnItem {
  const { item = '', name = '', values = [] } = written ?? {}
  return {
    item,
    name,
    values: values.map(value => ({
      encoding: value?.encoding ?? '',
      ...(value?.name === undefined ? {} : { name: value.name }),
      ...(value?.unit === undefined ? {} : { unit: value.unit }),
    })),
  }
}

function exampleOf(written: WrittenExample | undefined): Example {
  const { source = '', address = '', obis = '', value = '', send = '', reply = '' } = written ?? {}
  const remembered = written?.remembered?.filter(fact => fact !== undefined)
  return { source, address, obis, value, send, reply, ...(remembered ? { remembered } : {}) }
}

/** From a configuration file to everything the daemon needs, or to everything that is wrong with it at once. */

import { hash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Profile } from '../driver-api/profile.ts'
import { resolveAreas } from './areas.ts'
import { resolveBilling } from './billing.ts'
import { checkChecks } from './check-meters.ts'
import { type Complain, type Complaint, complainAbout, type Source, sortComplaints } from './complaint.ts'
import type { Config, ReadFrom } from './config.ts'
import { resolveListeners } from './dial-in.ts'
import { resolveIndicators } from './indicators.ts'
import { gatherLibrary } from './library.ts'
import { forecastLoad, type LineLoad, percent } from './line-load.ts'
import { resolveLines } from './lines.ts'
import { type MeterEntry, resolveMeters } from './meters.ts'
import { resolveMqtt, resolveSparkplug } from './mqtt.ts'
import { checkDefaults } from './polls.ts'
import { configSchema, meterListSchema, type WrittenConfig } from './schema.ts'
import { resolveApi, resolveDoor, resolveInflux, USUAL_BROKER } from './services.ts'
import { checkShape } from './shape.ts'
import { resolveSimulator } from './simulated.ts'
import { resolveSite } from './site.ts'
import { resolveCommands, resolveCommissioning } from './site-rules.ts'
import { readSource, type SourceFile } from './source-file.ts'
import { resolveStore } from './storing.ts'
import { resolveValidation } from './validation.ts'
import { nearest } from './words.ts'

export type Loaded = Right | { readonly complaints: readonly Complaint[] }

export interface Right {
  readonly config: Config
  /** What works and should be known all the same. */
  readonly warnings: readonly Complaint[]
  readonly loads: readonly LineLoad[]
  /** Every profile that can be named, used or not. */
  readonly profiles: ReadonlyMap<string, Profile>
}

export type Environment = Readonly<Record<string, string | undefined>>

/** One file under examination. */
interface Desk {
  readonly source: SourceFile
  readonly folder: string
  readonly environment: Environment
  readonly complaints: Complaint[]
  readonly complain: Complain
  readonly warn: Complain
  /** Files that were read beside it. */
  readonly readFrom: ReadFrom[]
}

/** From here on a line has no time left for retries. */
const BUSY_SHARE = 0.8

/** `environment` is where passwordEnv looks. Reads files; starts, opens and writes nothing. */
export async function loadConfig(file: string, environment: Environment): Promise<Loaded> {
  const complaints: Complaint[] = []
  const warnings: Complaint[] = []
  const source = await readSource(file, 'see config/gateway.example.yaml for a start', complaints)
  if (source) {
    const complain = complainAbout(source, complaints)
    const warn = complainAbout(source, warnings)
    const desk: Desk = {
      source,
      folder: dirname(resolve(file)),
      environment,
      complaints,
      complain,
      warn,
      readFrom: [],
    }
    const right = refuseVersion(desk) ? null : await examine(desk)
    if (right && complaints.length === 0) return { ...right, warnings: sortComplaints(warnings) }
  }
  return { complaints: sortComplaints(complaints) }
}

/** A file of another version is not held against the rules of this one. */
function refuseVersion({ source: { value }, complain }: Desk): boolean {
  const version = typeof value === 'object' && value !== null ? Reflect.get(value, 'version') : undefined
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= 1) return false
  const text = `this file is of version ${version}; this meterd knows version 1`
  complain(['version'], text, 'install a newer meterd, or write the file for version 1')
  return true
}

/** Goes through all of the file even where parts are wrong; null when the rest makes no configuration. */
async function examine(desk: Desk): Promise<Omit<Right, 'warnings'> | null> {
  const { source, folder, complain, warn } = desk
  const written = checkShape(configSchema, source, complain)
  const library = await gatherLibrary(written, folder, complain, desk.complaints)
  const lines = resolveLines(written.lines, source, complain, realPath)
  const listeners = resolveListeners(written, lines, complain)
  const lineIds = new Set((written.lines ?? []).flatMap(line => line?.id ?? []))
  checkDefaults(written.defaults, library, complain)
  const entries = [...inlineMeters(written, desk), ...(await listedMeters(written, desk))]
  const linesById = new Map(lines.map(line => [line.id, line]))
  const limits = resolveValidation(written.validation, complain)
  const { defaults } = written
  const site = resolveSite(written.site, complain)
  const { offsetMinutes } = site ?? { offsetMinutes: 0 }
  const around = { lines: linesById, lineIds, library, defaults, limits, offsetMinutes }
  const meters = resolveMeters(entries, around)
  const areas = resolveAreas(written.areas, entries, complain)
  checkChecks(entries)
  const metersOf = Map.groupBy(meters, ({ line }) => line)
  const loads = lines.map(line => forecastLoad(line, metersOf.get(line.id) ?? []))
  for (const load of loads) tellLoad(load, written, complain, warn)
  const simulator = written.simulator ? resolveSimulator(written.simulator, library, complain) : null
  const services = await resolveServices(written, meters, desk)
  if (!site || written.gateway === undefined || written.data === undefined) return null
  const dataDirectory = resolve(folder, written.data)
  const config: Config = {
    gateway: written.gateway,
    site,
    dataDirectory,
    audit: { checkpoints: resolve(folder, written.audit?.checkpoints ?? checkpointsIn(dataDirectory)) },
    logLevel: written.log?.level ?? 'info',
    logFormat: written.log?.format ?? 'words',
    drivers: library.drivers,
    lines,
    listeners,
    meters,
    areas,
    simulator,
    commands: resolveCommands(written.commands),
    commissioning: resolveCommissioning(written.commissioning, complain),
    billing: resolveBilling(written.billing, complain),
    indicators: resolveIndicators(written.indicators),
    store: resolveStore(written.store, complain),
    ...services,
    readFrom: [{ name: source.file, sha256: source.sha256 }, ...desk.readFrom, profilesRead(library)],
  }
  return { config, loads, profiles: library.profiles }
}

/** Where they are written unless the configuration names another folder. */
export function checkpointsIn(dataDirectory: string): string {
  return join(dataDirectory, 'audit')
}

/** They come with the program too, so they go by what they say and not by their files. */
function profilesRead({ profiles }: Pick<Right, 'profiles'>): ReadFrom {
  const said = [...profiles].sort(([a], [b]) => (a < b ? -1 : 1))
  return { name: 'profiles', sha256: hash('sha256', JSON.stringify(said)) }
}

async function resolveServices(
  written: WrittenConfig,
  meters: Config['meters'],
  { folder, environment, complain, warn }: Desk,
): Promise<Pick<Config, 'mqtt' | 'sparkplug' | 'broker' | 'influx' | 'api'>> {
  const secrets = { folder, environment }
  const broker = written.broker ? resolveDoor(written.broker, USUAL_BROKER, ['broker'], complain, warn) : null
  return {
    broker,
    mqtt: await resolveMqtt(
      written.mqtt,
      { gateway: written.gateway, meters },
      broker,
      secrets,
      complain,
      warn,
    ),
    sparkplug: await resolveSparkplug(written.sparkplug, secrets, complain),
    influx: await resolveInflux(written.influx, secrets, complain, warn),
    api: resolveApi(written.api, complain, warn),
  }
}

function inlineMeters(written: WrittenConfig, { source, complain }: Desk): readonly MeterEntry[] {
  const { value } = source
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (!keys.some(key => nearest(key, ['meters', 'meterList'])))
    complain(['meters'], 'no meter is listed', 'list meters here, or name a file with meterList')
  return entriesOf(written.meters ?? [], ['meters'], source, complain)
}

async function listedMeters(
  written: WrittenConfig,
  { folder, complaints, readFrom }: Desk,
): Promise<readonly MeterEntry[]> {
  if (written.meterList === undefined) return []
  const path = resolve(folder, written.meterList)
  const list = await readSource(path, 'list meters in it, or correct meterList', complaints)
  if (!list) return []
  readFrom.push({ name: list.file, sha256: list.sha256 })
  const complain = complainAbout(list, complaints)
  return entriesOf(checkShape(meterListSchema, list, complain), [], list, complain)
}

function entriesOf(
  meters: readonly (MeterEntry['written'] | undefined)[],
  path: MeterEntry['path'],
  source: Source,
  complain: Complain,
): readonly MeterEntry[] {
  return meters.flatMap((written, index) =>
    written ? [{ written, source, path: [...path, index], complain }] : [],
  )
}

/** A line that cannot keep up is refused; one that hardly can is warned about. */
function tellLoad(load: LineLoad, written: WrittenConfig, complain: Complain, warn: Complain): void {
  if (load.share <= BUSY_SHARE) return
  const index = (written.lines ?? []).findIndex(line => line?.id === load.line)
  const need = `the polls of its ${load.meters} meters need at least ${percent(load.share)} of this line's time`
  const tell = load.share > 1 ? complain : warn
  const remedy = 'poll less often or fewer points, raise the baud rate, or use more lines'
  tell(['lines', index], `${need}: ${load.arithmetic}`, remedy)
}

/** Follows links, so that one port under two names is known as one. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

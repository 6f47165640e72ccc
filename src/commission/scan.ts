/** Finds the meters of a line nobody has a list of: settings, protocols and addresses in turn, then what each can do. */

import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { hasSettings, type LineUrl } from '../core/line-url.ts'
import { SECOND } from '../core/time.ts'
import type { AddressRule, Capabilities, Driver } from '../driver-api/driver.ts'
import { type Conversed, type Line, PRIORITY } from '../line/line.ts'
import type { Retries } from '../line/retries.ts'
import { isSilence } from '../line/silence.ts'
import { probe } from './probe.ts'
import { type Found, searchMeters } from './search.ts'
import { settingInWords } from './speeds.ts'

export interface ScanAsked {
  /** One and the same line at each of its settings, likeliest first. */
  readonly settings: readonly LineUrl[]
  /** Those that discover. */
  readonly drivers: readonly Driver[]
  readonly withinMs: number
  /** Begins below this partial address; null for whoever is there. */
  readonly root: string | null
  /** Asks twice, looks below single answers, and goes on to other settings when meters were found. */
  readonly thorough: boolean
  readonly mostProbes: number
}

export interface ScanParts {
  readonly open: (url: LineUrl) => Promise<Line>
  readonly clock: Clock
  /** Why nothing may be asked (any more); null while it may. */
  readonly whyNot: () => string | null
  readonly progress: (text: string) => void
}

export interface MeterFound {
  readonly address: string
  readonly protocol: string
  readonly url: LineUrl
  /** Null when the meter did not answer to its whole address afterwards. */
  readonly capabilities: Capabilities | null
  /** By whether it measures a second voltage; null when it does not say. */
  readonly phases: 1 | 3 | null
  /** Empty where somebody else on the line could not be told from it. */
  readonly addressRules: readonly AddressRule[]
  /** False when the search was ended before this meter was asked what it serves. */
  readonly isAsked: boolean
}

export interface PlaceLeft {
  readonly address: string
  readonly protocol: string
  readonly url: LineUrl
}

export interface ScanResult {
  readonly meters: readonly MeterFound[]
  readonly unresolved: readonly PlaceLeft[]
  /** Two meters of one address. */
  readonly shared: readonly PlaceLeft[]
  readonly probes: number
  /** Why the search ended before its time; null when it did not. */
  readonly ended: string | null
}

/** After a silent question a bus waits so long for a late answer (src/line/bus.ts). */
const GUARD_MS = SECOND
/** Of a search that nobody answers: the questions of the widest address, asked twice. */
const QUESTIONS_UNANSWERED = 4
const PLACES_BELOW = 100
const RETRIES: Retries = { silent: 1, silentOnceAnswered: 1, damaged: 2 }
/** The voltage that only meters of three phases have. */
const SECOND_VOLTAGE = '1-0:52.7.0'

export interface Estimate {
  /** When nobody answers, or one meter at the first setting, seconds. */
  readonly leastSeconds: number
  /** For each place where several answer together, seconds. */
  readonly eachCollisionSeconds: number
  readonly mostProbes: number
}

export function estimateOf({ settings, drivers, withinMs, thorough, mostProbes }: ScanAsked): Estimate {
  const silentMs = withinMs + GUARD_MS
  return {
    leastSeconds: Math.ceil((settings.length * drivers.length * QUESTIONS_UNANSWERED * silentMs) / SECOND),
    eachCollisionSeconds: Math.ceil((PLACES_BELOW * (thorough ? 2 : 1) * silentMs) / SECOND),
    mostProbes,
  }
}

export async function scanLine(asked: ScanAsked, parts: ScanParts): Promise<ScanResult> {
  const result = { meters: [] as MeterFound[], unresolved: [] as PlaceLeft[], shared: [] as PlaceLeft[] }
  let probes = 0
  let ended: string | null = null
  for (const url of asked.settings) {
    const line = await openOrSay(url, parts)
    if (!line) continue
    try {
      for (const driver of asked.drivers) {
        parts.progress(`${settingInWords(url)}, ${driver.protocol}: who is there?`)
        const found = await searchOn(line, driver, asked.mostProbes - probes, asked, parts)
        probes += found.probes
        ended ??= found.ended
        const place = (address: string): PlaceLeft => ({ address, protocol: driver.protocol, url })
        result.unresolved.push(...found.unresolved.map(place))
        result.shared.push(...found.shared.map(place))
        const strangers = found.addresses.filter(
          address => !result.meters.some(meter => meter.address === address),
        )
        const isClear = found.isWhole && found.unresolved.length + found.shared.length === 0
        const all = [...result.meters.map(({ address }) => address), ...strangers]
        for (const address of strangers) {
          ended ??= parts.whyNot()
          const neighbours = isClear ? all.filter(one => one !== address) : null
          const learned =
            ended === null ? await learn({ line, driver, address, neighbours }, parts) : NOT_ASKED
          result.meters.push({ ...place(address), ...learned })
        }
        if (ended !== null) return { ...result, probes, ended }
      }
    } finally {
      await line.stop()
    }
    if (!asked.thorough && result.meters.length + result.shared.length > 0) break
  }
  return { ...result, probes, ended }
}

/** A port that cannot be set so is passed over; one that cannot be opened at all, or is another's, ends the search. */
async function openOrSay(url: LineUrl, { open, progress }: ScanParts): Promise<Line | null> {
  try {
    return await open(url)
  } catch (error) {
    const isSetting = error instanceof Fault && error.code === 'LINE_UNREACHABLE' && hasSettings(url)
    const isPort =
      isSetting && url.kind === 'serial'
        ? /no such port|no permission|another program/.test(error.text)
        : isSetting && !/does not take/.test(error.text)
    if (!isSetting || isPort) throw error
    progress(`${settingInWords(url)}: ${error.text}`)
    return null
  }
}

async function searchOn(
  line: Line,
  driver: Driver,
  mostProbes: number,
  { root, thorough, withinMs }: ScanAsked,
  { clock, whyNot, progress }: ScanParts,
): Promise<Found & { readonly ended: string | null }> {
  const { discovery } = driver
  if (!discovery) throw new Error('broken promise: only drivers that discover are asked to')
  const first = root ?? discovery.anyone
  const search = searchMeters({ root: first, narrow: discovery.narrow, thorough, mostProbes })
  let probes = 0
  let step = search.next()
  while (!step.done) {
    const address = step.value
    const ended = whyNot()
    if (ended !== null) {
      return { ...endOf(search), probes, isWhole: false, ended }
    }
    probes += 1
    const insists = thorough || address === first
    const outcome = await probe(address, { line, driver, clock, listenMs: withinMs, insists }).catch(faultOf)
    // What was found before counts, whatever the line does now.
    if (outcome instanceof Fault) return { ...endOf(search), probes, isWhole: false, ended: outcome.text }
    if (outcome.kind !== 'silent')
      progress(
        outcome.kind === 'one' ? `${address}: ${outcome.address}` : `${address}: several answer together`,
      )
    step = search.next(outcome)
  }
  const ended = step.value.isWhole ? null : `the limit of ${mostProbes} probes was reached`
  return { ...step.value, ended }
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  throw error
}

/** Told that all the rest is silent, a search closes its books: what it has not looked into stays unresolved. */
function endOf(search: ReturnType<typeof searchMeters>): Found {
  let step = search.next({ kind: 'silent' })
  while (!step.done) step = search.next({ kind: 'silent' })
  return step.value
}

type Learned = Pick<MeterFound, 'capabilities' | 'phases' | 'addressRules' | 'isAsked'>

const NOT_ASKED: Learned = { capabilities: null, phases: null, addressRules: [], isAsked: false }

interface Pupil {
  readonly line: Line
  readonly driver: Driver
  readonly address: string
  /** Who else is on the line; null where not everybody is known. */
  readonly neighbours: readonly string[] | null
}

async function learn(
  { line, driver, address, neighbours }: Pupil,
  { progress }: Pick<ScanParts, 'progress'>,
): Promise<Learned> {
  progress(`${address}: asking what it serves`)
  const call = { address, sequence: line.sequence, traits: {}, refusedBefore: new Set<string>() }
  const ask = { driver, priority: PRIORITY.onDemand, meter: address, retries: RETRIES }
  const asking = driver.discovery?.capabilities?.(call)
  const capabilities = asking ? provenIn(await line.converse({ ...ask, conversation: asking })) : null
  if (!capabilities) return { ...NOT_ASKED, isAsked: true }
  const calling = neighbours && driver.discovery?.addressRules?.(call, neighbours)
  const addressRules = calling ? (await line.converse({ ...ask, conversation: calling })).result : []
  const voltage = driver.describe(SECOND_VOLTAGE)
  const read = voltage
    ? (await line.converse({ ...ask, conversation: driver.read(call, [voltage]) })).result.reads[0]
    : undefined
  return { capabilities, phases: read ? ('value' in read ? 3 : 1) : null, addressRules, isAsked: true }
}

/** What was damaged, or lost with something else, is nobody's silence: it is kept as neither served nor not. */
function provenIn({ result, exchanges }: Conversed<Capabilities | null>): Capabilities | null {
  if (!result) return null
  const { unanswered = [], ...capabilities } = result
  const lost = unanswered.filter(one => !isSilence(one, exchanges)).map(({ name }) => name)
  return { ...capabilities, silentTo: result.silentTo.filter(item => !lost.includes(item)) }
}

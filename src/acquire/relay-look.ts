/** A look at a meter that is about to be ordered, or was: who it is, what its register, clock and relay tell. Changes nothing. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Failure } from '../core/faults.ts'
import { CLOCK } from '../core/obis.ts'
import { approximate, compareScaled, formatScaled, type Scaled, subtractScaled } from '../core/scaled.ts'
import { HOUR, instantOf, MINUTE } from '../core/time.ts'
import type { Call, Conversation, Driver, Point, RelaySeen } from '../driver-api/driver.ts'
import type { RelayRecord } from '../driver-api/relay.ts'
import type { Conversed } from '../line/line.ts'
import { compareAudit, type Facts, type SaidOfItself } from '../reading/audit.ts'
import { fromRaw } from '../reading/from-raw.ts'
import { agreedTransformers } from '../reading/ratios.ts'
import type { Look, Recorded } from '../supply/order/look.ts'
import type { LastGoodValues } from './last-good.ts'
import { askedOfItself, saidBy } from './said-of-itself.ts'

export interface RelayLook extends Look {
  /** Why the last question had no answer; null where all had. */
  readonly fault: Failure | null
  readonly identity: {
    /** By what it says of itself, against what the meter list names and what it said before. */
    readonly found: 'same' | 'other' | 'unknown'
    readonly evidence: string
    /** Two answered one question under this address, a while ago at most: what is said may be either's. */
    readonly isDoubted: boolean
    readonly said: readonly SaidOfItself[]
  }
  /** The register against its last good value: no less, and no more than the meter can have counted since. */
  readonly consistency: {
    readonly found: 'consistent' | 'inconsistent' | 'unknown'
    readonly evidence: string
  }
  /** As its driver has it; null where the meter did not answer. */
  readonly seen: RelaySeen | null
}

export interface LookParts {
  readonly config: MeterConfig
  readonly driver: Driver
  readonly call: () => Call
  readonly talk: <Result>(conversation: Conversation<Result>) => Promise<Conversed<Result>>
  readonly isDoubted: () => boolean
  readonly lastGood: Pick<LastGoodValues, 'of'>
  /** What it told when it was the meter meant. */
  readonly before: Facts | null
  /** Why another meter is known to answer there; null or undefined where none is. */
  readonly whyAnother: string | null | undefined
  readonly offsetMinutes: number
  readonly clock: Clock
  /** Who only wants to know how the relay is, and whose it is: the other meters of the line, and those in the dark, wait. */
  readonly isBrief: boolean
}

/** Total energy taken: what bills are made of first. */
const TOTAL = '1-0:1.8.0'
/** Of all it can have counted: clocks and nameplates are not exact. */
const SLACK = 1.1
/** Below these a meter measures nothing but itself. */
const FLOWS: Readonly<Record<string, number>> = { A: 0.1, W: 20, kW: 0.02 }
const KILO: Readonly<Record<string, number>> = { Wh: 1, kWh: 1_000, MWh: 1_000_000 }

/** Identity, register, relay: the relay last, so that it is as fresh as can be. In brief only its number, and the relay. */
export async function lookAt(parts: LookParts): Promise<RelayLook> {
  const { config, driver, clock, talk, call, isBrief } = parts
  const asked = askedOfItself(config).filter(({ tells }) =>
    isBrief ? tells === 'number' : tells !== 'setting',
  )
  const points = asked.map(({ point }) => point)
  const first = points.length > 0 ? await talk(driver.read(call(), points)) : null
  const said = (first && saidBy(asked, first.result)) ?? []
  const register = registerOf(config)
  const clockPoint = config.profile.points.find(({ obis }) => obis === CLOCK)
  const wanted = isBrief ? [] : [register, clockPoint].filter(point => point !== undefined)
  const second = wanted.length > 0 ? await talk(driver.read(call(), wanted)) : null
  const meant = second && meaningOf(second, parts)
  const read = meant?.readings.find(({ reading }) => reading.obis === register?.obis)?.reading ?? null
  const third = driver.readRelay ? await talk(driver.readRelay(call())) : null
  const seen = third?.result ?? null
  const isDoubled = [first, second, third].some(one => one?.exchanges.some(({ doubled }) => doubled))
  const isDoubted = isDoubled || parts.isDoubted()
  return {
    at: clock.now(),
    address: [first, second, third].some(one => hasAnswered(one)) ? config.address : null,
    number: said.find(({ tells }) => tells === 'number')?.is ?? null,
    register: read && !isDoubted ? { register: read.obis, value: read.value } : null,
    clockErrorMs: meant?.clock?.deviationMs ?? clockErrorOf(seen, third, parts),
    ...relayTold(seen, parts.offsetMinutes),
    fault: third?.fault ?? second?.fault ?? first?.fault ?? null,
    identity: { ...identityOf(said, isDoubted, parts), isDoubted, said },
    consistency: consistencyOf(read, parts),
    seen,
  }
}

/** What an answer of the driver tells of the relay, in the words of orders. */
export function relayTold(
  seen: RelaySeen | null,
  offsetMinutes: number,
): Pick<Look, 'isOpen' | 'isOpenCommanded' | 'isKeptPowered' | 'hasLoad' | 'opened' | 'closed'> {
  const recorded = (record: RelayRecord | null): Recorded | null =>
    record && { ...record, at: record.at === null ? null : instantOf(record.at, offsetMinutes) }
  return {
    isOpen: seen?.isOpen ?? null,
    isOpenCommanded: seen?.isOpenCommanded ?? null,
    isKeptPowered: seen?.isKeptPowered ?? null,
    hasLoad: seen ? loadIn(seen) : null,
    opened: recorded(seen?.opened ?? null),
    closed: recorded(seen?.closed ?? null),
  }
}

/** None only where all phases there are were read and nothing flows; what was refused or damaged says nothing. */
function loadIn({ load }: RelaySeen): boolean | null {
  const known = load.filter(({ value, unit }) => value !== null && FLOWS[unit] !== undefined)
  if (known.some(({ value, unit }) => Math.abs(Number(value)) >= (FLOWS[unit] ?? 0))) return true
  const isAll = load.every(({ value, fault }) => value !== null || fault?.code === 'VALUE_NOT_HELD')
  return known.length > 0 && isAll ? false : null
}

function hasAnswered(talked: Conversed<unknown> | null): boolean {
  return talked?.exchanges.some(({ outcome }) => outcome === 'answered') ?? false
}

function registerOf({ profile }: MeterConfig): Point | undefined {
  return profile.points.find(({ obis }) => obis === TOTAL)
}

function meaningOf(
  { result, exchanges }: Conversed<{ readonly reads: Parameters<typeof fromRaw>[0] }>,
  parts: LookParts,
) {
  const { config, offsetMinutes, clock } = parts
  const asked = { meter: config.id, kind: 'poll' as const, slot: clock.now(), offsetMinutes }
  return fromRaw(result.reads, exchanges, { ...asked, transformers: agreedTransformers(config) })
}

/** Drivers that read a clock with the relay read it last. */
function clockErrorOf(
  seen: RelaySeen | null,
  talked: Conversed<unknown> | null,
  { offsetMinutes }: LookParts,
): number | null {
  const last = talked?.exchanges.findLast(({ outcome }) => outcome === 'answered')
  const shown = seen?.clock ? instantOf(seen.clock, offsetMinutes) : null
  if (shown === null || !last || last.receivedAt === null) return null
  return shown - Math.round((last.sentAt + last.receivedAt) / 2)
}

/** `same` only where its number, or asset number, is the one named, or the one told before. */
function identityOf(
  said: readonly SaidOfItself[],
  isDoubted: boolean,
  { config, before, whyAnother }: LookParts,
): Omit<RelayLook['identity'], 'isDoubted' | 'said'> {
  const { meterNumber: number, assetNumber: asset } = config
  const named = { ...(number !== undefined && { number }), ...(asset !== undefined && { asset }) }
  if (whyAnother) return { found: 'other', evidence: whyAnother }
  if (isDoubted) return { found: 'unknown', evidence: 'two different answers came to one question' }
  const { found, evidence } = compareAudit(said, before, named)
  if (found === 'other') return { found, evidence }
  const knows = said.some(
    ({ item, tells }) =>
      (tells === 'number' && (number !== undefined || before?.[item] !== undefined)) ||
      (tells === 'asset' && (asset !== undefined || before?.[item] !== undefined)),
  )
  return knows
    ? { found, evidence }
    : { found: 'unknown', evidence: 'it tells no number that is known to be its own' }
}

function consistencyOf(
  read: {
    readonly obis: string
    readonly value: Scaled
    readonly unit: string
    readonly readAt: number
  } | null,
  { config, lastGood }: LookParts,
): RelayLook['consistency'] {
  if (!read) return { found: 'unknown', evidence: `${TOTAL} was not read` }
  const { id, nameplate } = config
  const kept = (['poll', 'freeze'] as const).map(kind => lastGood.of({ meter: id, obis: read.obis, kind }))
  const last = kept.filter(one => one !== null).sort((one, other) => other.readAt - one.readAt)[0]
  if (!last) return { found: 'unknown', evidence: 'it has no good value before' }
  const words = `${formatScaled(read.value)} ${read.unit}, before ${formatScaled(last.value)}`
  if (compareScaled(read.value, last.value) < 0)
    return { found: 'inconsistent', evidence: `it fell: ${words}` }
  const hours = Math.max(0, read.readAt - last.readAt + MINUTE) / HOUR
  const watts =
    nameplate.phases *
    nameplate.volts *
    nameplate.amperes *
    approximate(last.factor ?? { digits: 1n, scaler: 0 })
  const most = (watts * hours * SLACK) / (KILO[read.unit] ?? 1_000)
  const step = 2 * 10 ** read.value.scaler
  return approximate(subtractScaled(read.value, last.value)) <= most + step
    ? { found: 'consistent', evidence: words }
    : { found: 'inconsistent', evidence: `more than it can have counted: ${words}` }
}

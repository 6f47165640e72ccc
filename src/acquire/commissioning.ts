/**
 * The gate of new meters. Where a profile alone says what a register means, its values are held apart until the meter has
 * shown who it is and plausible values, or a person accepts. Another profile, address or serial number closes it again.
 */

import { createHash } from 'node:crypto'
import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { isBilled, isDemandRegister, isEnergyRegister } from '../core/obis.ts'
import { formatScaled } from '../core/scaled.ts'
import { DAY, SECOND } from '../core/time.ts'
import type { RawRead, ReadResult } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import type { Acceptance, AcceptancesHeld } from './acceptances-held.ts'
import type { LastGoodValues } from './last-good.ts'

/** All of a meter, read in one go at a moment, UTC ms. */
export interface LookTaken {
  readonly at: number
  readonly reads: readonly RawRead[]
}

/** What the plausibility checks make of some looks. */
export interface LooksJudged {
  /** In words, with the numbers; empty when no check fails. */
  readonly fails: readonly string[]
  /** Points a check has shown to be right. */
  readonly proven: ReadonlySet<Point>
  /** What each check said, and on what each energy register that is proven rests. */
  readonly evidence: readonly string[]
}

export interface CommissioningParts {
  readonly meters: readonly MeterConfig[]
  readonly held: AcceptancesHeld
  readonly judge: (meter: MeterConfig, looks: readonly LookTaken[]) => LooksJudged
  /** What was good before there was a gate. */
  readonly lastGood: LastGoodValues
  readonly clock: Clock
  readonly log: Log
}

export interface Commissioning {
  /** Before a round: looks at the meter where that is due. */
  look(meter: MeterConfig, read: (points: readonly Point[]) => Promise<ReadResult>): Promise<void>
  /** After a round: a meter that was silent may come back as another one. */
  heard(meter: string, isAnswered: boolean): void
  /** Why a value is held apart; null when it is not. */
  whyHeld(meter: string, obis: string): string | null
  /** A person's word. Throws ASK_UNKNOWN, and ASK_INVALID where there is nothing to accept. */
  accept(meter: string, by: string, because: string): void
  /** Null for meters that need no acceptance. */
  stateOf(meter: string): CommissioningState | null
}

export interface CommissioningState {
  /** Null while its values are held apart. */
  readonly acceptance: Acceptance | null
  /** Why they are, and what to do. */
  readonly why: string | null
}

/** Looks nearer to each other tell nothing new. */
const LEAST_BETWEEN_MS = 10 * SECOND
/** A check that has failed counts for a day, and so long it may take to see every register move. */
const LOOKS_LAST_MS = DAY
const MOST_LOOKS = 120

interface Own {
  readonly config: MeterConfig
  readonly digest: string
  readonly wasInService: boolean
  readonly identityPoints: readonly Point[]
  acceptance: Acceptance | null
  looks: LookTaken[]
  judged: LooksJudged | null
  identity: string | null
  /** Of the last time it was read, monotonic; null when it has to be read. */
  identifiedAt: number | null
  /** Whether it was since the start, or there is none. */
  isIdentified: boolean
  isMissed: boolean
  why: string
  told: string
}

export function createCommissioning(parts: CommissioningParts): Commissioning {
  const { held, clock, log } = parts
  const all = new Map(parts.meters.filter(needsAcceptance).map(config => [config.id, begin(config)]))

  function begin(config: MeterConfig): Own {
    const { id, address, profile } = config
    const digest = digestOf(profile)
    const last = held.last(id)
    const counts = last !== null && last.digest === digest && last.address === address
    const identityPoints = [profile.ident?.point, profile.serialNumber].filter(point => point !== undefined)
    return {
      config,
      digest,
      identityPoints,
      wasInService:
        last === null &&
        profile.points.some(
          ({ obis }) => isEnergyRegister(obis) && parts.lastGood.of({ meter: id, obis, kind: 'poll' }),
        ),
      acceptance: counts ? last : null,
      looks: [],
      judged: null,
      identity: null,
      identifiedAt: null,
      isIdentified: identityPoints.length === 0,
      isMissed: false,
      why: last === null ? 'it is new' : counts ? '' : whyAgain(last, config),
      told: '',
    }
  }

  async function look(meter: MeterConfig, read: Parameters<Commissioning['look']>[1]): Promise<void> {
    const own = all.get(meter.id)
    if (!own) return
    if (own.acceptance) await identify(own, read)
    // One that was silent is asked its round first.
    if (!own.acceptance && !own.isMissed) await lookClosely(own, read)
  }

  /** Whether it is still the meter that was accepted: at the start, once a day, and after silence. */
  async function identify(own: Own, read: Parameters<Commissioning['look']>[1]): Promise<void> {
    const { identityPoints, acceptance, identifiedAt } = own
    const isDue = identifiedAt === null || clock.monotonic() - identifiedAt >= DAY
    if (identityPoints.length === 0 || !isDue) return
    const { reads } = await read(identityPoints)
    if (!identityPoints.every(point => reads.some(one => one.point === point && isFinal(one)))) return
    own.identity = identityIn(reads, identityPoints)
    own.identifiedAt = clock.monotonic()
    own.isIdentified = true
    if (own.identity === acceptance?.identity) return
    own.acceptance = null
    own.looks = []
    hold(own, 'another', otherMeter(acceptance, own.identity))
  }

  async function lookClosely(own: Own, read: Parameters<Commissioning['look']>[1]): Promise<void> {
    const { config, looks } = own
    const now = clock.now()
    const last = looks.at(-1)
    if (last && Math.abs(now - last.at) < LEAST_BETWEEN_MS) return
    const { ratios, points } = config.profile
    const about = [...own.identityPoints, ratios?.current, ratios?.voltage].filter(
      point => point !== undefined,
    )
    const { reads } = await read([...points, ...about])
    if (reads.length === 0) return
    // Their frames are kept with the round; here they would only fill memory.
    const taken = { at: clock.now(), reads: reads.map(one => ({ ...one, frames: [] })) }
    own.looks = thinned([...looks.filter(({ at }) => Math.abs(now - at) <= LOOKS_LAST_MS), taken])
    own.judged = parts.judge(config, own.looks)
    own.identity = identityIn(reads, own.identityPoints)
    conclude(own, reads)
  }

  function conclude(own: Own, reads: readonly RawRead[]): void {
    const { config, judged, identityPoints } = own
    if (!judged) return
    const unknown = identityPoints.find(point => !reads.some(one => one.point === point && 'value' in one))
    const unshown = unshownOf(own)
    const open = unshown.filter(({ obis }) => isEnergyRegister(obis))
    const beside = unshown.length === 0 ? '' : `; nothing shows that these are right: ${namesOf(unshown)}`
    const [failed] = judged.fails
    const last = held.last(config.id)
    if (failed !== undefined) hold(own, 'failed', `a check fails: ${failed}${beside}`)
    else if (unknown)
      hold(own, 'unknown', `it does not say who it is: ${unknown.name} gives no value${beside}`)
    else if (last !== null && last.identity !== null && last.identity !== own.identity)
      // Its values may be as plausible as can be: whose bill they belong on is for a person to say.
      hold(own, 'another', `${otherMeter(last, own.identity)}${beside}`)
    else if (own.wasInService)
      open_(own, 'meterd', 'it was billed by before this was asked for, and no check fails')
    else if (open.length > 0)
      hold(own, 'open', `nothing has shown yet that these are right: ${namesOf(unshown)}`)
    else
      open_(
        own,
        'meterd',
        `${own.identity === null ? '' : 'it has shown who it is, and '}every energy register rises as a power says that fits U·I, or adds up with one that does`,
      )
  }

  function open_(own: Own, by: string, because: string): void {
    const { config, digest, identity, judged } = own
    const { id: meter, address, profile } = config
    const unproven = profile.points.flatMap(point =>
      by === 'meterd' && isDemandRegister(point.obis) && !judged?.proven.has(point) ? [point.obis] : [],
    )
    const acceptance = {
      meter,
      address,
      profile: profile.profile,
      digest,
      identity,
      at: clock.now(),
      by,
      because,
      unproven,
      evidence: judged?.evidence ?? [],
    }
    held.add(acceptance)
    own.acceptance = acceptance
    own.looks = []
    own.identifiedAt = clock.monotonic()
    own.isIdentified = true
    own.told = ''
    const unshown = unshownOf(own)
    const beside =
      unshown.length === 0 ? '' : `; no check has shown that these are right: ${namesOf(unshown)}`
    log.info(
      { meterId: meter },
      `accepted by ${by}: ${because}; what is read from now on may be billed${beside}`,
    )
  }

  function hold(own: Own, kind: string, why: string): void {
    own.why = why
    tellHeld(own, kind)
  }

  /** Once for each kind of reason. */
  function tellHeld(own: Own, kind: string): void {
    if (own.told === kind) return
    own.told = kind
    log.warn({ meterId: own.config.id, hint: remedyOf(own) }, `its values are held apart: ${own.why}`)
  }

  return {
    look,
    heard(meter, isAnswered) {
      const own = all.get(meter)
      if (!own) return
      if (own.isMissed && isAnswered && own.acceptance) own.identifiedAt = null
      own.isMissed = !isAnswered
      if (!isAnswered) own.identifiedAt = null
    },
    whyHeld(meter, obis) {
      const own = all.get(meter)
      if (!own) return null
      if (!own.acceptance) return `${own.why}; ${remedyOf(own)}`
      if (!own.isIdentified) return 'it has not said since the start which meter it is'
      return own.acceptance.unproven.includes(obis)
        ? `nothing has shown that this register is right; ${remedyOf(own)}`
        : null
    },
    accept(meter, by, because) {
      const own = all.get(meter)
      if (!own)
        throw new Fault('ASK_INVALID', `${meter} needs no acceptance: its protocol says what its items are`)
      if (own.acceptance && own.acceptance.unproven.length === 0)
        throw new Fault('ASK_INVALID', `${meter} is accepted already, by ${own.acceptance.by}`)
      if (!own.acceptance && own.judged === null)
        throw new Fault(
          'ASK_INVALID',
          `${meter} has not answered since the start; there is nothing to accept yet`,
        )
      open_(own, by, because)
    },
    stateOf(meter) {
      const own = all.get(meter)
      if (!own) return null
      const { acceptance } = own
      return { acceptance, why: acceptance ? null : `${own.why}; ${remedyOf(own)}` }
    },
  }
}

/** Where a protocol has a table of items, that says what they are; elsewhere only the profile does. */
function needsAcceptance({ driver }: MeterConfig): boolean {
  return driver.items === undefined
}

/** What a bill is made of and no check has shown to be right: a person who accepts has to look at all of it. */
function unshownOf({ config, judged }: Own): readonly Point[] {
  return config.profile.points.filter(point => isBilled(point.obis) && !judged?.proven.has(point))
}

function namesOf(points: readonly Point[]): string {
  return points.map(({ name }) => name).join(', ')
}

function remedyOf({ config, why }: Own): string {
  const { id, profile } = config
  const wait = why.startsWith('nothing has shown') ? 'wait until they have moved under load, or ' : ''
  return `${wait}look with meterd profile doctor ${profile.profile}, then meterd profile accept ${id} --by NAME`
}

function otherMeter(last: Acceptance | null, identity: string | null): string {
  return `another meter stands here: it was ${last?.identity ?? 'without a number'} and is ${identity ?? 'without one'}`
}

function whyAgain(last: Acceptance, { address, profile }: MeterConfig): string {
  if (last.address !== address) return `it was accepted at the address ${last.address}`
  return last.profile === profile.profile
    ? `the profile ${profile.profile} has been changed since it was accepted`
    : `it was accepted with the profile ${last.profile}`
}

/** What of a profile decides values: a new name or remark changes nothing. */
export function digestOf({ points, ident, serialNumber, ratios, sign, daily }: Profile): string {
  const bare = (point: Point | undefined) =>
    point && [point.obis, point.item, point.place, point.encoding, point.unit, point.capacity ?? '']
  const meaning = [
    points.map(bare),
    ident && [bare(ident.point), ident.is],
    bare(serialNumber),
    ratios && [bare(ratios.current), bare(ratios.voltage), ratios.side],
    sign,
    daily?.points.map(bare),
  ]
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16)
}

/** Silence and business pass; everything else is what the meter has to say. */
function isFinal(read: RawRead): boolean {
  return 'value' in read || !['LINE_SILENT', 'METER_BUSY'].includes(read.refused.code)
}

function identityIn(reads: readonly RawRead[], points: readonly Point[]): string | null {
  const texts = points.flatMap(point => {
    const read = reads.find(one => one.point === point)
    if (!read || !('value' in read)) return []
    const { value } = read
    const text = 'text' in value ? value.text.trim() : 'digits' in value ? formatScaled(value) : ''
    return [`${point.name} ${text}`]
  })
  return texts.length === 0 ? null : texts.join(', ')
}

/** The first, the last, and every second of the others where they are too many. */
function thinned(looks: LookTaken[]): LookTaken[] {
  return looks.length <= MOST_LOOKS ? looks : looks.filter((_, at) => at % 2 === 0 || at === looks.length - 1)
}

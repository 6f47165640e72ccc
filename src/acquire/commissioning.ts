/**
 * The gate of new meters. Where a profile alone says what a register means, its values are held apart until the meter has
 * shown who it is and plausible values, or a person accepts. Another profile, place or serial number closes it again.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { isBilled, isDemandRegister, isEnergyRegister } from '../core/obis.ts'
import { DAY, SECOND } from '../core/time.ts'
import type { RawRead, ReadResult } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import type { Acceptance, AcceptancesHeld } from './acceptances-held.ts'
import { namesOf, otherMeter, remedyOf, whyAlike, whyUnknown } from './gate-words.ts'
import { type GivenFor, givenFor, whyAgain } from './given-for.ts'
import type { LastGoodValues } from './last-good.ts'
import { type LookTaken, withLook } from './looks-taken.ts'
import { createSameNumber } from './same-number.ts'
import { createWhoItIs, type WhoItIs } from './who-it-is.ts'

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
  /** Of all lines: one gateway's meter may answer for another's. */
  readonly meters: readonly MeterConfig[]
  /** Of the line a meter is on (src/core/line-url.ts). */
  readonly lineKeyOf: (meter: MeterConfig) => string
  readonly held: AcceptancesHeld
  readonly judge: (meter: MeterConfig, looks: readonly LookTaken[]) => LooksJudged
  /** What was good before there was a gate. */
  readonly lastGood: LastGoodValues
  readonly clock: Clock
  readonly log: Log
}

export interface Commissioning {
  /** Before a round: looks at the meter where that is due. */
  look(meter: MeterConfig, read: Read): Promise<void>
  /** What to ask for beside the points of a poll: whose values they are. */
  beside(meter: string, points: readonly Point[]): readonly Point[]
  /** What came of it, before the values of that poll are judged. */
  took(meter: string, reads: readonly RawRead[]): void
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
  /** Null while nobody vouches for it. */
  readonly acceptance: Acceptance | null
  /** Why its values are held apart, and what to do; null when they are not. */
  readonly why: string | null
}

type Read = (points: readonly Point[]) => Promise<ReadResult>

/** Looks nearer to each other tell nothing new. */
const LEAST_BETWEEN_MS = 10 * SECOND

interface Own {
  readonly config: MeterConfig
  readonly given: GivenFor
  readonly who: WhoItIs
  acceptance: Acceptance | null
  looks: readonly LookTaken[]
  judged: LooksJudged | null
  /** Since when it is not known which meter it is, in words; null when it is, or it has nothing to be known by. */
  unknownSince: string | null
  /** When it was read last, monotonic. */
  identifiedAt: number
  /** How often it was silent: what was asked before a silence tells nothing of who answers after it. */
  silences: number
  isMissed: boolean
  looking: Promise<void> | null
  why: string
  told: string
  /** Of which meters of its number has been told. */
  alikeTold: string
}

export function createCommissioning(parts: CommissioningParts): Commissioning {
  const { held, clock, log } = parts
  const sameNumber = createSameNumber()
  const all = new Map(parts.meters.filter(needsAcceptance).map(config => [config.id, begin(config)]))

  function begin(config: MeterConfig): Own {
    const last = held.last(config.id)
    const given = givenFor(config, parts.lineKeyOf(config))
    const again = last && whyAgain(last, given)
    const who = createWhoItIs(config.profile)
    const acceptance = again === null ? last : null
    sameNumber.note(config.id, acceptance?.serial ?? null)
    return {
      ...{ config, given, who, acceptance, looks: [], judged: null },
      unknownSince: who.points.length === 0 ? null : 'the start',
      ...{ identifiedAt: 0, silences: 0, isMissed: false, looking: null },
      why: last === null ? 'it is new' : (again ?? ''),
      ...{ told: '', alikeTold: '' },
    }
  }

  async function lookOnce(own: Own, read: Read): Promise<void> {
    if (own.acceptance) await identify(own, read)
    // One that was silent is asked its round first.
    if (!own.acceptance && !own.isMissed) await lookClosely(own, read)
  }

  /** Whether it is still the meter that was accepted: at the start, once a day, and after silence. */
  async function identify(own: Own, read: Read): Promise<void> {
    const isDue = own.unknownSince !== null || clock.monotonic() - own.identifiedAt >= DAY
    if (own.who.points.length > 0 && isDue) await askWho(own, read)
  }

  /** In a conversation of its own: a register that is silent ends one. */
  async function askWho(own: Own, read: Read): Promise<readonly RawRead[]> {
    const { points } = own.who
    const { silences } = own
    const { reads } = points.length === 0 ? { reads: [] } : await read(points)
    if (own.silences === silences) tookNote(own, reads, points)
    return reads
  }

  function tookNote(own: Own, reads: readonly RawRead[], asked: readonly Point[]): void {
    const { who, config, acceptance } = own
    const before = who.identity()
    const hasSaid = who.took(reads, asked)
    if (before !== null && who.identity() !== before) own.looks = []
    const alikeBefore = sameNumber.othersOf(config.id)
    sameNumber.note(config.id, serialOf(own))
    for (const id of [config.id, ...alikeBefore, ...sameNumber.othersOf(config.id)]) tellAlike(id)
    if (!hasSaid) own.unknownSince ??= 'it was last asked'
    else if (asked.length === who.points.length) {
      own.unknownSince = null
      own.identifiedAt = clock.monotonic()
    }
    if (acceptance === null || !hasSaid || who.identity() === acceptance.identity) return
    own.acceptance = null
    own.looks = []
    hold(own, 'another', otherMeter(acceptance.identity, who.identity()))
  }

  async function lookClosely(own: Own, read: Read): Promise<void> {
    const { config } = own
    const last = own.looks.at(-1)
    if (last && Math.abs(clock.now() - last.at) < LEAST_BETWEEN_MS) return
    const said = await askWho(own, read)
    const { ratios, points } = config.profile
    const about = [ratios?.current, ratios?.voltage].filter(point => point !== undefined)
    const { reads: values } = await read([...points, ...about])
    const reads = [...values, ...said]
    if (reads.length === 0) return
    own.looks = withLook(own.looks, clock.now(), reads)
    own.judged = parts.judge(config, own.looks)
    conclude(own)
  }

  function conclude(own: Own): void {
    const { config, judged, who, unknownSince } = own
    if (!judged) return
    const identity = who.identity()
    const alike = sameNumber.othersOf(config.id)
    const unshown = unshownOf(own)
    const open = unshown.filter(({ obis }) => isEnergyRegister(obis))
    const beside = unshown.length === 0 ? '' : `; nothing shows that these are right: ${namesOf(unshown)}`
    const [failed] = judged.fails
    const last = held.last(config.id)
    if (failed !== undefined) hold(own, 'failed', `a check fails: ${failed}${beside}`)
    else if (unknownSince !== null) hold(own, 'unknown', `${whyUnknown(who.points, unknownSince)}${beside}`)
    else if (last !== null && last.identity !== null && last.identity !== identity)
      // Its values may be as plausible as can be: whose bill they belong on is for a person to say.
      hold(own, 'another', `${otherMeter(last.identity, identity)}${beside}`)
    else if (alike.length > 0) hold(own, 'alike', `${whyAlike(serialOf(own), alike)}${beside}`)
    else if (wasInService(own))
      open_(own, 'meterd', 'it was billed by before this was asked for, and no check fails')
    else if (open.length > 0)
      hold(own, 'open', `nothing has shown yet that these are right: ${namesOf(unshown)}`)
    else
      open_(
        own,
        'meterd',
        `${identity === null ? '' : 'it has shown who it is, and '}every energy register rises as a power says that fits U·I, or adds up with one that does`,
      )
  }

  function open_(own: Own, by: string, because: string): void {
    const { config, given, who, judged } = own
    const meter = config.id
    const unproven = config.profile.points.flatMap(point =>
      by === 'meterd' && isDemandRegister(point.obis) && !judged?.proven.has(point) ? [point.obis] : [],
    )
    const acceptance = {
      ...{ meter, ...given, identity: who.identity(), serial: who.serial() },
      alike: sameNumber.othersOf(meter),
      at: clock.now(),
      by,
      because,
      unproven,
      evidence: judged?.evidence ?? [],
    }
    held.add(acceptance)
    own.acceptance = acceptance
    own.looks = []
    own.why = own.told = ''
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
    log.warn(
      { meterId: own.config.id, hint: remedyOf(own.config, own.why) },
      `its values are held apart: ${own.why}`,
    )
  }

  /** Billed by before there was a gate, and never accepted since. */
  function wasInService({ config: { id, profile } }: Own): boolean {
    return (
      held.wasInService(id) &&
      held.last(id) === null &&
      profile.points.some(
        ({ obis }) => isEnergyRegister(obis) && parts.lastGood.of({ meter: id, obis, kind: 'poll' }),
      )
    )
  }

  /** Those of its number that whoever accepted it did not know of. */
  function alikeUnknown({ config, acceptance }: Own): readonly string[] {
    return sameNumber.othersOf(config.id).filter(other => !acceptance?.alike.includes(other))
  }

  /** Once, of an accepted one: others are held apart already, and say so. */
  function tellAlike(meter: string): void {
    const own = all.get(meter)
    if (!own?.acceptance) return
    const alike = alikeUnknown(own)
    const told = alike.join()
    if (told !== own.alikeTold && told !== '')
      log.warn(
        { meterId: meter, hint: remedyOf(own.config, own.why) },
        `its values are held apart: ${whyAlike(serialOf(own), alike)}`,
      )
    own.alikeTold = told
  }

  /** Why all of its values are; null when they are not. */
  function whyAllHeld(own: Own): string | null {
    if (!own.acceptance) return `${own.why}; ${remedyOf(own.config, own.why)}`
    const alike = alikeUnknown(own)
    if (alike.length > 0) return `${whyAlike(serialOf(own), alike)}; ${remedyOf(own.config, own.why)}`
    return own.unknownSince === null ? null : whyUnknown(own.who.points, own.unknownSince)
  }

  return {
    async look(meter, read) {
      const own = all.get(meter.id)
      if (!own) return
      own.looking ??= lookOnce(own, read).finally(() => {
        own.looking = null
      })
      await own.looking
    },
    beside(meter, points) {
      const own = all.get(meter)
      const serial = own?.who.serialPoint
      // One that is silent there would end the conversation: until it has said who it is, it is asked apart.
      if (!own?.acceptance || !serial || own.unknownSince !== null) return []
      return points.some(({ obis }) => isBilled(obis)) ? [serial] : []
    },
    took(meter, reads) {
      const own = all.get(meter)
      if (own?.who.serialPoint) tookNote(own, reads, [own.who.serialPoint])
    },
    heard(meter, isAnswered) {
      const own = all.get(meter)
      if (!own) return
      own.isMissed = !isAnswered
      if (isAnswered || own.who.points.length === 0) return
      own.silences++
      own.unknownSince = 'it was silent'
    },
    whyHeld(meter, obis) {
      const own = all.get(meter)
      if (!own) return null
      const why = whyAllHeld(own)
      if (why !== null || !own.acceptance?.unproven.includes(obis)) return why
      return `nothing has shown that this register is right; ${remedyOf(own.config, own.why)}`
    },
    accept(meter, by, because) {
      const own = all.get(meter)
      if (!own)
        throw new Fault('ASK_INVALID', `${meter} needs no acceptance: its protocol says what its items are`)
      if (own.acceptance && own.acceptance.unproven.length + alikeUnknown(own).length === 0)
        throw new Fault('ASK_INVALID', `${meter} is accepted already, by ${own.acceptance.by}`)
      if (!own.acceptance && own.judged === null)
        throw new Fault(
          'ASK_INVALID',
          `${meter} has not answered since the start; there is nothing to accept yet`,
        )
      if (own.unknownSince !== null)
        throw new Fault('ASK_INVALID', `${meter}: ${whyUnknown(own.who.points, own.unknownSince)}`)
      open_(own, by, because)
    },
    stateOf(meter) {
      const own = all.get(meter)
      if (!own) return null
      return { acceptance: alikeUnknown(own).length > 0 ? null : own.acceptance, why: whyAllHeld(own) }
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

/** What it says now, or said when it was accepted. */
function serialOf({ who, acceptance }: Own): string | null {
  return who.serial() ?? acceptance?.serial ?? null
}

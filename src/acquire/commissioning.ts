/**
 * The gate of new meters. Where a profile alone says what a register means, its values are held apart until the meter has
 * shown who it is and plausible values, or a person accepts. Another profile, address or serial number closes it again.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { isBilled, isDemandRegister, isEnergyRegister } from '../core/obis.ts'
import { DAY } from '../core/time.ts'
import type { ReadResult } from '../driver-api/driver.ts'
import type { Point } from '../driver-api/profile.ts'
import { type Acceptance, type AcceptancesHeld, digestOf } from './acceptances-held.ts'
import { acceptWith, COMMON_FACTOR, namesOf, otherMeter, remedyOf, whyAgain } from './gate-words.ts'
import { identityOf, isOther, isSame, type Said, saidBefore, saidIn } from './identity.ts'
import type { LastGoodValues } from './last-good.ts'
import { isTooSoon, type LookTaken, withLook } from './looks-taken.ts'
import { pauseAfter } from './patience.ts'

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

export type ReadPoints = (points: readonly Point[]) => Promise<ReadResult>

export interface Commissioning {
  /** Before a round: looks at the meter where that is due. */
  look(meter: MeterConfig, read: ReadPoints): Promise<void>
  /** Before a read on demand: asks an accepted meter who it is, where it has to say so. */
  recognise(meter: MeterConfig, read: ReadPoints): Promise<void>
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
  /** Null while it waits for one. */
  readonly acceptance: Acceptance | null
  /** Why its values are held apart, and what to do; null when they are not. */
  readonly why: string | null
}

interface Own {
  readonly config: MeterConfig
  readonly digest: string
  readonly wasInService: boolean
  readonly identityPoints: readonly Point[]
  acceptance: Acceptance | null
  looks: readonly LookTaken[]
  judged: LooksJudged | null
  /** What it said of itself when it was asked last. */
  said: Said
  /** Of the last time it was read, monotonic; null when it has to be read. */
  identifiedAt: number | null
  /** Since when it has to say who it is, in words; null when it has said so, or has nothing to say. */
  unidentified: string | null
  /** Times in a row it was asked and did not say it all. */
  unsaid: number
  /** Monotonic. */
  askedAgainAt: number
  isMissed: boolean
  why: string
  told: string
}

export function createCommissioning(parts: CommissioningParts): Commissioning {
  const { held, clock, log } = parts
  const all = new Map(parts.meters.filter(needsAcceptance).map(config => [config.id, begin(config)]))

  function begin(config: MeterConfig): Own {
    const { id, profile } = config
    const digest = digestOf(profile)
    const last = held.last(id)
    const isForThis = last !== null && counts(last, { digest, config })
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
      acceptance: isForThis ? last : null,
      looks: [],
      judged: null,
      said: new Map(),
      identifiedAt: null,
      unidentified: identityPoints.length === 0 ? null : 'since the start',
      unsaid: 0,
      askedAgainAt: Number.NEGATIVE_INFINITY,
      isMissed: false,
      why: last === null ? 'it is new' : isForThis ? '' : whyAgain(last, config),
      told: '',
    }
  }

  async function look(meter: MeterConfig, read: ReadPoints): Promise<void> {
    const own = all.get(meter.id)
    if (!own) return
    if (own.acceptance) await identify(own, own.acceptance, read)
    // One that was silent is asked its round first.
    if (!own.acceptance && !own.isMissed) await lookClosely(own, read)
  }

  /** Whether it is still the meter that was accepted: at the start, once a day, and after silence. */
  async function identify(own: Own, acceptance: Acceptance, read: ReadPoints): Promise<void> {
    const { identityPoints, identifiedAt } = own
    const now = clock.monotonic()
    const isDue = identifiedAt === null || now - identifiedAt >= DAY
    if (identityPoints.length === 0 || !isDue || now < own.askedAgainAt) return
    const { reads } = await read(identityPoints)
    // Somebody else may have asked meanwhile.
    if (own.acceptance !== acceptance) return
    const before = saidBefore(acceptance.identity, identityPoints)
    const said = saidIn(reads, identityPoints)
    own.said = said
    if (isOther(before, said)) {
      own.acceptance = null
      own.looks = []
      hold(own, 'another', otherMeter(acceptance, identityOf(said, identityPoints)))
    } else if (reads.length > 0 && isSame(before, said)) {
      if (own.told === 'unidentified')
        log.info({ meterId: own.config.id }, 'it has said which meter it is; its values count again')
      identified(own)
      if (said.size > before.size) learn(own, acceptance)
    } else askAgain(own)
  }

  /** What it says of itself for the first time: by that another one will be told from it. */
  function learn(own: Own, acceptance: Acceptance): void {
    own.acceptance = { ...acceptance, identity: identityOf(own.said, own.identityPoints) }
    held.add(own.acceptance)
  }

  function identified(own: Own): void {
    own.identifiedAt = clock.monotonic()
    own.unidentified = null
    own.unsaid = 0
    own.askedAgainAt = Number.NEGATIVE_INFINITY
    own.told = ''
  }

  /** A refusal may be one odd answer, and it may be another meter: until it says who it is nothing of it is billed. */
  function askAgain(own: Own): void {
    own.identifiedAt = null
    own.unidentified ??= 'when it was asked'
    own.unsaid += 1
    own.askedAgainAt = clock.monotonic() + pauseAfter(own.unsaid)
    if (own.told === 'unidentified') return
    own.told = 'unidentified'
    const hint = `${namesOf(own.identityPoints)}: not all gave a value`
    log.warn({ meterId: own.config.id, hint }, `its values are held apart: ${unidentifiedOf(own)}`)
  }

  async function lookClosely(own: Own, read: ReadPoints): Promise<void> {
    const { config } = own
    if (isTooSoon(own.looks, clock.now())) return
    const { ratios, points } = config.profile
    const about = [...own.identityPoints, ratios?.current, ratios?.voltage].filter(
      point => point !== undefined,
    )
    const { reads } = await read([...points, ...about])
    if (reads.length === 0) return
    // Their frames are kept with the round; here they would only fill memory.
    own.looks = withLook(own.looks, {
      at: clock.now(),
      reads: reads.map(one => ({ ...one, frames: [] })),
    })
    own.judged = parts.judge(config, own.looks)
    own.said = saidIn(reads, own.identityPoints)
    conclude(own)
  }

  function conclude(own: Own): void {
    const { config, judged, identityPoints, said } = own
    if (!judged) return
    const unknown = identityPoints.find(point => !said.has(point))
    const unshown = unshownOf(own)
    const open = unshown.filter(({ obis }) => isEnergyRegister(obis))
    const beside = unshown.length === 0 ? '' : `; nothing shows that these are right: ${namesOf(unshown)}`
    const [failed] = judged.fails
    const last = held.last(config.id)
    const before = saidBefore(last?.identity ?? null, identityPoints)
    if (last !== null && counts(last, own) && before.size > 0 && isSame(before, said)) reinstate(own, last)
    else if (failed !== undefined) hold(own, 'failed', `a check fails: ${failed}${beside}`)
    else if (unknown)
      hold(own, 'unknown', `it does not say who it is: ${unknown.name} gives no value${beside}`)
    else if (isOther(before, said))
      // Its values may be as plausible as can be: whose bill they belong on is for a person to say.
      hold(own, 'another', `${otherMeter(last, identityOf(said, identityPoints))}${beside}`)
    else if (own.wasInService)
      open_(own, 'meterd', 'it was billed by before this was asked for, and no check fails')
    else if (open.length > 0)
      hold(own, 'open', `nothing has shown yet that these are right: ${namesOf(unshown)}`)
    else if (!config.profile.isShipped && !held.isVouchedFor(own.digest)) hold(own, 'factor', COMMON_FACTOR)
    else
      open_(
        own,
        'meterd',
        `${identityPoints.length === 0 ? '' : 'it has shown who it is, and '}every energy register rises as a power says that fits U·I, or adds up with one that does`,
      )
  }

  /** What was taken for another meter says that it is the one that was accepted. */
  function reinstate(own: Own, acceptance: Acceptance): void {
    own.acceptance = acceptance
    own.looks = []
    identified(own)
    log.info(
      { meterId: acceptance.meter },
      `it says again that it is ${acceptance.identity}, and is accepted as it was by ${acceptance.by}`,
    )
  }

  function open_(own: Own, by: string, because: string): void {
    const { config, digest, judged } = own
    const identity = identityOf(own.said, own.identityPoints)
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
    identified(own)
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

  return {
    look,
    async recognise(meter, read) {
      const own = all.get(meter.id)
      if (own?.acceptance) await identify(own, own.acceptance, read)
    },
    heard(meter, isAnswered) {
      const own = all.get(meter)
      if (!own) return
      if (own.isMissed || !isAnswered) own.identifiedAt = null
      if (own.isMissed && isAnswered) own.askedAgainAt = Number.NEGATIVE_INFINITY
      if (!isAnswered && own.identityPoints.length > 0) own.unidentified ??= 'since it was silent'
      own.isMissed = !isAnswered
    },
    whyHeld(meter, obis) {
      const own = all.get(meter)
      if (!own) return null
      if (!own.acceptance) return `${own.why}; ${remedyOf(own.config, own.why)}`
      if (own.unidentified !== null) return unidentifiedOf(own)
      return own.acceptance.unproven.includes(obis)
        ? `nothing has shown that this register is right; ${remedyOf(own.config, own.why)}`
        : null
    },
    accept(meter, by, because) {
      const own = all.get(meter)
      if (!own)
        throw new Fault('ASK_INVALID', `${meter} needs no acceptance: its protocol says what its items are`)
      if (own.acceptance?.unproven.length === 0 && own.unidentified === null)
        throw new Fault('ASK_INVALID', `${meter} is accepted already, by ${own.acceptance.by}`)
      if (own.acceptance ? own.unidentified !== null && own.unsaid === 0 : own.judged === null)
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
      if (!acceptance) return { acceptance, why: `${own.why}; ${remedyOf(own.config, own.why)}` }
      return { acceptance, why: own.unidentified === null ? null : unidentifiedOf(own) }
    },
  }
}

function unidentifiedOf({ config, unidentified, unsaid }: Own): string {
  const asked = unsaid === 0 ? '' : `; it is asked again. Where it never will: ${acceptWith(config.id)}`
  return `it has not said ${unidentified} which meter it is${asked}`
}

function counts({ digest, address }: Acceptance, own: Pick<Own, 'digest' | 'config'>): boolean {
  return digest === own.digest && address === own.config.address
}

/** Where a protocol has a table of items, that says what they are; elsewhere only the profile does. */
function needsAcceptance({ driver }: MeterConfig): boolean {
  return driver.items === undefined
}

/** What a bill is made of and no check has shown to be right: a person who accepts has to look at all of it. */
function unshownOf({ config, judged }: Own): readonly Point[] {
  return config.profile.points.filter(point => isBilled(point.obis) && !judged?.proven.has(point))
}

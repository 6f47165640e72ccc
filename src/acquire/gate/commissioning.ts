/**
 * The gate of new meters. Where a profile alone says what a register means, its values are held apart until the meter has
 * shown who it is and plausible values, or a person accepts. Another profile, place or serial number closes it again.
 */

import type { MeterConfig } from '../../config/config.ts'
import type { Clock } from '../../core/clock.ts'
import { Fault } from '../../core/faults.ts'
import type { Log } from '../../core/log.ts'
import { isBilled, isDemandRegister, isEnergyRegister } from '../../core/obis.ts'
import { DAY } from '../../core/time.ts'
import type { RawRead, ReadResult } from '../../driver-api/driver.ts'
import type { Point } from '../../driver-api/profile.ts'
import type { LastGoodValues } from '../last-good.ts'
import { pauseAfter } from '../patience.ts'
import type { Acceptance, AcceptancesHeld } from './acceptances-held.ts'
import { atTheGate, needsAcceptance, type Own, unshownOf, whoIs, whyUnidentified } from './at-the-gate.ts'
import { COMMON_FACTOR, namesOf, otherMeter, remedyOf } from './gate-words.ts'
import { givenFor, whyAgain } from './given-for.ts'
import { identityOf, isOther, isSame, type Said, saidBefore, saidIn, unansweredIn } from './identity.ts'
import { isTooSoon, type LooksJudged, type LookTaken, withLook } from './looks-taken.ts'
import { createSameNumber } from './same-number.ts'

export interface CommissioningParts {
  /** Of all lines: one meter may answer for another. */
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

export type ReadPoints = (points: readonly Point[]) => Promise<ReadResult>

export interface Commissioning {
  /** Before a round: looks at the meter where that is due. */
  look(meter: MeterConfig, read: ReadPoints): Promise<void>
  /** Before a read on demand: asks an accepted meter who it is, where it has to say so. */
  recognise(meter: MeterConfig, read: ReadPoints): Promise<void>
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
  /** Null while it waits for one. */
  readonly acceptance: Acceptance | null
  /** Why its values are held apart, and what to do; null when they are not. */
  readonly why: string | null
}

export function createCommissioning(parts: CommissioningParts): Commissioning {
  const { held, clock, log } = parts
  const sameNumber = createSameNumber(meter => all.get(meter)?.acceptance ?? null, log)
  const all = new Map<string, Own>()
  for (const config of parts.meters.filter(needsAcceptance)) all.set(config.id, begin(config))

  function begin(config: MeterConfig): Own {
    const own = atTheGate(config, givenFor(config, parts.lineKeyOf(config)), held.last(config.id))
    if (own.acceptance?.serial) sameNumber.note(config.id, own.acceptance.serial)
    return own
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
    hears(own, said)
    own.unanswered = unansweredIn(reads, identityPoints)
    if (isOther(before, said)) another(own, acceptance)
    else if (reads.length > 0 && isSame(before, said)) {
      if (own.told === 'unidentified')
        log.info({ meterId: own.config.id }, 'it has said which meter it is; its values count again')
      identified(own)
      if (said.size > before.size) learn(own, acceptance)
    } else askAgain(own)
  }

  function hears(own: Own, said: Said): void {
    const { id, profile } = own.config
    const serial = profile.serialNumber && said.get(profile.serialNumber)
    // What was seen of one meter proves nothing of the next.
    if (isOther(own.said, said)) own.looks = []
    own.said = said
    if (serial !== undefined) sameNumber.note(id, serial)
  }

  function another(own: Own, acceptance: Acceptance): void {
    own.acceptance = null
    own.looks = []
    hold(own, 'another', otherMeter(acceptance, identityOf(own.said, own.identityPoints)))
  }

  /** What it says of itself for the first time: by that another one will be told from it. */
  function learn(own: Own, acceptance: Acceptance): void {
    own.acceptance = { ...acceptance, ...whoIs(own) }
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
    log.warn({ meterId: own.config.id, hint }, `its values are held apart: ${whyUnidentified(own)}`)
  }

  async function lookClosely(own: Own, read: ReadPoints): Promise<void> {
    const { config } = own
    if (isTooSoon(own.looks, clock.now())) return
    const { ratios, points } = config.profile
    const about = [ratios?.current, ratios?.voltage].filter(point => point !== undefined)
    // In a conversation of its own: a register that is silent ends one.
    const asked = own.identityPoints
    const who = asked.length === 0 ? [] : (await read(asked)).reads
    const { reads } = await read([...points, ...about])
    if (reads.length + who.length === 0) return
    hears(own, saidIn(who, asked))
    own.unanswered = unansweredIn(who, asked)
    own.looks = withLook(own.looks, clock.now(), [...reads, ...who])
    own.judged = parts.judge(config, own.looks)
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
    const alike = sameNumber.why(config.id)
    if (last !== null && whyAgain(last, own.given) === null && before.size > 0 && isSame(before, said))
      reinstate(own, last)
    else if (failed !== undefined) hold(own, 'failed', `a check fails: ${failed}${beside}`)
    else if (unknown)
      hold(own, 'unknown', `it does not say who it is: ${unknown.name} gives no value${beside}`)
    else if (isOther(before, said))
      // Its values may be as plausible as can be: whose bill they belong on is for a person to say.
      hold(own, 'another', `${otherMeter(last, identityOf(said, identityPoints))}${beside}`)
    else if (alike !== null) hold(own, 'alike', `${alike}${beside}`)
    else if (wasInService(own))
      open_(own, 'meterd', 'it was billed by before this was asked for, and no check fails')
    else if (open.length > 0)
      hold(own, 'open', `nothing has shown yet that these are right: ${namesOf(unshown)}`)
    else if (!config.profile.isShipped && !held.isVouchedFor(own.given.digest))
      hold(own, 'factor', COMMON_FACTOR)
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
    const { judged } = own
    const { id: meter, profile } = own.config
    const unproven = profile.points.flatMap(point =>
      by === 'meterd' && isDemandRegister(point.obis) && !judged?.proven.has(point) ? [point.obis] : [],
    )
    const acceptance = {
      ...{ meter, ...own.given, ...whoIs(own) },
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

  /** Billed by before there was a gate, and never accepted since. */
  function wasInService({ config: { id, profile } }: Own): boolean {
    const isBilledBy = ({ obis }: Point) =>
      isEnergyRegister(obis) && parts.lastGood.of({ meter: id, obis, kind: 'poll' }) !== null
    return held.wasInService(id) && held.last(id) === null && profile.points.some(isBilledBy)
  }

  /** Why all of its values are; null when they are not. */
  function whyAllHeld(own: Own): string | null {
    if (!own.acceptance) return `${own.why}; ${remedyOf(own.config, own.why)}`
    const alike = sameNumber.whyHeld(own.acceptance)
    if (alike !== null) return `${alike}; ${remedyOf(own.config, alike)}`
    return own.unidentified === null ? null : whyUnidentified(own)
  }

  return {
    look,
    async recognise(meter, read) {
      const own = all.get(meter.id)
      if (own?.acceptance) await identify(own, own.acceptance, read)
    },
    beside(meter, points) {
      const own = all.get(meter)
      const serial = own?.config.profile.serialNumber
      if (!own?.acceptance || !serial || own.unidentified !== null) return []
      // One that is silent there would end the conversation: who has never said it is not asked.
      const isSaid = saidBefore(own.acceptance.identity, own.identityPoints).has(serial)
      return isSaid && points.some(({ obis }) => isBilled(obis)) ? [serial] : []
    },
    took(meter, reads) {
      const own = all.get(meter)
      const serial = own?.config.profile.serialNumber
      if (!own?.acceptance || !serial) return
      const said = saidIn(reads, [serial])
      if (said.size === 0) own.unidentified ??= 'with the last poll'
      if (said.size === 0) own.identifiedAt = null
      hears(own, new Map([...own.said, ...said]))
      if (isOther(saidBefore(own.acceptance.identity, own.identityPoints), said)) another(own, own.acceptance)
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
      const why = whyAllHeld(own)
      if (why !== null || !own.acceptance?.unproven.includes(obis)) return why
      return `nothing has shown that this register is right; ${remedyOf(own.config, own.why)}`
    },
    accept(meter, by, because) {
      const own = all.get(meter)
      if (!own)
        throw new Fault('ASK_INVALID', `${meter} needs no acceptance: its protocol says what its items are`)
      const alike = own.acceptance && sameNumber.whyHeld(own.acceptance)
      if (own.acceptance?.unproven.length === 0 && own.unidentified === null && alike === null)
        throw new Fault('ASK_INVALID', `${meter} is accepted already, by ${own.acceptance.by}`)
      if (own.acceptance ? own.unidentified !== null && own.unsaid === 0 : own.judged === null)
        throw new Fault(
          'ASK_INVALID',
          `${meter} has not answered since the start; there is nothing to accept yet`,
        )
      if (own.unanswered.length > 0)
        throw new Fault(
          'ASK_INVALID',
          `${meter} has not said which meter it is: ${namesOf(own.unanswered)} gave no answer; it is asked again with its next poll`,
        )
      open_(own, by, because)
    },
    stateOf(meter) {
      const own = all.get(meter)
      if (!own) return null
      const { acceptance } = own
      const isAlike = acceptance !== null && sameNumber.whyHeld(acceptance) !== null
      return { acceptance: isAlike ? null : acceptance, why: whyAllHeld(own) }
    },
  }
}

/**
 * The gateway's own pipeline in virtual time: each question of a plan → the town's answer → the round judged by
 * `outcomeOf`, looked at twice, kept as the store keeps it. No line, no store, no clock but the caller's.
 */

import { createAskedTwice } from '../../src/acquire/asked-twice.ts'
import type { Job } from '../../src/acquire/job.ts'
import { createLastGood, type LastGoodValues } from '../../src/acquire/last-good.ts'
import { createLoadsSeen } from '../../src/acquire/loads-seen.ts'
import { type FreezePlan, freezePlansOf } from '../../src/acquire/plans.ts'
import { createRatioWatch, type RatioWatch } from '../../src/acquire/ratio-watch.ts'
import { type Outcome, outcomeOf } from '../../src/acquire/round.ts'
import { createRoundsSeen } from '../../src/acquire/rounds-seen.ts'
import { createSecondLook } from '../../src/acquire/second-look.ts'
import { createStandingSeen } from '../../src/acquire/standing-seen.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { DAY } from '../../src/core/time.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import type { Exchange } from '../../src/line/asker.ts'
import { type Conversed, PRIORITY } from '../../src/line/line.ts'
import { compareAudit, type Facts, saidOfAudit } from '../../src/reading/audit.ts'
import type { ToldAudit } from '../../src/reading/billing/stays.ts'
import type { Finding } from '../../src/reading/reading.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import type { Round } from '../../src/store/store.ts'
import type { Archived, Asking } from './archive.ts'
import { OFFSET_MINUTES } from './load.ts'
import type { Asked, Told, World } from './world.ts'
import { isTold } from './world.ts'

/** Of so many rounds one is remembered, up to so many. */
const SAMPLED = 97
const MOST_SAMPLED = 2_000
/** Why a question is asked once more within a conversation, at most so often. */
const TRIES = { silent: 2, garbled: 3, echo: 3, dark: 1 }
/** Between two exchanges of a conversation at 2400 baud. */
const EXCHANGE_MS = 180
/** Meters of a line are asked in turn. */
const TURN_MS = 5_000
const TURNS = 45

/** When a meter is asked for its poll of a slot. */
export function askedAt(meter: number, slot: number): number {
  return slot + (meter % TURNS) * TURN_MS
}

const CLOCK_COUNTS_MS = 2 * DAY

export interface Gateway {
  /** Asks by a job at an instant; what came of it, after all that is asked twice was. */
  read(meter: number, job: Job, at: number): Promise<Outcome>
  /** The freeze plan of a meter; null for those that freeze nothing. */
  planOf(meter: number): FreezePlan | null
  pollOf(meter: number): Extract<Job, { kind: 'poll' }>['poll']
  clockOf(meter: number): Round['clock']
  /** Asks the meter who it is; null where it is silent. */
  audit(
    meter: number,
    at: number,
  ): { readonly audit: ToldAudit; readonly findings: readonly Finding[] } | null
  readonly rounds: () => number
  readonly readings: () => number
  /** Rounds here and there, as they were judged. */
  readonly sample: () => readonly (readonly Given[])[]
}

interface Held {
  readonly archived: Archived
  readonly config: MeterConfig
  readonly ratios: RatioWatch
  readonly plan: FreezePlan | null
  lastClock: Round['clock']
  clockBefore: Round['clock']
  /** As it told of itself in the audit before. */
  facts: Facts | null
  /** Questions of each kind asked at an instant. */
  asked: { at: number; counts: Map<Asked['what'], number> }
}

export function createGateway(world: World, archive: readonly Archived[]): Gateway {
  let now = world.town.startsAt
  let rounds = 0
  let readings = 0
  const sample: (readonly Given[])[] = []
  const lastGood: LastGoodValues = createLastGood([], OFFSET_MINUTES)
  const configs = archive.map(({ config }) => config)
  const loads = createLoadsSeen(configs)
  const seen = createRoundsSeen(configs, OFFSET_MINUTES)
  const standing = createStandingSeen(configs, OFFSET_MINUTES)
  const askedTwice = createAskedTwice<Held>({
    secondLook: createSecondLook({ monotonic: () => now }),
    offsetMinutes: OFFSET_MINUTES,
    converse: async (one, job, _priority, isAgain = false) => outcome(one, job, isAgain),
  })
  const held = archive.map((archived): Held => {
    const [plan] = freezePlansOf(archived.config, OFFSET_MINUTES)
    const ratios = createRatioWatch(archived.config)
    return {
      archived,
      config: archived.config,
      ratios,
      plan: plan ?? null,
      lastClock: null,
      clockBefore: null,
      facts: null,
      asked: { at: 0, counts: new Map() },
    }
  })

  function of(meter: number): Held {
    const found = held[meter]
    if (!found) throw new RangeError(`there is no meter ${meter}`)
    return found
  }

  function ask(one: Held, what: Asked['what'], nth: number) {
    if (one.asked.at !== now) one.asked = { at: now, counts: new Map() }
    const { counts } = one.asked
    let tries = 0
    for (;;) {
      const attempt = (counts.get(what) ?? 0) + 1
      counts.set(what, attempt)
      tries += 1
      const { index: meter } = one.archived.meter
      const answer = world.ask({ meter, what, at: now, attempt, nth })
      if (isTold(answer) || tries >= TRIES[answer.silence]) return answer
    }
  }

  function converse(one: Held, job: Job): Conversed<{ reads: RawRead[]; refused: string[] }> {
    if (job.kind === 'fill') throw new Error('the town keeps no load records')
    const answer = ask(one, job.kind, job.kind === 'freeze' ? job.nth : 1)
    const { archived, ratios } = one
    if (!isTold(answer)) {
      const code = answer.silence === 'garbled' ? 'LINE_GARBLED' : 'LINE_SILENT'
      const fault = { code, text: `${archived.meter.id} did not answer` } as const
      return { result: { reads: [], refused: [] }, exchanges: [exchangeOf(now, false)], fault }
    }
    const wanted = new Set((job.kind === 'poll' ? job.poll : job.plan).points)
    const all = (job.kind === 'poll' ? archived.poll : archived.freeze).filter(({ point }) =>
      wanted.has(point),
    )
    const said = readsOf(all, answer, now)
    const due = job.kind === 'poll' && archived.ratio ? ratios.due(now) : []
    if (due.length > 0 && archived.ratio) {
      const plate = ask(one, 'nameplate', 1)
      const told = isTold(plate) ? readsOf([archived.ratio], plate, now) : { reads: [], exchanges: [] }
      ratios.took(told.reads, now)
    }
    return { result: { reads: said.reads, refused: [] }, exchanges: said.exchanges, fault: null }
  }

  function outcome(one: Held, job: Job, isAgain: boolean): Outcome {
    const { archived, ratios } = one
    const { config } = archived
    const talked = converse(one, job)
    const recent = one.lastClock && now - one.lastClock.measuredAt < CLOCK_COUNTS_MS ? one.lastClock : null
    if (!isAgain) one.clockBefore = recent
    const told = outcomeOf(config, job, talked, {
      line: config.line,
      offsetMinutes: OFFSET_MINUTES,
      lastGood,
      loads,
      seen,
      standing,
      timeTrusted: true,
      lastClock: recent,
      clockBefore: one.clockBefore,
      contradicted: false,
      now: now + talked.exchanges.length * EXCHANGE_MS,
      transformers: ratios.transformers(),
    })
    one.lastClock = told.round.clock ?? one.lastClock
    rounds += 1
    readings += told.round.readings.length
    return told
  }

  return {
    planOf: meter => of(meter).plan,
    pollOf(meter) {
      const [poll] = of(meter).archived.config.polls
      if (!poll) throw new Error('every meter of the town is polled')
      return poll
    },
    clockOf: meter => of(meter).lastClock,
    audit(meter, at) {
      now = at
      const one = of(meter)
      const told = ask(one, 'nameplate', 1)
      if (!isTold(told) || !told.plate) return null
      const { number, constant } = told.plate
      const { row, config } = one.archived
      const said = [
        { item: '04000402', name: 'meter number', tells: 'number' as const, is: number },
        { item: '04000409', name: 'active constant', tells: 'constant' as const, is: String(constant) },
      ]
      const compared = compareAudit(said, one.facts, { number: row.number, constant: row.constant })
      const { found, evidence } = compared
      const facts = Object.fromEntries(said.map(({ item, is }) => [item, is]))
      if (found === 'same') one.facts = facts
      return { audit: { meter: config.id, at, found, evidence, facts }, findings: saidOfAudit(compared) }
    },
    rounds: () => rounds,
    readings: () => readings,
    sample: () => sample,
    async read(meter, job, at) {
      now = at
      const one = of(meter)
      const settled = await askedTwice(one, job, PRIORITY.poll)
      for (const reading of settled.round.readings) lastGood.note(reading)
      loads.note(one.config.id, settled.round.readings)
      if (rounds % SAMPLED === 0 && sample.length < MOST_SAMPLED) sample.push(settled.judged.by)
      seen.note(one.config.id, settled.round.readings)
      standing.note(one.config.id, settled.round.readings)
      return settled
    },
  }
}

/** Raw reads of one conversation, block by block, and the exchanges that carried them. */
function readsOf(all: readonly Asking[], told: Told, at: number) {
  const exchanges: Exchange[] = []
  const reads: RawRead[] = []
  let block: string | null = null
  for (const one of all) {
    const value = one.valueIn(told)
    if (value === null) continue
    if (one.block !== block) exchanges.push(exchangeOf(at + exchanges.length * EXCHANGE_MS, true))
    block = one.block
    const frame = exchanges.at(-1)?.frame
    if (!frame) throw new Error('an exchange that was answered has a frame')
    const occurredAt = one.occurredIn?.(told) ?? null
    const read = { point: one.point, frames: [frame], value, ...(occurredAt !== null && { occurredAt }) }
    reads.push(told.stamp === null ? read : { ...read, stampedAt: told.stamp })
  }
  return { reads, exchanges }
}

const NO_BYTES = new Uint8Array(0)
const REQUEST = { bytes: NO_BYTES, safeToRepeat: true, whyNot: () => null }

/** The frames were judged where they were damaged (frames.ts); here they only carry. */
function exchangeOf(at: number, isAnswered: boolean): Exchange {
  return {
    request: REQUEST,
    frame: isAnswered ? { bytes: NO_BYTES } : null,
    sentAt: at - EXCHANGE_MS / 2,
    receivedAt: isAnswered ? at : null,
    outcome: isAnswered ? 'answered' : 'LINE_SILENT',
    doubled: false,
    others: [],
  }
}

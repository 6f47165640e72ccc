/** Missed slots of a poll and a simulated meter's load records, without a line: conversations are held byte by byte. */

import { driver2007 } from '../../drivers/dlt645/driver.ts'
import { deframe } from '../../drivers/dlt645/wire/frame.ts'
import { createFillSlots } from '../../src/acquire/fill-slots.ts'
import { readFill } from '../../src/acquire/fill-talk.ts'
import type { FillJob } from '../../src/acquire/job.ts'
import { plansOf } from '../../src/acquire/plans.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { fillOf } from '../../src/config/fills.ts'
import type { Conversation, Driver, Traits } from '../../src/driver-api/driver.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import type { Cause, Missing } from '../../src/reading/expectation.ts'
import type { Slave } from '../../src/simulator/slave.ts'
import { callOf } from '../drivers/dlt645/bench-meter.ts'
import { OFFSET_MINUTES } from '../simulator/master.ts'

export const OWN = '123456789012'
const DAYS = 40

/** Of a model that writes all classes, a poll of these registers. */
export function polling(everyMs: number, items: readonly string[], driver: Driver = driver2007) {
  const points = items.map(item => driver2007.describe(item)!)
  const profile = {
    profile: 'of-the-test',
    traits: {},
    points,
    loadRecords: { classes: [1, 2, 3, 4, 5, 6], days: DAYS },
  } as unknown as Profile
  const fill = fillOf(true, { everyMs, points }, profile, driver2007)!
  const meter = {
    daily: false,
    profile,
    driver,
    polls: [{ everyMs, points, fill }],
  } as unknown as MeterConfig
  const plan = plansOf(meter, OFFSET_MINUTES)[0]!
  if (plan.kind !== 'poll') throw new Error('a poll was planned')
  return { plan, fill, driver }
}

/** Null in the place of an answer is silence. */
export type Answers = (request: Uint8Array, nth: number) => Uint8Array | null

export function answersOf(slave: Slave, now: number): Answers {
  return (request, nth) => slave.answer(request, now + nth * 100)
}

export function hold<Result>(conversation: Conversation<Result>, answers: Answers) {
  let asked = 0
  let isSilent = false
  let step = conversation.next()
  while (!step.done) {
    asked += 1
    if (asked > 100) throw new Error('the conversation does not end')
    const reply = answers(step.value.bytes.subarray(step.value.bytes.indexOf(0x68)), asked)
    const frame = reply && (deframe(reply).frames[0] ?? null)
    const answer = frame && step.value.whyNot(frame) === null ? frame : null
    isSilent = answer === null
    step = conversation.next(answer)
  }
  return { result: step.value, asked, isSilent }
}

export interface Kept {
  readonly obis: string
  readonly slot: number
  readonly digits: bigint
}

/** A run of missed slots, and what came of them as conversations were held. */
export function missing(
  { plan, fill, driver }: ReturnType<typeof polling>,
  gap: { readonly first: number; readonly last: number; readonly cause: Cause },
  now: number,
  traits: Traits = {},
) {
  const slots = createFillSlots(plan, fill, OFFSET_MINUTES)
  const fates = new Map<number, Missing>()
  const kept: Kept[] = []
  const held = new Set<string>()
  const asked: FillJob['asked'][] = []
  let keeps = true
  const tell = (more: readonly Missing[]) => {
    for (const one of more)
      for (let slot = one.first; slot <= one.last; slot += plan.everyMs) fates.set(slot, one)
  }
  tell(slots.account(now, [{ plan: plan.name, state: 'missed', tries: 0, triedAt: null, ...gap }]))

  /** One conversation; answers how many questions it took, 0 where none was due. */
  function once(at: number, answers: Answers): number {
    const due = slots.due(at)
    if (!due) return 0
    asked.push(due)
    const job: FillJob = { kind: 'fill', poll: plan.poll, slot: due.last, asked: due, held }
    const said = hold(readFill(driver, callOf(traits, OWN), job, OFFSET_MINUTES), answers)
    for (const read of said.result.reads) {
      if (!('value' in read) || !('digits' in read.value)) throw new Error('only numbers are filled in')
      const slot = Date.parse(`${read.stampedAt}Z`) - OFFSET_MINUTES * 60_000
      kept.push({ obis: read.point.obis, slot, digits: read.value.digits })
      held.add(`${slot} ${read.point.obis}`)
    }
    const end = said.isSilent ? 'unanswered' : 'done'
    slots.ended(due, end, at, said.isSilent ? 'LINE_SILENT' : null, said.result.told ?? null)
    if (keeps) slots.kept(due)
    tell(slots.account(at, []))
    return Math.max(1, said.asked)
  }

  return {
    slots,
    fates,
    kept,
    held,
    asked,
    once,
    tell,
    keepsNothing(is: boolean) {
      keeps = !is
    },
    /** Until nothing is due; answers how many conversations it took. */
    all(at: number, answers: Answers, most = 1_000): number {
      for (let count = 0; count <= most; count += 1) if (once(at, answers) === 0) return count
      throw new Error('it does not come to an end')
    },
    fateOf: (slot: number) => {
      const one = fates.get(slot)
      return one && `${one.state} ${one.state === 'filled' ? '' : one.cause}`.trim()
    },
  }
}

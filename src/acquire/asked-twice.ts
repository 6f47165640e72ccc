/**
 * What is asked more than once: what no rule lets pass (second-look.ts), and what goes on bills (second-read.ts), in this
 * order. A second question costs nobody the first answer.
 */

import type { MeterConfig } from '../config/config.ts'
import { isPassing } from '../core/faults.ts'
import { PRIORITY, type Priority } from '../line/line.ts'
import type { Job } from './job.ts'
import type { Outcome } from './round.ts'
import type { SecondLook } from './second-look.ts'
import { againOf, asAtFirst, isBilled, isOpen, isToBeHeardLater, settled } from './second-read.ts'

export function createAskedTwice<Meter extends { readonly config: MeterConfig }>(parts: {
  readonly secondLook: SecondLook
  readonly offsetMinutes: number
  readonly converse: (meter: Meter, job: Job, priority: Priority, isAgain?: boolean) => Promise<Outcome>
}): (meter: Meter, job: Job, priority: Priority) => Promise<Outcome> {
  const { secondLook, offsetMinutes, converse } = parts

  /** A line too busy for it has given a first answer all the same. */
  function ask(meter: Meter, job: Job, priority: Priority): Promise<Outcome | null> {
    return converse(meter, job, priority, true).catch(noneIfPassing)
  }

  async function lookedAt(meter: Meter, job: Job, priority: Priority): Promise<Outcome> {
    const first = await converse(meter, job, priority)
    const again = secondLook.jobFor(meter.config.id, job, first)
    const second = again && (await ask(meter, again, priority))
    return second ? secondLook.settle(meter.config.id, first, second) : first
  }

  async function askedTwice(meter: Meter, job: Job, priority: Priority): Promise<Outcome> {
    const first = await lookedAt(meter, job, priority)
    const again = againOf(meter.config, job, first, offsetMinutes)
    if (!again) return first
    // Polls and orders go before it where several may be under way.
    const second = await ask(meter, again, PRIORITY.poll)
    if (!second) return { ...first, lacksWitness: true }
    const third = isOpen(first, second) ? await ask(meter, asAtFirst(again), PRIORITY.poll) : null
    return settled(first, second, third)
  }

  return async (meter, job, priority) => {
    const outcome = await askedTwice(meter, job, priority)
    const lacks = outcome.lacksWitness || isToBeHeardLater(meter.config, job, outcome, offsetMinutes)
    return { ...outcome, lacksWitness: lacks && isBilled(meter.config, job, offsetMinutes) }
  }
}

function noneIfPassing(error: unknown): null {
  if (!isPassing(error)) throw error
  return null
}

/**
 * A conversation that outlives a silence. The standard has a meter refuse what it does not know (7.1, D1), but some say
 * nothing. One silence is the item's where the meter answers another question directly before and after it; two in a
 * row are the meter's.
 */

import type { Call, Frame, Refusal, Request, Unanswered } from '../../../src/driver-api/driver.ts'
import type { Dialect } from '../dialect.ts'
import { askPair } from './clock-read.ts'
import { type Answer, askItem, askOnce, type Unheard } from './exchange.ts'

type Asking<Result> = Generator<Request, Result, Frame | null>

/** How items are asked: null when the meter is not there. */
export interface Asker {
  ask(item: string): Asking<Answer | null>
  /** The clock where it is two items, "date+time". */
  askClock(pair: string): Asking<Answer | null>
}

/** What it is silent to is refused as ITEM_UNANSWERED. */
export interface Hearing extends Asker {
  /** Noted under `name` when there was no answer; null keeps it out of the notes. */
  ask(item: string, name?: string | null): Asking<Answer | null>
  readonly unanswered: readonly Unanswered[]
}

export const unanswered = (text: string): Refusal => ({ code: 'ITEM_UNANSWERED', text })

export function isUnanswered(answer: Answer): boolean {
  return 'refused' in answer && answer.refused.code === 'ITEM_UNANSWERED'
}

/** The first silence ends it. */
export function askingPlainly(call: Call, dialect: Dialect): Asker {
  return {
    ask: item => askItem(call, dialect, item),
    askClock: pair => askPair(call, dialect, pair),
  }
}

const ONCE = { askerRepeats: true } as const

export function createHearing(call: Call, dialect: Dialect): Hearing {
  /** Items this meter has answered here, a refusal too, the shortest answer first. */
  let sure: readonly { readonly item: string; readonly bytes: number }[] = []
  const silentTo: Unanswered[] = []

  function note(item: string, answer: Answer): Answer {
    const bytes = answer.frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
    const others = sure.filter(known => known.item !== item)
    sure = [...others, { item, bytes }].toSorted((a, b) => a.bytes - b.bytes)
    return answer
  }

  /** Asked twice: the first may have been a lost answer. A meter that is gone takes no more time-outs than without. */
  function* outlive(
    item: string,
    name: string | null,
    put: () => Asking<Answer | Unheard>,
  ): Asking<Answer | null> {
    const requests: (Request | 'to the end')[] = []
    for (let times = 0; times < 2; times += 1) {
      const answer = yield* put()
      if (!('unheard' in answer)) return note(item, answer)
      requests.push(answer.unheard)
      if (!(yield* isThere(item))) return null
    }
    silentTo.push({ name, requests: requests.filter(request => request !== 'to the end') })
    const text = 'the meter had no answer to this, twice, and answered what was asked before and after'
    return { refused: unanswered(text), frames: [] }
  }

  /** Whether the meter answers, right now, something else that it has answered before. */
  function* isThere(silent: string): Asking<boolean> {
    const known = sure.find(({ item }) => item !== silent)
    return known !== undefined && (yield* askItem(call, dialect, known.item, [], ONCE)) !== null
  }

  return {
    ask: (item, name = item) => outlive(item, name, () => askOnce(call, dialect, item, [], ONCE)),
    askClock: pair => {
      const [, time = pair] = pair.split('+')
      return outlive(time, null, function* () {
        return (yield* askPair(call, dialect, pair, ONCE)) ?? { unheard: 'to the end' }
      })
    },
    unanswered: silentTo,
  }
}

/**
 * Begins with what any meter answers, every other time after a conversation that had no answer to its first question:
 * the meter may be silent to that one only. False when the meter is not there.
 */
export function* opened(call: Call, dialect: Dialect, hearing: Hearing): Asking<boolean> {
  if ((call.silentBefore ?? 0) % 2 === 0) return true
  const [, time = dialect.clock] = dialect.clock.split('+')
  return (yield* hearing.ask(time, null)) !== null
}

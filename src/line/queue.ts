/** Who is on a line and who waits: the most urgent first, then the longest waiting. Orders may part a conversation. */

import { Fault } from '../core/faults.ts'

/** Who goes first on the wire: people without power, people who wait, then the calendar. */
export const PRIORITY = { order: 0, onDemand: 1, billing: 2, poll: 3 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

/** Conversations waiting, by priority: people who ask by hand wait in a short queue. */
const MOST_WAITING: Readonly<Record<Priority, number>> = {
  [PRIORITY.order]: 100,
  [PRIORITY.onDemand]: 20,
  [PRIORITY.billing]: 1_000,
  [PRIORITY.poll]: 1_000,
}

export interface Queue {
  /** Conversations now on the wire. */
  readonly underWay: number
  readonly isEmpty: boolean
  /** Null where there is a place at once. Throws LINE_BUSY where too many of the kind wait. */
  enter(priority: Priority): Promise<void> | null
  /**
   * For who is on the wire, between two questions: an order that waits goes before the next. Null where none does, else
   * resolves when the line is given back, before anybody else has it.
   */
  giveWay(priority: Priority): Promise<void> | null
  leave(): void
}

interface Waiting {
  readonly priority: Priority
  readonly go: () => void
}

export function createQueue(lineId: string, places: number): Queue {
  const waiting: Waiting[] = []
  /** Conversations that gave way in their midst. */
  const parted: Waiting[] = []
  let underWay = 0
  let servedOnDemand = false

  function enter(priority: Priority): Promise<void> | null {
    if (waiting.length > 0 || underWay >= places) return turn(priority)
    begin(priority)
    return null
  }

  function turn(priority: Priority): Promise<void> {
    const alike = waiting.filter(other => other.priority === priority).length
    if (alike >= MOST_WAITING[priority])
      throw new Fault('LINE_BUSY', `line ${lineId} has ${alike} conversations of this kind waiting`)
    return new Promise(go => {
      const place = waiting.findIndex(other => other.priority > priority)
      waiting.splice(place === -1 ? waiting.length : place, 0, { priority, go })
      next()
    })
  }

  function next(): void {
    if (underWay >= places) return
    const first = (hasOrder() ? undefined : parted.shift()) ?? nextWaiting()
    if (!first) return
    begin(first.priority)
    first.go()
  }

  /** Reads on demand go first, but never two in a row while the calendar waits: nobody can starve the bills. */
  function nextWaiting(): Waiting | undefined {
    const calendar = servedOnDemand ? waiting.findIndex(({ priority }) => priority !== PRIORITY.onDemand) : -1
    return waiting.splice(Math.max(0, calendar), 1)[0]
  }

  function hasOrder(): boolean {
    return waiting[0]?.priority === PRIORITY.order
  }

  function giveWay(priority: Priority): Promise<void> | null {
    if (priority === PRIORITY.order || !hasOrder()) return null
    return new Promise(go => {
      parted.push({ priority, go })
      leave()
    })
  }

  function leave(): void {
    underWay -= 1
    next()
  }

  function begin(priority: Priority): void {
    servedOnDemand = priority === PRIORITY.onDemand
    underWay += 1
  }

  return {
    enter,
    giveWay,
    leave,
    get underWay() {
      return underWay
    },
    get isEmpty() {
      return underWay === 0 && waiting.length === 0 && parted.length === 0
    },
  }
}

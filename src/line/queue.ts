/** Who is on a line and who waits: the most urgent first, then the longest waiting. Orders may part a conversation. */

import { Fault } from '../core/faults.ts'

/** Who goes first on the wire: people without power, other orders, people who wait, then the calendar. */
export const PRIORITY = { restore: 0, order: 1, onDemand: 2, billing: 3, poll: 4 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

/** Conversations waiting, by priority: people who ask by hand wait in a short queue. */
const MOST_WAITING: Readonly<Record<Priority, number>> = {
  [PRIORITY.restore]: 1_000,
  [PRIORITY.order]: 100,
  [PRIORITY.onDemand]: 20,
  [PRIORITY.billing]: 1_000,
  [PRIORITY.poll]: 1_000,
}

export interface Queue {
  /** Conversations now on the wire. */
  readonly underWay: number
  readonly isEmpty: boolean
  /**
   * Null where there is a place at once; `alone` takes them all. Throws LINE_BUSY where too many of the kind wait.
   */
  enter(priority: Priority, alone?: boolean): Promise<void> | null
  /**
   * For who is on the wire, between two questions: an order that waits goes before the next. Null where none does, else
   * resolves when the line is given back, before anybody else has it.
   */
  giveWay(priority: Priority): Promise<void> | null
  leave(): void
}

interface Waiting {
  readonly priority: Priority
  readonly alone: boolean
  readonly go: () => void
}

export function createQueue(lineId: string, places: number): Queue {
  const waiting: Waiting[] = []
  /** Conversations that gave way in their midst. */
  const parted: Waiting[] = []
  let underWay = 0
  let isHeldAlone = false
  let servedOnDemand = false

  function enter(priority: Priority, alone = false): Promise<void> | null {
    if (waiting.length > 0 || !hasRoom(alone)) return turn(priority, alone)
    begin(priority, alone)
    return null
  }

  function hasRoom(alone: boolean): boolean {
    return !isHeldAlone && underWay < (alone ? 1 : places)
  }

  function turn(priority: Priority, alone: boolean): Promise<void> {
    const alike = waiting.filter(other => other.priority === priority).length
    if (alike >= MOST_WAITING[priority])
      throw new Fault('LINE_BUSY', `line ${lineId} has ${alike} conversations of this kind waiting`)
    return new Promise(go => {
      const place = waiting.findIndex(other => other.priority > priority)
      waiting.splice(place === -1 ? waiting.length : place, 0, { priority, alone, go })
      next()
    })
  }

  /** All who have room; who wants the line alone keeps those behind it waiting. */
  function next(): void {
    for (;;) {
      const list = hasOrder() || parted.length === 0 ? waiting : parted
      const place = list === waiting ? placeOfNext() : 0
      const first = list[place]
      if (!first || !hasRoom(first.alone)) return
      list.splice(place, 1)
      begin(first.priority, first.alone)
      first.go()
    }
  }

  /** Reads on demand go first, but never two in a row while the calendar waits: nobody can starve the bills. */
  function placeOfNext(): number {
    const calendar = servedOnDemand ? waiting.findIndex(({ priority }) => priority !== PRIORITY.onDemand) : -1
    return Math.max(0, calendar)
  }

  function hasOrder(): boolean {
    return isOrder(waiting[0]?.priority ?? PRIORITY.poll)
  }

  function giveWay(priority: Priority): Promise<void> | null {
    if (isOrder(priority) || !hasOrder()) return null
    return new Promise(go => {
      parted.push({ priority, alone: false, go })
      leave()
    })
  }

  function leave(): void {
    underWay -= 1
    isHeldAlone = false
    next()
  }

  function begin(priority: Priority, alone: boolean): void {
    servedOnDemand = priority === PRIORITY.onDemand
    isHeldAlone = alone
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

function isOrder(priority: Priority): boolean {
  return priority <= PRIORITY.order
}

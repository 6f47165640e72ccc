/**
 * Long answers are made a few milliseconds at a time, one answer after the other, with twice as long a rest after each
 * piece: the lines share our processor, and a meter's answer would lie unheard while a page of a thousand entries is written.
 */

import type { FastifyReply } from 'fastify'
import type { Clock } from '../core/clock.ts'

const PIECE_MS = 3
/** For each millisecond of work, ms: what collects our garbage and takes the store's rows works as well, and unpaced. */
const RESTS = 2

export interface Leisure {
  /** What `make` makes of each, in order. */
  each<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<readonly Made[]>
}

export function createLeisure(clock: Pick<Clock, 'monotonic' | 'sleep'>): Leisure {
  /** Kept when whoever worked last has rested. */
  let rested: Promise<void> = Promise.resolve()

  /** At our turn; the piece is to be ended, whatever happens. */
  async function begin() {
    const before = rested
    const { promise, resolve } = Promise.withResolvers<void>()
    rested = promise
    await before
    const startedAt = clock.monotonic()
    return {
      isLong: () => clock.monotonic() - startedAt >= PIECE_MS,
      end: () => void clock.sleep(Math.ceil(RESTS * (clock.monotonic() - startedAt))).then(resolve),
    }
  }

  return {
    async each(items, make) {
      const made: ReturnType<typeof make>[] = []
      let piece: Awaited<ReturnType<typeof begin>> | null = null
      try {
        for (const item of items) {
          piece ??= await begin()
          made.push(make(item))
          if (!piece.isLong()) continue
          piece.end()
          piece = null
        }
      } finally {
        piece?.end()
      }
      return made
    },
  }
}

/** Sends one object: `before`, then each list by its name with entries that are JSON already, then `behind`. */
export function sendPage(
  reply: FastifyReply,
  before: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, readonly string[]>>,
  behind: Readonly<Record<string, unknown>>,
): FastifyReply {
  const members = (part: Readonly<Record<string, unknown>>) =>
    Object.entries(part).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  const written = Object.entries(lists).map(([name, texts]) => `${JSON.stringify(name)}:[${texts.join(',')}]`)
  const body = `{${[...members(before), ...written, ...members(behind)].join(',')}}`
  return reply.type('application/json; charset=utf-8').send(body)
}

/** The store's house-keeping: what goes when, and in which order when room runs out (PR-20). */

import { systemClock } from '../../core/clock.ts'
import type { Worth } from '../../reading/worth.ts'
import type { Outbox } from '../outbox.ts'
import type { Limits, RoomState, Upkeep } from '../store.ts'
import type { AlarmThinning } from './alarm-thinning.ts'
import type { ClockThinning } from './clock-thinning.ts'
import type { Frames } from './frames.ts'
import type { MissingThinning } from './missing-thinning.ts'
import { DELIVERED_FROM, OWED_FROM, type Room, SHEDDING_FROM, stageFrom } from './room.ts'
import type { Scrub } from './scrub.ts'
import type { Leave, Sweep } from './sweep.ts'

export interface Keeping {
  /** Once a second or so. Answers the worst state met since the last time. */
  tend(upkeep: Upkeep): RoomState
  /** After each write: where room runs out, more is removed than came in. */
  makeRoom(): void
}

export interface KeepingParts {
  readonly room: Room
  readonly frames: Frames
  readonly sweeps: Readonly<Record<Worth, Sweep>>
  readonly scrub: Scrub
  readonly bookScrub: Scrub
  readonly clockThinning: ClockThinning
  readonly missingThinning: MissingThinning
  readonly alarmThinning: AlarmThinning
  readonly outbox: Pick<Outbox, 'cursor' | 'lastSequence'>
  readonly keep: Limits['keep']
}

/** Time one call may take, so that commits and questions get their turn. */
const TEND_MS = 20
const MAKE_ROOM_MS = 5

/** What is given up, cheapest first. Billing reads are not among it. */
const GIVEN_UP: readonly Worth[] = ['instantaneous', 'curve']

export function createKeeping(parts: KeepingParts): Keeping {
  const {
    room,
    frames,
    sweeps,
    scrub,
    bookScrub,
    clockThinning,
    missingThinning,
    alarmThinning,
    outbox,
    keep,
  } = parts
  /** As last told; before that nothing counts as delivered. */
  let sinks: readonly string[] | null = null
  let worst: RoomState | null = null

  function look(): RoomState {
    const state = room.look()
    if (worst === null || stageFrom(state.stage) >= stageFrom(worst.stage)) worst = state
    return state
  }

  /** The number up to which every sink has been served; without sinks nobody is owed anything. */
  function delivered(): number {
    if (sinks === null) return 0
    return Math.min(outbox.lastSequence(), ...sinks.map(sink => outbox.cursor(sink).sequence))
  }

  /** One step of what the stage asks for, cheapest first; false when nothing is left to give up. */
  function shed({ stage, isDiskShort }: RoomState): boolean {
    const from = stageFrom(stage)
    if (from >= SHEDDING_FROM && frames.step(null) > 0) return true
    const sheds = (leave: Leave) => GIVEN_UP.some(worth => sweeps[worth].step(leave) > 0)
    if (from >= DELIVERED_FROM && sheds({ age: null, delivered: delivered() })) return true
    return from >= OWED_FROM && !isDiskShort && sheds({ age: null, delivered: delivered(), evenOwed: true })
  }

  function age(now: number): boolean {
    if (frames.step({ before: now - keep.frames, now }) > 0) return true
    const worths: readonly Worth[] = [...GIVEN_UP, 'billing']
    return worths.some(
      worth => sweeps[worth].step({ age: { before: now - keep[worth], now }, delivered: delivered() }) > 0,
    )
  }

  function repeat(ms: number, work: () => boolean): void {
    const end = systemClock.monotonic() + ms
    while (work() && systemClock.monotonic() < end);
  }

  return {
    tend(upkeep) {
      sinks = upkeep.sinks
      const { now } = upkeep
      if (now !== null) {
        repeat(TEND_MS, () => age(now))
        clockThinning.step(now - keep.frames)
        missingThinning.step({ freeze: now - keep.billing, poll: now - keep.curve })
        alarmThinning.step(now - keep.billing)
      }
      repeat(TEND_MS, () => shed(look()))
      scrub.step()
      bookScrub.step()
      const met = worst ?? look()
      worst = null
      return met
    },
    makeRoom() {
      repeat(MAKE_ROOM_MS, () => shed(look()))
    },
  }
}

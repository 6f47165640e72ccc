/** How full the store was last seen; said once per change. */

import { FAULTS } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { RoomState, Stage } from './store.ts'
import { stageFrom } from './upkeep/room.ts'

export interface RoomWatch {
  readonly state: RoomState
  seen(state: RoomState): void
}

const SAID: Readonly<Record<Stage, string>> = {
  ample: 'there is room again',
  filling: 'nothing is given up yet',
  'shedding frames': 'frames of readings that are no bills are given up, oldest first',
  'shedding delivered': 'delivered instantaneous values, then delivered curves are given up, oldest first',
  'shedding owed': 'instantaneous values and curves are given up before they are delivered, oldest first',
  'billing only': 'only billing reads are taken in',
  closed: 'nothing is taken in; the meters keep their freezes',
}

const CALM: readonly Stage[] = ['ample', 'filling']

/** Share of the room by which a stage is left before it is over. */
const CLEAR_BY = 0.03

export function createRoomWatch(first: RoomState, log: Log): RoomWatch {
  let state: RoomState = { ...first, stage: 'ample', starving: false }

  function tell({ stage, usedBytes, maxBytes, starving }: RoomState): void {
    const percent = Math.floor((usedBytes / maxBytes) * 100)
    const disk = starving ? 'the disk is full; ' : ''
    const words = `${disk}the store uses ${percent} % of its room: ${SAID[stage]}`
    const context = { code: 'STORE_FILLING' as const, hint: FAULTS.STORE_FILLING.hint }
    if (stage === 'ample' && !starving) log.info({}, words)
    else if (CALM.includes(stage) && !starving) log.warn(context, words)
    else log.error(context, words)
  }

  /** A worse stage is said at once; a better one when it has been left well behind, or the two would take turns. */
  function seen(now: RoomState): void {
    const before = state
    const isBetter = stageFrom(now.stage) < stageFrom(before.stage)
    const isClear = now.usedBytes / now.maxBytes < stageFrom(before.stage) - CLEAR_BY
    state = isBetter && !isClear ? { ...now, stage: before.stage } : now
    if (state.stage !== before.stage || state.starving !== before.starving) tell(state)
  }

  seen(first)
  return {
    get state() {
      return state
    },
    seen,
  }
}

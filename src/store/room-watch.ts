/** How full the store was last seen; said once per change. */

import { FAULTS } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { RoomState, Stage } from './store.ts'

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

export function createRoomWatch(first: RoomState, log: Log): RoomWatch {
  let state: RoomState = { ...first, stage: 'ample', starving: false }

  function tell({ stage, usedBytes, maxBytes, starving }: RoomState): void {
    const percent = Math.floor((usedBytes / maxBytes) * 100)
    const words = `the store uses ${percent} % of its room: ${SAID[stage]}`
    const context = { code: 'STORE_FILLING' as const, hint: FAULTS.STORE_FILLING.hint }
    if (stage === 'ample') log.info({}, words)
    else if (CALM.includes(stage)) log.warn(context, words)
    else log.error(context, words)
    if (starving)
      log.error(context, 'the disk is full; only billing reads are taken in while what was kept back lasts')
  }

  function seen(now: RoomState): void {
    const changed = now.stage !== state.stage || now.starving !== state.starving
    state = now
    if (changed) tell(now)
  }

  seen(first)
  return {
    get state() {
      return state
    },
    seen,
  }
}

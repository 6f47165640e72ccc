/** Whether the store takes what is handed to it; said once per change, whoever met with the refusal. */

import { type Failure, Fault, type FaultCode } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { Accepted } from './store.ts'

export interface Mood {
  /** Passes the outcome of keeping a round on, and notes it. */
  watchKeeping(write: Promise<Accepted>): Promise<Accepted>
  /** The same for smaller writes, whose success says nothing of room for readings. */
  watch<Result>(write: Promise<Result>): Promise<Result>
  /** Why nothing was kept last; null when it was. */
  readonly trouble: Failure | null
  /** Writes and readings refused, since the start. */
  readonly refused: number
}

const ONLY_BILLING = 'there is room for billing reads only; other readings are not kept'

/** Refusals that pass: nothing was kept, and it may be tried again. */
const PASSING: readonly FaultCode[] = ['STORE_FULL', 'STORE_BUSY']

export function createMood(log: Log): Mood {
  let trouble: Mood['trouble'] = null
  let refused = 0

  function met(error: unknown): void {
    if (error instanceof Fault && PASSING.includes(error.code)) note(error, 1)
  }

  function note(fault: Fault, count: number): void {
    refused += count
    if (trouble?.code !== fault.code) log.error({ code: fault.code, hint: fault.hint }, fault.text)
    trouble = { code: fault.code, text: fault.text }
  }

  function kept(accepted: Accepted): void {
    if (accepted.refused > 0) {
      note(new Fault('STORE_FULL', ONLY_BILLING), accepted.refused)
      return
    }
    if (trouble)
      log.info({ count: refused }, `the store keeps again; ${refused} readings or writes were refused`)
    trouble = null
  }

  return {
    watchKeeping(write) {
      write.then(kept, met)
      return write
    },
    watch(write) {
      write.catch(met)
      return write
    },
    get trouble() {
      return trouble
    },
    get refused() {
      return refused
    },
  }
}

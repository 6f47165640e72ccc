/** Whether the store takes what is handed to it; said once per change, whoever met with the refusal. */

import { type Failure, Fault, type FaultCode } from '../core/faults.ts'
import type { Log } from '../core/log.ts'

export interface Mood {
  /** Passes the outcome of a write on, and notes it. */
  watch<Result>(write: Promise<Result>): Promise<Result>
  /** Why nothing was kept last; null when it was. */
  readonly trouble: Failure | null
  /** Writes refused with nothing kept, since the start. */
  readonly refused: number
}

/** Refusals that pass: nothing was kept, and it may be tried again. */
const PASSING: readonly FaultCode[] = ['STORE_FULL', 'STORE_BUSY']

export function createMood(log: Log): Mood {
  let trouble: Mood['trouble'] = null
  let refused = 0

  function met(error: unknown): void {
    if (!(error instanceof Fault) || !PASSING.includes(error.code)) return
    refused += 1
    if (trouble?.code !== error.code) log.error({ code: error.code, hint: error.hint }, error.text)
    trouble = { code: error.code, text: error.text }
  }

  function kept(): void {
    if (trouble) log.info({ count: refused }, `the store keeps again; ${refused} writes had been refused`)
    trouble = null
  }

  return {
    watch(write) {
      write.then(kept, met)
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

/** Whether a sink takes what we have; said in the log once per change, not once per try. */

import { FAULTS, type Failure } from '../core/faults.ts'
import type { Log } from '../core/log.ts'

export interface Health {
  failing(why: Failure, owed: number): void
  recovered(owed: number): void
  /** Why it fails; null while it does not. */
  fault(): Failure | null
}

export function createHealth(sink: string, log: Log): Health {
  let fault: Failure | null = null
  return {
    failing(why, owed) {
      const isNews = fault?.code !== why.code
      fault = why
      const context = { sinkId: sink, code: why.code, hint: FAULTS[why.code].hint, count: owed }
      // The store says its own troubles itself, once for all who meet them.
      const isOurs = !why.code.startsWith('STORE_')
      if (isNews && isOurs) log.warn(context, `${sink}: ${why.text}`)
    },
    recovered(owed) {
      const before = fault
      fault = null
      if (before === null || before.code.startsWith('STORE_')) return
      log.info({ sinkId: sink, count: owed }, `${sink} is there again; ${owed} readings are owed`)
    },
    fault: () => fault,
  }
}

/** One question asked right before a cut: passed, failed or unknown, why, and what to do about it; those of the policy among them. */

import type { Reason, Verdict } from '../policy/interlock.ts'

/** What becomes of the order: it is over, it is tried again while its notice holds, or somebody decides. */
export type Consequence = 'withdraw' | 'wait' | 'quarantine'

/** Every reason of the moment itself; those of the policy are its own. */
export const CHECKS = {
  FACTS_CHANGED: ['fail', 'withdraw', 'make a new order: what was approved is so no more'],
  FACTS_UNKNOWN: ['unknown', 'wait', 'enter or mend what the text says is lacking'],
  PAID: ['fail', 'withdraw', 'do not cut: it is paid'],
  PAYMENT_UNKNOWN: ['unknown', 'wait', 'have the ledger readable'],
  BILLING_SAYS_PAID: ['fail', 'withdraw', 'do not cut: billing says that it is paid'],
  BILLING_SILENT: ['unknown', 'wait', 'have billing answer whether it is still unpaid'],
  METER_KEEPS_POWER: [
    'fail',
    'withdraw',
    'the meter was told to keep power; end that first, if that is right',
  ],
  KEEPS_POWER_UNKNOWN: ['unknown', 'wait', 'name a profile of meters that tell it (relay-state), if it does'],
  METER_SILENT: ['unknown', 'wait', 'find out why the meter does not answer'],
  OTHER_ADDRESS: ['fail', 'withdraw', 'find out which meter answered'],
  OTHER_METER: ['fail', 'withdraw', 'another meter hangs there: enter the exchange'],
  NUMBER_UNKNOWN: ['unknown', 'wait', 'have the meter tell its number'],
  REGISTER_UNKNOWN: ['unknown', 'wait', 'read the register'],
  NO_EARLIER_READ: ['unknown', 'wait', 'read the meter well once before'],
  REGISTER_FELL: ['fail', 'withdraw', 'find out why the register is lower than it was'],
  REGISTER_LEAPT: ['fail', 'withdraw', 'find out why the register is higher than can be'],
  PLAUSIBLE_UNKNOWN: ['unknown', 'wait', "enter the meter's rating"],
  RELAY_OPEN: ['fail', 'withdraw', 'it is open already: find out by whom'],
  RELAY_UNKNOWN: ['unknown', 'wait', 'have the meter tell its relay’s state'],
  OUTAGE: ['fail', 'wait', 'wait until the outage is over'],
  OUTAGE_UNKNOWN: ['unknown', 'wait', 'have it told whether there is an outage'],
  EXCHANGE_OPEN: ['fail', 'withdraw', 'close the case of the exchange first'],
  EXCHANGE_UNKNOWN: ['unknown', 'wait', 'have the archive readable'],
  JOURNAL_NOT_WRITABLE: ['fail', 'wait', 'make room, or mend the disk'],
  JOURNAL_UNKNOWN: ['unknown', 'wait', 'find out whether the journal can be written'],
  STORE_DEGRADED: ['fail', 'wait', 'mend the store: meterd doctor'],
  STORE_UNKNOWN: ['unknown', 'wait', 'find out whether the store is well'],
  STOPPED: ['fail', 'quarantine', 'the kill switch is set: resume, if that is right'],
  STOP_UNKNOWN: ['unknown', 'wait', 'have the file of the kill switch readable'],
  FUSE_BLOWN: ['fail', 'quarantine', 'find out why there are so many; two people reset the fuse'],
  FUSE_UNKNOWN: ['unknown', 'wait', 'have the past cuts readable'],
  RATIO_USUAL: ['fail', 'quarantine', 'find out why there are more than usual; two people reset the fuse'],
  RATIO_METERS: ['fail', 'quarantine', 'find out why so many of all meters; two people reset the fuse'],
  CANARY_PENDING: ['fail', 'wait', 'wait until the first cuts of the batch, or of the day, are verified'],
  CANARY_FAILED: [
    'fail',
    'quarantine',
    'find out why a first cut of the batch, or of the day, could not be verified',
  ],
  LINE_INDIRECT: ['fail', 'withdraw', 'this line may hold frames back: cut by a direct line only'],
  LINE_UNKNOWN: ['unknown', 'wait', 'find out how the line goes'],
  CONTROL_WEAK: [
    'fail',
    'withdraw',
    'its orders could be replayed: have the supplier accept that, or another model',
  ],
  CONTROL_UNKNOWN: ['unknown', 'wait', 'find out how this model takes orders'],
} as const satisfies Record<string, readonly [Exclude<Verdict, 'pass'>, Consequence, string]>

export type Check = keyof typeof CHECKS

export interface OrderInterlock {
  /** Of the question: `window`, `relay`. */
  readonly name: string
  readonly verdict: Verdict
  readonly code: Check | Reason | 'PASS'
  readonly text: string
  /** Null where it passes. */
  readonly remedy: string | null
}

export function passes(name: string, text: string): OrderInterlock {
  return { name, verdict: 'pass', code: 'PASS', text, remedy: null }
}

export function refuses(name: string, code: Check, text: string): OrderInterlock {
  const [verdict, , remedy] = CHECKS[code]
  return { name, verdict, code, text, remedy }
}

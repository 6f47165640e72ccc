/** What an error of SQLite means to us, by its result code (sqlite.org/rescode.html), never by its text. */

import { Fault, messageOf } from '../core/faults.ts'

export const BUSY = 5
export const READ_ONLY = 8
export const UNOPENABLE = 14
const LOCKED = 6
const CORRUPT = 11
export const FULL = 13
const CONSTRAINT = 19
const NOT_A_DATABASE = 26

/** The low byte names the kind of error, the rest its detail; null when the error is not SQLite's. */
export function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

/** `doing` says what was under way, as in "keeping 3 rounds". */
export function faultOf(error: unknown, doing: string): Fault {
  if (error instanceof Fault) return error
  const words = messageOf(error)
  switch (primaryCode(error)) {
    case FULL:
      return new Fault(
        'STORE_FULL',
        `no space left on the disk while ${doing}; nothing of it was kept`,
        error,
      )
    case BUSY:
    case LOCKED:
      return new Fault(
        'STORE_BUSY',
        `another program holds the store while ${doing}; nothing of it was kept`,
        error,
      )
    // The numbers we give are new, so what stands in their way has been damaged into it.
    case CONSTRAINT:
    case CORRUPT:
    case NOT_A_DATABASE:
      return new Fault('STORE_UNREADABLE', `the store file is damaged, found while ${doing}: ${words}`, error)
    default:
      return new Fault('STORE_FAILED', `${words} while ${doing}`, error)
  }
}

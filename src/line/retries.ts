/** How often a question is repeated whose answer did not come, or not whole. */

import type { Request } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/** How often a safe request is repeated. */
export interface Retries {
  /** After silence, of a meter that has not answered in this conversation. */
  readonly silent: number
  /** After silence, of one that has: its answer was lost, the meter is there. */
  readonly silentOnceAnswered: number
  /** After a damaged answer. */
  readonly damaged: number
}

/**
 * Tells of each try in turn whether another may follow. Once more than asked for after a stop of the process, which is
 * nobody's fault (PR-34), and after a try that crossed with the end of a connection which `mayReturn`: it had lain idle,
 * or the box dialled anew.
 */
export function newRetries(
  { safeToRepeat, askerRepeats }: Request,
  { silent, silentOnceAnswered, damaged }: Retries,
  hasAnswered: boolean,
): (tried: Exchange, mayReturn: boolean) => boolean {
  let silentLeft = hasAnswered ? (askerRepeats ? 0 : silentOnceAnswered) : silent
  let damagedLeft = damaged
  let closedLeft = 1
  let heldUpLeft = 1
  return ({ outcome, heldUp }, mayReturn) =>
    safeToRepeat &&
    ((heldUp === true && heldUpLeft-- > 0) ||
      (outcome === 'LINE_SILENT' && silentLeft-- > 0) ||
      (outcome === 'LINE_GARBLED' && damagedLeft-- > 0) ||
      (outcome === 'LINE_CLOSED' && mayReturn && closedLeft-- > 0))
}

/** Where a conversation may be parted by an order, which waits for one question then and not for all of them. */

import type { Driver, Request } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

/**
 * Whether an order may go before this question. Where all that is asked are reads, which may be asked at any time, and
 * answers say what they answer, nobody is confused by what came between.
 */
export function mayPart(
  { safeToRepeat, goesOn }: Request,
  driver: Driver,
  before: readonly Exchange[],
): boolean {
  const isRead = safeToRepeat && before.every(({ request }) => request.safeToRepeat)
  return isRead && !goesOn && driver.answerNamesItem
}

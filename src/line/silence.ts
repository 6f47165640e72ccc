/**
 * A meter's silence, told from what a line has lost: it was asked twice and no byte came, and the meter answered something
 * else directly before and after each time.
 */

import type { Unanswered } from '../driver-api/driver.ts'
import type { Exchange } from './asker.ts'

export function isSilence({ requests }: Unanswered, exchanges: readonly Exchange[]): boolean {
  return (
    requests.length > 1 &&
    requests.every(request => {
      const at = exchanges.findIndex(exchange => exchange.request === request)
      const [before, silent, after] = [at - 1, at, at + 1].map(place => exchanges[place]?.outcome)
      return before === 'answered' && silent === 'LINE_SILENT' && after === 'answered'
    })
  )
}

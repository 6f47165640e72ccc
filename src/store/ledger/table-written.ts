/** A price table as it is asked for, kept and told: decimals as text. */

import { formatScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import type { Ladder } from '../../supply/money/ladder.ts'
import type { PriceTable } from '../../supply/money/prices.ts'
import type { StandingCharge } from '../../supply/money/standing-charge.ts'

export interface TableWritten {
  readonly currency: string
  readonly registers: Readonly<Record<string, string>>
  readonly ladder?: LadderWritten
  readonly standing?: Omit<StandingCharge, 'amount'> & { readonly amount: string }
}

interface LadderWritten extends Omit<Ladder, 'steps'> {
  readonly steps: readonly { readonly above: string; readonly price: string }[]
}

/** Of a row whose checksum holds, or of what was checked at the door. */
export function exactly(text: string): Scaled {
  return parseScaled(text) ?? { digits: 0n, scaler: 0 }
}

export function tableOf(from: number, { currency, registers, ladder, standing }: TableWritten): PriceTable {
  const steps = ladder?.steps.map(({ above, price }) => ({ above: exactly(above), price: exactly(price) }))
  return {
    ...{ from, currency },
    registers: new Map(Object.entries(registers).map(([obis, price]) => [obis, exactly(price)])),
    ...(ladder && steps && { ladder: { ...ladder, steps } }),
    ...(standing && { standing: { ...standing, amount: exactly(standing.amount) } }),
  }
}

export function writeTable({ currency, registers, ladder, standing }: PriceTable): TableWritten {
  const steps = ladder?.steps.map(({ above, price }) => ({
    above: formatScaled(above),
    price: formatScaled(price),
  }))
  return {
    currency,
    registers: Object.fromEntries([...registers].map(([obis, price]) => [obis, formatScaled(price)])),
    ...(ladder && steps && { ladder: { ...ladder, steps } }),
    ...(standing && { standing: { ...standing, amount: formatScaled(standing.amount) } }),
  }
}

/** What the store can hold exactly; what it cannot is refused before it joins a batch. */

import { assert } from '../core/faults.ts'
import type { Scaled } from '../core/scaled.ts'
import type { Round } from './store.ts'

const MOST_DIGITS = 2n ** 63n
const MOST_SCALER = 127

/** 64 bits of digits: 18 decimal digits, more than any meter shows. */
export function isStorable({ digits, scaler }: Scaled): boolean {
  return (
    digits < MOST_DIGITS &&
    digits >= -MOST_DIGITS &&
    Number.isInteger(scaler) &&
    Math.abs(scaler) <= MOST_SCALER
  )
}

/**
 * A value the store cannot hold exactly stays in its frame: the reading is left out and its exchange says why.
 * Nothing is ever rounded to fit.
 */
export function withoutUnstorable(round: Round): Round {
  const refused = round.readings.filter(({ value }) => !isStorable(value))
  if (refused.length === 0) return round
  const spoiled = new Set(refused.map(({ exchange }) => exchange))
  return {
    ...round,
    readings: round.readings.filter(({ value }) => isStorable(value)),
    exchanges: round.exchanges.map((exchange, index) =>
      spoiled.has(index) ? { ...exchange, outcome: 'VALUE_OUT_OF_TYPE' } : exchange,
    ),
  }
}

/** Our own promises about a round; one that breaks them must not take others of its batch along. */
export function requireSound({ meter, readings, exchanges, clock }: Round): void {
  for (const reading of readings) {
    assert(reading.meter === meter, 'the readings of a round are of its meter')
    assert(
      areInstants(reading.slot, reading.readAt, reading.receivedAt),
      'times are whole milliseconds since 1970',
    )
    assert(exchanges[reading.exchange] !== undefined, 'a reading names the exchange that carried it')
  }
  for (const { sentAt, receivedAt } of exchanges)
    assert(areInstants(sentAt, receivedAt ?? 0), 'times are whole milliseconds since 1970')
  if (clock === null) return
  assert(
    areInstants(clock.measuredAt) && Number.isSafeInteger(clock.deviationMs),
    'clock times are whole milliseconds',
  )
}

function areInstants(...times: readonly number[]): boolean {
  return times.every(time => Number.isSafeInteger(time) && time >= 0)
}

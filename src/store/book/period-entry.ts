/** A period as it is sent: made of the book alone, so that of the same entries it is the same text. Numbers are decimal strings. */

import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Period } from '../../reading/billing/periods.ts'
import type { Part, Stand } from '../../reading/billing/quantities.ts'

/** Times are told in the offset of the site. */
export function writePeriod(period: Period, offsetMinutes: number) {
  const { meter, from, to, standing, reasons, fromVersion, toVersion, quantities, without, past } = period
  const [start, end] = [isoWithOffset(from, offsetMinutes), isoWithOffset(to, offsetMinutes)]
  // Nearly all parts begin and end where the period does.
  const told = (at: number) => (at === from ? start : at === to ? end : isoWithOffset(at, offsetMinutes))
  return {
    meter,
    from: start,
    to: end,
    standing,
    fromVersion,
    toVersion,
    reasons: reasons.map(({ at, code, obis, text }) => ({
      at: isoWithOffset(at, offsetMinutes),
      code,
      obis,
      text,
    })),
    quantities: quantities.map(({ obis, unit, value, estimated, parts }) => ({
      obis,
      unit,
      value: formatScaled(value),
      estimated: formatScaled(estimated),
      parts: parts.map(part => writePart(part, told)),
    })),
    without: [...without],
    past,
  }
}

function writePart({ start, end, rolledOver }: Part, told: (at: number) => string) {
  const write = ({ at, value }: Stand) => ({ at: told(at), value: formatScaled(value) })
  return {
    start: write(start),
    end: write(end),
    ...(rolledOver && { rolledOver: formatScaled(rolledOver) }),
  }
}

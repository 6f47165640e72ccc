/** A period as it is sent: made of the book alone, so that of the same entries it is the same text. Numbers are decimal strings. */

import { formatScaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { Part, Period, Stand } from '../../reading/billing/periods.ts'

/** Times are told in the offset of the site. */
export function writePeriod(period: Period, offsetMinutes: number) {
  const { meter, from, to, standing, reasons, fromVersion, toVersion, quantities, without } = period
  return {
    meter,
    from: isoWithOffset(from, offsetMinutes),
    to: isoWithOffset(to, offsetMinutes),
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
      parts: parts.map(part => writePart(part, offsetMinutes)),
    })),
    without: [...without],
  }
}

function writePart({ start, end, rolledOver }: Part, offsetMinutes: number) {
  const write = ({ at, value }: Stand) => ({
    at: isoWithOffset(at, offsetMinutes),
    value: formatScaled(value),
  })
  return {
    start: write(start),
    end: write(end),
    ...(rolledOver && { rolledOver: formatScaled(rolledOver) }),
  }
}

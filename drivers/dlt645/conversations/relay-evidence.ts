/** Whether what a meter shows of its relay is what it was ordered: its own records first, then state with load. */

import type { MeterTime } from '../../../src/driver-api/driver.ts'
import type { DecodedPoint } from '../../../src/driver-api/frame.ts'
import type { RelayEvidence, RelayOrdered, RelayRecord, RelaySeen } from '../../../src/driver-api/relay.ts'

/** Below these a meter measures nothing but itself. */
const FLOWS: Readonly<Record<string, number>> = { A: 0.1, kW: 0.02 }
/** A pre-trip later than this is no rounding of the minute. */
const LATE_MS = 120_000

/** What two looks at the relay say of one order between them. */
interface Facts {
  readonly ordered: RelayOrdered
  readonly before: RelaySeen
  readonly seen: RelaySeen
  /** The meter's own record of a trip, or closing, since: with the operator and not before the order. */
  readonly tripped: MeterTime | null
  readonly closed: MeterTime | null
}

const open = (...texts: string[]): RelayEvidence => ({ verdict: 'open', texts })
const asOrdered = (text: string): RelayEvidence => ({ verdict: 'as-ordered', texts: [text] })
const contradicts = (text: string): RelayEvidence => ({ verdict: 'contradicts', texts: [text] })

export const NOTHING_SEEN: RelayEvidence = open()

export function judgeRelay(ordered: RelayOrdered, before: RelaySeen, seen: RelaySeen): RelayEvidence {
  const facts: Facts = {
    ordered,
    before,
    seen,
    tripped: recordOf(ordered, before.opened, seen.opened),
    closed: recordOf(ordered, before.closed, seen.closed),
  }
  switch (ordered.action) {
    case 'open':
      return judgeOpen(facts)
    case 'warn-then-open':
      return judgePreTrip(facts)
    case 'close':
      return judgeClose(facts)
    case 'permit-close':
      return judgePermit(facts)
    case 'keep-powered':
      return seen.isKeptPowered ? asOrdered('the status word says that it keeps power') : open()
    case 'end-keep-powered':
      return seen.isKeptPowered === false
        ? asOrdered('the status word says that it keeps power no more')
        : open()
    default:
      return open('no item tells of alarms')
  }
}

/** When the meter recorded it, by the operator of this order and not before it; null where it did not. */
function recordOf(
  { operator, clock }: RelayOrdered,
  before: RelayRecord | null,
  now: RelayRecord | null,
): MeterTime | null {
  if (!now?.at || now.operator?.toUpperCase() !== operator.toUpperCase() || now.at < clock) return null
  const isNew = now.count === null || before?.count == null || now.count > before.count
  return isNew && now.at !== before?.at ? now.at : null
}

function judgeOpen({ before, seen, tripped }: Facts): RelayEvidence {
  if (seen.isOpen === false)
    return tripped === null
      ? open()
      : contradicts(`a trip is recorded at ${tripped}, and the relay is closed`)
  if (flows(seen.load))
    return seen.isOpen ? contradicts('the status word says open, and current flows') : open()
  if (seen.isOpen === null) return open('the meter does not tell whether its relay is open')
  if (tripped !== null) return asOrdered(`the meter recorded the trip at ${tripped}`)
  return flows(before.load) && isStill(seen.load)
    ? asOrdered('the relay is open, and the load that was there is gone')
    : open('nothing but the status word says that it is open')
}

/** Never good when sooner than ordered: customers were told of a time. */
function judgePreTrip(facts: Facts): RelayEvidence {
  const { ordered, before, seen, tripped } = facts
  const due = ordered.opensAt ?? ordered.clock
  if (tripped !== null && tripped < due)
    return contradicts(`opened at ${tripped}, ordered was not before ${due}: ${ASK_QUIRK}`)
  if (tripped !== null && msBetween(due, tripped) > LATE_MS)
    return contradicts(`opened at ${tripped}, ordered was ${due}: ${ASK_QUIRK}`)
  if (seen.isOpen && before.isOpen === false && seen.clock !== null && seen.clock < due)
    return contradicts(`open at ${seen.clock}, ordered was not before ${due}: ${ASK_QUIRK}`)
  if (seen.isOpen) return tripped === null ? open('open, and no record tells since when') : judgeOpen(facts)
  if (seen.isOpen === false && seen.clock !== null && msBetween(due, seen.clock) > LATE_MS)
    return contradicts(`closed at ${seen.clock}, ordered was to open at ${due}: ${ASK_QUIRK}`)
  return tripped === null ? open() : judgeOpen(facts)
}

const ASK_QUIRK = 'is relay-delay of this model right?'

function judgeClose({ before, seen, closed }: Facts): RelayEvidence {
  if (seen.isOpen)
    return closed === null ? open() : contradicts(`closed at ${closed} by its record, and open`)
  if (seen.isOpen === null) return open('the meter does not tell whether its relay is open')
  if (closed !== null) return asOrdered(`the meter recorded the closing at ${closed}`)
  return flows(seen.load)
    ? asOrdered(
        before.isOpen ? 'the relay is closed, and current flows' : 'the relay was closed, and current flows',
      )
    : open('nothing but the status word says that it is closed')
}

/** The hand on the button comes later; until then the meter says at most that it was told to close. */
function judgePermit(facts: Facts): RelayEvidence {
  const { before, seen } = facts
  if (seen.isOpen === false) return judgeClose(facts)
  return seen.isOpenCommanded === false && before.isOpenCommanded
    ? asOrdered('the status word says that it was told to close')
    : open()
}

function flows(load: readonly DecodedPoint[]): boolean {
  return load.some(point => measure(point) >= (FLOWS[point.unit] ?? Number.POSITIVE_INFINITY))
}

/** All that was read is nothing, and something was read. */
function isStill(load: readonly DecodedPoint[]): boolean {
  const known = load.filter(({ value, unit }) => value !== null && FLOWS[unit] !== undefined)
  return known.length > 0 && !flows(load)
}

function measure({ value }: DecodedPoint): number {
  return value === null ? 0 : Math.abs(Number(value))
}

function msBetween(from: MeterTime, to: MeterTime): number {
  return Date.parse(`${to}Z`) - Date.parse(`${from}Z`)
}

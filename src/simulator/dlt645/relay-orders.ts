/**
 * Relay and alarm orders, function 1C: PA P0 P1 P2, C0…C3, N1, N2, then the deadline ss mm hh DD MM YY by the meter's
 * own clock. Not in the text of 2007; as the smart meters after it have it. Nothing says whether the minutes of a
 * pre-trip, its N2, are two digits or a number: a quirk does.
 */

import { toHex } from '../../core/hex.ts'
import { MINUTE } from '../../core/time.ts'
import { civilOfBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { fromBcd, type Reply645 } from './frame.ts'
import { parameterOf } from './parameters-2007.ts'
import { isAuthorised } from './passwords.ts'

const LENGTH = 16

const ORDER = {
  trip: 0x1a,
  permitClose: 0x1b,
  close: 0x1c,
  warnThenTrip: [0x1d, 0x1e],
  alarms: [0x2a, 0x2b],
  keepPower: 0x3a,
  endKeepPower: 0x3b,
} as const

/** Why an order is refused: the bit of the one-byte word, and of the word of two bytes that came in 2014. */
const REFUSALS = {
  unknown: [0x01, 0x01],
  password: [0x04, 0x04],
  deadline: [0x01, 0x10],
  keepsPower: [0x04, 0x20],
  keepsPowerWarned: [0x04, 0x40],
  warningTime: [0x01, 0x80],
  isTripped: [0x01, 0x100],
} as const

type Refusal = keyof typeof REFUSALS

/** Null where the answer is lost. */
export function obeyRelayOrder(data: Uint8Array, device: Device, now: number): Reply645 | null {
  const refusal = data.length === LENGTH ? orderRelay(data, device, now) : shapeRefusal(data, device)
  if (refusal === null) return device.quirks['relay-answer'] === 'lost' ? null : { data: [] }
  const [one, two] = REFUSALS[refusal]
  return { refused: device.quirks['relay-error-word'] === 'two' ? [two & 0xff, two >> 8] : one }
}

/** Enciphered orders are longer; this meter has no key to read them with. */
function shapeRefusal(data: Uint8Array, { quirks }: Device): Refusal {
  return data.length > LENGTH && data[0] !== Number.parseInt(quirks['relay-level'], 16)
    ? 'password'
    : 'unknown'
}

function orderRelay(data: Uint8Array, device: Device, now: number): Refusal | null {
  const { quirks, meter } = device
  const level = Number.parseInt(quirks['relay-level'], 16)
  if (data[0] !== level || !isAuthorised(data, level, device, now)) return 'password'
  if (quirks['relay-refuses'] === 'misleading') return 'password'
  const deadline = civilOfBytes(data.subarray(10))
  const isLate = deadline === null || meter.clock.shownAt(now) > deadline
  if (isLate && quirks['ignores-deadline'] === 'no') return 'deadline'
  const [order = 0, parameter = 0] = data.subarray(8)
  const minutes = quirks['relay-delay'] === 'binary' ? parameter : fromBcd(Uint8Array.of(parameter))
  const isWarning = isOneOf(ORDER.warnThenTrip, order)
  const wanted = quirks['relay-parameter']
  if (!isWarning && wanted !== 'any' && parameter !== Number.parseInt(wanted, 16)) return 'unknown'
  const operator = toHex(data.slice(4, 8).reverse(), '')
  const refusal = isWarning ? mayWarn(minutes, device, now) : mayObey(order, device)
  if (refusal !== null || quirks['relay-lies'] === 'does-nothing') return refusal
  if (quirks['relay-lies'] === 'mirrors-command') meter.relay.onlyNotes(order === ORDER.trip)
  else obey(order, minutes ?? 0, operator, device, now)
  return null
}

/** `minutes` is null for what is no number of them. */
function mayWarn(minutes: number | null, { meter }: Device, now: number): Refusal | null {
  if (meter.relay.keepsPower) return 'keepsPowerWarned'
  if (meter.relay.isOpenAt(now)) return 'isTripped'
  return minutes === null || minutes === 0 ? 'warningTime' : null
}

function mayObey(order: number, { meter, quirks }: Device): Refusal | null {
  if (order === ORDER.trip) return meter.relay.keepsPower ? 'keepsPower' : null
  if (order === ORDER.permitClose && quirks['relay-close'] === 'no-permit') return 'unknown'
  const known = [ORDER.permitClose, ORDER.close, ...ORDER.alarms, ORDER.keepPower, ORDER.endKeepPower]
  return isOneOf(known, order) ? null : 'unknown'
}

function obey(order: number, minutes: number, operator: string, device: Device, now: number): void {
  const { relay } = device.meter
  switch (order) {
    case ORDER.trip:
      relay.trip(now + tripDelay(device), operator)
      break
    case ORDER.permitClose:
      relay.permitClose(now, operator)
      break
    case ORDER.close:
      if (device.quirks['relay-close'] === 'by-button') relay.permitClose(now, operator)
      else relay.close(now, operator)
      break
    case ORDER.keepPower:
      relay.keepsPower = true
      relay.takeBack(now)
      break
    case ORDER.endKeepPower:
      relay.keepsPower = false
      break
    default:
      // An alarm is heard by nobody here.
      if (isOneOf(ORDER.warnThenTrip, order)) relay.trip(now + minutes * MINUTE, operator)
  }
}

/** 04001401, minutes between the order and the opening. */
function tripDelay(device: Device): number {
  return (fromBcd(Uint8Array.from(parameterOf('04001401', device))) ?? 0) * MINUTE
}

function isOneOf(list: readonly number[], value: number): boolean {
  return list.includes(value)
}

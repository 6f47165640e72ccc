/** The functions of DL/T 645-2007 (clause 7), and those of the smart meters after it: 03, 1C, 1D. */

import { toHex } from '../../core/hex.ts'
import { civilOfBytes } from './civil-bytes.ts'
import { CURVES, curvePoints } from './curves.ts'
import type { Device } from './device.ts'
import type { EventClass } from './event-log.ts'
import { clearDemands, clearEvents, clearMeter } from './event-records.ts'
import { createFollowUp2007, type FollowUp } from './follow-up.ts'
import { isBcd } from './frame.ts'
import { isFreezePattern } from './freeze-moments.ts'
import { answer2007, dataIdentifier, keyOf } from './items-2007.ts'
import { loadRecords, loadRequest, readCount } from './load-records.ts'
import { isNearSettlement } from './moments.ts'
import { isAuthorised, setPassword } from './passwords.ts'
import { obeyRelayOrder } from './relay-orders.ts'
import { obeySecurity } from './security.ts'
import { type Command, type Commands, type Outcome, timeIsToldTo } from './slave-645.ts'
import { ERROR, writeParameter } from './writes-2007.ts'

/** Level 04 may write and clear demands, 02 may clear the meter and its events. */
const MAY_WRITE = 0x04
const MAY_CLEAR = 0x02
const LOAD_RECORDS = 0x06
const LAST_LEVEL = 0x09
const PASSWORD = 4
const OPERATOR = 4
const DONE: Outcome = { data: [] }

export function createCommands2007(device: Device): Commands {
  const followUp = createFollowUp2007(device)
  const readable: Command['callableAs'] = ['own', 'shortened', 'wildcard']
  return new Map<number, Command>([
    [0x03, { callableAs: ['own'], run: (data, now) => obeySecurity(data, device, now) }],
    [0x08, { callableAs: timeIsToldTo(device), run: (data, now) => broadcastTime(data, device, now) }],
    [0x11, { callableAs: readable, run: (data, now) => read(data, followUp, device, now) }],
    [0x12, { callableAs: readable, run: data => followUp.next(data) ?? noData(device) }],
    [
      0x13,
      { callableAs: ['wildcard'], run: data => (data.length === 0 ? { data: [...device.address] } : null) },
    ],
    [0x14, { callableAs: ['own'], run: (data, now) => write(data, device, now) }],
    [0x15, { callableAs: ['wildcard'], run: data => changeAddress(data, device) }],
    [0x16, { callableAs: ['own', 'broadcast'], run: (data, now) => orderFreeze(data, device, now) }],
    [0x17, { callableAs: ['own'], run: data => changeBaud(data, device) }],
    [0x18, { callableAs: ['own'], run: (data, now) => changePassword(data, device, now) }],
    [0x19, { callableAs: ['own'], run: (data, now) => clear(data, MAY_WRITE, clearDemands, device, now) }],
    [0x1a, { callableAs: ['own'], run: (data, now) => clear(data, MAY_CLEAR, clearMeter, device, now) }],
    [0x1b, { callableAs: ['own'], run: (data, now) => clearSomeEvents(data, device, now) }],
    [0x1c, { callableAs: ['own'], run: (data, now) => obeyRelayOrder(data, device, now) }],
    [0x1d, { callableAs: ['own'], run: data => chooseOutput(data) }],
  ])
}

function noData({ quirks }: Device): Outcome {
  return { refused: Number(quirks['no-data-word']) }
}

function read(data: Uint8Array, followUp: FollowUp, device: Device, now: number): Outcome {
  if (data.length < 4) return { refused: ERROR.other }
  const item = [...data.subarray(0, 4)]
  if (item[3] === LOAD_RECORDS) return readRecords(data, followUp, device, now)
  if (data.length > 4) return noData(device)
  const answer = answer2007(dataIdentifier(data), device, now)
  return answer === null ? noData(device) : followUp.first(item, answer)
}

/** Load records and curves: by count, from a time. Where none fits the identifier comes back alone (7.1). */
function readRecords(data: Uint8Array, followUp: FollowUp, device: Device, now: number): Outcome {
  const { di2, di1, di0 } = dataIdentifier(data)
  const isCurve = di2 === CURVES
  const asked = isCurve ? readCount(data) : loadRequest(data)
  if (asked === null) return { refused: ERROR.other }
  const records = isCurve
    ? curvePoints(di1, di0, asked, device, now)
    : loadRecords({ class: di2, ...asked }, device, now)
  return records === null ? noData(device) : followUp.first([...data.subarray(0, 4)], records)
}

/** ss mm hh DD MM YY to all meters or, as some masters do, to one; on some behind a password; never answered (7.6). */
function broadcastTime(data: Uint8Array, device: Device, now: number): null {
  const wantsPassword = device.quirks['broadcast-time'] === 'with-password'
  if (wantsPassword && !isAuthorised(data, MAY_WRITE, device, now)) return null
  const time = wantsPassword ? data.subarray(PASSWORD) : data
  const civil = time.length === 6 ? civilOfBytes(time) : null
  if (civil !== null && !isNearSettlement(device, civil, now)) device.meter.clock.broadcast(civil, now)
  return null
}

const WRITE_HEAD = 4 + PASSWORD + OPERATOR
/** A relay of the maker's own: the item, and what opens and closes it. */
const MAKERS_RELAY = '0700EFEE'
const MAKERS_OPEN = 0x99
const MAKERS_CLOSE = 0x55

/** DI, PA P0 P1 P2, C0…C3, data (7.3). */
function write(data: Uint8Array, device: Device, now: number): Outcome {
  if (data.length < WRITE_HEAD) return { refused: ERROR.other }
  const item = keyOf(dataIdentifier(data))
  const operator = [...data.subarray(8, WRITE_HEAD)]
  const value = [...data.subarray(WRITE_HEAD)]
  if (item === MAKERS_RELAY && device.quirks['relay-write'] === item) return switchByWrite(data, device, now)
  if (!mayChange(data.subarray(4), MAY_WRITE, device, now)) return { refused: ERROR.notAuthorised }
  const error = writeParameter(item, value, operator, device, now)
  return error === ERROR.none
    ? DONE
    : { refused: error === ERROR.noData ? Number(device.quirks['no-data-word']) : error }
}

/** Captured from a breaker meter: the value follows level, password and operator. */
function switchByWrite(data: Uint8Array, device: Device, now: number): Outcome {
  const { relay } = device.meter
  const [value] = data.subarray(WRITE_HEAD)
  if (!isAuthorised(data.subarray(4), MAY_WRITE, device, now)) return { refused: ERROR.notAuthorised }
  if (data.length !== WRITE_HEAD + 1 || (value !== MAKERS_OPEN && value !== MAKERS_CLOSE))
    return { refused: ERROR.other }
  const operator = toHex(data.slice(8, WRITE_HEAD).reverse(), '')
  if (value === MAKERS_OPEN) relay.trip(now, operator)
  else relay.close(now, operator)
  return DONE
}

/** Plain writes want the right password and the key under the seal. */
function mayChange(password: ArrayLike<number>, least: number, device: Device, now: number): boolean {
  return device.meter.isProgrammable && isAuthorised(password, least, device, now)
}

/** Answered under the new address; there is no refusal (7.5). */
function changeAddress(data: Uint8Array, device: Device): Outcome {
  if (!device.meter.isProgrammable || data.length !== 6 || !isBcd([...data])) return null
  device.address = data.slice()
  return DONE
}

/** mm hh DD MM, 99 for any (7.7). */
function orderFreeze(data: Uint8Array, device: Device, now: number): Outcome {
  const pattern = [...data]
  if (!isFreezePattern(pattern)) return { refused: ERROR.other }
  if (pattern.every(byte => byte === 0x99)) device.meter.freezeNow(now)
  else device.freezeOrders.push({ pattern, from: now })
  return DONE
}

/** b1 600 to b6 19200; the reply still comes at the old speed (7.8). Every line here keeps the speed it was opened at. */
const SPEEDS = [0x02, 0x04, 0x08, 0x10, 0x20, 0x40]
const SPEED_ITEM = '04000703'

function changeBaud(data: Uint8Array, device: Device): Outcome {
  const [speed = 0] = data
  if (data.length !== 1 || !SPEEDS.includes(speed)) return { refused: ERROR.baud }
  device.parameters.set(SPEED_ITEM, [speed])
  return { data: [speed] }
}

/** 04000C01 + level, the password of as high a level, the new one (7.9). */
function changePassword(data: Uint8Array, device: Device, now: number): Outcome {
  if (data.length !== 4 + 2 * PASSWORD) return { refused: ERROR.other }
  const [newLevel = 0xff, ...password] = data.subarray(4 + PASSWORD)
  const level = Number.parseInt(keyOf(dataIdentifier(data)), 16) - 0x04000c01
  if (level < 0 || level > LAST_LEVEL || newLevel !== level) return { refused: ERROR.other }
  if (!mayChange(data.subarray(4), level, device, now)) return { refused: ERROR.notAuthorised }
  setPassword(level, password, device)
  return { data: [newLevel, ...password] }
}

type Clear = (operator: readonly number[], device: Device, now: number) => void

/** PA P0 P1 P2, C0…C3 (7.10, 7.11). */
function clear(data: Uint8Array, least: number, run: Clear, device: Device, now: number): Outcome {
  if (data.length !== PASSWORD + OPERATOR) return { refused: ERROR.other }
  if (!mayChange(data, least, device, now)) return { refused: ERROR.notAuthorised }
  run([...data.subarray(PASSWORD)], device, now)
  return DONE
}

/** Behind them FFFFFFFF for all, or the identifier of a class with FF for DI0 (7.12). */
function clearSomeEvents(data: Uint8Array, device: Device, now: number): Outcome {
  if (data.length !== PASSWORD + OPERATOR + 4) return { refused: ERROR.other }
  if (!mayChange(data, MAY_CLEAR, device, now)) return { refused: ERROR.notAuthorised }
  const item = data.subarray(PASSWORD + OPERATOR)
  const kind = item.every(byte => byte === 0xff) ? null : eventClass(item)
  if (kind === undefined) return { refused: ERROR.noData }
  clearEvents(kind, [...item], [...data.subarray(PASSWORD, PASSWORD + OPERATOR)], device, now)
  return DONE
}

/** From FF DI1 DI2 DI3; undefined for what is no class of events. */
function eventClass(wire: Uint8Array): EventClass | undefined {
  if (wire[0] !== 0xff) return undefined
  const key = keyOf(dataIdentifier(wire)).slice(0, 6)
  const kind = /^1[DE]/.test(key) ? `${key.slice(0, 2)}0000` : key
  return /^(03|1D0000|1E0000)/.test(kind) ? kind : undefined
}

/** Clock second, demand period, tariff switch. */
function chooseOutput(data: Uint8Array): Outcome {
  const [output = 0xff] = data
  return data.length === 1 && output <= 2 ? { data: [output] } : { refused: ERROR.other }
}

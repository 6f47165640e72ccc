/** The functions of DL/T 645-1997. */

import { civilOfBytes, momentBytes } from './civil-bytes.ts'
import type { Device } from './device.ts'
import { createFollowUp1997, type FollowUp1997 } from './follow-up.ts'
import { isBcd } from './frame.ts'
import { answer1997, DEMANDS_CLEARED, PROGRAMMED } from './items-1997.ts'
import { isNearSettlement } from './moments.ts'
import { PARAMETERS_1997, parameterOf1997 } from './parameters-1997.ts'
import { isAuthorised, setPassword } from './passwords.ts'
import { type Command, type Commands, type Outcome, timeIsToldTo } from './slave-645.ts'

/** Error byte: bit 0 illegal data, bit 1 unknown identifier, bit 2 wrong password. */
const ERROR = { illegalData: 0x01, unknownItem: 0x02, password: 0x04 } as const

/** The lowest level that may write. */
const MAY_WRITE = 0x02
const IDENTIFIER = 2
const PASSWORD = 4
const SETTLEMENT_DAY = 'C117'
const DONE: Outcome = { data: [] }

export function createCommands1997(device: Device): Commands {
  const followUp = createFollowUp1997(device)
  const readable: Command['callableAs'] = ['own', 'shortened', 'wildcard']
  const unknown: Outcome = { refused: ERROR.unknownItem }
  return new Map<number, Command>([
    [0x01, { callableAs: readable, run: (data, now) => read(data, followUp, device, now) }],
    [0x02, { callableAs: readable, run: data => followUp.next(data) ?? unknown }],
    [0x03, { callableAs: readable, run: data => followUp.again(data) ?? unknown }],
    [0x04, { callableAs: ['own'], run: (data, now) => write(data, device, now) }],
    [0x08, { callableAs: timeIsToldTo(device), run: (data, now) => broadcastTime(data, device, now) }],
    [
      0x0a,
      {
        callableAs: [device.quirks['write-address'] === '99' ? 'broadcast' : 'wildcard'],
        run: data => changeAddress(data, device),
        answersAsBefore: true,
      },
    ],
    [0x0c, { callableAs: ['own'], run: changeBaud }],
    [0x0f, { callableAs: ['own'], run: (data, now) => changePassword(data, device, now) }],
    [0x10, { callableAs: ['own'], run: (data, now) => clearDemands(data, device, now) }],
  ])
}

function read(data: Uint8Array, followUp: FollowUp1997, device: Device, now: number): Outcome {
  const [di0, di1] = data
  if (di0 === undefined || di1 === undefined || data.length !== IDENTIFIER)
    return { refused: ERROR.illegalData }
  const answer = answer1997(di1, di0, device, now)
  if (answer === null) return { refused: device.quirks['no-data-word'] === '03' ? 0x03 : ERROR.unknownItem }
  return followUp.first([di0, di1], answer)
}

/** ss mm hh DD MM YY, on some meters behind the password; never answered. */
function broadcastTime(data: Uint8Array, device: Device, now: number): null {
  const wantsPassword = device.quirks['broadcast-time'] === 'with-password'
  if (wantsPassword && !isAuthorised(data, MAY_WRITE, device, now)) return null
  const time = wantsPassword ? data.subarray(PASSWORD) : data
  const civil = time.length === 6 ? civilOfBytes(time) : null
  const days = [parameterOf1997(SETTLEMENT_DAY, device)]
  if (civil !== null && !isNearSettlement(device, civil, now, days)) device.meter.clock.broadcast(civil, now)
  return null
}

function mayChange(given: ArrayLike<number>, device: Device, now: number): boolean {
  return device.meter.isProgrammable && isAuthorised(given, MAY_WRITE, device, now)
}

/** DI, PA P0 P1 P2, data; 1997 knows no operator. */
function write(data: Uint8Array, device: Device, now: number): Outcome {
  const [di0 = 0, di1 = 0] = data
  if (data.length < IDENTIFIER + PASSWORD) return { refused: ERROR.illegalData }
  if (!mayChange(data.subarray(IDENTIFIER), device, now)) return { refused: ERROR.password }
  const item = ((di1 << 8) | di0).toString(16).toUpperCase().padStart(4, '0')
  const error = writeItem(item, [...data.subarray(IDENTIFIER + PASSWORD)], device, now)
  if (error !== 0) return { refused: error }
  device.events.add(PROGRAMMED, now, [])
  return DONE
}

const DATE = 'C010'
const TIME = 'C011'
const PASSWORD_ITEM = 'C212'
/** Words of bits, which need not be digits. */
const BITS = new Set(['C022'])

function writeItem(item: string, data: readonly number[], device: Device, now: number): number {
  if (item === DATE || item === TIME) return setClock(item, data, device, now)
  if (item === PASSWORD_ITEM) {
    const [level = 0xff, ...password] = data
    if (data.length !== PASSWORD || level > MAY_WRITE) return ERROR.illegalData
    setPassword(level, password, device)
    return 0
  }
  const parameter = PARAMETERS_1997.get(item)
  if (parameter === undefined) return ERROR.unknownItem
  const isLegal = data.length === parameter.bytes && (BITS.has(item) || isBcd(data))
  if (parameter.access === 'R' || !isLegal) return ERROR.illegalData
  device.parameters.set(item, data)
  return 0
}

/** WW DD MM YY or ss mm hh. */
function setClock(item: string, data: readonly number[], device: Device, now: number): number {
  const { clock } = device.meter
  if (data.length !== (item === DATE ? 4 : 3)) return ERROR.illegalData
  const shown = momentBytes(clock.shownAt(now))
  const time = item === DATE ? shown.slice(0, 3) : data
  const date = item === DATE ? data.slice(1) : shown.slice(3)
  const civil = civilOfBytes(Uint8Array.from([...time, ...date]))
  if (civil === null || (item === DATE && (data[0] ?? 7) > 6)) return ERROR.illegalData
  clock.set(civil, now)
  return 0
}

/** Told to all, with the key pressed at one; firmware answers under the old address. */
function changeAddress(data: Uint8Array, device: Device): Outcome {
  if (!device.meter.isProgrammable || data.length !== 6 || !isBcd([...data])) return null
  device.address = data.slice()
  return DONE
}

/** One bit of b1 to b6. */
const SPEEDS = [0x02, 0x04, 0x08, 0x10, 0x20, 0x40]

function changeBaud(data: Uint8Array): Outcome {
  const [speed = 0] = data
  return data.length === 1 && SPEEDS.includes(speed) ? { data: [speed] } : { refused: ERROR.illegalData }
}

/** The old level and password, then the new. */
function changePassword(data: Uint8Array, device: Device, now: number): Outcome {
  const [level = 0xff, ...password] = data.subarray(PASSWORD)
  if (data.length !== 2 * PASSWORD || level > MAY_WRITE) return { refused: ERROR.illegalData }
  if (!isAuthorised(data, level, device, now)) return { refused: ERROR.password }
  setPassword(level, password, device)
  return { data: [level, ...password] }
}

function clearDemands(data: Uint8Array, device: Device, now: number): Outcome {
  if (data.length !== PASSWORD) return { refused: ERROR.illegalData }
  if (!mayChange(data, device, now)) return { refused: ERROR.password }
  device.demandClearedAt = now
  device.events.add(DEMANDS_CLEARED, now, [])
  return DONE
}

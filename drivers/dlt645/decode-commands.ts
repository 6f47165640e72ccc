/** What commands and their answers hold, in both editions. Passwords and keys are never among the points. */

import type { DecodedPoint } from '../../src/driver-api/driver.ts'
import {
  freezeKind,
  OUTPUTS,
  RELAY_ORDERS,
  SPEEDS_1997,
  SPEEDS_2007,
  type Speeds,
  speedOf,
} from './commands/command-words.ts'
import { type Content, NOTHING, said, shown } from './decoded.ts'
import { hexByte, writtenOf } from './wire/bytes.ts'
import type { Shape } from './wire/functions.ts'

type Points = readonly DecodedPoint[]

const TIME = 'YYMMDDhhmmss'
/** Level byte and three bytes of password; four bytes of operator code after them in 2007. */
const PASSWORD_BYTES = 4
const AUTHORITY_BYTES = 8
const ITEM_BYTES = 4

/** Null for shapes that are no command's. */
export function commandContent(shape: Shape, data: Uint8Array): Content | null {
  switch (shape) {
    case 'address':
      return of(shown('communication address', 'NNNNNNNNNNNN', data))
    case 'time':
      return of(timeIn(data))
    case 'freeze':
      return of(freezeIn(data))
    case 'speed':
      return of(speedIn(data, SPEEDS_2007))
    case 'speed-1997':
      return of(speedIn(data, SPEEDS_1997))
    case 'relay':
      return of(relayIn(data))
    case 'authority':
      return of(data.length === AUTHORITY_BYTES ? authorityIn(data) : [])
    case 'level':
      return of(levelIn('password level', data, PASSWORD_BYTES))
    case 'clear-events':
      return of(clearedIn(data))
    case 'output':
      return of(outputIn(data))
    case 'password':
      return { ...of(passwordsIn(data.subarray(ITEM_BYTES))), item: itemIn(data) }
    case 'password-1997':
      return of(passwordsIn(data))
    case 'security':
      return { ...of(securityIn(data)), item: itemIn(data) }
    case 'security-answer':
      return { ...of(sizeIn(data.length - ITEM_BYTES)), item: itemIn(data) }
    default:
      return null
  }
}

function of(points: Points): Content {
  return { ...NOTHING, points }
}

function itemIn(data: Uint8Array): string | null {
  return data.length < ITEM_BYTES ? null : writtenOf(data.subarray(0, ITEM_BYTES))
}

/** Who orders, as the meter writes it into its records. */
function authorityIn(data: Uint8Array): Points {
  if (data.length < AUTHORITY_BYTES) return []
  return [
    said('password level', hexByte(data[0] ?? 0)),
    said('operator', writtenOf(data.subarray(PASSWORD_BYTES, AUTHORITY_BYTES))),
  ]
}

/** The level byte of `bytes` that begin with one. */
function levelIn(name: string, data: Uint8Array, bytes: number): Points {
  return data.length === bytes ? [said(name, hexByte(data[0] ?? 0))] : []
}

/** Some meters want level and password in front of the time. */
function timeIn(data: Uint8Array): Points {
  if (data.length !== PASSWORD_BYTES + 6) return shown('time to set', TIME, data)
  return [
    ...shown('time to set', TIME, data.subarray(PASSWORD_BYTES)),
    ...levelIn('password level', data.subarray(0, PASSWORD_BYTES), PASSWORD_BYTES),
  ]
}

function freezeIn(data: Uint8Array): Points {
  const written = writtenOf(data)
  return data.length === 4 ? [said('freeze', freezeKind(written)), said('freeze time', written)] : []
}

function speedIn(data: Uint8Array, speeds: Speeds): Points {
  const speed = data.length === 1 ? speedOf(data[0] ?? 0, speeds) : null
  if (speed !== null) return [said('speed', String(speed))]
  return data.length === 1 ? [said('speed', `unknown speed ${hexByte(data[0] ?? 0)}`)] : []
}

function outputIn(data: Uint8Array): Points {
  if (data.length !== 1) return []
  const output = [...OUTPUTS].find(([, code]) => code === data[0])?.[0]
  return [said('output', output ?? `unknown output ${hexByte(data[0] ?? 0)}`)]
}

/** All of them, or the class whose identifier ends in FF (7.12). */
function clearedIn(data: Uint8Array): Points {
  if (data.length !== AUTHORITY_BYTES + ITEM_BYTES) return []
  const item = writtenOf(data.subarray(AUTHORITY_BYTES))
  return [said('events cleared', item === 'FFFFFFFF' ? 'all' : item), ...authorityIn(data)]
}

/** Old level and password, new level and password; of an answer the new alone. */
function passwordsIn(data: Uint8Array): Points {
  if (data.length === PASSWORD_BYTES) return levelIn('password set of level', data, PASSWORD_BYTES)
  if (data.length !== 2 * PASSWORD_BYTES) return []
  return [
    said('password level', hexByte(data[0] ?? 0)),
    said('new password of level', hexByte(data[PASSWORD_BYTES] ?? 0)),
  ]
}

const SECURITY: readonly (readonly [item: RegExp, name: string])[] = [
  [/^070000FF$/, 'identity authentication'],
  [/^070001FF$/, 'validity of authentication'],
  [/^070002FF$/, 'end of authentication'],
  [/^07(?:00|80)03FF$/, 'infrared authentication'],
  [/^070101FF$/, 'opening of an account'],
  [/^070102FF$/, 'recharge'],
  [/^070103FF$/, 'purse reset'],
  [/^078102FF$/, 'status query'],
  [/^0702..FF$/, 'key update'],
]

function securityIn(data: Uint8Array): Points {
  const item = itemIn(data)
  if (item === null) return []
  const name = SECURITY.find(([pattern]) => pattern.test(item))?.[1] ?? 'unknown'
  const operator = data.subarray(ITEM_BYTES, AUTHORITY_BYTES)
  return [
    said('authentication', name),
    ...(operator.length === 4 ? [said('operator', writtenOf(operator))] : []),
    ...sizeIn(data.length - AUTHORITY_BYTES),
  ]
}

/** Of what only the key system can read. */
function sizeIn(bytes: number): Points {
  return bytes > 0 ? [said('bytes for the key system', String(bytes))] : []
}

/** Authority, then the order itself. Ciphered orders are longer and stay closed. */
const RELAY_BYTES = 16

function relayIn(data: Uint8Array): Points {
  if (data.length !== RELAY_BYTES)
    return data.length > RELAY_BYTES ? [said('order', 'ciphered'), ...authorityIn(data)] : []
  const order = data[AUTHORITY_BYTES] ?? 0
  return [
    said('order', RELAY_ORDERS.get(order) ?? `unknown order ${hexByte(order)}`),
    said('order code', hexByte(order)),
    said('parameter', hexByte(data[AUTHORITY_BYTES + 1] ?? 0)),
    ...shown('deadline', TIME, data.subarray(AUTHORITY_BYTES + 2)),
    ...authorityIn(data),
  ]
}

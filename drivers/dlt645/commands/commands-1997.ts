/** What a meter of DL/T 645-1997 can be told: other codes, other layouts, no operator codes. */

import type { Given } from '../../../src/driver-api/command.ts'
import { SET_TIME_ROW, writeOrder } from '../conversations/clock-set.ts'
import { DIALECT_1997, dialectFor } from '../dialect.ts'
import { joined } from '../wire/bytes.ts'
import { authorityArguments, authorityIn, isWrong, needs, PASSWORD_CHANGE, type Wrong } from './arguments.ts'
import { NO_OPERATOR, passwordBytes, whyNoAuthority } from './authority.ts'
import { SPEEDS_1997, speedByte } from './command-words.ts'
import { type CommandRow, commandsOf } from './commands.ts'
import { echoOf, type Order } from './obey.ts'
import { writeAddress } from './write-address.ts'
import { dataToWrite } from './write-data.ts'

/** Levels are 0 to 2 in this edition; 0 may do all. */
const LEVEL = '00'

const rows: readonly CommandRow[] = [
  {
    name: 'write',
    about: 'writes a parameter (04)',
    effect: 'settings',
    arguments: [
      needs('item', 'identifier, 4 hex digits'),
      needs('value', 'as it is read, or hex: and bytes in the order of the wire'),
      ...authorityArguments(LEVEL, false),
    ],
    order(given, { traits }) {
      const authority = authorityIn(given, LEVEL)
      if (isWrong(authority)) return authority
      const { item = '', value = '' } = given
      const data = dataToWrite(dialectFor(DIALECT_1997, traits), item, value, traits)
      return isWrong(data) ? data : writeOrder(DIALECT_1997, item, data, authority)
    },
  },
  {
    name: 'write-address',
    about: 'gives the one meter of a line a new address (0A); ask for it under AAAAAAAAAAAA',
    effect: 'settings',
    arguments: [needs('to', 'the new address, 12 digits')],
    talk: ({ to = '' }, call) => writeAddress(DIALECT_1997, call, to),
  },
  SET_TIME_ROW,
  {
    name: 'change-speed',
    about: 'changes the speed of the port after the answer (0C); the line has to follow',
    effect: 'settings',
    arguments: [needs('speed', '300 to 9600 baud')],
    order({ speed = '' }) {
      const byte = speedByte(Number(speed), SPEEDS_1997)
      if (byte === null)
        return { wrong: `no meter of this edition has the speed "${speed}"; 300, 600 … 9600` }
      const data = Uint8Array.of(byte)
      return { control: 0x0c, data, yes: echoOf(data) }
    },
  },
  {
    name: 'change-password',
    about: 'gives a level a new password (0F)',
    effect: 'settings',
    arguments: PASSWORD_CHANGE,
    order: changePassword,
  },
  {
    name: 'clear-demand',
    about: 'clears maximum demands (10); the meter records what they were',
    effect: 'settings',
    arguments: authorityArguments(LEVEL, false),
    order(given) {
      const authority = authorityIn(given, LEVEL)
      if (isWrong(authority)) return authority
      return { control: 0x10, data: passwordBytes(authority), secret: [1, 4] }
    },
  },
]

export const COMMANDS_1997 = commandsOf(DIALECT_1997, rows)

/** Old level and password, new ones; the new ones come back. */
function changePassword(given: Given): Order | Wrong {
  const { class: level = '', password = '', 'new-password': fresh = '' } = given
  if (!/^0[0-9]$/.test(level)) return { wrong: `class is 00 to 09, not "${level}"` }
  const asks = { level: given['level'] ?? level, password, operator: NO_OPERATOR }
  const becomes = { level, password: fresh, operator: NO_OPERATOR }
  const wrong = whyNoAuthority(asks) ?? whyNoAuthority(becomes)
  if (wrong !== null) return { wrong }
  const becoming = passwordBytes(becomes)
  return {
    control: 0x0f,
    data: joined([passwordBytes(asks), becoming]),
    secret: [1, 2 * becoming.length],
    yes: echoOf(becoming),
  }
}

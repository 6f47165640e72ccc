/** What a meter of DL/T 645-2007 can be told (clauses 7.3 to 7.12), and 03 and 1D of the later rules. */

import { SET_TIME_ROW, writeOrder } from '../conversations/clock-set.ts'
import { DIALECT_2007, dialectFor } from '../dialect.ts'
import { hexOf, joined, wireOf, writtenOf } from '../wire/bytes.ts'
import {
  authorityArguments,
  authorityIn,
  choice,
  isWrong,
  may,
  needs,
  PASSWORD_CHANGE,
  secret,
  type Wrong,
} from './arguments.ts'
import { authorityBytes, NO_OPERATOR, passwordBytes, whyNoAuthority } from './authority.ts'
import { freezeBytes, OUTPUTS, SPEEDS_2007, speedByte } from './command-words.ts'
import { type CommandRow, commandsOf, obeyOne } from './commands.ts'
import { echoOf, type Order, tellAll } from './obey.ts'
import { writeAddress } from './write-address.ts'
import { dataToWrite } from './write-data.ts'

/** Level byte, three password bytes, four bytes of operator code. */
const AUTHORITY_BYTES = 8
const ITEM_BYTES = 4
/** Where the password's own three bytes stand when level and password come first, or after an identifier. */
const FIRST = [1, 4] as const
const AFTER_ITEM = [ITEM_BYTES + 1, ITEM_BYTES + 4] as const

/** Identifier of the password of level 0; the other nine follow. */
const PASSWORD_ITEM = 0x04000c01

/** Level 4 may write and clear demands, level 2 clears the meter and its events (7.9). */
const WRITE_LEVEL = '04'
const CLEAR_LEVEL = '02'

const rows: readonly CommandRow[] = [
  {
    name: 'write',
    about: 'writes a parameter (14)',
    effect: 'settings',
    arguments: [
      needs('item', 'identifier, 8 hex digits'),
      needs('value', 'as it is read, or hex: and bytes in the order of the wire'),
      ...authorityArguments(WRITE_LEVEL, true),
    ],
    order(given, { traits }) {
      const authority = authorityIn(given, WRITE_LEVEL)
      if (isWrong(authority)) return authority
      const { item = '', value = '' } = given
      const data = dataToWrite(dialectFor(DIALECT_2007, traits), item, value, traits)
      if (isWrong(data)) return data
      return writeOrder(DIALECT_2007, item, data, authority)
    },
  },
  {
    name: 'write-address',
    about: 'gives the one meter of a line a new address (15); sent to AAAAAAAAAAAA',
    effect: 'settings',
    arguments: [needs('to', 'the new address, 12 digits')],
    talk: ({ to = '' }, call) => writeAddress(DIALECT_2007, call, to),
  },
  SET_TIME_ROW,
  {
    name: 'freeze',
    about: 'has registers frozen now or from now on (16)',
    effect: 'passing',
    arguments: [
      needs('when', 'now, hourly:mm, daily:hhmm or monthly:DDhhmm with a day of 01 to 28'),
      may('to', 'one, this meter, unless given; all has all meters of the line freeze, and none answers'),
    ],
    talk({ when = '', to = 'one' }, call) {
      const data = freezeBytes(when)
      if (!data)
        return {
          wrong: `when is now, hourly:mm, daily:hhmm or monthly:DDhhmm with a day of 01 to 28, not "${when}"`,
        }
      const asked = choice(
        'to',
        to,
        new Map([
          ['one', false],
          ['all', true],
        ]),
      )
      if (isWrong(asked)) return asked
      const order = { control: 0x16, data }
      return asked.meaning ? tellAll(call, order) : obeyOne(DIALECT_2007, call, order)
    },
  },
  {
    name: 'change-speed',
    about: 'changes the speed of the port after the answer (17); the line has to follow',
    effect: 'settings',
    arguments: [needs('speed', '600 to 38400 baud')],
    order({ speed = '' }) {
      const byte = speedByte(Number(speed), SPEEDS_2007)
      if (byte === null) return { wrong: `no meter has the speed "${speed}"; 600, 1200 … 19200, 38400` }
      const data = Uint8Array.of(byte)
      return { control: 0x17, data, yes: echoOf(data) }
    },
  },
  {
    name: 'change-password',
    about: 'gives a level a new password (18), with that of the same or a higher level',
    effect: 'settings',
    arguments: PASSWORD_CHANGE,
    order: changePassword,
  },
  {
    name: 'clear-demand',
    about: 'clears maximum demands (19); the meter records what they were',
    effect: 'settings',
    arguments: authorityArguments(WRITE_LEVEL, true),
    order: given => guarded(0x19, given, WRITE_LEVEL),
  },
  {
    name: 'clear-meter',
    about: 'clears energies, demands, freezes, events and load records (1A)',
    effect: 'clears',
    arguments: authorityArguments(CLEAR_LEVEL, true),
    order: given => guarded(0x1a, given, CLEAR_LEVEL),
  },
  {
    name: 'clear-events',
    about: 'clears all event records or those of one class (1B)',
    effect: 'clears',
    arguments: [
      needs('what', 'all, or a class of events as an identifier that ends in FF, e.g. 030100FF'),
      ...authorityArguments(CLEAR_LEVEL, true),
    ],
    order(given) {
      const { what = '' } = given
      const item = what === 'all' ? 'FFFFFFFF' : what.toUpperCase()
      if (!/^[0-9A-F]{6}FF$/.test(item))
        return { wrong: `what is all, or an identifier that ends in FF, not "${what}"` }
      return guarded(0x1b, given, CLEAR_LEVEL, wireOf(item))
    },
  },
  {
    name: 'multi-function-output',
    about: 'what the multi-function terminal gives out (1D)',
    effect: 'passing',
    arguments: [needs('output', [...OUTPUTS.keys()].join(', '))],
    order({ output = '' }) {
      const asked = choice('output', output, OUTPUTS)
      if (isWrong(asked)) return asked
      const data = Uint8Array.of(asked.meaning)
      return { control: 0x1d, data, yes: echoOf(data) }
    },
  },
  {
    name: 'authenticate',
    about: 'passes a frame of the key system through to the security module (03); keys are never ours',
    effect: 'settings',
    arguments: [
      needs('item', 'identifier, 8 hex digits such as 070000FF'),
      secret('data', 'what follows the operator code, hex in the order of the wire'),
      may('operator', `eight hex digits, ${NO_OPERATOR} unless given`),
    ],
    order: authenticate,
  },
]

export const COMMANDS_2007 = commandsOf(DIALECT_2007, rows)

function guarded(
  control: number,
  given: Parameters<typeof authorityIn>[0],
  level: string,
  what?: Uint8Array,
): Order | Wrong {
  const authority = authorityIn(given, level)
  if (isWrong(authority)) return authority
  return { control, data: joined([authorityBytes(authority), what ?? new Uint8Array(0)]), secret: FIRST }
}

/** The new password comes back in the answer, level first (7.9). */
function changePassword(given: Parameters<typeof authorityIn>[0]): Order | Wrong {
  const { class: level = '', password = '', 'new-password': fresh = '' } = given
  if (!/^0[0-9]$/.test(level)) return { wrong: `class is 00 to 09, not "${level}"` }
  const asks = { level: given['level'] ?? level, password, operator: NO_OPERATOR }
  const becomes = { level, password: fresh, operator: NO_OPERATOR }
  const wrong = whyNoAuthority(asks) ?? whyNoAuthority(becomes)
  if (wrong !== null) return { wrong }
  const item = (PASSWORD_ITEM + Number(level)).toString(16).padStart(8, '0')
  const becoming = passwordBytes(becomes)
  return {
    control: 0x18,
    data: joined([wireOf(item), passwordBytes(asks), becoming]),
    secret: [AFTER_ITEM[0], AFTER_ITEM[0] + AUTHORITY_BYTES],
    yes: echoOf(becoming),
  }
}

/** The answer begins with the identifier; the rest is the module's, for the key system to read. */
function authenticate(given: Parameters<typeof authorityIn>[0]): Order | Wrong {
  const { item = '', data = '', operator = NO_OPERATOR } = given
  if (!/^07[0-9A-F]{6}$/i.test(item))
    return { wrong: `an identifier of authentication begins with 07, not "${item}"` }
  if (!/^[0-9A-F]{8}$/i.test(operator))
    return { wrong: `the operator code is eight hex digits, not "${operator}"` }
  const hex = data.replaceAll(/\s/g, '')
  if (!/^(?:[0-9A-F]{2}){1,192}$/i.test(hex)) return { wrong: 'data are 1 to 192 bytes in hex' }
  const passed = wireOf(hex).reverse()
  return {
    control: 0x03,
    data: joined([wireOf(item), wireOf(operator), passed]),
    secret: [AUTHORITY_BYTES, AUTHORITY_BYTES + passed.length],
    yes: answer =>
      writtenOf(answer.subarray(0, ITEM_BYTES)) === item.toUpperCase()
        ? null
        : { rule: 'V-F5', text: `an answer about another identifier than ${item}` },
    says: answer => [
      {
        item: item.toUpperCase(),
        obis: null,
        name: 'answer of the security module',
        value: hexOf(answer.subarray(ITEM_BYTES)),
        unit: '',
        at: null,
      },
    ],
  }
}

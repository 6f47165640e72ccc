/** What Modbus devices can be told, by name: functions 5, 6, 15, 16, 23, and 43/14, which only asks. */

import type { Argument, Command, Given, Obeyed } from '../../src/driver-api/command.ts'
import type { Call, Conversation, DecodedPoint, Refusal, Scaled } from '../../src/driver-api/driver.ts'
import { askPdu } from './ask.ts'
import { encodeRegisters } from './encode.ts'
import { type Framing, questionPdu, wordAt } from './framing.ts'
import { identify } from './identification.ts'
import { describe, locate, placeOf } from './items.ts'
import {
  coilPdu,
  coilsPdu,
  equalsItsAnswer,
  MOST_COILS,
  MOST_REGISTERS,
  MOST_WRITTEN_WITH_READ,
  placesWritten,
  readWritePdu,
  registerPdu,
  registersPdu,
  tell,
  type Wrong,
  whyNobodyIsTold,
} from './writes.ts'

const COIL = 1
const HOLDING = 3
const MOST_READ_WITH_WRITE = 125

const argument = (name: string, about: string, isOptional = false): Argument => ({
  name,
  about,
  isOptional,
  isSecret: false,
})
const COIL_ITEM = argument('item', '1:address')
const REGISTER_ITEM = argument('item', '3:address')
const STATES = argument('values', '1 for on and 0 for off, divided by commas')
const WORDS = argument('values', 'registers, decimal or 0x…, divided by commas')

export function commandsOf(framing: Framing): ReadonlyMap<string, Command> {
  const known: readonly Command[] = [
    writing(
      framing,
      'write',
      'writes one value: a coil with function 5, a register with 6, more of them with 16',
      [
        argument('item', '1:address, or 3:address:type as meterd read takes it'),
        argument('value', 'as meterd read shows it; 1 or 0 for a coil'),
        argument('function', '15 or 16 for devices that know no 5 or 6', true),
      ],
      writePdu,
    ),
    writing(framing, 'write-coils', 'sets coils in a row, function 15', [COIL_ITEM, STATES], given => {
      const address = addressIn(given, COIL)
      const states = listIn(given, /^[01]$/, MOST_COILS, text => text === '1')
      return 'wrong' in address
        ? address
        : 'wrong' in states
          ? states
          : coilsPdu(address.address, states.list)
    }),
    writing(
      framing,
      'write-registers',
      'writes registers in a row, function 16',
      [REGISTER_ITEM, WORDS],
      given => {
        const address = addressIn(given, HOLDING)
        const data = wordsIn(given, MOST_REGISTERS)
        return 'wrong' in address
          ? address
          : 'wrong' in data
            ? data
            : registersPdu(address.address, data.bytes)
      },
    ),
    readingAndWriting(framing),
    {
      name: 'identify',
      about: 'asks who made it, which model and version, function 43/14',
      effect: 'none',
      arguments: [],
      run: (call, given) => whyWrongNames(given, []) ?? identify(framing, call),
    },
  ]
  return new Map(known.map(command => [command.name, command]))
}

function writing(
  framing: Framing,
  name: string,
  about: string,
  known: readonly Argument[],
  pduOf: (given: Given) => Uint8Array | Wrong,
): Command {
  return {
    name,
    about,
    effect: 'settings',
    arguments: known,
    run(call, given) {
      const pdu = prepared(call, given, known, pduOf)
      return 'wrong' in pdu ? pdu : tellOnceHeard(framing, call, pdu)
    },
  }
}

/**
 * On a serial line the answers to functions 5 and 6 equal their requests. A read, whose answer does not, shows first that
 * somebody answers and whether the adapter echoes; whether the device lets this be read is all the same.
 */
function* tellOnceHeard(framing: Framing, call: Call, pdu: Uint8Array): Conversation<Obeyed> {
  if (framing.answerNamesItem || !equalsItsAnswer(pdu)) return yield* tell(framing, call, pdu)
  const { code, first } = placesWritten(pdu)
  const heard = yield* askPdu(framing, call, questionPdu(code, first, 1))
  if (heard) return yield* tell(framing, call, pdu)
  return { outcome: 'not-sent', refused: UNHEARD, says: [], frames: [] }
}

const UNHEARD: Refusal = {
  code: 'LINE_SILENT',
  text: 'the device does not answer a read, and what comes back of this write could be nothing but its echo',
}

function readingAndWriting(framing: Framing): Command {
  const known = [
    REGISTER_ITEM,
    WORDS,
    argument('read', '3:address of the first register read back'),
    argument('count', 'how many registers are read back'),
  ]
  return {
    name: 'read-write-registers',
    about: 'writes registers in a row and reads others in the same request, function 23',
    effect: 'settings',
    arguments: known,
    run(call, given) {
      const pdu = prepared(call, given, known, readWriteOf)
      return 'wrong' in pdu ? pdu : tellAndShow(framing, call, pdu)
    },
  }
}

function* tellAndShow(framing: Framing, call: Call, pdu: Uint8Array): Conversation<Obeyed> {
  const obeyed = yield* tell(framing, call, pdu)
  const [frame] = obeyed.frames
  if (obeyed.outcome !== 'done' || !frame) return obeyed
  const first = wordAt(pdu, 1)
  const answer = framing.plain(frame.bytes)
  const says = Array.from({ length: wordAt(pdu, 3) }, (_, place): DecodedPoint => {
    const item = `3:${first + place}`
    const value = String(wordAt(answer, framing.codeAt + 2 + 2 * place))
    return { item, obis: null, name: `holding register ${first + place}`, value, unit: '', at: null }
  })
  return { ...obeyed, says }
}

function readWriteOf(given: Given): Uint8Array | Wrong {
  const address = addressIn(given, HOLDING)
  const data = wordsIn(given, MOST_WRITTEN_WITH_READ)
  const read = addressIn({ item: given['read'] ?? '' }, HOLDING)
  const quantity = Number(given['count'])
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_READ_WITH_WRITE)
    return { wrong: `count is 1 to ${MOST_READ_WITH_WRITE}, not "${given['count']}"` }
  if ('wrong' in address) return address
  if ('wrong' in read) return read
  return 'wrong' in data
    ? data
    : readWritePdu({ address: read.address, quantity }, address.address, data.bytes)
}

function prepared(
  call: Call,
  given: Given,
  known: readonly Argument[],
  pduOf: (given: Given) => Uint8Array | Wrong,
): Uint8Array | Wrong {
  const nobody = whyNobodyIsTold(call)
  const wrong = whyWrongNames(given, known) ?? (nobody === null ? null : { wrong: nobody })
  if (wrong) return wrong
  const pdu = pduOf(given)
  return 'wrong' in pdu || !switchesRelay(call.traits, pdu) ? pdu : { wrong: ORDERED }
}

/** An order reads the relay before and after, has an end and leaves once; a write does none of it. */
const ORDERED = 'this would switch the relay of the meter: it is ordered, not written'

function switchesRelay({ relay }: Call['traits'], pdu: Uint8Array): boolean {
  const place = relay && placeOf(relay.order.item)
  if (!place) return false
  const { code, first, count } = placesWritten(pdu)
  const width = relay.order.function === 16 ? relay.order.open.replaceAll(/\s/g, '').length / 4 : 1
  return code === place.code && first < place.address + width && place.address < first + count
}

function whyWrongNames(given: Given, known: readonly Argument[]): Wrong | null {
  const unknown = Object.keys(given).find(name => !known.some(one => one.name === name))
  const names = known.map(({ name }) => name).join(', ') || 'none'
  if (unknown !== undefined) return { wrong: `there is no argument "${unknown}"; known are ${names}` }
  const missing = known.find(({ name, isOptional }) => !isOptional && given[name] === undefined)
  return missing ? { wrong: `${missing.name} is needed: ${missing.about}` } : null
}

/** One coil, or the registers of one value. */
function writePdu(given: Given): Uint8Array | Wrong {
  const { item = '', value = '', function: asked } = given
  if (asked !== undefined && asked !== '15' && asked !== '16')
    return { wrong: `function is 15 or 16, not "${asked}"` }
  const point = describe(item)
  const located = point && locate(point)
  if (!located || 'wrong' in located || located.models !== null)
    return { wrong: `"${item}" is no item that can be written; write 1:address or 3:address:type` }
  const { code, address, encoding } = located
  if (code === COIL) {
    if (value !== '0' && value !== '1') return { wrong: `a coil is 1 or 0, not "${value}"` }
    return asked === '15' ? coilsPdu(address, [value === '1']) : coilPdu(address, value === '1')
  }
  if (code !== HOLDING) return { wrong: `function ${code} reads what cannot be written; write 1: or 3:` }
  const number = encoding.kind === 'text' ? { text: value } : scaledOf(value)
  if (number === null) return { wrong: `"${value}" is no number` }
  const data = encodeRegisters(encoding, number)
  if ('wrong' in data) return { wrong: `${value} cannot be written as ${point.encoding}: ${data.wrong}` }
  return data.length === 2 && asked !== '16' ? registerPdu(address, data) : registersPdu(address, data)
}

function addressIn({ item = '' }: Given, code: number): { readonly address: number } | Wrong {
  const place = placeOf(item)
  return place && place.code === code && place.models === null && place.type === null
    ? { address: place.address }
    : { wrong: `"${item}" is no item of this kind; write ${code}:address` }
}

function wordsIn(given: Given, most: number): { readonly bytes: Uint8Array } | Wrong {
  const words = listIn(given, /^(?:0x[0-9a-f]{1,4}|\d{1,5})$/i, most, Number)
  if ('wrong' in words) return words
  const tooLarge = words.list.find(word => word > 0xffff)
  if (tooLarge !== undefined) return { wrong: `${tooLarge} does not fit a register` }
  return { bytes: Uint8Array.from(words.list.flatMap(word => [word >> 8, word & 0xff])) }
}

function listIn<Meaning>(
  { values = '' }: Given,
  form: RegExp,
  most: number,
  meaning: (text: string) => Meaning,
): { readonly list: readonly Meaning[] } | Wrong {
  const texts = values.split(',').map(text => text.trim())
  const odd = texts.find(text => !form.test(text))
  if (odd !== undefined) return { wrong: `"${odd}" is no value for this` }
  return texts.length <= most
    ? { list: texts.map(meaning) }
    : { wrong: `${texts.length} values are more than the ${most} one request may carry` }
}

function scaledOf(text: string): Scaled | null {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text.trim()) ?? []
  if (whole === '') return null
  const digits = BigInt(whole + decimals)
  return { digits: sign === '-' ? -digits : digits, scaler: decimals === '' ? 0 : -decimals.length }
}

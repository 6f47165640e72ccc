/** What one Modbus frame says, offline: registers as they are, since only a profile knows what they mean. */

import type { Decoded, DecodedPoint, Frame } from '../../src/driver-api/driver.ts'
import { lengthOf } from './awaited.ts'
import { bitAt } from './encodings.ts'
import { exceptionNamed } from './exceptions.ts'
import { type Framing, type Question, questionIn, wordAt } from './framing.ts'
import { EXCEPTION_BIT, type Form, FUNCTIONS, readsBits } from './functions.ts'
import { objectsIn } from './identification.ts'

interface Hint {
  readonly direction?: 'request' | 'reply'
  readonly question?: Frame
}

/** The protocol data unit: function code and what follows. */
type Pdu = Uint8Array

const WRITE_ONE_COIL = 0x05
const WRITE_ONE_REGISTER = 0x06
const WRITE_COILS = 0x0f
const WRITE_REGISTERS = 0x10
const IDENTIFICATION = 0x2b
/** Where the data of a multiple write begin: function, address, quantity and byte count stand before. */
const WRITTEN_AT = 6

export function decode(framing: Framing, frame: Frame, hint: Hint): Decoded {
  const bytes = framing.plain(frame.bytes)
  const pdu = bytes.subarray(framing.codeAt, bytes.length - framing.trailer)
  const control = pdu[0] ?? 0
  const code = control & ~EXCEPTION_BIT
  const unit = bytes[framing.codeAt - 1] ?? 0
  const kind = kindOf(framing, unit, control, pdu, hint)
  const question =
    hint.question === undefined ? null : questionIn(framing.plain(hint.question.bytes), framing.codeAt)
  const asked = question?.code === code ? question : null
  const start = addressOf(kind, code, pdu, asked)
  return {
    kind,
    function: FUNCTIONS.get(code)?.name ?? `function-${code}`,
    address: String(unit),
    control: control.toString(16).toUpperCase().padStart(2, '0'),
    more: false,
    sequence: framing.sequenceOf(bytes),
    item: start === null ? null : `${code}:${start}`,
    points: kind === 'refusal' ? [] : pointsOf(kind, code, pdu, start, asked),
    refused: kind === 'refusal' ? [refusalOf(pdu)] : [],
  }
}

/** Which way a frame goes: as told, else by its length. Where both fit, as with echoing writes, it is the request. */
function kindOf(
  framing: Framing,
  unit: number,
  control: number,
  pdu: Pdu,
  { direction, question }: Hint,
): Decoded['kind'] {
  if (control & EXCEPTION_BIT) return 'refusal'
  const told = direction ?? (question === undefined ? undefined : 'reply')
  const known = FUNCTIONS.get(control)
  const isReply = told === undefined ? known !== undefined && !isOfForm(known.request, pdu) : told === 'reply'
  if (isReply) return 'reply'
  // On a serial line unit 0 is everybody, and nobody answers (Modbus over Serial Line V1.02, clause 2.1).
  return unit === 0 && framing.protocol !== 'modbus-tcp' ? 'broadcast' : 'request'
}

function isOfForm(form: Form, pdu: Pdu): boolean {
  return pdu.length === lengthOf(form, pdu)
}

/** Replies that bring data repeat no address, refusals neither: theirs is the question's. */
function addressOf(kind: Decoded['kind'], code: number, pdu: Pdu, asked: Question | null): number | null {
  const known = FUNCTIONS.get(code)
  if (known?.of === undefined) return null
  if (kind === 'refusal' || bringsData(kind, code)) return asked?.address ?? null
  return pdu.length >= 3 ? wordAt(pdu, 1) : null
}

function bringsData(kind: Decoded['kind'], code: number): boolean {
  const known = FUNCTIONS.get(code)
  return kind === 'reply' && known?.of !== undefined && typeof known.reply !== 'number'
}

function pointsOf(
  kind: Decoded['kind'],
  code: number,
  pdu: Pdu,
  start: number | null,
  asked: Question | null,
): DecodedPoint[] {
  if (bringsData(kind, code)) {
    const data = pdu.subarray(2, 2 + (pdu[1] ?? 0))
    return values(code, data, readsBits(code), start, asked?.quantity)
  }
  if (code === IDENTIFICATION && kind === 'reply') return [...objectsIn(pdu)]
  if (start === null) return []
  if (code === WRITE_ONE_COIL) return [pointOf(code, String(start), pdu[3] === 0xff ? 1 : 0)]
  if (code === WRITE_ONE_REGISTER) return values(code, pdu.subarray(3), false, start)
  if (code !== WRITE_COILS && code !== WRITE_REGISTERS) return []
  return values(code, pdu.subarray(WRITTEN_AT), code === WRITE_COILS, start, wordAt(pdu, 3))
}

/** Bits or registers, one point each; their addresses are relative ("3:+0") when the question is not known. */
function values(
  code: number,
  data: Uint8Array,
  bits: boolean,
  start: number | null,
  quantity = Number.POSITIVE_INFINITY,
): DecodedPoint[] {
  const held = bits ? data.length * 8 : data.length >> 1
  return Array.from({ length: Math.min(held, quantity) }, (_, place) => {
    const address = start === null ? `+${place}` : String(start + place)
    return pointOf(code, address, bits ? bitAt(data, 0, place) : wordAt(data, 2 * place))
  })
}

function pointOf(code: number, address: string, value: number): DecodedPoint {
  return {
    item: `${code}:${address}`,
    obis: null,
    name: `${FUNCTIONS.get(code)?.of} ${address}`,
    value: String(value),
    unit: '',
    at: null,
  }
}

function refusalOf(pdu: Pdu): Decoded['refused'][number] {
  const { code, text } = exceptionNamed(pdu[1] ?? 0)
  return { code, text }
}

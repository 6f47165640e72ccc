/** How registers become values, for who retraces one: which of them a question asks, and each step to the number. */

import type { Frame, Point, Retrace } from '../../src/driver-api/driver.ts'
import { decodeRegisters, parseEncoding } from './encodings.ts'
import { shortest, singleOf } from './floats.ts'
import { type Framing, questionIn, wordAt } from './framing.ts'
import { locate } from './items.ts'
import { textOf } from './values.ts'

const READ_HOLDING = 3

export function retraceOf(framing: Framing): Retrace {
  return {
    unnumbered: bytes => unnumbered(framing, bytes),
    askedBy: (question, points) => askedBy(framing, question, points),
    taughtBy: (question, answer) => taughtBy(framing, question, answer),
    steps: (point, bytes) => stepsOf(framing, point, bytes),
    isRounded(point) {
      const encoding = parseEncoding(point.encoding)
      return !('wrong' in encoding) && encoding.kind === 'float'
    },
  }
}

/** The transaction number is in front of all else, where there is one. */
function unnumbered({ concurrent }: Framing, bytes: Uint8Array): Uint8Array {
  if (!concurrent) return bytes
  const same = Uint8Array.from(bytes)
  same.fill(0, 0, 2)
  return same
}

/** Points of SunSpec models have no place of their own. */
function askedBy({ plain, codeAt }: Framing, { bytes }: Frame, points: readonly Point[]): readonly Point[] {
  const asked = questionIn(plain(bytes), codeAt)
  if (asked === null) return []
  const { code, address, quantity } = asked
  return points.filter(point => {
    const place = locate(point)
    if ('wrong' in place || place.models !== null || place.code !== code) return false
    return place.address >= address && place.address + place.encoding.registers <= address + quantity
  })
}

/** Whatever the first register holds may be the id of a model; who reads one there looks whether it is. */
function taughtBy({ plain, codeAt }: Framing, question: Frame, answer: Frame): readonly string[] {
  const asked = questionIn(plain(question.bytes), codeAt)
  if (asked?.code !== READ_HOLDING) return []
  return [`sunspec:${wordAt(plain(answer.bytes), codeAt + 2)}@${asked.address}`]
}

function stepsOf({ protocol }: Framing, point: Point, sent: Uint8Array): readonly string[] {
  const bytes = protocol === 'modbus-ascii' ? Buffer.from(Buffer.from(sent).toString('latin1'), 'hex') : sent
  const said = [`on the wire ${hexOf(sent)}`, ...(bytes === sent ? [] : [`digits of ${hexOf(bytes)}`])]
  const encoding = parseEncoding(point.encoding)
  if ('wrong' in encoding || encoding.kind === 'bit' || bytes.length !== 2 * encoding.registers) return said
  const { kind, registers, lowRegisterFirst, bytesSwapped, factorAt } = encoding
  if (kind === 'float' && registers === 2 && !lowRegisterFirst && !bytesSwapped) {
    const float = singleOf(((wordAt(bytes, 0) << 16) | wordAt(bytes, 2)) >>> 0)
    said.push(`a float of 32 bits: ${Number.isFinite(float) ? textOf(shortest(float, true)) : float}`)
  }
  const value = decodeRegisters(encoding, bytes, 0)
  const told = 'code' in value ? value.text : textOf(value)
  return [
    ...said,
    `read as ${point.encoding}: ${told}`,
    ...(factorAt === null ? [] : ["times ten to the power of the model's scale factor"]),
  ]
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}

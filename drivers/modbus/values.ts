/** Points out of a span's answer. */

import type { Frame, RawRead, Refusal, Value } from '../../src/driver-api/driver.ts'
import { bitAt, decodeRegisters, floatStepAt } from './encodings.ts'
import type { Framing } from './framing.ts'
import { readsBits } from './functions.ts'
import type { Located } from './items.ts'
import type { Span } from './spans.ts'

/** Where the first register stands in a good answer to a read. */
function dataAt({ codeAt }: Framing): number {
  return codeAt + 2
}

export function valueIn(
  framing: Framing,
  span: Span,
  { address, encoding }: Located,
  frame: Frame,
): Value | Refusal {
  const bytes = framing.plain(frame.bytes)
  const place = address - span.address
  return readsBits(span.code)
    ? { digits: BigInt(bitAt(bytes, dataAt(framing), place)), scaler: 0 }
    : decodeRegisters(encoding, bytes, dataAt(framing) + 2 * place)
}

export function takeValues(framing: Framing, span: Span, frame: Frame, reads: RawRead[]): void {
  const frames = [frame]
  for (const located of span.points) {
    const { point, address, encoding } = located
    const value = valueIn(framing, span, located, frame)
    const floatStep =
      encoding.kind === 'float'
        ? floatStepAt(encoding, framing.plain(frame.bytes), dataAt(framing) + 2 * (address - span.address))
        : null
    if ('code' in value) reads.push({ point, frames, refused: value })
    else reads.push(floatStep ? { point, frames, value, floatStep } : { point, frames, value })
  }
}

/** As people write it: decimals for numbers. */
export function textOf(value: Value): string {
  if ('text' in value) return value.text
  if ('time' in value) return value.time
  if ('bits' in value) return String(value.bits)
  const { digits, scaler } = value
  if (scaler >= 0) return String(digits * 10n ** BigInt(scaler))
  const text = (digits < 0n ? -digits : digits).toString().padStart(1 - scaler, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, scaler)}.${text.slice(scaler)}`
}

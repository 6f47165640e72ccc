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

export function valueIn(framing: Framing, span: Span, located: Located, frame: Frame): Value | Refusal {
  return valueAt(span, located, framing.plain(frame.bytes), dataAt(framing))
}

/** `bytes` as they are meant; the first register stands at `from`. */
function valueAt(
  { code, address: first }: Span,
  { address, encoding }: Pick<Located, 'address' | 'encoding'>,
  bytes: Uint8Array,
  from: number,
): Value | Refusal {
  const place = address - first
  return readsBits(code)
    ? { digits: BigInt(bitAt(bytes, from, place)), scaler: 0 }
    : decodeRegisters(encoding, bytes, from + 2 * place)
}

export function takeValues(framing: Framing, span: Span, frame: Frame, reads: RawRead[]): void {
  const frames = [frame]
  const bytes = framing.plain(frame.bytes)
  const from = dataAt(framing)
  for (const located of span.points) {
    const { point, address, encoding } = located
    const value = valueAt(span, located, bytes, from)
    const floatStep =
      encoding.kind === 'float' ? floatStepAt(encoding, bytes, from + 2 * (address - span.address)) : null
    if ('code' in value) reads.push({ point, frames, refused: value })
    else
      reads.push({
        point,
        frames,
        value,
        ...(encoding.kind === 'float' && { rounded: true }),
        ...(floatStep && { floatStep }),
      })
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

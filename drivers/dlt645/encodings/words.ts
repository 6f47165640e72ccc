/** Status and mode words: bits with names. */

import type { BitsValue, Refusal, Value } from '../../../src/driver-api/driver.ts'
import { BIT_NAMES, type BitName } from './bit-names.ts'
import { type Codec, isRefusal, outOfType } from './decoding.ts'

type Width = BitsValue['width']

/** "bits16 status-3": a word of 8, 16 or 32 bits, named by the list after it. */
export function parseBits(text: string): Codec | null {
  const match = /^bits(8|16|32)(?: ([a-z0-9-]+))?$/.exec(text)
  if (!match) return null
  const names = match[2] === undefined ? [] : BIT_NAMES.get(match[2])
  if (!names) return null
  const width: Width = match[1] === '8' ? 8 : match[1] === '16' ? 16 : 32
  return {
    bytes: width / 8,
    decode: wire =>
      word(
        wire.reduceRight((sum, byte) => sum * 256 + byte, 0),
        width,
        names,
      ),
    encode: value => wireOfWord(value, width),
    parse: typed => {
      const bits = bitsTyped(typed, width, names)
      return typeof bits === 'number' ? word(bits, width, names) : bits
    },
  }
}

function word(bits: number, width: Width, names: readonly BitName[]): BitsValue {
  const set = names.filter(({ mask, when }) => (bits & mask) >>> 0 === when).map(({ name }) => name)
  return { bits, width, set }
}

function wireOfWord(value: Value, width: Width): Uint8Array | Refusal {
  if (!('bits' in value)) return outOfType(`a word of ${width} bits is wanted`)
  const { bits } = value
  if (!Number.isInteger(bits) || bits < 0 || bits >= 2 ** width)
    return outOfType(`${bits} is no word of ${width} bits`)
  const wire = new Uint8Array(width / 8)
  for (let index = 0; index < wire.length; index += 1) wire[index] = Math.floor(bits / 256 ** index)
  return wire
}

/** "0x50", "0050" as words are shown, "none", or names in either language with commas between. */
function bitsTyped(typed: string, width: Width, names: readonly BitName[]): number | Refusal {
  const shown = /^([0-9A-Fa-f]+)(?: \(.*\))?$/.exec(typed)?.[1]
  const hex = /^0x([0-9A-Fa-f]+)$/.exec(typed)?.[1] ?? (shown?.length === width / 4 ? shown : undefined)
  if (hex !== undefined) {
    const bits = Number.parseInt(hex, 16)
    return bits < 2 ** width ? bits : outOfType(`${typed} is more than ${width} bits`)
  }
  if (typed === 'none') return 0
  let bits = 0
  let taken = 0
  for (const part of typed.split(/[,，、]/)) {
    const found = named(part.trim(), names)
    if (isRefusal(found)) return found
    if ((taken & found.mask) !== 0)
      return outOfType(`"${part.trim()}" contradicts another name in "${typed}"`)
    taken |= found.mask
    bits |= found.when
  }
  return bits >>> 0
}

function named(text: string, names: readonly BitName[]): BitName | Refusal {
  const found = names.find(({ name, nameZh }) => name.toLowerCase() === text.toLowerCase() || nameZh === text)
  const known = names.map(({ name }) => name).join(', ')
  return found ?? outOfType(`"${text}" is no bit of this word; write 0x… or of ${known || 'none'}`)
}

/** How a profile writes where a value stands and how it is kept, read apart from the drivers. */

import { Fault } from '../../core/faults.ts'

export interface Format {
  readonly kind: 'unsigned' | 'signed' | 'float' | 'bcd' | 'mod10k' | 'text' | 'bit'
  /** Registers it fills; a bit fills one coil or input. */
  readonly registers: number
  readonly lowRegisterFirst: boolean
  readonly bytesSwapped: boolean
  /** What the meter counts: units of 10^power. */
  readonly power: number
  readonly isTurned: boolean
  /** SunSpec: registers from the model's id to the power of ten that is added; null when none. */
  readonly factorAt: number | null
  /** Bits of "no value", high byte first, x written as 0; null when the profile knows none. */
  readonly marker: string | null
}

/** A register of a function, or of a SunSpec model wherever the chain puts it. */
export type Place =
  | { readonly code: number; readonly address: number }
  | { readonly models: readonly number[]; readonly offset: number }

const KINDS: Readonly<Record<string, Format['kind']>> = {
  u: 'unsigned',
  acc: 'unsigned',
  s: 'signed',
  f: 'float',
  bcd: 'bcd',
}

export function formatOf(encoding: string): Format {
  const [type = '', ...words] = encoding.trim().split(/\s+/)
  const counted = type === 'mod10k' || type === 'ascii'
  const size = counted ? Number(words.shift()) : undefined
  const [, letters = '', bits = ''] = /^([a-z]+)(\d+)$/.exec(type) ?? []
  const kind = type === 'bit' ? 'bit' : type === 'ascii' ? 'text' : counted ? 'mod10k' : KINDS[letters]
  const registers = type === 'bit' ? 1 : (size ?? Number(bits) / 16)
  if (kind === undefined || !Number.isInteger(registers) || registers < 1)
    throw new Fault('CONFIG_INVALID', `the encoding "${encoding}" cannot be simulated`)
  const has = (...orders: readonly string[]) => orders.some(order => words.includes(order))
  const after = (pattern: RegExp) => words.flatMap(word => pattern.exec(word)?.[1] ?? [])[0]
  const scale = kind === 'float' ? after(/^\*e([+-]?\d+)$/) : after(/^e([+-]?\d+)$/)
  const factor = after(/^sf=(\d+)$/)
  return {
    kind,
    registers,
    lowRegisterFirst: has('CDAB', 'DCBA'),
    bytesSwapped: has('BADC', 'DCBA'),
    power: Number(scale ?? 0),
    isTurned: has('neg'),
    factorAt: factor === undefined ? null : Number(factor),
    marker: after(/^invalid=([^,]+)/)?.replaceAll(/x/gi, '0') ?? null,
  }
}

export function placeOf(item: string): Place {
  const [, code, address] = /^([1-4]):(0x[0-9a-f]+|\d+)$/i.exec(item) ?? []
  if (code !== undefined) return { code: Number(code), address: Number(address) }
  const [, first, last, offset] = /^sunspec:(\d+)(?:-(\d+))?:(\d+)$/i.exec(item) ?? []
  if (first === undefined) throw new Fault('CONFIG_INVALID', `the item "${item}" cannot be simulated`)
  const span = Number(last ?? first) - Number(first) + 1
  return { models: Array.from({ length: span }, (_, nth) => Number(first) + nth), offset: Number(offset) }
}

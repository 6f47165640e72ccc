/** The registers of a simulated Modbus meter: a read request in, register contents or an exception out. */

import type { Meter } from './meter.ts'
import { type Measured, sight } from './quantities.ts'
import { type RegisterMap, type RegisterType, WIDTH } from './register-maps.ts'

/** Exception codes of the Modbus application protocol V1.1b3, clause 7. */
export const EXCEPTION = { function: 1, address: 2, value: 3, gatewayTarget: 0x0b } as const

export type Registers = { readonly words: readonly number[] } | { readonly exception: number }

/** The protocol's own limit; meters may have a lower one. */
const MOST_REGISTERS = 125
const FIRST_READ = 3
const LAST_READ = 4

/** Checks in the order of the protocol's state diagrams: function, then quantity, then address. */
export function readRegisters(
  map: RegisterMap,
  meter: Meter,
  { fc, from, count }: { readonly fc: number; readonly from: number; readonly count: number },
  now: number,
): Registers {
  if (fc < FIRST_READ || fc > LAST_READ) return { exception: EXCEPTION.function }
  if (count < 1 || count > Math.min(map.longest, MOST_REGISTERS)) return { exception: EXCEPTION.value }
  const to = from + count
  const served = map.functions.includes(fc) && map.ranges.some(range => range[0] <= from && to <= range[1])
  if (!served || (map.wholeValues && !onBorders(map, from, to))) return { exception: EXCEPTION.address }
  return { words: wordsOf(map, meter, from, to, now) }
}

/** Values of the meters that mind are two or four registers wide, and so are the empty places between them. */
function onBorders(map: RegisterMap, from: number, to: number): boolean {
  const range = map.ranges.find(([start, end]) => start <= from && to <= end)
  const even = range !== undefined && (from - range[0]) % 2 === 0 && (to - range[0]) % 2 === 0
  const inside = (address: number) =>
    map.values.some(([start, type]) => start < address && address < start + WIDTH[type])
  return even && !inside(from) && !inside(to)
}

function wordsOf(map: RegisterMap, meter: Meter, from: number, to: number, now: number): readonly number[] {
  const words = Array<number>(to - from).fill(0)
  const seen = sight(meter, now, map.tariffs)
  for (const [address, type, quantity, scaler] of map.values) {
    if (address + WIDTH[type] <= from || address >= to) continue
    encode(seen.measure(quantity), type, scaler).forEach((word, index) => {
      const at = address + index - from
      if (at >= 0 && at < words.length) words[at] = word
    })
  }
  return words
}

/** High word first. */
function encode({ digits, scaler }: Measured, type: RegisterType, unit: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(WIDTH[type] * 2))
  // Division by a power of ten is correctly rounded; multiplying by its inverse would not be.
  const value = unit > scaler ? digits / 10 ** (unit - scaler) : digits * 10 ** (scaler - unit)
  switch (type) {
    case 'f32':
      view.setFloat32(0, value)
      break
    case 'f64':
      view.setFloat64(0, value)
      break
    case 'u64':
      view.setBigUint64(0, BigInt(Math.trunc(value)))
      break
    case 'u32':
      view.setUint32(0, Math.trunc(value))
      break
    case 's32':
      view.setInt32(0, Math.trunc(value))
      break
    case 'u16':
      view.setUint16(0, Math.trunc(value))
      break
    case 's16':
      view.setInt16(0, Math.trunc(value))
      break
  }
  return Array.from({ length: WIDTH[type] }, (_, index) => view.getUint16(index * 2))
}

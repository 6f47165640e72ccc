/** Every golden frame is made again from what was read of it: the frame from its fields, the data from the values. */

import { describe, expect, it } from 'vitest'
import {
  encodeLoadRecord,
  loadLayout,
  splitLoadRecord,
} from '../../../drivers/dlt645/conversations/load-record.ts'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { cellValue, type Laid, layOut } from '../../../drivers/dlt645/items/answer.ts'
import { encodeItem, type Marks, type Sent } from '../../../drivers/dlt645/items/encode.ts'
import { cellsOf, type ItemTable } from '../../../drivers/dlt645/items/item-table.ts'
import { ITEMS_1997 } from '../../../drivers/dlt645/items/items-1997.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'
import { addressOf, controlOf, dataOf, deframe, requestBytes } from '../../../drivers/dlt645/wire/frame.ts'
import { toHex } from '../../../src/core/hex.ts'
import type { Frame } from '../../../src/driver-api/driver.ts'
import type { OwnItem } from '../../../src/driver-api/profile.ts'
import { bytesOf, goodFrames, type Vector, vectors } from './vectors.ts'

/** What makers have beside or instead of the standard's items, as a profile of their models says it. */
const OF_MODELS: readonly OwnItem[] = [
  { item: '0700EFEE', name: 'breaker', values: [{ encoding: 'hex1' }] },
  { item: '04CC0001', name: 'factory command', values: [{ encoding: 'hex1' }] },
  { item: 'E323', name: 'socket', values: [{ encoding: 'hex3' }] },
]
const LONG_ENERGY: OwnItem = { item: '00010000', name: 'energy', values: [{ encoding: 'XXXXXX.XXXX' }] }

const MODELS = {
  1997: ITEMS_1997.withOwn(OF_MODELS),
  2007: ITEMS_2007.withOwn(OF_MODELS),
  long: ITEMS_2007.withOwn([LONG_ENERGY]),
}
const tableOf = ({ id, version }: Vector): ItemTable =>
  MODELS[id === 'BREAKER-long-energy' ? 'long' : (version ?? '2007')]
const itemBytes = (vector: Vector) => (vector.version === '1997' ? 2 : 4)

function framesOf(vector: Vector): readonly Frame[] {
  return deframe(bytesOf(vector.hex)).frames
}

/** Where the values begin in the data of a frame that carries some; null in all other frames. */
function valuesFrom(vector: Vector): number | null {
  if (vector.error || vector.more || vector.di === undefined) return null
  if (vector.function === 'read' && vector.direction === 'reply') return itemBytes(vector)
  if (vector.function === 'write' && vector.direction === 'request') return vector.version === '1997' ? 6 : 12
  return null
}

/** By place; what is not held is filler, and a time that is not yet is sent as its zeros. */
function sentOf(laid: Laid): Sent {
  return cellsOf(laid.layout).map(cell => {
    const value = cellValue(cell, laid)
    if (value === null) return undefined
    if (!isRefusal(value)) return value
    if (value.code !== 'VALUE_NOT_HELD') throw new Error(`${cell.name}: ${value.text}`)
    const bytes = laid.values.get(cell) ?? new Uint8Array()
    return bytes.every(byte => byte === 0) ? { text: '00'.repeat(bytes.length) } : null
  })
}

function recordsAgain(data: Uint8Array): Uint8Array {
  const layout = loadLayout(0, {})
  const made: number[] = []
  while (made.length < data.length) {
    const record = data.subarray(made.length, made.length + data[made.length + 2]! + 5)
    const split = splitLoadRecord(ITEMS_2007, record, layout)
    if (isRefusal(split)) throw new Error(split.text)
    made.push(...encodeLoadRecord(split, layout))
  }
  return Uint8Array.from(made)
}

const carrying = goodFrames.filter(vector => valuesFrom(vector) !== null)

describe('[golden encode] golden frames made again', () => {
  it.each(vectors.map(vector => [vector.id, vector] as const))('V-F1 the frames of %s', (_, vector) => {
    const frames = framesOf(vector)
    if (vector.kind === 'frame') expect(frames).toHaveLength(vector.valid && vector.preamble !== null ? 1 : 0)
    for (const frame of frames)
      expect(toHex(requestBytes(addressOf(frame), controlOf(frame), dataOf(frame), 0))).toBe(
        toHex(frame.bytes),
      )
  })

  it.each(carrying.map(vector => [vector.id, vector] as const))('the data of %s', (_, vector) => {
    const data = dataOf(framesOf(vector)[0]!).subarray(valuesFrom(vector)!)
    const table = tableOf(vector)
    const layout = table.find(vector.di!)
    const laid = layout && layOut(layout, data)
    // Load records have a frame of their own inside the data.
    if (vector.di?.startsWith('060')) return expect(toHex(recordsAgain(data))).toBe(toHex(data))
    if (!laid || isRefusal(laid)) throw new Error(laid ? laid.text : `${vector.di} is not in the table`)
    const ways: readonly Marks['marks'][] = ['none', 'each', 'last']
    const made = ways.map(marks => encodeItem(table, vector.di!, sentOf(laid), { marks }))
    expect(made.map(each => (isRefusal(each) ? each.text : toHex(each)))).toContain(toHex(data))
  })
})

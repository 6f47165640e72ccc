/** Legal values of any encoding and answers of any item, made without the codec's help. */

import fc from 'fast-check'
import { BIT_NAMES, MAY_BE_ALL_ON } from '../../../drivers/dlt645/encodings/bit-names.ts'
import { type Bindings, fill, LEAST } from '../../../drivers/dlt645/items/item-letters.ts'
import type { Letter, Row } from '../../../drivers/dlt645/items/item-rows.ts'
import type { ItemTable, Layout } from '../../../drivers/dlt645/items/item-table.ts'
import type { Value } from '../../../src/driver-api/driver.ts'

const two = (value: number) => value.toString().padStart(2, '0')

/** A value the format has, as its decoder must give it. */
export function anyValue(encoding: string): fc.Arbitrary<Value> {
  if (/^(\+-)?X/.test(encoding)) return anyNumber(encoding)
  if (/^(YY|MM|DD|WW|hh|mm|ss)+$/.test(encoding)) return anyTime(encoding)
  if (/^N+$/.test(encoding)) return digits(encoding.length).map(text => ({ text }))
  if (encoding.startsWith('ascii')) return anyText(Number(encoding.slice(5)))
  if (encoding.startsWith('hex')) return anyHex(Number(encoding.slice(3)))
  if (encoding.startsWith('bits')) return anyWord(encoding)
  throw new Error(`no legal values are known of ${encoding}`)
}

const digits = (count: number) =>
  fc.array(fc.nat(9), { minLength: count, maxLength: count }).map(each => each.join(''))

function anyNumber(encoding: string): fc.Arbitrary<Value> {
  const [format = '', limit] = encoding.split('<=')
  const signed = format.startsWith('+-')
  const [whole = '', decimals = ''] = format.replace('+-', '').split('.')
  const count = whole.length + decimals.length
  const end = signed ? 8n * 10n ** BigInt(count - 1) : 10n ** BigInt(count)
  const most = limit === undefined ? end - 1n : BigInt(limit) * 10n ** BigInt(decimals.length)
  const value = fc.oneof(
    fc.bigInt({ min: signed ? -most : 0n, max: most }),
    fc.constantFrom(0n, most, signed ? -most : most),
  )
  return value.map(size => ({ digits: size, scaler: decimals === '' ? 0 : -decimals.length }))
}

/** Any minute of the century that exists, of which the format keeps what it has. */
function anyTime(encoding: string): fc.Arbitrary<Value> {
  const first = Date.UTC(2000, 0, 1)
  const last = Date.UTC(2100, 0, 1) - 1000
  return fc.integer({ min: first / 1000, max: last / 1000 }).map((second): Value => {
    const at = new Date(second * 1000)
    const parts: readonly string[] = encoding.match(/../g) ?? []
    const has = (part: string) => parts.includes(part)
    const date = [
      has('YY') ? `20${two(at.getUTCFullYear() - 2000)}` : null,
      has('MM') ? two(at.getUTCMonth() + 1) : null,
      has('DD') ? two(at.getUTCDate()) : null,
    ].filter(part => part !== null)
    const clock = [
      has('hh') ? two(at.getUTCHours()) : null,
      has('mm') ? two(at.getUTCMinutes()) : null,
      has('ss') ? two(at.getUTCSeconds()) : null,
    ].filter(part => part !== null)
    if (date.length === 3 && clock.length >= 2)
      return { time: `${date.join('-')}T${clock.join(':')}${has('ss') ? '' : ':00'}` }
    if (encoding === 'WW') return { text: String(at.getUTCDay()) }
    return { text: [date.join('-'), clock.join(':')].filter(part => part !== '').join('T') }
  })
}

const anyText = (count: number): fc.Arbitrary<Value> =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: count })
    .map(codes => String.fromCharCode(...codes).trim())
    .filter(text => text !== '')
    .map(text => ({ text }))

const isFiller = (hex: string) => /^(FF)+$|^(EE)+$/.test(hex)

const anyHex = (count: number): fc.Arbitrary<Value> =>
  fc
    .uint8Array({ minLength: count, maxLength: count })
    .map(bytes => Buffer.from(bytes).toString('hex').toUpperCase())
    .filter(hex => !isFiller(hex))
    .map(text => ({ text }))

function anyWord(encoding: string): fc.Arbitrary<Value> {
  const [head = '', list = ''] = encoding.split(' ')
  const width = Number(head.slice(4)) as 8 | 16 | 32
  return fc
    .integer({ min: 0, max: 2 ** width - 1 })
    .filter(
      bits =>
        width === 8 ||
        MAY_BE_ALL_ON.has(list) ||
        !isFiller(
          bits
            .toString(16)
            .toUpperCase()
            .padStart(width / 4, '0'),
        ),
    )
    .map(bits => {
      const names = BIT_NAMES.get(list) ?? []
      const isOn = (mask: number, when: number) => (BigInt(bits) & BigInt(mask)) === BigInt(when)
      return { bits, width, set: names.filter(({ mask, when }) => isOn(mask, when)).map(({ name }) => name) }
    })
}

/** What one identifier of a row may be sent with. */
export interface AnyAnswer {
  readonly item: string
  readonly values: readonly (Value | null | undefined)[]
  readonly marks: 'none' | 'each' | 'last'
}

/** Every letter bound to a number it may have, or one of them to all F where the table has blocks. */
export function anyItem(table: ItemTable, row: Row): fc.Arbitrary<string> {
  const limits = table.limitsOf(row)
  const letters = [...new Set(row.item.match(/[a-z]/g) ?? [])] as Letter[]
  const runOf = (letter: Letter) => row.item.lastIndexOf(letter) - row.item.indexOf(letter) + 1
  const bindings = letters.map(letter =>
    fc.integer({ min: LEAST[letter], max: limits[letter] }).map((value): [Letter, number] => [letter, value]),
  )
  const blocks =
    'across' in row
      ? []
      : letters.filter(letter => 'tkh'.includes(letter) || (letter === 'n' && limits.n <= 10))
  const all = fc.option(blocks.length > 0 ? fc.constantFrom(...blocks) : fc.constant(undefined), { freq: 4 })
  return fc.tuple(fc.tuple(...bindings), all).map(([bound, block]) => {
    const numbers: Bindings = Object.fromEntries(bound)
    const item = fill(row.item, block ? { ...numbers, [block]: undefined } : numbers)
    return block ? item.replaceAll(new RegExp(`${block}+`, 'g'), 'F'.repeat(runOf(block))) : item
  })
}

const HIDES = /^password$/
/** Mode words are never filler, a password never shown. */
const isNeverFiller = (encoding: string) =>
  HIDES.test(encoding) || encoding.startsWith('bits8') || MAY_BE_ALL_ON.has(encoding.split(' ')[1] ?? '')

function anyCell(encoding: string): fc.Arbitrary<Value | null> {
  const value = anyValue(encoding)
  return isNeverFiller(encoding) ? value : fc.option(value, { freq: 9 })
}

/** As many entries of each list as may come, every value legal or filler. */
export function anyAnswer(layout: Layout): fc.Arbitrary<AnyAnswer> {
  const marks =
    layout.kind === 'one'
      ? fc.constant('none' as const)
      : layout.kind === 'list'
        ? fc.constantFrom('none' as const, 'each' as const, 'last' as const)
        : fc.constantFrom('none' as const, 'each' as const)
  return fc.tuple(marks, fc.nat(1_000)).chain(([marked, draw]) => {
    const lists = layout.lists.map((list, index) => {
      const sent = countSent(layout, list.length, marked, draw, index)
      const cells = list.flatMap((entry, at) => entry.cells.map(({ encoding }) => ({ encoding, at })))
      return fc.tuple(
        ...cells.map(({ encoding, at }) => (at < sent ? anyCell(encoding.text) : fc.constant(undefined))),
      )
    })
    return fc.tuple(...lists).map(values => ({ item: layout.item, values: values.flat(), marks: marked }))
  })
}

/** Small counts are what meters have, and what costs least. A plain list ends with its last value, not with a mark. */
function countSent(
  { kind }: Layout,
  length: number,
  marks: AnyAnswer['marks'],
  draw: number,
  index: number,
): number {
  if (kind === 'one') return length
  if (kind === 'groups' && marks === 'none') return length === 1 ? 1 : 1 + (draw % 5)
  const least = kind === 'list' ? 1 : 0
  return Math.max(least, Math.min(length, (draw + 5 * index) % 6))
}

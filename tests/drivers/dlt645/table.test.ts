/** The codec over the whole of both tables: what is encoded is decoded, and nothing makes it throw. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driver1997, driver2007 } from '../../../drivers/dlt645/driver.ts'
import { BIT_NAMES } from '../../../drivers/dlt645/encodings/bit-names.ts'
import { isRefusal } from '../../../drivers/dlt645/encodings/decoding.ts'
import { parseEncoding, textOf } from '../../../drivers/dlt645/encodings/encodings.ts'
import { cellValue, layOut } from '../../../drivers/dlt645/items/answer.ts'
import { encodeItem, valueFromText } from '../../../drivers/dlt645/items/encode.ts'
import { fill, LEAST } from '../../../drivers/dlt645/items/item-letters.ts'
import { cellsOf, type ItemTable, type Layout } from '../../../drivers/dlt645/items/item-table.ts'
import { ITEMS_1997 } from '../../../drivers/dlt645/items/items-1997.ts'
import { ITEMS_2007 } from '../../../drivers/dlt645/items/items-2007.ts'
import { writtenOf } from '../../../drivers/dlt645/wire/bytes.ts'
import { requestBytes } from '../../../drivers/dlt645/wire/frame.ts'
import { isObis } from '../../../src/core/obis.ts'
import type { Value } from '../../../src/driver-api/driver.ts'
import { rounds } from '../../support/rounds.ts'
import { type AnyAnswer, anyAnswer, anyItem, anyValue } from './any-value.ts'

const TABLES = { '2007': ITEMS_2007, '1997': ITEMS_1997 } as const
/** Cases a row. */
const EACH = rounds(645, 4)

const laidRows = (table: ItemTable) => table.rows.filter(row => !('records' in row))

/** Every encoding the tables use. */
const ENCODINGS = [
  ...new Set(
    Object.values(TABLES).flatMap(({ rows }) =>
      rows.flatMap(row => ('values' in row ? row.values.map(part => part.encoding) : [])),
    ),
  ),
]
/** A password that was read is not shown, so it cannot be read back. */
const shown = (layout: Layout) => cellsOf(layout).every(({ encoding }) => encoding.text !== 'password')

function found(table: ItemTable, item: string): Layout {
  const layout = table.find(item)
  if (!layout) throw new Error(`${item} is not found`)
  return layout
}

function encoded(table: ItemTable, { item, values, marks }: AnyAnswer): Uint8Array {
  const data = encodeItem(table, item, values, { marks })
  if (isRefusal(data)) throw new Error(`${item}: ${data.text}`)
  return data
}

/** What was sent is what is read, place by place; filler is no value, and what was not sent is not there. */
function decodesAsSent(table: ItemTable, answer: AnyAnswer): void {
  const layout = found(table, answer.item)
  const laid = layOut(layout, encoded(table, answer))
  if (isRefusal(laid)) {
    // Energies drawn at random add up to nothing, and then they may be of another width.
    expect(laid.text).toContain('do not add up')
    if (layout.kind !== 'groups') expect(addUp(answer.values), answer.item).toBe(false)
    return
  }
  const read = cellsOf(layout).map(cell => cellValue(cell, laid))
  expect(read).toEqual(
    cellsOf(layout).map((cell, place) => {
      const value = answer.values[place]
      if (value !== null) return value ?? null
      expect(laid.values.get(cell)?.every(byte => byte === 0xff)).toBe(true)
      return expect.objectContaining({ code: 'VALUE_NOT_HELD' })
    }),
  )
}

/** Whether a total is the sum of the tariffs after it, a step each way for every register. */
function addUp(values: readonly (Value | null | undefined)[]): boolean {
  const digits = values.flatMap(value => (value && 'digits' in value ? [value.digits] : []))
  const [total = 0n, ...tariffs] = digits
  const off = total - tariffs.reduce((sum, one) => sum + one, 0n)
  return digits.length === 0 || (off <= BigInt(values.length) && off >= -BigInt(values.length))
}

describe.each(Object.entries(TABLES))('the %s table', (_, table) => {
  it('decodes what it encodes, every row, every way of ending', () => {
    let cases = 0
    for (const row of laidRows(table)) {
      const answers = anyItem(table, row).chain(item => {
        const layout = found(table, item)
        return shown(layout) ? anyAnswer(layout) : fc.constant(null)
      })
      fc.assert(
        fc.property(answers, answer => {
          if (!answer) return
          cases += 1
          decodesAsSent(table, answer)
        }),
        EACH,
      )
    }
    expect(cases).toBeGreaterThan(3 * laidRows(table).length)
  })

  it('decodes what it encodes of any item a model has otherwise', () => {
    // No digit looks like a mark, which in a maker's bytes nothing could tell apart.
    const formats = ENCODINGS.filter(encoding => /^(\+-)?X|^(YY|MM|DD|hh|mm|ss)+$/.test(encoding))
    const values = fc.array(
      fc.constantFrom(...formats).map(encoding => ({ encoding })),
      { minLength: 1, maxLength: 5 },
    )
    for (const row of laidRows(table)) {
      const ownAnswers = fc.tuple(anyItem(table, row), values).chain(([item, own]) => {
        const model = table.withOwn([{ item, name: 'own', values: own }])
        return anyAnswer(found(model, item)).map(answer => ({ model, answer }))
      })
      fc.assert(
        fc.property(ownAnswers, ({ model, answer }) => decodesAsSent(model, answer)),
        EACH,
      )
    }
  })

  it('throws on no answer of any item, and decodes what it takes to as many values as fit', () => {
    for (const row of laidRows(table))
      fc.assert(
        fc.property(anyItem(table, row), anyBytes, (item, data) => {
          const layout = found(table, item)
          const laid = layOut(layout, data)
          if (isRefusal(laid)) return
          const bytes = [...laid.values.values()].reduce((sum, each) => sum + each.length, 0)
          expect(bytes).toBeLessThanOrEqual(data.length)
          for (const cell of laid.values.keys()) cellValue(cell, laid)
        }),
        EACH,
      )
  })

  it('names every row in both languages, with access, clause and legal OBIS codes', () => {
    const seen = new Set<string>()
    for (const { item, name, nameZh, access, clause } of table.rows) {
      expect(seen.has(item), item).toBe(false)
      seen.add(item)
      expect(name).toMatch(/^[a-z][ -~]*$/)
      expect(nameZh, item).toMatch(/[\u4e00-\u9fff]/)
      expect(['R', 'W', 'RW']).toContain(access)
      expect(clause).not.toBe('')
    }
    for (const row of laidRows(table))
      for (const cell of cellsOf(found(table, fill(row.item, LEAST)))) {
        expect(cell.nameZh).toMatch(/[\u4e00-\u9fff]/)
        expect(cell.nameZh).not.toMatch(/[{}]/)
        if (cell.obis !== null) expect(isObis(cell.obis), cell.obis).toBe(true)
      }
  })

  it('names a part in both languages or in none', () => {
    for (const row of table.rows)
      for (const part of 'values' in row ? row.values : [])
        expect(part.nameZh === undefined, `${row.item}: ${part.name}`).toBe(part.name === undefined)
  })

  it('has for every member of a block a row', () => {
    for (const row of table.rows) {
      const members = 'members' in row ? row.members : 'groups' in row ? row.groups : []
      for (const member of members) expect(table.find(member), `${member} of ${row.item}`).not.toBeNull()
    }
  })

  it('finds one row for an identifier', () => {
    const patterns = laidRows(table).map(row => ({
      row,
      pattern: new RegExp(`^${row.item.replaceAll(/[a-z]/g, '[0-9A-F]')}$`),
    }))
    for (const row of table.rows.filter(({ item }) => !/[a-z]/.test(item))) {
      const others = patterns.filter(({ row: other, pattern }) => other !== row && pattern.test(row.item))
      for (const { row: other } of others) {
        // A letter's range must keep out what another row has: its number here is below the least, or a block.
        expect(other.item, `${row.item} and ${other.item}`).toMatch(/[a-z]/)
        expect(found(table, row.item).name).toBe(row.name)
      }
    }
  })
})

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 210 }),
  fc
    .array(fc.constantFrom(0x00, 0xaa, 0xff, 0xee, 0x12, 0x99, 0x80), { maxLength: 210 })
    .map(bytes => Uint8Array.from(bytes)),
)

describe('every encoding', () => {
  const RUNS = rounds(646, 100)
  const open = ENCODINGS.filter(encoding => encoding !== 'password')

  it.each(open.map(encoding => [encoding]))(
    '%s: text that is shown is taken back as the same value',
    encoding => {
      fc.assert(
        fc.property(anyValue(encoding), value => {
          expect(valueFromText(encoding, textOf(value))).toEqual(value)
        }),
        RUNS,
      )
    },
  )

  it.each(open.map(encoding => [encoding]))(
    '%s: a value that was read is sent as the same bytes',
    encoding => {
      const codec = parseEncoding(encoding)!
      const digit = fc.nat(9)
      const bcd = fc
        .array(fc.tuple(digit, digit), { minLength: codec.bytes, maxLength: codec.bytes })
        .map(pairs => Uint8Array.from(pairs.map(([high, low]) => high * 16 + low)))
      const any = fc.uint8Array({ minLength: codec.bytes, maxLength: codec.bytes })
      fc.assert(
        fc.property(fc.oneof(bcd, any), wire => {
          const value = codec.decode(wire)
          if (isRefusal(value) || isOtherForm(encoding, wire, value)) return
          expect(codec.encode(value)).toEqual(wire)
        }),
        RUNS,
      )
    },
  )

  it('takes no value of another type, and throws on none', () => {
    const anything: fc.Arbitrary<Value> = fc.oneof(
      fc.record({ digits: fc.bigInt(), scaler: fc.integer() }),
      fc.record({ time: fc.string() }),
      fc.record({ text: fc.oneof(fc.string(), fc.stringMatching(/^\d{1,14}$/)) }),
      fc.record({
        bits: fc.oneof(fc.integer(), fc.double()),
        width: fc.constantFrom(8 as const, 16 as const, 32 as const),
        set: fc.constant([]),
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...ENCODINGS), anything, (encoding, value) => {
        const codec = parseEncoding(encoding)!
        const wire = codec.encode(value)
        if (isRefusal(wire)) return
        expect(wire).toHaveLength(codec.bytes)
        const kind = 'bits' in value ? 'bits' : 'digits' in value ? 'digits' : 'text'
        const takes = encoding.startsWith('bits') ? 'bits' : /^(\+-)?X/.test(encoding) ? 'digits' : 'text'
        expect(kind).toBe(takes)
      }),
      rounds(647, 5_000),
    )
  })

  it('takes what people type or says why not, and throws on nothing', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+0-9.:T ]{0,24}$/),
      fc.stringMatching(/^0x[0-9a-f]{0,10}$/),
      fc.constantFrom('none', 'relay open', '继电器断开', '9'.repeat(500), '9999', '2026-02-30', '24:00'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...ENCODINGS), typed, (encoding, text) => {
        const value = valueFromText(encoding, text)
        if (isRefusal(value)) expect(value.text).not.toBe('')
        else {
          const wire = parseEncoding(encoding)!.encode(value)
          // What would be read as filler may be typed, but is not sent.
          if (isRefusal(wire)) expect(wire.text).toContain('no value')
        }
      }),
      rounds(648, 5_000),
    )
  })
})

/** The same value may be written in other ways than ours: -0, NULs between characters, a wrong or second Sunday. */
function isOtherForm(encoding: string, wire: Uint8Array, value: Value): boolean {
  const written = writtenOf(wire)
  if ('digits' in value) return value.digits === 0n && /^8/.test(written)
  if (encoding.startsWith('ascii')) {
    const text = 'text' in value ? value.text : ''
    return Buffer.from(wire).reverse().toString('latin1').replace(/\0+$/, '') !== text
  }
  return encoding.includes('WW') && encoding !== 'WW'
}

describe('words of bits', () => {
  it.each([...BIT_NAMES])(
    '%s: every bit has one name in each language, and the names say the word',
    (list, names) => {
      expect(new Set(names.map(({ name }) => name)).size).toBe(names.length)
      expect(new Set(names.map(({ nameZh }) => nameZh)).size).toBe(names.length)
      const used = ENCODINGS.find(encoding => encoding.endsWith(` ${list}`))
      if (!used) expect(list).toMatch(/^errors-/)
      for (const { name, nameZh, when } of names) {
        expect(name).not.toContain(',')
        if (!used) continue
        expect(valueFromText(used, name)).toMatchObject({ bits: when, set: [name] })
        expect(valueFromText(used, nameZh.split(/[,，、]/).length === 1 ? nameZh : name)).toMatchObject({
          bits: when,
        })
      }
    },
  )

  it('refuse names that contradict each other, and names they have not', () => {
    expect(
      valueFromText('bits16 status-3', 'supplied by battery, supplied by auxiliary source'),
    ).toHaveProperty('code')
    expect(valueFromText('bits16 status-3', 'relay')).toHaveProperty('code')
    expect(valueFromText('bits8', 'anything')).toHaveProperty('code')
    expect(valueFromText('bits8 speeds', '0x100')).toHaveProperty('code')
  })
})

describe('frames of any content', () => {
  const items = Object.values(TABLES).flatMap(table => laidRows(table).map(row => ({ table, row })))
  const identifier = fc.constantFrom(...items).chain(({ table, row }) => anyItem(table, row))
  const data = fc.oneof(
    anyBytes,
    fc
      .tuple(identifier, anyBytes)
      .map(([item, rest]) => Uint8Array.of(...Buffer.from(item, 'hex').reverse(), ...rest)),
  )

  it('are decoded by both drivers to points or reasons, and throw nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), data, (control, bytes) => {
        const frame = { bytes: requestBytes('123456789012', control, bytes.subarray(0, 200), 0) }
        for (const driver of [driver2007, driver1997]) {
          const decoded = driver.decode(frame, {})
          for (const { value, fault } of decoded.points) expect(value === null).toBe(fault !== undefined)
        }
      }),
      rounds(649, 4_000),
    )
  })
})

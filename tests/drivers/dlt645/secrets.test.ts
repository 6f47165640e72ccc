/** Passwords are found wherever they pass: in requests, answers, echoes, damaged and cut frames. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deframe } from '../../../drivers/dlt645/wire/frame.ts'
import { secretsIn } from '../../../drivers/dlt645/wire/secrets.ts'
import { hexWithout } from '../../../src/line/secrets.ts'
import { rounds } from '../../support/rounds.ts'
import { frameBytes } from './bench-meter.ts'
import { bytesOf, vectors } from './vectors.ts'

const METER = '000000001234'
const hidden = (bytes: Uint8Array) =>
  [...bytes].flatMap((byte, index) =>
    secretsIn(bytes).some(([from, to]) => index >= from && index < to) ? [] : [byte],
  )

/** Password bytes no header, address or other field has. */
const P = 'A1A2A3'
const Q = 'B1B2B3'
const isShown = (bytes: Uint8Array) => {
  const shown = hidden(bytes)
  return [0xa1, 0xa2, 0xa3, 0xb1, 0xb2, 0xb3].some(byte => shown.includes(byte + 0x33))
}

const CARRIERS = [
  ['write', 0x14, `03010004 02${P} 21436587 15`],
  ['write of a password', 0x14, `030C0004 02000000 21436587 02${P}`],
  ['change of a password', 0x18, `030C0004 02${P} 02${Q}`],
  ['its answer', 0x98, `02${P}`],
  ['demand clearing', 0x19, `04${P} 21436587`],
  ['meter clearing', 0x1a, `02${P} 21436587`],
  ['event clearing', 0x1b, `02${P} 21436587 FFFFFFFF`],
  ['relay order', 0x1c, `02${P} 21436587 1A00 595923311230`],
  ['time with a password', 0x08, `04${P} 302015151124`],
  ['authentication', 0x03, `FF000007 21436587 ${P}${Q}`],
  ['a password read', 0x91, `030C0004 02${P}`],
  ['1997 write', 0x04, `11C0 00${P} 302015`],
  ['1997 write of a password', 0x04, `12C2 00000000 00${P}`],
  ['1997 change of a password', 0x0f, `00${P} 00${Q}`],
  ['its answer in 1997', 0x8f, `00${P}`],
  ['1997 demand clearing', 0x10, `00${P}`],
  ['1997 password read', 0x81, `12C2 00${P}`],
] as const

describe.each(CARRIERS)('password in: %s', (_, control, data) => {
  const whole = frameBytes(METER, control, bytesOf(data))

  it('nothing of it is shown, nor the checksum that sums it', () => {
    expect(isShown(whole)).toBe(false)
    expect(secretsIn(whole)).toContainEqual([whole.length - 2, whole.length - 1])
    // Its level, which stands in front, is.
    expect(hidden(whole).length).toBeGreaterThanOrEqual(12)
  })

  it('behind a preamble, behind noise, behind another frame, and doubled', () => {
    const other = frameBytes('000000009999', 0x91, bytesOf('00000100 78563412'))
    for (const before of [[0xfe, 0xfe], [0x68, 0x01, 0x68], [...other], [...whole]])
      expect(isShown(Uint8Array.from([...before, ...whole]))).toBe(false)
  })

  it('damaged, its fault tells no sum over it', () => {
    for (const [from, code] of [
      [2, 'FRAME_CHECKSUM'],
      [1, 'FRAME_END'],
    ] as const) {
      const damaged = Uint8Array.from(whole)
      damaged[whole.length - from]! ^= 0x40
      const { broken } = deframe(damaged)
      expect(broken.map(one => one.code)).toEqual([code])
      expect(broken[0]!.text).not.toMatch(/[0-9A-F]{2} (stands|,)|checksum is/)
    }
  })

  it('behind a damaged second start', () => {
    const damaged = Uint8Array.from(whole)
    damaged[7] = 0x58
    expect(isShown(damaged)).toBe(false)
  })

  it('cut anywhere, and with any length', () => {
    for (let end = 0; end <= whole.length; end += 1) expect(isShown(whole.subarray(0, end))).toBe(false)
    for (const length of [whole[9]!, 0xff]) {
      const damaged = Uint8Array.from(whole)
      damaged[9] = length
      // Where the checksum stood the length no longer tells.
      expect(isShown(damaged.subarray(0, -2))).toBe(false)
    }
  })
})

/** Password bytes that stand together, with the 33H or without. */
const PAIRS = ['A1A2', 'A2A3', 'B1B2', 'B2B3'].flatMap(pair => [
  pair,
  [...bytesOf(pair)].map(byte => (byte + 0x33).toString(16).toUpperCase()).join(''),
])
const ANSWER = frameBytes('000000009999', 0x91, bytesOf('00000100 78563412'))

/** What one slip of the line makes of a byte. */
const SLIPS = ['changed', 'lost', 'inserted', 'doubled'] as const
function slipped(bytes: Uint8Array, at: number, slip: (typeof SLIPS)[number], byte: number): Uint8Array {
  const instead = {
    changed: [byte],
    lost: [],
    inserted: [byte, bytes[at]!],
    doubled: [bytes[at]!, bytes[at]!],
  }[slip]
  return Uint8Array.from([...bytes.subarray(0, at), ...instead, ...bytes.subarray(at + 1)])
}

const shownOf = (bytes: Uint8Array) => hexWithout(bytes, secretsIn(bytes), '')
const pairsShown = (bytes: Uint8Array) => PAIRS.filter(pair => shownOf(bytes).includes(pair))

it.each(CARRIERS)(
  'one byte of it changed, lost, inserted or doubled shows nothing of: %s',
  (_, control, data) => {
    const whole = frameBytes(METER, control, bytesOf(data))
    for (let byte = 0; byte < 256; byte += 1)
      expect(pairsShown(slipped(whole, 8, 'changed', byte)), `control ${byte}`).toEqual([])
    fc.assert(
      fc.property(
        fc.constantFrom([], [0xfe, 0xfe, 0xfe, 0xfe], [0x68, 0x07], [...ANSWER]),
        fc.constantFrom([], [...ANSWER], [...whole]),
        fc.nat(whole.length - 1),
        fc.constantFrom(...SLIPS),
        fc.nat(255),
        (before, after, at, slip, byte) => {
          const damaged = slipped(whole, at, slip, byte)
          expect(pairsShown(Uint8Array.from([...before, ...damaged, ...after]))).toEqual([])
          // What sniff and decode show by itself.
          for (const part of deframe(damaged, 'silent').broken) expect(pairsShown(part.bytes)).toEqual([])
        },
      ),
      rounds(6452, 600),
    )
  },
)

it('an answer behind a damaged order is shown whole', () => {
  const order = frameBytes(METER, 0x14, bytesOf(`03010004 02${P} 21436587 15`))
  order[8] = 0x15
  const hex = Buffer.from(ANSWER).toString('hex').toUpperCase()
  expect(shownOf(Uint8Array.from([...order, ...ANSWER]))).toBe(
    `6834120000000068150D${'**'.repeat(order.length - 10)}${hex}`,
  )
})

it('frames without a password are shown whole', () => {
  const plain = vectors.filter(
    ({ kind, control, reason }) =>
      kind === 'frame' &&
      reason === undefined &&
      /^(11|91|D1|12|92|13|93|01|81|C1|D4|94|9C|DC|16|96)$/.test(control ?? ''),
  )
  expect(plain.length).toBeGreaterThan(80)
  for (const { id, hex } of plain) expect(secretsIn(bytesOf(hex)), id).toEqual([])
})

it('spans lie inside the bytes, whatever they are', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...CARRIERS),
      (noise, [, control, data]) => {
        const bytes = Uint8Array.from([...noise, ...frameBytes(METER, control, bytesOf(data))])
        for (const [from, to] of secretsIn(bytes)) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThanOrEqual(from)
          expect(to).toBeLessThanOrEqual(bytes.length)
        }
      },
    ),
    rounds(6451, 300),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatScaled } from '../../src/core/scaled.ts'
import type { RawRead } from '../../src/driver-api/driver.ts'
import { rounds } from '../support/rounds.ts'
import {
  ascii,
  bytesOf,
  call,
  converse,
  firstRequest,
  frameOf,
  point,
  questionOf,
  type Registers,
  rtu,
  rtuFrame,
  serve,
  tcp,
} from './modbus-support.ts'

/** Each register holds its own address. */
const everywhere: Registers = (_, address) => address

function texts(reads: readonly RawRead[]): Record<string, string> {
  return Object.fromEntries(
    reads.map(read => [
      read.point.item,
      'refused' in read ? read.refused.code : 'digits' in read.value ? formatScaled(read.value) : '',
    ]),
  )
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function spans(asked: readonly { code: number; address: number; quantity: number }[]): string[] {
  return asked.map(({ code, address, quantity }) => `${code}:${address}+${quantity}`)
}

describe.each([{ driver: rtu }, { driver: ascii }, { driver: tcp }])(
  '$driver.protocol read',
  ({ driver }) => {
    test('asks spans and gives each point the registers of its own address', () => {
      const points = [
        point('3:0x10', 'u16'),
        point('4:7', 's16 e-1'),
        point('3:17', 'u32'),
        point('3:19', 'u16 e-2'),
      ]
      const { reads, refused, asked } = converse(driver, points, serve(driver, everywhere))
      expect(spans(asked)).toEqual(['3:16+4', '4:7+1'])
      expect(texts(reads)).toEqual({ '3:0x10': '16', '3:17': '1114130', '3:19': '0.19', '4:7': '0.7' })
      expect(refused).toEqual([])
      for (const read of reads) expect(read.frames).toHaveLength(1)
    })

    test('reads coils and discrete inputs', () => {
      const points = [0, 3, 8, 9].map(address => point(`1:${address}`, 'bit'))
      const { reads, asked } = converse(
        driver,
        points,
        request => {
          const { code, quantity } = questionOf(driver, request.bytes)
          expect(quantity).toBe(10)
          const pdu = [code, 2, 0b0000_1000, 0b0000_0010]
          return frameOf(driver, 7, 1, ...pdu)
        },
        { traits: { maxHole: 8 } },
      )
      expect(spans(asked)).toEqual(['1:0+10'])
      expect(texts(reads)).toEqual({ '1:0': '0', '1:3': '1', '1:8': '0', '1:9': '1' })
    })

    test('a refused span is halved down to the value that is not there; the others are read', () => {
      const hole = 5
      const registers: Registers = (_, address) => (address === hole ? undefined : address)
      const points = Array.from({ length: 8 }, (_, address) => point(`4:${address}`, 'u16'))
      const { reads, refused, asked } = converse(driver, points, serve(driver, registers))
      expect(refused).toEqual(['4:0+8', '4:4+4', '4:4+2'])
      expect(texts(reads)).toEqual({
        ...Object.fromEntries(points.map(({ item }) => [item, item.slice(2)])),
        '4:5': 'METER_NO_DATA',
      })
      expect(asked.length).toBeLessThanOrEqual(7)

      const again = converse(driver, points, serve(driver, registers), { refusedBefore: new Set(refused) })
      expect(spans(again.asked).sort()).toEqual(['4:0+4', '4:4+1', '4:5+1', '4:6+2'])
      expect(again.refused).toEqual([])
    })

    test('a meter that allows fewer registers than we thought is halved, too (exception 03)', () => {
      const points = Array.from({ length: 40 }, (_, place) => point(`3:${place}`, 'u16'))
      const { reads, refused } = converse(driver, points, serve(driver, everywhere, 11))
      expect(texts(reads)).toEqual(Object.fromEntries(points.map(({ item }) => [item, item.slice(2)])))
      expect(refused).toContain('3:0+40')
    })

    test('a function the meter does not know is not asked in halves', () => {
      const points = [point('3:0', 'u32'), point('3:2', 'u32')]
      const { reads, refused, asked } = converse(driver, points, request => {
        const pdu = [questionOf(driver, request.bytes).code | 0x80, 1]
        return frameOf(driver, 7, 1, ...pdu)
      })
      expect(asked).toHaveLength(1)
      expect(refused).toEqual([])
      expect(texts(reads)).toEqual({ '3:0': 'METER_NO_DATA', '3:2': 'METER_NO_DATA' })
    })

    test.each([
      [0x0a, 'METER_BUSY', 1],
      [0x0b, 'LINE_SILENT', 1],
    ])('exception %i ends the conversation: nothing else is asked of a dead bus', (code, fault, times) => {
      const points = [point('3:0', 'u32'), point('3:90', 'u32'), point('4:0', 'u16')]
      const { reads, refused, asked } = converse(driver, points, request => {
        const pdu = [questionOf(driver, request.bytes).code | 0x80, code]
        return frameOf(driver, 7, 1, ...pdu)
      })
      expect(asked).toHaveLength(times)
      expect(new Set(spans(asked)).size).toBe(1)
      expect(refused).toEqual([])
      expect(texts(reads)).toEqual({ '3:0': fault, '3:90': fault, '4:0': fault })
    })

    test.each([
      [0x05, 'METER_BUSY'],
      [0x06, 'METER_BUSY'],
      [0x08, 'METER_REFUSED'],
    ])('exception %i to one span costs that span alone, and three tries in all', (code, fault) => {
      const points = [point('3:0', 'u32'), point('3:90', 'u32'), point('4:0', 'u16')]
      const server = serve(driver, everywhere)
      const refusing = (places: readonly number[]) =>
        converse(driver, points, request => {
          const { code: asked, address } = questionOf(driver, request.bytes)
          const pdu = [asked | 0x80, code]
          if (!places.includes(address)) return server(request)
          return frameOf(driver, 7, 1, ...pdu)
        })
      const one = refusing([90])
      expect(texts(one.reads)).toMatchObject({ '3:0': '1', '3:90': fault })
      expect(one.asked.filter(({ address }) => address === 90)).toHaveLength(3)
      expect(Object.values(texts(one.reads)).filter(text => text === fault)).toHaveLength(1)
      const all = refusing([0, 90])
      expect(new Set(Object.values(texts(all.reads)))).toEqual(new Set([fault]))
      // Whoever is busy all over is not insisted upon three times for each span.
      expect(all.asked).toHaveLength(5)
    })

    test('a device that is busy once is asked again after a second, with a new number', () => {
      const points = [point('3:0', 'u32'), point('3:90', 'u64')]
      const server = serve(driver, everywhere)
      const rests: (number | undefined)[] = []
      let count = 0
      const { reads } = converse(
        driver,
        points,
        request => {
          rests.push(request.restMs)
          const pdu = [questionOf(driver, request.bytes).code | 0x80, 6]
          if (count++ > 0) return server(request)
          return frameOf(driver, wordAt(request.bytes, 0), 1, ...pdu)
        },
        { sequence: () => count },
      )
      expect(rests).toEqual([undefined, 1000, undefined])
      expect(texts(reads)).toEqual({ '3:0': '1', '3:90': '25333138752012381' })
    })

    test('a gateway that is busy says so under unit FF', () => {
      const { asked, reads } = converse(driver, [point('3:0', 'u32')], () => {
        const pdu = [0x83, 6]
        return frameOf(driver, 7, 0xff, ...pdu)
      })
      expect(asked).toHaveLength(3)
      expect(texts(reads)).toEqual({ '3:0': 'METER_BUSY' })
      // Anything else under that unit is somebody else's.
      for (const pdu of [
        [0x83, 2],
        [3, 4, 0, 0, 0, 1],
      ]) {
        const frame = frameOf(driver, 7, 0xff, ...pdu)
        const [request] = [firstRequest(driver, [point('3:0', 'u32')])]
        expect(request.whyNot({ bytes: frame })?.rule).toBe('V-F4')
      }
    })

    test('silence to one question costs that one; a second ends the conversation with what is there', () => {
      const points = [point('3:0', 'u32'), point('3:90', 'u64'), point('4:0', 'u16')]
      let count = 0
      const server = serve(driver, everywhere)
      const { reads, asked } = converse(driver, points, request => (count++ === 0 ? server(request) : null))
      expect(asked).toHaveLength(3)
      expect(texts(reads)).toEqual({ '3:0': '1' })
      const again = serve(driver, everywhere)
      let asks = 0
      const one = converse(driver, points, request => (asks++ === 1 ? null : again(request)))
      expect(Object.keys(texts(one.reads))).toHaveLength(2)
      expect(one.unanswered).toMatchObject([{ name: null, requests: [{ safeToRepeat: true }] }])
    })

    test('a device silent to the first question is asked another first the next time', () => {
      const points = [point('3:0', 'u32'), point('3:90', 'u64'), point('4:0', 'u16')]
      const server = serve(driver, everywhere)
      const silentToFirst = (silentBefore: number) =>
        converse(
          driver,
          points,
          request => {
            const { code, address } = questionOf(driver, request.bytes)
            return code === 3 && address === 0 ? null : server(request)
          },
          { silentBefore },
        )
      expect(silentToFirst(0).reads).toEqual([])
      expect(Object.keys(texts(silentToFirst(1).reads)).sort()).toEqual(['3:90', '4:0'])
    })

    test('asked for nothing, it asks nothing', () => {
      expect(converse(driver, [], () => null)).toEqual({ reads: [], refused: [], asked: [] })
    })

    test('a point that names no place is refused and costs the others nothing', () => {
      const points = [
        point('5:0', 'u16'),
        point('3:65536', 'u16'),
        point('3:65535', 'u32'),
        point('3:0', 'u17'),
        point('1:0', 'u16'),
        point('3:1', 'bit'),
        point('3:7', 'u16'),
      ]
      const { reads } = converse(driver, points, serve(driver, everywhere))
      const codes = reads.map(read => ('refused' in read ? read.refused.code : 'value'))
      expect(codes).toEqual([...Array(6).fill('PROFILE_INVALID'), 'value'])
    })

    test('an unusable value is refused, its neighbours stand', () => {
      const registers: Registers = (_, address) => [0x7fc0, 0, 0x4366, 0][address]
      const points = [point('4:0', 'f32 e-1'), point('4:2', 'f32 e-1')]
      const { reads } = converse(driver, points, serve(driver, registers))
      expect(texts(reads)).toEqual({ '4:0': 'VALUE_NOT_HELD', '4:2': '230.0' })
    })

    test('requests may be repeated and hide no bytes', () => {
      const request = firstRequest(driver, [point('3:0', 'u16')])
      expect(request.safeToRepeat).toBe(true)
      expect(request.secretBytes).toBeUndefined()
    })
  },
)

describe('whose answer it is', () => {
  const asked = firstRequest(rtu, [point('3:0', 'u32')], { address: '17' })

  test.each([
    ['the answer', rtuFrame(17, 3, 4, 0, 1, 2, 3), undefined],
    ['an exception', rtuFrame(17, 0x83, 2), undefined],
    ['another function', rtuFrame(17, 4, 4, 0, 1, 2, 3), 'V-F3'],
    ['an exception to another function', rtuFrame(17, 0x84, 2), 'V-F3'],
    ['our own request', asked.bytes, 'V-F3'],
    ['another unit', rtuFrame(18, 3, 4, 0, 1, 2, 3), 'V-F4'],
    ['the broadcast address', rtuFrame(0, 3, 4, 0, 1, 2, 3), 'V-F4'],
    ['a shorter answer', rtuFrame(17, 3, 2, 0, 1), 'V-F6'],
    ['a longer answer', rtuFrame(17, 3, 6, 0, 1, 2, 3, 4, 5), 'V-F6'],
    ['another master asking the same unit', rtuFrame(17, 3, 0, 9, 0, 1), 'V-F6'],
  ])('%s', (_, bytes, rule) => {
    expect(asked.whyNot({ bytes })?.rule).toBe(rule)
  })

  test('an answer of another length than asked never gives a value: RTU has no other defence (V-F6, PR-40)', () => {
    const conversation = rtu.read(call(), [point('3:0', 'u32')])
    const { value: request } = conversation.next()
    if (request === undefined || 'reads' in request) throw new Error('nothing was asked')
    for (let count = 0; count <= 250; count++) {
      if (count === 4) continue
      const late = rtuFrame(1, 3, count, ...Array<number>(count).fill(0x11))
      for (const frame of rtu.deframe(late, request).frames) expect(request.whyNot(frame)).not.toBeNull()
    }
  })
})

test('whatever bytes come, a value is one of this question or there is none (FZ-05)', () => {
  const asked = point('3:0', 'u32')
  const byte = fc.integer({ min: 0, max: 255 })
  const change = fc.record({
    at: fc.nat(),
    to: byte,
    how: fc.constantFrom('set', 'insert', 'delete', 'repair'),
  })
  const answers = fc.record({
    unit: fc.constantFrom(1, 1, 1, 2, 0),
    code: fc.constantFrom(3, 3, 3, 4, 0x83, 0x84),
    count: fc.constantFrom(4, 4, 4, 0, 2, 6, 3),
    data: fc.array(byte, { minLength: 6, maxLength: 6 }),
    changes: fc.array(change, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.array(answers, { minLength: 1, maxLength: 3 }), parts => {
      const stream = parts.map(({ unit, code, count, data, changes }) => {
        const pdu = code & 0x80 ? [code, data[0]!] : [code, count, ...data.slice(0, count)]
        let bytes = [...rtuFrame(unit, ...pdu)]
        for (const { at, to, how } of changes) {
          const place = at % (bytes.length + 1)
          if (how === 'set') bytes[place] = to
          else if (how === 'insert') bytes.splice(place, 0, to)
          else if (how === 'delete') bytes.splice(place, 1)
          else if (bytes.length > 2) bytes = [...rtuFrame(bytes[0]!, ...bytes.slice(1, -2))]
        }
        return bytes
      })
      const input = bytesOf(...stream)
      const { reads } = converse(rtu, [asked], () => input)
      for (const read of reads) {
        const [frame] = read.frames
        const hex = Buffer.from(frame!.bytes).toString('hex')
        expect(Buffer.from(input).toString('hex')).toContain(hex)
        expect(rtuFrame(frame!.bytes[0]!, ...frame!.bytes.slice(1, -2))).toEqual(frame!.bytes)
        if ('value' in read) {
          expect(hex.slice(0, 6)).toBe('010304')
          expect(read.value).toEqual({ digits: BigInt(`0x${hex.slice(6, 14)}`), scaler: 0 })
        } else expect(hex.slice(0, 4)).toBe('0183')
      }
    }),
    rounds(20261121, 3000),
  )
})

describe('unit identifiers', () => {
  test.each([
    ['1', '1'],
    ['247', '247'],
    ['007', '7'],
  ])('%s is %s', (text, address) => {
    expect(rtu.checkAddress(text)).toEqual({ address })
    expect(tcp.checkAddress(text)).toEqual({ address })
  })

  test.each(['', 'A', '-1', '1.0', '1e2', ' 1', '256', '0x10', '１', '1000'])('"%s" is none', text => {
    expect(rtu.checkAddress(text)).toHaveProperty('wrong')
    expect(tcp.checkAddress(text)).toHaveProperty('wrong')
  })

  test.each(['0', '248', '255'])(
    '%s is none on a serial line (PR-45), but a TCP server may demand it',
    text => {
      expect(rtu.checkAddress(text)).toHaveProperty('wrong')
      expect(tcp.checkAddress(text)).toEqual({ address: text })
    },
  )
})

describe('describe', () => {
  test.each([
    ['3:0:u32', '3:0', 'u32'],
    ['4:0x0034:f32', '4:52', 'f32'],
    ['3:256:f32:CDAB', '3:256', 'f32 CDAB'],
    ['3:256:s16:e-1:invalid=8000', '3:256', 's16 e-1 invalid=8000'],
    ['3:0xFFFF', '3:65535', 'u16'],
    ['1:10', '1:10', 'bit'],
    ['2:10:bit', '2:10', 'bit'],
  ])('%s is item %s as %s', (text, item, encoding) => {
    expect(rtu.describe(text)).toMatchObject({ obis: '', item, encoding, unit: '', place: 0 })
  })

  test.each([
    '1-0:1.8.0',
    '00010000',
    '5:0',
    '0:0:u16',
    '3:65536:u16',
    '3:65535:u32',
    '3:0:f33',
    '3:0:u32:XYZW',
    '3:0:',
    '3:-1',
    '3:1.5',
    '1:0:u16',
    '3:0:bit',
    '',
  ])('"%s" names nothing', text => {
    expect(rtu.describe(text)).toBeNull()
  })

  test('what it names can be read', () => {
    const { reads } = converse(tcp, [tcp.describe('3:0x100:u32:CDAB')!], serve(tcp, everywhere))
    expect(texts(reads)).toEqual({ '3:256': String(257 * 65536 + 256) })
  })
})

test('a late answer of another span of the same conversation is not taken (V-F6)', () => {
  const points = [point('4:0', 'u64'), point('4:100', 'u32')]
  let first: Uint8Array | null = null
  const server = serve(rtu, everywhere)
  const { reads } = converse(rtu, points, request => {
    const reply = server(request)
    if (first === null) {
      first = reply
      return reply
    }
    return bytesOf(first, reply)
  })
  expect(texts(reads)).toEqual({ '4:0': '4295098371', '4:100': '6553701' })
})

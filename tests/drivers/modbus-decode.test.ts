import { describe, expect, test } from 'vitest'
import { rtu, rtuFrame, tcp, tcpFrame } from './modbus-support.ts'

const ask = { bytes: rtuFrame(1, 4, 0, 80, 0, 2) }

describe('decode', () => {
  test('a request', () => {
    expect(rtu.decode(ask, {})).toEqual({
      kind: 'request',
      function: 'read-input-registers',
      address: '1',
      control: '04',
      more: false,
      sequence: null,
      item: '4:80',
      points: [],
      refused: [],
    })
  })

  test('a reply without its question: registers as they are, addresses relative', () => {
    const decoded = rtu.decode({ bytes: rtuFrame(1, 4, 4, 0x43, 0x66, 0, 1) }, {})
    expect(decoded).toMatchObject({
      kind: 'reply',
      function: 'read-input-registers',
      control: '04',
      item: null,
    })
    expect(decoded.points).toEqual([
      { item: '4:+0', obis: null, name: 'input register +0', value: '17254', unit: '', at: null },
      { item: '4:+1', obis: null, name: 'input register +1', value: '1', unit: '', at: null },
    ])
  })

  test('a reply with its question: addresses and item', () => {
    const decoded = rtu.decode({ bytes: rtuFrame(1, 4, 4, 0x43, 0x66, 0, 1) }, { question: ask })
    expect(decoded.item).toBe('4:80')
    expect(decoded.points.map(({ item, value }) => [item, value])).toEqual([
      ['4:80', '17254'],
      ['4:81', '1'],
    ])
  })

  test('coils: as many as were asked for, padding left out', () => {
    const question = { bytes: rtuFrame(1, 1, 0, 5, 0, 3) }
    const { points } = rtu.decode({ bytes: rtuFrame(1, 1, 1, 0b101) }, { question })
    expect(points.map(({ item, value, name }) => [item, value, name])).toEqual([
      ['1:5', '1', 'coil 5'],
      ['1:6', '0', 'coil 6'],
      ['1:7', '1', 'coil 7'],
    ])
  })

  test('an exception', () => {
    expect(rtu.decode({ bytes: rtuFrame(9, 0x84, 2) }, { question: ask })).toMatchObject({
      kind: 'refusal',
      function: 'read-input-registers',
      address: '9',
      control: '84',
      item: '4:80',
      points: [],
      refused: [{ code: 'METER_NO_DATA', text: 'exception 02: illegal data address' }],
    })
  })

  test('Modbus TCP has a sequence', () => {
    expect(tcp.decode({ bytes: tcpFrame(0xbeef, 255, 3, 2, 0, 9) }, {})).toMatchObject({
      kind: 'reply',
      address: '255',
      sequence: 0xbeef,
      points: [{ item: '3:+0', value: '9' }],
    })
    expect(tcp.decode({ bytes: tcpFrame(1, 0, 3, 0, 0, 0, 1) }, {})).toMatchObject({
      kind: 'request',
      item: '3:0',
    })
  })

  test.each([
    ['write-single-coil', rtuFrame(1, 5, 0, 3, 0xff, 0), 'request', '5:3', [['5:3', '1']]],
    ['write-single-register', rtuFrame(1, 6, 0, 3, 1, 2), 'request', '6:3', [['6:3', '258']]],
    [
      'write-multiple-registers',
      rtuFrame(1, 0x10, 0, 8, 0, 2, 4, 0, 1, 0, 2),
      'request',
      '16:8',
      [
        ['16:8', '1'],
        ['16:9', '2'],
      ],
    ],
    ['write-multiple-registers', rtuFrame(1, 0x10, 0, 8, 0, 2), 'reply', '16:8', []],
    [
      'write-multiple-coils',
      rtuFrame(1, 0x0f, 0, 8, 0, 2, 1, 0b10),
      'request',
      '15:8',
      [
        ['15:8', '0'],
        ['15:9', '1'],
      ],
    ],
    ['write-single-register', rtuFrame(0, 6, 0, 3, 1, 2), 'broadcast', '6:3', [['6:3', '258']]],
    ['report-server-id', rtuFrame(1, 0x11), 'request', null, []],
    ['mask-write-register', rtuFrame(1, 0x16, 0, 4, 0, 0xf2, 0, 0x25), 'request', '22:4', []],
  ] as const)('%s as %o is a %s', (name, bytes, kind, item, points) => {
    const { frames } = rtu.deframe(bytes, null)
    expect(frames).toHaveLength(1)
    const decoded = rtu.decode(frames[0]!, {})
    expect(decoded).toMatchObject({ kind, function: name, item })
    expect(decoded.points.map(point => [point.item, point.value])).toEqual(points)
  })

  test('a write that is echoed is a reply when it is said to be one', () => {
    const bytes = rtuFrame(1, 6, 0, 3, 1, 2)
    expect(rtu.decode({ bytes }, { direction: 'reply' })).toMatchObject({ kind: 'reply', item: '6:3' })
  })

  test('a function nobody knows is still named by its number (Modbus TCP)', () => {
    expect(tcp.decode({ bytes: tcpFrame(1, 1, 0x41, 1, 2) }, {})).toMatchObject({
      function: 'function-65',
      points: [],
    })
  })
})

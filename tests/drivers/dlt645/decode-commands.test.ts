/** What `meterd decode` says of commands and their answers; never a password. */

import { describe, expect, it } from 'vitest'
import { drivers } from '../../../drivers/dlt645/index.ts'
import type { Driver } from '../../../src/driver-api/driver.ts'
import { frame } from './bench-meter.ts'
import { bytesOf, vectors } from './vectors.ts'

const [driver2007, driver1997] = drivers as [Driver, Driver]

function saidBy(driver: Driver, bytes: Uint8Array): Record<string, string | null> {
  return Object.fromEntries(driver.decode({ bytes }, {}).points.map(({ name, value }) => [name, value]))
}
const vector = (id: string) => bytesOf(vectors.find(one => one.id === id)!.hex.replace(/^(FE\s*)+/, ''))

describe('published frames', () => {
  it.each<[string, Record<string, string>]>([
    ['CONS-P-pw-req', { 'password level': '02', 'new password of level': '02' }],
    ['CONS-P-pw-ack', { 'password set of level': '02' }],
    ['CONS-P-dmd-req', { 'password level': '04', operator: '87654321' }],
    ['CONS-P-mtr-req', { 'password level': '02', operator: '87654321' }],
    ['CONS-P-evt-req', { 'events cleared': 'all', 'password level': '02', operator: '87654321' }],
    ['CONS-P-baud-req', { speed: '9600' }],
    ['CONS-P-baud-ack', { speed: '9600' }],
    ['CONS-P-97-pw-req', { 'password level': '00', 'new password of level': '00' }],
    ['CONS-P-97-pw-ack', { 'password set of level': '00' }],
    ['CONS-P-97-baud-req', { speed: '1200' }],
    ['CONS-P-97-dmd-req', { 'password level': '00' }],
    ['CONS-P-97-addr-req', { 'communication address': '000000009751' }],
    ['CONS-P-frz-cmd', { freeze: 'at once', 'freeze time': '99999999' }],
    ['CONS-P-frz-cmd1', { freeze: 'every day', 'freeze time': '99990000' }],
    ['QIU-auth1', { authentication: 'unknown', operator: '00000000' }],
  ])('%s', (id, points) => {
    expect(saidBy(driver2007, vector(id))).toEqual(points)
  })
})

describe('frames of the later rules', () => {
  const said = (control: number, data: string) =>
    saidBy(driver2007, frame('000000001234', control, data).bytes)

  it.each<[string, number, string, Record<string, string>]>([
    ['output', 0x1d, '02', { output: 'tariff-switch' }],
    ['output echoed', 0x9d, '00', { output: 'clock-seconds' }],
    ['unknown output', 0x1d, '07', { output: 'unknown output 07' }],
    ['a class of events', 0x1b, '02000000 21436587 FF000103', { 'events cleared': '030100FF' }],
    [
      'key update',
      0x03,
      'FF020207 21436587 AABB',
      { authentication: 'key update', 'bytes for the key system': '2' },
    ],
    ['its answer', 0x83, 'FF020207 AABBCC', { 'bytes for the key system': '3' }],
    [
      'ciphered order',
      0x1c,
      `98000000 21436587 ${'11'.repeat(20)}`,
      { order: 'ciphered', operator: '87654321' },
    ],
    ['time with a password', 0x08, '04563412 302015151124', { 'time to set': '2024-11-15T15:20:30' }],
    ['unknown speed', 0x17, '03', { speed: 'unknown speed 03' }],
  ])('%s', (_, control, data, points) => {
    expect(said(control, data)).toMatchObject(points)
    expect(JSON.stringify(said(control, data))).not.toMatch(/563412|AABB/)
  })

  it('a password read or written is not shown', () => {
    for (const [control, data] of [
      [0x91, '030C0004 02563412'],
      [0x14, '030C0004 02000000 21436587 02563412'],
    ] as const)
      expect(said(control, data)).toEqual({ password: 'not shown' })
    const written = saidBy(driver1997, frame('000000001234', 0x04, '12C2 00000000 00563412').bytes)
    expect(written).toEqual({ password: 'not shown' })
  })

  it.each([
    [0xdc, '2001', ['kept powered: trip refused', 'already tripped: pre-trip refused']],
    [0xdc, '04', ['password wrong or not permitted']],
    [0xc3, '0800', ['authentication failed']],
    [0xd8, '04', ['password wrong or not permitted']],
    [0xd7, '08', ['baud rate cannot be changed']],
  ] as const)('%i %s is refused bit by bit', (control, data, texts) => {
    const { refused } = driver2007.decode(frame('000000001234', control, data), {})
    expect(refused.map(({ text }) => text.split(' (')[0])).toEqual(texts)
  })

  it('[1997 03] 03 is told from the 1997 function of reading again', () => {
    const protocolOf = (control: number, data: string) =>
      driver1997.decode(frame('000000001234', control, data), {}).protocol
    expect(protocolOf(0x03, '1090')).toBe('dlt645-1997')
    expect(protocolOf(0x83, '1090 78563412')).toBe('dlt645-1997')
    expect(protocolOf(0x83, 'FF000007 11')).toBe('dlt645-2007')
    expect(protocolOf(0xc3, '0100')).toBe('dlt645-2007')
    expect(protocolOf(0xc3, '01')).toBe('dlt645-1997')
  })
})

it('data of any length are decoded to something', () => {
  for (const driver of [driver2007, driver1997])
    for (let control = 0; control < 256; control += 1)
      for (let length = 0; length < 30; length += 1)
        expect(() => driver.decode(frame('000000001234', control, '99'.repeat(length)), {})).not.toThrow()
})

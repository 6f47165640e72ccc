import { describe, expect, test } from 'vitest'
import { characterMs, lineKey, parseLineUrl } from '../../src/core/line-url.ts'

const parsed = (text: string) => {
  const url = parseLineUrl(text)
  if ('wrong' in url) throw new Error(url.wrong)
  return url
}

describe('line URLs', () => {
  test('a serial line as delivered is 2400 8E1', () => {
    expect(parsed('serial:///dev/ttyUSB0')).toEqual({
      kind: 'serial',
      path: '/dev/ttyUSB0',
      baud: 2400,
      parity: 'even',
      dataBits: 8,
      stopBits: 1,
    })
    expect(characterMs(parsed('serial:///dev/ttyUSB0'))).toBeCloseTo(11_000 / 2400)
    expect(characterMs(parsed('serial:///dev/ttyUSB0?baud=9600&parity=none'))).toBeCloseTo(10_000 / 9600)
  })

  test.each([
    ['tcp://127.0.0.1:64501', { kind: 'tcp', host: '127.0.0.1', port: 64_501 }],
    ['modbus-tcp://[::1]:502', { kind: 'modbus-tcp', host: '::1', port: 502 }],
  ])('%s', (text, url) => expect(parsed(text)).toEqual(url))

  test('a port behind an RFC 2217 server has settings like a local one', () => {
    const url = parsed('rfc2217://[::1]:4001?baud=9600&parity=none&stop=2')
    const settings = { baud: 9600, parity: 'none', dataBits: 8, stopBits: 2 }
    expect(url).toEqual({ kind: 'rfc2217', host: '::1', port: 4001, ...settings })
    expect(characterMs(url)).toBeCloseTo(11_000 / 9600)
    expect(characterMs(parsed('rfc2217://box:4001'))).toBeCloseTo(11_000 / 2400)
    expect(lineKey(parsed('rfc2217://Box:4001?baud=300'))).toBe(lineKey(parsed('tcp://box:4001')))
  })

  test('two ways to write one socket are one line', () => {
    expect(lineKey(parsed('tcp://Server:4001'))).toBe(lineKey(parsed('modbus-tcp://server:4001')))
  })

  test.each([
    ['tcp://localhost:4001', 'tcp://127.0.0.1:4001'],
    ['tcp://[::1]:4001', 'tcp://127.0.0.1:4001'],
    ['serial:///dev/../dev//./ttyUSB0', 'serial:///dev/ttyUSB0'],
  ])('PR-85 %s is the same line as %s', (a, b) => {
    expect(lineKey(parsed(a))).toBe(lineKey(parsed(b)))
  })

  test.each([
    ['http://x:1', 'no line URL'],
    ['tcp://x', 'write tcp://host:port'],
    ['tcp://x:0', 'a port is a number from 1 to 65535'],
    ['tcp://x:70000', 'a port is a number from 1 to 65535'],
    ['rfc2217://x', 'write rfc2217://host:port'],
    ['rfc2217://x:1?baud=9601', 'baud is one of'],
    ['rfc2217://x:1?speed=9600', 'unknown setting "speed"'],
    ['serial://ttyUSB0', 'absolute'],
    ['serial:///dev/ttyUSB0?baudrate=9600', 'unknown setting "baudrate"'],
    ['serial:///dev/ttyUSB0?baud=9601', 'baud is one of'],
    ['serial:///dev/ttyUSB0?parity=E', 'parity is none, even or odd'],
  ])('%s is refused in words', (text, words) => {
    const url = parseLineUrl(text)
    expect('wrong' in url && url.wrong).toContain(words)
  })
})

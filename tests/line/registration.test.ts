/** Who dialled, found in a stream however it is cut. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identityBytes, packetBytes, parsePacket } from '../../src/core/packet.ts'
import { createRegistry, identityKey } from '../../src/line/registration.ts'

const IMEI = '861234567890123'
const ICCID = '89860012345678901234'
const bytesOf = (text: string) => new TextEncoder().encode(text)
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]))

function registryOf(packet: string, identities: readonly string[], form: 'text' | 'hex' = 'text') {
  const parsed = parsePacket(packet)
  if (!parsed) throw new Error(packet)
  const known = new Map(
    identities.map(identity => [identityKey(identityBytes(identity, form) ?? new Uint8Array()), identity]),
  )
  return createRegistry({ packet: parsed, known, heartbeats: [bytesOf('ping'), Uint8Array.of(0xfe)] })
}

/** As a connection does it: everything so far is looked at with each piece. */
function fed(registry: ReturnType<typeof registryOf>, pieces: readonly Uint8Array[]) {
  let heard = new Uint8Array()
  for (const [index, piece] of pieces.entries()) {
    heard = joined(heard, piece)
    const found = registry.recognise(heard)
    if (found === 'more') continue
    if (found === 'nobody') return 'nobody'
    return { ...found, rest: joined(found.rest, ...pieces.slice(index + 1)) }
  }
  return 'more'
}

describe('a registration as it is written', () => {
  test.each([
    ["'REG:' {dtu} 0D 0A", `REG:${IMEI}\r\n`],
    ['{dtu}', IMEI],
    ["'id=' {dtu} ';'", `id=${IMEI};`],
  ])('%s', (packet, sent) => {
    const registry = registryOf(packet, [IMEI, ICCID])
    expect(registry.recognise(bytesOf(`${sent}rest`))).toMatchObject({
      who: IMEI,
      packet: bytesOf(sent),
      rest: bytesOf('rest'),
    })
  })

  test('an envelope with bytes that may be any (links.md 5: HongDian)', () => {
    const registry = registryOf('7B 01 00 16 {dtu} .. .. .. .. .. .. 7B', ['13912345678'])
    const sent = joined(
      Uint8Array.of(0x7b, 1, 0, 0x16),
      bytesOf('13912345678'),
      Uint8Array.of(10, 0, 0, 7, 0x13, 0x88, 0x7b),
    )
    expect(registry.recognise(sent)).toMatchObject({ who: '13912345678', packet: sent })
    expect(registry.recognise(sent.with(21, 0x7c))).toBe('nobody')
  })

  test('an identity sent as bytes', () => {
    const registry = registryOf('7E 80 {dtu} 7E', ['00A1B2C3'], 'hex')
    expect(registry.recognise(Uint8Array.of(0x7e, 0x80, 0, 0xa1, 0xb2, 0xc3, 0x7e))).toMatchObject({
      who: '00A1B2C3',
    })
  })

  test.each(['', '   ', '{dtu}{dtu}', "'REG", '7', 'xy', `'${'a'.repeat(101)}'`, '00 '.repeat(201)])(
    'is refused: %s',
    text => expect(parsePacket(text)).toBeNull(),
  )

  test('bytes left open cannot be sent', () => {
    const open = parsePacket('FE ..')
    expect(open && packetBytes(open, new Uint8Array())).toBeNull()
  })
})

describe('who it is', () => {
  test('is told after a heartbeat, line ends and zeros too', () => {
    const registry = registryOf("'REG:' {dtu}", [IMEI])
    const sent = joined(bytesOf('\r\n'), Uint8Array.of(0, 0xfe), bytesOf(`pingREG:${IMEI}`))
    expect(registry.recognise(sent)).toMatchObject({ who: IMEI, packet: bytesOf(`REG:${IMEI}`) })
  })

  test.each([`GET / HTTP/1.1\r\n`, `REG:${IMEI.replace('8', '9')}`, `xREG:${IMEI}`, `SSH-2.0-Go\r\n`])(
    'is not told by %s',
    text => expect(registryOf("'REG:' {dtu}", [IMEI]).recognise(bytesOf(text))).toBe('nobody'),
  )

  test('is not known of zeros without end', () => {
    const registry = registryOf('{dtu}', [IMEI])
    expect(registry.recognise(new Uint8Array(1_000))).toBe('more')
    expect(registry.recognise(new Uint8Array(2_000))).toBe('nobody')
  })

  test('any cuts give the same, nothing throws, and little is kept', () => {
    const packets = ["'REG:' {dtu} 0D 0A", '{dtu}', '7B 01 {dtu} .. 7B', "'ping' {dtu}"]
    const noise = fc.oneof(
      fc.constantFrom(bytesOf('ping'), Uint8Array.of(0xfe), bytesOf('\r\n'), bytesOf('pin')),
      fc.uint8Array({ maxLength: 40 }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...packets),
        fc.array(noise, { maxLength: 3 }),
        fc.constantFrom(IMEI, ICCID, '869999999999999'),
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (written, before, identity, behind, cuts) => {
          const registry = registryOf(written, [IMEI, ICCID])
          const parsed = parsePacket(written.replaceAll('..', '33'))
          const sent = parsed ? packetBytes(parsed, bytesOf(identity)) : null
          const stream = joined(...before, sent ?? new Uint8Array(), behind)
          const places = [...new Set(cuts)].filter(at => at < stream.length).sort((a, b) => a - b)
          const pieces = [0, ...places].map((from, index) =>
            stream.subarray(from, places[index] ?? stream.length),
          )
          const each = [...stream].map(byte => Uint8Array.of(byte))
          const whole = fed(registry, [stream])
          expect(fed(registry, pieces)).toEqual(whole)
          expect(fed(registry, each)).toEqual(whole)
          if (before.length === 0 && identity !== '869999999999999' && written !== "'ping' {dtu}")
            expect(whole).toMatchObject({ who: identity, rest: behind })
        },
      ),
      { numRuns: 2_000, seed: 6 },
    )
  })
})

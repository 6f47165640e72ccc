import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/core/hex.ts'
import {
  comPortAnswer,
  confirmationsOf,
  createTelnetReader,
  dataBytes,
  settingBytes,
  type TelnetCommand,
} from '../../src/line/telnet.ts'
import { createTelnetOptions } from '../../src/line/telnet-options.ts'

const bytesOf = (hex: string) => fromHex(hex) ?? new Uint8Array(0)

/** Reads `stream` in pieces cut at the places given. */
function readInPieces(stream: Uint8Array, cuts: readonly number[]) {
  const reader = createTelnetReader()
  const places = [0, ...cuts.map(cut => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length]
  const data: number[] = []
  const commands: TelnetCommand[] = []
  for (let index = 1; index < places.length; index++) {
    const heard = reader.read(stream.subarray(places[index - 1], places[index]))
    data.push(...heard.data)
    commands.push(...heard.commands)
  }
  return { data: Uint8Array.from(data), commands }
}

/** Many FF, F0 and 2C among them: what telnet could trip over. */
const anyBytes = fc
  .array(fc.oneof(fc.constantFrom(0xff, 0xf0, 0xfa, 0xfb, 0x2c, 0), fc.integer({ min: 0, max: 255 })), {
    maxLength: 300,
  })
  .map(list => Uint8Array.from(list))
const cuts = fc.array(fc.nat(2_000), { maxLength: 20 })

describe('telnet', () => {
  test('any bytes come out as they went in, in whatever pieces', () => {
    fc.assert(
      fc.property(anyBytes, cuts, (bytes, where) => {
        const { data, commands } = readInPieces(dataBytes(bytes), where)
        expect(toHex(data)).toBe(toHex(bytes))
        expect(commands).toEqual([])
      }),
    )
  })

  test('commands between data are told in order, and cost no byte of it, in whatever pieces', () => {
    const option = fc.record({
      kind: fc.constant('option' as const),
      verb: fc.constantFrom(251, 252, 253, 254),
      option: fc.integer({ min: 0, max: 255 }),
    })
    const parameters = fc.record({
      kind: fc.constant('parameters' as const),
      option: fc.integer({ min: 0, max: 255 }),
      bytes: anyBytes.filter(bytes => bytes.length <= 256),
    })
    const stream = fc.array(
      fc.oneof(
        anyBytes.map(bytes => ({ kind: 'data' as const, bytes })),
        option,
        parameters,
      ),
      {
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(stream, cuts, (parts, where) => {
        const sent = parts.flatMap(part =>
          part.kind === 'data'
            ? [...dataBytes(part.bytes)]
            : part.kind === 'option'
              ? [255, part.verb, part.option]
              : [255, 250, part.option, ...dataBytes(part.bytes), 255, 240],
        )
        const { data, commands } = readInPieces(Uint8Array.from(sent), where)
        const wanted = parts.flatMap(part => (part.kind === 'data' ? [...part.bytes] : []))
        expect(toHex(data)).toBe(toHex(Uint8Array.from(wanted)))
        expect(commands).toEqual(parts.filter(({ kind }) => kind !== 'data'))
      }),
    )
  })

  test('whatever comes is read the same in one piece and in many', () => {
    fc.assert(
      fc.property(anyBytes, cuts, (bytes, where) => {
        expect(readInPieces(bytes, where)).toEqual(readInPieces(bytes, []))
      }),
    )
  })

  test('parameters that are too long are no command, and the next command ends those without an end', () => {
    const reader = createTelnetReader()
    reader.read(bytesOf('FF FA 2C'))
    for (let times = 0; times < 100; times++) reader.read(new Uint8Array(10_000).fill(1))
    expect(reader.read(bytesOf('FF F0 41'))).toEqual({ data: bytesOf('41'), commands: [] })
    expect(reader.read(bytesOf('FF FA 2C 65 FF FD 00 41'))).toEqual({
      data: bytesOf('41'),
      commands: [{ kind: 'option', verb: 253, option: 0 }],
    })
  })

  test('settings as RFC 2217 writes them', () => {
    const hex = toHex(settingBytes({ baud: 2400, parity: 'even', dataBits: 8, stopBits: 1 }))
    expect(hex).toBe(
      [
        'FF FA 2C 01 00 00 09 60 FF F0',
        'FF FA 2C 02 08 FF F0',
        'FF FA 2C 03 03 FF F0',
        'FF FA 2C 04 01 FF F0',
        'FF FA 2C 05 01 FF F0',
        'FF FA 2C 0A 00 FF F0',
        'FF FA 2C 0B 00 FF F0',
      ].join(' '),
    )
  })

  test('a server’s answers name the command and the value in force', () => {
    const answer = (hex: string) => createTelnetReader().read(bytesOf(hex)).commands.map(comPortAnswer)
    expect(answer('FF FA 2C 65 00 00 09 60 FF F0')).toEqual([{ command: 1, value: 2400 }])
    expect(answer('FF FA 2C 65 00 01 C2 00 FF F0')).toEqual([{ command: 1, value: 115_200 }])
    expect(answer('FF FA 2C 66 08 FF F0')).toEqual([{ command: 2, value: 8 }])
    expect(answer('FF FA 2D 65 00 00 09 60 FF F0')).toEqual([null])
    expect(answer('FF FA 2C 01 00 00 09 60 FF F0')).toEqual([null])
    expect(answer('FF FA 2C 65 FF F0')).toEqual([null])
    expect(answer('FF FA 2C 65 00 00 00 09 60 FF F0')).toEqual([null])
    const wanted = confirmationsOf({ baud: 9600, parity: 'odd', dataBits: 7, stopBits: 2 })
    expect([...wanted]).toEqual([
      [1, 9600],
      [2, 7],
      [3, 2],
      [4, 2],
    ])
  })
})

describe('telnet options', () => {
  const heard = (hex: string) => createTelnetReader().read(bytesOf(hex)).commands
  const answers = (options: ReturnType<typeof createTelnetOptions>, hex: string) =>
    heard(hex)
      .map(command => options.answer(command))
      .map(bytes => bytes && toHex(bytes))

  test('binary, no go-ahead and the serial port are offered and not acknowledged twice', () => {
    const options = createTelnetOptions()
    expect(toHex(options.opening)).toBe('FF FB 00 FF FD 00 FF FB 03 FF FD 03 FF FB 2C')
    expect(options.takesSettings).toBeNull()
    expect(answers(options, 'FF FD 00 FF FB 00 FF FD 03 FF FB 03 FF FD 2C')).toEqual(Array(5).fill(null))
    expect([options.takesSettings, options.refusesBinary]).toEqual([true, false])
    expect(answers(options, 'FF FB 2C')).toEqual(['FF FD 2C'])
    expect(answers(options, 'FF FB 2C')).toEqual([null])
  })

  test('echo and what is not known are refused, each a few times at most', () => {
    const options = createTelnetOptions()
    expect(answers(options, 'FF FB 01 FF FD 01 FF FD 18 FF FB 25')).toEqual([
      'FF FE 01',
      'FF FC 01',
      'FF FC 18',
      'FF FE 25',
    ])
    const replies = Array.from({ length: 1_000 }, () => answers(options, 'FF FB 01')).flat()
    expect(replies.filter(reply => reply !== null)).toHaveLength(2)
  })

  test('no server, whatever it says, is answered without end', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 50 }), pieces => {
        const options = createTelnetOptions()
        const reader = createTelnetReader()
        let told = 0
        for (let times = 0; times < 4; times++)
          for (const piece of pieces)
            for (const command of reader.read(piece).commands) if (options.answer(command)) told += 1
        expect(told).toBeLessThanOrEqual(2 * 256 * 3)
      }),
    )
  })

  test('a refusal is not answered, what was agreed and is taken back is', () => {
    const options = createTelnetOptions()
    expect(answers(options, 'FF FE 2C FF FC 00')).toEqual([null, null])
    expect([options.takesSettings, options.refusesBinary]).toEqual([false, true])
    expect(answers(options, 'FF FD 03 FF FE 03')).toEqual([null, 'FF FC 03'])
  })
})

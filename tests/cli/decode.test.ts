/** `meterd decode` as its users run it: every public frame framed, every broken one refused with the stated reason. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runMeterd } from '../support/daemon.ts'

interface Vector {
  readonly id: string
  readonly hex: string
  readonly kind: 'frame' | 'stream'
  readonly valid: boolean
  readonly reason?: string
  readonly version?: string
  readonly address?: string
  readonly control?: string
  readonly di?: string
  readonly more?: boolean
  readonly error?: boolean
  readonly expected_frames?: readonly {
    readonly hex: string
    readonly address: string
    readonly control: string
    readonly di?: string
  }[]
}

interface Decoded {
  readonly protocol: string
  readonly kind: string | null
  readonly address: string | null
  readonly control: string | null
  readonly item: string | null
  readonly more: boolean
  readonly points: readonly { readonly value: string | null }[]
  readonly refused: readonly object[]
  readonly noise: string
  readonly fault: { readonly code: string; readonly text: string; readonly hint: string } | null
  readonly bytes: string
}

const FIELDS = [
  'protocol',
  'kind',
  'function',
  'address',
  'control',
  'more',
  'sequence',
  'item',
  'points',
  'refused',
  'noise',
  'fault',
  'bytes',
]

const file = join(import.meta.dirname, '..', 'golden', 'dlt645', 'vectors.json')
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8')).vectors
const frames = vectors.filter(({ kind }) => kind === 'frame')
const good = frames.filter(({ valid }) => valid)
const broken = vectors.filter(({ valid }) => !valid)
const streams = vectors.filter(({ kind, valid }) => kind === 'stream' && valid)

async function decode(
  lines: readonly string[],
): Promise<{ readonly code: number | null; readonly objects: readonly Decoded[] }> {
  const { code, out } = await runMeterd(['decode', '--json', '-'], lines.join('\n'))
  return {
    code,
    objects: out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line)),
  }
}

describe('meterd decode', () => {
  test('frames every good public frame, with its address, control and item', async () => {
    const { code, objects } = await decode(good.map(({ hex }) => hex))
    expect(code).toBe(0)
    expect(objects).toHaveLength(good.length)
    for (const [index, vector] of good.entries()) {
      const decoded = objects[index]
      expect(Object.keys(decoded ?? {}).sort(), vector.id).toEqual([...FIELDS].sort())
      expect(decoded, vector.id).toMatchObject({
        protocol: `dlt645-${vector.version}`,
        address: vector.address,
        control: vector.control,
        more: vector.more,
        fault: null,
      })
      if (vector.di !== undefined) expect(decoded?.item, vector.id).toBe(vector.di)
      expect(decoded?.kind === 'refusal', vector.id).toBe(vector.error)
    }
  })

  test.each(broken.map(vector => [vector.id, vector] as const))(
    'V-F1 V-F2 refuses %s with the stated reason and exit 1',
    async (_id, vector) => {
      const { code, objects } = await decode([vector.hex])
      expect(code).toBe(1)
      const faults = objects.map(({ fault }) => fault).filter(fault => fault !== null)
      expect(faults.length).toBeGreaterThan(0)
      for (const fault of faults) expect(fault.hint).not.toBe('')
      for (const { fault, points } of objects) if (fault) expect(points).toEqual([])
      const sum = /checksum is ([0-9A-F]{2}), should be ([0-9A-F]{2})/.exec(vector.reason ?? '')
      if (vector.reason?.includes('no end byte')) {
        expect(faults[0]?.code).toBe('FRAME_END')
      } else if (sum) {
        expect(faults[0]?.code).toBe('FRAME_CHECKSUM')
        expect(faults[0]?.text).toContain(sum[1])
        expect(faults[0]?.text).toContain(sum[2])
      }
    },
  )

  test('finds the frames of every noisy stream, in order', async () => {
    for (const { id, hex, expected_frames: expected = [] } of streams) {
      const { objects } = await decode([hex])
      const found = objects.filter(({ fault }) => fault === null)
      expect(
        found.map(({ bytes }) => bytes),
        id,
      ).toEqual(expected.map(frame => frame.hex.replaceAll(' ', '')))
      expect(
        found.map(({ address, control }) => [address, control]),
        id,
      ).toEqual(expected.map(frame => [frame.address, frame.control]))
    }
  })

  test('tells Modbus TCP, Modbus RTU and DL/T 645 apart by themselves', async () => {
    const { objects } = await decode([
      '01 03 04 00 BC 61 4E 92 73',
      '00 01 00 00 00 06 01 03 00 00 00 02',
      '68 12 90 78 56 34 12 68 11 04 33 33 34 33 68 16',
    ])
    expect(objects.map(({ protocol }) => protocol)).toEqual(['modbus-rtu', 'modbus-tcp', 'dlt645-2007'])
  })

  test('shows no password, nor a sum over it, whatever the frame is like', async () => {
    // A relay order: level 02, password C1 C2 C3 (with the 33H as sent F4 F5 F6), operator 87654321.
    const body = '68 12 90 78 56 34 12 68 1C 10 35 F4 F5 F6 54 76 98 BA 4D 33 8C 8C 56 64 45 63'
    const sum = body.split(' ').reduce((all, byte) => all + Number.parseInt(byte, 16), 0) & 0xff
    const hex = (byte: number) => (byte & 0xff).toString(16).padStart(2, '0').toUpperCase()
    const lines = [
      `${body} ${hex(sum)} 16`,
      `FE FE ${body} ${hex(sum + 1)} 16`,
      `${body} ${hex(sum)} 17`,
      body.slice(0, 41),
      `68 ${body} ${hex(sum)} 16`,
      `${body.replace('34 12 68', '34 12 58')} ${hex(sum)} 16`,
      `${body.replace('1C 10', '1C 02')} ${hex(sum)} 16`,
      `${body.replace('1C 10', '1C 03')} ${hex(sum)} 16`,
      `${body.replace('1C 10', '15 10')} ${hex(sum)} 16`,
      `${body.replace('1C 10', '1C')} ${hex(sum)} 16`,
      `${body.replace('68 12', '12')} ${hex(sum)} 16`,
      `${body.replace('12 90', '12')} ${hex(sum)} 16`,
    ]
    for (const line of lines)
      for (const more of [
        [],
        ['--json'],
        ['--protocol', 'dlt645-2007'],
        ['--protocol', 'modbus-tcp', '--json'],
      ]) {
        const { out } = await runMeterd(['decode', ...more, '-'], line)
        if (more.includes('--json')) expect(out, line).toContain('**')
        expect(out, line).not.toMatch(/F4|F5|F6|C1C2|C2C3/)
        expect(out, line).not.toMatch(/checksum is/)
        for (const secret of [hex(sum), hex(sum + 1)]) expect(out, line).not.toContain(secret)
      }
    const slip = await runMeterd(['decode', `${body}g`])
    expect(slip.err).toContain('"g" is no hex')
    expect(slip.err).not.toContain('F4')
    const odd = await runMeterd(['decode', `${body} 1`])
    expect(odd.err).toContain('is no hex')
    expect(odd.err).not.toContain('F4')
  })

  test('what is no hex is a wrong use, with words', async () => {
    const { code, err } = await runMeterd(['decode', 'xyz'])
    expect(code).toBe(2)
    expect(err).toContain('is no hex')
  })

  const GOOD = '68 12 90 78 56 34 12 68 91 08 33 33 34 33 AB 89 67 45 CC 16'

  test('lines of a stream that are no hex are told with their number, and those behind them are decoded', async () => {
    const { code, out, err } = await runMeterd(['decode', '-'], `68 zz\n${GOOD}\n\n1\n${GOOD}\n`)
    expect(code).toBe(1)
    expect(out.match(/123456\.78 kWh/g)).toHaveLength(2)
    expect(err).toMatch(/line 1: "zz" is no hex.*\n.*line 4: an odd number of digits/)
  })

  test('what meterd sniff wrote is read back: its words passed over, its bytes decoded', async () => {
    const sniffed = `04:59:43.123 +25 ms  < dlt645-2007 reply read, address 123456789012\n    ${GOOD}\n      forward active energy, total: 123456.78 kWh\n`
    const { code, out, err } = await runMeterd(['decode', '-'], sniffed)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('123456.78 kWh')
  })

  test('bytes kept as they came are decoded from their file, noise between them told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-raw-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'line.raw')
    writeFileSync(file, Buffer.from(`${GOOD} 00 5A FE FE ${GOOD}`.replaceAll(' ', ''), 'hex'))
    const { code, out } = await runMeterd(['decode', '--raw', file, '--json'])
    expect(code).toBe(0)
    const found = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(found.map(({ noise, fault }) => [noise, fault])).toEqual([
      ['', null],
      ['005AFEFE', null],
    ])
    expect((await runMeterd(['decode', '--raw', join(folder, 'none')])).code).toBe(2)
  })

  test('bytes without a frame are told as such', async () => {
    const { code, objects } = await decode(['00 11 22'])
    expect(code).toBe(1)
    expect(objects.map(({ fault }) => fault?.code)).toEqual(['FRAME_NONE'])
  })
})

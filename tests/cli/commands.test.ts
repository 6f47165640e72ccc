/** `meterd write`, `command` and `clock` against simulated meters, over a real port. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { runMeterd } from '../support/daemon.ts'
import { HOUSES, play } from '../support/meters.ts'

const PASSWORD = '735190'
/** As it would stand in a frame, low byte first, 33H added. */
const ON_THE_WIRE = /C3 84 A6/

let folder = ''
let undo: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterd-commands-'))
  undo = [() => rmSync(folder, { recursive: true, force: true })]
})
afterEach(async () => {
  for (const one of undo.reverse()) await one()
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function houses(): Promise<readonly string[]> {
  const { simulator, lines } = await play([HOUSES])
  undo.push(() => simulator.stop())
  return ['--line', lines[0]?.url ?? '', '--protocol', 'dlt645-2007', '--address', '161']
}

async function meterd(args: readonly string[]) {
  const { code, out, err } = await runMeterd(args)
  // Whatever is asked, no password is ever shown.
  expect(out + err).not.toContain(PASSWORD)
  expect(out + err).not.toMatch(ON_THE_WIRE)
  return { code, out, err }
}

function offsetText(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

describe('meterd write', () => {
  test('without --yes shows what it would send, without the password, and sends nothing', async () => {
    const to = await houses()
    const pw = file('pw', `${PASSWORD}\n`)
    const { code, out, err } = await meterd(['write', ...to, '--password-file', pw, '04000103=15'])
    expect(code).toBe(2)
    expect(out).toMatch(
      /would send FE FE FE FE 68 61 01 .* 68 14 0D 36 34 33 37 37 \*\* \*\* \*\* 33 33 33 33 48 \*\* 16/,
    )
    expect(err).toContain('nothing was sent')
  })

  test('a refused write is exit 1, with the value before and after', async () => {
    const to = await houses()
    const pw = file('pw', PASSWORD)
    const args = ['write', ...to, '--password-file', pw, '--yes', '--trace', '--json', '04000103=30']
    const { code, out, err } = await meterd(args)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      item: '04000103',
      before: '15',
      asked: '30',
      after: '15',
      outcome: 'refused',
      isAsAsked: false,
    })
    expect(err).toContain('** ** **')
  })

  test.each([
    ['no item', []],
    ['an unknown item', ['0F0F0F0F=1']],
    ['a value that is none', ['04000103=soon']],
    ['no value', ['04000103']],
    ['an item that can only be read', ['00010000=1']],
  ])('%s is used wrongly, before anything is sent', async (_, items) => {
    const pw = file('pw', PASSWORD)
    const to = ['--line', 'tcp://127.0.0.1:1', '--protocol', 'dlt645-2007', '--address', '161']
    expect((await meterd(['write', ...to, '--password-file', pw, '--yes', ...items])).code).toBe(2)
  })
})

describe('a password file', () => {
  test.each([
    ['is empty', '', /pw, line 1: is empty; write/],
    ['begins with a comment', '# 735190\n735190\n', /pw, line 1: is no password; write its six digits/],
    ['holds more', '02 735190\n', /pw, line 1: is no password; write its six digits/],
  ])('that %s is named, with the line and what to do', async (_, text, expected) => {
    const pw = file('pw', text)
    const to = ['--line', 'tcp://127.0.0.1:1', '--protocol', 'dlt645-2007', '--address', '161']
    const tries = [
      ['write', ...to, '--password-file', pw, '04000103=15'],
      ['clock', ...to, '--password-file', pw, '--set', 'write'],
      [
        'command',
        'change-password',
        ...to,
        'class=02',
        '--password-file',
        file('good', PASSWORD),
        `new-password=@${pw}`,
      ],
    ]
    for (const args of tries) {
      const { code, err } = await meterd(args)
      expect(code).toBe(2)
      expect(err).toMatch(expected)
    }
  })
})

describe('meterd command', () => {
  test('freezes now, and is done only with --yes', async () => {
    const to = await houses()
    expect((await meterd(['command', 'freeze', ...to, 'when=now'])).code).toBe(2)
    const { code, out } = await meterd(['command', 'freeze', ...to, 'when=now', '--yes'])
    expect(code).toBe(0)
    expect(out).toContain('freeze: done')
    const all = await meterd(['command', 'freeze', ...to, 'when=now', 'to=all', '--yes', '--json'])
    expect(JSON.parse(all.out)).toMatchObject({ command: 'freeze', outcome: 'sent' })
  })

  test.each(['clear-meter', 'clear-events'])(
    '%s goes out only where a configuration allows clearing',
    async name => {
      const to = await houses()
      const what = name === 'clear-events' ? ['what=all'] : []
      const pw = file('pw', PASSWORD)
      const args = ['command', name, ...to, ...what, '--password-file', pw, '--yes']
      const plain = await meterd(args)
      expect(plain.code).toBe(2)
      expect(plain.err).toContain('allowClearing')
      const config = (extra: string) =>
        file(
          'gateway.yaml',
          `version: 1
gateway: test
site: { offset: "+08:00", zone: Asia/Shanghai }
data: ./data
lines: [{ id: a, url: "tcp://127.0.0.1:1" }]
meters: [{ id: m1, line: a, address: "161", profile: dlt645-2007-single-phase }]
${extra}`,
        )
      expect((await meterd([...args, '--config', config('')])).code).toBe(2)
      expect((await meterd([...args, '--config', config('commands: { allowClearing: false }\n')])).code).toBe(
        2,
      )
      expect((await meterd([...args, '--config', config('commands: { allowClearng: true }\n')])).code).toBe(
        78,
      )
      expect(plain.err).toMatch(/two lines:\n {2}version: 1\n {2}commands: \{ allowClearing: true \}/)
      const least = file('two-lines.yaml', 'version: 1\ncommands: { allowClearing: true }\n')
      const shown = await meterd([...args.filter(one => one !== '--yes'), '--config', least])
      expect(shown.out).toMatch(/^would send /)
      const sent = await meterd([
        ...args,
        '--json',
        '--config',
        config('commands: { allowClearing: true }\n'),
      ])
      // This meter wants another password: the order reached it.
      expect(JSON.parse(sent.out)).toMatchObject({ command: name, outcome: 'refused' })
      expect(sent.code).toBe(1)
    },
  )

  test('a password typed is not taken, nor shown', async () => {
    const to = await houses()
    const { code } = await meterd(['command', 'clear-demand', ...to, `password=${PASSWORD}`, '--yes'])
    expect(code).toBe(2)
    const pw = file('pw', PASSWORD)
    expect((await meterd(['command', 'clear-demand', ...to, `password=@${pw}`, '--yes'])).code).toBe(1)
  })

  test('lists what a meter can be told', async () => {
    const { code, out } = await meterd(['command', '--protocol', 'dlt645-1997'])
    expect(code).toBe(0)
    expect(
      out
        .split('\n')
        .filter(line => /^[a-z]/.test(line))
        .map(line => line.split(':')[0]),
    ).toEqual(['write', 'write-address', 'set-time', 'change-speed', 'change-password', 'clear-demand'])
    expect((await meterd(['command', '--protocol', 'modbus-rtu'])).code).toBe(0)
    expect((await meterd(['command', 'dance', '--protocol', 'modbus-rtu', '--address', '1'])).code).toBe(2)
  })
})

describe('meterd clock', () => {
  const parse = (out: string) =>
    out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))

  test('shows how far each meter is off, and a silent one is exit 1', async () => {
    const to = await houses()
    const { code, out } = await meterd(['clock', ...to, '--address', '162', '--json'])
    expect(code).toBe(0)
    const clocks = parse(out)
    expect(clocks.map(({ address }) => address)).toEqual(['000000000161', '000000000162'])
    for (const { driftMs } of clocks) expect(Math.abs(driftMs)).toBeLessThan(120_000)
    const silent = await meterd(['clock', ...to, '--address', '199', '--within', '200'])
    expect(silent.code).toBe(1)
  })

  test('is set by broadcast and read back; one that is far off is not', async () => {
    // It is half past twelve at these meters whenever the test runs: near midnight and hourly freezes no clock is set.
    const now = new Date(systemClock.now())
    const minutes = 12 * 60 + 30 - (now.getUTCHours() * 60 + now.getUTCMinutes())
    const offset = offsetText(minutes)
    const meters = ['000000000161', '000000000164'].map(address => ({
      protocol: 'dlt645-2007',
      address,
      profile: 'single-phase',
    }))
    const simulator = await startSimulator(
      { seed: 7, listeners: [{ url: { kind: 'tcp', host: '127.0.0.1', port: 0 }, meters, faults: {} }] },
      { clock: systemClock, log: silentLog, offsetMinutes: minutes },
    )
    undo.push(() => simulator.stop())
    const url = simulator.listening[0]?.url
    const to = [
      '--line',
      url ?? '',
      '--protocol',
      'dlt645-2007',
      '--address',
      '161',
      '--address',
      '164',
      '--json',
    ]
    const far = await meterd(['clock', ...to, '--set', 'broadcast', `--offset=${offsetText(minutes + 30)}`])
    expect(far.code).toBe(1)
    for (const { why, set } of parse(far.out)) {
      expect(why[0]).toMatch(/300 s at most/)
      expect(set).toBeNull()
    }
    const set = await meterd(['clock', ...to, '--set', 'broadcast', `--offset=${offset}`])
    for (const one of parse(set.out)) {
      expect(one).toMatchObject({ set: 'sent', why: [], after: { isSet: true } })
      expect(Math.abs(one.after.driftMs)).toBeLessThanOrEqual(2_000)
    }
    expect(set.code).toBe(0)
  })

  test('is not written without a password, nor set where the meter refuses', async () => {
    const to = await houses()
    expect((await meterd(['clock', ...to, '--set', 'write'])).code).toBe(2)
    expect((await meterd(['clock', ...to, '--set', 'radio'])).code).toBe(2)
  })
})

/** `meterd scan` and `meterd sniff` as shipped, over sockets and pseudo-terminals. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../../src/core/clock.ts'
import { fromHex, toHex } from '../../src/core/hex.ts'
import { lineKey, parseLineUrl } from '../../src/core/line-url.ts'
import { silentLog } from '../../src/core/log.ts'
import { claimLine } from '../../src/line/lock.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { frameBytes } from '../drivers/dlt645/bench-meter.ts'
import { runMeterd, until } from '../support/daemon.ts'
import { HOUSES, play, WORKSHOP } from '../support/meters.ts'
import { behindSer2net } from '../support/pty-pair.ts'
import { requireService } from '../support/services.ts'

const socat = requireService('socat')
const ser2net = requireService('ser2net')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

async function lineOf(bus: typeof HOUSES, addresses: readonly string[]): Promise<string> {
  const { simulator, lines } = await play([{ ...bus, addresses }])
  undo.push(() => simulator.stop())
  return lines[0]?.url ?? ''
}

async function pair(): Promise<readonly [near: string, far: string]> {
  const directory = mkdtempSync(join(tmpdir(), 'meterd-pty-'))
  const [near, far] = [join(directory, 'near'), join(directory, 'far')]
  const bridge = spawn(socat.path, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`])
  undo.push(() => rmSync(directory, { recursive: true, force: true }))
  undo.push(() => bridge.kill())
  await until(() => existsSync(near) && existsSync(far))
  return [near, far]
}

async function claim(url: string): Promise<void> {
  const parsed = parseLineUrl(url)
  if ('wrong' in parsed) throw new Error(parsed.wrong)
  undo.push(await claimLine(lineKey(parsed)))
}

/** The offset of a site where it is ten past midnight. */
function midnightOffset(): string {
  const minutes = Math.floor(Date.now() / 60_000) % 1440
  const offset = ((((10 - minutes) % 1440) + 1440 + 720) % 1440) - 720
  const two = (value: number) => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
}

describe('meterd scan', () => {
  test('a meter is found with what to write into the configuration', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const { code, out, err } = await runMeterd(['scan', '--line', line, '--within', '300', '--force'])
    expect(err).toMatch(/about \d+ s when nobody answers, and \d+ s more for each place/)
    expect(code).toBe(0)
    expect(out).toContain('meter number 000000000161')
    const entry = parse(out.slice(out.indexOf('lines:'))) as {
      lines: readonly object[]
      meters: readonly object[]
    }
    expect(entry).toEqual({
      lines: [{ id: 'line-1', url: line }],
      meters: [
        {
          id: 'meter-000000000161',
          line: 'line-1',
          address: '000000000161',
          profile: 'dlt645-2007-state-grid-single-phase',
        },
      ],
    })
  })

  test('one of 1997 is found by the other questions, as an object with --json', async () => {
    const line = await lineOf(WORKSHOP, ['970000000001'])
    const { code, out } = await runMeterd([
      ...['scan', '--line', line, '--within', '300', '--force', '--json'],
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      address: '970000000001',
      protocol: 'dlt645-1997',
      phases: 3,
      answers: true,
    })
  })

  test('nobody is exit 1', async () => {
    const line = await lineOf(HOUSES, [])
    const { code, err } = await runMeterd([
      ...['scan', '--line', line, '--within', '100', '--force', '--protocol', 'dlt645-2007'],
    ])
    expect(code).toBe(1)
    expect(err).toContain('0 found with 1 addresses asked')
  })

  test('around midnight at the site nothing is asked', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const { code, err } = await runMeterd(['scan', '--line', line, `--offset=${midnightOffset()}`])
    expect(code).toBe(1)
    expect(err).toContain('the line belongs to billing reads')
  })

  test('the billing window is that of the configuration, and --force says that it searches inside it', async () => {
    const line = await lineOf(HOUSES, [])
    const minute = (ahead: number) => {
      const at = new Date(Date.now() + 8 * 3_600_000 + ahead * 60_000)
      return at.toISOString().slice(11, 16)
    }
    const folder = mkdtempSync(join(tmpdir(), 'meterd-window-'))
    undo.push(() => rmSync(folder, { recursive: true }))
    const config = join(folder, 'site.yaml')
    const window = (from: string, to: string) =>
      writeFileSync(
        config,
        `version: 1\nsite: { offset: "+08:00", zone: Asia/Shanghai }\ncommissioning: { billingWindow: { from: "${from}", to: "${to}" } }\n`,
      )
    const args = ['scan', '--line', line, '--config', config, '--within', '100', '--protocol', 'dlt645-2007']
    const [from, to] = [minute(-5), minute(30)]
    window(from, to)
    const refused = await runMeterd(args)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(`from ${from} to ${to} the line belongs to billing reads`)
    expect(refused.err).not.toContain('who is there')
    const forced = await runMeterd([...args, '--force'])
    expect(forced.err).toContain('searched all the same, because of --force')
    expect(forced.err).toContain('0 found')
    window(minute(60), minute(90))
    expect((await runMeterd(args)).err).toContain('0 found')
    window('25:00', minute(30))
    const wrong = await runMeterd(args)
    expect(wrong.code).toBe(78)
    expect(wrong.err).toContain('billingWindow.from: "25:00" is not right')
  })

  test('what a meter serves is kept where --data says, shown, and forgotten when told', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const data = mkdtempSync(join(tmpdir(), 'meterd-data-'))
    undo.push(() => rmSync(data, { recursive: true }))
    const args = ['scan', '--line', line, '--within', '300', '--force', '--protocol', 'dlt645-2007']
    expect((await runMeterd(args)).err).toContain('was not kept')
    expect((await runMeterd(['capabilities', '--data', data])).code).toBe(1)
    expect((await runMeterd([...args, '--data', data])).err).toContain(`is kept in ${data}`)
    const shown = await runMeterd(['capabilities', '--data', data, '161', '--json'])
    expect(shown.code).toBe(0)
    expect(JSON.parse(shown.out)).toMatchObject({
      address: '000000000161',
      protocol: 'dlt645-2007',
      by: 'meterd scan',
      learnedAt: expect.stringMatching(/^\d{4}-/),
      facts: { '04000402': '000000000161' },
      serves: expect.arrayContaining(['0001FF00']),
      silentTo: [],
      followUp: true,
      addressRules: expect.arrayContaining([{ asked: 'AAAAAAAAAAAA', answeredUnder: '000000000161' }]),
    })
    // Another meter number was known here before.
    const file = join(data, 'capabilities.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"04000402": "000000000161"', '"04000402": "7"'))
    expect((await runMeterd([...args, '--data', data])).err).toContain(
      '000000000161: another meter than before: 04000402 was 7 and is 000000000161',
    )
    const [kept] = JSON.parse(readFileSync(file, 'utf8')) as [{ sameSince: number; learnedAt: number }]
    expect(kept.sameSince).toBe(kept.learnedAt)
    expect((await runMeterd([...args, '--data', data])).err).not.toContain('another meter')
    const [again] = JSON.parse(readFileSync(file, 'utf8')) as [typeof kept]
    expect(again.sameSince).toBe(kept.sameSince)
    expect(again.learnedAt).toBeGreaterThan(kept.learnedAt)
    expect((await runMeterd(['capabilities', '--data', data, '161', '--forget'])).out).toContain('forgotten')
    expect((await runMeterd(['capabilities', '--data', data])).code).toBe(1)
    expect((await runMeterd(['capabilities', '--data', data, '--forget'])).code).toBe(2)
  })

  test('PR-85 a line another meterd owns is not searched', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    await claim(line)
    const { code, err } = await runMeterd(['scan', '--line', line, '--force'])
    expect(code).toBe(1)
    expect(err).toContain('in use by another meterd')
  })

  test.each([
    ['no line', []],
    ['a protocol nobody searches by', ['--line', 'tcp://127.0.0.1:1', '--protocol', 'modbus-rtu']],
    ['no address', ['--line', 'tcp://127.0.0.1:1', '--from', 'AA']],
    ['no number', ['--line', 'tcp://127.0.0.1:1', '--most', 'x']],
  ])('%s is exit 2', async (_, args) => expect((await runMeterd(['scan', ...args])).code).toBe(2))

  async function meterAt(path: string): Promise<void> {
    const url = parseLineUrl(`serial://${path}?baud=2400&parity=none`)
    if ('wrong' in url) throw new Error(url.wrong)
    const meters = [{ protocol: 'dlt645-2007', address: '000000000161', profile: 'single-phase' }]
    const simulator = await startSimulator(
      { seed: 1, listeners: [{ url, meters, faults: {} }] },
      { clock: systemClock, log: silentLog, offsetMinutes: 480 },
    )
    undo.push(() => simulator.stop())
  }

  test.skipIf(socat.missing)(`over a serial line at the first speed that answers${socat.note}`, async () => {
    const [near, far] = await pair()
    await meterAt(far)
    const { code, out } = await runMeterd([
      ...['scan', '--line', `serial://${near}`, '--all-speeds', '--force', '--json'],
      ...['--protocol', 'dlt645-2007'],
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      address: '000000000161',
      line: `serial://${near}?baud=2400&parity=even`,
    })
  })

  test.skipIf(socat.missing || ser2net.missing)(
    `over RFC 2217 at the first speed that answers${socat.note}${ser2net.note}`,
    async () => {
      const { url, near, stop } = await behindSer2net(socat.path, ser2net.path)
      undo.push(stop)
      await meterAt(near)
      const { code, out } = await runMeterd([
        ...['scan', '--line', `${url}?baud=9600`, '--all-speeds', '--force', '--json'],
        ...['--protocol', 'dlt645-2007'],
      ])
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        address: '000000000161',
        line: `${url}?baud=9600&parity=even`,
      })
    },
  )
})

const QUESTION = '68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16'
const ANSWER = '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16'
/** A write of the date under level 02 with the password 123456, and the three bytes of it as they go over the wire. */
const WRITE = toHex(
  frameBytes(
    '000000000161',
    0x14,
    fromHex('01 01 00 04 02 56 34 12 00 00 00 00 06 21 11 26') ?? new Uint8Array(),
  ),
)
const PASSWORD = '89 67 45'

describe('meterd sniff', () => {
  /** A serial server that passes on what others say. */
  async function server(parts: readonly string[]): Promise<string> {
    const listener = createServer(socket => {
      socket.on('error', () => undefined)
      for (const [index, hex] of parts.entries())
        setTimeout(() => socket.write(fromHex(hex) ?? new Uint8Array()), 100 * (index + 1))
    })
    await new Promise<void>(listening => listener.listen(0, '127.0.0.1', listening))
    undo.push(() => listener.close())
    return `tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`
  }

  test('tells frames as they come, damaged ones with the reason, and counts noise', async () => {
    const line = await server([
      `FE FE ${QUESTION}`,
      ANSWER.slice(0, 30),
      ANSWER.slice(30),
      '00 11',
      ANSWER.replace('8A', '8B'),
    ])
    const { code, out, err } = await runMeterd(['sniff', '--line', line, '--for', '2s', '--json'])
    expect(code).toBe(0)
    const heard = out
      .trim()
      .split('\n')
      .map(text => JSON.parse(text))
    expect(heard.map(({ kind }) => kind)).toEqual(['request', 'reply', 'noise', 'damaged'])
    expect(heard[1]).toMatchObject({ address: '000000000161', points: [{ value: '0.26' }], bytes: ANSWER })
    expect(heard[1].gapMs).toEqual(expect.any(Number))
    expect(heard[3]).toMatchObject({ fault: { code: 'FRAME_CHECKSUM' } })
    expect(err).toContain('2 frames, 1 damaged (FRAME_CHECKSUM 1), 2 bytes of noise')
  })

  test('shows no password, and keeps all bytes only in the file asked for', async () => {
    const line = await server([WRITE])
    const raw = join(mkdtempSync(join(tmpdir(), 'meterd-sniff-')), 'raw')
    const { out } = await runMeterd(['sniff', '--line', line, '--for', '1s', '--raw', raw])
    expect(out).toContain('write')
    expect(WRITE).toContain(PASSWORD)
    expect(out).not.toContain(PASSWORD)
    expect(readFileSync(raw)).toEqual(Buffer.from(fromHex(WRITE) ?? []))
  })

  test('PR-85 a line another meterd owns is not listened to', async () => {
    const line = await server([])
    await claim(line)
    const { code, err } = await runMeterd(['sniff', '--line', line, '--for', '1s'])
    expect(code).toBe(1)
    expect(err).toContain('in use by another meterd')
  })

  test.each([
    ['no line', []],
    ['a line of its own', ['--line', 'modbus-tcp://127.0.0.1:1']],
    ['no time', ['--line', 'tcp://127.0.0.1:1', '--for', '5']],
    ['no protocol', ['--line', 'tcp://127.0.0.1:1', '--protocol', 'x']],
  ])('%s is exit 2', async (_, args) => expect((await runMeterd(['sniff', ...args])).code).toBe(2))

  test.skipIf(socat.missing)(`over a serial line${socat.note}`, async () => {
    const [near, far] = await pair()
    const sniffing = runMeterd(['sniff', '--line', `serial://${near}?parity=none`, '--for', '3s', '--json'])
    const timer = setInterval(() => writeFileSync(far, fromHex(QUESTION) ?? new Uint8Array()), 300)
    undo.push(() => clearInterval(timer))
    const { code, out } = await sniffing
    expect(code).toBe(0)
    expect(out).toContain('"function":"read"')
  })
})

describe('meterd read of a meter’s memory', () => {
  test('freezes under their own stamps, with the period they close', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const to = ['--line', line, '--protocol', 'dlt645-2007', '--address', '161', '--json']
    const { code, out } = await runMeterd(['read', ...to, '--freeze', 'daily', '2'])
    expect(code).toBe(0)
    const [first] = out
      .trim()
      .split('\n')
      .map(text => JSON.parse(text))
    expect(first).toMatchObject({ obis: '1-0:1.8.0', fault: null })
    expect(first.stampedAt).toMatch(/T00:00:00$/)
    expect(first.period).toMatchObject({ to: first.stampedAt, lateMs: 0 })
  })

  test('load records and events under their own times', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const to = ['--line', line, '--protocol', 'dlt645-2007', '--address', '161', '--json']
    const objects = ({ out }: { readonly out: string }) =>
      out
        .trim()
        .split('\n')
        .map(text => JSON.parse(text))
    const records = await runMeterd(['read', ...to, '--load-record', 'latest', '3', '--class', '4'])
    expect(records.code).toBe(0)
    expect(objects(records)).toHaveLength(3)
    for (const record of objects(records)) {
      expect(record).toMatchObject({ at: expect.stringMatching(/^20/), fault: null })
      expect(record.points[0]).toMatchObject({ item: '00010000', obis: '1-0:1.8.0', at: record.at })
    }
    const events = await runMeterd(['read', ...to, '--events', 'power-down', '2'])
    expect(events.code).toBe(0)
    const [head, last, before] = objects(events)
    expect(head).toMatchObject({ event: 'power-down', kept: 2 })
    expect(last.startedAt > before.startedAt).toBe(true)
  })

  test('what a meter does not keep is told in words', async () => {
    const line = await lineOf(HOUSES, ['000000000161'])
    const to = ['--line', line, '--protocol', 'dlt645-2007', '--address', '161']
    const future = await runMeterd(['read', ...to, '--load-record', '2099-01-01T00:00', '3'])
    expect(future.err).toMatch(/load records: the meter keeps none/)
    const events = await runMeterd(['read', ...to, '--events', 'meter-clearing'])
    expect(events.out).toMatch(/meter-clearing: 0 in all/)
  })

  test.each([
    ['a kind that is none', ['--freeze', 'weekly']],
    ['a class of events that is none', ['--events', 'earthquake']],
    ['a time that is none', ['--load-record', '2026-13-01T00:00']],
    ['two memories at once', ['--freeze', 'daily', '--events', 'all']],
    ['a count that is none', ['--freeze', 'daily', 'x']],
    ['events of a meter that has none', ['--protocol', 'modbus-rtu', '--events', 'all']],
  ])('%s is exit 2, with what is known', async (_, args) => {
    const { code, err } = await runMeterd(['read', '--line', 'tcp://127.0.0.1:1', '--address', '1', ...args])
    expect(code).toBe(2)
    expect(err).toMatch(/known are|is earliest|at a time|from 1 to|keeps no event records/)
  })
})

/** What goes wrong around a box: absent ports, absent servers, a full disk, silent meters, two masters. Said once, and on with the rest. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { allReadings } from '../support/all-readings.ts'
import { runMeterd, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, HOUSES, PANEL, play } from '../support/meters.ts'
import { freePort } from '../support/services.ts'

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

const linesOf = (text: string, part: string) => text.split('\n').filter(line => line.includes(part))

describe('absent things', () => {
  test('a port, a serial server, a broker and a database that are not there are each said once, with a remedy; the rest is read', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    const [nobody, broker, database] = [await freePort(), await freePort(), await freePort()]
    const daemon = await testDaemon({
      lines: [
        ...lines,
        { id: 'unplugged', url: 'serial:///dev/ttyMETERD9' },
        { id: 'off', url: `tcp://127.0.0.1:${nobody}` },
      ],
      meters: [
        ...meters,
        { id: 'lost-1', line: 'unplugged', address: '000000000001', profile: 'dlt645-2007-single-phase' },
        { id: 'lost-2', line: 'off', address: '000000000002', profile: 'dlt645-2007-single-phase' },
      ],
      mqtt: { url: `mqtt://127.0.0.1:${broker}` },
      influx: { url: `http://127.0.0.1:${database}`, database: 'meterd' },
    })
    undo.push(
      () => simulator.stop(),
      () => daemon.dispose(),
    )
    await daemon.start()
    await until(async () => (await allReadings(daemon, ['feeders-1'])).size > 60)
    await sleep(6_000)
    const said = daemon.output()
    for (const [who, remedy] of [
      ['/dev/ttyMETERD9', 'there is no such port'],
      [`127.0.0.1:${nobody}`, 'nothing listens there'],
      [`127.0.0.1:${broker}`, 'start the broker'],
      [`127.0.0.1:${database}`, ''],
    ] as const) {
      const told = linesOf(said, who).filter(line => line.includes('WARN'))
      expect(told, `${who} in\n${said}`).toHaveLength(1)
      expect(told[0]).toContain(remedy)
    }
    const { lines: shown }: { lines: { id: string; state: string }[] } = await daemon.json('/v1/lines')
    expect(shown.find(({ id }) => id === 'feeders')?.state).toBe('open')
  })

  test('PR-80 a configuration with ten mistakes prints ten lines and starts nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterd-bad-'))
    undo.push(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'gateway.yaml')
    writeFileSync(
      file,
      [
        'version: 1',
        'gateway: "a/b"',
        'site: { offset: "8", zone: Asia/Shanghai }',
        'data: data',
        'lines:',
        '  - { id: a, url: "serial:///dev/ttyS0?baud=2401" }',
        '  - { id: a, url: "tcp://127.0.0.1:4001", baudrat: 9600 }',
        'meters:',
        '  - { id: m1, line: a, address: 000000000161, profile: dlt645-2007-single-phase }',
        '  - { id: m2, line: b, address: "000000000162", profile: dlt645-2007-single-phase }',
        '  - { id: m3, line: a, address: "000000000163", profile: dlt645-2070 }',
        'mqtt: { url: "mqtt://127.0.0.1:1883", password: hunter2 }',
        'log: { level: loud }',
      ].join('\n'),
    )
    const { code, err } = await runMeterd(['run', '--config', file])
    expect(code).toBe(78)
    const told = err.trim().split('\n')
    expect(told, err).toHaveLength(10)
    for (const line of told) expect(line).toMatch(/gateway\.yaml:\d+:\d+ /)
    expect(err).not.toContain('hunter2')
  })
})

describe('ends', () => {
  test('PR-83 SIGTERM ends the process in seconds while a meter is timing out', async () => {
    const { simulator, lines, meters } = await play([
      { ...HOUSES, addresses: ['000000000161'], absent: ['000000000999'] },
    ])
    const daemon = await testDaemon({ lines: lines.map(line => ({ ...line, replyWithin: '60s' })), meters })
    undo.push(
      () => simulator.stop(),
      () => daemon.dispose(),
    )
    await daemon.start()
    await until(async () => (await allReadings(daemon, ['houses-000000000161'])).size > 5)
    await until(async () => {
      const { lines: shown }: { lines: { counters: { requests: number; answers: number } }[] } =
        await daemon.json('/v1/lines')
      const { requests = 0, answers = 0 } = shown[0]?.counters ?? {}
      return requests > answers
    })
    const { code, ms } = await daemon.stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
  })

  test('PR-85 a second daemon on the same data directory is refused at once and touches no line', async () => {
    const { simulator, lines, meters } = await play([FEEDERS])
    const daemon = await testDaemon({ lines, meters })
    undo.push(
      () => simulator.stop(),
      () => daemon.dispose(),
    )
    await daemon.start()
    const { code, err } = await runMeterd(['run', '--config', join(daemon.folder, 'gateway.yaml')])
    expect(code).toBe(1)
    expect(err).toContain('STORE_OWNED')
  })
})

describe.skipIf(process.getuid?.() !== 0)('a full disk (needs root, to mount a small one)', () => {
  test('PR-20 is said once; reading goes on, and what the meters remember is kept once there is room', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'meterd-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', disk])
    undo.push(
      () => rmSync(disk, { recursive: true, force: true }),
      () => execFileSync('umount', ['-l', disk]),
    )
    const { simulator, lines, meters } = await play([HOUSES, PANEL].map(bus => ({ ...bus, every: '10s' })))
    const data = join(disk, 'data')
    mkdirSync(data, { mode: 0o700 })
    const daemon = await testDaemon({ lines, meters, data })
    undo.push(
      () => simulator.stop(),
      () => daemon.dispose(),
    )
    const filler = join(disk, 'filler')
    await daemon.start()
    await until(async () => (await allReadings(daemon, ['panel-1'])).size > 20)
    fill(filler)
    await until(
      () => daemon.output().includes('STORE_FULL') || daemon.output().includes('free space'),
      90_000,
    )
    await sleep(3_000)
    const said =
      linesOf(daemon.output(), 'the store uses').length + linesOf(daemon.output(), 'free space').length
    expect(said).toBeLessThan(10)
    expect((await fetch(`${daemon.api}/healthz`)).ok).toBe(true)
    rmSync(filler)
    const before = (await allReadings(daemon, ['panel-1'])).size
    await until(async () => (await allReadings(daemon, ['panel-1'])).size > before, 60_000)
    const { code } = await daemon.stop()
    expect(code).toBe(0)
  }, 240_000)
})

/** Writes until the disk has no room. */
function fill(file: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=16k'], { stdio: 'ignore' })
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}

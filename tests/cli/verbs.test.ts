import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { runMeterd, type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { freePort } from '../support/services.ts'

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'billing-pull.mjs')

let daemon: TestDaemon | null = null
afterEach(() => daemon?.dispose())

async function daemonOfOneSilentMeter(): Promise<TestDaemon> {
  daemon = await testDaemon({
    lines: [{ id: 'off', url: `tcp://127.0.0.1:${await freePort()}` }],
    meters: [{ id: 'm1', line: 'off', address: '000000000001', profile: 'dlt645-2007-single-phase' }],
  })
  return daemon
}

test('run --json writes JSON lines only to stdout, from the greeting to the end', async () => {
  const { start, stop, stdout } = await daemonOfOneSilentMeter()
  await start(['--json'])
  await until(() => stdout().includes('nothing listens there'))
  expect((await stop()).code).toBe(0)
  const lines = stdout().trimEnd().split('\n')
  const words = lines.map(line => String(JSON.parse(line).msg))
  expect(words.some(text => text.startsWith('API on http://127.0.0.1:'))).toBe(true)
  expect(words.length).toBeGreaterThan(3)
})

test('run refuses an option it does not know and names the help', async () => {
  const { code, err } = await runMeterd(['run', '--config', 'config/demo.yaml', '--jason'])
  expect(code).toBe(2)
  expect(err).toContain('--jason')
  expect(err).toContain('meterd run --help')
})

test('the billing example pulls every page and says why a meter is missing', async () => {
  const { start, api, key } = await daemonOfOneSilentMeter()
  await start()
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [EXAMPLE, api, '2026-11-20'], {
    env: { ...process.env, METERD_KEY: key },
  })
  expect(stdout.trim()).toBe('meter,status,state,version,obis,value,unit,id')
  expect(stderr).toMatch(/^m1: CLOCK_UNKNOWN: the meter's clock was never measured \(and \d+ more reasons\)/)
})

test('keys add refuses a meter the configuration does not know', async () => {
  const { code, err, out } = await runMeterd([
    'keys',
    'add',
    'clerk',
    '--scope',
    'read',
    '--meters',
    'house-1,huose-2',
    '--config',
    'config/demo.yaml',
  ])
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toContain('--meters huose-2: no such meter in config/demo.yaml')
})

test('PR-22 capacity says how long an outage may last, and that the usual settings fit', async () => {
  const { code, out } = await runMeterd(['capacity', '--config', 'config/gateway.example.yaml', '--json'])
  const told = JSON.parse(out)
  expect(code).toBe(0)
  expect(told.readings.billing).toBeGreaterThan(0)
  expect(told.daysToOwed).toBeGreaterThan(told.daysToFrames)
  expect(told.settledBytes).toBeLessThan(told.roomBytes)
  expect(told.released.entries).toBeGreaterThan(0)
  expect(told.yearsOfBook).toBeGreaterThan(10)
  const words = await runMeterd(['capacity', '--config', 'config/gateway.example.yaml'])
  expect(words.out).toMatch(/outage {3}with no sink reachable, \d+ days until frames/)
  expect(words.out).toMatch(/book {5}\d+\.\d MB a year of released reads, never removed: \d+ years/)
})

/** PR-73, P-12: the password relays are ordered by, and everything that leaves the daemon searched for it, crash reports and backups too. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { testDaemon, until } from '../support/daemon.ts'
import { HOUSES, play } from '../support/meters.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const METERD = join(ROOT, 'dist', 'src', 'cli', 'meterd.js')
const PASSWORD = '135724'
/** Billing is asked with it. */
const TOKEN = 'hush-hush-billing'
/** In clear; in a frame as it is sent, 33H added to each byte, however the hex is spaced. */
const SHOWN = /(?<![0-9A-Za-z.])135724(?![0-9A-Za-z])|(?<![0-9a-f])57\s?8a\s?46(?![0-9a-f])/i

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
  vi.unstubAllEnvs()
})

function filesIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')])
}

function writePolicy(folder: string): string {
  const paper = readFileSync(join(ROOT, 'examples/policies/cn-paper-rules.yaml'), 'utf8')
  const accepted = paper.replace('acceptedBy: ""', 'acceptedBy: A. Person')
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, accepted.replace('acceptedOn: ""', 'acceptedOn: 2026-11-01'))
  return file
}

test('PR-73 P-12 the password of relays is in no log, trace, answer, kept file, backup or crash report', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-secret-'))
  const { simulator, lines, meters } = await play([HOUSES])
  const [{ id = '', address = '' } = {}, { id: other = '' } = {}] = meters
  simulator.truth.meter('dlt645-2007', address).relay.trip(Date.now())
  vi.stubEnv('RELAYS', PASSWORD)
  vi.stubEnv('BILLING', TOKEN)
  const daemon = await testDaemon(
    {
      lines,
      meters: meters.map(one => ({ ...one, meterNumber: one.address })),
      log: { level: 'trace', format: 'json' },
      supply: {
        orders: {
          ...{ policy: writePolicy(folder), dryRun: false, passwordEnv: 'RELAYS' },
          billing: { ask: 'http://127.0.0.1:9/unpaid', tokenEnv: 'BILLING' },
        },
      },
    },
    'read,billing,restore,audit',
    { NODE_OPTIONS: `--report-on-signal --report-directory=${folder}` },
  )
  undo.push(
    () => simulator.stop(),
    () => rmSync(folder, { recursive: true }),
    () => daemon.dispose(),
  )
  await daemon.start()
  const post = (path: string, body: object, key = 'order-secrets') =>
    fetch(`${daemon.api}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${daemon.key}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
  // The simulated meter holds another password, and refuses: the frame has left all the same.
  const asked = await post('/v1/restores', { account: '0001', meter: id, reason: 'a test' })
  const told = await asked.text()
  expect(asked.status, told).toBe(200)
  const { order } = JSON.parse(told) as { readonly order: string }
  const looked = () => daemon.get(`/v1/orders/${order}`).then(answer => answer.text())
  await until(async () => (JSON.parse(await looked()) as { attempts: number }).attempts > 0)
  await until(async () => daemon.output().includes(`order ${order}`) || (await looked()).includes('refused'))
  const paths = ['/v1/orders', `/v1/orders/${order}`, '/v1/supply', '/v1/status', '/metrics', '/v1/audit']
  const answers = await Promise.all(paths.map(path => daemon.get(path).then(answer => answer.text())))
  const backup = join(folder, 'backup.db')
  execFileSync(process.execPath, [METERD, 'backup', backup, '--config', join(daemon.folder, 'gateway.yaml')])
  daemon.tell('SIGUSR2')
  await until(() => readdirSync(folder).some(name => name.startsWith('report.')))
  expect((await daemon.stop()).code).toBe(0)

  const files = [...filesIn(folder), ...filesIn(join(daemon.folder, 'data'))]
  const names = files.map(([name]) => name)
  expect(names).toContain('backup.db')
  // What is searched is there: the frame as it left, without what was hidden in it.
  const kept = files.find(([name]) => name === 'meterd.db')?.[1] ?? ''
  expect(kept).toContain(address)
  expect(daemon.output()).toMatch(/1c/i)
  const all = [['output', daemon.output()], ...answers.map(text => ['answer', text]), ...files] as const
  for (const [name = '', text = ''] of all) {
    const at = text.search(SHOWN)
    expect(text, name).not.toContain(TOKEN)
    expect(at, `${name}: ${text.slice(Math.max(0, at - 80), at + 80)}`).toBe(-1)
  }

  // P-15 PR-50: without the configuration of orders what was asked for goes on, and nobody is cut.
  const file = join(daemon.folder, 'gateway.yaml')
  const { supply: _, ...without } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify(without))
  await daemon.start()
  expect(daemon.output()).toContain(`restore ${order} of ${id}`)
  const lit = await post('/v1/restores', { account: '0002', meter: other, reason: 'no light' }, 'without-1')
  expect(lit.status).toBe(200)
  const { order: second } = (await lit.json()) as { readonly order: string }
  await until(async () => (await daemon.json<{ state: string }>(`/v1/orders/${second}`)).state === 'restored')
})

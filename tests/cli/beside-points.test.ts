/** `meterd read --profile` and the doctor show what a profile declares beside its points: credit, and the relay. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { profile } from '../../src/cli/profile.ts'
import { read } from '../../src/cli/read.ts'
import type { Verb } from '../../src/cli/verb.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { MODBUS_EXAMPLE } from '../support/modbus-example.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

const PREPAID = `profile: prepaid
protocol: modbus-rtu
source: constructed
models: [X1]
sign: import-positive
relay:
  state: { item: "1:0x0000", encoding: bit, open: "1", closed: "0" }
  order: { function: 5, item: "1:0x0000", open: "FF00", close: "0000" }
prepaid:
  balance: { item: "3:0x0106", encoding: "s32 e-2", unit: CNY }
  purchases: { item: "3:0x0108", encoding: "u16", unit: "" }
nameplate: { phases: 1, volts: 230, amperes: 60 }
traits: { maxRegisters: 60 }
points:
  - { obis: "1-0:1.8.0", item: "3:0x0000", encoding: "u32 e-2", unit: kWh, name: import }
  - { obis: "1-0:12.7.0", item: "3:0x0005", encoding: "u16 e-1", unit: V, name: voltage }
${MODBUS_EXAMPLE}`

/** A meter of that profile, with its file. */
async function meter(): Promise<{ readonly file: string; readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-prepaid-'))
  undo.push(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'prepaid.yaml')
  writeFileSync(file, PREPAID)
  const byProtocol = new Map(drivers.map(driver => [driver.protocol, driver]))
  const model = (await loadProfiles([file], byProtocol, [])).get('prepaid')
  if (!model) throw new Error('the profile is wrong')
  const meters = [{ protocol: 'modbus-rtu', address: '1', profile: 'prepaid', model }]
  const listeners = [{ url: { kind: 'tcp', host: '127.0.0.1', port: 0 } as const, meters, faults: {} }]
  const parts = { clock: systemClock, log: silentLog, offsetMinutes: 480 }
  const simulator = await startSimulator({ seed: 7, listeners }, parts)
  undo.push(() => simulator.stop())
  return { file, url: simulator.listening[0]?.url ?? '' }
}

async function run(verb: Verb, words: readonly string[]) {
  const out: string[] = []
  const { signal } = new AbortController()
  const io = {
    out: (text: string) => void out.push(text),
    err: () => undefined,
    readAll: async () => '',
    signal,
  }
  const code = await verb.run(words, io)
  return { code, out }
}

test('read --profile FILE gives credit exactly, and says what the relay’s state means', async () => {
  const { file, url } = await meter()
  const to = ['--line', url, '--address', '1', '--profile', file]
  const { code, out } = await run(read, to)
  expect(code).toBe(0)
  expect(out.find(line => line.includes('balance'))).toMatch(/: \d+\.\d\d CNY$/)
  expect(out.find(line => line.includes('relay'))).toMatch(/: 0 \(closed\)$/)
  const objects = (await run(read, [...to, '--json'])).out.map(line => JSON.parse(line))
  expect(objects.find(({ name }) => name === 'relay')).toMatchObject({ value: '0', state: 'closed' })
  expect(objects.filter(({ name }) => name === 'import')).toHaveLength(1)
  // Items are asked alone: nothing is read that nobody asked for.
  expect((await run(read, [...to, '1-0:1.8.0'])).out).toHaveLength(1)
})

test('the doctor shows them, and judges nothing by them', async () => {
  const { file, url } = await meter()
  const { out } = await run(profile, ['doctor', file, '--line', url, '--address', '1', '--again', '1'])
  expect(out.find(line => line.includes('balance'))).toMatch(/^ {6}3:0x0106 .*: \d+\.\d\d CNY$/)
  expect(out.find(line => line.includes('relay'))).toMatch(/^ {6}1:0x0000 .*: 0, closed$/)
  expect(out.at(-1)).not.toMatch(/balance|relay/)
})

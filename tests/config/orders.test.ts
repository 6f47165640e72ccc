/** Orders of supply as configured: none unless somebody says so, by an accepted policy alone; what is lacking is told (PR-50). */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { folderWith, GOOD, load, loadRight } from './support.ts'

const PAPER = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
const POLICY = PAPER.replace('acceptedBy: ""', 'acceptedBy: A. Person').replace(
  'acceptedOn: ""',
  'acceptedOn: 2026-11-01',
)
const written = (orders: string) => `${GOOD}supply: { orders: ${orders} }\n`
const RIGHT = '{ policy: policy.yaml, dryRun: true, passwordFile: relay.password }'
const SWITCHED = `profile: switched
protocol: modbus-rtu
source: Acme X1 manual, ed. 2, table 4
vendor: Acme
models: [X1]
confidence: one-source
doubts: ["nobody has seen one"]
serial: { baud: 2400, framing: "8E1", unit: 1 }
sign: import-positive
nameplate: { phases: 1, volts: 230, amperes: 80 }
points:
  - { obis: "1-0:1.8.0",  item: "3:0x0000", encoding: "u32 e-2", unit: kWh, name: import, capacity: "1000000.00" }
  - { obis: "1-0:16.7.0", item: "3:0x0004", encoding: "s16", unit: W, name: power }
examples:
  - source: "constructed: 1234.56 kWh"
    address: "1"
    obis: "1-0:1.8.0"
    value: "1234.56"
    send: "01 03 00 00 00 02 C4 0B"
    reply: "01 03 04 00 01 E2 40 E2 A3"
`
const BESIDE = { 'policy.yaml': POLICY, 'relay.password': '123456\n' }

test('PR-50 without a word of them there are none', async () => {
  expect((await loadRight(GOOD)).config.orders).toBeUndefined()
})

test('PR-50 PR-65 the policy is kept with the digest of its file, and what keeps meters from being cut is told', async () => {
  const { config, warnings } = await loadRight(written(RIGHT), BESIDE)
  expect(config.orders).toMatchObject({ isRehearsal: true, acceptReplayable: false, password: '123456' })
  expect(config.readFrom.map(({ sha256 }) => sha256)).toContain(config.orders?.policyDigest)
  const told = warnings.map(formatComplaint).join('\n')
  expect(told).toMatch(/no meterNumber, and are never cut/)
  expect(told).toMatch(/write relay-state: later under traits.quirks/)
  expect(told).toMatch(/acceptReplayable: true where the supplier has accepted/)
})

test('P-07 P-18 models that say no number are never cut, those that show no load never confirmed; both are told', async () => {
  const relay = `relay:
  state: { item: "1:0x0000", encoding: bit, open: "1", closed: "0" }
  order: { function: 5, item: "1:0x0000", open: "FF00", close: "0000" }
`
  const load = '  load: "1-0:16.7.0"\n'
  const number = 'serialNumber: { item: "3:0x0102", encoding: "u32" }\n'
  const told = async (more: string) => {
    const folder = folderWith({ 'switched.yaml': `${SWITCHED}${more}` })
    const meter = 'meters: [{ id: m1, line: a, address: "1", profile: switched }]'
    const own = `${GOOD.replace(/meters: .*/, meter)}profiles: ["${folder}"]\n`
    const { warnings } = await loadRight(`${own}supply: { orders: ${RIGHT} }\n`, BESIDE)
    return warnings.map(formatComplaint).join('\n')
  }
  const nameless = /name no register of their number; they are never cut/
  const unproved = /no cut of them is ever confirmed/
  for (const [more, isNameless, isUnproved] of [
    [relay, true, true],
    [number + relay, false, true],
    [relay + load, true, false],
    [number + relay + load, false, false],
  ] as const) {
    const text = await told(more)
    expect([nameless.test(text), unproved.test(text)]).toEqual([isNameless, isUnproved])
  }
})

test.each([
  ['{ policy: policy.yaml }', BESIDE, /supply\.orders\.dryRun/],
  ['{ dryRun: true }', BESIDE, /supply\.orders\.policy/],
  [RIGHT, { ...BESIDE, 'policy.yaml': PAPER }, /supply\.orders\.policy: this policy cannot be gone by/],
  [RIGHT, { ...BESIDE, 'relay.password': 'secret' }, /six digits/],
  [RIGHT.replace('dryRun', 'dryRuns'), BESIDE, /dryRuns/],
  [RIGHT.replace(' }', ', directLines: [nowhere] }'), BESIDE, /there is no line "nowhere"/],
])('PR-50 %s is refused', async (orders, beside, why) => {
  const { printed } = await load(written(orders), beside)
  expect(printed.join('\n')).toMatch(why)
  expect(printed.join('\n')).not.toContain('secret')
})

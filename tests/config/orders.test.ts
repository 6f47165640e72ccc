/** Orders of supply as configured: none unless somebody says so, by an accepted policy alone; what is lacking is told (PR-50). */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { MODBUS_EXAMPLE } from '../support/modbus-example.ts'
import { folderWith, GOOD, load, loadRight } from './support.ts'

const PAPER = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
const POLICY = PAPER.replace('acceptedBy: ""', 'acceptedBy: A. Person').replace(
  'acceptedOn: ""',
  'acceptedOn: 2026-11-01',
)
const written = (orders: string) => `${GOOD}supply: { orders: ${orders} }\n`
const RIGHT = '{ policy: policy.yaml, dryRun: true, billing: ledger, passwordFile: relay.password }'
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
${MODBUS_EXAMPLE}`
const BESIDE = { 'policy.yaml': POLICY, 'relay.password': '123456\n', 'billing.token': 'secret\n' }
const billedBy = (billing: string) => RIGHT.replace('billing: ledger', `billing: ${billing}`)

test('PR-50 without a word of them there are none', async () => {
  expect((await loadRight(GOOD)).config.orders).toBeUndefined()
})

test('PR-50 PR-65 the policy is kept with the digest of its file, and what keeps meters from being cut is told', async () => {
  const { config, warnings } = await loadRight(written(RIGHT), BESIDE)
  expect(config.orders).toMatchObject({ isRehearsal: true, acceptReplayable: false, password: '123456' })
  expect(config.readFrom.map(({ sha256 }) => sha256)).toContain(config.orders?.policyDigest)
  const told = warnings.map(formatComplaint).join('\n')
  expect(told).toMatch(/no meterNumber, m1 the first of them, and are never cut/)
  expect(told).toMatch(/whether power is kept; they are never cut/)
  expect(told).toMatch(/such as dlt645-2007-state-grid-single-phase/)
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
  ['dlt645-2007-single-phase', true],
  ['dlt645-2007-three-phase', true],
  ['dlt645-2007-south-grid-single-phase', false],
  ['dlt645-2007-state-grid-single-phase', false],
  ['dlt645-2007-state-grid-three-phase', false],
])('P-07 whether meters of %s tell that they keep power is told: %s', async (profile, isTold) => {
  const text = written(RIGHT).replaceAll('dlt645-2007-single-phase', profile)
  const { config, warnings } = await loadRight(text, BESIDE)
  expect(config.meters.map(meter => meter.profile.profile)).toContain(profile)
  expect(/whether power is kept/.test(warnings.map(formatComplaint).join('\n'))).toBe(isTold)
})

test.each([
  ['ledger', { way: 'ledger' }],
  ['{ pushed: 15m }', { way: 'pushed', mostAgeMs: 900_000 }],
  [
    '{ ask: "https://billing.example/v2/unpaid", tokenFile: billing.token }',
    { way: 'asked', url: new URL('https://billing.example/v2/unpaid'), token: 'secret', username: null },
  ],
  ['{ ask: "http://[::1]:8080/unpaid" }', { way: 'asked', url: new URL('http://[::1]:8080/unpaid') }],
])('P-07 who says right before a cut that it is still unpaid: %s', async (billing, resolved) => {
  const { config } = await loadRight(written(billedBy(billing)), BESIDE)
  expect(config.orders?.billing).toMatchObject(resolved)
})

test.each([
  ['{ policy: policy.yaml, dryRun: true }', /supply\.orders\.billing: is missing/],
  [billedBy('nobody'), /supply\.orders\.billing: "nobody" is not right/],
  [billedBy('{}'), /supply\.orders\.billing: this is one way or the other/],
  [billedBy('{ ask: "https://billing.example", pushed: 15m }'), /one way or the other/],
  [billedBy('{ pushed: 15 }'), /supply\.orders\.billing\.pushed: 15 has no unit/],
  [billedBy('{ pushed: 2h }'), /supply\.orders\.billing\.pushed: 2h is not between 1s and 1h/],
  [billedBy('{ pushed: 0s }'), /not between 1s and 1h/],
  [billedBy('{ pushed: 15m, tokenFile: billing.token }'), /billing\.tokenFile: nobody is asked/],
  [billedBy('{ asks: "https://billing.example" }'), /billing\.asks: .*did you mean "ask"/],
  [billedBy('{ ask: "billing.example" }'), /supply\.orders\.billing\.ask/],
  [billedBy('{ ask: "http://billing.example/unpaid" }'), /whoever is on the way could answer/],
  [billedBy('{ ask: "https://me:hush@billing.example/unpaid" }'), /a user name or password in this URL/],
  [billedBy('{ ask: "https://billing.example/unpaid?key=hush" }'), /without "\?" and "#"/],
  [billedBy('{ ask: "https://billing.example", tokenFile: nowhere }'), /billing\.tokenFile: the token file/],
  [billedBy('{ ask: "https://billing.example", token: hush }'), /a token does not belong into this file/],
  [billedBy('{ ask: "http://127.0.0.1", tls: { ca: billing.token } }'), /billing\.tls/],
])('P-07 PR-50 %s is refused', async (orders, why) => {
  const { printed } = await load(written(orders), BESIDE)
  expect(printed.join('\n')).toMatch(why)
  expect(printed.join('\n')).not.toContain('hush')
})

test.each([
  ['{ policy: policy.yaml, billing: ledger }', BESIDE, /supply\.orders\.dryRun/],
  ['{ dryRun: true, billing: ledger }', BESIDE, /supply\.orders\.policy/],
  [RIGHT, { ...BESIDE, 'policy.yaml': PAPER }, /supply\.orders\.policy: this policy cannot be gone by/],
  [RIGHT, { ...BESIDE, 'relay.password': 'secret' }, /six digits/],
  [RIGHT.replace('dryRun', 'dryRuns'), BESIDE, /dryRuns/],
  [RIGHT.replace(' }', ', directLines: [nowhere] }'), BESIDE, /there is no line "nowhere"/],
])('PR-50 %s is refused', async (orders, beside, why) => {
  const { printed } = await load(written(orders), beside)
  expect(printed.join('\n')).toMatch(why)
  expect(printed.join('\n')).not.toContain('secret')
})

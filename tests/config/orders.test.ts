/** Orders of supply as configured: none unless somebody says so, by an accepted policy alone; what is lacking is told (PR-50). */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { GOOD, load, loadRight } from './support.ts'

const PAPER = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
const POLICY = PAPER.replace('acceptedBy: ""', 'acceptedBy: A. Person').replace(
  'acceptedOn: ""',
  'acceptedOn: 2026-11-01',
)
const written = (orders: string) => `${GOOD}supply: { orders: ${orders} }\n`
const RIGHT = '{ policy: policy.yaml, dryRun: true, passwordFile: relay.password }'
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

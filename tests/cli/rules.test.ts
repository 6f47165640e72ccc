/** `meterd rules`: the table as it is in force. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { rules } from '../../src/cli/rules.ts'
import { ALL_RULES } from '../../src/reading/rules/all-rules.ts'

async function run(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await rules.run(argv, {
    out: text => void out.push(text),
    err: text => void err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'meterd-rules-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'rules.yaml')
  writeFileSync(file, text)
  return file
}

describe('meterd rules', () => {
  test('lists every rule with its version and verdicts', async () => {
    const { code, out } = await run()
    expect(code).toBe(0)
    for (const { id, version } of ALL_RULES)
      expect(
        out.some(line => line.startsWith(`${id.padEnd(6)} v${version} `)),
        id,
      ).toBe(true)
  })

  test('--json is one object a rule, with bounds, usual values and those in force', async () => {
    const { out } = await run('--json')
    const told = out.map(line => JSON.parse(line))
    expect(told.map(({ id }) => id)).toEqual(ALL_RULES.map(({ id }) => id))
    const overload = told.find(({ id }) => id === 'V-R3').parameters[0]
    expect(overload).toMatchObject({
      ...{ name: 'overload', unit: 'times', least: 1, most: 3 },
      usual: { dwelling: 1.2, shop: 1.2, industry: 1.2 },
      inForce: { dwelling: 1.2, shop: 1.2, industry: 1.2 },
    })
  })

  test('one rule is told in full, however its name is written', async () => {
    const { code, out } = await run('v-r10')
    const text = out.join('\n')
    expect(code).toBe(0)
    expect(text).toContain('V-R10, version 2, on a round')
    expect(text).toContain('verdict: suspect, severity 1, 2.6.9')
    expect(text).toContain('tariffs = 4 tariffs')
    expect(text).toContain('from 1 to 63')
  })

  test('what a configuration sets stands in brackets, of the class it is set for', async () => {
    const file = fileOf('version: 1\nvalidation: { shop: { V-T2: { flagAbove: 30s } } }\n')
    const { out } = await run('V-T2', '--config', file)
    expect(out.join('\n')).toContain('flagAbove = dwelling 1m, shop [30s], industry 1m')
  })

  test('a rule nobody knows, and a wrong configuration, are told', async () => {
    expect(await run('V-R99')).toMatchObject({
      code: 1,
      out: [],
      err: ['meterd rules: no rule is called V-R99'],
    })
    const { code, err } = await run(
      '--config',
      fileOf('version: 1\nvalidation: { all: { V-R3: { overload: 9 } } }\n'),
    )
    expect(code).toBe(78)
    expect(err.join()).toContain('write from 1 to 3')
  })
})

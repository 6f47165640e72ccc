/** `meterd check`: what it prints and how it exits. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from '../../src/cli/check.ts'
import { WrongUse } from '../../src/cli/verb.ts'
import { folderWith, GOOD } from './support.ts'

async function run(...argv: string[]): Promise<{ exit: number; out: string[]; err: string[] }> {
  const out: string[] = []
  const err: string[] = []
  const exit = await check.run(argv, {
    out: text => out.push(text),
    err: text => err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { exit, out, err }
}

const file = (text: string) => join(folderWith({ 'gateway.yaml': text }), 'gateway.yaml')

test('a right file: exit 0, what the gateway will do, the load of each line', async () => {
  const { exit, out } = await run('--config', file(GOOD))
  expect(exit).toBe(0)
  expect(out[0]).toBe('test: 1 meter on 1 line, speaking dlt645-2007')
  expect(out[1]).toMatch(/^ {2}a serial:.*: 1 meter, [\d.]+ % of its time at least$/)
})

test('PR-80 a wrong file: exit 78 and a line for each mistake', async () => {
  const wrong = GOOD.replace('version: 1', 'version: 0').replace('line: a', 'line: b')
  const { exit, out, err } = await run('--config', file(wrong))
  expect(exit).toBe(78)
  expect(out).toHaveLength(2)
  expect(out[1]).toMatch(/gateway\.yaml:6:20 meters\[0\]\.line: no line "b" is listed; /)
  expect(err).toEqual(['2 mistakes'])
})

test('--json gives one object a line, and words to nobody', async () => {
  const wrong = await run('--config', file(GOOD.replace('line: a', 'line: b')), '--json')
  expect(wrong.out.map(line => JSON.parse(line))).toMatchObject([
    { kind: 'mistake', line: 6, column: 20, path: 'meters[0].line' },
  ])
  const good = await run('--config', file(GOOD), '--json')
  expect(good.out.map(line => JSON.parse(line))).toMatchObject([{ kind: 'good', gateway: 'test', meters: 1 }])
})

test('a file that is not there is a mistake, told with its name', async () => {
  const { exit, out } = await run('--config', '/nowhere/gateway.yaml')
  expect(exit).toBe(78)
  expect(out).toEqual([
    '/nowhere/gateway.yaml: there is no such file; see config/gateway.example.yaml for a start',
  ])
})

test('without --config it is used wrongly', async () => {
  await expect(run()).rejects.toThrow(WrongUse)
})

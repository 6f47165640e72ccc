/** `meterd export --check`: a NEM12 file of whoever it is, each breach with its place and what to do. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exportVerb } from '../../src/cli/export.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'nem12')

async function run(
  argv: readonly string[],
  input = '',
): Promise<{ code: number; out: string[]; err: string[] }> {
  const [out, err]: string[][] = [[], []]
  const code = await exportVerb.run(argv, {
    out: text => out!.push(text),
    err: text => err!.push(text),
    readAll: async () => input,
    signal: new AbortController().signal,
  })
  return { code, out: out!, err: err! }
}

test('D-02 says of a file that it is right, or what is wrong where, and what to do', async () => {
  const right = join(GOLDEN, 'Example_NEM12_multiple_quality.csv')
  expect(await run(['--check', right])).toEqual({ code: 0, out: [`${right} is NEM12`], err: [] })
  const wrong = join(GOLDEN, 'invalid', 'Example_NEM12_15min_200_30min_300.csv')
  const told = await run(['--check', wrong])
  expect([told.code, told.err]).toEqual([1, []])
  expect(told.out).toContain(
    `${wrong}:2, field 2: nmi: an NMI of 10 characters, 0–9 and A–Z; found "123"; write the point without its check digit`,
  )
  expect(told.out.find(line => line.startsWith(`${wrong}:3: day-fields: `))).toBeDefined()
  const [first] = (await run(['--check', '-', '--json'], '900\n')).out.map(line => JSON.parse(line))
  expect(first).toMatchObject({ rule: 'header-first', line: 1, field: 1, found: '900' })
})

test('a file of another kind is told of in a hundred lines, one that is not there in one', async () => {
  const { code, out } = await run(['--check', '-'], 'a,b\n'.repeat(1_000))
  expect([code, out.length, out.at(-1)]).toEqual([1, 101, 'and 903 more'])
  const gone = await run(['--check', '/nowhere/at/all.csv'])
  expect([gone.code, gone.out, gone.err[0]]).toEqual([1, [], expect.stringContaining('cannot be read')])
  await expect(run(['--check', '-', '--format', 'nem12'])).rejects.toThrow('nothing else')
})

/** `meterd archive` at the terminal, through the control door. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { archive } from '../../src/cli/archive.ts'
import { recordingLog } from '../support/api.ts'
import { house, TABLE } from '../support/archive-house.ts'

/** A file of this content, and the verb on the gateway it is for. */
async function office(content: string) {
  const { app, directory, json } = await house()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  const file = join(directory, 'accounts.csv')
  writeFileSync(file, content)
  const run = async (...words: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await archive.run([...words, '--data', directory], {
      out: text => void out.push(text),
      err: text => void err.push(text),
      readAll: async () => content,
      signal: new AbortController().signal,
    })
    return { code, out, err }
  }
  return { file, run, json }
}

test('A-12 a dry run, the import, the same again, and what is there then', async () => {
  const { file, run, json } = await office(TABLE)
  const dry = await run('import', file, '--dry-run')
  expect([dry.code, dry.out.at(-1), dry.err]).toEqual([
    0,
    '3 added, 0 ended, 0 changed, 0 withdrawn, 0 unchanged; nothing was changed, this was a dry run',
    [],
  ])
  expect(await run('show')).toEqual({ code: 1, out: [], err: ['the archive is empty'] })
  const done = await run('import', file)
  expect(done.out).toEqual([
    'added      0001  P-1  m1  2026-01-01T00:00:00+08:00 – 2026-11-21T00:00:00+08:00',
    'added      0002  P-1  m1  2026-11-21T00:00:00+08:00 –',
    'added      0003  P-2  m2  2026-11-01T00:00:00+08:00 –',
    '3 added, 0 ended, 0 changed, 0 withdrawn, 0 unchanged; revision 1',
  ])
  expect((await json('/v1/accounts')).accounts[0].pairings[0].by).toBe('control door')
  const again = await run('import', '-', '--json')
  expect(JSON.parse(again.out[0] ?? '')).toMatchObject({
    applied: true,
    revision: 1,
    counts: { unchanged: 3 },
  })
  expect((await run('show', 'm1')).out).toHaveLength(2)
  const shown = (await run('show', '0003', '--json')).out.map(line => JSON.parse(line))
  expect(shown).toMatchObject([{ account: '0003', meter: 'm2', to: null }])
  expect((await run('show', 'nobody')).code).toBe(1)
})

test('A-12 what is refused is told by line, and nothing is changed', async () => {
  const { file, run } = await office(`${TABLE}0004,P-9,m2,2026-11-05,\n`)
  const { code, err } = await run('import', file)
  expect(code).toBe(1)
  expect(err[0]).toMatch(
    /accounts\.csv:5:13: account 0004, point P-9, meter m2 from .* belongs to account 0003/,
  )
  expect(err.at(-1)).toBe('1 refused; nothing was changed')
  expect((await run('show')).code).toBe(1)
  for (const words of [[], ['import'], ['export', 'x'], ['show', 'a', 'b'], ['import', '/nowhere.csv']])
    await expect(run(...words), words.join(' ')).rejects.toThrow(/say |one word too many|cannot be read/)
})

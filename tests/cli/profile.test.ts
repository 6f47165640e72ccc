/** `meterd profile`: from a draft to an accepted meter, as typed. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { profile as verb } from '../../src/cli/profile.ts'
import { allReadings } from '../support/all-readings.ts'
import { runMeterd, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, PANEL, play } from '../support/meters.ts'

let folder = ''
const undo: (() => Promise<unknown>)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterd-profile-'))
})
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
  rmSync(folder, { recursive: true })
})

/** As typed where we stand; only its words, and what it throws. */
async function inProcess(...words: string[]) {
  const out: string[] = []
  const { signal } = new AbortController()
  const said = (text: string) => void out.push(text)
  await verb.run(words, { out: said, err: said, readAll: async () => '', signal })
  return { out: out.join('\n') }
}

const profile = (...words: string[]) => runMeterd(['profile', ...words])

async function lineOf(...buses: Parameters<typeof play>[0]) {
  const { simulator, lines } = await play(buses)
  undo.push(() => simulator.stop())
  return lines[0]?.url ?? ''
}

/** A copy of a shipped profile with a change in its text. */
function copyOf(name: string, as: string, change: (text: string) => string): string {
  const shipped = new URL(`../../drivers/modbus/profiles/${name}.yaml`, import.meta.url)
  const file = join(folder, `${as}.yaml`)
  writeFileSync(file, change(readFileSync(shipped, 'utf8')).replace(/^profile:.*$/m, `profile: ${as}`))
  return file
}

/** Registers of `f32 CDAB` instead of `f32`, and one example that proves it: 230.2 V. */
const swapped = (text: string) =>
  `${text.replaceAll('"f32 e', '"f32 CDAB e').split('examples:')[0]}examples:
  - source: "constructed: 230.2 V"
    address: "1"
    obis: "1-0:32.7.0"
    value: "230.2"
    send: "01 04 00 00 00 02 71 CB"
    reply: "01 04 04 33 33 43 66 B5 D5"
`

describe('new and test', () => {
  test.each([
    ['modbus-rtu', []],
    ['modbus-tcp', ['--protocol', 'modbus-tcp']],
  ])(
    'a draft of %s loads, names what is left by file and line, and is never overwritten',
    async (_, more) => {
      const place = join(folder, 'draft')
      expect((await profile('new', place, ...more)).code).toBe(0)
      const { code, err, out } = await profile('test', `${place}.yaml`)
      expect(code).toBe(1)
      expect(out).toContain('encoded to the same 08 FE')
      const left = err.trim().split('\n')
      expect(left.length).toBeGreaterThanOrEqual(5)
      for (const line of left) expect(line).toMatch(/draft\.yaml:\d+: still to be filled in/)
      writeFileSync(`${place}.yaml`, 'mine')
      expect((await profile('new', place)).code).toBe(1)
      expect(readFileSync(`${place}.yaml`, 'utf8')).toBe('mine')
    },
  )

  test('its folder is made, and a name without its path is told the file that is there', async () => {
    const cwd = process.cwd()
    process.chdir(folder)
    const { out } = await inProcess('new', 'profiles/pm3255').finally(() => process.chdir(cwd))
    expect(out).toContain('meterd profile test profiles/pm3255.yaml')
    const text = readFileSync(join(folder, 'profiles/pm3255.yaml'), 'utf8')
    expect(text).toContain('meterd profile test profiles/pm3255.yaml\n')
    process.chdir(folder)
    const asked = inProcess('test', 'pm3255').finally(() => process.chdir(cwd))
    await expect(asked).rejects.toThrow('by its path: profiles/pm3255.yaml')
  })

  test('each part has a help of its own', () => {
    const helps = ['new', 'test', 'doctor', 'accept'].map(part => verb.helpOn?.([part, '--help']) ?? '')
    expect(new Set(helps).size).toBe(4)
    for (const help of helps) expect(help).toMatch(/Exit 0 [\s\S]*Example: meterd profile/)
    expect(verb.helpOn?.(['--help'])).toBeNull()
  })

  test('a mistake in an encoding is told at the encoding, with the words it may have', async () => {
    const file = copyOf('abb-b23', 'wrong', text => text.replace('"u64 e-2', '"u64 CADB e-2'))
    const { err } = await profile('test', file)
    const [, line = 0, column = 0] =
      /wrong\.yaml:(\d+):(\d+) points\[0\]\.encoding: .*one of ABCD CDAB/.exec(err) ?? []
    expect(
      readFileSync(file, 'utf8')
        .split('\n')
        [Number(line) - 1]?.slice(Number(column) - 1),
    ).toMatch(/^encoding/)
  })

  test('a copy of a shipped profile is proven as it is', async () => {
    await profile('new', join(folder, 'mine'), '--from', 'abb-b23')
    const { code, out } = await profile('test', join(folder, 'mine.yaml'))
    expect(out).toMatch(/^mine: \d+ points, \d+ examples?: proven$/m)
    expect(code).toBe(0)
  })

  test('a folder that is missing is made; a place where nothing can be written is told with the remedy', async () => {
    const place = join(folder, 'site', 'profiles', 'mine')
    expect((await profile('new', place)).code).toBe(0)
    expect(readFileSync(`${place}.yaml`, 'utf8')).toContain('profile: mine')
    const { code, err } = await profile('new', join(`${place}.yaml`, 'below'))
    expect(code).toBe(1)
    expect(err).toMatch(/below\.yaml cannot be written: .*; give a place you may write to/)
  })

  test('a mistake is told with file, line and remedy; exit 78', async () => {
    const file = copyOf('abb-b23', 'wrong', text => text.replace('"u64 e-2', '"u46 e-2'))
    const { code, err } = await profile('test', file)
    expect(code).toBe(78)
    expect(err).toMatch(/wrong\.yaml:\d+:\d+ points\[0\].*u46.*; correct/)
  })

  test('all that is shipped is proven', async () => {
    const { code, out, err } = await profile('test', '--all')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.match(/: proven$/gm)?.length).toBeGreaterThan(30)
  })

  test.each([
    ['which', []],
    ['neither a file nor all', ['test']],
    ['no such profile', ['test', 'eastron-sdm63']],
    ['nobody', ['accept', 'm1', '--data', '.']],
  ])('%s: used wrongly, exit 2', async (_, words) => {
    expect((await profile(...words)).code).toBe(2)
  })
})

describe('doctor', () => {
  test('V-C1 swapped words do not fit, and it says what to write instead', async () => {
    const file = copyOf('eastron-sdm630', 'swapped', swapped)
    expect((await profile('test', file)).code).toBe(0)
    const url = await lineOf(PANEL)
    const { code, out } = await profile('doctor', file, '--line', url, '--address', '1', '--again', '1')
    expect(code).toBe(1)
    expect(out.trim().split('\n').at(-1)).toMatch(
      /^does not fit: .*try order ABCD in every point \("f32 CDAB e-1" → "f32 e-1"\), and nothing fails any more$/,
    )
    expect(out).toContain('holds modbus-serial: the same bytes')
    // Of which point depends on the moment: half of all voltages read as 0 with their words swapped.
    expect(out).toMatch(/\* order ABCD +-?\d+(\.\d+)? /)
  })

  test('the right profile does fit, over Modbus TCP too', async () => {
    const url = await lineOf(FEEDERS)
    const { out } = await profile(
      'doctor',
      FEEDERS.profile,
      '--line',
      url,
      '--address',
      '1',
      '--again',
      '1',
      '--json',
    )
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '')
    expect(last.verdict).not.toBe('does not fit')
    expect(last.stacks.answers).toBeGreaterThan(0)
    expect(last.stacks.differ).toEqual([])
  })

  test('another model is not taken for it; a silent meter cannot be judged', async () => {
    const url = await lineOf(PANEL)
    const other = await profile('doctor', 'pzem-016', '--line', url, '--address', '1', '--again', '1')
    expect(other.out).toMatch(/^does not fit: /m)
    const silent = await profile('doctor', 'pzem-016', '--line', url, '--address', '9', '--again', '1')
    expect(silent.out).toMatch(/^cannot be judged: the meter gave nothing/)
    expect([other.code, silent.code]).toEqual([1, 1])
  })
})

test("V-C1 a daemon holds a new meter apart, says why where bills are asked for, and takes a person's word", async () => {
  const { simulator, lines, meters } = await play([{ ...PANEL, addresses: ['1'] }])
  undo.push(() => simulator.stop())
  copyOf('eastron-sdm630', 'swapped', swapped)
  const entries = meters.map(meter => ({ ...meter, profile: 'swapped' }))
  const daemon = await testDaemon({ lines, meters: entries, profiles: [folder] }, 'read,billing')
  undo.push(() => daemon.dispose())
  rmSync(join(daemon.folder, 'data', 'acceptances.json'))
  await daemon.start()
  const config = join(daemon.folder, 'gateway.yaml')
  const shown = async () =>
    (await daemon.json<{ acceptance: object; latest: { quality: string }[] }>('/v1/meters/panel-1')) as {
      acceptance: { accepted: boolean; by: string | null; held: string | null }
      latest: { quality: string }[]
    }
  await until(async () => (await shown()).acceptance.held?.includes('a check fails') === true)
  const before = await shown()
  expect(before.acceptance).toMatchObject({ accepted: false, by: null })
  await until(async () => [...(await allReadings(daemon, ['panel-1'])).values()].length > 0)
  for (const { quality } of (await allReadings(daemon, ['panel-1'])).values())
    expect(quality).toBe('quarantined')
  const { code, out } = await profile(
    'accept',
    'panel-1',
    '--by',
    'J. Li',
    '--because',
    'a trial',
    '--config',
    config,
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^panel-1 is accepted by J\. Li: what is read from .* on may be billed$/m)
  await until(async () => (await shown()).latest.some(({ quality }) => quality === 'good'))
  expect((await shown()).acceptance).toMatchObject({ accepted: true, by: 'J. Li', held: null })
  expect(daemon.output().match(/panel-1.*held apart/g)).toHaveLength(1)
})

/** `meterd policy`: what a person and a program are told, and the exit codes they go by. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policy } from '../../src/cli/policy.ts'
import { WrongUse } from '../../src/cli/verb.ts'
import { folderWith } from '../config/support.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples/policies')
const PAPER = readFileSync(join(EXAMPLES, 'cn-paper-rules.yaml'), 'utf8')
const FACTS = join(EXAMPLES, 'facts.json')

async function run(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await policy.run(argv, {
    out: text => void out.push(text),
    err: text => void err.push(text),
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

function fileOf(text: string, name = 'policy.yaml'): string {
  return join(folderWith({ [name]: text }), name)
}

const accepted = (text = PAPER) =>
  fileOf(
    text
      .replace('acceptedBy: ""', 'acceptedBy: A. Person')
      .replace('acceptedOn: ""', 'acceptedOn: 2026-11-23'),
  )

describe('meterd policy check', () => {
  test('PR-50 an example is refused, in words and in JSON', async () => {
    const file = join(EXAMPLES, 'cn-paper-rules.yaml')
    const { code, out, err } = await run('check', file)
    expect(code).toBe(78)
    expect(out[0]).toMatch(/cn-paper-rules\.yaml:\d+:1 acceptedBy: /)
    expect(err).toEqual(['2 mistakes; by such a file nobody is cut'])
    const told = (await run('check', file, '--format', 'json')).out.map(line => JSON.parse(line))
    expect(told.map(({ kind, path }) => [kind, path])).toEqual([
      ['mistake', 'acceptedBy'],
      ['mistake', 'acceptedOn'],
    ])
  })

  test('a right one is told rule by rule, each with its source; restores are not its matter', async () => {
    const { code, out } = await run('check', accepted(PAPER.replace('2026-12-31 }', '2099-12-31 }')))
    expect(code).toBe(0)
    expect(out[0]).toMatch(
      /^cn-paper-rules, edition 2026-11, for .*accepted by A. Person, holds from 2026-11-23$/,
    )
    expect(out).toContainEqual(
      expect.stringMatching(
        /^ {2}first notice {2}residents 7, others 7 full days; lapses after 60 {2}\(.*art\. 67/,
      ),
    )
    expect(out.at(-1)).toMatch(/restores +at any hour, without limit/)
  })
})

describe('meterd policy explain', () => {
  test('C-01 allowed where everything passes: exit 0', async () => {
    const { code, out } = await run('explain', accepted(), '--facts', FACTS, '--at', '2026-11-24T10:00')
    expect(code).toBe(0)
    expect(out[0]).toBe(
      '2026-11-24T10:00:00+08:00: every interlock passes, by cn-paper-rules, edition 2026-11',
    )
    expect(out.slice(1).every(line => line.startsWith('pass '))).toBe(true)
  })

  test('P-09 not allowed: exit 1, each reason with remedy and the time from which it passes, and the next time', async () => {
    const { code, out } = await run('explain', accepted(), '--facts', FACTS, '--at', '2026-11-27T02:00Z')
    expect(code).toBe(1)
    expect(out[0]).toMatch(/^2026-11-27T10:00:00\+08:00: not allowed/)
    const at = out.findIndex(line => line.includes('WEEKDAY_NEVER: Friday 2026-11-27'))
    expect(out[at + 1]).toMatch(/→ wait for another weekday; passes from 2026-11-30T00:00:00\+08:00 on/)
    expect(out.at(-1)).toBe(
      'next: 2026-11-30T09:00:00+08:00 at the earliest, where these are mended by then: SECOND_NOTICE_TOO_OLD, READ_TOO_OLD',
    )
  })

  test('PR-53 the same as JSON; nothing known is nothing allowed', async () => {
    const nothing = fileOf('{}', 'facts.json')
    const asked = ['explain', accepted(), '--facts', nothing, '--at', '2026-11-24T10:00', '--format', 'json']
    const { code, out } = await run(...asked)
    const told = JSON.parse(out[0] ?? '')
    expect([code, out.length, told.allowed]).toEqual([1, 1, false])
    expect(told).toMatchObject({
      policy: 'cn-paper-rules',
      edition: '2026-11',
      at: '2026-11-24T10:00:00+08:00',
    })
    expect(told.interlocks).toContainEqual({
      ...{ name: 'first_notice', verdict: 'unknown', code: 'FIRST_NOTICE_UNKNOWN', earliest: null },
      text: 'nobody knows of a first notice',
      remedy: 'find out about the first notice',
      source: expect.stringContaining('art. 67'),
    })
    expect(told.next.at).toBe('2026-11-24T10:00:00+08:00')
  })

  test('P-09 PR-56 dates: when anybody may be cut at all, and why not', async () => {
    const file = accepted(PAPER.replace('2026-12-31 }', '2027-01-31 }'))
    const { code, out } = await run('explain', file, '--from', '2026-12-30', '--to', '2027-01-04')
    expect(code).toBe(0)
    expect(out).toEqual([
      'Wednesday 2026-12-30  09:00–15:00',
      'Thursday 2026-12-31   –  DAY_BEFORE_HOLIDAY: 2026-12-31 is the day before a holiday, New Year',
      expect.stringMatching(/^Friday 2027-01-01 {5}– {2}WEEKDAY_NEVER: .*; HOLIDAY: /),
      expect.stringMatching(/^Saturday 2027-01-02 {3}– {2}WEEKDAY_NEVER: /),
      expect.stringMatching(/^Sunday 2027-01-03 {5}– {2}WEEKDAY_NEVER: /),
      'Monday 2027-01-04     09:00–15:00',
      'cuts are permitted on 2 of 6 days, where all else passes (Asia/Shanghai)',
    ])
    const json = await run('explain', file, '--from', '2026-12-30', '--to', '2026-12-30', '--format', 'json')
    expect(json.out.map(line => JSON.parse(line))).toEqual([
      {
        date: '2026-12-30',
        weekday: 'wednesday',
        open: [{ from: '2026-12-30T09:00:00+08:00', to: '2026-12-30T15:00:00+08:00' }],
        against: [],
      },
    ])
  })

  test('a local time that clocks skip or show twice is not guessed at', async () => {
    const file = accepted(PAPER.replace('Asia/Shanghai', 'Australia/Lord_Howe'))
    const at = (time: string) => run('explain', file, '--facts', FACTS, '--at', time)
    await expect(at('2026-04-05T01:45')).rejects.toThrow('show 2026-04-05T01:45 twice; write its offset')
    await expect(at('2026-10-04T02:15')).rejects.toThrow('never show 2026-10-04T02:15; write its offset')
    expect((await at('2026-04-05T01:45+11:00')).out.join('\n')).toContain('HOUR_COMES_TWICE')
  })

  test('facts of the wrong form: exit 78, nothing told of them', async () => {
    const wrong = fileOf('{ "arears": {} }', 'facts.json')
    const { code, out } = await run('explain', accepted(), '--facts', wrong)
    expect(code).toBe(78)
    expect(out).toEqual([
      expect.stringMatching(/facts\.json:1:3 arears: unknown key .*did you mean "arrears"/),
    ])
  })

  test.each([
    [[], 'say check or explain'],
    [['check'], 'say which file'],
    [['check', 'a', 'b'], '"b" is one word too many'],
    [['check', 'a', '--facts', 'f'], 'belongs to meterd policy explain'],
    [['check', 'a', '--format', 'xml'], '--format is table or json'],
    [['explain', 'a'], 'say one: --facts FACTS, --account ACCOUNT'],
    [['explain', 'a', '--facts', 'f', '--from', '2026-12-01'], 'say one'],
    [['explain', 'a', '--facts', 'f', '--account', '1'], 'say one'],
    [['explain', 'a', '--from', '2026-12-01', '--at', '2026-12-01'], 'tell of dates'],
    [['explain', 'a', '--account', '1', '--at', '2026-12-01'], 'tells of now'],
    [['explain', 'a', '--facts', 'f', '--data', 'd'], 'where to ask of --account'],
    [['explain', 'a', '--account', '1'], 'give --config FILE or --data DIR'],
  ])('%j is used wrongly', async (argv, expected) => {
    const failed = run(...argv)
    await expect(failed).rejects.toThrow(WrongUse)
    await expect(failed).rejects.toThrow(expected)
  })

  test.each([
    [['--from', '2026-12-01'], '--to is no date'],
    [['--from', '2026-02-30', '--to', '2026-03-01'], '--from is no date'],
    [['--from', '2026-12-02', '--to', '2026-12-01'], '--to is before --from'],
    [['--from', '2026-12-02', '--to', '2046-12-01'], 'more than ten years'],
    [['--facts', FACTS, '--at', 'noon'], '--at is no time'],
  ])('%j is used wrongly, too', async (argv, expected) => {
    await expect(run('explain', accepted(), ...argv)).rejects.toThrow(expected)
  })
})

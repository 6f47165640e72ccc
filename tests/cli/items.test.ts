/** `meterd items`: found by identifier, OBIS code and words of either language. */

import { describe, expect, test } from 'vitest'
import { items } from '../../src/cli/items.ts'
import { WrongUse } from '../../src/cli/verb.ts'

async function run(...argv: string[]): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = []
  const code = await items.run(argv, {
    out: text => void lines.push(text),
    err: () => undefined,
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, lines }
}

async function found(...argv: string[]): Promise<readonly string[]> {
  const { lines } = await run('--json', ...argv)
  return lines.map(line => JSON.parse(line).item)
}

describe('meterd items', () => {
  test('without a search lists every family of both editions', async () => {
    const all = await found()
    expect(all).toContain('0001ttkk')
    expect(all).toContain('901t')
    expect(all.length).toBeGreaterThan(800)
    expect((await found('--protocol', 'dlt645-1997')).every(item => item.length === 4)).toBe(true)
  })

  test.each<readonly [string, readonly string[]]>([
    ['00010203', ['00010203']],
    ['0506FF01', ['0506FF01']],
    ['1-0:1.8.2*3', ['00010203']],
    ['1-0:1.8.0', ['00010000', '9010']],
    ['0-0:1.0.0', ['04000101', '04000102', 'C010', 'C011']],
    ['c032', ['C032']],
    ['失压 A相 记录', ['030101nn']],
    ['Over-Current Record', ['030C01nn', '030C02nn', '030C03nn']],
    ['1-0:91', ['02800001']],
    [
      '0506',
      [
        '050600nn',
        '050601nn',
        '050602nn',
        '050603nn',
        '050604nn',
        '050605nn',
        '050606nn',
        '050607nn',
        '050608nn',
        '050609nn',
        '05060Ann',
        '050610nn',
        '0506FFnn',
      ],
    ],
    ['06000001', ['06000001']],
    ['nothing of this name', []],
    ['7.0 zzz', []],
  ])('%s finds %j', async (search, expected) => {
    expect(await found(...search.split(' '))).toEqual(expected)
  })

  test('a search that finds nothing is exit 1, a protocol without a table wrong use', async () => {
    expect((await run('zzz')).code).toBe(1)
    expect((await run('00010000')).code).toBe(0)
    await expect(run('--protocol', 'modbus-rtu')).rejects.toThrow(WrongUse)
  })

  test('a whole identifier is told with every value, a word with every bit in both languages', async () => {
    const { lines } = await run('03300401')
    expect(lines).toEqual([
      '03300401  clock setting record, last  （上1次）校时记录  16 bytes, R, A.4, dlt645-2007',
      expect.stringMatching(/operator {2}.*操作者代码 {2}hex4, 4 bytes$/),
      expect.stringMatching(/before {2}.*校时前时间 {2}YYMMDDhhmmss, 6 bytes$/),
      expect.stringMatching(/after {2}.*校时后时间 {2}YYMMDDhhmmss, 6 bytes$/),
    ])
    expect((await run('04000503')).lines).toContain('  bits 10 = 10: relay open  继电器断开')
  })

  test('a family tells what its letters count', async () => {
    const { lines } = await run('000B00')
    expect(lines).toContain('  kk: settlement day back, 0 now, 00 to 0C, FF all')
  })
})

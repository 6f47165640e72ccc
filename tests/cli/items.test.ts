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

  test.each(['0001FFFF', '00ffff00'])(
    '%s, which no meter is asked, is not found, and what to ask is said',
    async item => {
      expect(await found(item)).toEqual([])
      expect((await run(item)).code).toBe(1)
      expect(await found('0001FF00')).toEqual(['0001FF00'])
      expect(await found('0001ff')).toContain('0001ttkk')
    },
  )

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
      '  clock setting record, last: operator  （上1次）校时记录：操作者代码  hex4, 4 bytes',
      '  clock setting record, last: before    （上1次）校时记录：校时前时间  YYMMDDhhmmss, 6 bytes',
      '  clock setting record, last: after     （上1次）校时记录：校时后时间  YYMMDDhhmmss, 6 bytes',
    ])
    const word = (await run('04000503')).lines
    expect(word).toContain('    b4         relay open                    继电器断开')
    expect(word).toContain('    b9-b8 = 2  prepaid by money              电费型预付费表')
    expect((await run('04000508')).lines).toContain('    b31  key 31 in force      密钥31正式')
  })

  test('the bits of a block stand under the word they belong to', async () => {
    const { lines } = await run('040005FF')
    const word = lines.findIndex(line => line.includes('run status word 4'))
    expect(lines[word + 1]).toBe('    b0  voltage loss    失压')
  })

  test('lists stand in columns, Chinese characters two places wide', async () => {
    const { lines } = await run('020A')
    expect(lines).toEqual([
      '020A01hh  harmonic content of voltage A  A相电压谐波含量  XX.XX %, 2 bytes, R',
      '020A02hh  harmonic content of voltage B  B相电压谐波含量  XX.XX %, 2 bytes, R',
      '020A03hh  harmonic content of voltage C  C相电压谐波含量  XX.XX %, 2 bytes, R',
    ])
    expect((await run('0207')).lines).toEqual([
      '02070100  phase angle A      A相相角     XXX.X deg, 2 bytes, R, A.3, dlt645-2007',
      '02070200  phase angle B      B相相角     XXX.X deg, 2 bytes, R, A.3, dlt645-2007',
      '02070300  phase angle C      C相相角     XXX.X deg, 2 bytes, R, A.3, dlt645-2007',
      '0207FF00  phase angle block  相角数据块  R, A.3, dlt645-2007',
      ...['A', 'B', 'C'].map(phase => `  phase angle ${phase}  ${phase}相相角  XXX.X deg, 2 bytes`),
    ])
  })

  test('a family tells what its letters count', async () => {
    const { lines } = await run('000B00')
    expect(lines).toContain('  kk: settlement day back, 0 now, 00 to 0C, FF all')
  })
})

/** The forecast of a line's load: its arithmetic, and what becomes of a line that has no time. */

import { expect, test } from 'vitest'
import { formatComplaint } from '../../src/config/complaint.ts'
import { groupExchanges } from '../../src/config/line-load.ts'
import type { Point } from '../../src/driver-api/profile.ts'
import { GOOD, load, loadRight } from './support.ts'

const point = (item: string, encoding = ''): Point => ({
  obis: '',
  item,
  encoding,
  unit: '',
  name: '',
  place: 0,
})
const items = (groups: readonly (readonly Point[])[]) => groups.map(group => group.map(({ item }) => item))

test('points of one block come in one exchange, in both editions of DL/T 645', () => {
  const points = ['00010000', '00010100', '00020000', '02010100'].map(item => point(item))
  expect(items(groupExchanges(points, { blocks: ['0001FF00'] }))).toEqual([
    ['00010000', '00010100'],
    ['00020000'],
    ['02010100'],
  ])
  expect(items(groupExchanges([point('B611'), point('B612'), point('B621')], { blocks: ['B61F'] }))).toEqual([
    ['B611', 'B612'],
    ['B621'],
  ])
})

test('registers come in spans, never across a hole wider than the meter allows', () => {
  const points = [
    point('4:0x0004', 'f32 ABCD'),
    point('4:0', 'f32 ABCD'),
    point('4:2', 'u32 ABCD'),
    point('3:6', 'u16'),
  ]
  expect(items(groupExchanges(points, {}))).toEqual([['3:6'], ['4:0', '4:2', '4:0x0004']])
  expect(items(groupExchanges(points, { maxRegisters: 4 }))).toEqual([['3:6'], ['4:0', '4:2'], ['4:0x0004']])
  const apart = [point('4:0', 'u16'), point('4:3', 'u16')]
  expect(groupExchanges(apart, { maxHole: 1 })).toHaveLength(2)
  expect(groupExchanges(apart, { maxHole: 2 })).toHaveLength(1)
})

test('the load of a serial line is exchanges x (bytes on the wire + silence + answer time)', async () => {
  const polls = 'defaults: { polls: [{ every: 1m, points: ["1-0:1.7.0"] }] }\n'
  const { loads, config } = await loadRight(GOOD + polls)
  // 2400 8E1: 11 bits a byte. The request is 16 bytes and four of preamble; the answer as long and four bytes of value.
  const wire = ((20 + 20 + 4) * 11_000) / 2400
  const quiet = config.meters[0]?.driver.timing.quietMs(11_000 / 2400) ?? 0
  expect(loads[0]).toMatchObject({ line: 'a', meters: 1, exchangesPerMinute: 1 })
  expect(loads[0]?.share).toBeCloseTo((wire + quiet + 20) / 60_000, 6)
})

test('hourly freezes count too: a block of two values between two readings of their time', async () => {
  const polls = '{ polls: [{ every: 1m, points: ["1-0:1.7.0"] }]'
  const [without, hourly] = await Promise.all(
    ['', ', hourly: true'].map(
      async more => (await loadRight(`${GOOD}defaults: ${polls}${more} }\n`)).loads[0],
    ),
  )
  expect(hourly?.exchangesPerMinute).toBeCloseTo(1 + 3 / 60, 6)
  const valueMs = (4 * 11_000) / 2400
  expect(hourly?.share).toBeCloseTo((without?.share ?? 0) * (1 + 3 / 60) + valueMs / 3_600_000, 6)
})

test('a line that hardly has time is warned about, one that has none is refused', async () => {
  const polled = (every: string) =>
    `${GOOD}defaults: { polls: [{ every: ${every}, points: ["1-0:1.7.0"] }] }\n`
  const { loads } = await loadRight(polled('1m'))
  const each = (loads[0]?.share ?? 0) * 60
  const meters = (share: number) =>
    Array.from({ length: Math.floor((share * 10) / each) }, (_, index) => {
      return `  - { id: m${index}, line: a, address: "${index + 1}", profile: dlt645-2007-single-phase }`
    }).join('\n')
  const withMeters = (share: number) => polled('10s').replace(/^meters:.*$/m, `meters:\n${meters(share)}`)
  expect((await loadRight(withMeters(0.75))).warnings).toEqual([])
  expect((await loadRight(withMeters(0.95))).warnings.map(formatComplaint)).toEqual([
    expect.stringMatching(/lines\[0\]: the polls of its \d+ meters need at least \d\d % of this line's time/),
  ])
  expect((await load(withMeters(1.2))).printed).toEqual([
    expect.stringMatching(/1[12]\d % of this line's time/),
  ])
})

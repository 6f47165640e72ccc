/** Transformer areas as they are written. */

import { describe, expect, test } from 'vitest'
import { GOOD, load, loadRight } from './support.ts'

const meter = (nth: number, more = '') =>
  `  - { id: m${nth}, line: a, address: "${nth}", profile: dlt645-2007-single-phase${more} }\n`
const config = (areas: string, ...meters: readonly string[]) =>
  GOOD.replace(/^meters: .*\n/m, `areas: ${areas}\nmeters:\n${meters.join('')}`)

describe('areas', () => {
  test('have the meters that feed them and those that hang on them', async () => {
    const text = config(
      '[{ id: T1, supply: [m1] }, { id: T2, supply: [m2, m3] }]',
      meter(1),
      meter(2, ', area: T1'),
      meter(3),
      meter(4, ', area: T1'),
      meter(5, ', area: T2'),
    )
    expect((await loadRight(text)).config.areas).toEqual([
      { id: 'T1', supply: ['m1'], users: ['m2', 'm4'] },
      { id: 'T2', supply: ['m2', 'm3'], users: ['m5'] },
    ])
    expect((await loadRight(GOOD)).config.areas).toEqual([])
  })

  test('stand in the column area of a meter list', async () => {
    const text = `${GOOD}areas: [{ id: T1, supply: [m1] }]\nmeterList: ./meters.csv\n`
    const csv = 'id,line,address,profile,area\nm2,a,2,dlt645-2007-single-phase,T1\n'
    expect((await loadRight(text, { 'meters.csv': csv })).config.areas).toEqual([
      { id: 'T1', supply: ['m1'], users: ['m2'] },
    ])
    const { printed } = await load(text, { 'meters.csv': csv.replace(',T1', ',T2') })
    expect(printed).toContainEqual(
      expect.stringMatching(/^meters\.csv:2:\d+ .*area: no area "T2" is listed; did you mean "T1"\?/),
    )
  })

  test.each([
    [
      '[{ id: T1, supply: [m9] }]',
      /areas\[0\]\.supply\[0\]: no meter "m9" is listed; did you mean "m[12]"\?/,
    ],
    [
      '[{ id: T1, supply: [m2] }]',
      /areas\[0\]\.supply\[0\]: the meter "m2" hangs on this area; remove its area/,
    ],
    [
      '[{ id: T1, supply: [m1] }, { id: T2, supply: [m1] }]',
      /areas\[1\]\.supply\[0\]: the meter "m1" feeds "T1" already; name each meter once/,
    ],
    ['[{ id: T1, supply: [m1, m1] }]', /areas\[0\]\.supply\[1\]: the meter "m1" feeds "T1" already/],
    ['[{ id: T1, supply: [] }]', /areas\[0\]\.supply: names no meter/],
    [
      '[{ id: T1, supply: [m1] }, { id: T1, supply: [m1] }]',
      /areas\[1\]\.id: there are two areas "T1"; give each area its own id/,
    ],
    [
      '[{ id: T1, supply: [m1] }, { id: T3, supply: [m1] }]',
      /areas\[1\]\.id: no meter hangs on "T3"; write area: T3 at each of its meters, or remove it/,
    ],
    ['[{ id: T1, supply: [m1], users: [m2] }]', /areas\[0\]\.users: unknown key in areas\[0\]/],
    ['[{ id: T1 }]', /areas\[0\]\.supply: .*expected/],
    ['[]', /meters\[1\]\.area: no area "T1" is listed; there is none/],
  ])('%s is told with its place and a remedy', async (areas, complaint) => {
    const { printed } = await load(config(areas, meter(1), meter(2, ', area: T1')))
    expect(printed).toContainEqual(expect.stringMatching(complaint))
  })
})

/** Transformer ratios of a meter entry. */

import { describe, expect, test } from 'vitest'
import { parseRatio } from '../../src/config/quantities.ts'
import { formatScaled } from '../../src/core/scaled.ts'
import { GOOD, load, loadRight } from './support.ts'

const METER = 'meters: [{ id: m1, line: a, address: "1", profile: chint-dtsu666'
const CONFIG = GOOD.replace(/^meters: .*$/m, `${METER} }]`)
const withRatios = (ratios: string) => CONFIG.replace(METER, `${METER}, ratios: ${ratios}`)

describe('ratios', () => {
  test.each([
    ['200/5', '40'],
    ['40', '40'],
    [40, '40'],
    [1.5, '1.5'],
    ['10000/100', '100'],
    ['0.4/0.1', '4'],
    ['1/8', '0.125'],
    ['1000000', '1000000'],
  ])('%s is %s', (written, ratio) => {
    const parsed = parseRatio(written)
    expect(parsed && formatScaled(parsed)).toBe(ratio)
  })

  test.each(['400/3', '5/0', '0', '0/5', '1e3', '-40', '200/5/1', '', '2000000/1', '200:5'])(
    '"%s" is none: what is multiplied must come out even',
    written => {
      expect(parseRatio(written)).toBeNull()
    },
  )

  test('of a meter are resolved; one that is not named is 1', async () => {
    const { config } = await loadRight(withRatios('{ current: 200/5 }'))
    expect(config.meters[0]?.ratios).toEqual({
      current: { digits: 40n, scaler: 0 },
      voltage: { digits: 1n, scaler: 0 },
    })
    expect((await loadRight(CONFIG)).config.meters[0]?.ratios).toBeUndefined()
  })

  test.each([
    [
      '{ current: 400/3 }',
      /^gateway\.yaml:6:\d+ meters\[0\]\.ratios\.current: "400\/3" is not right; expected a transformer ratio.*write for example 200\/5/,
    ],
    ['{ current: yes }', /meters\[0\]\.ratios\.current: .* is not right; expected a transformer ratio/],
    ['{ amperes: 40 }', /meters\[0\]\.ratios\.amperes: unknown key in meters\[0\]\.ratios/],
  ])('%s is told with its place and a remedy', async (ratios, complaint) => {
    expect((await load(withRatios(ratios))).printed).toContainEqual(expect.stringMatching(complaint))
  })

  test('stand in the columns ct and vt of a meter list', async () => {
    const yaml = `${GOOD.replace(/^meters: .*\n/m, '')}meterList: ./meters.csv\n`
    const csv = 'id,line,address,profile,ct,vt\nm1,a,1,chint-dtsu666,200/5,\n'
    const { config } = await loadRight(yaml, { 'meters.csv': csv })
    expect(config.meters[0]?.ratios).toMatchObject({ current: { digits: 40n }, voltage: { digits: 1n } })
    const { printed } = await load(yaml, { 'meters.csv': csv.replace('200/5', '400/3') })
    expect(printed).toContainEqual(expect.stringMatching(/^meters\.csv:2:\d+ .*"400\/3" is not right/))
  })

  test('have a date, and so have those before them; before the first date there are none', async () => {
    const written = async (ratios: string) => (await loadRight(withRatios(ratios))).config.meters[0]
    const ratio = (digits: bigint) => ({ current: { digits, scaler: 0 }, voltage: { digits: 1n, scaler: 0 } })
    // The site's clock is eight hours ahead.
    const [noon, night] = [Date.UTC(2026, 10, 20, 4), Date.UTC(2026, 10, 22)]
    const before = 'before: [{ current: 10 }, { current: 20, since: "2026-11-20T12:00" }]'
    expect(await written(`{ current: 40, since: "2026-11-22T00:00:00Z", ${before} }`)).toMatchObject({
      ratios: ratio(40n),
      ratiosBefore: [
        { until: noon, agreed: ratio(10n) },
        { until: night, agreed: ratio(20n) },
      ],
    })
    expect((await written('{ current: 40, since: "2026-11-20T12:00" }'))?.ratiosBefore).toEqual([
      { until: noon, agreed: null },
    ])
    expect(await written('{ current: 40, before: [] }')).not.toHaveProperty('ratiosBefore')
  })

  test.each([
    ['{ current: 40, before: [{ current: 20 }] }', /ratios: nothing says since when .*; add since: /],
    [
      '{ current: 40, since: "2026-11-20T12:00", before: [{ since: "2026-11-20T12:00" }] }',
      /ratios\.since: the ratios before it are of a later time; write the oldest first/,
    ],
    [
      '{ current: 40, since: "2026-11-20" }',
      /ratios\.since: "2026-11-20" is not right; expected a date and time/,
    ],
    [
      '{ current: 40, since: "2026-02-30T12:00" }',
      /ratios\.since: .* is not right; expected a date and time/,
    ],
  ])('%s is told with its place and a remedy', async (ratios, complaint) => {
    expect((await load(withRatios(ratios))).printed).toContainEqual(expect.stringMatching(complaint))
  })

  test('belong to a profile that says on which side its values are', async () => {
    const { printed } = await load(withRatios('{ current: 40 }').replace('chint-dtsu666', 'abb-b23'))
    expect(printed).toContainEqual(
      expect.stringMatching(
        /meters\[0\]\.ratios: the profile "abb-b23" does not say on which side .*; remove ratios, or add them to a profile of your own/,
      ),
    )
  })
})

/** Which polls load records fill: what profiles say, what polls want, and what stands in the way. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Complaint, formatComplaint } from '../../src/config/complaint.ts'
import { loadShippedDrivers } from '../../src/config/drivers.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { DAY } from '../../src/core/time.ts'
import { folderWith, GOOD, load, loadRight } from './support.ts'

const METER = 'profile: dlt645-2007-single-phase'
const withPolls = (polls: string, profile = METER) =>
  GOOD.replace(METER, `${profile}, polls: ${polls}`).replace(
    'serial:///dev/ttyS99?baud=2400&parity=even',
    'tcp://127.0.0.1:1',
  )

describe('PR-05 a poll is filled from load records', () => {
  test.each([
    ['where records hold all of it', '[{ every: 15m, points: ["1-0:1.8.0", "1-0:2.8.0"] }]', 4, 2],
    ['of several classes', '[{ every: 15m, points: ["1-0:1.8.0", "1-0:32.7.0"] }]', 0, 2],
    ['beside the clock', '[{ every: 15m, points: ["1-0:1.7.0", "0-0:1.0.0"] }]', 2, 1],
    ['where it is told to, with what records hold', '[{ every: 15m, fill: true }]', 0, 7],
  ])('%s', async (_what, polls, nth, points) => {
    const [poll] = (await loadRight(withPolls(polls))).config.meters[0]!.polls
    expect(poll?.fill).toMatchObject({ class: nth, keptForMs: 40 * DAY })
    expect(poll?.fill?.points).toHaveLength(points)
    for (const point of poll!.fill!.points) expect(poll!.points).toContain(point)
  })

  test.each([
    ['where records hold a part of it', '[{ every: 15m, points: ["1-0:1.8.0", "1-0:1.8.1"] }]'],
    ['of the usual points', '[{ every: 15m }]'],
    ['oftener than every minute', '[{ every: 30s, points: ["1-0:1.8.0"] }]'],
    ['told not to be', '[{ every: 15m, points: ["1-0:1.8.0"], fill: false }]'],
  ])('and none %s', async (_what, polls) => {
    expect((await loadRight(withPolls(polls))).config.meters[0]!.polls[0]?.fill).toBeUndefined()
  })

  test('as its defaults say, where its profile can', async () => {
    const text = `${withPolls('[]').replace(', polls: []', '')}defaults: { polls: [{ every: 15m, fill: true }] }\n`
    expect((await loadRight(text)).config.meters[0]!.polls[0]?.fill).toBeDefined()
    const other = text
      .replace(METER, 'profile: dlt645-1997-three-phase')
      .replace('"000000000161"', '"970000000001"')
    expect((await loadRight(other)).config.meters[0]!.polls[0]?.fill).toBeUndefined()
  })

  test.each([
    ['[{ every: 15m, fill: 3 }]', METER, /polls\[0\]\.fill: .*expected/],
    [
      '[{ every: 15m, fill: true }]',
      'profile: dlt645-1997-three-phase',
      /^gateway\.yaml:6:\d+ meters\[0\]\.polls\[0\]\.fill: the profile "dlt645-1997-three-phase" knows no load records.*remove fill/,
    ],
    ['[{ every: 30s, fill: true }]', METER, /fill: load records are of whole minutes.*poll every minute/],
    [
      '[{ every: 15m, points: ["1-0:1.8.1"], fill: true }]',
      METER,
      /fill: no load record holds any register of this poll.*remove fill/,
    ],
  ])('%s with %s is told with its place and a remedy', async (polls, profile, complaint) => {
    expect((await load(withPolls(polls, profile))).printed).toContainEqual(expect.stringMatching(complaint))
  })
})

describe('what a profile says of load records', () => {
  const written = (name: string, loadRecords: object) =>
    stringify({ ...parse(readFileSync(`drivers/dlt645/profiles/${name}.yaml`, 'utf8')), loadRecords })
  async function complaintsAbout(name: string, loadRecords: object) {
    const complaints: Complaint[] = []
    const folder = folderWith({ [`${name}.yaml`]: written(name, loadRecords) })
    await loadProfiles([`${folder}/${name}.yaml`], await loadShippedDrivers(), complaints)
    return complaints.map(one => formatComplaint(one).replaceAll(`${folder}/`, ''))
  }

  test.each([
    [{ classes: [7], days: 40 }, /loadRecords\.classes\[0\]: .*a class of load records, 1 to 6/],
    [{ classes: [4, 4], days: 40 }, /loadRecords\.classes\[1\]: class 4 is listed twice/],
    [{ classes: [], days: 40 }, /loadRecords\.classes: no class of records is named/],
    [{ classes: [4], days: 0 }, /loadRecords\.days: /],
    [{ classes: [4], days: 1, every: '15m' }, /loadRecords\.every: unknown key/],
  ])('%j is told', async (loadRecords, complaint) => {
    const told = await complaintsAbout('dlt645-2007-single-phase', loadRecords)
    expect(told).toContainEqual(expect.stringMatching(complaint))
  })

  test('of a protocol that has none is told', async () => {
    expect(await complaintsAbout('dlt645-1997-three-phase', { classes: [4], days: 40 })).toContainEqual(
      expect.stringMatching(/loadRecords: dlt645-1997 reads no load records.*remove loadRecords/),
    )
  })
})

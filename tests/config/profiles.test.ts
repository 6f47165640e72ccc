/** Profiles: every shipped one is proven by its examples, and a wrong one is caught before it reads a meter. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Complaint, formatComplaint } from '../../src/config/complaint.ts'
import { loadShippedDrivers } from '../../src/config/drivers.ts'
import { provesExamples } from '../../src/config/examples.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { folderWith, GOOD, load } from './support.ts'

const drivers = await loadShippedDrivers()
const shipped = ['dlt645', 'modbus'].flatMap(name => {
  const folder = join('drivers', name, 'profiles')
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => join(folder, file))
})

describe('shipped profiles', () => {
  test.each(shipped)('%s is complete and proven by at least one example', async file => {
    const complaints: Complaint[] = []
    const [profile] = (await loadProfiles([file], drivers, complaints)).values()
    expect(complaints.map(formatComplaint)).toEqual([])
    if (!profile) throw new Error('no profile and no complaint')
    expect(profile.examples.length).toBeGreaterThan(0)
    expect(profile.source).not.toBe('')
    for (const point of profile.points) {
      expect(point.encoding, point.item).not.toBe('')
      expect(point.name, point.item).not.toBe('')
    }
  })

  test.each(shipped)(
    '%s: an example with another value, request or broken reply proves nothing',
    async file => {
      const [profile] = (await loadProfiles([file], drivers, [])).values()
      const driver = drivers.get(profile?.protocol ?? '')
      if (!profile || !driver) throw new Error('not loaded')
      const [example] = profile.examples
      if (!example) throw new Error('no example')
      const failed = (changed: Partial<typeof example>) =>
        provesExamples({ ...profile, examples: [{ ...example, ...changed }] }, driver).map(
          ({ wrong }) => wrong,
        )
      expect(failed({})).toEqual([])
      expect(failed({ value: `${example.value}1` })).toEqual([
        expect.stringContaining(`not ${example.value}1`),
      ])
      expect(failed({ send: '00 11' })).toEqual([expect.stringContaining('send is no good frame')])
      expect(failed({ reply: flip(example.reply) })).toHaveLength(1)
      expect(failed({ obis: '9-9:9.9.9' })).toEqual([expect.stringContaining('no point "9-9:9.9.9"')])
    },
  )
})

describe('a profile of the site', () => {
  const path = 'drivers/dlt645/profiles/dlt645-2007-single-phase.yaml'
  const base = () => ({ ...parse(readFileSync(path, 'utf8')), profile: 'own' })

  async function complaintsAbout(settings: unknown, file = 'own.yaml'): Promise<readonly string[]> {
    const folder = folderWith({ [file]: typeof settings === 'string' ? settings : stringify(settings) })
    const complaints: Complaint[] = []
    await loadProfiles([join(folder, file)], drivers, complaints)
    return complaints.map(complaint => formatComplaint(complaint).replace(`${folder}/`, ''))
  }

  test('is read where it is right', async () => {
    expect(await complaintsAbout(base())).toEqual([])
  })

  const point = { obis: '1-0:1.8.0', item: '00010000' }
  const OWN = { item: '00010000', name: 'energy', values: [{ encoding: 'XXXX.XXXX', unit: 'kWh' }] }
  test.each<readonly [string, object, RegExp]>([
    ['an unknown key', { extends: 'other' }, /extends: unknown key/],
    [
      'an unknown protocol',
      { protocol: 'dlt645-2006' },
      /protocol: no driver speaks "dlt645-2006"; did you mean "dlt645-2007"\?/,
    ],
    [
      'an unknown item',
      { points: [{ item: 'FEFEFEFE' }] },
      /points\[0\]\.item: dlt645-2007 knows no item "FEFEFEFE"/,
    ],
    [
      'an item that is a number to YAML',
      { points: [{ item: 10000 }] },
      /points\[0\]\.item: 10000 is not in quotes/,
    ],
    [
      'no OBIS code',
      { points: [{ ...point, obis: '1.8.0' }] },
      /points\[0\]\.obis: "1\.8\.0" is no OBIS code/,
    ],
    ['a point twice', { points: [point, point] }, /points\[1\]: 1-0:1\.8\.0 is listed twice/],
    [
      'a poll that is advised at an interval that does not divide the day',
      { polls: [{ every: '7m' }] },
      /polls\[0\]\.every: 7m does not divide the day/,
    ],
    [
      'a poll that is advised of no point of it',
      { polls: [{ every: '24h', points: ['0-0:19.10.0'] }] },
      /polls\[0\]\.points\[0\]: the profile has no point "0-0:19\.10\.0"/,
    ],
    ['no example', { examples: [] }, /examples: there is no example to prove it/],
    [
      'an example that fails',
      { examples: [{ ...base().examples[0], value: '1.87' }] },
      /examples\[0\]: the reply gives 1\.86, not 1\.87/,
    ],
    [
      'another name than its file',
      { profile: 'other' },
      /profile: the file is called own\.yaml; name the file other\.yaml/,
    ],
    [
      'an own item of no encoding',
      { traits: { items: [{ item: '00010000', name: 'energy', values: [{ encoding: 'bcd4' }] }] } },
      /traits\.items\[0\]: "bcd4" is no encoding/,
    ],
    [
      'an own item twice',
      { traits: { items: [OWN, OWN] } },
      /traits\.items\[1\]: 00010000 is listed twice; keep one of the two/,
    ],
    [
      'an own item that makes an example false',
      { traits: { items: [OWN] } },
      /examples\[0\]: the reply gives 0\.0186, not 1\.86/,
    ],
    [
      'an hour with a register that midnight would lack',
      { hourly: { ...base().hourly, points: [{ obis: '1-0:3.8.0', item: '050401nn', unit: 'kvarh' }] } },
      /hourly\.points\[0\]: 1-0:3\.8\.0 is not in the daily freeze.*add it to daily, or remove it here/,
    ],
    [
      'more hours than are counted',
      { hourly: { ...base().hourly, depth: 1_001 } },
      /hourly\.depth: 1001 is not right.*a number of hours from 1 to 1000/,
    ],
    [
      'an hour without a stamp',
      { hourly: { ...base().hourly, stamp: undefined } },
      /hourly\.stamp: is missing/,
    ],
    [
      'a protocol without hours',
      { protocol: 'dlt645-1997' },
      /hourly: dlt645-1997 reads no hourly freezes; remove hourly/,
    ],
    ['no nameplate', { nameplate: undefined }, /nameplate: is missing.*phases: 3, volts: 220, amperes: 60/],
  ])('%s', async (_, spoiled, expected) => {
    expect(await complaintsAbout({ ...base(), ...spoiled })).toContainEqual(expect.stringMatching(expected))
  })

  test('with an own item of another format is read with it', async () => {
    const [example] = base().examples
    const own = {
      ...base(),
      traits: { items: [OWN] },
      points: [point],
      examples: [{ ...example, value: '0.0186' }],
    }
    expect(await complaintsAbout(own)).toEqual([])
  })

  test('of a protocol without a table has no items of its own', async () => {
    const settings = {
      ...parse(readFileSync('drivers/modbus/profiles/eastron-sdm120.yaml', 'utf8')),
      profile: 'own',
      traits: { items: [OWN] },
    }
    expect(await complaintsAbout(settings)).toContainEqual(
      expect.stringMatching(/traits\.items\[0\]: modbus-rtu has no table of items/),
    )
  })

  test('an encoding the driver does not know is caught before a meter is asked', async () => {
    const settings = {
      ...parse(readFileSync('drivers/modbus/profiles/eastron-sdm120.yaml', 'utf8')),
      profile: 'own',
    }
    settings.points[0].encoding = 'f31 ABCD'
    expect(await complaintsAbout(settings)).toContainEqual(
      expect.stringContaining('points[0].encoding: the driver cannot read'),
    )
  })

  test('of the name of a shipped one is refused, with both places', async () => {
    const copy = readFileSync(path, 'utf8')
    const { printed } = await load(`${GOOD}profiles: [.]\n`, { 'dlt645-2007-single-phase.yaml': copy })
    expect(printed).toContainEqual(
      expect.stringMatching(/^dlt645-2007-single-phase\.yaml:\d+:1 profile: .* is also in drivers\/dlt645/),
    )
  })
})

/** The same bytes with one bit of the middle one changed. */
function flip(hex: string): string {
  const bytes = hex.trim().split(/\s+/)
  const middle = Math.floor(bytes.length / 2)
  return bytes
    .map((byte, index) =>
      index === middle ? (Number.parseInt(byte, 16) ^ 1).toString(16).padStart(2, '0') : byte,
    )
    .join(' ')
}

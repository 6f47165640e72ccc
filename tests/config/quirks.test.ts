/** What a profile says of its model's quirks is held against what the driver knows, with the nearest word. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Complaint, formatComplaint } from '../../src/config/complaint.ts'
import { loadShippedDrivers } from '../../src/config/drivers.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { folderWith, GOOD, load, loadRight } from './support.ts'

const drivers = await loadShippedDrivers()
const path = 'drivers/dlt645/profiles/dlt645-2007-single-phase.yaml'

async function withQuirks(quirks: unknown, from = path) {
  const written = parse(readFileSync(from, 'utf8'))
  const own = { ...written, profile: 'own', traits: { ...written.traits, quirks } }
  const folder = folderWith({ 'own.yaml': stringify(own) })
  const complaints: Complaint[] = []
  const profiles = await loadProfiles([`${folder}/own.yaml`], drivers, complaints)
  return {
    profile: profiles.get('own'),
    said: complaints.map(one => formatComplaint(one).replace(/^.*?own\.yaml:/, '')),
  }
}

describe('quirks', () => {
  test('known ones reach the driver', async () => {
    const quirks = { 'relay-level': '03', 'relay-write': '0700EFEE open=99 close=55', preamble: '0' }
    const { profile, said } = await withQuirks(quirks)
    expect(said).toEqual([])
    expect(profile?.traits.quirks).toEqual(quirks)
  })

  test.each([
    [
      { 'relay-levl': '03' },
      /traits\.quirks\.relay-levl: dlt645-2007 knows no quirk "relay-levl"; did you mean "relay-level"\?/,
    ],
    [{ colour: 'red' }, /knows no quirk "colour"; its quirks are .*relay-level/],
    [{ 'relay-level': '07' }, /"07" is no value of relay-level: .*; did you mean "0\d"\?/],
    [{ 'block-marks': 'sometimes' }, /is no value of block-marks: .*; write one of either, aa, none/],
    [{ 'relay-write': '0700EFEE open' }, /is no value of relay-write/],
    [{ 'relay-write': 'open=99' }, /is no value of relay-write/],
    [{ 'relay-level': 3 }, /relay-level: .*quotes.*"3"/],
    ['none', /quirks: /],
  ])('%o is a complaint', async (quirks, expected) => {
    const { profile, said } = await withQuirks(quirks)
    expect(profile).toBeUndefined()
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(expected)
  })

  test('a driver without any says so', async () => {
    const { said } = await withQuirks({ 'relay-level': '03' }, 'drivers/modbus/profiles/eastron-sdm630.yaml')
    expect(said[0]).toMatch(/modbus-rtu knows no quirk "relay-level"; it has none/)
  })
})

describe('commands', () => {
  test('clear nothing unless that is said', async () => {
    expect((await loadRight(GOOD)).config.commands).toEqual({ allowClearing: false })
    const said = await loadRight(`${GOOD}commands: { allowClearing: true }\n`)
    expect(said.config.commands).toEqual({ allowClearing: true })
  })

  test.each(['{ allowClearin: true }', '{ allowClearing: yes please }', 'true'])(
    '%s is a mistake',
    async written => {
      const { complaints } = await load(`${GOOD}commands: ${written}\n`)
      expect(complaints[0]?.path).toMatch(/^commands/)
    },
  )
})

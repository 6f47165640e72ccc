/** docs/meters.md is current: `vitest run tests/drivers/meters-page.test.ts -u` writes it anew. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import { profileSchema } from '../../src/config/profile-schema.ts'
import { loadProfiles, profileFiles } from '../../src/config/profiles.ts'
import { metersPage } from './meters-page.ts'

const PAGE = new URL('../../docs/meters.md', import.meta.url)
const MARK = '<!-- From here on made by tests/drivers/meters-page.test.ts; `-u` writes it anew. -->\n'

const folder = new URL('../../drivers/modbus/profiles', import.meta.url).pathname
const profiles = [
  ...(
    await loadProfiles(
      (await profileFiles(folder)) ?? [],
      new Map(drivers.map(driver => [driver.protocol, driver])),
      [],
    )
  ).values(),
]
const [head = ''] = readFileSync(PAGE, 'utf8').split(MARK)

describe('docs/meters.md', () => {
  test('lists the meters as their profiles have them', async () => {
    await expect(`${head}${MARK}\n${metersPage(profiles)}`).toMatchFileSnapshot(PAGE.pathname)
  })

  test('tells of every profile, its source and each of its doubts', () => {
    const page = metersPage(profiles)
    expect(profiles.length).toBeGreaterThan(0)
    for (const { profile, doubts = [], confidence } of profiles) {
      expect(page).toContain(`\n## ${profile}\n`)
      expect(confidence, profile).toBeDefined()
      for (const doubt of doubts) expect(page).toContain(`- ${doubt}\n`)
    }
  })

  test('explains every key a Modbus profile may have', () => {
    const traits = profileSchema.shape.traits.unwrap().shape
    const keys = [...Object.keys(profileSchema.shape), ...Object.keys(traits)]
    const elsewhere = ['daily', 'settlement', 'hourly', 'blocks', 'items', 'quirks']
    const unexplained = keys.filter(key => !elsewhere.includes(key) && !head.includes(`\`${key}\``))
    expect(unexplained).toEqual([])
  })
})

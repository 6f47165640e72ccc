/** What `meterd scan` proposes for the configuration is one that loads. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entriesFor } from '../../src/cli/scan.ts'
import type { MeterFound } from '../../src/commission/scan.ts'
import { loadShippedDrivers } from '../../src/config/drivers.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { parseLineUrl } from '../../src/core/line-url.ts'
import { GOOD, loadRight } from '../config/support.ts'

function found(address: string, url: string): MeterFound {
  const parsed = parseLineUrl(url)
  if ('wrong' in parsed) throw new Error(parsed.wrong)
  const nothing = { capabilities: null, addressRules: [], isAsked: false }
  return { address, protocol: 'dlt645-2007', url: parsed, phases: 1, ...nothing }
}

test.each(['serial:///dev/ttyS9', 'rfc2217://box:4001'])(
  'meters of one port (%s) found at different speeds are one line, and loaded as they were found',
  async port => {
    const meters = [
      found('000000000161', `${port}?baud=2400&parity=even`),
      found('000000000162', `${port}?baud=9600&parity=none`),
      found('000000000163', `${port}?baud=2400&parity=even`),
    ]
    const { config: shipped } = await loadRight(GOOD)
    const profiles = new Map(shipped.meters.map(({ profile }) => [profile.profile, profile]))
    const entries = entriesFor(meters, { profiles }).join('\n')
    const { config } = await loadRight(`${GOOD.replace(/^(?:lines|meters): .*\n/gm, '')}${entries}\n`)
    expect(config.lines.map(({ urlText }) => urlText)).toEqual([`${port}?baud=2400&parity=even`])
    expect(config.meters.map(({ address, serial }) => [address, serial?.baud, serial?.parity])).toEqual([
      ['000000000161', undefined, undefined],
      ['000000000162', 9600, 'none'],
      ['000000000163', undefined, undefined],
    ])
  },
)

test.each([
  [['1D000001'], 1, 'dlt645-2007-single-phase'],
  [['1D000001', '04000508'], 1, 'dlt645-2007-state-grid-single-phase'],
  [['1D000001', '04000508'], 3, 'dlt645-2007-state-grid-three-phase'],
] as const)(
  'P-07 a meter that serves %s, of %i phases, is proposed as %s',
  async (serves, phases, profile) => {
    const meter = { ...found('000000000161', 'serial:///dev/ttyS9'), phases }
    const none = { facts: {}, refuses: [], silentTo: [], followUp: null }
    const folder = 'drivers/dlt645/profiles'
    const files = readdirSync(folder).map(file => join(folder, file))
    const profiles = await loadProfiles(files, await loadShippedDrivers(), [])
    const entries = entriesFor([{ ...meter, capabilities: { ...none, serves } }], { profiles }).join('\n')
    expect(entries).toContain(`profile: ${profile} `)
  },
)

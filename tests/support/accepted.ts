/** Modbus meters of a test as a person has accepted them, for daemons whose test is about something else. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Acceptance, digestOf } from '../../src/acquire/acceptances-held.ts'
import { loadConfig } from '../../src/config/load.ts'

/** For profiles that name no ident and no serial number. A wrong configuration is left for the daemon to tell. */
export async function acceptAll(configFile: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const loaded = await loadConfig(configFile, environment)
  if ('complaints' in loaded) return
  const { meters, dataDirectory } = loaded.config
  const records = meters
    .filter(({ driver }) => driver.items === undefined)
    .map(
      ({ id, address, profile }): Acceptance => ({
        meter: id,
        address,
        profile: profile.profile,
        digest: digestOf(profile),
        identity: null,
        at: 0,
        by: 'the test',
        because: '',
        unproven: [],
        evidence: [],
      }),
    )
  if (records.length > 0) await writeFile(join(dataDirectory, 'acceptances.json'), JSON.stringify(records))
}

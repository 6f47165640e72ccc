/** Modbus meters of a test as a person has accepted them, for daemons whose test is about something else. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Acceptance } from '../../src/acquire/gate/acceptances-held.ts'
import { givenFor } from '../../src/acquire/gate/given-for.ts'
import { loadConfig } from '../../src/config/load.ts'
import { lineKey } from '../../src/core/line-url.ts'

/** For profiles that name no ident and no serial number. A wrong configuration is left for the daemon to tell. */
export async function acceptAll(configFile: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const loaded = await loadConfig(configFile, environment)
  if ('complaints' in loaded) return
  const { meters, lines, dataDirectory } = loaded.config
  const keys = new Map(lines.map(({ id, url }) => [id, lineKey(url)]))
  const records = meters
    .filter(({ driver }) => driver.items === undefined)
    .map(
      (meter): Acceptance => ({
        meter: meter.id,
        ...givenFor(meter, keys.get(meter.line) ?? ''),
        identity: null,
        serial: null,
        alike: [],
        at: 0,
        by: 'the test',
        because: '',
        unproven: [],
        evidence: [],
      }),
    )
  if (records.length > 0) await writeFile(join(dataDirectory, 'acceptances.json'), JSON.stringify(records))
}

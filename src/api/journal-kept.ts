/** What of the daemon itself stands in the journal: its life, its settings, its keys; and the checkpoints of it all. */

import type { Config } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { createLastWord, type LastWord } from '../publish/last-word.ts'
import { startCheckpoints } from '../running/checkpoints.ts'
import { type DaemonLifeParts, noteBegin } from '../running/daemon-life.ts'
import type { Store } from '../store/store.ts'
import { createKeyFile } from './key-file.ts'
import { createKeyJournal } from './key-journal.ts'
import { createKeyRing, type KeyRing } from './keys.ts'

export interface JournalKeptParts extends DaemonLifeParts {
  readonly store: Store
  readonly config: Pick<Config, 'gateway' | 'readFrom' | 'dataDirectory' | 'audit'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export interface JournalKept {
  readonly keys: KeyRing
  /** To be published. */
  readonly checkpoint: LastWord
  /** To be called last before the store is closed. */
  stop(): Promise<void>
}

export async function startJournal(parts: JournalKeptParts): Promise<JournalKept> {
  const { config, clock, random, log } = parts
  const noteEnd = await noteBegin(parts)
  const file = createKeyFile(config.dataDirectory, random)
  const noteKeys = createKeyJournal({ ...parts, file })
  await noteKeys()
  const checkpoint = createLastWord()
  const { gateway, dataDirectory, audit } = config
  const checkpoints = startCheckpoints({
    ...{ ...parts, gateway, dataDirectory, folder: audit.checkpoints, tell: checkpoint.say },
  })
  await checkpoints.make()
  return {
    checkpoint,
    keys: createKeyRing(file, clock, log, noteKeys),
    async stop() {
      await noteKeys()
      await noteEnd()
      checkpoints.stop()
      await checkpoints.make()
    },
  }
}

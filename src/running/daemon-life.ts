/** That the daemon began and ended, and by which settings, in the journal. */

import type { Config } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAEMON, type Deed, type Store } from '../store/store.ts'

export interface DaemonLifeParts {
  readonly store: Pick<Store, 'journalAdd' | 'epoch'>
  readonly config: Pick<Config, 'gateway' | 'readFrom'>
  readonly version: string
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<Log, 'warn'>
}

/** The answer notes the end. A journal without room keeps no meter from being read: it is said, and nothing else. */
export async function noteBegin({
  store,
  config,
  version,
  clock,
  log,
}: DaemonLifeParts): Promise<() => Promise<void>> {
  const { gateway, readFrom } = config
  const subject = `gateway ${gateway}`
  const note = async (action: string, facts: Deed['facts']) => {
    await store.journalAdd({ ...DAEMON, at: clock.now(), action, subject, facts }).catch((error: unknown) => {
      log.warn({ code: 'STORE_FULL' }, `${action} is not in the journal: ${messageOf(error)}`)
    })
  }
  await note('daemon.started', { version, epoch: store.epoch })
  await note('configuration.loaded', { readFrom })
  return () => note('daemon.stopped', {})
}

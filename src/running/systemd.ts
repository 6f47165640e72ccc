/**
 * What systemd is told (sd_notify(3)), through `systemd-notify`: Node cannot open datagram sockets of the unix kind. The
 * unit needs NotifyAccess=all, because it is not the main process that speaks.
 */

import { execFile } from 'node:child_process'
import type { Log } from '../core/log.ts'

export interface Supervisor {
  tell(state: 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1'): Promise<void>
  /** It restarts us when it is not told WATCHDOG=1 for so long; null when it does not watch. */
  readonly watchdogMs: number | null
}

type Environment = Readonly<Record<string, string | undefined>>

const TOLD_WITHIN_MS = 10_000

/** Null when nobody supervises this process. */
export function findSupervisor(environment: Environment, pid: number, log: Log): Supervisor | null {
  if (!environment['NOTIFY_SOCKET']) return null
  let failed = false
  return {
    watchdogMs: watchdogOf(environment, pid),
    tell: state =>
      new Promise(resolve => {
        execFile('systemd-notify', [state], { timeout: TOLD_WITHIN_MS }, error => {
          const hint = 'install systemd-notify (package systemd), and set NotifyAccess=all in the unit'
          if (error && !failed) log.warn({ hint }, `systemd is not told ${state}: ${error.message.trim()}`)
          failed = error !== null
          resolve()
        })
      }),
  }
}

/** sd_watchdog_enabled(3): the interval is meant for us only where WATCHDOG_PID is absent or ours. */
function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: Environment, pid: number): number | null {
  const ms = Number(WATCHDOG_USEC) / 1_000
  const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid
  return isOurs && ms > 0 ? ms : null
}

/** Looks whether every part advances, says so to whoever supervises us, and says in the log who hangs (PR-82). */

import type { Cancel, Clock } from '../core/clock.ts'
import { FAULTS, isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import type { PartKind, Progress } from '../core/progress.ts'
import { SECOND } from '../core/time.ts'
import type { Store } from '../store/store.ts'
import type { Supervisor } from './systemd.ts'

export interface Watchdog {
  start(): void
  stop(): void
  /** A round has become durable: the store advances. */
  kept(): void
  parts(): readonly PartState[]
}

export interface PartState {
  readonly part: PartKind
  readonly name: string
  readonly ageMs: number
  readonly stuck: boolean
}

export interface WatchdogParts {
  readonly progress: Progress
  readonly store: Pick<Store, 'touch'>
  readonly supervisor: Supervisor | null
  readonly clock: Clock
  readonly log: Log
  /** Called when the store has failed for good, which an idle daemon learns here first (PR-03). */
  readonly broken: (error: unknown) => void
}

/** Where nobody supervises us. */
const USUAL_INTERVAL_MS = 60 * SECOND
/** Looks per interval; one that finds somebody late must not yet be a restart. */
const LOOKS = 3

export function createWatchdog(parts: WatchdogParts): Watchdog {
  const { progress, store, supervisor, clock, log } = parts
  const intervalMs = supervisor?.watchdogMs ?? USUAL_INTERVAL_MS
  const storeBeat = progress.beatOf('store', '')
  /** Overdue at the last look, and at the one before too: a machine that was asleep makes everybody late once. */
  let late = new Set<string>()
  let stuck = new Set<string>()
  let keptSinceLook = false
  let isAsked = false
  let isTouching = false
  let cancel: Cancel = () => undefined

  /** A write of its own only where nothing else was written; it counts when it is synced. */
  function askStore(): void {
    if (keptSinceLook || isTouching) return
    if (!isAsked) storeBeat(intervalMs)
    isAsked = true
    isTouching = true
    store
      .touch()
      .then(advanced, (error: unknown) => {
        if (!isPassing(error)) parts.broken(error)
        // A full disk answers; a restart would not empty it.
        else if (error.code === 'STORE_FULL') advanced()
      })
      .finally(() => {
        isTouching = false
      })
  }

  function advanced(): void {
    isAsked = false
    storeBeat(null)
  }

  function look(): void {
    cancel = clock.after(intervalMs / LOOKS, look)
    askStore()
    keptSinceLook = false
    const overdue = progress.parts().filter(part => part.overdue)
    const names = overdue.map(({ part, name }) => `${part} ${name}`.trim())
    const hanging = new Set(names.filter(name => late.has(name)))
    for (const name of [...hanging].filter(one => !stuck.has(one))) {
      const context = { code: 'PART_STUCK', hint: FAULTS.PART_STUCK.hint }
      log.error(
        context,
        `${name} does not advance${supervisor ? '; systemd is told no more that we live' : ''}`,
      )
    }
    for (const name of [...stuck].filter(one => !hanging.has(one))) log.info({}, `${name} advances again`)
    late = new Set(names)
    stuck = hanging
    if (overdue.length === 0 && supervisor?.watchdogMs) void supervisor.tell('WATCHDOG=1')
  }

  return {
    start: look,
    stop: () => cancel(),
    kept() {
      keptSinceLook = true
      advanced()
    },
    parts: () =>
      progress.parts().map(({ part, name, ageMs }) => ({
        part,
        name,
        ageMs,
        stuck: stuck.has(`${part} ${name}`.trim()),
      })),
  }
}

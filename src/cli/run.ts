/** `meterd run`: the daemon. */

import { parseArgs } from 'node:util'
import { formatComplaint } from '../config/complaint.ts'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { systemClock } from '../core/clock.ts'
import { keepEnvironmentOutOfReports } from '../core/crash-report.ts'
import { Fault } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { systemRandom } from '../core/random.ts'
import { SECOND } from '../core/time.ts'
import { type Daemon, startDaemon } from '../main.ts'
import { findSupervisor } from '../running/systemd.ts'
import { leaveAtOnce } from './leave.ts'
import { openLog } from './log-output.ts'
import { letHeapServe } from './small-heap.ts'
import { BAD_CONFIG, type Terminal, toldToEnd, type Verb, WrongUse } from './verb.ts'
import { versionOf } from './version.ts'

/** A stop that hangs ends all the same: what is accepted is durable already. Ten seconds are promised (PR-83). */
const STOP_WITHIN_MS = 9 * SECOND
/** A disk that damages every store at once must not keep the processor busy too. */
const START_AGAIN_MS = SECOND

export const run: Verb = {
  summary: 'the daemon: reads meters, keeps, publishes, answers',
  help: `meterd run --config FILE [--json]

--json writes every line of the log as JSON, whatever log.format says, and nothing else to stdout.
Runs until it is told to stop (Ctrl-C, SIGTERM); a second signal ends it at once.
Exit 0 told to end; 1 it could not start, or keep its promises; 2 used wrongly; 78 a wrong configuration; 130 ended at once.
Example: meterd run --config config/gateway.example.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (values.config === undefined) throw new WrongUse('--config is missing')
    keepEnvironmentOutOfReports()
    const loaded = await loadConfig(values.config, process.env)
    if ('complaints' in loaded) {
      for (const complaint of loaded.complaints) io.err(formatComplaint(complaint))
      return BAD_CONFIG
    }
    for (const warning of loaded.warnings) io.err(`warning: ${formatComplaint(warning)}`)
    const config: Config = values.json ? { ...loaded.config, logFormat: 'json' } : loaded.config
    letHeapServe(config.lines.reduce((sum, { inFlight }) => sum + inFlight, 0))
    return runUntilStopped(config, values.config, io)
  },
}

async function runUntilStopped(config: Config, file: string, io: Terminal): Promise<number> {
  const log = openLog(config, io)
  try {
    for (;;) {
      const { error, inTime } = await liveOnce(config, file, { io, log })
      if (inTime && isDamage(error)) {
        log.error({ code: error.code, hint: error.hint }, `meterd starts again: ${error.text}`)
        await systemClock.sleep(START_AGAIN_MS)
        continue
      }
      const code = tellEnd(error, log)
      if (inTime) return code
      log.warn({ hint: 'see what holds the disk or a server up' }, 'not everything stopped in time')
      return leaveAtOnce(code)
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.err(`meterd: ${error.text}; ${error.hint} (${error.code})`)
    return error.code === 'CONFIG_INVALID' ? BAD_CONFIG : 1
  }
}

/** Damage of the store is rescued when it is opened again, for which nobody need restart the process (PR-07). */
function isDamage(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'STORE_UNREADABLE'
}

interface Life {
  /** Why it ended; null when it was told to. */
  readonly error: unknown
  readonly inTime: boolean
}

/** Runs the daemon until it is told to stop or cannot keep its promises any longer. Throws why it could not start. */
async function liveOnce(
  config: Config,
  file: string,
  { io, log }: { readonly io: Terminal; readonly log: Log },
): Promise<Life> {
  const broken = Promise.withResolvers<unknown>()
  const told = toldToEnd(io).then(() => null)
  const starting = startDaemon({
    config,
    version: versionOf(),
    clock: systemClock,
    random: systemRandom,
    log,
    supervisor: findSupervisor(process.env, process.pid, log),
    broken: broken.resolve,
  })
  try {
    const started = await Promise.race([starting, told])
    if (started !== null)
      greet(config, file, started.apiUrl, line =>
        config.logFormat === 'json' ? log.info({}, line) : io.out(`meterd: ${line}`),
      )
    const error = await Promise.race([told, broken.promise])
    return { error, inTime: await stopInTime(starting) }
  } catch (error) {
    if (isDamage(error)) return { error, inTime: true }
    throw error
  }
}

/** Told to end while it still starts, the daemon is stopped as soon as it has; one that cannot start is stopped. */
function stopInTime(starting: Promise<Daemon>): Promise<boolean> {
  const stopped = starting.then(
    daemon => daemon.stop(),
    () => true,
  )
  return Promise.race([stopped, systemClock.sleep(STOP_WITHIN_MS).then(() => false)])
}

/** `null` when it was told to end; the answer is the exit code. */
function tellEnd(error: unknown, log: Log): number {
  if (error === null) return 0
  if (error instanceof Fault) log.error({ code: error.code, hint: error.hint }, `meterd ends: ${error.text}`)
  else
    log.error({}, `meterd ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return 1
}

function greet(config: Config, file: string, apiUrl: string, say: (line: string) => void): void {
  say(
    `gateway ${config.gateway}, ${config.lines.length} lines, ${config.meters.length} meters, data in ${config.dataDirectory}`,
  )
  say(`API on ${apiUrl}, its description on ${apiUrl}/docs`)
  say(`make a key with  npx meterd keys add NAME --scope read,billing --config ${file}`)
}

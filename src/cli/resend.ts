/** `meterd resend`: a sink is sent again what it lost, or what it refused. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { silentLog } from '../core/log.ts'
import type { ResendAsked, Resent } from '../publish/sink.ts'
import { DATABASE_FILE } from '../store/database.ts'
import { openStore } from '../store/thread.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  sink: { type: 'string' },
  from: { type: 'string' },
  parked: { type: 'boolean', default: false },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const resend: Verb = {
  summary: 'send a sink again what it lost, or what it refused',
  help: `meterd resend --sink NAME --from N [--json]
meterd resend --sink NAME --parked [--json]

Each with --config FILE, or --data DIR for the data directory itself. Sinks are mqtt and influx.

--from N    everything from sequence number N on, in order and under the same ids: who kept it sees nothing new.
            While the daemon runs it begins at once, else with its next start.
--parked    only what the sink refused for good and was set aside; accepted it is parked no longer. Needs the daemon.

Exit 0 done, or will be; 1 it was not; 2 used wrongly; 78 a wrong configuration.
Example: meterd resend --sink mqtt --from 120000 --config config/gateway.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    const { sink, asked } = askedIn(values)
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    return tell(sink, await send(place.directory, sink, asked), values.json, io)
  },
}

interface Values {
  readonly sink?: string | undefined
  readonly from?: string | undefined
  readonly parked: boolean
}

function askedIn({ sink, from, parked }: Values): { readonly sink: string; readonly asked: ResendAsked } {
  if (sink === undefined || !/^\w+$/.test(sink)) throw new WrongUse('say which sink: --sink mqtt')
  if ((from !== undefined) === parked) throw new WrongUse('give --from N or --parked')
  if (parked) return { sink, asked: { parked } }
  if (!/^[1-9]\d{0,14}$/.test(from ?? ''))
    throw new WrongUse(`--from ${from}: write a whole number from 1 on`)
  return { sink, asked: { from: Number(from) } }
}

async function send(directory: string, sink: string, asked: ResendAsked): Promise<Resent> {
  const answer = await askDaemon(directory, { method: 'POST', path: `/v1/sinks/${sink}/resend`, body: asked })
  if (answer !== null) return answer.body as Resent
  if ('parked' in asked)
    throw new Fault('ASK_FAILED', 'parked items are sent by the daemon, and none runs here; start it first')
  return moveBack(directory, sink, asked.from)
}

/** Without a daemon the sink is only moved; the next start sends. */
async function moveBack(directory: string, sink: string, from: number): Promise<Resent> {
  if (!existsSync(join(directory, DATABASE_FILE)))
    throw new Fault('ASK_UNKNOWN', `there is no store in ${directory}`)
  const store = await openStore(directory, systemClock, silentLog)
  try {
    const last = await store.lastSequence()
    if (from > last) throw new Fault('ASK_INVALID', `--from ${from}: the last number given is ${last}`)
    if ((await store.cursor(sink)).sequence === 0)
      throw new Fault('ASK_UNKNOWN', `nothing was ever delivered to a sink "${sink}" from here`)
    const cursor = await store.rewind(sink, from - 1)
    return { cursor, owed: last - cursor, parked: null }
  } finally {
    await store.close()
  }
}

function tell(sink: string, { cursor, owed, parked }: Resent, json: boolean, io: Terminal): number {
  if (json) io.out(JSON.stringify({ sink, cursor, owed, parked }))
  else if (parked === null) io.out(`${sink} starts again after ${cursor}; ${owed} are owed`)
  else io.out(`${sink}: ${parked.accepted} accepted, ${parked.refused} refused again`)
  if (parked?.fault) io.err(`${sink}: the rest stays parked: ${parked.fault.text}`)
  return parked !== null && (parked.refused > 0 || parked.fault !== null) ? 1 : 0
}

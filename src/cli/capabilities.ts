/** `meterd capabilities`: what each meter was found to serve, as it is held in the data directory. */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { KNOWN_FOR_MS, type MeterKnown, openCapabilities } from '../acquire/capabilities-held.ts'
import { systemClock } from '../core/clock.ts'
import { DAY } from '../core/time.ts'
import type { Driver } from '../driver-api/driver.ts'
import { shippedDrivers } from './shipped.ts'
import { siteRulesIn } from './site-rules-in.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const DAYS = KNOWN_FOR_MS / DAY

export const capabilities: Verb = {
  summary: 'what each meter was found to serve when it was scanned',
  help: `meterd capabilities --data DIR | --config FILE [ADDRESS…] [--forget] [--json]

  --data DIR      the data directory
  --config FILE   the configuration that names it under data:
  ADDRESS         only meters of these addresses
  --forget        forget these; a running daemon does so at its next start
  --json          one object a meter

What meterd scan kept, by line and address: the edition a meter speaks, its number and versions, the speed it was found
at, the items and blocks it serves, refuses and is silent to, whether it sends long answers in several frames, and which
addresses it answers to. The daemon does not ask it for blocks it refused or was silent to. It is forgotten after ${DAYS} days,
when a scan finds another meter there, and when the daemon, which looks once a day, finds another meter number.
Exit 0; 1 nothing is held; 2 used wrongly; 78 a wrong configuration.
Example: meterd capabilities --data /var/lib/meterd 000000000161`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        forget: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    const directory = await directoryIn(values, io)
    if (directory === BAD_CONFIG) return BAD_CONFIG
    if (values.forget && positionals.length === 0) throw new WrongUse('--forget needs an ADDRESS')
    const held = await openCapabilities(directory, systemClock.now)
    const known = held
      .all()
      .filter(
        ({ address }) =>
          positionals.length === 0 || positionals.some(one => one.padStart(12, '0') === address),
      )
    if (known.length === 0) {
      io.err(
        `nothing is known${positionals.length === 0 ? '' : ' of these'} in ${directory}; meterd scan --data DIR learns it`,
      )
      return 1
    }
    const drivers = await shippedDrivers()
    for (const one of known) {
      if (values.forget) await held.forget(one)
      if (values.json) io.out(JSON.stringify({ ...one, learnedAt: new Date(one.learnedAt).toISOString() }))
      else tell(one, drivers.get(one.protocol), values.forget, io)
    }
    return 0
  },
}

async function directoryIn(
  { data, config }: { readonly data?: string | undefined; readonly config?: string | undefined },
  io: Terminal,
): Promise<string | typeof BAD_CONFIG> {
  if ((data === undefined) === (config === undefined)) throw new WrongUse('give --data DIR or --config FILE')
  if (data !== undefined) return resolve(data)
  const rules = await siteRulesIn(config ?? '', io)
  if (rules === BAD_CONFIG) return BAD_CONFIG
  if (rules.dataDirectory === null)
    throw new WrongUse(`${config} names no data directory; add data: or give --data DIR`)
  return rules.dataDirectory
}

function tell(known: MeterKnown, driver: Driver | undefined, isForgotten: boolean, io: Terminal): void {
  const { address, line, protocol, speed, phases, learnedAt, by, facts, serves, refuses, silentTo } = known
  const named = (items: readonly string[]) =>
    items.length === 0
      ? 'none'
      : items.map(item => `${item} ${driver?.describe(item)?.name ?? ''}`.trim()).join(', ')
  const until = new Date(learnedAt + KNOWN_FOR_MS).toISOString().slice(0, 10)
  io.out(`${address} on ${line}: ${isForgotten ? 'forgotten' : `known until ${until}`}`)
  io.out(`  learned     ${new Date(learnedAt).toISOString()} by ${by}`)
  io.out(
    `  speaks      ${protocol}${speed === null ? '' : ` at ${speed}`}${phases === null ? '' : `, ${phases}-phase`}`,
  )
  for (const [item, value] of Object.entries(facts))
    io.out(`  says        ${item} ${driver?.describe(item)?.name ?? ''}: ${value}`)
  io.out(`  serves      ${named(serves)}`)
  io.out(`  refuses     ${named(refuses)}`)
  io.out(`  silent to   ${named(silentTo)}`)
  io.out(`  long answers ${longAnswers(known)}`)
  for (const { asked, answeredUnder } of known.addressRules)
    io.out(`  asked as    ${asked}: ${underWhat(answeredUnder, address, asked)}`)
}

function longAnswers({ followUp }: MeterKnown): string {
  if (followUp === null) return 'not seen'
  return followUp ? 'in follow-up frames' : 'not to their end'
}

function underWhat(answeredUnder: string | null, own: string, asked: string): string {
  if (answeredUnder === null) return 'silent'
  if (answeredUnder === own) return 'answers under its own address'
  return answeredUnder === asked ? 'answers under the address asked' : `answered by ${answeredUnder}`
}

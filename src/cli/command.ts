/** `meterd command`: tells a meter to do one thing, by name. */

import { parseArgs } from 'node:util'
import type { Command, Given, Obeyed } from '../driver-api/command.ts'
import { type Pass, terminalPass } from '../line/guard/pass.ts'
import type { Conversed } from '../line/line.ts'
import { begun, offlineCall, wouldSend } from './command-begun.ts'
import { traceTalk, withLine } from './line-talk.ts'
import { METER_OPTIONS, meterAsked, passwordFrom, secretFrom } from './meter-asked.ts'
import { shippedDrivers } from './shipped.ts'
import { siteRulesIn } from './site-rules-in.ts'
import { BAD_CONFIG, STOPPED, Stopped, type Terminal, type Verb, WrongUse } from './verb.ts'

export const command: Verb = {
  summary: 'tells a meter to freeze, change its password, clear its demands …',
  help: `meterd command NAME --line URL --protocol P --address A [options] [key=value…] --yes
meterd command --protocol P      lists what meters of a protocol can be told

  --line, --protocol, --address, --profile, --within, --trace, --json as for meterd read; the protocol is never guessed
  --profile NAME|FILE of Modbus needed for what writes: only it says which place switches the relay; --no-profile
                      writes all the same
  --password-file F   its first line is the password
  --config FILE       what clears records for good is sent only where this file says so; the gateway's configuration,
                      or two lines: "version: 1" and "commands: { allowClearing: true }"
  --yes               do it; without it what would be sent is shown and nothing is sent (identify only asks)
  key=value           what the command takes; secrets as key=@FILE, never as they are

Nothing is sent twice. Exit 0 done, or sent to all; 1 refused or unanswered; 2 used wrongly, or nothing was sent;
78 a wrong --config; 130 stopped.
Example: meterd command freeze --line tcp://127.0.0.1:64501 --protocol dlt645-2007 --address 000000000161 when=now --yes`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...METER_OPTIONS,
        address: { type: 'string' },
        'password-file': { type: 'string' },
        config: { type: 'string' },
        yes: { type: 'boolean', default: false },
      },
    })
    const [name, ...pairs] = positionals
    if (name === undefined) return listCommands(values.protocol, io)
    const asked = await meterAsked(values, values.address, io)
    const known = asked.driver.commands?.get(name)
    if (!known) {
      const names = [...(asked.driver.commands?.keys() ?? [])].join(', ') || 'nothing'
      throw new WrongUse(
        `meters of ${asked.driver.protocol} cannot be told "${name}"; they can be told ${names}`,
      )
    }
    if (known.effect === 'settings' || known.effect === 'clears') asked.mustBeKnown()
    const given = await givenIn(known, pairs, values['password-file'])
    const offline = begun(known, offlineCall(asked.address, asked.traits), given, name)
    if (known.effect === 'clears') {
      const refused = await whyNoClearing(name, values.config, io)
      if (refused !== 0) return refused
    }
    if (!values.yes && known.effect !== 'none') {
      const hex = wouldSend(offline, asked.driver)
      io.out(values.json ? JSON.stringify({ command: name, wouldSend: hex }) : `would send ${hex}`)
      io.err('nothing was sent; add --yes')
      return 2
    }
    return await withLine(asked.url, asked.withinMs, io, async ({ callTo, hold }) => {
      const conversation = begun(known, callTo(asked.address, asked.traits), given, name)
      const talked = await hold(asked.driver, asked.address, conversation, passOf(known))
      if (values.trace) traceTalk(talked, asked.driver, io)
      const result = unlessCut(talked)
      const { outcome } = result
      if (io.signal.aborted && outcome === 'not-sent') throw new Stopped()
      tell(name, result, talked.fault?.text ?? null, values.json, io)
      if (io.signal.aborted) return STOPPED
      return EXIT[outcome]
    })
  },
}

/** Who only asks needs none. */
function passOf({ name, effect }: Command): Pass | undefined {
  return effect === 'none' ? undefined : terminalPass(`meterd command ${name}`)
}

/** What goes to all is sent when its last byte has left; of a line lost meanwhile nobody knows. */
function unlessCut({ result, fault }: Conversed<Obeyed>): Obeyed {
  return result.outcome === 'sent' && fault ? { ...result, outcome: 'unanswered' } : result
}

const EXIT = { done: 0, sent: 0, refused: 1, unanswered: 1, 'not-sent': 2 } as const

async function listCommands(protocol: string | undefined, io: Terminal): Promise<number> {
  const drivers = await shippedDrivers()
  const driver = protocol === undefined ? undefined : drivers.get(protocol)
  if (!driver) throw new WrongUse(`name a command, or a --protocol of ${[...drivers.keys()].join(', ')}`)
  for (const { name, about, effect, arguments: known } of driver.commands?.values() ?? []) {
    io.out(`${name}: ${about}${effect === 'clears' ? ' [clears records for good]' : ''}`)
    for (const argument of known)
      io.out(`  ${argument.name}${argument.isOptional ? ' (optional)' : ''}: ${argument.about}`)
  }
  return 0
}

/** key=value, secrets from files: what is typed stands in histories and process lists. */
async function givenIn(
  known: Command,
  pairs: readonly string[],
  passwordFile: string | undefined,
): Promise<Given> {
  const given: Record<string, string> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const key = pair.slice(0, Math.max(at, 0))
    const value = pair.slice(at + 1)
    const isSecret =
      known.arguments.find(({ name }) => name === key)?.isSecret ?? /passw|key|secret/i.test(key)
    // Not shown: it may be a password.
    if (at < 1) throw new WrongUse('something given is no key=value')
    if (isSecret && !value.startsWith('@'))
      throw new WrongUse(`${key} is secret: write it into a file, and ${key}=@FILE`)
    given[key] = isSecret ? await secretNamed(key, value.slice(1)) : value
  }
  if (passwordFile !== undefined) given['password'] = await passwordFrom(passwordFile)
  return given
}

/** Passwords are six digits; keys of the key system are what they are. */
function secretNamed(key: string, file: string): Promise<string> {
  return key.endsWith('password') ? passwordFrom(file, `${key}=@`) : secretFrom(file, `${key}=@`)
}

const LEAST = `The least such a FILE holds is two lines:
  version: 1
  commands: { allowClearing: true }`

/** 0 where the configuration allows it, else the exit code. */
async function whyNoClearing(name: string, file: string | undefined, io: Terminal): Promise<number> {
  const what = `${name} clears records for good`
  if (file === undefined)
    return refuse(`${what}; it is sent only with --config FILE that allows it. ${LEAST}`, io)
  const rules = await siteRulesIn(file, io)
  if (rules === BAD_CONFIG) {
    io.err(`meterd command: ${what}; ${file} is wrong, so it allows nothing. ${LEAST}`)
    return BAD_CONFIG
  }
  return rules.commands.allowClearing
    ? 0
    : refuse(`${what}; ${file} does not say commands: { allowClearing: true }`, io)
}

function refuse(text: string, io: Terminal): number {
  io.err(`meterd command: ${text}`)
  return 2
}

function tell(name: string, obeyed: Obeyed, fault: string | null, json: boolean, io: Terminal): void {
  const { outcome, refused, says } = obeyed
  if (json) {
    io.out(JSON.stringify({ command: name, outcome, refused, fault, says }))
    return
  }
  const why =
    refused?.text ?? (outcome === 'unanswered' ? `nobody knows whether it was obeyed; ${fault ?? ''}` : null)
  io.out(`${name}: ${outcome}${why === null ? '' : `, ${why}`}`)
  for (const { name: what, value } of says) io.out(`  ${what}: ${value ?? 'none'}`)
}

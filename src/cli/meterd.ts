#!/usr/bin/env node
/** The `meterd` command: finds the verb, hands it the terminal, ends with its exit code. */

import { text } from 'node:stream/consumers'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { leaveAtOnce } from './leave.ts'
import { keepHeapSmall } from './small-heap.ts'
import { STOPPED, Stopped, type Terminal, type Verb, WrongUse } from './verb.ts'

/** Loaded only when asked for, so that `decode` does not wait for a web server. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  run: async () => {
    keepHeapSmall()
    return (await import('./run.ts')).run
  },
  check: async () => (await import('./check.ts')).check,
  decode: async () => (await import('./decode.ts')).decode,
  read: async () => (await import('./read.ts')).read,
  items: async () => (await import('./items.ts')).items,
  capabilities: async () => (await import('./capabilities.ts')).capabilities,
  scan: async () => (await import('./scan.ts')).scan,
  sniff: async () => (await import('./sniff.ts')).sniff,
  write: async () => (await import('./write.ts')).write,
  command: async () => (await import('./command.ts')).command,
  clock: async () => (await import('./clock.ts')).clock,
  profile: async () => (await import('./profile.ts')).profile,
  rules: async () => (await import('./rules.ts')).rules,
  policy: async () => (await import('./policy.ts')).policy,
  simulate: async () => (await import('./simulate.ts')).simulate,
  'trust-clock': async () => (await import('./trust-clock.ts')).trustClock,
  missing: async () => (await import('./missing.ts')).missing,
  dossier: async () => (await import('./dossier.ts')).dossier,
  explain: async () => (await import('./explain.ts')).explain,
  revalidate: async () => (await import('./revalidate.ts')).revalidate,
  export: async () => (await import('./export.ts')).exportVerb,
  resend: async () => (await import('./resend.ts')).resend,
  account: async () => (await import('./account.ts')).account,
  archive: async () => (await import('./archive.ts')).archive,
  audit: async () => (await import('./audit.ts')).audit,
  keys: async () => (await import('./keys.ts')).keys,
  capacity: async () => (await import('./capacity.ts')).capacity,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
}

const USED_WRONGLY = 2

/** A daemon stops in order, and what orders a meter hears out what came of it. */
const HEARS_OUT: ReadonlySet<string> = new Set(['run', 'write', 'command', 'clock'])
/** Every other verb ends so soon after it was told to, whatever it waits for: a device, a daemon, a disk. */
const ENDS_WITHIN_MS = 10_000

async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv
  const io = terminal(HEARS_OUT.has(name) ? null : ENDS_WITHIN_MS)
  if (name === '--version') {
    io.out((await import('./version.ts')).versionOf())
    return 0
  }
  // "meterd help read" is asked as often as "meterd read --help".
  const [about = ''] = rest
  if (name === 'help' && Object.hasOwn(VERBS, about)) return main([about, '--help'])
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (!load) return tellVerbs(name, io)
  const verb = await load()
  if (rest.includes('--help')) {
    io.out(verb.helpOn?.(rest) ?? verb.help)
    return 0
  }
  try {
    return await verb.run(rest, io)
  } catch (error) {
    return tellFailure(name, error, io)
  }
}

async function tellVerbs(name: string, io: Terminal): Promise<number> {
  const asked = name === '--help' || name === 'help'
  const lines = await Promise.all(
    Object.entries(VERBS).map(async ([verb, load]) => `  ${verb.padEnd(14)}${(await load()).summary}`),
  )
  const words = `meterd VERB …\n\n${lines.join('\n')}\n\nmeterd VERB --help tells more: options, defaults, an example, and what its exit codes mean.
Exit 0 done; 1 not done, or not good; 2 used wrongly; 78 a wrong configuration; 130 told to end before the end.`
  if (asked) io.out(words)
  else io.err(`meterd has no verb "${name}"\n\n${words}`)
  return asked ? 0 : USED_WRONGLY
}

const helpOf = (name: string) => `meterd ${name} --help shows the options.`

function tellFailure(name: string, error: unknown, io: Terminal): number {
  if (error instanceof WrongUse) {
    const said = error.message.startsWith('meterd ') ? error.message : `meterd ${name}: ${error.message}`
    io.err(`${said}\n${helpOf(name)}`)
    return USED_WRONGLY
  }
  if (error instanceof Stopped) {
    io.err(`meterd ${name}: stopped; nothing more was sent`)
    return STOPPED
  }
  if (isParseArgsError(error)) {
    io.err(`meterd ${name}: ${error.message}\n${helpOf(name)}`)
    return USED_WRONGLY
  }
  if (error instanceof Fault) {
    io.err(`meterd ${name}: ${error.text}; ${error.hint} (${error.code})`)
    return 1
  }
  throw error
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Stopped()), { once: true }),
  )
}

function terminal(endsWithinMs: number | null): Terminal {
  const stopping = new AbortController()
  const stop = () => {
    // The second signal ends the process at once; nothing accepted can be lost by it.
    if (stopping.signal.aborted) leaveAtOnce(130)
    stopping.abort()
    if (endsWithinMs !== null) systemClock.after(endsWithinMs, () => leaveAtOnce(STOPPED))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // Started by the launcher of a checkout: when that is gone, whoever asked for us is gone too.
  process.on('disconnect', stop)
  // Node opens a debugger on SIGUSR1 unless somebody listens.
  process.on('SIGUSR1', () => undefined)
  return {
    out: line => void process.stdout.write(`${line}\n`),
    err: line => void process.stderr.write(`${line}\n`),
    readAll: () => Promise.race([text(process.stdin), stopped(stopping.signal)]),
    signal: stopping.signal,
  }
}

// A reader that closed its end (`meterd … | head`) is no error of ours.
process.stdout.on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await main(process.argv.slice(2))
// A slow reader of a pipe gets all of it: an exit throws away what waits to be written.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>(written => stream.write('', () => written()))
if (process.exitCode !== undefined) process.exit()

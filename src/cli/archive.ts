/** `meterd archive`: imports which account and point each meter belongs to, and shows it. Asks the daemon. */

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { z } from 'zod'
import type { accountsPage, archiveChange } from '../api/archive-shapes.ts'
import { Fault } from '../core/faults.ts'
import { askDaemon, type DaemonAnswer, type Question } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Change = z.infer<typeof archiveChange>
type Accounts = z.infer<typeof accountsPage>

/** One word after the action, and how its daemon is asked. */
interface Asked {
  readonly word: string | undefined
  readonly dryRun: boolean
  readonly json: boolean
  ask(question: Question): Promise<DaemonAnswer>
}

export const archive: Verb = {
  summary: 'which account and supply point each meter belongs to: import, show',
  help: `meterd archive import FILE [--dry-run] [--json]
meterd archive show [METER|ACCOUNT] [--json]

Each with --config FILE, or --data DIR for the data directory itself; the daemon must run. FILE is a CSV in UTF-8 with
the columns account, point, meter, from, to, withdrawn (docs/archive.md); - is standard input.

--dry-run   tells what it would change, and changes nothing
--json      the whole answer as one JSON object; of show, one pairing a line

An import is done whole or not at all: where one row is refused nothing is changed. What the file leaves out stays.
Exit 0 done, or it would be; 1 refused, or nothing to show; 2 used wrongly; 78 a wrong configuration.
Example: meterd archive import accounts.csv --dry-run --config gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [action = '', word, ...more] = positionals
    const act = ACTIONS.get(action)
    if (!act) throw new WrongUse('say import or show')
    if (more.length > 0) throw new WrongUse(`"${more.join(' ')}" is one word too many`)
    if (action === 'import' && word === undefined)
      throw new WrongUse('say which file: meterd archive import FILE')
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const ask = async (question: Question) => {
      const answer = await askDaemon(place.directory, question)
      if (answer === null)
        throw new Fault('ASK_FAILED', 'the daemon keeps the archive, and none runs here; start it first')
      return answer
    }
    return act({ word, dryRun: values['dry-run'], json: values.json, ask }, io)
  },
}

const ACTIONS: ReadonlyMap<string, (asked: Asked, io: Terminal) => Promise<number>> = new Map([
  ['import', bring],
  ['show', show],
])

/** Looked at first: so what is refused is told row by row, and nothing is changed. */
async function bring({ word = '', dryRun, json, ask }: Asked, io: Terminal): Promise<number> {
  const csv = await contentOf(word, io)
  const send = async (query: string) => {
    const { body } = await ask({ method: 'POST', path: `/v1/imports${query}`, csv })
    return body as Change
  }
  const seen = await send('?dryRun=true')
  const isRefused = seen.refused.length > 0
  const change = dryRun || isRefused ? seen : await send('')
  if (json) io.out(JSON.stringify(change))
  else tell(change, word, io)
  return isRefused ? 1 : 0
}

async function contentOf(file: string, io: Terminal): Promise<Uint8Array> {
  if (file === '-') return Buffer.from(await io.readAll())
  try {
    return await readFile(file)
  } catch (error) {
    throw new WrongUse(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function tell(change: Change, file: string, io: Terminal): void {
  for (const kind of ['added', 'ended', 'changed', 'withdrawn'] as const)
    for (const { account, point, meter, from, to, before } of change[kind]) {
      const was = before === null ? '' : `  (was ${before.from} – ${before.to ?? ''})`
      io.out(`${kind.padEnd(9)}  ${account}  ${point}  ${meter}  ${from} – ${to ?? ''}${was}`.trimEnd())
    }
  for (const kind of ['remarks', 'refused'] as const)
    for (const { line, column, text, remedy } of change[kind])
      io.err(`${file}:${line}${column === null ? '' : `:${column}`}: ${text}; ${remedy}`)
  const { added, ended, changed, withdrawn, unchanged, refused, remarks } = change.counts
  const untold = refused + remarks - change.refused.length - change.remarks.length
  if (untold > 0) io.err(`${file}: and ${untold} more`)
  const counts = `${added} added, ${ended} ended, ${changed} changed, ${withdrawn} withdrawn, ${unchanged} unchanged`
  if (refused > 0) io.err(`${refused} refused; nothing was changed`)
  else if (change.applied) io.out(`${counts}; revision ${change.revision}`)
  else io.out(`${counts}; nothing was changed, this was a dry run`)
}

/** A word may be an account's id or a meter's. */
async function show({ word, json, ask }: Asked, io: Terminal): Promise<number> {
  const of = (one: Pairing) => word === undefined || one.account === word || one.meter === word
  let shown = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/accounts?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`
    const { accounts, next } = (await ask({ method: 'GET', path })).body as Accounts
    for (const one of accounts.flatMap(({ pairings }) => pairings).filter(of)) {
      io.out(json ? JSON.stringify(one) : inWords(one))
      shown += 1
    }
    cursor = next
  }
  if (shown > 0) return 0
  io.err(word === undefined ? 'the archive is empty' : `no pairing of an account or meter ${word}`)
  return 1
}

type Pairing = Accounts['accounts'][number]['pairings'][number]

function inWords({ account, point, meter, from, to }: Pairing): string {
  return `${account}  ${point}  ${meter}  ${from} – ${to ?? ''}`.trimEnd()
}

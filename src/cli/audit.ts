/** `meterd audit`: shows the journal of who did what, and holds it to its hashes. */

import { parseArgs } from 'node:util'
import type { z } from 'zod'
import type { auditPage } from '../api/audit.ts'
import { checkpointsIn } from '../config/load.ts'
import { Fault } from '../core/faults.ts'
import { askDaemon } from './ask-daemon.ts'
import { type AuditPlace, type AuditWords, showKey, verify } from './audit-verify.ts'
import { type DataPlace, dataPlace } from './data-place.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  since: { type: 'string' },
  actor: { type: 'string' },
  action: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  key: { type: 'string' },
  from: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Page = z.infer<typeof auditPage>
type Entry = Page['entries'][number]

const PER_PAGE = 1000

export const audit: Verb = {
  summary: 'who did what: list, verify that nothing of it was changed',
  help: `meterd audit list [--since TIME] [--actor NAME] [--action ACTION] [--json]
meterd audit verify [--checkpoint FILE|TEXT …] [--key TEXT] [--from NUMBER] [--json]
meterd audit key [--json]

Each with --config FILE, or --data DIR for the data directory itself.

list    asks the daemon, which must run, and writes down that it was asked
verify  reads the store, whether or not a daemon runs on it: the hashes of all entries, and every checkpoint of its own
        folder as well (with --data that of the data directory)
key     the public key that checkpoints are signed with, to be kept elsewhere

--since TIME       YYYY-MM-DD or ISO 8601 with offset
--actor NAME       name of a key, local:USER or daemon
--action ACTION    as in batch.acknowledged
--checkpoint …     a checkpoint that was kept elsewhere, as a file with any number of them or as text; given again for more
--key TEXT         the public key as it was kept elsewhere; without it that of the data directory
--from NUMBER      the chain is known to begin anew there, as after a rescue: nothing before it is looked at
--json             one JSON object a line

What was cut off from the end, or written anew with right hashes, only a checkpoint from before can tell.
Exit 0 shown, or nothing is wrong; 1 something was changed, or it could not be told; 2 used wrongly; 78 a wrong configuration.
Example: meterd audit verify --checkpoint kept/checkpoint.txt --config config/gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [action = '', ...more] = positionals
    const act = ACTIONS.get(action)
    if (!act) throw new WrongUse(`say ${[...ACTIONS.keys()].join(' or ')}`)
    if (more.length > 0) throw new WrongUse(`"${more.join(' ')}" is one word too many`)
    const place = await dataPlace(values, io)
    return place === null ? BAD_CONFIG : act(values, placeOf(place), io)
  },
}

const ACTIONS: ReadonlyMap<string, (asked: AuditWords, place: AuditPlace, io: Terminal) => Promise<number>> =
  new Map([
    ['list', list],
    ['verify', verify],
    ['key', showKey],
  ])

function placeOf({ directory, config }: DataPlace): AuditPlace {
  const policy = config?.readFrom.find(({ sha256 }) => sha256 === config.orders?.policyDigest)
  return { directory, folder: config?.audit.checkpoints ?? checkpointsIn(directory), policy }
}

async function list(
  { since, actor, action, json }: AuditWords,
  { directory }: AuditPlace,
  io: Terminal,
): Promise<number> {
  const narrow = { ...(since && { since }), ...(actor && { actor }), ...(action && { action }) }
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: URLSearchParams = new URLSearchParams({
      ...{ ...narrow, limit: String(PER_PAGE) },
      ...(cursor && { cursor }),
    })
    const answer = await askDaemon(directory, { method: 'GET', path: `/v1/audit?${query}` })
    if (answer === null)
      throw new Fault(
        'ASK_FAILED',
        'no daemon runs on these data; start it: it writes down who reads the journal',
      )
    const page = answer.body as Page
    for (const entry of page.entries) io.out(json ? JSON.stringify(entry) : inWords(entry))
    cursor = page.next
  }
  return 0
}

function inWords({ sequence, at, actor, address, action, subject, factsText }: Entry): string {
  const facts = factsText === '{}' ? '' : `  ${factsText}`
  return `${String(sequence).padStart(6)}  ${at}  ${actor} (${address})  ${action}  ${subject}${facts}`
}

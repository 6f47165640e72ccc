/** `meterd orders`: cuts and restores of supply, and the kill switch. Asks the daemon. */

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { isKeyText } from '../api/key-text.ts'
import { Fault } from '../core/faults.ts'
import { toHex } from '../core/hex.ts'
import { systemRandom } from '../core/random.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import {
  type Declared,
  type Looked,
  type Page,
  type State,
  tellDeclared,
  tellLooked,
  tellOrders,
  tellState,
} from './told-orders.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  account: { type: 'string' },
  meter: { type: 'string' },
  open: { type: 'boolean' },
  digest: { type: 'string' },
  reason: { type: 'string' },
  condition: { type: 'string' },
  is: { type: 'string' },
  until: { type: 'string' },
  source: { type: 'string' },
  key: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Values = Readonly<Partial<Record<Exclude<keyof typeof OPTIONS, 'open' | 'json'>, string>>> & {
  readonly open?: boolean
  readonly json: boolean
}

export const orders: Verb = {
  summary:
    'cuts and restores of supply: list, show, approve, cancel, release, restore; stop and resume all cuts',
  help: `meterd orders list [--account ACCOUNT] [--meter METER] [--open]
meterd orders show ORDER [--key FILE]
meterd orders approve ORDER --digest DIGEST --key FILE
meterd orders cancel ORDER --reason WORDS [--key FILE]
meterd orders release ORDER --key FILE
meterd orders restore --account ACCOUNT --meter METER --reason WORDS [--key FILE]
meterd orders state
meterd orders declared
meterd orders declare --condition NAME --is yes|no --until TIME [--source WORDS] [--key FILE]
meterd orders stop --reason WORDS [--key FILE]
meterd orders resume --reason WORDS --key FILE
meterd orders reset --reason WORDS --key FILE

Each with --config FILE | --data DIR; --json for the answer as JSON, of list one order a line.
show     with a key of approve: what is so now, and the digest it is approved by; approve within the minute or so the
         policy says
stop     no cut leaves from now on; restores go on. What was under way is put in quarantine: release, show, approve
restore  the customer may press the button at once, whatever is stopped; closed without it is over the API
resume   cuts are allowed again; reset: of the fuse, by two people one after the other
declare  whether there is a condition of the policy, such as heat, for 48 hours at most; declared: what is known of all
--key    a file that holds an API key: who approves has a name of their own, at the box too
--open   only those to which something may still happen

The daemon must run, with supply.orders in its configuration; without it, where somebody was ever cut, there is all of it
but cuts. A cut is asked for over the API, and what became of an order is told there (docs/supply.md).
Exit 0 done; 1 refused, and why; 2 used wrongly; 78 a wrong configuration.
Example: meterd orders stop --reason "storm" --config gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const [action = '', ...words] = positionals
    const act = ACTS[action]
    if (act === undefined) throw new WrongUse(`say ${Object.keys(ACTS).join(', ')}`)
    const [order] = words
    if (words.length > (act.isOfOrder ? 1 : 0)) throw new WrongUse(`"${words.at(-1)}" is one word too many`)
    if (act.isOfOrder && order === undefined)
      throw new WrongUse(`say which order: meterd orders ${action} ORDER`)
    checkUse(action, act, values)
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const key = values.key === undefined ? undefined : await keyIn(values.key)
    const path = act.path(encodeURIComponent(order ?? ''))
    const ask = async (more: string, body?: object) => {
      const idempotencyKey = toHex(systemRandom.bytes(16), '').toLowerCase()
      const asked = { path: `${path}${more}`, key }
      const answer = await askDaemon(
        place.directory,
        body === undefined ? { ...asked, method: 'GET' } : { ...asked, method: 'POST', body, idempotencyKey },
      )
      if (answer === null)
        throw new Fault('ASK_FAILED', 'the daemon keeps the orders, and none runs here; start it first')
      return answer.body
    }
    await act.run(values, ask, io)
    return 0
  },
}

type Ask = (more: string, body?: object) => Promise<unknown>

interface Act {
  readonly isOfOrder: boolean
  readonly takes: readonly (keyof Values)[]
  readonly needs: readonly (
    | 'account'
    | 'meter'
    | 'digest'
    | 'reason'
    | 'condition'
    | 'is'
    | 'until'
    | 'key'
  )[]
  path(order: string): string
  run(values: Values, ask: Ask, io: Terminal): Promise<void>
}

const ACTS: Readonly<Record<string, Act>> = {
  list: {
    ...{ isOfOrder: false, takes: ['account', 'meter', 'open', 'key'], needs: [] },
    path: () => '/v1/orders',
    run: list,
  },
  show: {
    ...{ isOfOrder: true, takes: ['key'], needs: [] },
    path: order => `/v1/orders/${order}`,
    async run({ json }, ask, io) {
      say((await ask('')) as Looked, tellLooked, json, io)
    },
  },
  approve: ofOrder('approve', ['digest', 'key']),
  cancel: ofOrder('cancel', ['reason']),
  release: ofOrder('release', ['key']),
  restore: {
    ...{
      isOfOrder: false,
      takes: ['account', 'meter', 'reason', 'key'],
      needs: ['account', 'meter', 'reason'],
    },
    path: () => '/v1/restores',
    async run({ account, meter, reason, json }, ask, io) {
      say((await ask('', { account, meter, reason })) as One, tellOne, json, io)
    },
  },
  state: {
    ...{ isOfOrder: false, takes: ['key'], needs: [] },
    path: () => '/v1/supply',
    async run({ json }, ask, io) {
      say((await ask('')) as State, tellState, json, io)
    },
  },
  declared: {
    ...{ isOfOrder: false, takes: ['key'], needs: [] },
    path: () => '/v1/supply/declared',
    async run({ json }, ask, io) {
      say((await ask('')) as Declared, tellDeclared, json, io)
    },
  },
  declare: {
    ...{ isOfOrder: false, takes: ['condition', 'is', 'until', 'source', 'key'] },
    needs: ['condition', 'is', 'until'],
    path: () => '/v1/supply/declared',
    async run({ condition: name, is, until, source, json }, ask, io) {
      if (is !== 'yes' && is !== 'no') throw new WrongUse('meterd orders declare takes --is yes or --is no')
      const entry = await ask('', { name, is: is === 'yes', until, ...(source !== undefined && { source }) })
      io.out(json ? JSON.stringify(entry) : `${name}: ${is}, until ${until}; then it is unknown`)
    },
  },
  stop: ofSupply('stop', ['reason']),
  resume: ofSupply('resume', ['reason', 'key']),
  reset: ofSupply('reset', ['reason', 'key']),
}

type One = Page['orders'][number]

const tellOne = (one: One, io: Terminal) => tellOrders([one], io)

function say<Answer>(
  answer: Answer,
  tell: (answer: Answer, io: Terminal) => void,
  isJson: boolean,
  io: Terminal,
): void {
  if (isJson) io.out(JSON.stringify(answer))
  else tell(answer, io)
}

function ofOrder(action: string, needs: Act['needs']): Act {
  return {
    ...{ isOfOrder: true, takes: [...needs, 'key'], needs },
    path: order => `/v1/orders/${order}/${action}`,
    async run({ digest, reason, json }, ask, io) {
      const given = action === 'approve' ? { digest } : action === 'cancel' ? { reason } : {}
      say((await ask('', given)) as One, tellOne, json, io)
    },
  }
}

function ofSupply(action: string, needs: Act['needs']): Act {
  return {
    ...{ isOfOrder: false, takes: [...needs, 'key'], needs },
    path: () => `/v1/supply/${action}`,
    async run({ reason, json }, ask, io) {
      say((await ask('', { reason })) as Pick<State, 'stopped' | 'fuse'>, tellState, json, io)
    },
  }
}

async function list({ account, meter, open, json }: Values, ask: Ask, io: Terminal): Promise<void> {
  let count = 0
  const narrow = { ...(account && { account }), ...(meter && { meter }), ...(open && { open: 'true' }) }
  for (let after: number | null = 0; after !== null; ) {
    const query = new URLSearchParams({ after: String(after), ...narrow })
    const page = (await ask(`?${query}`)) as Page
    if (json) for (const order of page.orders) io.out(JSON.stringify(order))
    else tellOrders(page.orders, io)
    count += page.orders.length
    after = page.next
  }
  if (count === 0 && !json) io.out('no such orders')
}

function checkUse(action: string, { takes, needs }: Act, values: Values): void {
  const missing = needs.find(name => values[name] === undefined)
  if (missing !== undefined)
    throw new WrongUse(`meterd orders ${action} needs --${missing} ${missing === 'key' ? 'FILE' : '…'}`)
  const known: readonly string[] = [...takes, 'config', 'data', 'json']
  const other = Object.keys(values).find(name => !known.includes(name))
  if (other !== undefined) throw new WrongUse(`meterd orders ${action} takes no --${other}`)
}

/** Keys are never words of a command: those are seen by everybody on the machine. */
async function keyIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUse(`--key ${file} cannot be read: ${error.message}`)
  })
  if (!isKeyText(text.trim())) throw new WrongUse(`--key ${file} holds no meterd key`)
  return text.trim()
}

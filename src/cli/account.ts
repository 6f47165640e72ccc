/** `meterd account`: how an account is supplied, what is left of its money, its notices and protections. Asks the daemon. */

import { parseArgs } from 'node:util'
import type { z } from 'zod'
import type { accountBalance, ledgerPage } from '../api/ledger-shapes.ts'
import { Fault } from '../core/faults.ts'
import { askDaemon } from './ask-daemon.ts'
import { dataPlace } from './data-place.ts'
import { tellCredit } from './told-credit.ts'
import { type Safeguards, tellSafeguards } from './told-safeguards.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

type Balance = z.infer<typeof accountBalance>
type Page = z.infer<typeof ledgerPage>
type Entry = Page['entries'][number]

const PER_PAGE = 1000

export const account: Verb = {
  summary:
    'how an account is supplied, what is left of its money, what is not charged, notices and protections',
  help: `meterd account ACCOUNT [--ledger] [--json] --config FILE | --data DIR

--ledger  every entry of its ledger in place of the summary, in the order they were entered
--json    the summary as one JSON object; of the ledger, one entry a line

The daemon must run. Exit 0 it was told; 1 there is no such account; 2 used wrongly; 78 a wrong configuration.
Example: meterd account 000481 --config gateway.yaml`,
  async run(argv, io) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        ledger: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    const [id, ...more] = positionals
    if (id === undefined || more.length > 0) throw new WrongUse('say one account: meterd account 000481')
    const place = await dataPlace(values, io)
    if (place === null) return BAD_CONFIG
    const ask = async (path: string) => {
      const answer = await askDaemon(place.directory, { method: 'GET', path })
      if (answer === null)
        throw new Fault('ASK_FAILED', 'the daemon keeps the ledger, and none runs here; start it first')
      return answer.body
    }
    const of = `/v1/accounts/${encodeURIComponent(id)}`
    if (values.ledger) return tellLedger(of, ask, { io, json: values.json })
    const safeguards = (await ask(`${of}/safeguards`)) as Safeguards
    const balance = await balanceOf(`${of}/balance`, ask)
    if (values.json) io.out(JSON.stringify({ ...(balance ?? { account: id }), safeguards }))
    else {
      if (balance === null) io.out('no terms are entered: nothing of its money is kept here')
      else tell(balance, io)
      tellSafeguards(safeguards, io)
    }
    return 0
  },
}

/** Null where the account has no terms. */
async function balanceOf(path: string, ask: (path: string) => Promise<unknown>): Promise<Balance | null> {
  try {
    return (await ask(path)) as Balance
  } catch (error) {
    if (error instanceof Fault && error.code === 'ASK_UNKNOWN') return null
    throw error
  }
}

async function tellLedger(
  of: string,
  ask: (path: string) => Promise<unknown>,
  { io, json }: { readonly io: Terminal; readonly json: boolean },
): Promise<number> {
  for (let after = 0; ; ) {
    const page = (await ask(`${of}/ledger?after=${after}&limit=${PER_PAGE}`)) as Page
    for (const entry of page.entries) io.out(json ? JSON.stringify(entry) : lineOf(entry))
    if (page.entries.length < PER_PAGE) return 0
    after = page.next
  }
}

function lineOf({ sequence, kind, about, from, to, amount, balance }: Entry): string {
  const time = to === null ? from : `${from} – ${to}`
  return `${sequence}  ${kind}  ${about}  ${time}  ${amount ?? ''}  ${balance ?? ''}`.trimEnd()
}

function tell(
  { terms, balance, because, damaged, asOf, chargedTo, daysLeft, level, notCharged, inMeter }: Balance,
  io: Terminal,
): void {
  if (terms === null) io.out('no terms are in force yet')
  else io.out(`${terms.mode} since ${terms.from}, agreement ${terms.agreement}`)
  const currency = terms?.currency ?? ''
  if (inMeter !== null) tellCredit(inMeter, io)
  else if (balance === null) io.out(`no balance: ${because}`)
  else io.out(`balance ${balance} ${currency} as of ${asOf ?? 'the beginning'}`)
  for (const entry of damaged?.entries ?? []) io.out(`damaged  entry ${entry}: ${damaged?.remedy}`)
  if (level !== null) io.out(`level ${level}`)
  if (chargedTo !== null) io.out(`charged to ${chargedTo}`)
  if (daysLeft !== null)
    io.out(
      `about ${daysLeft.days} days left, at ${daysLeft.perDay} ${currency} a day (median of ${daysLeft.over})`,
    )
  for (const { meter, obis, from, to, code, text, quantity, amount } of notCharged) {
    const guess = quantity === null ? '' : `, about ${quantity} kWh${amount === null ? '' : ` for ${amount}`}`
    io.out(`not charged  ${meter}  ${obis}  ${from} – ${to}  ${code}: ${text}${guess}`)
  }
}

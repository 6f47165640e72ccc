/** What the journal is told of what was asked, in the transaction that enters or refuses it (P-12). */

import type { Deed, Facts } from '../journal/deed.ts'
import type { LedgerAct, PostAsked, Posted } from './asked.ts'

/** As the journal names it: its name goes with `.entered` or `.refused`. */
export interface Named {
  readonly name: string
  readonly subject: string
}

type Asked = Pick<PostAsked, 'now' | 'caller' | 'once'>

const NAMES: Readonly<Record<LedgerAct['kind'], string>> = {
  terms: 'terms',
  prices: 'prices',
  payment: 'payment',
  reversal: 'reversal',
  balance: 'balance',
  thresholds: 'thresholds',
  confirmed: 'confirmation',
}

export function namedOf(act: LedgerAct): Named {
  const subject = act.kind === 'prices' ? `prices ${act.list}` : `account ${act.account}`
  return { name: NAMES[act.kind], subject }
}

/** As if it were entered; what it was is told by its digest, and where it was entered. */
export function deedAsked({ now, caller, once: { key, digest } }: Asked, { name, subject }: Named): Deed {
  const facts = { digest, idempotencyKey: key }
  return { ...caller, at: now, action: `${name}.entered`, subject, facts }
}

export function deedDone(asked: Asked, named: Named, posted: Posted): Deed {
  const deed = deedAsked(asked, named)
  if ('answer' in posted) {
    const { sequence: entry } = JSON.parse(posted.answer) as { readonly sequence: number }
    return { ...deed, facts: { entry, ...deed.facts } }
  }
  return { ...deed, action: `${named.name}.refused`, facts: { ...deed.facts, ...whyNot(posted) } }
}

function whyNot(posted: Exclude<Posted, { readonly answer: string }>): Facts {
  return 'reused' in posted ? { code: 'KEY_REUSED' } : { code: posted.code, text: posted.text }
}

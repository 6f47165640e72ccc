/** What the journal is told of what was asked of the ledger, in the transaction that enters or refuses it (P-12). */

import type { Deed, Facts } from '../journal/deed.ts'
import type { LedgerAct, PostAsked, Posted } from './asked.ts'

/** As the journal names it, with `.entered` or `.refused`. */
const NAMES: Readonly<Record<LedgerAct['kind'], string>> = {
  terms: 'terms',
  prices: 'prices',
  payment: 'payment',
  reversal: 'reversal',
  balance: 'balance',
  thresholds: 'thresholds',
  confirmed: 'confirmation',
}

/** As if it were entered; what it was is told by its digest, and in the ledger. */
export function deedAsked({ now, caller, once: { key, digest }, act }: PostAsked): Deed {
  return {
    ...caller,
    at: now,
    action: `${NAMES[act.kind]}.entered`,
    subject: act.kind === 'prices' ? `prices ${act.list}` : `account ${act.account}`,
    facts: { digest, idempotencyKey: key },
  }
}

export function deedDone(asked: PostAsked, posted: Posted): Deed {
  const deed = deedAsked(asked)
  if ('answer' in posted) {
    const { sequence: entry } = JSON.parse(posted.answer) as { readonly sequence: number }
    return { ...deed, facts: { entry, ...deed.facts } }
  }
  return { ...deed, action: `${NAMES[asked.act.kind]}.refused`, facts: { ...deed.facts, ...whyNot(posted) } }
}

function whyNot(posted: Exclude<Posted, { readonly answer: string }>): Facts {
  return 'reused' in posted ? { code: 'KEY_REUSED' } : { code: posted.code, text: posted.text }
}

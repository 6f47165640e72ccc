/** What the journal calls what is entered of notices, visits and protections. */

import type { Named } from '../ledger/deeds.ts'
import type { SafeguardAct } from './asked.ts'
import type { Safeguards } from './safeguards.ts'

const NAMES: Readonly<Record<SafeguardAct['kind'], string>> = {
  notice: 'notice',
  receipt: 'receipt',
  visit: 'visit',
  protection: 'protection',
  change: 'protection-change',
  changed: 'protection-confirmation',
  list: 'protections-whole',
  listed: 'protections-whole-confirmation',
  declared: 'declaration',
}

/** The account that is protected; of a protection nobody knows the protection. */
export function safeguardNamed(act: SafeguardAct, safeguards: Pick<Safeguards, 'accountOf'>): Named {
  const name = NAMES[act.kind]
  if ('account' in act) return { name, subject: `account ${act.account}` }
  if (act.kind === 'declared') return { name, subject: `condition ${act.name}` }
  if (!('protection' in act)) return { name, subject: 'protections' }
  const account = safeguards.accountOf('protection', act.protection)
  return { name, subject: account === null ? `protection ${act.protection}` : `account ${account}` }
}

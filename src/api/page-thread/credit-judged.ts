/** What is to be told of money that meters keep, of all accounts that are prepaid in the meter: for alarms (V-A9). */

import { formatScaled } from '../../core/scaled.ts'
import { DAY, isoWithOffset } from '../../core/time.ts'
import type { Finding } from '../../reading/reading.ts'
import { CREDIT_IN_METER } from '../../reading/rules/elsewhere.ts'
import type { ToldOfMeter } from '../../reading/rules/history.ts'
import { findingOf } from '../../reading/rules/rule.ts'
import { termsAt } from '../../supply/account/terms.ts'
import type { AccountCredit } from '../../supply/credit/account.ts'
import { CREDIT_FINDINGS } from '../../supply/credit/looks.ts'
import type { TopUp } from '../../supply/credit/top-ups.ts'
import { accountCreditOf, CREDIT_BACK_MS, type CreditParts } from './credit.ts'

export interface CreditJudgedAsked {
  /** UTC ms. */
  readonly now: number
}

/** What a week shows is told as long as the week; payments are followed for as long as anything is looked at. */
const TOLD_FOR_MS = 7 * DAY

/** The JSON of ToldOfMeter[]: of each meter that told anything. */
export async function creditJudged(
  parts: CreditParts & { readonly offsetMinutes: number },
  { now }: CreditJudgedAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { ledger } = parts.reader
  const told: ToldOfMeter[] = []
  for (const account of ledger.accounts()) {
    if (termsAt(ledger.termsOf(account), now)?.mode !== 'prepaid-in-meter') continue
    const credit = await accountCreditOf(parts, account, { from: fromOf(parts, account, now), now })
    if (credit) told.push(...toldOf(credit, account, now, parts.offsetMinutes))
  }
  return new TextEncoder().encode(JSON.stringify(told))
}

/** From before the oldest payment that is still followed. */
function fromOf({ reader }: CreditParts, account: string, now: number): number {
  const paid = reader.ledger
    .of(account)
    .entries.filter(({ kind, from }) => kind === 'top-up' && from > now - CREDIT_BACK_MS + 2 * DAY)
  return Math.min(now - TOLD_FOR_MS - DAY, ...paid.map(({ from }) => from - 2 * DAY))
}

function toldOf(
  { meters, topUps }: AccountCredit,
  account: string,
  now: number,
  offsetMinutes: number,
): readonly ToldOfMeter[] {
  const lost = topUps
    .filter(({ standing }) => standing === 'missing' || standing === 'unread')
    .map(one => wordsOf(one, offsetMinutes))
  return meters.map(({ meter, last, findings }) => {
    const own = findings
      .filter(({ to }) => to > now - TOLD_FOR_MS)
      .map(({ code, text }) => `${CREDIT_FINDINGS[code][0]}: ${text}`)
    const words = [...lost, ...new Set(own)]
    if (words.length === 0) return { meter, findings: last === null ? [] : [PASSED] }
    const finding = findingOf(CREDIT_IN_METER, {
      verdict: 'flag',
      evidence: `account ${account}: ${words.join('; ')}`,
    })
    return { meter, findings: finding ? [finding] : [] }
  })
}

const PASSED: Finding = {
  ...{ rule: CREDIT_IN_METER.id, version: CREDIT_IN_METER.version, verdict: 'accept', severity: 3 },
  ...{ codes: [], evidence: 'what is left fits what was used and paid' },
}

/** In words somebody at the counter understands. */
function wordsOf({ payment, amount, at, standing, lookedAt }: TopUp, offsetMinutes: number): string {
  const iso = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const paid = `payment ${payment} of ${formatScaled(amount)}, ${iso(at)}`
  return standing === 'missing'
    ? `${paid}, is not in the meter${lookedAt === null ? '' : `, as it told ${iso(lookedAt)}`}`
    : `${paid}: whether it is in the meter nobody knows, nothing was read of it since`
}

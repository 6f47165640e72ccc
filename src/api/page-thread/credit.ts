/** What an account has in its meters, as they told it: read of the store, and judged by the price list and by what was paid. */

import { CREDIT, CREDIT_THRESHOLDS, type CreditThreshold } from '../../core/credit.ts'
import { compareScaled, parseScaled, type Scaled } from '../../core/scaled.ts'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import { endOf } from '../../reading/archive/pairing.ts'
import type { KeptReading } from '../../reading/billing/billing-read.ts'
import type { Reader } from '../../store/reader.ts'
import { termsAt } from '../../supply/account/terms.ts'
import type {
  AccountCredit,
  MeterCredit,
  ThresholdChange,
  ThresholdsTold,
} from '../../supply/credit/account.ts'
import { balanceLooked, type CreditLook, judgeLooks, type Spent } from '../../supply/credit/looks.ts'
import { spentBetween } from '../../supply/credit/spent.ts'
import { type TopUpPaid, topUpsOf } from '../../supply/credit/top-ups.ts'
import { inForce, type PriceTable } from '../../supply/money/prices.ts'
import type { CreditOfMeter, NamesOfMeters } from './places.ts'

export interface CreditParts {
  readonly reader: Pick<Reader, 'ledger' | 'archive' | 'hoursOf' | 'readingsIn' | 'auditTurns'>
  readonly names?: NamesOfMeters
  readonly turn: () => Promise<void>
}

/** Further back nothing is looked at. */
export const CREDIT_BACK_MS = 62 * DAY
const ROWS_AT_ONCE = 2_000
/** A register polled every quarter of an hour was read by then; where it was not, its freeze of the day is looked for. */
const NEAR_MS = 20 * MINUTE
const FAR_MS = DAY + HOUR
const NOTHING: CreditOfMeter = { thresholds: {}, mostPerHour: 0 }

/** Null of an account that is not prepaid in the meter now. UTC ms. */
export async function accountCreditOf(
  parts: CreditParts,
  account: string,
  { from, now }: { readonly from: number; readonly now: number },
): Promise<AccountCredit | null> {
  const { ledger, archive } = parts.reader
  const terms = termsAt(ledger.termsOf(account), now)
  if (terms?.mode !== 'prepaid-in-meter') return null
  const tables = terms.prices === null ? null : inForce(ledger.tablesOf(terms.prices))
  const meters: MeterCredit[] = []
  const looks: (readonly CreditLook[])[] = []
  const spentOf = new Map<string, (from: number, to: number) => Spent>()
  for (const pairing of archive().ofAccount(account)) {
    const span = { from: Math.max(from, pairing.from), to: Math.min(now, endOf(pairing)) + 1 }
    if (span.from >= span.to) continue
    const told = sparse(await looksOf(parts, pairing.meter, span))
    const spent = await spentIn(parts, pairing.meter, told, tables)
    spentOf.set(pairing.meter, spent)
    looks.push(told)
    const last = told.at(-1) ?? null
    const findings = judgeLooks(told, spent)
    meters.push({ meter: pairing.meter, last, findings, ...thresholdsOf(parts, pairing.meter, span) })
  }
  const spent = (meter: string, ...span: [number, number]) => spentOf.get(meter)?.(...span) ?? UNKNOWN
  return { meters, topUps: topUpsOf(paidIn(parts, account, from), looks, spent, now) }
}

const UNKNOWN: Spent = { most: null, isUsed: null }

/** Not those that were taken back. */
function paidIn({ reader }: CreditParts, account: string, from: number): readonly TopUpPaid[] {
  const { entries } = reader.ledger.of(account)
  const reversed = new Set(entries.flatMap(({ kind, about }) => (kind === 'reversal' ? [about] : [])))
  return entries.flatMap(({ kind, about, from: at, facts }): readonly TopUpPaid[] => {
    if (kind !== 'top-up' || at < from || reversed.has(about)) return []
    const { amount } = JSON.parse(facts) as { readonly amount: string }
    return [{ payment: about, amount: parseScaled(amount) ?? { digits: 0n, scaler: 0 }, at }]
  })
}

interface Span {
  readonly from: number
  readonly to: number
}

/** What was told in one slot is one look; what is held apart is nobody's. */
async function looksOf(
  parts: CreditParts,
  meter: string,
  span: Span,
): Promise<readonly (CreditLook & { readonly quality: string })[]> {
  const told = async (obis: string) => {
    const all = await readingsOf(parts, { meter, obis, kind: 'poll', ...span })
    return new Map(all.filter(({ quality }) => quality !== 'quarantined').map(one => [one.slot, one]))
  }
  const remaining = await told(CREDIT.remaining)
  const overdraft = await told(CREDIT.overdraft)
  const purchases = await told(CREDIT.purchases)
  const bought = await told(CREDIT.bought)
  const looks = [...remaining.values()].map(({ slot, readAt, unit, value, quality }) => ({
    ...{ meter, at: readAt, unit, remaining: value, quality },
    overdraft: overdraft.get(slot)?.value ?? null,
    purchases: purchases.get(slot)?.value ?? null,
    bought: bought.get(slot)?.value ?? null,
  }))
  return looks.sort((a, b) => a.at - b.at)
}

/** The first of each day, and all beside which something was topped up, rose, or stood against itself: a meter may tell it each minute. */
function sparse<Look extends CreditLook>(looks: readonly Look[]): readonly Look[] {
  return looks.filter((look, place) => {
    const [before, after] = [looks[place - 1], looks[place + 1]]
    const isFirst = before === undefined || Math.floor(before.at / DAY) < Math.floor(look.at / DAY)
    const isMarked = (look.overdraft?.digits ?? 0n) !== 0n && look.remaining.digits !== 0n
    return isFirst || !after || isMarked || isMoved(before, look) || isMoved(look, after)
  })
}

function isMoved(before: CreditLook, now: CreditLook): boolean {
  const differs = (one: Scaled | null, other: Scaled | null) => one?.digits !== other?.digits
  const isRisen = compareScaled(balanceLooked(before), balanceLooked(now)) < 0
  return isRisen || differs(before.purchases, now.purchases) || differs(before.bought, now.bought)
}

async function readingsOf(
  { reader, turn }: CreditParts,
  asked: Span & { readonly meter: string; readonly obis: string; readonly kind?: 'poll' | 'freeze' },
): Promise<readonly KeptReading[]> {
  const question = { ...asked, limit: ROWS_AT_ONCE }
  const all: KeptReading[] = []
  for (let hours = reader.hoursOf(question); hours !== null; await turn()) {
    const part = reader.readingsIn(question, hours)
    all.push(...part.items)
    hours = part.next
  }
  return all
}

/** What was counted between looks: the registers are read once, for the times that are asked for. */
async function spentIn(
  parts: CreditParts,
  meter: string,
  looks: readonly CreditLook[],
  list: readonly PriceTable[] | null,
): Promise<(from: number, to: number) => Spent> {
  const { mostPerHour } = parts.names?.[meter]?.credit ?? NOTHING
  const unit = looks.at(-1)?.unit
  const tables = unit === 'kWh' ? [ENERGY] : list
  const registers = new Set(tables?.flatMap(one => [...one.registers.keys()].flatMap(withTotal)) ?? [])
  const held = new Map<string, Held>()
  for (const { at } of looks)
    for (const obis of registers) {
      const last = await heldBefore(parts, meter, obis, at)
      if (last) held.set(`${obis} ${at}`, last)
    }
  const heldAt = (obis: string, instant: number) => held.get(`${obis} ${instant}`) ?? null
  const most = { tables, heldAt, mostPerHour: { digits: BigInt(mostPerHour), scaler: 0 } }
  return (from, to) => spentBetween(most, from, to)
}

/** A kWh for each that is counted. */
const ENERGY: PriceTable = {
  ...{ from: 0, currency: '' },
  registers: new Map([['1-0:1.8.0', { digits: 1n, scaler: 0 }]]),
}

function withTotal(obis: string): readonly string[] {
  const total = obis.replace(/\.\d+$/, '.0')
  return total === obis ? [obis] : [obis, total]
}

interface Held {
  readonly at: number
  readonly value: Scaled
}

/** The last that is good, in kWh. */
async function heldBefore(
  parts: CreditParts,
  meter: string,
  obis: string,
  instant: number,
): Promise<Held | null> {
  for (const back of [NEAR_MS, FAR_MS]) {
    const all = await readingsOf(parts, { meter, obis, from: instant - back, to: instant + 1 })
    const good = all.filter(one => one.quality === 'good' && one.unit === 'kWh' && one.readAt <= instant)
    const last = good.toSorted((a, b) => a.readAt - b.readAt).at(-1)
    if (last) return { at: last.readAt, value: last.value }
  }
  return null
}

/** As audits told them: the last, and what was set anew within the time. */
function thresholdsOf(
  { reader, names }: CreditParts,
  meter: string,
  { from, to }: Span,
): { readonly thresholds: ThresholdsTold | null; readonly changes: readonly ThresholdChange[] } {
  const items = names?.[meter]?.credit.thresholds ?? {}
  const told = reader
    .auditTurns(meter)
    .filter(({ at }) => at < to)
    .map(({ at, facts }) => ({ at, amounts: amountsIn(facts, items) }))
    .filter(({ amounts }) => Object.keys(amounts).length > 0)
  const changes = told.flatMap(({ at, amounts }, place): readonly ThresholdChange[] =>
    CREDIT_THRESHOLDS.flatMap(threshold => {
      const [was, is] = [told[place - 1]?.amounts[threshold], amounts[threshold]]
      return at >= from && was !== undefined && is !== undefined && was !== is
        ? [{ at, threshold, was, is }]
        : []
    }),
  )
  return { thresholds: told.at(-1) ?? null, changes }
}

function amountsIn(
  facts: Readonly<Record<string, string>>,
  items: CreditOfMeter['thresholds'],
): Partial<Record<CreditThreshold, string>> {
  return Object.fromEntries(
    CREDIT_THRESHOLDS.flatMap(one => {
      const item = items[one]
      const amount = item === undefined ? undefined : facts[item]
      return amount === undefined ? [] : [[one, amount]]
    }),
  )
}

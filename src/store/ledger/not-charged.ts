/** What an account has used, or may have, that is not in its balance: missing and estimated days, and what cannot be priced. */

import { multiplyScaled, type Scaled, subtractScaled } from '../../core/scaled.ts'
import { DAY, slotOf } from '../../core/time.ts'
import { endOf } from '../../reading/archive/pairing.ts'
import { NOT_CHARGED, type NotCharged } from '../../supply/money/charges.ts'
import { inForce, priceOver } from '../../supply/money/prices.ts'
import { type JudgedAround, type JudgingParts, judgedAround } from './judged.ts'

export interface NotChargedYet {
  readonly meter: string
  readonly obis: string
  /** UTC ms. */
  readonly from: number
  readonly to: number
  readonly code: NotCharged | 'ESTIMATED' | 'NOT_RELEASED'
  readonly text: string
  /** As estimated; null where nothing is. */
  readonly quantity: Scaled | null
  readonly amount: Scaled | null
}

/** Further back nothing is looked at. */
const MOST_BACK = 62 * DAY

/** Of an account whose balance is kept here, by meter and register. */
export function notChargedYet(parts: JudgingParts, account: string, now: number): readonly NotChargedYet[] {
  const { archive, ledger, offsetMinutes } = parts
  const terms = ledger.termsOf(account).filter(({ balance }) => balance === 'here')
  const [first] = terms
  if (!first) return []
  const today = slotOf(now, DAY, offsetMinutes)
  return archive()
    .ofAccount(account)
    .flatMap(pairing => {
      const from = Math.max(pairing.from, first.from, today - MOST_BACK)
      const to = Math.min(endOf(pairing), today)
      if (to <= from) return []
      const around = judgedAround(parts, pairing.meter, [from, to])
      const inside = around.notCharged.filter(
        one => one.account === account && one.counted.to > from && one.counted.from < to,
      )
      const left = inside.map(({ counted, because }): NotChargedYet => {
        const { meter, obis, from: since, to: until } = counted
        const text = NOT_CHARGED[because]
        return { meter, obis, from: since, to: until, code: because, text, quantity: null, amount: null }
      })
      return [...left, ...tailOf(parts, account, pairing.meter, { around, from, to })]
    })
}

interface Tail {
  readonly around: JudgedAround
  readonly from: number
  readonly to: number
}

/** Of each register that costs something, what lies behind its last firm midnight. */
function tailOf({ ledger }: JudgingParts, account: string, meter: string, { around, from, to }: Tail) {
  const terms = ledger.termsOf(account).findLast(one => one.from <= to)
  const list = terms?.balance === 'here' ? terms.prices : null
  const tables = list === null ? [] : inForce(ledger.tablesOf(list))
  const table = tables.findLast(one => one.from <= to)
  const registers = new Set([
    ...(table?.registers.keys() ?? []),
    ...(table?.ladder ? [table.ladder.register] : []),
  ])
  return [...registers].flatMap((obis): readonly NotChargedYet[] => {
    const told = around.releases.flatMap(({ boundary, segment, registers: all }) => {
      const register = all.find(one => one.obis === obis)
      return register && boundary <= to ? [{ boundary, segment, ...register }] : []
    })
    const firm = told.findLast(({ estimate }) => estimate === null)
    const since = Math.max(from, firm?.boundary ?? from)
    if (since >= to) return []
    const guess = told.at(-1)
    const isGuessed = firm && guess && guess.boundary > since && guess.segment === firm.segment
    const quantity = isGuessed && since === firm.boundary ? subtractScaled(guess.value, firm.value) : null
    const until = quantity === null ? since : (guess?.boundary ?? since)
    const found = priceOver(tables, obis, since, until)
    // Where on a ladder it lies nobody knows before it is charged.
    const isFlat = typeof found === 'object' && found.ladder === null
    const amount = quantity && isFlat ? multiplyScaled(found.price, quantity) : null
    const one = { meter, obis }
    return [
      ...(quantity
        ? [{ ...one, from: since, to: until, code: 'ESTIMATED' as const, text: ESTIMATED, quantity, amount }]
        : []),
      ...(until < to
        ? [{ ...one, from: until, to, code: 'NOT_RELEASED' as const, text: NOT_RELEASED, ...NOTHING }]
        : []),
    ]
  })
}

const ESTIMATED = 'estimated, not charged: it is charged when what was read is released'
const NOT_RELEASED = 'nothing of it is released yet'
const NOTHING = { quantity: null, amount: null }

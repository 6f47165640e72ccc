/** What people and other programs enter of notices, visits and protections, and what is asked of it. */

import type { Notice, Receipt, Visit } from '../../supply/notice/notice.ts'
import type { LocalDate } from '../../supply/policy/dates.ts'
import type { Declaration } from '../../supply/policy/declaration.ts'
import type { ProtectionHeld } from '../../supply/protection/protection.ts'
import type { PostAsked } from '../ledger/asked.ts'

export interface SafeguardAsked extends Omit<PostAsked, 'act'> {
  readonly act: SafeguardAct
}

/** Times UTC ms. */
export type SafeguardAct =
  | ({ readonly kind: 'notice'; readonly notice: string } & Omit<Notice, 'id' | 'requiredAt'>)
  | ({
      readonly kind: 'receipt'
      readonly account: string
      readonly notice: string
      /** What else the channel says: which text it was, why it failed. */
      readonly remark: string | null
    } & Omit<Receipt, 'receivedAt'>)
  | ({ readonly kind: 'visit'; readonly account: string } & Visit)
  | ({ readonly kind: 'protection'; readonly protection: string } & Omit<ProtectionHeld, 'id'>)
  | {
      readonly kind: 'change'
      readonly protection: string
      readonly to?: LocalDate | null
      readonly authorityReference?: string
      readonly reason: string
    }
  /** `proposal` is the number of the entry that proposed it. */
  | { readonly kind: 'changed'; readonly protection: string; readonly proposal: number }
  | { readonly kind: 'list'; readonly source: string }
  | { readonly kind: 'listed'; readonly proposal: number }
  | ({ readonly kind: 'declared' } & Pick<Declaration, 'name' | 'is' | 'until' | 'source'>)

/** After a number of the safeguards; `now` is UTC ms. */
export type NoticesAsked = (after: number, now: number) => NoticesPage

export interface NoticesPage {
  readonly notices: readonly NoticeAsked[]
  /** Ask for what comes after it; as asked where there is no more. */
  readonly reached: number
}

export interface NoticeAsked extends Notice {
  readonly sequence: number
}

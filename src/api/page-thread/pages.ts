/** Long pages as bytes: asked of the store, judged, shown and written in one place, whichever thread that is in. */

import { type ArchiveChangeAsked, archiveChangeOf } from './archive-change.ts'
import {
  type AccountAsked,
  type AccountsAsked,
  accountPageOf,
  accountsPageOf,
  type UnpairedAsked,
  unpairedPageOf,
} from './archive-pages.ts'
import { type BillingAsked, type BillingParts, billingPageOf } from './billing-pages.ts'
import {
  type BatchAsked,
  type BatchesAsked,
  batchesPageOf,
  batchPageOf,
  type ReleasesAsked,
  releasesPageOf,
} from './book-pages.ts'
import { type CalendarAsked, calendarPage } from './calendar-page.ts'
import { type ChangesAsked, changesPageOf } from './change-pages.ts'
import { type ClockRatesAsked, clockRatesPage } from './clock-rates-page.ts'
import { type CompletenessAsked, completenessPageOf } from './completeness-page.ts'
import { type CreditJudgedAsked, creditJudged } from './credit-judged.ts'
import { type DossierAsked, dossierPage } from './dossier-page.ts'
import type { ExportParts } from './export-begun.ts'
import { createExports, type ExportParting } from './exports.ts'
import { type HistoryJudgedAsked, type HistoryJudgedParts, historyJudged } from './history-judged.ts'
import { type HistoryAsked, historyPage } from './history-page.ts'
import { type IntervalsPageAsked, intervalsPage } from './intervals-page.ts'
import {
  type BalanceAsked,
  balancePageOf,
  eventsPageOf,
  type LedgerAsked,
  ledgerPageOf,
  pricesPageOf,
} from './ledger-pages.ts'
import { orderChangesPageOf } from './order-pages.ts'
import { type PeriodsAsked, periodsPageOf } from './period-pages.ts'
import { type ReleasedAsAsked, releasedAsPage } from './released-as-page.ts'
import {
  type AfterAsked,
  type DeclaredAsked,
  declaredPageOf,
  type FactsAsked,
  factsPageOf,
  noticesPageOf,
  type SafeguardsAsked,
  safeguardsPageOf,
  type VisitsAsked,
  visitsPageOf,
} from './safeguard-pages.ts'
import { createStandings } from './standings.ts'
import { type VoltageAsked, voltagePage } from './voltage-page.ts'

/** Each page is the JSON of its route's schema, UTF-8. Rejects with the faults of the store, ASK_INVALID for a cursor, ASK_UNKNOWN. */
export interface Pages {
  billing(asked: BillingAsked): Promise<Uint8Array<ArrayBuffer>>
  releases(asked: ReleasesAsked): Promise<Uint8Array<ArrayBuffer>>
  batch(asked: BatchAsked): Promise<Uint8Array<ArrayBuffer>>
  changes(asked: ChangesAsked): Promise<Uint8Array<ArrayBuffer>>
  periods(asked: PeriodsAsked): Promise<Uint8Array<ArrayBuffer>>
  batches(asked: BatchesAsked): Promise<Uint8Array<ArrayBuffer>>
  history(asked: HistoryAsked): Promise<Uint8Array<ArrayBuffer>>
  intervals(asked: IntervalsPageAsked): Promise<Uint8Array<ArrayBuffer>>
  completeness(asked: CompletenessAsked): Promise<Uint8Array<ArrayBuffer>>
  calendar(asked: CalendarAsked): Promise<Uint8Array<ArrayBuffer>>
  /** Of its format, and not always JSON. */
  dossier(asked: DossierAsked): Promise<Uint8Array<ArrayBuffer>>
  clockRates(asked: ClockRatesAsked): Promise<Uint8Array<ArrayBuffer>>
  voltage(asked: VoltageAsked): Promise<Uint8Array<ArrayBuffer>>
  /** A part of the answer that is a reading's evidence. */
  releasedAs(asked: ReleasedAsAsked): Promise<Uint8Array<ArrayBuffer>>
  accounts(asked: AccountsAsked): Promise<Uint8Array<ArrayBuffer>>
  /** Behind a line with its entity tag. */
  account(asked: AccountAsked): Promise<Uint8Array<ArrayBuffer>>
  unpaired(asked: UnpairedAsked): Promise<Uint8Array<ArrayBuffer>>
  balance(asked: BalanceAsked): Promise<Uint8Array<ArrayBuffer>>
  ledger(asked: LedgerAsked): Promise<Uint8Array<ArrayBuffer>>
  events(asked: Omit<LedgerAsked, 'account'>): Promise<Uint8Array<ArrayBuffer>>
  prices(asked: object): Promise<Uint8Array<ArrayBuffer>>
  safeguards(asked: SafeguardsAsked): Promise<Uint8Array<ArrayBuffer>>
  notices(asked: AfterAsked): Promise<Uint8Array<ArrayBuffer>>
  visits(asked: VisitsAsked): Promise<Uint8Array<ArrayBuffer>>
  facts(asked: FactsAsked): Promise<Uint8Array<ArrayBuffer>>
  declared(asked: DeclaredAsked): Promise<Uint8Array<ArrayBuffer>>
  orderChanges(asked: AfterAsked): Promise<Uint8Array<ArrayBuffer>>
  /** Behind two lines: an `ArchiveChangeHead`, and what is to be recorded. */
  archiveChange(asked: ArchiveChangeAsked): Promise<Uint8Array<ArrayBuffer>>
  /** No page of a route: what is told to alarms. */
  historyJudged(asked: HistoryJudgedAsked): Promise<Uint8Array<ArrayBuffer>>
  /** Likewise, of money that meters keep. */
  creditJudged(asked: CreditJudgedAsked): Promise<Uint8Array<ArrayBuffer>>
  /** A part of an export; also rejects with STORE_DAMAGED. */
  exportPart: ExportParting
}

/** `turn` lets other questions go first, between two steps of some milliseconds. */
export type PagesParts = BillingParts & HistoryJudgedParts & ExportParts

export function createPages(parts: PagesParts): Pages {
  const standings = createStandings(parts.reader)
  return {
    billing: asked => billingPageOf(parts, standings, asked),
    releases: asked => releasesPageOf(parts, asked),
    batch: asked => batchPageOf(parts, asked),
    changes: asked => changesPageOf(parts, asked),
    periods: asked => periodsPageOf(parts, asked),
    batches: asked => batchesPageOf(parts, asked),
    history: asked => historyPage(parts, asked),
    intervals: asked => intervalsPage(parts, asked),
    completeness: asked => completenessPageOf(parts, asked),
    calendar: asked => calendarPage(parts, asked),
    dossier: asked => dossierPage(parts, asked, (...time) => parts.reader.archive().pairingsIn(...time)),
    clockRates: asked => clockRatesPage(parts, asked),
    voltage: asked => voltagePage(parts, asked),
    releasedAs: asked => releasedAsPage(parts, asked),
    accounts: asked => accountsPageOf(parts, asked),
    account: asked => accountPageOf(parts, asked),
    unpaired: asked => unpairedPageOf(parts, asked),
    balance: asked => balancePageOf(parts, asked),
    ledger: asked => ledgerPageOf(parts, asked),
    events: asked => eventsPageOf(parts, asked),
    prices: () => pricesPageOf(parts),
    safeguards: asked => safeguardsPageOf(parts, asked),
    notices: asked => noticesPageOf(parts, asked),
    visits: asked => visitsPageOf(parts, asked),
    facts: asked => factsPageOf(parts, asked),
    declared: asked => declaredPageOf(parts, asked),
    orderChanges: asked => orderChangesPageOf(parts, asked),
    archiveChange: asked => archiveChangeOf(parts, asked),
    historyJudged: asked => historyJudged(parts, asked),
    creditJudged: asked => creditJudged(parts, asked),
    exportPart: createExports(parts),
  }
}

/** What a reader finds where nobody has entered money, notices, protections or orders. */

import type { Reader } from '../../src/store/reader.ts'

export const NO_SUPPLY: Pick<Reader, 'ledger' | 'safeguards' | 'orderChanges'> = {
  orderChanges: after => ({ changes: [], reached: after, hasMore: false }),
  ledger: {
    of: () => ({ entries: [], damaged: [] }),
    termsOf: () => [],
    tablesOf: () => [],
    lists: () => [],
    chargesOf: () => ({ charges: [], damaged: [] }),
    isThere: () => false,
    accounts: () => [],
    isOfTerms: () => false,
    lastRule: () => 0,
    hasThresholds: () => false,
    thresholdsBegun: () => [],
    levelsAfter: sequence => ({ entries: [], reached: sequence }),
  },
  safeguards: {
    of: () => ({ notices: [], visits: [], protections: [], proposed: [], isWhole: true }),
    hasNotices: () => false,
    accountOf: () => null,
    isThere: () => false,
    lists: () => [],
    lastOf: () => [],
    after: (_, sequence) => ({ entries: [], reached: sequence }),
    beforeTime: () => 0,
  },
}

/**
 * The identifier table of DL/T 645-2007, appendix A. Rows of the clause "later rules" come from the smart-meter rules
 * that followed and are served by nearly every meter made since 2010. Written DI3 DI2 DI1 DI0, high byte first.
 */

import { createItemTable } from './item-table.ts'
import { lineEvents } from './items-2007/events.ts'
import { freezes } from './items-2007/freezes.ts'
import { instantaneous } from './items-2007/instantaneous.ts'
import { operationEvents } from './items-2007/operations.ts'
import { parameters } from './items-2007/parameters.ts'
import { registers } from './items-2007/registers.ts'
import { sets } from './items-2007/sets.ts'
import { tables } from './items-2007/tables.ts'

export const ITEMS_2007 = createItemTable(
  [
    ...registers,
    ...instantaneous,
    ...lineEvents,
    ...operationEvents,
    ...parameters,
    ...tables,
    ...freezes,
    ...sets,
  ],
  {
    digits: 8,
    most: { t: 63, k: 12, m: 12, h: 21, i: 0, n: 10 },
  },
)

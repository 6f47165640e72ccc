/** What one order went through is read with each look at it, so it is no longer than it has to be; the journal has all of it (PR-65). */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { DATABASE_FILE } from '../../src/store/database.ts'
import type { RestoreRules } from '../../src/store/order/rules.ts'
import { ordersVerified } from '../../src/store/order/verify.ts'
import { bookIn, LIMITS } from './book-files.ts'
import { newDirectory } from './data-directory.ts'
import { NOW } from './safeguard-files.ts'

const RULES: RestoreRules = {
  ...{ policy: null, isRehearsal: false },
  meters: new Map([
    [
      'm0001',
      {
        ...{ address: '000000000001', number: '000000000001', line: 'l1', transformer: null, customer: null },
        ...{ link: null, control: 'weak', register: '1-0:1.8.0', mostPerHour: null },
      },
    ],
  ]),
}

test('PR-65 of an order that is tried for weeks the first and the last steps are kept beside it, and all in the journal', () => {
  const directory = newDirectory()
  const calls = bookIn(directory, undefined, undefined, { ...LIMITS, orders: RULES })
  calls.orderAsk({
    ...{ now: NOW, by: 'li', caller: { actor: 'li', scope: 'restore', address: '192.0.2.9' } },
    once: { key: 'key-00001', digest: '', request: 'r1' },
    moment: { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false },
    act: {
      ...{ kind: 'restore', id: 'R-1', account: '0001', meter: 'm0001', reason: 'dark', ticket: null },
      ...{ batch: null, intended: 'close-allowed', cause: 'asked', confirmation: null },
    },
  })
  for (let tried = 1; tried <= 150; tried++)
    calls.orderStep('R-1', { type: 'unreached', text: `silent ${tried}` }, NOW + tried * MINUTE)
  const steps = calls.orderOne('R-1')?.steps ?? []
  expect([steps.length, steps[0]?.event, steps[19]?.step, steps[20]?.step, steps.at(-1)?.step]).toEqual([
    ...[100, 'request', 20, 72, 151],
  ])
  const { entries } = calls.journalAfter({ after: 0, limit: 1_000, action: 'order.unreached' })
  expect(entries).toHaveLength(150)
  calls.close()
  const file = new DatabaseSync(join(directory, DATABASE_FILE), { readOnly: true })
  expect([...ordersVerified(file)]).toEqual([])
  file.close()
})

/** A full store, and cuts that wait: what is kept back for payments is not theirs (P-13, P-15, PR-20). */

import { expect, test } from 'vitest'
import { bookIn, frozen, LIMITS } from '../store/book-files.ts'
import { at, whole } from '../support/whole-order.ts'

test('P-13 PR-20 a cut that has not left waits for room without writing a word; it goes on when there is some', async () => {
  const { armed, close, directory, rules } = await whole()
  await armed()
  await close()
  const openWith = (maxBytes: number) =>
    bookIn(directory, undefined, undefined, { ...LIMITS, maxBytes, orders: rules })
  const small = openWith(3e6)
  const then = at('24T09:52')
  expect(small.ordersDue(then)).toMatchObject([{ id: 'O-1', state: 'armed' }])
  for (let place = 0; small.room().stage !== 'closed'; place++)
    small.keep(frozen(`m${place % 400}`, 30 + place))
  expect(small.ordersDue(then)).toEqual([])
  small.close()
  const ample = openWith(1e9)
  expect(ample.ordersDue(then)).toMatchObject([{ id: 'O-1', state: 'armed' }])
  ample.close()
}, 60_000)

test('PR-51 PR-20 who looks at a cut in a full store is shown it, and nothing is written of it; approved it is not', async () => {
  const { ask, NEW, close, clock, directory, rules } = await whole()
  expect(await ask('li', { kind: 'cut', id: 'O-1', ...NEW })).toMatchObject({ state: 'requested' })
  await close()
  const calls = bookIn(directory, undefined, undefined, { ...LIMITS, maxBytes: 3e6, orders: rules })
  const caller = { actor: 'chief', scope: 'approve', address: '192.0.2.9' }
  const moment = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false } as const
  const now = clock.now()
  const show = (to: string) => calls.orderShow({ order: 'O-1', to, caller, now, moment })
  const shownTo = () => {
    const order = calls.orderOne('O-1')?.order
    return order?.kind === 'cut' ? order.shown?.to : undefined
  }
  expect([show('chief')?.facts, shownTo()]).toEqual([expect.any(Object), 'chief'])
  for (let place = 0; calls.room().stage !== 'closed'; place++)
    calls.keep(frozen(`m${place % 400}`, 30 + place))
  const { size } = calls.journalHead()
  expect(show('deputy')?.facts).toEqual(expect.any(Object))
  expect([calls.journalHead().size, shownTo()]).toEqual([size, 'chief'])
  calls.close()
}, 60_000)

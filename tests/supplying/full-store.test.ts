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

/** Paid, restored, and still dark: who is sent there is told that the button will not close it (P-15, prepaid.md §11). */

import { expect, test } from 'vitest'
import { CREDIT } from '../../src/core/credit.ts'
import { roundOf } from '../store/rounds.ts'
import { at, whole } from '../support/whole-order.ts'

test('P-15 C-06 who has to drive there is told what keeps the button from closing it', async () => {
  const bench = await whole()
  const { armed, until, restarted, rules, pay, log, all, close } = bench
  await armed()
  await until('24T10:10')
  const meter = rules.meters.get('m0001')
  if (!meter) throw new Error('m0001 has a relay')
  // The meter refuses without a password.
  const meters = new Map([['m0001', { ...meter, closesAbove: '04001005' }]])
  await restarted({ meters }, { authorityOf: () => null })
  const [slot, readAt] = [at('24T00:00'), at('24T00:00') + 20_000]
  bench.calls.keep(
    roundOf('m0001', { obis: CREDIT.remaining, unit: 'yuan', digits: 320n, scaler: -2, slot, readAt }),
  )
  const facts = { '04001005': '5.00' }
  bench.calls.audit({ meter: 'm0001', at: slot, found: 'same', evidence: 'as before', facts })
  await pay()
  await until('24T10:41')
  expect(all().at(-1)).toMatchObject({ kind: 'restore', fieldOrderAt: at('24T10:40') + 1_000 })
  expect(log.lines.filter(line => line.includes('drive to meter m0001'))).toEqual([
    expect.stringMatching(/; its button will not close it: 3\.20 yuan were left .* closes above 5\.00 only/),
  ])
  await close()
}, 120_000)

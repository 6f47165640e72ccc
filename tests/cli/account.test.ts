/** `meterd account` at the terminal, through the control door. */

import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { account } from '../../src/cli/account.ts'
import { recordingLog } from '../support/api.ts'
import { agreed, PAYMENT } from '../support/ledger-house.ts'

test('C-06 mode, balance, days left and what is not charged, in words and as JSON', async () => {
  const { app, directory, post, useThreeUnits, charge, json } = await agreed()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  await post('accounts/0003/payments', PAYMENT)
  await useThreeUnits()
  await charge()
  const run = async (...words: readonly string[]) => {
    const out: string[] = []
    const code = await account.run([...words, '--data', directory], {
      out: text => void out.push(text),
      err: () => undefined,
      readAll: async () => '',
      signal: new AbortController().signal,
    })
    return { code, out }
  }
  const told = await run('0003')
  expect(told.code).toBe(0)
  expect(told.out.slice(0, 4)).toEqual([
    'prepaid-here since 2026-11-01T00:00:00+08:00, agreement A-113',
    'balance 98.500 CNY as of 2026-11-23T01:00:00+08:00',
    'charged to 2026-11-22T00:00:00+08:00',
    'about 65 days left, at 1.500 CNY a day (median of 1)',
  ])
  expect(told.out.at(-1)).toBe(
    'not charged  m2  1-0:1.8.0  2026-11-22T00:00:00+08:00 – 2026-11-23T00:00:00+08:00  NOT_RELEASED: nothing of it is released yet',
  )
  expect(JSON.parse((await run('0003', '--json')).out[0] ?? '')).toEqual(
    await json('/v1/accounts/0003/balance'),
  )
  const ledger = await run('0003', '--ledger')
  expect(ledger.out.map(line => line.split('  ')[1])).toEqual(['terms', 'payment', 'charge'])
  await expect(run('0099')).rejects.toThrow('no terms')
  await expect(run()).rejects.toThrow('say one account')
})

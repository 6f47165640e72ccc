/** `meterd account` at the terminal, through the control door. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { account } from '../../src/cli/account.ts'
import { policy } from '../../src/cli/policy.ts'
import { folderWith } from '../config/support.ts'
import { recordingLog } from '../support/api.ts'
import { agreed, house, PAYMENT, TERMS } from '../support/ledger-house.ts'

const PAPER = readFileSync(join(import.meta.dirname, '../../examples/policies/cn-paper-rules.yaml'), 'utf8')
const ACCEPTED = PAPER.replace('acceptedBy: ""', 'acceptedBy: A. Person').replace(
  'acceptedOn: ""',
  'acceptedOn: 2026-11-01',
)

async function runIn(directory: string, ...words: readonly string[]) {
  const out: string[] = []
  const code = await account.run([...words, '--data', directory], {
    out: text => void out.push(text),
    err: () => undefined,
    readAll: async () => '',
    signal: new AbortController().signal,
  })
  return { code, out }
}

test('C-06 mode, balance, days left and what is not charged, in words and as JSON', async () => {
  const { app, directory, post, useThreeUnits, charge, json } = await agreed()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  await post('accounts/0003/payments', PAYMENT)
  await useThreeUnits()
  await charge()
  const run = (...words: readonly string[]) => runIn(directory, ...words)
  const told = await run('0003')
  expect(told.code).toBe(0)
  expect(told.out.slice(0, 4)).toEqual([
    'prepaid-here since 2026-11-01T00:00:00+08:00, agreement A-113',
    'balance 98.500 CNY as of 2026-11-23T01:00:00+08:00',
    'charged to 2026-11-22T00:00:00+08:00',
    'about 65 days left, at 1.500 CNY a day (median of 1)',
  ])
  expect(told.out.slice(4)).toEqual([
    'not charged  m2  1-0:1.8.0  2026-11-22T00:00:00+08:00 – 2026-11-23T00:00:00+08:00  NOT_RELEASED: nothing of it is released yet',
    'no protection is entered; nobody has said that all protected customers are',
  ])
  const { safeguards, ...balance } = JSON.parse((await run('0003', '--json')).out[0] ?? '')
  expect(balance).toEqual(await json('/v1/accounts/0003/balance'))
  expect(safeguards).toEqual(await json('/v1/accounts/0003/safeguards'))
  const ledger = await run('0003', '--ledger')
  expect(ledger.out.map(line => line.split('  ')[1])).toEqual(['terms', 'payment', 'charge'])
  expect((await run('0002')).out).toEqual([
    'no terms are entered: nothing of its money is kept here',
    'no protection is entered; nobody has said that all protected customers are',
  ])
  await expect(run('0099')).rejects.toThrow('no account 0099')
  await expect(run('0099', '--ledger')).rejects.toThrow('no terms')
  await expect(run()).rejects.toThrow('say one account')
})

function damage(directory: string, sequence: number): void {
  const file = new DatabaseSync(join(directory, 'meterd.db'))
  file.exec(`UPDATE ledger SET facts = '{"alarm1":"9"}' WHERE sequence = ${sequence}`)
  file.close()
}

test('PR-06 C-06 a damaged entry is named, with what to do', async () => {
  const here = await agreed()
  await here.app.ready()
  onTestFinished(await openDoor(here.app, here.directory, recordingLog()))
  for (const payment of ['P-1', 'P-2', 'P-3'])
    await here.post('accounts/0003/payments', { ...PAYMENT, payment })
  damage(here.directory, 4)
  const told = await runIn(here.directory, '0003')
  expect(told.out.slice(1, 3)).toEqual([
    'no balance: entry 4 of its ledger is damaged and withheld: what it comes to is not known',
    expect.stringMatching(
      /^damaged {2}entry 4: put back a backup from before it was damaged \(meterd restore\), /,
    ),
  ])
  // Up to it all is known.
  const shown = (await runIn(here.directory, '0003', '--ledger', '--json')).out
  expect(shown.map(line => JSON.parse(line).balance)).toEqual([null, '100.00', null])
})

test('PR-06 C-07 a balance billing keeps is known again once it is stated anew, and its levels with thresholds anew', async () => {
  const { app, directory, key, json, post } = await house()
  const [first, second] = [await key(['operate']), await key(['approve'])]
  let last = 0
  const act = async (by: string, path: string, payload: object) => {
    const headers = { authorization: `Bearer ${by}`, 'idempotency-key': `thresholds-${last++}` }
    const answer = await app.inject({ method: 'POST', url: `/v1/accounts/0003/${path}`, payload, headers })
    return answer.json()
  }
  const limit = async () => {
    const limits = { from: '2026-11-20', alarm1: '60', alarm2: '20', overdraft: '0' }
    const { sequence } = await act(first, 'thresholds', limits)
    await act(second, 'thresholds/confirm', { sequence })
  }
  const push = (amount: string, day: number) =>
    post('accounts/0003/balance', { amount, at: `2026-11-${day}` }, { method: 'PUT' })
  const cost = { ...TERMS, mode: 'cost-control', balance: 'pushed', prices: null }
  await post('accounts/0003/terms', cost, { by: 'admin' })
  await push('70.20', 19)
  await limit()
  await push('50', 20)
  const known = async () => {
    const { balance, level, damaged } = await json('/v1/accounts/0003/balance')
    return [balance, level, damaged?.entries]
  }
  expect(await known()).toEqual(['50', 'L1', undefined])
  damage(directory, 5)
  expect(await known()).toEqual([null, null, [5]])
  expect((await push('45', 21)).json().balance).toBe('45')
  expect(await known()).toEqual(['45', null, [5]])
  await limit()
  expect(await known()).toEqual(['45', 'L1', [5]])
  const { remedy } = (await json('/v1/accounts/0003/balance')).damaged
  expect(remedy).toContain('PUT /v1/accounts/0003/balance states the balance anew')
})

test('C-01 C-04 notices and protections of an account, and what a policy says of it by what the daemon knows', async () => {
  const { app, directory, post, useThreeUnits, charge, time } = await agreed()
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  await useThreeUnits()
  await charge()
  const notice = { notice: 'N-1', which: 'first', channels: ['sms'], tries: 1, template: 't-1' }
  await post('accounts/0003/notices', notice)
  const receipt = { account: '0003', receipt: 'r-1', channel: 'sms', result: 'delivered' }
  const at = new Date(time.now).toISOString().replace('.000', '')
  const protection = { protection: 'S-1', class: 'elderly_alone', from: '2026-11-01', source: 'list 7' }
  await post('accounts/0003/protections', protection)
  await post('protections/S-1/changes', { to: '2026-11-20', reason: 'moved' }, { by: 'admin' })
  expect((await runIn(directory, '0003')).out.slice(-3)).toEqual([
    'first notice  N-1  required, required 2026-11-23T01:00:00+08:00',
    'protection  S-1  elderly_alone  2026-11-01 to no end  (list 7, entered by key-3)',
    expect.stringMatching(/^proposed {2}\d+ {2}S-1 {2}to 2026-11-20 {2}by key-\d: moved$/),
  ])
  await post('notices/N-1/receipts', { ...receipt, at })
  expect((await runIn(directory, '0003')).out).toContain(
    'first notice  N-1  delivered 2026-11-23T01:00:00+08:00',
  )
  const out: string[] = []
  const file = join(folderWith({ 'policy.yaml': ACCEPTED }), 'policy.yaml')
  const explain = ['explain', file, '--account', '0003', '--data', directory, '--format', 'json']
  const io = {
    out: (text: string) => void out.push(text),
    err: () => undefined,
    readAll: async () => '',
    signal: new AbortController().signal,
  }
  expect(await policy.run(explain, io)).toBe(1)
  const told: readonly { name: string; code: string }[] = JSON.parse(out[0] ?? '').interlocks
  const codes = Object.fromEntries(told.map(({ name, code }) => [name, code]))
  expect(codes).toMatchObject({
    arrears: 'ARREARS_TOO_SMALL',
    second_notice: 'SECOND_NOTICE_MISSING',
    gateway_time: 'PASS',
  })
  // Nobody has said that the list is whole.
  expect(codes).toMatchObject({ protection: 'PROTECTIONS_UNKNOWN', declared: 'DECLARED_UNKNOWN' })
  await expect(policy.run(['explain', file, '--account', '0099', '--data', directory], io)).rejects.toThrow(
    'no account 0099',
  )
})

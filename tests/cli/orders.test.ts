/** `meterd orders` at the terminal, through the control door: whoever approves has a key of their own there too. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { askDaemon } from '../../src/cli/ask-daemon.ts'
import { keys as keysVerb } from '../../src/cli/keys.ts'
import { orders } from '../../src/cli/orders.ts'
import { folderWith, GOOD } from '../config/support.ts'
import { recordingLog } from '../support/api.ts'
import { CUT, orderHouse, POLICY } from '../support/order-house.ts'

async function terminal() {
  const house = await orderHouse()
  const { app, directory, keys } = house
  await app.ready()
  onTestFinished(await openDoor(app, directory, recordingLog()))
  const file = (name: keyof typeof keys) => {
    const path = join(directory, `${name}.key`)
    writeFileSync(path, `${keys[name]}\n`)
    return path
  }
  const run = async (...words: readonly string[]) => {
    const out: string[] = []
    const code = await orders.run([...words, '--data', directory], {
      out: text => void out.push(text),
      err: () => undefined,
      readAll: async () => '',
      signal: new AbortController().signal,
    })
    return { code, out }
  }
  return { ...house, run, chief: file('chief'), operator: file('operator') }
}

test('PR-51 PR-52 an order is listed, shown with its digest, approved by a key in a file, and stopped without one', async () => {
  const { run, send, chief, operator, directory, journal } = await terminal()
  expect((await run('list')).out).toEqual(['no such orders'])
  const { order } = (await send('orders', CUT)).json()
  expect((await run('list', '--open')).out).toEqual([
    expect.stringContaining(`${order}  cut  requested since 2026-11-25T01:00:00+08:00  account 0003  m2`),
  ])
  // Without a key it is told, and may not be approved by that.
  expect((await run('show', order)).out.join('\n')).not.toContain('\ndigest')
  const told = (await run('show', order, '--key', chief)).out
  expect(told).toContain('owes 4.500 CNY, by 1-0:1.8.0 19.00 of 2026-11-24T00:00:00+08:00')
  const digest = told.at(-1)?.replace('digest ', '') ?? ''
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  const approve = ['approve', order, '--digest', digest, '--key'] as const
  await expect(run(...approve.slice(0, 4))).rejects.toThrow('needs --key FILE')
  await expect(run(...approve, operator)).rejects.toThrow('this needs approve')
  await expect(run('approve', order, '--digest', '0'.repeat(64), '--key', chief)).rejects.toThrow(
    '(DIGEST_DIFFERS): look at the order again',
  )
  expect((await run(...approve, chief)).out[0]).toContain('approved since')
  const stopped = await run('stop', '--reason', 'storm', '--json')
  expect(JSON.parse(stopped.out[0] ?? '').stopped).toMatchObject({ by: 'control door', reason: 'storm' })
  expect((await run('state')).out[0]).toContain('cuts are stopped by control door')
  await expect(run('resume', '--reason', 'over')).rejects.toThrow('needs --key FILE')
  expect((await run('resume', '--reason', 'over', '--key', chief)).out).toEqual([
    'the kill switch is not set',
  ])
  expect((await run('release', order, '--key', chief)).out[0]).toContain('RELEASED')
  expect((await run('cancel', order, '--reason', 'enough')).out[0]).toContain('CANCELLED')
  // What is asked without a name of one's own can stop cuts, and never lead to one.
  for (const [path, body] of [
    ['/v1/orders', CUT],
    [`/v1/orders/${order}/release`, {}],
    ['/v1/supply/reset', { reason: 'why not' }],
  ] as const)
    await expect(
      askDaemon(directory, { method: 'POST', path, body, idempotencyKey: `at-the-box-${path.length}` }),
    ).rejects.toThrow('(KEY_NEEDED)')
  const entries: readonly { action: string; actor: string; facts: { code?: string } }[] = await journal()
  const nameless = entries.filter(({ facts }) => facts.code === 'KEY_NEEDED')
  expect(nameless.map(({ action }) => action)).toEqual([
    ...['order-cut.refused', 'order-release.refused', 'order-reset.refused'],
  ])
  expect(entries.filter(({ actor }) => actor.startsWith('local:')).length).toBeGreaterThan(3)
  const resumed = entries.find(({ action }) => action === 'supply.resumed')
  expect(resumed).toMatchObject({ actor: expect.stringMatching(/^key-/), address: 'local' })
})

test('P-15 PR-64 a restore is asked for at the box, by nobody else’s leave and while all cuts are stopped', async () => {
  const { run } = await terminal()
  await run('stop', '--reason', 'storm')
  const asked = await run('restore', '--account', '0003', '--meter', 'm2', '--reason', 'an old lady called')
  expect(asked.out[0]).toMatch(/restore {2}requested since .* account 0003 {2}m2/)
  await expect(run('restore', '--meter', 'm2', '--reason', 'dark')).rejects.toThrow('needs --account')
})

test('used wrongly, it says what is missing', async () => {
  const { run, directory } = await terminal()
  await expect(run()).rejects.toThrow('say list, show')
  await expect(run('show')).rejects.toThrow('say which order')
  await expect(run('list', 'more')).rejects.toThrow('one word too many')
  await expect(run('stop')).rejects.toThrow('needs --reason')
  await expect(run('show', 'O-1', '--digest', 'a')).rejects.toThrow('takes no --digest')
  await expect(run('show', 'O-1', '--key', join(directory, 'none'))).rejects.toThrow('cannot be read')
  writeFileSync(join(directory, 'no.key'), 'secret')
  await expect(run('show', 'O-1', '--key', join(directory, 'no.key'))).rejects.toThrow('holds no meterd key')
  await expect(run('show', 'O-1')).rejects.toThrow('there is no order O-1')
})

test('P-06 a key is not made with both of what the policy keeps apart', async () => {
  const text = `${GOOD}supply: { orders: { policy: policy.yaml, dryRun: true, billing: ledger } }\n`
  const file = join(folderWith({ 'gateway.yaml': text, 'policy.yaml': POLICY }), 'gateway.yaml')
  const add = (scope: string) =>
    keysVerb.run(['add', 'li', '--scope', scope, '--config', file], {
      out: () => undefined,
      err: () => undefined,
      readAll: async () => '',
      signal: new AbortController().signal,
    })
  await expect(add('operate,billing,approve')).rejects.toThrow('no key may hold both operate and approve')
  expect(await add('operate,billing')).toBe(0)
})

test('P-09 what is declared is told and entered at the box, by the names of the policy', async () => {
  const { run } = await terminal()
  expect((await run('declared')).out).toEqual([expect.stringContaining('nothing is declared')])
  const heat = ['declare', '--condition', 'heat', '--until', '2026-11-26T08:00:00+08:00', '--is'] as const
  await expect(run(...heat, 'yes')).rejects.toThrow('the policy has no condition heat; it has none')
  await expect(run(...heat, 'true')).rejects.toThrow('--is yes or --is no')
  await expect(run(...heat.slice(0, 3), '--is', 'yes')).rejects.toThrow('needs --until')
})

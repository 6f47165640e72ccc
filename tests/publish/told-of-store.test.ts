/** Notices and what became of orders reach the broker out of the store, through the sinks of the daemon (C-01, PR-60). */

import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { createProgress } from '../../src/core/progress.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatchers } from '../../src/publish/dispatchers.ts'
import { createLastWord } from '../../src/publish/last-word.ts'
import type { SafeguardAct } from '../../src/store/safeguard/asked.ts'
import type { Store } from '../../src/store/store.ts'
import { LIMITS } from '../store/book-files.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { versionsOf } from '../store/pairings.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { orderRules } from '../support/order-house.ts'
import { listLog, until } from './changes.ts'
import { MQTT } from './mqtt-parts.ts'

test('C-01 what the store wants delivered is asked for over MQTT; what was heard of is not asked for again', async () => {
  const broker = await startMosquitto({})
  onTestFinished(() => broker.dispose())
  const store = await openIn(newDirectory())
  const now = systemClock.now()
  const pairing = { account: '0003', meter: 'm1', point: 'p1', from: now - 1_000_000 }
  await store.pair({ now, by: 'office', after: 0, versions: versionsOf([pairing]) })
  const enter = (act: SafeguardAct, key: string) => {
    const caller = { actor: 'office', scope: 'billing', address: 'local' }
    return store.safeguard({ now, by: 'office', caller, once: { key, digest: key, request: 'r' }, act })
  }
  const notice = (id: string): SafeguardAct => ({
    ...{ kind: 'notice', notice: id, account: '0003', which: 'first', channels: ['sms'], tries: 3 },
    ...{ template: 't-1', order: null },
  })
  // The first is heard of, the second is asked for.
  expect(await enter(notice('N-1'), 'key-1')).toHaveProperty('answer')
  expect(await enter(notice('N-2'), 'key-2')).toHaveProperty('answer')
  const heard: string[] = []
  const client = await connectAsync(broker.url)
  onTestFinished(() => client.endAsync(true))
  client.on('message', (_, payload) => void heard.push(JSON.parse(String(payload)).notice))
  await client.subscribeAsync('meterd/v1/gw/-/notice')
  const start = () => sinksOf(store, broker.url)
  const stop = await start()
  expect(await until(() => heard.length > 0)).toBe(true)
  expect(heard).toEqual(['N-2'])
  await stop()
  const receipt = {
    notice: 'N-2',
    receipt: 'r-1',
    channel: 'sms',
    result: 'delivered',
    at: now,
    remark: null,
  }
  expect(
    await enter({ kind: 'receipt', account: '0003', ...receipt } as SafeguardAct, 'key-3'),
  ).toHaveProperty('answer')
  expect(await enter({ ...notice('N-3'), which: 'second' } as SafeguardAct, 'key-4')).toHaveProperty('answer')
  const end = await start()
  expect(await until(() => heard.length > 1)).toBe(true)
  expect(heard).toEqual(['N-2', 'N-3'])
  await end()
})

test('PR-60 P-12 a restore is told over MQTT as it goes, what was told is not told again by the next life, and what happened meanwhile is', async () => {
  const broker = await startMosquitto({})
  onTestFinished(() => broker.dispose())
  const store = await openIn(newDirectory(), {
    batchRows: 1,
    limits: { ...LIMITS, orders: await orderRules() },
  })
  const now = systemClock.now()
  const moment = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false } as const
  const wanted = { account: '0003', meter: 'm2', reason: 'paid', ticket: null, batch: null }
  const act = { kind: 'restore', id: 'R-1', intended: 'close-allowed', cause: 'asked' } as const
  const posted = await store.orderAsk({
    ...{ now, by: 'li', caller: { actor: 'li', scope: 'restore', address: 'local' }, moment },
    ...{
      once: { key: 'restore-1', digest: 'a', request: 'r' },
      act: { ...act, ...wanted, confirmation: null },
    },
  })
  expect(posted).toHaveProperty('answer')
  const heard: { state: string; previous: number; sequence: number }[] = []
  const client = await connectAsync(broker.url)
  onTestFinished(() => client.endAsync(true))
  client.on('message', (_, payload) => void heard.push(JSON.parse(String(payload))))
  await client.subscribeAsync('meterd/v1/gw/m2/order')
  const stop = await sinksOf(store, broker.url)
  expect(await until(() => heard.length > 0)).toBe(true)
  // Heard by others it may not be acknowledged yet.
  while ((await store.changesTold('mqtt')) === 0) await systemClock.yield()
  await stop()
  await store.orderStep('R-1', { type: 'unreached', text: 'nobody answers' }, now + 1_000)
  const end = await sinksOf(store, broker.url)
  expect(await until(() => heard.length > 1)).toBe(true)
  await end()
  expect(heard.map(({ state }) => state)).toEqual(['requested', 'not-sent'])
  expect(heard[1]?.previous).toBe(heard[0]?.sequence)
})

async function sinksOf(store: Store, url: string): Promise<() => Promise<void>> {
  const parts = { store, progress: createProgress(systemClock), clock: systemClock, log: listLog() }
  const sinks = await createDispatchers(
    { ...asked, mqtt: { ...MQTT, url } },
    { ...parts, random: seededRandom(1), checkpoint: createLastWord() },
  )
  for (const sink of sinks) await sink.start()
  return async () => {
    for (const sink of sinks) await sink.stop()
  }
}

const asked = {
  ...{ gateway: 'gw', site: { offsetMinutes: 480, zone: 'Asia/Shanghai' } },
  ...{ meters: [], sparkplug: null, influx: null },
}

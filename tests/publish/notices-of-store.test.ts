/** A notice in the store reaches the broker through the sinks of the daemon, until a receipt of it is entered (C-01). */

import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { createProgress } from '../../src/core/progress.ts'
import { seededRandom } from '../../src/core/random.ts'
import { createDispatchers } from '../../src/publish/dispatchers.ts'
import { createLastWord } from '../../src/publish/last-word.ts'
import type { SafeguardAct } from '../../src/store/safeguard/asked.ts'
import { newDirectory, openIn } from '../store/data-directory.ts'
import { versionsOf } from '../store/pairings.ts'
import { startMosquitto } from '../support/mosquitto.ts'
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
  const start = async () => {
    const parts = { store, progress: createProgress(systemClock), clock: systemClock, log: listLog() }
    const sinks = await createDispatchers(
      { ...asked, mqtt: { ...MQTT, url: broker.url } },
      { ...parts, random: seededRandom(1), checkpoint: createLastWord() },
    )
    for (const sink of sinks) await sink.start()
    return async () => {
      for (const sink of sinks) await sink.stop()
    }
  }
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

const asked = {
  ...{ gateway: 'gw', site: { offsetMinutes: 480, zone: 'Asia/Shanghai' } },
  ...{ meters: [], sparkplug: null, influx: null },
}

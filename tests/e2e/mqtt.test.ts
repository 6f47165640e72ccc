/** The daemon's life as its broker sees it. */

import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, play } from '../support/meters.ts'
import { startMosquitto } from '../support/mosquitto.ts'
import { requireService } from '../support/services.ts'

const mosquitto = requireService('mosquitto')

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

describe.skipIf(mosquitto.missing)(`a daemon and its broker${mosquitto.note}`, () => {
  test.each([
    { version: '3.1.1', session: 'persistent' },
    { version: 5, session: 'persistent' },
    { version: '3.1.1', session: 'clean' },
    { version: 5, session: 'clean' },
  ])('killed without a word, the will says "offline"; the next life says "online": %o', async mode => {
    const { simulator, lines, meters } = await play([FEEDERS])
    undo.push(() => simulator.stop())
    const broker = await startMosquitto()
    undo.push(() => broker.dispose())
    const heard: string[] = []
    const watcher = await connectAsync(broker.url)
    undo.push(() => watcher.endAsync(true))
    watcher.on('message', (_topic, payload) => heard.push(payload.toString()))
    await watcher.subscribeAsync('meterd/v1/+/status', { qos: 1 })
    const daemon = await testDaemon({ lines, meters, mqtt: { url: broker.url, ...mode } })
    undo.push(() => daemon.dispose())
    await daemon.start()
    await until(() => heard.length === 1)
    await daemon.kill()
    await until(() => heard.length === 2)
    await daemon.start()
    await until(() => heard.length === 3)
    expect(heard).toEqual(['online', 'offline', 'online'])
  })
})

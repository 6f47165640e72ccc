/** The daemon as shipped, with real meters behind DTUs that dial in and misbehave, and strangers at the door. */

import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { parseScaled } from '../../src/core/scaled.ts'
import { DIAL_MANNERS, type DialManner } from '../../src/core/simulated.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { allReadings } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { freePort } from '../support/services.ts'

const MANNERS: readonly (DialManner | null)[] = [null, ...DIAL_MANNERS]
const dtu = (index: number) => String(861_000_000_000_000 + index)
const address = (index: number) => String(500 + index).padStart(12, '0')

describe('meters behind DTUs', () => {
  let port = 0
  let daemon: TestDaemon
  let simulator: Simulator

  beforeAll(async () => {
    port = await freePort()
    daemon = await testDaemon({
      listeners: [
        {
          listen: `127.0.0.1:${port}`,
          registration: { packet: "'REG:' {dtu} 0D 0A" },
          heartbeats: [{ packet: "'$HB,' {dtu} '#'", every: '1s' }],
        },
      ],
      lines: MANNERS.map((_, index) => ({
        id: `line-${index}`,
        url: `tcp-listen://127.0.0.1:${port}?dtu=${dtu(index)}`,
      })),
      meters: MANNERS.map((_, index) => ({
        id: `m${index}`,
        line: `line-${index}`,
        address: address(index),
        profile: 'dlt645-2007-single-phase',
        polls: [{ every: '1s', points: ['1-0:1.8.0', '1-0:32.7.0'] }],
        daily: false,
      })),
    })
    await daemon.start()
    const meters = MANNERS.map((manner, index) => ({
      protocol: 'dlt645-2007',
      address: address(index),
      profile: 'single-phase',
      quirks: { preamble: '0' as const },
      dial: {
        host: '127.0.0.1',
        port,
        registration: Buffer.from(`REG:${dtu(index)}\r\n`),
        heartbeat: Buffer.from(`$HB,${dtu(index)}#`),
        everyMs: 300,
        manners: manner === null ? [] : [manner],
      },
    }))
    simulator = await startSimulator(
      { seed: 1, listeners: [{ url: null, meters, faults: {} }] },
      { clock: systemClock, log: silentLog, offsetMinutes: 480 },
    )
  })

  afterAll(async () => {
    await simulator?.stop()
    await daemon?.dispose()
  })

  const readings = async (index: number) =>
    [...(await allReadings(daemon, [`m${index}`])).values()].filter(({ obis }) => obis === '1-0:1.8.0')

  test.each(MANNERS.map((manner, index) => [manner ?? 'a good one', index] as const))(
    '%s: is read, and every value is the truth',
    async (_manner, index) => {
      await until(async () => (await readings(index)).length >= 12)
      for (const { value, readAt, quality } of await readings(index)) {
        const at = (shift: number) =>
          simulator.truth.registerAt('dlt645-2007', address(index), '1-0:1.8.0', Date.parse(readAt) + shift)
        const [low, high, got] = [at(-2_000), at(1_000), parseScaled(value)]
        if (!low || !high || !got) throw new Error('no truth')
        expect(got.digits).toBeGreaterThanOrEqual(low.digits)
        expect(got.digits).toBeLessThanOrEqual(high.digits)
        expect(quality).toBe('good')
      }
    },
  )

  test('all hang up at once, and are read again', async () => {
    const before = await Promise.all(MANNERS.map((_, index) => readings(index)))
    simulator.hangUp()
    for (const index of MANNERS.keys())
      await until(async () => (await readings(index)).length > (before[index]?.length ?? 0) + 2)
  })

  test('strangers leave nothing: no file, no label, one line of log', async () => {
    const files = () => readdirSync(`${daemon.folder}/data`).sort()
    const before = files()
    const sockets = Array.from({ length: 40 }, (_, nth) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(`REG:stranger-${nth + 100_000}\r\n`)
      return socket
    })
    const metrics = async () => (await daemon.get('/metrics')).text()
    const refused = async () =>
      Number(/^meterd_listener_refused_total\{port="\d+"\} (\d+)$/m.exec(await metrics())?.[1] ?? 0)
    await until(async () => (await refused()) >= 40)
    await until(() => daemon.output().includes('told no identity'))
    for (const socket of sockets) socket.destroy()
    expect(await metrics()).not.toContain('stranger-')
    expect(files()).toEqual(before)
    const told = daemon
      .output()
      .split('\n')
      .filter(line => line.includes('told no identity'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('40 told no identity that is known here')
  })

  test('a DTU that stays away is waited for, and the API says so', async () => {
    await simulator.stop()
    await until(async () => {
      const { lines } = await daemon.json<{ lines: { state: string; fault: { code: string } | null }[] }>(
        '/v1/lines',
      )
      return lines.every(({ state, fault }) => state === 'waiting' && fault?.code === 'DTU_AWAITED')
    })
  })
})

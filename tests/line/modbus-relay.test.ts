/**
 * Relay orders to simulated Modbus meters through the real line over sockets: done, lied about, answered late, lost. A
 * go-between on the way counts what left and keeps answers back.
 */

import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../../src/core/log.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { SimulatedQuirks } from '../../src/core/simulated.ts'
import type { Driver, Traits } from '../../src/driver-api/driver.ts'
import type { RelayAnswer, RelayOrder } from '../../src/driver-api/relay.ts'
import { createLine, PRIORITY } from '../../src/line/line.ts'
import { transportFor } from '../../src/line/transports.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { ascii, call, point, rtu, tcp } from '../drivers/modbus-support.ts'
import { OFFSET_MINUTES } from '../simulator/master.ts'
import { profileOf } from '../simulator/models.ts'
import { anyPass } from '../support/any-pass.ts'

const WITHIN_MS = 300
const LATE_MS = 500
/** 19:20 at +08:00, when every customer draws. */
const NOW = Date.UTC(2026, 10, 21, 11, 20)
const clock = { ...systemClock, now: () => NOW + Math.round(systemClock.monotonic()) }

const power = point('3:0x10', 'u32', { obis: '1-0:16.7.0', unit: 'W', name: 'power' })
const relay = {
  state: { point: point('3:0x21', 'u16'), open: '1', closed: '0' },
  order: { function: 6 as const, item: '3:0x20', open: 'AAAA', close: '5555' },
  load: power,
}
const traits: Traits = { relay }
const model = { ...profileOf('pzem-016'), profile: 'switched', points: [power], traits }

let undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.reverse()) await one()
  undo = []
})

/** What becomes of an order on its way. */
type Fate = 'delivered' | 'answered late' | 'lost'

/** Whether a request writes one register, whatever its frame. */
function isOrder(driver: Driver, bytes: Uint8Array): boolean {
  return driver.deframe(bytes, null).frames.some(frame => driver.decode(frame, {}).control === '06')
}

async function bench(driver: Driver, quirks: SimulatedQuirks = {}, fate: Fate = 'delivered') {
  const kind = driver === tcp ? 'modbus-tcp' : 'tcp'
  const simulator = await startSimulator(
    {
      seed: 4,
      listeners: [
        {
          url: { kind, host: '127.0.0.1', port: 0 },
          meters: [{ protocol: driver.protocol, address: '1', profile: 'switched', quirks, model }],
          faults: {},
        },
      ],
    },
    { clock, log: silentLog, offsetMinutes: OFFSET_MINUTES, replyDelayMs: [5, 5] },
  )
  undo.push(() => simulator.stop())
  const sent: Uint8Array[] = []
  const between = createServer(master => {
    const meter: Socket = connect(simulator.listening[0]!.port, '127.0.0.1')
    let holdsBack = false
    for (const socket of [master, meter]) {
      undo.push(() => socket.destroy())
      socket.on('error', () => undefined)
    }
    master.on('data', bytes => {
      const orders = isOrder(driver, bytes)
      if (orders) sent.push(bytes)
      holdsBack = orders && fate === 'answered late'
      if (!(orders && fate === 'lost')) meter.write(bytes)
    })
    meter.on('data', bytes => void setTimeout(() => master.write(bytes), holdsBack ? LATE_MS : 0))
  })
  await new Promise<void>(ready => between.listen(0, '127.0.0.1', ready))
  undo.push(() => void between.close())
  const address = between.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const url = { kind, host: '127.0.0.1', port: address.port } as const
  const line = createLine({
    id: 'a',
    url,
    replyWithinMs: WITHIN_MS,
    inFlight: 1,
    clock: systemClock,
    random: seededRandom(1),
    transport: transportFor(url),
    claim: async () => () => Promise.resolve(),
    log: silentLog,
  })
  line.start()
  await line.opened()
  undo.push(() => line.stop())

  async function order(action: RelayOrder['action'], more: Partial<RelayOrder> = {}): Promise<RelayAnswer> {
    const made = systemClock.monotonic()
    const { result } = await line.converse({
      driver,
      conversation: driver.orderRelay!(call({ traits, sequence: line.sequence, doubt: line.doubtOf('1') }), {
        action,
        authority: { level: '', password: '', operator: '' },
        validForSeconds: 60,
        ageMs: () => systemClock.monotonic() - made,
        ...more,
      }),
      priority: PRIORITY.order,
      meter: '1',
      pass: anyPass(),
      retries: { silent: 2, silentOnceAnswered: 2, damaged: 2 },
    })
    return result
  }
  const meter = simulator.truth.meter(driver.protocol, '1')
  return { order, sent, isCutOff: () => meter.relay.isOpenAt(clock.now()) }
}

describe.each([{ driver: rtu }, { driver: ascii }, { driver: tcp }])(
  'a relay ordered over $driver.protocol',
  ({ driver }) => {
    test('opens and closes, each shown by state and load, each sent once', async () => {
      const { order, sent, isCutOff } = await bench(driver)
      expect(await order('open')).toMatchObject({
        outcome: 'done',
        before: { isOpen: false },
        after: { isOpen: true },
        evidence: { verdict: 'as-ordered' },
      })
      expect([sent.length, isCutOff()]).toEqual([1, true])
      expect(await order('close')).toMatchObject({ outcome: 'done', after: { isOpen: false } })
      expect([sent.length, isCutOff()]).toEqual([2, false])
    })

    test('that says yes and does nothing is not believed, nor told again', async () => {
      const { order, sent, isCutOff } = await bench(driver, { 'relay-lies': 'does-nothing' })
      expect(await order('open')).toMatchObject({
        outcome: 'accepted',
        after: { isOpen: false },
        evidence: { verdict: 'open' },
      })
      expect([sent.length, isCutOff()]).toEqual([1, false])
    })

    test('whose state register stays as it was is not taken for done, though the load is gone', async () => {
      const { order, sent, isCutOff } = await bench(driver, { 'relay-lies': 'status-stays' })
      expect(await order('open')).toMatchObject({ outcome: 'accepted', after: { isOpen: false } })
      expect([sent.length, isCutOff()]).toEqual([1, true])
    })

    test('whose answer comes after the time-out: the reading after it shows what became of it', async () => {
      const { order, sent, isCutOff } = await bench(driver, {}, 'answered late')
      expect(await order('open')).toMatchObject({ outcome: 'done', after: { isOpen: true } })
      expect([sent.length, isCutOff()]).toEqual([1, true])
    })

    test('whose order is lost: unconfirmed, and not sent again whatever the retries', async () => {
      const { order, sent, isCutOff } = await bench(driver, {}, 'lost')
      expect(await order('open')).toMatchObject({ outcome: 'unconfirmed', after: { isOpen: false } })
      expect([sent.length, isCutOff()]).toEqual([1, false])
    })

    test('whose order is over when its turn comes is not sent', async () => {
      const { order, sent, isCutOff } = await bench(driver)
      expect(await order('open', { ageMs: () => 61_000 })).toMatchObject({
        outcome: 'not-sent',
        why: { code: 'ORDER_EXPIRED' },
      })
      expect([sent.length, isCutOff()]).toEqual([0, false])
    })
  },
)

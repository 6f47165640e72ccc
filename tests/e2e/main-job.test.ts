/** The main job, end to end: real bytes in, and everybody holds the same readings, which are the truth. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { approximate, compareScaled, parseScaled } from '../../src/core/scaled.ts'
import { civilOf } from '../../src/core/time.ts'
import { allReadings } from '../support/all-readings.ts'
import { type TestDaemon, testDaemon, until } from '../support/daemon.ts'
import { FEEDERS, HOUSES, PANEL, type Played, play, WORKSHOP } from '../support/meters.ts'
import { freePort } from '../support/services.ts'
import { type Subscriber, subscribe } from '../support/subscriber.ts'

interface BillingPage {
  readonly state: string
  readonly reads: readonly {
    readonly meter: string
    readonly status: string
    readonly origin: string
    readonly registers: readonly {
      readonly obis: string
      readonly value: string
      readonly unit: string
      readonly id: string
    }[]
  }[]
  readonly missing: readonly { readonly meter: string; readonly reasons: readonly object[] }[]
}

const BUSES = [HOUSES, WORKSHOP, PANEL, FEEDERS]
/** Where it is not about midnight, when nobody asks for the freeze of the day. */
const SITE = awayFromMidnight(Date.now())
const TODAY = civilOf(Date.now(), SITE.offsetMinutes).slice(0, 10)

function awayFromMidnight(now: number) {
  const shown = civilOf(now, 480).slice(11, 16)
  return shown > '23:50' || shown < '00:10'
    ? { offsetMinutes: 540, site: { offset: '+09:00', zone: 'Asia/Tokyo' } }
    : { offsetMinutes: 480, site: { offset: '+08:00', zone: 'Asia/Shanghai' } }
}

describe('four protocols at once', () => {
  let played: Played
  let daemon: TestDaemon
  let subscriber: Subscriber
  const meters = () => played.meters.map(({ id }) => id)

  beforeAll(async () => {
    played = await play(BUSES, 7, systemClock, SITE.offsetMinutes)
    const broker = await freePort()
    daemon = await testDaemon({
      site: SITE.site,
      lines: played.lines,
      meters: played.meters,
      broker: { listen: `127.0.0.1:${broker}` },
    })
    await daemon.start()
    subscriber = await subscribe(`mqtt://127.0.0.1:${broker}`)
    await until(async () => {
      const readings = await allReadings(daemon, meters())
      const freezes = new Set(
        [...readings.values()]
          .filter(({ kind }) => kind === 'freeze')
          .map(({ meter, slot }) => `${meter} ${slot}`),
      )
      const polled = new Set(
        [...readings.values()].filter(({ kind }) => kind === 'poll').map(({ meter }) => meter),
      )
      const isPolled = meters().every(meter => polled.has(meter))
      return freezes.size >= HOUSES.addresses.length * 3 && isPolled && readings.size > 600
    })
  })

  afterAll(async () => {
    await subscriber?.end()
    await daemon?.dispose()
    await played?.simulator.stop()
  })

  test('A-10 billing reads of today are the truth at midnight, exactly, for every meter that freezes', async () => {
    const page: BillingPage = await daemon.json(`/v1/billing/reads?boundary=${TODAY}`)
    expect(page.state).toBe('provisional')
    const houses = page.reads.filter(({ meter }) => meter.startsWith('houses'))
    expect(houses).toHaveLength(HOUSES.addresses.length)
    for (const { meter, status, origin, registers } of houses) {
      const address = meter.slice('houses-'.length)
      expect({ status, origin }).toEqual({ status: 'ready', origin: 'freeze' })
      expect(registers.map(({ obis }) => obis)).toEqual(
        expect.arrayContaining(['1-0:1.8.0', '1-0:1.8.1', '1-0:1.8.4', '1-0:2.8.0']),
      )
      const truth = played.simulator.truth
      const midnight = truth.freezeInstant('dlt645-2007', address, `${TODAY}T00:00:00`)
      for (const { obis, value } of registers) {
        const expected = truth.registerAt('dlt645-2007', address, obis, midnight)
        const billed = parseScaled(value)
        expect(expected && billed && compareScaled(expected, billed), `${meter} ${obis} ${value}`).toBe(0)
      }
    }
  })

  test('B-02 meters that do not freeze are missing at midnight, with the reason, never silently complete', async () => {
    const page: BillingPage = await daemon.json(`/v1/billing/reads?boundary=${TODAY}`)
    const others = page.missing.filter(({ meter }) => !meter.startsWith('houses'))
    expect(others).toHaveLength(WORKSHOP.addresses.length + PANEL.addresses.length + FEEDERS.addresses.length)
    for (const { reasons } of others) expect(reasons.length).toBeGreaterThan(0)
  })

  test('polled registers lie between the truth before and after the read', async () => {
    const readings = [...(await allReadings(daemon, meters())).values()].filter(
      ({ kind, obis }) => kind === 'poll' && obis === '1-0:1.8.0',
    )
    const checked = readings.filter(({ meter }) => !meter.startsWith('feeders'))
    expect(new Set(checked.map(({ meter }) => meter)).size).toBe(
      HOUSES.addresses.length + WORKSHOP.addresses.length + PANEL.addresses.length,
    )
    for (const { meter, value, readAt, obis } of checked) {
      const [bus = '', address = ''] = [
        meter.slice(0, meter.indexOf('-')),
        meter.slice(meter.indexOf('-') + 1),
      ]
      const protocol = BUSES.find(({ id }) => id === bus)?.protocol ?? ''
      const at = (shift: number) =>
        played.simulator.truth.registerAt(
          protocol,
          address,
          obis,
          Date.parse(readAt) + shift,
          bus === 'panel' ? -3 : -2,
        )
      const [low, high, got] = [at(-2_000), at(1_000), parseScaled(value)]
      if (!low || !high || !got) throw new Error(`no truth for ${meter} ${obis}`)
      // A float of kilowatt-hours carries seven digits; its last step is the meter's, not ours.
      const step = bus === 'panel' ? 0.005 : 0
      expect(Number(value)).toBeGreaterThanOrEqual(approximate(low) - step)
      expect(Number(value)).toBeLessThanOrEqual(approximate(high) + step)
    }
  })

  test('PR-88 every number can be shown down to its bytes', async () => {
    const [reading] = [...(await allReadings(daemon, ['houses-000000000161'])).values()].filter(
      ({ obis, kind }) => obis === '1-0:1.8.0' && kind === 'poll',
    )
    const evidence: { exchanges: { request: string; reply: string | null; carried: boolean }[] } =
      await daemon.json(`/v1/readings/${reading?.id}/evidence`)
    const carrier = evidence.exchanges.find(({ carried }) => carried)
    const reply = Buffer.from((carrier?.reply ?? '').replaceAll(' ', ''), 'hex')
    const digits = (reading?.value ?? '').replace('.', '').padStart(8, '0')
    // Four BCD bytes, low byte first, 33H added (DL/T 645-2007, 5.2.5).
    const onWire = Buffer.from([...Buffer.from(digits, 'hex')].reverse().map(byte => (byte + 0x33) & 0xff))
    expect(reply.includes(onWire)).toBe(true)
  })

  test('PR-10 PR-11 after the end the consumer holds exactly what the store holds, once each', async () => {
    await until(async () => (await daemon.json<{ sinks?: unknown }>('/readyz')) !== null)
    const { code, ms } = await daemon.stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    await daemon.start()
    const held = await allReadings(daemon, meters())
    await until(async () => subscriber.firstGap() > held.size)
    // The store is asked after the consumer: readings go on coming.
    const heard = [...subscriber.byId.keys()]
    const later = await allReadings(daemon, meters())
    expect(subscriber.contradictions).toEqual([])
    for (const [id, { value, meter, obis }] of held)
      expect(subscriber.byId.get(id)).toMatchObject({ value, meter, obis })
    for (const id of heard) expect(later.has(id) || held.has(id)).toBe(true)
  })
})

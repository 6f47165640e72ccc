/** The dossier of a dispute over simulated meters on their wires, read and judged by the house's own parts. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openDoor } from '../../src/api/door.ts'
import { type Dossier, dossierAnswer } from '../../src/api/dossier-shapes.ts'
import type { PairingsIn } from '../../src/api/page-thread/dossier-page.ts'
import { dossierPage } from '../../src/api/page-thread/dossier-page.ts'
import { dossier } from '../../src/cli/dossier.ts'
import type { Terminal } from '../../src/cli/verb.ts'
import { fromHex } from '../../src/core/hex.ts'
import { silentLog } from '../../src/core/log.ts'
import { addScaled, formatScaled, parseScaled, type Scaled, subtractScaled } from '../../src/core/scaled.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import { USUAL_POLICY } from '../../src/reading/billing/release.ts'
import type { ExchangeRecord } from '../../src/reading/exchange.ts'
import { billedMeter } from '../../src/releasing/billed-meters.ts'
import { recompute } from '../../src/retrace/recompute.ts'
import type { Energy, Flow } from '../../src/simulator/truth.ts'
import { openReader, type Reader } from '../../src/store/reader.ts'
import { freezingMeter } from '../support/api.ts'
import { billingHouse, frozen, midnight } from '../support/billing-house.ts'
import { type DaysKept, EVENING, OFFSET, simulatedDays } from '../support/simulated-days.ts'

const DAYS = 6
/** The first midnight the meters live through. */
const FIRST = Date.UTC(2026, 10, 20, 16)
const [CREEPING, HEATED] = ['house-000000000161', 'house-000000000162']
const CREEP_WATTS = 40
/** A heater of five kilowatts, from 18:00 to 22:00, from the fourth day on. */
const HEATER_WATTS = 5_000
const HEATED_FROM = FIRST + 3 * DAY

let days: DaysKept
let reader: Reader

/** What a heater counted until an instant, by the tariff of its hours (尖 19–21, 峰 18 and 21), in centiwatt-seconds. */
function heaterUntil(instant: number): readonly number[] {
  const sums = [0, 0, 0, 0]
  for (let day = HEATED_FROM; day < instant; day += DAY)
    for (const [hour, tariff] of [
      [18, 1],
      [19, 0],
      [20, 0],
      [21, 1],
    ] as const) {
      const from = day + hour * HOUR
      const ms = Math.max(0, Math.min(instant, from + HOUR) - from)
      sums[tariff] = (sums[tariff] ?? 0) + (ms / 1_000) * HEATER_WATTS * 100
    }
  return sums
}

beforeAll(async () => {
  days = await simulatedDays({
    ...{ seed: 9, hours: DAYS * 24 + 1 },
    buses: [
      {
        ...{ id: 'house', protocol: 'dlt645-2007', profile: 'dlt645-2007-single-phase' },
        addresses: ['000000000161', '000000000162'],
        ofMeters: { polls: [{ every: '1h' }] },
      },
    ],
    eachHour(nth, { meters, clock }) {
      if (nth !== 1) return
      const since = clock.now()
      const [creeping, heated] = [meters.get(CREEPING), meters.get(HEATED)]
      if (!creeping || !heated) throw new Error('both meters')
      const [stood, was, flowed] = [creeping.energyAt(since), heated.energyAt, heated.flowAt]
      const before = creeping.energyAt
      const none = (flow: Flow): Flow => ({
        ...flow,
        ...{ centiwatts: [0], centivars: [0], centivoltamperes: [0], milliamperes: [0] },
      })
      const flowBefore = creeping.flowAt
      Object.assign(creeping, {
        energyAt(instant: number): Energy {
          if (instant <= since) return before(instant)
          const crept = ((instant - since) / 1_000) * CREEP_WATTS * 100
          return { ...stood, forward: stood.forward.map((one, tariff) => (tariff === 3 ? one + crept : one)) }
        },
        flowAt: (instant: number) => none(flowBefore(instant)),
      })
      Object.assign(heated, {
        energyAt(instant: number): Energy {
          const [energy, heat] = [was(instant), heaterUntil(instant)]
          return { ...energy, forward: energy.forward.map((one, tariff) => one + (heat[tariff] ?? 0)) }
        },
        flowAt(instant: number): Flow {
          const flow = flowed(instant)
          const hour = ((instant - FIRST) % DAY) / HOUR
          if (instant < HEATED_FROM || hour < 18 || hour >= 22) return flow
          return {
            ...flow,
            centiwatts: flow.centiwatts.map(one => one + HEATER_WATTS * 100),
            milliamperes: flow.milliamperes.map(one => one + Math.round((HEATER_WATTS / 220) * 1_000)),
          }
        },
      })
    },
  })
  const { meters, site } = days.config
  for (let day = 0; day < DAYS; day += 1)
    for (const meter of meters) {
      const pair = { meter: billedMeter(meter, site), boundary: FIRST + day * DAY, anew: true }
      days.calls.settle({ now: FIRST + (day + 1) * DAY + HOUR, policy: USUAL_POLICY, pairs: [pair] })
    }
  reader = openReader(days.directory, () => undefined)
}, 300_000)

afterAll(() => {
  reader?.close()
  days?.dispose()
})

async function made(
  meter: string,
  format: 'html' | 'json',
  pairingsIn: PairingsIn = () => [],
): Promise<string> {
  const { meters, site } = days.config
  const config = meters.find(({ id }) => id === meter)
  if (!config) throw new Error(meter)
  const parts = {
    ...{
      reader,
      gateway: 'gw',
      epoch: 1,
      offsetMinutes: OFFSET,
      policy: USUAL_POLICY,
      turn: async () => undefined,
    },
    meters: meters.map(one => billedMeter(one, site)),
  }
  const asked = {
    ...{
      meter,
      seen: null,
      from: FIRST,
      to: FIRST + (DAYS - 1) * DAY,
      now: EVENING + (DAYS * 24 + 1) * HOUR,
      format,
    },
    ...{ nameplate: config.nameplate, creepOverMs: DAY },
  }
  return Buffer.from(await dossierPage(parts, asked, pairingsIn)).toString()
}

async function dossierOf(meter: string, pairingsIn?: PairingsIn): Promise<Dossier> {
  const told = JSON.parse(await made(meter, 'json', pairingsIn))
  expect(dossierAnswer.parse(told)).toEqual(told)
  return told
}

const exact = (text: string): Scaled => parseScaled(text) ?? { digits: 0n, scaler: 0 }

describe('A-18 the dossier', () => {
  test('of a creeping meter advises a test', async () => {
    const { creep, test: advice, quantity } = await dossierOf(CREEPING)
    expect(creep.verdict).toBe('creeps')
    expect(creep.windows[0]).toMatchObject({ over: true, largestCurrent: '0.000' })
    // Forty watts that nobody drew, and nothing else.
    const [day] = quantity.calendar.days.slice(1)
    expect(day?.registers.find(({ obis }) => obis === '1-0:1.8.0')?.quantity).toBe('0.96')
    expect(advice.advised).toBe(true)
    expect(advice.reasons[0]).toContain('V-R9')
  })

  test('of a healthy meter with a heater explains the rise, and advises none', async () => {
    const { creep, test: advice, appliances } = await dossierOf(HEATED)
    expect(advice).toMatchObject({ advised: false })
    expect(['none', 'not-shown']).toContain(creep.verdict)
    expect(appliances.rise).toMatchObject({ since: '2026-11-24', hours: { from: 18, to: 22 } })
    expect(advice.explained).toContain('a load that runs from 18:00 to 22:00')
  })

  test('each number of it can be made again from the raw frames it includes', async () => {
    for (const id of [CREEPING, HEATED]) {
      const told = await dossierOf(id)
      const meter = days.config.meters.find(one => one.id === id)
      if (!meter) throw new Error(id)
      const made = new Map<string, string>()
      for (const one of told.readings) {
        const exchanges = one.frames.map(place => {
          const { request, reply, sentAt, receivedAt, outcome } = told.frames[place] ?? told.frames[0]!
          return {
            ...{
              request: fromHex(request) ?? new Uint8Array(),
              reply: reply === null ? null : fromHex(reply),
            },
            ...{
              sentAt: Date.parse(sentAt),
              receivedAt: receivedAt === null ? null : Date.parse(receivedAt),
            },
            ...{ outcome: outcome as ExchangeRecord['outcome'], carried: place === one.carrier },
          }
        })
        const reading = {
          ...{ meter: id, obis: one.obis, kind: one.kind, value: exact(one.value), unit: one.unit },
          ...{
            slot: Date.parse(one.slot),
            readAt: Date.parse(one.readAt),
            receivedAt: Date.parse(one.receivedAt),
          },
        }
        const again = recompute({ reading, exchanges } as never, meter, OFFSET)
        if ('why' in again) throw new Error(`${one.obis} ${one.slot}: ${again.why}`)
        made.set(one.id, formatScaled(again.meant.reading.value))
        expect([one.obis, one.slot, made.get(one.id)]).toEqual([one.obis, one.slot, one.value])
      }
      // What was released is these readings, and the arithmetic is of what was released.
      const released = told.quantity.boundaries.flatMap(({ at, registers }) =>
        registers.map(({ obis, value, reading }) => ({ key: `${at} ${obis}`, value, reading })),
      )
      for (const { value, reading } of released) if (reading !== null) expect(made.get(reading)).toBe(value)
      const valueAt = new Map(released.map(({ key, value }) => [key, value]))
      expect(told.quantity.calendar.days.length).toBe(DAYS - 1)
      for (const { registers } of told.quantity.calendar.days)
        for (const { obis, quantity, parts } of registers)
          for (const { from, to, start, end } of parts) {
            expect([valueAt.get(`${from} ${obis}`), valueAt.get(`${to} ${obis}`)]).toEqual([start, end])
            expect(formatScaled(subtractScaled(exact(end), exact(start)))).toBe(quantity)
          }
      // So are the windows and the hours of the day.
      const forward = told.readings.filter(({ obis, kind }) => obis === '1-0:1.8.0' && kind === 'poll')
      for (const { start, end, readings } of told.creep.windows)
        for (const value of [start, end]) expect(readings.map(one => made.get(one))).toContain(value)
      const hours = new Map(
        forward.map(({ slot, id: reading }) => [Date.parse(slot), exact(made.get(reading) ?? '')]),
      )
      const sums = new Map<number, Scaled>()
      for (let at = FIRST; at < FIRST + (DAYS - 1) * DAY; at += HOUR) {
        const [from, to] = [hours.get(at), hours.get(at + HOUR)]
        const hour = ((at - FIRST) % DAY) / HOUR
        if (from && to)
          sums.set(hour, addScaled(sums.get(hour) ?? { digits: 0n, scaler: -2 }, subtractScaled(to, from)))
      }
      for (const { hour, sum } of told.appliances.hours) expect(formatScaled(sums.get(hour)!)).toBe(sum)
    }
  })

  test('is one page without scripts or anything from elsewhere, its style by hash, its text escaped', async () => {
    const account = '<script>alert(1)</script> & "6"'
    const html = await made(HEATED, 'html', () => [{ account, point: "p'1", from: FIRST, to: null }])
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;6&quot;')
    expect(html).not.toMatch(/<script|<img|<link|\bon\w+=|href=|url\(|@import/i)
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? []
    expect(html).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`)
    for (const heading of ['核电量', '查电表', '潜动否', '问电器', '拆验表', '绑户号', '说清楚', '递名片'])
      expect(html).toContain(heading)
    expect(html).toContain('@page { size: A4')
    expect(await made(HEATED, 'html')).toContain('No archive says whose the meter was')
  })

  test('is served as a page with its own policy, or as JSON, and written by meterd dossier', async () => {
    const { app, directory, get, store, settle, key } = await billingHouse([freezingMeter('m1')])
    for (const day of [0, 1]) await store.accept(frozen('m1', day, 100_000n + BigInt(day) * 100n))
    await settle([0, 1], midnight(3))
    const url = '/v1/meters/m1/dossier?from=2026-11-21&to=2026-11-22'
    const page = await get(url)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; frame-/,
    )
    const json = (await get(`${url}&format=json`)).json()
    expect(dossierAnswer.parse(json)).toEqual(json)
    expect(json.identity).toMatchObject({ clock: { measurements: 1 }, lastCalibration: null })
    const [at, seconds] = ['2026-11-22T01:00:00+08:00', 1]
    expect(json.identity).toMatchObject({ clockBefore: null, clockAfter: { at, seconds } })
    const later = (await get('/v1/meters/m1/dossier?from=2026-11-23&to=2026-11-24&format=json')).json()
    expect(later.identity).toMatchObject({ clock: null, clockBefore: { at, seconds }, clockAfter: null })
    expect(later.test.reasons[0]).toContain(
      'its clock was not measured in these days, only before or after them: on 2026-11-22 1 s fast',
    )
    // ST-11 as if it were not there.
    expect((await get(url, await key(['billing'], { meters: ['m2'] }))).statusCode).toBe(404)
    onTestFinished(await openDoor(app, directory, silentLog))
    const out = join(directory, 'm1.html')
    const lines: string[] = []
    const io = { out: (line: string) => lines.push(line), err: () => undefined } as unknown as Terminal
    const argv = ['m1', '--data', directory, '--from', '2026-11-21', '--to', '2026-11-22', '--out', out]
    expect(await dossier.run(argv, io)).toBe(0)
    expect([lines, readFileSync(out, 'utf8')]).toEqual([[out], page.body])
    await expect(dossier.run(['m1', '--data', directory], io)).rejects.toThrow('--out is missing')
    expect((await get('/v1/meters/m1/dossier?to=2026-11-22')).json().detail).toContain('query.from: missing')
  })
})

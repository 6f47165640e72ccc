/** V-R18 Transformers in front of a Modbus meter: asked, compared, multiplied; through the real driver and profile. */

import { describe, expect, test } from 'vitest'
import { drivers } from '../../drivers/modbus/index.ts'
import type { Job } from '../../src/acquire/job.ts'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createRatioWatch, type RatioWatch } from '../../src/acquire/ratio-watch.ts'
import { outcomeOf } from '../../src/acquire/round.ts'
import type { MeterConfig } from '../../src/config/config.ts'
import { loadProfiles } from '../../src/config/profiles.ts'
import { parseRatio } from '../../src/config/quantities.ts'
import { formatScaled, parseScaled, type Scaled } from '../../src/core/scaled.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { Frame, Point, Profile } from '../../src/driver-api/driver.ts'
import type { Exchange } from '../../src/line/asker.ts'
import { factorIn, factorOf } from '../../src/reading/ratios.ts'
import { ratiosSaid } from '../support/ratios-said.ts'

const driver = drivers.find(({ protocol }) => protocol === 'modbus-rtu')!
const file = new URL('../../drivers/modbus/profiles/chint-dtsu666.yaml', import.meta.url).pathname
const dtsu666 = (await loadProfiles([file], new Map([['modbus-rtu', driver]]), [])).get('chint-dtsu666')!

const NOW = Date.UTC(2026, 10, 21, 4)
const ENERGY = '1-0:1.8.0'
const VOLTAGE = '1-0:32.7.0'
const POWER_FACTOR = '1-0:13.7.0'
const CURRENT = '1-0:31.7.0'

/** As a DTSU666 keeps them: 1000.5 kWh, 100.0 V, 2.500 A, 0.9, secondary; the ratios at 6 and 7. */
function registersOf(current: number, voltage: number): Map<number, number> {
  const registers = new Map([
    [0x0006, current],
    [0x0007, voltage * 10],
  ])
  const view = new DataView(new ArrayBuffer(4))
  for (const [address, value] of [
    [0x101e, 1000.5],
    [0x2006, 1000],
    [0x200c, 2500],
    [0x202a, 900],
  ] as const) {
    view.setFloat32(0, value)
    registers.set(address, view.getUint16(0)).set(address + 1, view.getUint16(2))
  }
  return registers
}

function crc(bytes: readonly number[]): number[] {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return [sum & 255, sum >> 8]
}

interface Scene {
  readonly ratios?: { readonly current: string; readonly voltage: string }
  readonly profile?: Profile
  readonly registers?: Map<number, number>
  /** The energy an hour before, of the same ratios. */
  readonly hourBefore?: string
  readonly baseline?: { readonly value: Scaled; readonly readAt: number; readonly factor?: Scaled }
}

function meterOf({ ratios, profile = dtsu666 }: Scene): MeterConfig {
  return {
    id: 'm1',
    line: 'l1',
    address: '1',
    driver,
    profile,
    nameplate: { phases: 3, volts: 100, amperes: 6 },
    polls: [],
    daily: false,
    ...(ratios && { ratios: { current: parseRatio(ratios.current)!, voltage: parseRatio(ratios.voltage)! } }),
  }
}

/** One poll: points and what is due of the ratios, asked of the registers by the driver itself. */
function poll(scene: Scene, watch: RatioWatch, at = 0) {
  const meter = meterOf(scene)
  const { registers = registersOf(40, 100) } = scene
  const call = {
    address: '1',
    sequence: () => 0,
    traits: meter.profile.traits,
    refusedBefore: new Set<string>(),
  }
  const wanted = new Set([ENERGY, VOLTAGE, POWER_FACTOR, CURRENT])
  const asked = meter.profile.points.filter(({ obis }) => wanted.has(obis))
  const points: readonly Point[] = [...asked, ...watch.due(at)]
  const exchanges: Exchange[] = []
  const hourBefore = scene.hourBefore === undefined ? null : parseScaled(scene.hourBefore)
  const factor = factorOf('kWh', watch.transformers())
  const before = scene.baseline ?? (hourBefore && { value: hourBefore, readAt: NOW + 50 - HOUR, factor })
  const conversation = driver.read(call, points)
  let step = conversation.next()
  while (!step.done) {
    const request = step.value
    const [unit = 0, code = 0, high = 0, low = 0, , quantity = 0] = request.bytes
    const words = Array.from({ length: quantity }, (_, place) => registers.get(256 * high + low + place))
    const body = words.includes(undefined)
      ? [unit, code | 0x80, 2]
      : [unit, code, 2 * quantity, ...words.flatMap(word => [word! >> 8, word! & 255])]
    const frame: Frame = { bytes: Uint8Array.from([...body, ...crc(body)]) }
    expect(request.whyNot(frame)).toBeNull()
    exchanges.push({
      request,
      frame,
      sentAt: NOW,
      receivedAt: NOW + 50,
      outcome: 'answered',
      doubled: false,
      others: [],
    })
    step = conversation.next(frame)
  }
  watch.took(step.value.reads, at)
  const job: Job = { kind: 'poll', slot: NOW, poll: { everyMs: HOUR, points: asked } }
  const { round } = outcomeOf(
    meter,
    job,
    { result: step.value, exchanges, fault: null },
    {
      line: 'l1',
      offsetMinutes: 480,
      lastGood: {
        of: ({ obis }) => (obis === ENERGY ? before : null),
        knownOf: ({ obis }) => ({ kept: obis === ENERGY && before ? [before] : [], keptOther: [] }),
        note: () => undefined,
      },
      timeTrusted: true,
      contradicted: false,
      now: NOW + 100,
      lastClock: null,
      transformers: watch.transformers(),
    },
  )
  return new Map(
    round.readings.map(reading => [
      reading.obis,
      {
        value: formatScaled(reading.value),
        quality: reading.quality,
        said: reading.findings.map(({ rule, verdict, evidence }) => `${rule} ${verdict}: ${evidence}`).join(),
      },
    ]),
  )
}

const AGREED = { current: '200/5', voltage: '10000/100' }

describe('V-R18 V-I7 ratios with a date', () => {
  const earlier = { current: parseRatio('30')!, voltage: parseRatio('100')! }
  const watch = (until: number) =>
    createRatioWatch({ ...meterOf({ ratios: AGREED }), ratiosBefore: [{ until, agreed: earlier }] })

  test('are those in force when a value is true; what the meter holds by now speaks of the last alone', () => {
    const then = poll({ ratios: AGREED }, watch(NOW + 51)).get(ENERGY)
    expect(then).toEqual({
      value: '3001500.00',
      quality: 'good',
      said: "V-R18 accept: the meter's own value times 3000, as agreed: current 30, voltage 100; not compared: the meter has not told its current and voltage ratio",
    })
    // Read at NOW + 50: from then on the new ones.
    expect(poll({ ratios: AGREED }, watch(NOW + 50)).get(ENERGY)).toMatchObject({ value: '4002000.00' })
  })

  test('begin a series: nothing is held against what was multiplied otherwise before', () => {
    const baseline = { value: parseScaled('3001499.00')!, readAt: NOW - HOUR, factor: parseScaled('3000')! }
    const judged = (until: number) => poll({ ratios: AGREED, baseline }, watch(until)).get(ENERGY)
    expect(judged(NOW - HOUR + 1)).toMatchObject({ quality: 'good' })
    // The value before is of the new ratios by their date, and was not multiplied with them.
    expect(judged(NOW - HOUR)).toMatchObject({
      quality: 'suspect',
      said: expect.stringMatching(/V-I7 suspect/),
    })
  })
})

describe('V-R18 secondary values', () => {
  test('are multiplied by what the archive and the meter agree on, exactly, and that is said', () => {
    const scene = { ratios: AGREED }
    const said = poll(scene, createRatioWatch(meterOf(scene)))
    expect(said.get(ENERGY)).toEqual({
      value: '4002000.00',
      quality: 'good',
      said: "V-R18 accept: the meter's own value times 4000, as agreed: current 40, voltage 100",
    })
    expect(said.get(VOLTAGE)).toMatchObject({ value: '10000.0', quality: 'good' })
    expect(said.get(CURRENT)).toMatchObject({ value: '100.000', quality: 'good' })
    expect(said.get(POWER_FACTOR)).toEqual({ value: '0.900', quality: 'good', said: '' })
  })

  test('are as they are, and nothing is said, where there are no transformers', () => {
    const scene = { registers: registersOf(1, 1) }
    const said = poll(scene, createRatioWatch(meterOf(scene)))
    expect(said.get(ENERGY)).toEqual({ value: '1000.50', quality: 'good', said: '' })
  })

  test.each([
    [
      'the meter holds another current ratio',
      { ratios: { current: '150/5', voltage: '100' } },
      /current ratio is 40, the archive 30: correct one/,
    ],
    [
      'the meter holds another voltage ratio',
      { ratios: { current: '40', voltage: '110' } },
      /voltage ratio is 100\.0, the archive 110: correct one/,
    ],
    ['the archive names none', {}, /current ratio is 40, the archive names none, which is 1: correct one/],
  ])('go on no bill where %s', (_, scene, evidence) => {
    const said = poll(scene, createRatioWatch(meterOf(scene)))
    expect(said.get(ENERGY)).toMatchObject({ quality: 'suspect', said: expect.stringMatching(evidence) })
    expect(said.get(POWER_FACTOR)).toMatchObject({ quality: 'good' })
  })

  test('of a ratio that concerns only the current leave the voltage alone', () => {
    const scene = { ratios: { current: '30', voltage: '100' } }
    const said = poll(scene, createRatioWatch(meterOf(scene)))
    expect(said.get(CURRENT)).toMatchObject({ quality: 'suspect' })
    expect(said.get(VOLTAGE)).toMatchObject({ quality: 'good' })
  })

  test('go on no bill where the meter refuses to tell and nobody has agreed; who has agreed is believed', () => {
    const registers = registersOf(40, 100)
    registers.delete(6)
    registers.delete(7)
    const nobody = poll({ registers }, createRatioWatch(meterOf({})))
    expect(nobody.get(ENERGY)).toMatchObject({
      quality: 'suspect',
      said: expect.stringContaining('nobody has agreed on one: name it in ratios'),
    })
    const agreed = { registers, ratios: AGREED }
    expect(poll(agreed, createRatioWatch(meterOf(agreed))).get(ENERGY)).toMatchObject({
      value: '4002000.00',
      quality: 'good',
      said: expect.stringMatching(/times 4000, .*; not compared: .* its current and voltage ratio$/),
    })
    const one = { registers, ratios: { current: '1', voltage: '1' } }
    expect(poll(one, createRatioWatch(meterOf(one))).get(ENERGY)).toMatchObject({
      quality: 'good',
      said: expect.stringMatching(/^V-R18 not evaluated: not compared/),
    })
  })

  test('of a meter that holds no ratios go on no bill before somebody has agreed on them', () => {
    const profile: Profile = { ...dtsu666, ratios: { side: 'secondary' } }
    const nobody = poll({ profile }, createRatioWatch(meterOf({ profile })))
    expect(nobody.get(ENERGY)).toMatchObject({ value: '1000.50', quality: 'suspect' })
    const scene = { profile, ratios: { current: '40', voltage: '1' } }
    const agreed = poll(scene, createRatioWatch(meterOf(scene)))
    expect(agreed.get(ENERGY)).toMatchObject({ value: '40020.00', quality: 'good' })
  })

  // 3 × 100 V × 6 A × 1.2 are 2.16 kW on the secondary side and 8640 kW on the other.
  test.each([
    ['3993360.00', 'good'],
    ['3993300.00', 'suspect'],
  ])(
    'keep their limits, the nameplate being the meter’s own: %s an hour before is %s',
    (hourBefore, quality) => {
      const scene = { ratios: AGREED, hourBefore }
      expect(poll(scene, createRatioWatch(meterOf(scene))).get(ENERGY)).toMatchObject({ quality })
    },
  )

  test.each([
    ['1000.51', 'good'],
    ['1000.50', 'suspect'],
  ])('roll over where their register does, at %s times the ratios: %s', (capacity, quality) => {
    const points = dtsu666.points.map(point => (point.obis === ENERGY ? { ...point, capacity } : point))
    const scene = { ratios: AGREED, profile: { ...dtsu666, points } }
    expect(poll(scene, createRatioWatch(meterOf(scene))).get(ENERGY)).toMatchObject({ quality })
  })
})

describe('V-I7 another multiplier is another series', () => {
  const baselineOf = (factor?: string): Pick<Scene, 'baseline'> => ({
    baseline: {
      value: parseScaled('3001500.00')!,
      readAt: NOW - DAY,
      ...(factor === undefined ? {} : { factor: parseScaled(factor)! }),
    },
  })

  test.each([
    ['from no transformers', undefined],
    ['from others', '3000'],
  ])('%s: no bill of the same id, however plausible the step is', (_, factor) => {
    const scene = { ratios: AGREED, ...baselineOf(factor) }
    const energy = poll(scene, createRatioWatch(meterOf(scene))).get(ENERGY)
    expect(energy).toMatchObject({ quality: 'suspect' })
    expect(energy?.said).toContain(
      'this one is times 4000: a register of other transformers is another series',
    )
    expect(energy?.said).not.toContain('V-R3')
  })

  test('a register that goes on as it was is compared as ever', () => {
    const scene = { ratios: AGREED, ...baselineOf('4000') }
    expect(poll(scene, createRatioWatch(meterOf(scene))).get(ENERGY)).toMatchObject({ quality: 'suspect' })
    const near = {
      ratios: AGREED,
      baseline: { ...baselineOf('4000').baseline!, value: parseScaled('4001900.00')! },
    }
    expect(poll(near, createRatioWatch(meterOf(near))).get(ENERGY)).toMatchObject({ quality: 'good' })
  })

  test('what a value was multiplied with is found again in what is kept of it', () => {
    const scene = { ratios: AGREED }
    const watch = createRatioWatch(meterOf(scene))
    poll(scene, watch)
    const factor = (unit: string) => {
      const finding = ratiosSaid(unit, watch.transformers())
      return factorIn(finding === null ? [] : [finding])
    }
    expect(factor('kWh')).toEqual({ digits: 4000n, scaler: 0 })
    expect(factor('A')).toEqual({ digits: 40n, scaler: 0 })
    expect(factor('Hz')).toBeNull()
  })

  test('through the latest good values as well', () => {
    const scene = { ratios: AGREED }
    const watch = createRatioWatch(meterOf(scene))
    poll(scene, watch)
    const finding = ratiosSaid('kWh', watch.transformers())!
    const lastGood = createLastGood([], 480)
    const register = { meter: 'm1', obis: ENERGY, kind: 'poll' as const }
    const value = parseScaled('1.00')!
    lastGood.note({
      ...register,
      ...{ slot: NOW, value, unit: 'kWh', readAt: NOW, receivedAt: NOW, exchange: 0 },
      ...{ quality: 'good', findings: [finding] },
    })
    expect(lastGood.of(register)).toEqual({ value, readAt: NOW, factor: { digits: 4000n, scaler: 0 } })
    const kept = { ...register, value, readAt: NOW, factor: parseScaled('30')! }
    expect(createLastGood([kept], 480).of(register)).toMatchObject({ factor: { digits: 30n } })
  })
})

describe('primary values', () => {
  const profile: Profile = { ...dtsu666, ratios: { ...dtsu666.ratios, side: 'primary' } }

  test('are never multiplied', () => {
    const scene = { ratios: AGREED, profile }
    expect(poll(scene, createRatioWatch(meterOf(scene))).get(ENERGY)).toEqual({
      value: '1000.50',
      quality: 'good',
      said: '',
    })
  })

  test('of another ratio than agreed are suspect; where nobody agreed the meter is believed', () => {
    const other = { ratios: { current: '30', voltage: '100' }, profile }
    expect(poll(other, createRatioWatch(meterOf(other))).get(ENERGY)).toMatchObject({ quality: 'suspect' })
    const watch = createRatioWatch(meterOf({ profile }))
    expect(poll({ profile }, watch).get(ENERGY)).toMatchObject({ quality: 'good' })
    expect(watch.due(1)).toEqual([])
  })
})

describe('the ratios of a meter are read', () => {
  test('with the first poll, then daily', () => {
    const scene = { ratios: AGREED }
    const watch = createRatioWatch(meterOf(scene))
    expect(watch.due(5)).toHaveLength(2)
    poll(scene, watch, 5)
    expect(watch.due(6)).toEqual([])
    expect(watch.due(5 + DAY - 1)).toEqual([])
    expect(watch.due(5 + DAY)).toHaveLength(2)
  })

  test('with every poll as long as they differ, so that a correction counts at once', () => {
    const scene = { ratios: { current: '30', voltage: '100' } }
    const watch = createRatioWatch(meterOf(scene))
    expect(poll(scene, watch).get(ENERGY)).toMatchObject({ quality: 'suspect' })
    expect(watch.due(1)).toHaveLength(2)
    const corrected = { ...scene, registers: registersOf(30, 100) }
    expect(poll(corrected, watch, 1).get(ENERGY)).toMatchObject({ value: '3001500.00', quality: 'good' })
    expect(watch.due(2)).toEqual([])
  })

  test('again where they were not answered, and not more than daily where they are refused', () => {
    const watch = createRatioWatch(meterOf({ ratios: AGREED }))
    watch.took([], 1)
    expect(watch.due(2)).toHaveLength(2)
    const registers = registersOf(40, 100)
    registers.delete(6)
    registers.delete(7)
    poll({ ratios: AGREED, registers }, watch, 2)
    expect(watch.due(3)).toEqual([])
    expect(watch.due(2 + DAY)).toHaveLength(2)
  })

  test('never of a meter whose profile has none', () => {
    const { ratios: _, ...without } = dtsu666
    const watch = createRatioWatch(meterOf({ profile: without }))
    expect(watch.due(0)).toEqual([])
    expect(watch.transformers()).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareScaled, formatScaled } from '../../src/core/scaled.ts'
import { EACH_TARIFF, registerOf, registersOf } from '../../src/simulator/registers.ts'
import { createTruth, digitsOf, PER_KWH, type Truth, total } from '../../src/simulator/truth.ts'
import { rounds } from '../support/rounds.ts'
import { NOON, OFFSET_MINUTES } from './master.ts'

const DAY = 86_400_000
const QUARTER = 900_000

const anyTruth = fc
  .record({
    seed: fc.nat(),
    protocol: fc.constantFrom('dlt645-2007', 'dlt645-1997', 'modbus-rtu'),
    address: fc.stringMatching(/^[0-9]{12}$/),
    phases: fc.constantFrom(1, 3) as fc.Arbitrary<1 | 3>,
    offsetMinutes: fc.constant(OFFSET_MINUTES),
  })
  .map(createTruth)
const anyInstant = fc.integer({ min: NOON - 400 * DAY, max: NOON + 400 * DAY })

const truthOf = (seed: number, address = '000000000001') =>
  createTruth({ seed, protocol: 'dlt645-2007', address, phases: 3, offsetMinutes: OFFSET_MINUTES })

describe('truth', () => {
  it('no register ever falls, whatever order it is asked in', () => {
    fc.assert(
      fc.property(anyTruth, anyInstant, fc.integer({ min: 0, max: 40 * DAY }), (truth, instant, later) => {
        const after = truth.energyAt(instant + later)
        const before = truth.energyAt(instant)
        for (const tariff of [0, 1, 2, 3]) {
          expect(after.forward[tariff]).toBeGreaterThanOrEqual(before.forward[tariff] ?? Number.NaN)
          expect(after.reverse[tariff]).toBeGreaterThanOrEqual(before.reverse[tariff] ?? Number.NaN)
        }
      }),
      rounds(1, 300),
    )
  })

  it('tariffs cut off one by one fall short of the total by at most three digits and never exceed it', () => {
    fc.assert(
      fc.property(anyTruth, anyInstant, (truth, instant) => {
        for (const kind of ['forward-active', 'reverse-active', 'combined-reactive-1'] as const) {
          const [all = 0, ...tariffs] = registersOf(kind, truth.energyAt(instant), truth.nature.permille, -2)
          expect(all - total(tariffs)).toBeGreaterThanOrEqual(0)
          expect(all - total(tariffs)).toBeLessThan(4)
        }
      }),
      rounds(2, 300),
    )
  })

  it('the power shown, held over its quarter hours, is exactly the energy that passed', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const truth = truthOf(seed)
      const from = Date.UTC(2026, 10, 1)
      let forward = 0
      let reverse = 0
      for (let at = from; at < from + 3 * DAY; at += QUARTER) {
        const power = total(truth.flowAt(at).centiwatts)
        forward += Math.max(0, power) * 900
        reverse += Math.max(0, -power) * 900
      }
      const passed = (flow: 'forward' | 'reverse') =>
        total(truth.energyAt(from + 3 * DAY)[flow]) - total(truth.energyAt(from)[flow])
      expect(passed('forward')).toBe(forward)
      expect(passed('reverse')).toBe(reverse)
    }
  })

  it('is the same for the same seed, protocol and address, and another for another', () => {
    const shown = (truth: Truth) => JSON.stringify([truth.energyAt(NOON), truth.flowAt(NOON), truth.nature])
    expect(shown(truthOf(7))).toBe(shown(truthOf(7)))
    expect(shown(truthOf(7))).not.toBe(shown(truthOf(8)))
    expect(shown(truthOf(7))).not.toBe(shown(truthOf(7, '000000000002')))
  })

  it('does not depend on what was asked before', () => {
    const asked = truthOf(9)
    for (let back = 0; back < 500; back += 7) asked.energyAt(NOON - back * DAY)
    expect(asked.energyAt(NOON - 100 * DAY)).toEqual(truthOf(9).energyAt(NOON - 100 * DAY))
  })

  it('tariffs advance only in their own hours of the site', () => {
    const truth = truthOf(1)
    const at = (hour: number) => truth.energyAt(Date.UTC(2026, 10, 21, hour - 8)).forward
    const advanced = (from: number, to: number) =>
      at(to)
        .map((value, tariff) => (value > (at(from)[tariff] ?? 0) ? tariff + 1 : 0))
        .filter(Boolean)
    expect(advanced(0, 7)).toEqual([4])
    expect(advanced(7, 8)).toEqual([3])
    expect(advanced(8, 11)).toEqual([2])
    expect(advanced(19, 21)).toEqual([1])
    expect(advanced(0, 24)).toEqual([1, 2, 3, 4])
  })

  it('voltage × current × power factor is the power, phase by phase', () => {
    fc.assert(
      fc.property(anyTruth, anyInstant, (truth, instant) => {
        const { decivolts, milliamperes, centiwatts, permille } = truth.flowAt(instant)
        for (const phase of [0, 1, 2]) {
          const watts =
            ((decivolts[phase] ?? 0) / 10) * ((milliamperes[phase] ?? 0) / 1000) * (permille / 1000)
          expect(Math.abs(watts - (centiwatts[phase] ?? 0) / 100)).toBeLessThan(0.3)
          expect(decivolts[phase]).toBeGreaterThan(2_100)
          expect(decivolts[phase]).toBeLessThan(2_450)
        }
      }),
      rounds(3, 200),
    )
  })

  it('some customers feed back, and then the reverse register moves and the forward one stands', () => {
    const solar = Array.from({ length: 40 }, (_, seed) => truthOf(seed)).filter(
      truth => truth.nature.habit === 'solar',
    )
    expect(solar.length).toBeGreaterThan(0)
    for (const truth of solar) {
      const moved = (flow: 'forward' | 'reverse') =>
        total(truth.energyAt(NOON + QUARTER)[flow]) - total(truth.energyAt(NOON)[flow])
      expect(total(truth.flowAt(NOON).centiwatts)).toBeLessThan(0)
      expect(moved('forward')).toBe(0)
      expect(moved('reverse')).toBeGreaterThan(0)
    }
  })

  it('stays far from where integers stop being exact, and from where the register rolls over', () => {
    for (let seed = 0; seed < 200; seed++) {
      const energy = truthOf(seed).energyAt(NOON)
      const all = total(energy.forward)
      expect(Number.isSafeInteger(all)).toBe(true)
      expect(all / PER_KWH).toBeGreaterThan(1_000)
      expect(all / PER_KWH).toBeLessThan(500_000)
    }
  })

  it('cuts off, never rounds', () => {
    expect(digitsOf(PER_KWH - 1, -2)).toBe(99)
    expect(digitsOf(PER_KWH, -2)).toBe(100)
    expect(digitsOf(123_456 * PER_KWH + (PER_KWH / 100) * 78 - 1, -2)).toBe(12_345_677)
  })

  it('registers by OBIS code are exact decimals', () => {
    const truth = truthOf(1)
    const energy = truth.energyAt(NOON)
    const register = (obis: string, scaler = -2) =>
      registerOf(obis, energy, truth.nature.permille, scaler, EACH_TARIFF)
    const all = register('1-0:1.8.0')!
    const fine = register('1-0:1.8.0', -3)!
    expect(formatScaled(all)).toMatch(/^\d+\.\d\d$/)
    expect(compareScaled(fine, all)).toBeGreaterThanOrEqual(0)
    expect(register('1-0:1.8.5')).toBeNull()
    expect(register('1-0:99.8.0')).toBeNull()
  })
})

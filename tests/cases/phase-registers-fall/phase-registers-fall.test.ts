/**
 * Seen: rule V-R1 found phase L1 of a simulated SDM630 falling by one watt-hour now and then. The total was divided into
 * thirds and L1 given the remainder, so L1 lost two steps whenever L2 and L3 gained one each.
 */

import { expect, test } from 'vitest'
import { createMeter } from '../../../src/simulator/meter.ts'
import { sight } from '../../../src/simulator/quantities.ts'
import { EACH_TARIFF } from '../../../src/simulator/registers.ts'

test('V-R1 no phase of a simulated meter ever counts backwards, and the phases add up to the total', () => {
  const meter = createMeter({ seed: 1, protocol: 'modbus-rtu', address: '1', phases: 3, offsetMinutes: 480 })
  const start = Date.UTC(2026, 10, 21, 10)
  let before = [0, 0, 0]
  for (let second = 0; second < 3_600; second += 5) {
    const { measure } = sight(meter, start + second * 1_000, EACH_TARIFF)
    const phases = ([1, 2, 3] as const).map(phase => measure(`energy.import.L${phase}`).digits)
    for (const [index, value] of phases.entries()) expect(value).toBeGreaterThanOrEqual(before[index] ?? 0)
    expect(phases.reduce((sum, value) => sum + value, 0)).toBe(measure('energy.import').digits)
    before = phases
  }
})

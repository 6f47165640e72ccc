/**
 * Seen: rule V-R1 found phase L1 of a simulated SDM630 falling by one watt-hour now and then. The total was divided into
 * thirds and L1 given the remainder, so L1 lost two steps whenever L2 and L3 gained one each.
 */

import { expect, test } from 'vitest'
import { createMeter } from '../../../src/simulator/meter.ts'
import { sight } from '../../../src/simulator/quantities.ts'
import { EACH_TARIFF } from '../../../src/simulator/registers.ts'

test('V-R1 no phase of a simulated meter ever counts backwards, and the phases add up to the total but for what each cuts off', () => {
  const meter = createMeter({ seed: 1, protocol: 'modbus-rtu', address: '1', phases: 3, offsetMinutes: 480 })
  const start = Date.UTC(2026, 10, 21, 10)
  let before = [0, 0, 0]
  for (let second = 0; second < 3_600; second += 5) {
    const { measure } = sight(meter, start + second * 1_000, EACH_TARIFF)
    const phases = [21, 41, 61].map(c => measure(`1-0:${c}.8.0`, '')?.digits ?? 0)
    for (const [index, value] of phases.entries()) expect(value).toBeGreaterThanOrEqual(before[index] ?? 0)
    const short = (measure('1-0:1.8.0', '')?.digits ?? 0) - phases.reduce((sum, value) => sum + value, 0)
    expect(short).toBeGreaterThanOrEqual(0)
    expect(short).toBeLessThan(3)
    before = phases
  }
})

import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import { worthOf } from '../../src/reading/worth.ts'

/** 00:00 at +08:00. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)
/** 08:00 of the 20th. */
const SETTLED = MIDNIGHT - 16 * HOUR
const ENERGY = '1-0:1.8.0'

test.each([
  ['the freeze of midnight', { obis: ENERGY, kind: 'freeze', slot: MIDNIGHT }, 'billing'],
  ['a freeze stamped beside it', { obis: ENERGY, kind: 'freeze', slot: MIDNIGHT + 3 * MINUTE }, 'billing'],
  ['the freeze of an hour', { obis: ENERGY, kind: 'freeze', slot: MIDNIGHT + HOUR }, 'curve'],
  ['a register polled at midnight', { obis: ENERGY, kind: 'poll', slot: MIDNIGHT }, 'billing'],
  ['a register polled later', { obis: ENERGY, kind: 'poll', slot: MIDNIGHT + HOUR }, 'curve'],
  ['a voltage', { obis: '1-0:32.7.0', kind: 'poll', slot: MIDNIGHT }, 'instantaneous'],
  ['the freeze of an hour meters settle at', { obis: ENERGY, kind: 'freeze', slot: SETTLED }, 'billing'],
  ['that hour of another day', { obis: ENERGY, kind: 'freeze', slot: SETTLED - DAY }, 'curve'],
] as const)('PR-20 %s is worth what may be made of it', (_, reading, worth) => {
  const moments = { offsetMinutes: 480, settlement: [{ day: 20, hour: 8 }] }
  expect(worthOf(reading, moments)).toBe(worth)
})

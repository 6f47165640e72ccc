/** A Modbus meter with a relay, as a profile of a site would declare it: the order in one register, the state in another, and its power. */

import type { Driver } from '../../src/driver-api/driver.ts'
import { point } from '../drivers/modbus-support.ts'
import { profileOf } from '../simulator/models.ts'
import type { DeskBenchParts } from './desk-bench.ts'

const power = point('3:0x10', 'u32', { obis: '1-0:16.7.0', unit: 'W', name: 'power' })
const energy = point('3:0x12', 'u32', { obis: '1-0:1.8.0', unit: 'kWh', name: 'energy' })
const relay = {
  state: { point: point('3:0x21', 'u16'), open: '1', closed: '0' },
  order: { item: '3:0x20', open: 'AAAA', close: '5555' },
}

/** On their plates, by what they speak: what the simulated meters tell. */
const PLATES: Readonly<Record<string, string>> = { 'modbus-rtu': '64120027', 'modbus-tcp': '84796714' }

/** Without a number of one that tells no number of its own, as most of those delivered. */
export function switchedModbus(
  driver: Driver,
  {
    isNumbered = true,
    hasLoad = true,
    by = 6,
  }: { isNumbered?: boolean; hasLoad?: boolean; by?: 6 | 16 } = {},
): DeskBenchParts {
  const serialNumber = point('3:0x30', 'u32', { name: 'serial number' })
  const traits = {
    relay: { ...relay, order: { ...relay.order, function: by }, load: hasLoad ? power : null },
  }
  const model = {
    ...profileOf('pzem-016'),
    ...{ profile: 'switched', points: [power, energy], traits },
    ...(isNumbered && { serialNumber }),
  }
  const number = PLATES[driver.protocol]
  return { driver, traits, model, ...(number !== undefined && { numberOf: () => number }) }
}

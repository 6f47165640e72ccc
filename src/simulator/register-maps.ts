/**
 * Register maps of the Modbus meters that can be simulated, as their makers print them; addresses from 0, high
 * word first. Eastron SDM630 and SDM120 Modbus protocol documents; ABB B23/B24 user manual, Modbus chapter;
 * Siemens SENTRON PAC2200/PAC3200 manuals, measured quantities and energy tables.
 */

import type { Quantity } from './quantities.ts'
import { EACH_TARIFF, type TariffGroups } from './registers.ts'

export type RegisterType = 'f32' | 'f64' | 'u16' | 's16' | 'u32' | 's32' | 'u64'

/** Where a value begins, how it is kept, and the power of ten of one raw unit in the quantity's base unit. */
export type MappedValue = readonly [address: number, type: RegisterType, quantity: Quantity, scaler: number]

export interface RegisterMap {
  /** Read functions that serve the map. */
  readonly functions: readonly number[]
  /** Most registers in one request. */
  readonly longest: number
  readonly phases: 1 | 3
  readonly tariffs: TariffGroups
  /** Refuses to begin or end inside a value. */
  readonly wholeValues: boolean
  /** From and to (exclusive): what may be read. Registers in it that hold no value read 0. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
  readonly values: readonly MappedValue[]
}

export const WIDTH: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  s16: 1,
  f32: 2,
  u32: 2,
  s32: 2,
  f64: 4,
  u64: 4,
}

/** A run of values of one type, one behind the other. */
function run(
  address: number,
  type: RegisterType,
  scaler: number,
  ...quantities: readonly Quantity[]
): readonly MappedValue[] {
  return quantities.map((quantity, index) => [address + index * WIDTH[type], type, quantity, scaler])
}

export const REGISTER_MAPS: ReadonlyMap<string, RegisterMap> = new Map<string, RegisterMap>([
  [
    'eastron-sdm630',
    {
      functions: [4],
      longest: 80,
      phases: 3,
      tariffs: EACH_TARIFF,
      wholeValues: true,
      ranges: [
        [0, 90],
        [200, 208],
        [224, 226],
        [234, 240],
        [342, 358],
      ],
      values: [
        ...run(0, 'f32', 0, 'voltage.L1', 'voltage.L2', 'voltage.L3'),
        ...run(6, 'f32', 0, 'current.L1', 'current.L2', 'current.L3'),
        ...run(12, 'f32', 0, 'power.L1', 'power.L2', 'power.L3'),
        ...run(18, 'f32', 0, 'apparent.L1', 'apparent.L2', 'apparent.L3'),
        ...run(24, 'f32', 0, 'reactive.L1', 'reactive.L2', 'reactive.L3'),
        ...run(30, 'f32', 0, 'pf.L1', 'pf.L2', 'pf.L3'),
        ...run(36, 'f32', 0, 'angle.L1', 'angle.L2', 'angle.L3'),
        [42, 'f32', 'voltage.LN.avg', 0],
        [46, 'f32', 'current.avg', 0],
        [48, 'f32', 'current.sum', 0],
        [52, 'f32', 'power', 0],
        [56, 'f32', 'apparent', 0],
        [60, 'f32', 'reactive', 0],
        [62, 'f32', 'pf', 0],
        [70, 'f32', 'frequency', 0],
        [72, 'f32', 'energy.import', 0],
        [74, 'f32', 'energy.export', 0],
        [76, 'f32', 'energy.reactive.import', 0],
        [78, 'f32', 'energy.reactive.export', 0],
        [84, 'f32', 'power', 0],
        [86, 'f32', 'power', 0],
        ...run(200, 'f32', 0, 'voltage.L1L2', 'voltage.L2L3', 'voltage.L3L1', 'voltage.LL.avg'),
        [224, 'f32', 'current.N', 0],
        [342, 'f32', 'energy.abs', 0],
        [344, 'f32', 'energy.reactive.abs', 0],
        ...run(346, 'f32', 0, 'energy.import.L1', 'energy.import.L2', 'energy.import.L3'),
        ...run(352, 'f32', 0, 'energy.export.L1', 'energy.export.L2', 'energy.export.L3'),
      ],
    },
  ],
  [
    'eastron-sdm120',
    {
      functions: [4],
      longest: 80,
      phases: 1,
      tariffs: EACH_TARIFF,
      wholeValues: true,
      ranges: [
        [0, 38],
        [70, 94],
        [342, 346],
      ],
      values: [
        [0, 'f32', 'voltage.L1', 0],
        [6, 'f32', 'current.L1', 0],
        [12, 'f32', 'power', 0],
        [18, 'f32', 'apparent', 0],
        [24, 'f32', 'reactive', 0],
        [30, 'f32', 'pf', 0],
        [36, 'f32', 'angle.L1', 0],
        [70, 'f32', 'frequency', 0],
        [72, 'f32', 'energy.import', 0],
        [74, 'f32', 'energy.export', 0],
        [76, 'f32', 'energy.reactive.import', 0],
        [78, 'f32', 'energy.reactive.export', 0],
        [84, 'f32', 'power', 0],
        [342, 'f32', 'energy.abs', 0],
        [344, 'f32', 'energy.reactive.abs', 0],
      ],
    },
  ],
  [
    'abb-b23',
    {
      functions: [3],
      longest: 125,
      phases: 3,
      tariffs: EACH_TARIFF,
      wholeValues: false,
      ranges: [
        [20480, 20512],
        [21600, 21624],
        [23296, 23358],
      ],
      values: [
        ...run(20480, 'u64', -2, 'energy.import', 'energy.export'),
        ...run(21600, 'u64', -2, 'energy.import.L1', 'energy.import.L2', 'energy.import.L3'),
        ...run(21612, 'u64', -2, 'energy.export.L1', 'energy.export.L2', 'energy.export.L3'),
        ...run(23296, 'u32', -1, 'voltage.L1', 'voltage.L2', 'voltage.L3'),
        ...run(23302, 'u32', -1, 'voltage.L1L2', 'voltage.L2L3', 'voltage.L3L1'),
        ...run(23308, 'u32', -2, 'current.L1', 'current.L2', 'current.L3'),
        ...run(23316, 's32', -2, 'power', 'power.L1', 'power.L2', 'power.L3'),
        ...run(23324, 's32', -2, 'reactive', 'reactive.L1', 'reactive.L2', 'reactive.L3'),
        ...run(23332, 's32', -2, 'apparent', 'apparent.L1', 'apparent.L2', 'apparent.L3'),
        [23340, 'u16', 'frequency', -2],
        ...run(23354, 's16', -3, 'pf', 'pf.L1', 'pf.L2', 'pf.L3'),
      ],
    },
  ],
  [
    'siemens-pac2200',
    {
      functions: [3, 4],
      longest: 125,
      phases: 3,
      // Two tariffs: day, and the valley hours.
      tariffs: [[0, 1, 2], [3]],
      wholeValues: true,
      ranges: [
        [1, 73],
        [801, 817],
      ],
      values: [
        ...run(1, 'f32', 0, 'voltage.L1', 'voltage.L2', 'voltage.L3'),
        ...run(7, 'f32', 0, 'voltage.L1L2', 'voltage.L2L3', 'voltage.L3L1'),
        ...run(13, 'f32', 0, 'current.L1', 'current.L2', 'current.L3'),
        ...run(19, 'f32', 0, 'apparent.L1', 'apparent.L2', 'apparent.L3'),
        ...run(25, 'f32', 0, 'power.L1', 'power.L2', 'power.L3'),
        ...run(31, 'f32', 0, 'reactive.L1', 'reactive.L2', 'reactive.L3'),
        ...run(37, 'f32', 0, 'pf.L1', 'pf.L2', 'pf.L3'),
        ...run(43, 'f32', 0, 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing'),
        [55, 'f32', 'frequency', 0],
        ...run(57, 'f32', 0, 'voltage.LN.avg', 'voltage.LL.avg', 'current.avg'),
        ...run(63, 'f32', 0, 'apparent', 'power', 'reactive', 'pf', 'nothing'),
        ...run(
          801,
          'f64',
          -3,
          'energy.import.T1',
          'energy.import.T2',
          'energy.export.T1',
          'energy.export.T2',
        ),
      ],
    },
  ],
])

/**
 * What makers print of their meters' maps beyond the values a profile names: Eastron SDM630 and SDM120 Modbus protocol
 * documents; ABB B23/B24 user manual, Modbus chapter; Siemens SENTRON PAC2200/PAC3200 manuals; Carlo Gavazzi EM340 and
 * EM111 Modbus protocols.
 */

export interface Served {
  /** From and to (exclusive): what may be read though part of it holds no value. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
  /** Functions 3 and 4 read the same registers. */
  readonly sameFunctions: boolean
}

export const SERVED: ReadonlyMap<string, Served> = new Map<string, Served>([
  [
    'eastron-sdm630',
    {
      ranges: [
        [0, 90],
        [200, 208],
        [224, 226],
        [234, 240],
        [342, 358],
      ],
      sameFunctions: false,
    },
  ],
  [
    'eastron-sdm120',
    {
      ranges: [
        [0, 38],
        [70, 94],
        [342, 346],
      ],
      sameFunctions: false,
    },
  ],
  [
    'abb-b23',
    {
      ranges: [
        [20480, 20512],
        [21600, 21624],
        [23296, 23358],
      ],
      sameFunctions: false,
    },
  ],
  [
    'siemens-pac2200',
    {
      ranges: [
        [1, 73],
        [801, 817],
      ],
      sameFunctions: true,
    },
  ],
  ['cg-em340', { ranges: [], sameFunctions: true }],
  ['cg-em24-rs485', { ranges: [], sameFunctions: true }],
  ['cg-em111-112', { ranges: [], sameFunctions: true }],
])

/** What is measured now (A.3), DI3 = 02. A three-wire meter gives Uab and Ucb in place of A and C, zero for B (note 1). */

import { type Draft, one, type Row, stated } from '../item-rows.ts'
import { CURRENT, LATER, PHASES, POWER, PRICE } from './words.ts'

interface Measured {
  /** DI3 and DI2. */
  readonly di: string
  readonly name: string
  /** "{p}" stands where the phase is spoken, or the total. */
  readonly nameZh: string
  readonly encoding: string
  readonly unit: string
  /** C of phase A's OBIS code, 20 further for each next phase. */
  readonly base?: number
}

const measured = (
  di: string,
  name: string,
  nameZh: string,
  encoding: string,
  unit: string,
  base?: number,
): Measured => ({ di, name, nameZh, encoding, unit, ...(base === undefined ? {} : { base }) })

const block = ({ di, name, nameZh }: Measured, members: readonly string[]): Draft => ({
  item: `${di}FF00`,
  name: `${name} block`,
  nameZh: `${nameZh.replace('{p}', '')}数据块`,
  members,
})

function phasesOf({ di, name, nameZh, encoding, unit, base }: Measured) {
  return PHASES.map(({ letter, hex }, index) =>
    one(
      `${di}${hex}00`,
      `${name} ${letter}`,
      nameZh.replace('{p}', `${letter}相`),
      encoding,
      unit,
      base === undefined ? {} : { obis: `1-0:${base + 20 * index}.7.0` },
    ),
  )
}

/** Phase A, B, C and the block of them. */
function byPhase(what: Measured): Draft[] {
  const phases = phasesOf(what)
  return [
    ...phases,
    block(
      what,
      phases.map(({ item }) => item),
    ),
  ]
}

/** The same with the total of all phases before them. */
function withTotal(what: Measured, total: number): Draft[] {
  const { di, name, nameZh, encoding, unit } = what
  const sum = one(`${di}0000`, `${name} total`, nameZh.replace('{p}', '总'), encoding, unit, {
    obis: `1-0:${total}.7.0`,
  })
  const all = [sum, ...phasesOf(what)]
  return [
    ...all,
    block(
      what,
      all.map(({ item }) => item),
    ),
  ]
}

const LINES = [
  ['01', 'AB'],
  ['02', 'BC'],
  ['03', 'CA'],
] as const

const lineVoltages: Draft[] = [
  ...LINES.map(([hex, pair]) => one(`020C${hex}00`, `line voltage ${pair}`, `${pair}线电压`, 'XXX.X', 'V')),
  {
    item: '020CFF00',
    name: 'line voltage block',
    nameZh: '线电压数据块',
    members: LINES.map(([hex]) => `020C${hex}00`),
  },
]

export const instantaneous: Row[] = [
  ...stated('R', 'A.3', [
    ...byPhase(measured('0201', 'voltage', '{p}电压', 'XXX.X', 'V', 32)),
    ...byPhase(measured('0202', 'current', '{p}电流', CURRENT, 'A', 31)),
    ...withTotal(measured('0203', 'active power', '瞬时{p}有功功率', POWER, 'kW', 21), 1),
    ...withTotal(measured('0204', 'reactive power', '瞬时{p}无功功率', POWER, 'kvar', 23), 3),
    ...withTotal(measured('0205', 'apparent power', '瞬时{p}视在功率', POWER, 'kVA', 29), 9),
    ...withTotal(measured('0206', 'power factor', '{p}功率因数', '+-X.XXX<=1', '', 33), 13),
    ...byPhase(measured('0207', 'phase angle', '{p}相角', 'XXX.X', 'deg')),
    ...byPhase(measured('0208', 'voltage distortion', '{p}电压波形失真度', 'XX.XX', '%')),
    ...byPhase(measured('0209', 'current distortion', '{p}电流波形失真度', 'XX.XX', '%')),
    ...PHASES.flatMap(({ letter, hex }) => [
      one(
        `020A${hex}hh`,
        `harmonic content of voltage ${letter}`,
        `${letter}相电压{h}谐波含量`,
        'XX.XX',
        '%',
      ),
      one(
        `020B${hex}hh`,
        `harmonic content of current ${letter}`,
        `${letter}相电流{h}谐波含量`,
        'XX.XX',
        '%',
      ),
    ]),
    one('02800001', 'neutral current', '零线电流', CURRENT, 'A', { obis: '1-0:91.7.0' }),
    one('02800002', 'grid frequency', '电网频率', 'XX.XX', 'Hz', { obis: '1-0:14.7.0' }),
    // Alone among powers without a sign: the notes of A.3 name the demands after it, not this one.
    one('02800003', 'active power, mean of one minute', '一分钟有功总平均功率', 'XX.XXXX', 'kW'),
    one('02800004', 'present active demand', '当前有功需量', POWER, 'kW', { obis: '1-0:1.4.0' }),
    one('02800005', 'present reactive demand', '当前无功需量', POWER, 'kvar', { obis: '1-0:3.4.0' }),
    one('02800006', 'present apparent demand', '当前视在需量', POWER, 'kVA', { obis: '1-0:9.4.0' }),
    one('02800007', 'internal temperature', '表内温度', '+-XXX.X', 'degC', { obis: '0-0:96.9.0' }),
    one('02800008', 'clock battery voltage', '时钟电池电压', 'XX.XX', 'V', { obis: '0-0:96.6.3' }),
    one('02800009', 'power-off reading battery voltage', '停电抄表电池电压', 'XX.XX', 'V'),
    one('0280000A', 'battery working time', '内部电池工作时间', 'XXXXXXXX', 'min', { obis: '0-0:96.6.0' }),
  ]),
  ...stated('R', LATER, [
    one('0280000B', 'present step price', '当前阶梯电价', PRICE, 'yuan/kWh'),
    one('02800020', 'present price', '当前电价', PRICE, 'yuan/kWh'),
    one('02800021', 'present tariff price', '当前费率电价', PRICE, 'yuan/kWh'),
  ]),
  ...stated('R', `${LATER}, one source`, lineVoltages),
]

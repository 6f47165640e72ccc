/** Energies and maximum demands (A.1, A.2), DI3 = 00 and 01. */

import { type Draft, one, type Row, stated } from '../item-rows.ts'
import {
  demandParts,
  ENERGY,
  hex2,
  LATER,
  MONEY,
  PHASES,
  type Quantity,
  quantity,
  SIGNED_ENERGY,
  TOTALS,
} from './words.ts'

/** Fundamental, harmonic and loss energies; the phases repeat them 14H further on each. */
const DERIVED: readonly Quantity[] = [
  quantity(0x80, 'associated', '关联', 'kWh', null, true),
  quantity(0x81, 'fundamental forward active', '正向有功基波', 'kWh', null),
  quantity(0x82, 'fundamental reverse active', '反向有功基波', 'kWh', null),
  quantity(0x83, 'harmonic forward active', '正向有功谐波', 'kWh', null),
  quantity(0x84, 'harmonic reverse active', '反向有功谐波', 'kWh', null),
  quantity(0x85, 'copper loss compensation', '铜损有功补偿', 'kWh', null),
  quantity(0x86, 'iron loss compensation', '铁损有功补偿', 'kWh', null),
]

/** Phase A starts at 15H (derived: 94H), without the combined active energy. */
const ofPhases = (quantities: readonly Quantity[]): Quantity[] =>
  PHASES.flatMap(({ letter, obis, offset }) =>
    quantities.map(({ di2, name, nameZh, unit, obisC, signed }) => ({
      di2: di2 + 0x14 + offset,
      name: `phase ${letter} ${name}`,
      nameZh: `${letter}相${nameZh}`,
      unit,
      obisC: obisC === null ? null : obisC + obis,
      signed,
    })),
  )

const energy =
  (tariffs: 'tt' | '00') =>
  ({ di2, name, nameZh, unit, obisC, signed }: Quantity): Draft =>
    one(
      `00${hex2(di2)}${tariffs}kk`,
      `${name} energy`,
      `${nameZh}{t}电能`,
      signed ? SIGNED_ENERGY : ENERGY,
      unit,
      {
        ...(obisC === null ? {} : { obis: `1-0:${obisC}.8.${tariffs === 'tt' ? 't' : '0'}*k` }),
        ...(signed ? {} : { register: true }),
      },
    )

/** The maximum and the minute it was reached; an all-zero time means none since the last clearing. */
const demand =
  (tariffs: 'tt' | '00') =>
  ({ di2, name, nameZh, unit, obisC, signed }: Quantity): Draft => ({
    item: `01${hex2(di2)}${tariffs}kk`,
    name: `${name} maximum demand`,
    nameZh: `${nameZh}{t}最大需量`,
    values: demandParts(unit, signed),
    ...(obisC === null ? {} : { obis: `1-0:${obisC}.6.${tariffs === 'tt' ? 't' : '0'}*k` }),
  })

/** What was used since the period began. Of combined energy, hence signed like it. */
const used: Draft[] = [
  one('000B00kk', 'energy used in the settlement period', '结算周期组合有功用电量', SIGNED_ENERGY, 'kWh'),
  one('000C00kk', 'energy used in the ladder year', '阶梯周期组合有功用电量', SIGNED_ENERGY, 'kWh'),
]

/** A meter in debt shows 0 remaining and the debt as overdraft. */
const prepaid: Draft[] = [
  one('00900100', 'remaining energy', '剩余电量', ENERGY, 'kWh'),
  one('00900101', 'overdraft energy', '透支电量', ENERGY, 'kWh'),
  one('00900200', 'remaining money', '剩余金额', MONEY, 'yuan'),
  one('00900201', 'overdraft money', '透支金额', MONEY, 'yuan'),
]

/** A.2 has no maximum of the combined active demand. */
const DEMANDED = TOTALS.slice(1)

export const registers: Row[] = [
  ...stated('R', 'A.1', [
    ...[...TOTALS, ...DERIVED].map(energy('tt')),
    ...[...ofPhases(DEMANDED), ...ofPhases(DERIVED)].map(energy('00')),
  ]),
  ...stated('R', `${LATER}, one source`, used),
  ...stated('R', LATER, prepaid),
  ...stated('R', 'A.2', [...DEMANDED.map(demand('tt')), ...ofPhases(DEMANDED).map(demand('00'))]),
]

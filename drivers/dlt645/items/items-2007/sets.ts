/** Sets of blocks: FF in DI2 asks for an item in every kind that has it (6.2, A.1 to A.6). */

import { type Row, stated } from '../item-rows.ts'

const across = (item: string, name: string, nameZh: string, most?: Row['most']): Row[] =>
  stated('R', '6.2', [{ item, name, nameZh, across: true, ...(most === undefined ? {} : { most }) }])

/** The phases of A.3 and A.4. */
const PHASE_MOST = 3

export const sets: Row[] = [
  ...across('00FFttkk', 'energies of every kind', '各类{t}电能数据块集合'),
  ...across('01FFttkk', 'maximum demands of every kind', '各类{t}最大需量数据块集合'),
  ...across('02FF0000', 'present totals of every kind', '各类瞬时总量数据块集合'),
  ...across('02FFii00', 'present values of every kind, phase', '第{i}相各类瞬时量数据块集合', {
    i: PHASE_MOST,
  }),
  ...across('02FF0ihh', 'harmonic contents of phase', '第{i}相{h}谐波含量数据块集合', { i: PHASE_MOST }),
  ...across('03FF0000', 'event counts and durations of every kind', '各类事件总次数数据块集合'),
  ...across('03FF00nn', 'event records of every kind', '各类事件记录数据块集合', { n: 10 }),
  ...across('03FF0inn', 'event records of every kind, phase', '第{i}相各类事件记录数据块集合', {
    i: PHASE_MOST,
    n: 10,
  }),
  ...across('04FF0000', 'zone tables of both sets', '两套时区表数据块集合'),
  ...across(
    '04FF00ii',
    'day tables of both sets and public holiday',
    '两套第{i}日时段表及公共假日数据块集合',
    {
      i: 254,
    },
  ),
  ...across('05FF00nn', 'freeze times of every kind', '各类冻结时间数据块集合', { n: 254 }),
  ...across('05FF10nn', 'frozen variables of every kind', '各类冻结变量数据块集合', { n: 254 }),
]

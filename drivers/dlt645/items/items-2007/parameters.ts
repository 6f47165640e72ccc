/** Parameters of one or a few values, and status words (A.5), DI3 = 04. */

import { type Draft, one, type Part, type Row, stated } from '../item-rows.ts'
import { ENERGY, hex2, LATER, MINUTE_STAMP, MONEY, PHASES } from './words.ts'

const R = { access: 'R' } as const

const CLOCK_PARTS: readonly Part[] = [
  { encoding: 'YYMMDD', name: 'date', nameZh: '日期', from: 1 },
  { encoding: 'WW', name: 'weekday', nameZh: '星期', from: 0 },
]

const clock: Draft[] = [
  { item: '04000101', name: 'date and weekday', nameZh: '日期及星期', values: CLOCK_PARTS },
  one('04000102', 'time', '时间', 'hhmmss'),
  one('04000103', 'demand period', '最大需量周期', 'XX', 'min'),
  one('04000104', 'demand slide', '滑差时间', 'XX', 'min'),
  one('04000105', 'test pulse width', '校表脉冲宽度', 'XXXX', 'ms'),
  one('04000106', 'zone table switch time', '两套时区表切换时间', MINUTE_STAMP),
  one('04000107', 'period table switch time', '两套日时段表切换时间', MINUTE_STAMP),
]

const counts: Draft[] = [
  one('04000201', 'number of year zones', '年时区数', 'XX'),
  one('04000202', 'number of day tables', '日时段表数', 'XX'),
  one('04000203', 'number of day periods', '日时段数', 'XX'),
  one('04000204', 'number of tariffs', '费率数', 'XX'),
  one('04000205', 'number of public holidays', '公共假日数', 'XXXX'),
  one('04000206', 'number of harmonics', '谐波分析次数', 'XX'),
  one('04000301', 'screens shown in turn', '自动循环显示屏数', 'XX'),
  one('04000302', 'seconds each screen is shown', '每屏显示时间', 'XX', 's'),
  one('04000303', 'decimals of energies shown', '显示电能小数位数', 'XX'),
  one('04000304', 'decimals of power shown', '显示功率小数位数', 'XX'),
  one('04000305', 'screens shown by key', '按键循环显示屏数', 'XX'),
]

const nameplate: Draft[] = [
  one('04000401', 'communication address', '通信地址', 'NNNNNNNNNNNN'),
  one('04000402', 'meter number', '表号', 'NNNNNNNNNNNN', '', { obis: '0-0:96.1.0' }),
  one('04000403', 'asset code', '资产管理编码', 'ascii32', '', { obis: '0-0:96.1.1' }),
  one('04000404', 'rated voltage', '额定电压', 'ascii6', '', R),
  one('04000405', 'rated current', '额定电流/基本电流', 'ascii6', '', R),
  one('04000406', 'maximum current', '最大电流', 'ascii6', '', R),
  one('04000407', 'active accuracy class', '有功准确度等级', 'ascii4', '', R),
  one('04000408', 'reactive accuracy class', '无功准确度等级', 'ascii4', '', R),
  one('04000409', 'active constant', '电表有功常数', 'XXXXXX', 'imp/kWh', { ...R, obis: '1-0:0.3.0' }),
  one('0400040A', 'reactive constant', '电表无功常数', 'XXXXXX', 'imp/kvarh', { ...R, obis: '1-0:0.3.1' }),
  one('0400040B', 'meter model', '电表型号', 'ascii10', '', R),
  one('0400040C', 'production date', '生产日期', 'ascii10', '', R),
  one('0400040D', 'protocol version', '协议版本号', 'ascii16', '', R),
  one('04800001', 'software version', '厂家软件版本号', 'ascii32', '', R),
  one('04800002', 'hardware version', '厂家硬件版本号', 'ascii32', '', R),
  one('04800003', 'manufacturer number', '厂家编号', 'ascii32', '', R),
]

const STATUS_ZH = ['', '', '', '（操作类）', '（A相故障）', '（B相故障）', '（C相故障）', '（合相故障）']

const status: Draft[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map(nth =>
    one(
      `040005${hex2(nth)}`,
      `run status word ${nth}`,
      `电表运行状态字${nth}${STATUS_ZH[nth]}`,
      `bits16 status-${nth}`,
      '',
      // IEC 62056-61 names four words of internal operating status.
      nth <= 4 ? { obis: `0-0:96.5.${nth}` } : {},
    ),
  ),
  {
    item: '040005FF',
    name: 'run status words',
    nameZh: '电表运行状态字数据块',
    members: [1, 2, 3, 4, 5, 6, 7, 8].map(nth => `040005${hex2(nth)}`),
  },
]

const PORTS = [
  ['modulated infrared', '调制型红外光口'],
  ['contact infrared', '接触式红外光口'],
  ['port 1', '通信口1'],
  ['port 2', '通信口2'],
  ['port 3', '通信口3'],
] as const

const words: Draft[] = [
  one('04000601', 'active combination word', '有功组合方式特征字', 'bits8 combination-active'),
  one('04000602', 'reactive combination 1 word', '无功组合方式1特征字', 'bits8 combination-reactive'),
  one('04000603', 'reactive combination 2 word', '无功组合方式2特征字', 'bits8 combination-reactive'),
  ...PORTS.map(([port, portZh], index) =>
    one(`040007${hex2(index + 1)}`, `speed word, ${port}`, `${portZh}通信速率特征字`, 'bits8 speeds'),
  ),
  one('04000801', 'working days', '周休日特征字', 'bits8 weekdays'),
  one('04000802', 'weekend day table', '周休日采用的日时段表号', 'XX'),
  one('04000901', 'load record mode', '负荷记录模式字', 'bits8 load-record-mode'),
  one('04000902', 'timed freeze mode', '定时冻结数据模式字', 'bits8 freeze-mode'),
]

const days: Draft[] = [
  one('04000A01', 'load record start', '负荷记录起始时间', 'MMDDhhmm'),
  ...[1, 2, 3, 4, 5, 6].map(kind =>
    one(
      `04000A${hex2(kind + 1)}`,
      `load record interval, class ${kind}`,
      `第${kind}类负荷记录间隔时间`,
      'XXXX',
      'min',
    ),
  ),
  // Digits of nines unset a day.
  ...[1, 2, 3].map(day => one(`04000B${hex2(day)}`, `settlement day ${day}`, `每月第${day}结算日`, 'DDhh')),
]

const passwords: Draft[] = Array.from({ length: 10 }, (_, level) =>
  one(`04000C${hex2(level + 1)}`, `password of level ${level}`, `${level}级密码`, 'password', '', {
    access: 'W',
  }),
)

const CONSTANTS = [
  ['G', '电导系数'],
  ['B', '电纳系数'],
  ['R', '电阻系数'],
  ['X', '电抗系数'],
] as const

const limits: Draft[] = [
  ...PHASES.flatMap(({ letter }, phase) =>
    CONSTANTS.map(([constant, zh], index) =>
      one(
        `04000D${hex2(phase * 4 + index + 1)}`,
        `line constant ${constant} of phase ${letter}`,
        `${letter}相${zh}`,
        'X.XXX',
      ),
    ),
  ),
  one('04000E01', 'forward active power limit', '正向有功功率上限值', 'XX.XXXX', 'kW'),
  one('04000E02', 'reverse active power limit', '反向有功功率上限值', 'XX.XXXX', 'kW'),
  one('04000E03', 'voltage upper limit', '电压上限值', 'XXX.X', 'V'),
  one('04000E04', 'voltage lower limit', '电压下限值', 'XXX.X', 'V'),
]

/** What a meter may report of itself (later rules), 16 bits each: low word first, low byte first. */
const REPORTS = {
  faults: ['faults and operation', '故障及操作'],
  phase: ['phases', '分相'],
  meter: ['whole meter', '合相'],
  operations: ['programming', '编程'],
} as const
type Report = keyof typeof REPORTS

const reportPart = (list: string, report: Report, of = '', ofZh = ''): Part => ({
  encoding: `bits16 ${list}-${report}`,
  name: of === '' ? REPORTS[report][0] : of,
  nameZh: ofZh === '' ? REPORTS[report][1] : ofZh,
})

/** What is to be reported: the phases share a word. */
const REPORT_MODE: readonly Part[] = (['faults', 'phase', 'meter', 'operations'] as const).map(report =>
  reportPart('report-mode', report),
)
/** What has happened: a word for each phase. */
const REPORT_STATUS: readonly Part[] = [
  reportPart('report', 'faults'),
  ...PHASES.map(({ letter }) => reportPart('report', 'phase', `phase ${letter}`, `${letter}相`)),
  reportPart('report', 'meter'),
  reportPart('report', 'operations'),
]

/** Each of the 96 bits that is set may have a count of its own behind the words; AA stands between. */
const REPORTED: readonly Part[] = [
  ...REPORT_STATUS,
  ...Array.from({ length: 96 }, (_, index) => ({
    encoding: 'XX',
    unit: 'times',
    name: `new events of bit set ${index + 1}`,
    nameZh: `第${index + 1}个置位事件新增次数`,
  })),
]

const later: Draft[] = [
  one('04000108', 'price switch time', '两套费率电价切换时间', MINUTE_STAMP),
  one('04000109', 'ladder switch time', '两套阶梯切换时间', MINUTE_STAMP),
  one('0400010C', 'date and time', '日期及时间', 'YYMMDDWWhhmmss'),
  one('04000207', 'number of ladder steps', '阶梯数', 'XX'),
  one('04000306', 'current transformer ratio', '电流互感器变比', 'XXXXXX', '', { obis: '1-0:0.4.2' }),
  one('04000307', 'voltage transformer ratio', '电压互感器变比', 'XXXXXX', '', { obis: '1-0:0.4.3' }),
  one('0400040E', 'customer number', '客户编号', 'NNNNNNNNNNNN'),
  one('04000508', 'key status word', '密钥状态字', 'bits32 keys', '', R),
  one('04000903', 'immediate freeze mode', '瞬时冻结数据模式字', 'bits8 freeze-mode'),
  one('04000904', 'switch freeze mode', '约定冻结数据模式字', 'bits8 freeze-mode'),
  one('04000905', 'hourly freeze mode', '整点冻结数据模式字', 'bits8 freeze-mode'),
  one('04000906', 'daily freeze mode', '日冻结数据模式字', 'bits8 freeze-mode'),
  one('04000F01', 'alarm energy 1', '报警电量1限值', ENERGY, 'kWh'),
  one('04000F02', 'alarm energy 2', '报警电量2限值', ENERGY, 'kWh'),
  one('04000F03', 'hoard energy limit', '囤积电量限值', ENERGY, 'kWh'),
  one('04000F04', 'overdraft energy limit', '透支电量限值', ENERGY, 'kWh'),
  one('04001001', 'alarm money 1', '报警金额1限值', MONEY, 'yuan'),
  one('04001002', 'alarm money 2', '报警金额2限值', MONEY, 'yuan'),
  one('04001003', 'overdraft money limit', '透支金额限值', MONEY, 'yuan'),
  one('04001004', 'hoard money limit', '囤积金额限值', MONEY, 'yuan'),
  one('04001005', 'close-permit money limit', '合闸允许金额限值', MONEY, 'yuan'),
  one('04001101', 'run feature word 1', '电表运行特征字1', 'bits8 run-feature'),
  { item: '04001104', name: 'report mode word', nameZh: '主动上报模式字', values: REPORT_MODE },
  one('04001201', 'hourly freeze start', '整点冻结起始时间', MINUTE_STAMP),
  one('04001202', 'hourly freeze interval', '整点冻结时间间隔', 'XX', 'min'),
  one('04001203', 'daily freeze time', '日冻结时间', 'hhmm'),
  one('04001401', 'trip delay', '跳闸延时时间', 'XXXX', 'min'),
  one('04001402', 'current above which no trip', '继电器拉闸控制电流门限值', 'XXX.XXX', 'A'),
  one('04001403', 'trip delay above that current', '超拉闸控制电流门限保护延时时间', 'XXXX', 'min'),
  one('04001404', 'validity of infrared authentication', '红外认证时效', 'XX', 'min'),
  one(
    '04001405',
    'time until the report status resets itself',
    '主动上报状态字自动复位延时时间',
    'XX',
    'min',
  ),
  {
    item: '04001501',
    name: 'report status word',
    nameZh: '主动上报状态字',
    values: REPORTED,
    mayEnd: REPORT_STATUS.length,
    access: 'R',
  },
  one('04001502', 'card status word', '插卡状态字', 'bits16 card', '', R),
  {
    item: '04001503',
    name: 'report status word reset',
    nameZh: '复位主动上报状态字',
    values: REPORT_STATUS,
    access: 'W',
  },
]

export const parameters: Row[] = [
  ...stated('RW', 'A.5', [...clock, ...counts, ...nameplate, ...words, ...days, ...passwords, ...limits]),
  ...stated('R', 'A.5 and C', status),
  ...stated('RW', LATER, later),
]

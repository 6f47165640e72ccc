/** The bits of status, mode and error words in both languages (DL/T 645-2007 appendix C; 1997: C020 to C022). */

/** A name holds when the bits under `mask` read `when`: one bit, or a small number such as the supply in use. */
export interface BitName {
  readonly mask: number
  readonly when: number
  readonly name: string
  readonly nameZh: string
}

type Names = readonly [name: string, nameZh: string]

const bit = (index: number, name: string, nameZh: string): BitName => {
  const mask = 2 ** index
  return { mask, when: mask, name, nameZh }
}
const field = (low: number, width: number, value: number, name: string, nameZh: string): BitName => ({
  mask: ((1 << width) - 1) << low,
  when: value << low,
  name,
  nameZh,
})
const each = (names: readonly Names[]): BitName[] =>
  names.map(([name, nameZh], index) => bit(index, name, nameZh))

/** Words 4, 5 and 6 say the same of phase A, B and C. */
const PHASE = each([
  ['voltage loss', '失压'],
  ['under-voltage', '欠压'],
  ['over-voltage', '过压'],
  ['current loss', '失流'],
  ['over-current', '过流'],
  ['overload', '过载'],
  ['power reversed', '潮流反向'],
  ['phase loss', '断相'],
  ['current break', '断流'],
])

const COMBINATION_REACTIVE = ['I', 'II', 'III', 'IV'].flatMap((quadrant, index) => [
  bit(2 * index, `plus quadrant ${index + 1}`, `加${quadrant}象限`),
  bit(2 * index + 1, `minus quadrant ${index + 1}`, `减${quadrant}象限`),
])

const WEEKDAYS = each([
  ['Sunday', '周日工作'],
  ['Monday', '周一工作'],
  ['Tuesday', '周二工作'],
  ['Wednesday', '周三工作'],
  ['Thursday', '周四工作'],
  ['Friday', '周五工作'],
  ['Saturday', '周六工作'],
])

/** Bits 0 to 15 of the report words: faults, and what was opened or switched. */
const REPORT_FAULTS: readonly BitName[] = [
  bit(0, 'load switch misoperation', '负荷开关误动或拒动'),
  bit(1, 'ESAM error', 'ESAM错误'),
  bit(2, 'internal card initialisation error', '内卡初始化错误'),
  bit(3, 'clock battery low', '时钟电池电压低'),
  bit(4, 'program error', '内部程序错误'),
  bit(5, 'memory fault', '存储器故障或损坏'),
  bit(7, 'clock fault', '时钟故障'),
  bit(8, 'power-off reading battery low', '停电抄表电池欠压'),
  bit(9, 'overdraft', '透支状态'),
  bit(10, 'meter cover opened', '开表盖'),
  bit(11, 'terminal cover opened', '开端钮盖'),
  bit(12, 'magnetic interference', '恒定磁场干扰'),
  bit(13, 'supply fault', '电源异常'),
  bit(14, 'tripped', '跳闸成功'),
  bit(15, 'closed', '合闸成功'),
]
/** Of the whole meter: the first bits of status word 7 and of the report word. */
const METER = [
  ['voltage sequence reversed', '电压逆相序'],
  ['current sequence reversed', '电流逆相序'],
  ['voltage unbalance', '电压不平衡'],
  ['current unbalance', '电流不平衡'],
  ['auxiliary supply lost', '辅助电源失电'],
  ['power down', '掉电'],
  ['demand over limit', '需量超限'],
  ['power factor low', '总功率因数超下限'],
  ['severe current unbalance', '电流严重不平衡'],
] as const
const REPORT_METER = each([...METER, ['power reversed', '潮流反向'], ['total voltage loss', '全失压']])
const REPORT_OPERATIONS = each([
  ['programming', '编程'],
  ['meter clearing', '电表清零'],
  ['demand clearing', '需量清零'],
  ['event clearing', '事件清零'],
  ['clock setting', '校时'],
  ['period table programming', '时段表编程'],
  ['zone table programming', '时区表编程'],
  ['weekend programming', '周休日编程'],
  ['holiday programming', '节假日编程'],
  ['active combination programming', '有功组合方式编程'],
  ['reactive combination 1 programming', '无功组合方式1编程'],
  ['reactive combination 2 programming', '无功组合方式2编程'],
  ['settlement day programming', '结算日编程'],
  ['tariff parameter programming', '费率参数表编程'],
  ['ladder programming', '阶梯表编程'],
  ['key update', '密钥更新'],
])

/** Key 0 is the master key; a bit that is not set means the key of the tests at the maker's. */
const KEYS = each(
  Array.from(
    { length: 32 },
    (_, key): Names => [
      key === 0 ? 'master key in force' : `key ${key} in force`,
      key === 0 ? '主控密钥正式' : `密钥${key}正式`,
    ],
  ),
)

const RESERVED_3: Names = ['reserved bit 3', '保留位3']
const RESERVED_7: Names = ['reserved bit 7', '保留位7']
const TOO_MANY: readonly Names[] = [
  ['too many year zones', '年时区数超'],
  ['too many day periods', '日时段数超'],
  ['too many tariffs', '费率数超'],
]

/** Bits 8 to 15 of word 1 and 5 to 15 of word 3 come with the later smart-meter rules; the 2007 text reserves them. */
const LISTS: Readonly<Record<string, readonly BitName[]>> = {
  'status-1': [
    bit(0, 'external relay mode', '外置开关控制方式'),
    bit(1, 'demand by fixed blocks', '需量积算方式为区间'),
    bit(2, 'clock battery low', '时钟电池欠压'),
    bit(3, 'power-off reading battery low', '停电抄表电池欠压'),
    bit(4, 'active power reversed', '有功功率方向反向'),
    bit(5, 'reactive power reversed', '无功功率方向反向'),
    bit(8, 'control loop error', '控制回路错误'),
    bit(9, 'ESAM error', 'ESAM错误'),
    bit(12, 'program error', '内部程序错误'),
    bit(13, 'memory fault', '存储器故障'),
    bit(14, 'overdraft', '透支状态'),
    bit(15, 'clock fault', '时钟故障'),
  ],
  'status-2': [
    bit(0, 'active power of phase A reversed', 'A相有功功率反向'),
    bit(1, 'active power of phase B reversed', 'B相有功功率反向'),
    bit(2, 'active power of phase C reversed', 'C相有功功率反向'),
    bit(4, 'reactive power of phase A reversed', 'A相无功功率反向'),
    bit(5, 'reactive power of phase B reversed', 'B相无功功率反向'),
    bit(6, 'reactive power of phase C reversed', 'C相无功功率反向'),
  ],
  'status-3': [
    bit(0, 'second period table in use', '当前运行第二套时段'),
    field(1, 2, 1, 'supplied by auxiliary source', '辅助电源供电'),
    field(1, 2, 2, 'supplied by battery', '电池供电'),
    bit(3, 'programming allowed', '编程允许'),
    bit(4, 'relay open', '继电器断开'),
    bit(5, 'second zone table in use', '当前运行第二套时区'),
    bit(6, 'relay command open', '继电器命令状态断'),
    bit(7, 'pre-trip alarm', '预跳闸报警'),
    field(8, 2, 1, 'prepaid by energy', '电量型预付费表'),
    field(8, 2, 2, 'prepaid by money', '电费型预付费表'),
    bit(10, 'second price set in use', '当前运行第二套费率电价'),
    bit(11, 'second ladder set in use', '当前运行第二套阶梯'),
    bit(12, 'kept powered', '保电状态'),
    bit(13, 'authenticated', '身份认证有效'),
    bit(14, 'local account not open', '本地未开户'),
    bit(15, 'remote account not open', '远程未开户'),
  ],
  'status-4': PHASE,
  'status-5': PHASE,
  'status-6': PHASE,
  'status-7': each([...METER, ['meter cover open', '开表盖'], ['terminal cover open', '开端钮盒盖']]),
  'combination-active': each([
    ['plus forward', '加正向有功'],
    ['minus forward', '减正向有功'],
    ['plus reverse', '加反向有功'],
    ['minus reverse', '减反向有功'],
  ]),
  'combination-reactive': COMBINATION_REACTIVE,
  // Bit 0 is reserved; bit 7 is one maker's.
  speeds: [600, 1200, 2400, 4800, 9600, 19200, 38400].map((speed, index) =>
    bit(index + 1, `${speed}`, `${speed}bps`),
  ),
  weekdays: WEEKDAYS,
  'load-record-mode': each([
    ['voltage current frequency', '电压、电流、频率'],
    ['active and reactive power', '有、无功功率'],
    ['power factor', '功率因数'],
    ['energies', '有、无功总电能'],
    ['quadrant energies', '四象限无功总电能'],
    ['demand', '当前需量'],
  ]),
  'freeze-mode': each([
    ['forward active', '正向有功电能'],
    ['reverse active', '反向有功电能'],
    ['combined reactive 1', '组合无功1电能'],
    ['combined reactive 2', '组合无功2电能'],
    ['quadrant reactive', '四象限无功电能'],
    ['forward demand', '正向有功最大需量'],
    ['reverse demand', '反向有功最大需量'],
    ['variables', '变量'],
  ]),
  keys: KEYS,
  'run-feature': [
    bit(0, 'external relay by pulse', '外置开关脉冲方式'),
    bit(1, 'display shows price set in use', '液晶显示费率套数'),
    bit(2, 'report flag in answers', '启用后续标志上报'),
  ],
  card: [field(0, 2, 1, 'card read', '插卡成功'), field(0, 2, 2, 'card failed', '插卡失败')],
  'report-faults': REPORT_FAULTS,
  'report-phase': PHASE,
  'report-meter': REPORT_METER,
  'report-operations': REPORT_OPERATIONS,
  'report-mode-faults': REPORT_FAULTS,
  'report-mode-phase': PHASE,
  'report-mode-meter': REPORT_METER,
  'report-mode-operations': REPORT_OPERATIONS,
  'status-1997': [
    bit(0, 'manual reading', '手动抄表'),
    bit(1, 'demand by fixed blocks', '需量积算方式为区间'),
    bit(2, 'battery low', '电池欠压'),
    bit(4, 'active power reversed', '有功电能方向反向'),
    bit(5, 'reactive power reversed', '无功电能方向反向'),
  ],
  'grid-1997': [
    bit(0, 'phase A lost', 'A相断电'),
    bit(1, 'phase B lost', 'B相断电'),
    bit(2, 'phase C lost', 'C相断电'),
    bit(4, 'phase A over-voltage', 'A相过压'),
    bit(5, 'phase B over-voltage', 'B相过压'),
    bit(6, 'phase C over-voltage', 'C相过压'),
  ],
  'errors-2007': each([
    ['other error', '其他错误'],
    ['no requested data', '无请求数据'],
    ['password wrong or not permitted', '密码错/未授权'],
    ['baud rate cannot be changed', '通信速率不能更改'],
    ...TOO_MANY,
    RESERVED_7,
  ]),
  'errors-1997': each([
    ['illegal data', '非法数据'],
    ['unknown data identifier', '数据标识错'],
    ['password wrong', '密码错'],
    RESERVED_3,
    ...TOO_MANY,
    RESERVED_7,
  ]),
  // Of the later rules, two bytes: what a relay order is refused for.
  'errors-relay': each([
    ['relay control suspended', '跳合闸控制挂起'],
    ['MAC wrong', 'MAC校验错误'],
    ['password wrong or not authorised', '密码错/未授权'],
    ['authentication expired', '身份认证失效'],
    ['deadline over', '命令有效时间已过'],
    ['kept powered: trip refused', '保电状态，跳闸失败'],
    ['kept powered: pre-trip refused', '保电状态，预跳闸失败'],
    ['pre-trip time invalid', '预跳闸时间无效'],
    ['already tripped: pre-trip refused', '已跳闸，预跳闸失败'],
  ]),
  // The same of a security module, SERR.
  'errors-security': each([
    ['other error', '其他错误'],
    ['repeated recharge', '重复充值'],
    ['ESAM check failed', 'ESAM验证失败'],
    ['authentication failed', '身份认证失败'],
    ['customer number differs', '客户编号不匹配'],
    ['recharge count wrong', '充值次数错误'],
    ['over the hoard limit', '购电超囤积'],
  ]),
}

/** Words of two bytes that may have every bit set; any other of that size that reads FFFF is not held. */
export const MAY_BE_ALL_ON: ReadonlySet<string> = new Set([
  'report-operations',
  'report-mode-faults',
  'report-mode-phase',
  'report-mode-meter',
  'report-mode-operations',
])

export const BIT_NAMES: ReadonlyMap<string, readonly BitName[]> = new Map(Object.entries(LISTS))

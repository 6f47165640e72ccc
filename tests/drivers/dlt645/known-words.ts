/**
 * The bits of every word as the sheet of the standard (appendix C) and the later rules print them, from bit 0 on; "-"
 * is a bit without a name. Small numbers are written with their bits: "2-1=2:电池供电".
 */

export interface KnownBit {
  readonly mask: number
  readonly when: number
  readonly nameZh: string
}

const PHASE = '失压 欠压 过压 失流 过流 过载 潮流反向 断相 断流'
const QUADRANTS = '加I象限 减I象限 加II象限 减II象限 加III象限 减III象限 加IV象限 减IV象限'
const FREEZE =
  '正向有功电能 反向有功电能 组合无功1电能 组合无功2电能 四象限无功电能 正向有功最大需量 反向有功最大需量 变量'
const METER =
  '电压逆相序 电流逆相序 电压不平衡 电流不平衡 辅助电源失电 掉电 需量超限 总功率因数超下限 电流严重不平衡'
const FAULTS =
  '负荷开关误动或拒动 ESAM错误 内卡初始化错误 时钟电池电压低 内部程序错误 存储器故障或损坏 - 时钟故障 ' +
  '停电抄表电池欠压 透支状态 开表盖 开端钮盖 恒定磁场干扰 电源异常 跳闸成功 合闸成功'
const OPERATIONS =
  '编程 电表清零 需量清零 事件清零 校时 时段表编程 时区表编程 周休日编程 节假日编程 有功组合方式编程 ' +
  '无功组合方式1编程 无功组合方式2编程 结算日编程 费率参数表编程 阶梯表编程 密钥更新'
const REPORT_METER = `${METER} 潮流反向 全失压`
const KEYS = ['主控密钥正式', ...Array.from({ length: 31 }, (_, nth) => `密钥${nth + 1}正式`)].join(' ')

const WORDS: Readonly<Record<string, string>> = {
  'status-1':
    '外置开关控制方式 需量积算方式为区间 时钟电池欠压 停电抄表电池欠压 有功功率方向反向 无功功率方向反向 - - ' +
    '控制回路错误 ESAM错误 - - 内部程序错误 存储器故障 透支状态 时钟故障',
  'status-2':
    'A相有功功率反向 B相有功功率反向 C相有功功率反向 - A相无功功率反向 B相无功功率反向 C相无功功率反向',
  'status-3':
    '当前运行第二套时段 2-1=1:辅助电源供电 2-1=2:电池供电 编程允许 继电器断开 当前运行第二套时区 ' +
    '继电器命令状态断 预跳闸报警 9-8=1:电量型预付费表 9-8=2:电费型预付费表 当前运行第二套费率电价 ' +
    '当前运行第二套阶梯 保电状态 身份认证有效 本地未开户 远程未开户',
  'status-4': PHASE,
  'status-5': PHASE,
  'status-6': PHASE,
  'status-7': `${METER} 开表盖 开端钮盒盖`,
  'combination-active': '加正向有功 减正向有功 加反向有功 减反向有功',
  'combination-reactive': QUADRANTS,
  speeds: '- 600bps 1200bps 2400bps 4800bps 9600bps 19200bps 38400bps',
  weekdays: '周日工作 周一工作 周二工作 周三工作 周四工作 周五工作 周六工作',
  'load-record-mode': '电压、电流、频率 有、无功功率 功率因数 有、无功总电能 四象限无功总电能 当前需量',
  'freeze-mode': FREEZE,
  keys: KEYS,
  'run-feature': '外置开关脉冲方式 液晶显示费率套数 启用后续标志上报',
  card: '1-0=1:插卡成功 1-0=2:插卡失败',
  'report-faults': FAULTS,
  'report-phase': PHASE,
  'report-meter': REPORT_METER,
  'report-operations': OPERATIONS,
  'report-mode-faults': FAULTS,
  'report-mode-phase': PHASE,
  'report-mode-meter': REPORT_METER,
  'report-mode-operations': OPERATIONS,
  'status-1997': '手动抄表 需量积算方式为区间 电池欠压 - 有功电能方向反向 无功电能方向反向',
  'grid-1997': 'A相断电 B相断电 C相断电 - A相过压 B相过压 C相过压',
  'errors-2007': '其他错误 无请求数据 密码错/未授权 通信速率不能更改 年时区数超 日时段数超 费率数超 保留位7',
  'errors-1997': '非法数据 数据标识错 密码错 保留位3 年时区数超 日时段数超 费率数超 保留位7',
  'errors-relay':
    '跳合闸控制挂起 MAC校验错误 密码错/未授权 身份认证失效 命令有效时间已过 保电状态，跳闸失败 ' +
    '保电状态，预跳闸失败 预跳闸时间无效 已跳闸，预跳闸失败',
  'errors-security': '其他错误 重复充值 ESAM验证失败 身份认证失败 客户编号不匹配 充值次数错误 购电超囤积',
}

/** A single bit takes the place behind the last one. */
function bitsOf(words: string): readonly KnownBit[] {
  const known: KnownBit[] = []
  let next = 0
  for (const word of words.split(' ')) {
    const [, high, low, value, named] = /^(\d+)-(\d+)=(\d):(.+)$/.exec(word) ?? []
    if (named === undefined) {
      const mask = 2 ** next
      next += 1
      if (word !== '-') known.push({ mask, when: mask, nameZh: word })
    } else {
      const step = 2 ** Number(low)
      known.push({ mask: 2 ** (Number(high) + 1) - step, when: Number(value) * step, nameZh: named })
      next = Number(high) + 1
    }
  }
  return known
}

export const KNOWN_WORDS: ReadonlyMap<string, readonly KnownBit[]> = new Map(
  Object.entries(WORDS).map(([list, words]) => [list, bitsOf(words)]),
)

/** `meterd scan --units`: who answers under the units named, and what it says it is (Modbus, function 43/14). */

import { settingInWords, urlText } from '../commission/speeds.ts'
import type { LineUrl } from '../core/line-url.ts'
import type { Command, Obeyed } from '../driver-api/command.ts'
import type { Call, Driver } from '../driver-api/driver.ts'
import { type Line, PRIORITY } from '../line/line.ts'
import { openLine } from './one-line.ts'
import { STOPPED, type Terminal, WrongUse } from './verb.ts'

const RETRIES = { silent: 0, silentOnceAnswered: 1, damaged: 1 }
/** What nearly every device has, or refuses; both are answers. */
const ANY_REGISTER = '3:0'

export interface UnitsAsked {
  readonly url: LineUrl
  readonly driver: Driver
  readonly units: readonly string[]
  readonly withinMs: number
  readonly json: boolean
  /** Why the line must not be asked now, in words. */
  readonly whyNot: () => string | null
}

interface UnitFound {
  readonly address: string
  /** By what it is: "vendor name"; empty where it does not say. */
  readonly identification: Readonly<Record<string, string>>
  /** Why there is none. */
  readonly why: string | null
}

/** "1-10,20": each as the driver writes it. Throws WrongUse. */
export function unitsIn(text: string, driver: Driver): readonly string[] {
  const units = text.split(',').flatMap(part => {
    const [, from = '', to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim()) ?? []
    if (from === '' || Number(to) < Number(from))
      throw new WrongUse(`meterd scan: --units is written like 1-10,20, not "${text}"`)
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, nth) => String(Number(from) + nth))
  })
  return units.map(unit => {
    const checked = driver.checkAddress(unit)
    if ('wrong' in checked) throw new WrongUse(`meterd scan: --units: ${checked.wrong}`)
    return checked.address
  })
}

/** Only questions are asked. Exit 0 where somebody answered. */
export async function scanUnits(asked: UnitsAsked, io: Terminal): Promise<number> {
  const { url, driver, units, withinMs, json } = asked
  const identify = driver.commands?.get('identify')
  if (!identify) throw new WrongUse(`meterd scan: --units is for Modbus, not for ${driver.protocol}`)
  const seconds = Math.ceil((2 * units.length * withinMs) / 1000)
  io.err(`${units.length} units; ${seconds} s where nobody answers`)
  const line = await openLine(url, withinMs, { expectsSilence: true })
  let found = 0
  let ended: string | null = null
  try {
    for (const address of units) {
      ended = io.signal.aborted ? 'it was stopped' : asked.whyNot()
      if (ended !== null) break
      const unit = await lookAt(line, driver, identify, address)
      if (unit === null) continue
      found += 1
      io.out(json ? JSON.stringify(jsonOf(unit, asked)) : rowOf(unit, asked))
    }
  } finally {
    await line.stop()
  }
  io.err(`${found} found${ended === null ? '' : `; not all were asked: ${ended}`}`)
  if (io.signal.aborted) return STOPPED
  return found > 0 && ended === null ? 0 : 1
}

/** Null when nobody answers. Many devices know no 43/14: some refuse it, which is an answer, some are silent to it. */
async function lookAt(
  line: Line,
  driver: Driver,
  identify: Command,
  address: string,
): Promise<UnitFound | null> {
  const call: Call = {
    address,
    sequence: line.sequence,
    traits: {},
    refusedBefore: new Set(),
    doubt: line.doubtOf(address),
  }
  const conversation = identify.run(call, {})
  if ('wrong' in conversation) throw new WrongUse(`meterd scan: ${conversation.wrong}`)
  const about = { driver, priority: PRIORITY.onDemand, meter: address, retries: RETRIES }
  const { result } = await line.converse({ ...about, conversation })
  if (result.outcome !== 'unanswered') return foundBy(address, result)
  const point = driver.describe(ANY_REGISTER)
  if (point === null) return null
  const { result: read } = await line.converse({ ...about, conversation: driver.read(call, [point]) })
  const [one] = read.reads
  if (one === undefined || ('refused' in one && one.refused.code === 'LINE_SILENT')) return null
  return { address, identification: {}, why: 'it is silent to function 43' }
}

/** A gateway says for a unit nobody has that it is silent. */
function foundBy(address: string, { outcome, refused, says }: Obeyed): UnitFound | null {
  if (refused?.code === 'LINE_SILENT') return null
  const named = says.filter(({ value }) => value !== null && value !== '')
  return {
    address,
    identification: Object.fromEntries(named.map(({ name, value }) => [name, value ?? ''])),
    why: outcome === 'done' ? null : (refused?.text ?? outcome),
  }
}

function jsonOf({ address, identification, why }: UnitFound, { url, driver }: UnitsAsked): object {
  return { address, protocol: driver.protocol, line: urlText(url), identification, why }
}

function rowOf({ address, identification, why }: UnitFound, { url, driver }: UnitsAsked): string {
  const said = Object.entries(identification).map(([name, value]) => `${name} ${value}`)
  const text =
    said.length > 0 ? said.join(', ') : `answers, and does not say what it is: ${why ?? 'nothing said'}`
  return `${address.padStart(3)}  ${driver.protocol}  ${settingInWords(url).padEnd(9)} ${text}`
}

/** How much of a line's time its polls and hourly freezes will take: a forecast from the wire's speed, at best, before anything is sent. */

import { characterMs } from '../core/line-url.ts'
import { HOUR, MINUTE } from '../core/time.ts'
import type { Point, Traits } from '../driver-api/profile.ts'
import { blockPattern } from './blocks.ts'
import type { LineConfig, MeterConfig } from './config.ts'

export interface LineLoad {
  readonly line: string
  readonly meters: number
  /** 1 = every moment is taken. Without wire time where the wire is behind a socket. */
  readonly share: number
  readonly exchangesPerMinute: number
  /** The sum an engineer can check. */
  readonly arithmetic: string
}

/** The quickest answer of a meter on a wire (DL/T 645-2007 7.2.3: 20 ms to 500 ms). */
const LEAST_ANSWER_MS = 20
/** A value of four bytes beside the head and tail a request and its answer share. */
const VALUE_BYTES = 4

export function forecastLoad(line: LineConfig, meters: readonly MeterConfig[]): LineLoad {
  const own = meters.filter(meter => meter.line === line.id)
  let exchangesPerMinute = 0
  let busyMsPerMinute = 0
  for (const meter of own) {
    const character = characterMs(meter.serial ?? line.url)
    for (const { everyMs, exchanges } of roundsOf(meter)) {
      const perMinute = MINUTE / everyMs
      for (const points of exchanges) {
        exchangesPerMinute += perMinute
        busyMsPerMinute += perMinute * exchangeMs(meter, points, character, line.url.kind !== 'modbus-tcp')
      }
    }
  }
  const share = busyMsPerMinute / MINUTE / line.inFlight
  return { line: line.id, meters: own.length, share, exchangesPerMinute, arithmetic: arithmetic() }

  function arithmetic(): string {
    const each = exchangesPerMinute === 0 ? 0 : busyMsPerMinute / exchangesPerMinute
    const together = line.inFlight > 1 ? ` / ${line.inFlight} at once` : ''
    const seconds = (busyMsPerMinute / line.inFlight / 1000).toFixed(1)
    return `${exchangesPerMinute.toFixed(1)} exchanges a minute x ${each.toFixed(0)} ms${together} = ${seconds} s of 60 s`
  }
}

interface Round {
  readonly everyMs: number
  /** Points by the exchange that brings them. */
  readonly exchanges: readonly (readonly Point[])[]
}

/** What comes once a day or seldomer is left out. */
function roundsOf({ polls, hourly, profile }: MeterConfig): readonly Round[] {
  const rounds: Round[] = polls.map(({ everyMs, points }) => ({
    everyMs,
    exchanges: groupExchanges(points, profile.traits),
  }))
  if (hourly && profile.hourly) {
    const { stamp, points } = profile.hourly
    // Its time is read before the values and again after them.
    const exchanges = [[stamp], ...groupExchanges(points, profile.traits), [stamp]]
    rounds.push({ everyMs: HOUR, exchanges: exchanges.map(group => group.map(asTheLast)) })
  }
  return rounds
}

function asTheLast(point: Point): Point {
  return { ...point, item: point.item.replace('nn', '01') }
}

export function percent(share: number): string {
  if (share < 0.001) return 'under 0.1 %'
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}

function exchangeMs(meter: MeterConfig, points: readonly Point[], character: number, wired: boolean): number {
  const sent = requestLength(meter, points)
  const bytes = 2 * sent + VALUE_BYTES * points.length
  return meter.driver.timing.quietMs(character) + bytes * character + (wired ? LEAST_ANSWER_MS : 0)
}

/** As many bytes as the driver really sends. */
function requestLength(meter: MeterConfig, points: readonly Point[]): number {
  const { address, driver, profile } = meter
  const first = driver
    .read(
      { address, sequence: () => 0, traits: profile.traits, refusedBefore: new Set() },
      points.slice(0, 1),
    )
    .next()
  return first.done ? 0 : first.value.bytes.length
}

/** Which points one exchange brings at best: those of one item, of one block, of one span of registers. */
export function groupExchanges(points: readonly Point[], traits: Traits): readonly (readonly Point[])[] {
  const groups = new Map<string, Point[]>()
  const registers: {
    readonly table: string
    readonly from: number
    readonly to: number
    readonly point: Point
  }[] = []
  const blocks = (traits.blocks ?? []).map(block => ({ block, pattern: blockPattern(block) }))
  for (const point of points) {
    const register = REGISTER.exec(point.item)
    if (register?.[1] && register[2]) {
      const from = Number(register[2])
      registers.push({ table: register[1], from, to: from + widthOf(point), point })
      continue
    }
    const key = blocks.find(({ pattern }) => pattern.test(point.item))?.block ?? point.item
    const group = groups.get(key)
    if (group) group.push(point)
    else groups.set(key, [point])
  }
  return [...groups.values(), ...spans(registers, traits)]
}

const REGISTER = /^(\d+):(0x[0-9a-f]+|\d+)/i
/** The registers of one request where a profile says nothing: the most the Modbus standard allows (6.3, 6.4). */
const MOST_REGISTERS = 125

function spans(
  registers: { readonly table: string; readonly from: number; readonly to: number; readonly point: Point }[],
  { maxRegisters = MOST_REGISTERS, maxHole = 0 }: Traits,
): readonly (readonly Point[])[] {
  const found: { table: string; from: number; to: number; points: Point[] }[] = []
  for (const next of registers.sort((a, b) => a.table.localeCompare(b.table) || a.from - b.from)) {
    const last = found.at(-1)
    const fits =
      last?.table === next.table && next.from - last.to <= maxHole && next.to - last.from <= maxRegisters
    if (last && fits) {
      last.to = Math.max(last.to, next.to)
      last.points.push(next.point)
    } else found.push({ ...next, points: [next.point] })
  }
  return found.map(span => span.points)
}

/** "u32 …" takes two registers of 16 bits. */
function widthOf(point: Point): number {
  return Math.max(1, Number(/^[a-z]+(\d+)/.exec(point.encoding)?.[1] ?? 16) / 16)
}

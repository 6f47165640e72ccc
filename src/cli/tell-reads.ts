/** What a meter said about the points it was asked for, for people or as objects: one line a point, one a refused block. */

import type { Driver, Point, RawRead, ReadResult } from '../driver-api/driver.ts'
import type { Profile } from '../driver-api/profile.ts'
import type { Conversed } from '../line/line.ts'
import { relayWord } from './beside-points.ts'
import { type InParts, refusedWhole } from './blocks-refused.ts'
import { saidOf } from './said.ts'
import type { Terminal } from './verb.ts'

export interface ReadsToTell {
  readonly driver: Driver
  readonly points: readonly Point[]
  /** Which says what the state of the relay means. */
  readonly profile: Profile | null
  readonly talked: Conversed<ReadResult> & { readonly inParts: InParts; readonly isContradicted: boolean }
  readonly json: boolean
}

/** True when every point has a value. Of a block only what the meter sent is shown. */
export function tellReads({ driver, points, profile, talked, json }: ReadsToTell, io: Terminal): boolean {
  const { result, fault, inParts, isContradicted } = talked
  tellSpared(driver, talked, io)
  const whole = refusedWhole(result.reads)
  const answered = new Set(result.reads.filter(raw => 'value' in raw).map(({ point }) => point.item))
  const told = new Set<string>()
  let good = true
  for (const point of points) {
    const { item } = point
    if (told.has(item)) continue
    const raw = result.reads.find(one => one.point === point)
    const isAbsent = raw && 'refused' in raw && raw.refused.code === 'METER_NO_DATA'
    if (isAbsent && answered.has(item)) continue
    // None of its values came, all for one reason: that is said once.
    const isWhole = whole.has(item) || (!raw && points.some(other => other !== point && other.item === item))
    if (isWhole) told.add(item)
    const named = isWhole ? wholeOf(point, driver) : point
    const parts = inParts.reads.get(item) ?? []
    const said = raw ? saidOf(raw) : { value: null, fault: fault ?? NO_ANSWER }
    good &&= said.value !== null
    const isInParts = whole.has(item) && inParts.reads.has(item)
    const state = profile && relayWord(profile, raw)
    tellPoint(
      named,
      { ...(isInParts && !json ? withParts(said, parts) : said), state },
      isContradicted,
      json,
      io,
    )
    for (const part of parts) {
      if ('refused' in part && parts.some(other => other !== part && 'value' in other)) continue
      tellPoint(part.point, saidOf(part), isContradicted, json, io)
    }
  }
  return good
}

const NO_ANSWER = { code: 'METER_NO_DATA', text: 'the meter did not answer for this item' }

/** The name of the item as a whole, where the first of its values was asked for. */
function wholeOf(point: Point, driver: Driver): Point {
  const name = driver.describe(point.item)?.name ?? point.item
  return { ...point, obis: '', name, unit: '' }
}

type Said = ReturnType<typeof saidOf> & { readonly state?: string | null }

function withParts({ value, fault }: Said, parts: readonly RawRead[]): Said {
  const served = new Set(parts.filter(raw => 'value' in raw).map(({ point }) => point.item)).size
  const text =
    served === 0
      ? 'asked one by one its items are refused as well'
      : `asked one by one it gives ${served} ${served === 1 ? 'item' : 'items'}`
  const how = fault?.code.startsWith('METER_') ? 'block refused' : 'block not readable'
  return { value, fault: fault && { ...fault, text: `${how}, ${fault.text}; ${text}` } }
}

/** Blocks that a profile's points were to come in, and did not. */
function tellSpared(driver: Driver, { result, exchanges }: Conversed<ReadResult>, io: Terminal): void {
  for (const block of result.refused) {
    const asked = exchanges.find(
      ({ request, frame }) =>
        frame !== null &&
        driver.deframe(request.bytes, null).frames.some(one => driver.decode(one, {}).item === block),
    )
    const why = asked?.frame ? driver.decode(asked.frame, {}).refused[0]?.text : undefined
    io.err(`${block}: block refused${why === undefined ? '' : `: ${why}`}; its items were asked one by one`)
  }
}

function tellPoint(
  { obis, item, name, unit }: Point,
  { value, fault, state }: Said,
  isContradicted: boolean,
  json: boolean,
  io: Terminal,
): void {
  if (json) {
    const doubt = isContradicted ? { contradicted: true } : {}
    const means = state ? { state } : {}
    io.out(
      JSON.stringify({ item, obis: obis === '' ? null : obis, name, value, unit, fault, ...means, ...doubt }),
    )
    return
  }
  const said = value === null ? `none; ${fault?.text}` : `${value} ${state ? `(${state})` : unit}`.trim()
  io.out(`${item.padEnd(12)} ${obis.padEnd(14)} ${name}: ${said}${isContradicted ? ' (in doubt)' : ''}`)
}

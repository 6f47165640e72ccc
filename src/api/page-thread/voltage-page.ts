/** One page of voltage qualification: each register's samples read once, and what they come to. */

import type { z } from 'zod'
import { boundariesIn } from '../../core/calendar.ts'
import { formatScaled, type Scaled } from '../../core/scaled.ts'
import { isoWithOffset } from '../../core/time.ts'
import type { KeptPlan } from '../../reading/expectation.ts'
import {
  createVoltageTally,
  type Extreme,
  limitsAround,
  type VoltageLimits,
  type VoltageQuality,
} from '../../reading/voltage-quality.ts'
import type { Reader } from '../../store/reader.ts'
import { showPercent } from '../show.ts'
import type { voltageEntry } from '../voltage-shapes.ts'
import { createText, inOnePiece } from './text.ts'

export interface VoltageAsked {
  /** What stands before the entries: the JSON of the answer's other keys but `next`. */
  readonly head: string
  readonly next: string | null
  /** Slots from `from` on, before `to`; only periods over by `now` were due. UTC ms. */
  readonly from: number
  readonly to: number
  readonly now: number
  /** Hundredths of a percent. */
  readonly rules: { readonly below: number; readonly above: number; readonly complete: number }
  readonly registers: readonly VoltageRegister[]
}

export interface VoltageRegister {
  readonly meter: string
  readonly obis: string
  readonly nominal: Scaled
  /** Polls that asked for it, then and now. */
  readonly plans: readonly Pick<KeptPlan, 'calendar' | 'since' | 'until'>[]
}

interface VoltageParts {
  readonly reader: Reader
  readonly offsetMinutes: number
  readonly turn: () => Promise<void>
}

const ROWS_AT_ONCE = 5_000

export async function voltagePage(
  parts: VoltageParts,
  asked: VoltageAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = createText()
  let count = 0
  for (const register of asked.registers) {
    const limits = limitsAround(register.nominal, asked.rules)
    const quality = await qualityOf(parts, asked, register, limits)
    const entry = show(register, limits, quality, asked, parts.offsetMinutes)
    text.put(`${count > 0 ? ',' : ''}${JSON.stringify(entry)}`)
    count += 1
  }
  return inOnePiece([
    `${asked.head.slice(0, -1)},"entries":[`,
    text,
    `],"next":${JSON.stringify(asked.next)}}`,
  ])
}

async function qualityOf(
  { reader, turn }: VoltageParts,
  asked: VoltageAsked,
  { meter, obis, plans }: VoltageRegister,
  limits: VoltageLimits,
): Promise<VoltageQuality> {
  const due = dueSlots(plans, asked)
  const tally = createVoltageTally(limits)
  const question = { meter, obis, kind: 'poll', from: asked.from, to: asked.to, limit: ROWS_AT_ONCE } as const
  for (let hours = reader.hoursOf(question); hours !== null; await turn()) {
    const part = reader.readingsIn(question, hours)
    for (const { slot, value, quality } of part.items) {
      const everyMs = due.get(slot)
      if (everyMs !== undefined) tally.add({ slot, value, quality, everyMs })
    }
    hours = part.next
  }
  return tally.quality(due.size)
}

/** The slots that were due and are over, and how long each is, ms. */
function dueSlots(
  plans: VoltageRegister['plans'],
  { from, to, now }: Pick<VoltageAsked, 'from' | 'to' | 'now'>,
): ReadonlyMap<number, number> {
  const due = new Map<number, number>()
  for (const { calendar, since, until } of plans) {
    if (!('everyMs' in calendar)) continue
    const { everyMs } = calendar
    const end = Math.min(to, until ?? to, now - everyMs + 1)
    for (const slot of boundariesIn(calendar, Math.max(from, since), end)) due.set(slot, everyMs)
  }
  return due
}

function show(
  { meter, obis, nominal }: VoltageRegister,
  { low, high }: VoltageLimits,
  { lowest, highest, completeness, compliance, piledUpAt, ...counts }: VoltageQuality,
  { from, to }: VoltageAsked,
  offsetMinutes: number,
): z.infer<typeof voltageEntry> {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const extreme = (one: Extreme | null) => one && { value: formatScaled(one.value), slot: at(one.slot) }
  const span = new URLSearchParams({ obis, kind: 'poll', from: at(from), to: at(to) })
  return {
    meter,
    obis,
    nominal: plain(nominal),
    low: plain(low),
    high: plain(high),
    ...counts,
    lowest: extreme(lowest),
    highest: extreme(highest),
    completeness: showPercent(completeness),
    verdict: compliance === null ? 'insufficient' : 'sufficient',
    compliance: compliance === null ? null : showPercent(compliance),
    piledUpAt: [...piledUpAt],
    samples: `/v1/meters/${encodeURIComponent(meter)}/readings?${span}`,
  }
}

/** Without zeros behind the point. */
function plain(value: Scaled): string {
  return formatScaled(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

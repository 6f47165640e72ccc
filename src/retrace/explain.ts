/** All that is behind one number: the bytes it is made of, the steps to it, and what rules make of it. */

import type { MeterConfig } from '../config/config.ts'
import { formatScaled } from '../core/scaled.ts'
import { DAY, HOUR } from '../core/time.ts'
import { placeOf, staysOf } from '../reading/billing/stays.ts'
import { agreedTransformers, factorOf, transformersAt } from '../reading/ratios.ts'
import type { Reading } from '../reading/reading.ts'
import { type ReleasedAs, releasedAs } from '../store/book/released-as.ts'
import type { History } from '../store/history.ts'
import type { Evidence, MeterClock, ReadingsAsked, StoredReading } from '../store/store.ts'
import { inputsOf, type RuleInput } from './inputs.ts'
import { createJudge, type KeptReading } from './judge-again.ts'
import { type Mark, marksOf } from './marks.ts'
import { type Recomputed, recompute } from './recompute.ts'
import { type RuleAgain, rulesAgain } from './rules-again.ts'

export interface Explained {
  readonly evidence: Evidence
  /** The exchange that carried it; null where it is not kept. */
  readonly carrier: Evidence['exchanges'][number] | null
  /** What the bytes come to; null where they do not say. */
  readonly value: Pick<Reading, 'value' | 'unit' | 'slot' | 'readAt' | 'receivedAt'> | null
  /** Where it is other than what is stored, or why there is none; empty where it is as stored, digit for digit. */
  readonly differs: readonly string[]
  readonly asks: string | null
  readonly marks: readonly (Mark & { readonly steps: readonly string[] })[]
  /** Null where the meter's own value is taken as it is. */
  readonly times: string | null
  readonly clock: MeterClock | null
  /** Null where there is nothing to judge by. */
  readonly rules: readonly RuleAgain[] | null
  /** What the rules went by beside the reading; null likewise. */
  readonly inputs: readonly RuleInput[] | null
  /** The releases it went into; null where the book cannot be read. */
  readonly releases: readonly ReleasedAs[] | null
}

/** So far back values are looked for that a reading is held against. */
const POLLS_BACK_MS = 3 * DAY
const FREEZES_BACK_MS = 70 * DAY

export function explain(
  evidence: Evidence,
  meter: MeterConfig,
  offsetMinutes: number,
  history: History | null,
): Explained {
  const { reading, exchanges } = evidence
  const made = recompute(evidence, meter, offsetMinutes)
  const clocks = history?.clocks().get(meter.id) ?? []
  const judged = history && rulesOn(reading, { meter, offsetMinutes, clocks, history })
  const known = {
    evidence,
    carrier: exchanges.find(({ carried }) => carried) ?? null,
    rules: judged?.rules ?? null,
    inputs: judged?.inputs ?? null,
    releases: history && releasedAs(history, reading),
  }
  const clock = nearest(clocks, reading.receivedAt)
  if ('why' in made)
    return { ...known, value: null, differs: [made.why], asks: null, marks: [], times: null, clock }
  const factor = factorOf(reading.unit, transformersAt(agreedTransformers(meter), reading.readAt))
  const isOne = factor.digits === 1n && factor.scaler === 0
  return {
    ...known,
    value: made.meant.reading,
    differs: differences(made.meant.reading, reading),
    asks: made.way.asks,
    marks: marksOf(made).map(mark => ({ ...mark, steps: stepsOf(mark, made, evidence) })),
    times: isOne ? null : formatScaled(factor),
    clock,
  }
}

/** Digit for digit: 1.20 is not 1.2. */
function differences(made: Reading, stored: StoredReading): readonly string[] {
  const say = (what: string, now: string | number, then: string | number) =>
    now === then ? [] : [`${what} ${now} where ${then} is stored`]
  return [
    ...say('the value is', formatScaled(made.value), formatScaled(stored.value)),
    ...say('its digits end at ten to the power of', made.value.scaler, stored.value.scaler),
    ...say('the unit is', made.unit, stored.unit),
    ...say('the slot begins at', made.slot, stored.slot),
    ...say('it is true for', made.readAt, stored.readAt),
    ...say('it was answered at', made.receivedAt, stored.receivedAt),
  ]
}

/** Of the bytes as they were sent, not of those under number 0. */
function stepsOf(
  { of, exchange, from, to }: Mark,
  { raw, tape, carrier }: Recomputed,
  { exchanges }: Evidence,
) {
  const bytes = exchanges[exchange]?.reply?.subarray(from, to)
  const steps = of === 'value' && bytes ? tape.driver.retrace?.steps(raw.point, bytes) : undefined
  return exchange === carrier ? (steps ?? []) : (steps ?? []).slice(0, 1)
}

function nearest(clocks: readonly MeterClock[], at: number): MeterClock | null {
  return clocks.toSorted((a, b) => Math.abs(a.measuredAt - at) - Math.abs(b.measuredAt - at))[0] ?? null
}

interface Judging {
  readonly meter: MeterConfig
  readonly offsetMinutes: number
  readonly clocks: readonly MeterClock[]
  readonly history: History
}

function rulesOn(
  reading: StoredReading,
  { history, ...parts }: Judging,
): { readonly rules: readonly RuleAgain[]; readonly inputs: readonly RuleInput[] } | null {
  const { meter } = parts
  const stays = staysOf(history.auditTurns(meter.id), placeOf(meter))
  const judge = createJudge({ ...parts, stays })
  for (const [round, rows] of roundsAround(history, reading)) {
    if (round < reading.round) judge.note(rows.map(keptOf))
    if (round !== reading.round) continue
    const given = judge.givenOf(rows.map(keptOf))
    const own = given[rows.findIndex(({ id }) => id === reading.id)]
    return own ? { rules: rulesAgain(given, own.reading), inputs: inputsOf(own) } : null
  }
  return null
}

/** The meter's rounds that may speak for or against a reading, in the order in which they were kept. */
function roundsAround(
  history: History,
  reading: StoredReading,
): readonly (readonly [number, StoredReading[]])[] {
  const { meter, slot, receivedAt } = reading
  const [first, last] = [Math.min(slot, receivedAt), Math.max(slot, receivedAt)]
  const found = new Map<string, StoredReading>()
  const look = (asked: Omit<ReadingsAsked, 'meter' | 'limit'>) => {
    for (const one of readingsOf(history, { ...asked, meter, limit: 1 })) found.set(one.id, one)
  }
  look({ from: receivedAt - POLLS_BACK_MS, to: receivedAt + HOUR })
  look({ from: slot - DAY, to: slot + HOUR })
  look({ from: first - FREEZES_BACK_MS, to: last + HOUR, kind: 'freeze' })
  return [...Map.groupBy(found.values(), ({ round }) => round)].sort(([a], [b]) => a - b)
}

function* readingsOf(history: History, asked: ReadingsAsked): Iterable<StoredReading> {
  for (let hours = history.hoursOf(asked); hours !== null; ) {
    const part = history.readingsIn(asked, hours)
    yield* part.items
    hours = part.next
  }
}

/** What came in one frame came at one moment. */
function keptOf({ id: _, version: __, round: ___, ...reading }: StoredReading): KeptReading {
  return { ...reading, exchange: reading.receivedAt }
}

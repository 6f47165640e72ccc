/**
 * Where suspicions become alarms: what rounds told once they are durable, what others found out, how long answers take, whose restore is late.
 * Once a minute it is judged (src/reading/alarm/alarms.ts), kept, and told in the log in words somebody can act on.
 */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { DAY, HOUR, MINUTE } from '../core/time.ts'
import type { Conversed } from '../line/line.ts'
import { type AlarmEvent, toldBy } from '../reading/alarm/alarm.ts'
import { createAlarms } from '../reading/alarm/alarms.ts'
import { inRound, type Judged } from '../reading/alarm/in-round.ts'
import { createLatency, kindOf, type Latency, type LatencyKept } from '../reading/alarm/latency.ts'
import { createStated, isStatedRule } from '../reading/alarm/stated.ts'
import type { Finding } from '../reading/reading.ts'
import type { Round, Store } from '../store/store.ts'
import { orderAlarms } from '../supply/order/alarms.ts'
import { type LatenciesHeld, openLatencies } from './latencies-held.ts'

export interface AlarmDesk {
  /** A round that has become durable. */
  took(round: Round, judged: Judged): void
  /** A conversation, whatever came of it: how long its answers took. */
  heard(meter: string, talked: Pick<Conversed<unknown>, 'exchanges' | 'fault'>): void
  /**
   * What else was found out of a meter by rules that act elsewhere: "accept" is a clean cycle of its rule, "not evaluated"
   * is nothing. `agreed` where two reads have said so already.
   */
  saw(meter: string, line: string, findings: readonly Finding[], at: number, agreed: boolean): void
  /** How each that stands was opened last, the oldest first. */
  standing(): readonly AlarmEvent[]
  /** Why nothing of this meter may be released although it may be well itself; null where nothing holds it. */
  holds(meter: string): string | null
  start(): void
  stop(): Promise<void>
}

export interface AlarmDeskParts {
  readonly store: Pick<Store, 'alarm' | 'ordersOpen'>
  readonly meters: readonly MeterConfig[]
  readonly offsetMinutes: number
  /** Of an earlier life: the last event of each alarm that stands, or was cleared within a day. */
  readonly before: readonly AlarmEvent[]
  readonly latencies: LatenciesHeld
  readonly clock: Clock
  readonly log: Log
  /** The store can be trusted no more. */
  readonly broken: (error: unknown) => void
}

const EVERY_MS = MINUTE
/** In the shortest all meters of a line may not have been asked; beyond the longest nobody waits to hear of it. */
const SHORTEST_CYCLE_MS = MINUTE
const LONGEST_CYCLE_MS = 15 * MINUTE
const LATENCY = 'V-A7'

/** With what an earlier life has left, and running. */
export async function openAlarmDesk(
  parts: Omit<AlarmDeskParts, 'store' | 'before' | 'latencies'> & {
    readonly store: Pick<Store, 'alarm' | 'alarmsStanding' | 'ordersOpen'>
    readonly directory: string
  },
): Promise<AlarmDesk> {
  const { store, directory, clock, log } = parts
  const before = await store.alarmsStanding(clock.now() - DAY)
  const desk = createAlarmDesk({ ...parts, before, latencies: await openLatencies(directory, log) })
  desk.start()
  return desk
}

export function createAlarmDesk(parts: AlarmDeskParts): AlarmDesk {
  const { store, clock, log, latencies } = parts
  const lines = new Map(parts.meters.map(({ id, line }) => [id, line]))
  const cycles = cyclesOf(parts.meters)
  const cycleMs = (line: string) => cycles.get(line) ?? LONGEST_CYCLE_MS
  const { offsetMinutes } = parts
  const before = parts.before.filter(event => !isStatedRule(event))
  const alarms = createAlarms({ lines, cycleMs, offsetMinutes, before })
  const ofOrders = createStated(parts.before.filter(isStatedRule))
  const stopping = new AbortController()
  const watches = new Map<string, Latency>()
  /** Judged and not yet kept: a store without room takes them later. */
  let unkept: readonly AlarmEvent[] = []
  let writtenAt = clock.monotonic()
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(EVERY_MS, stopping.signal)
      await turn().catch(laterOrBroken)
      if (clock.monotonic() - writtenAt >= HOUR) await keepLatencies()
    }
  }

  /** One turn after the other: what was not kept is not judged again. */
  async function turn(): Promise<void> {
    if (unkept.length === 0) {
      const open = await store.ordersOpen(clock.now())
      const now = clock.now()
      unkept = [...alarms.turn(now), ...ofOrders.turn(orderAlarms(open, now), now)]
    }
    if (unkept.length === 0) return
    await store.alarm(unkept)
    for (const event of unkept) tell(event)
    unkept = []
  }

  function laterOrBroken(error: unknown): void {
    if (!isPassing(error)) parts.broken(error)
  }

  function tell(event: AlarmEvent): void {
    const text = inWords(event)
    const { scope, of, line } = event
    const where = { ...(scope === 'meter' && { meterId: of }), ...(line !== '' && { lineId: line }) }
    log[event.event === 'cleared' ? 'info' : 'warn'](where, text)
    if (event.rule !== LATENCY || event.event === 'cleared') return
    const told = scope === 'meter' ? [of] : (event.evidence.failing ?? []).map(one => one.of)
    for (const meter of told) watches.get(meter)?.told(clock.now())
  }

  function watchOf(meter: string): Latency {
    const known = watches.get(meter)
    if (known) return known
    const fresh = createLatency(latencies.before.get(meter) ?? null)
    watches.set(meter, fresh)
    return fresh
  }

  function noteLatency(meter: string, ms: number, kind: number): void {
    const judged = watchOf(meter).answered(ms, kind, clock.now())
    if (judged === null || judged.says === null) return
    // Meters of one line fill their blocks at different times, so what they share shows as late as that.
    const longest = Math.min(DAY, Math.max(judged.tookMs, cycleMs(lines.get(meter) ?? '')))
    alarms.saw(meter, clock.now(), {
      fails: judged.finding ? [{ about: '', finding: judged.finding }] : [],
      passes: judged.says === 'steady' ? [{ rule: LATENCY, about: '' }] : [],
      cycleMs: longest,
    })
  }

  function keepLatencies(): Promise<void> {
    writtenAt = clock.monotonic()
    const kept = new Map<string, LatencyKept>()
    for (const meter of lines.keys()) {
      const one = watches.get(meter)?.kept() ?? latencies.before.get(meter)
      if (one) kept.set(meter, one)
    }
    return kept.size === 0 ? Promise.resolve() : latencies.write(kept)
  }

  return {
    took({ meter, readings }, judged) {
      alarms.saw(meter, clock.now(), inRound(readings, judged, alarms.watched(meter)))
    },
    heard(meter, { exchanges, fault }) {
      if (fault || !exchanges.every(isUndisturbed)) return
      for (const { request, frame, tookMs } of exchanges)
        if (frame && tookMs !== undefined)
          noteLatency(meter, tookMs, kindOf(request.bytes.length, frame.bytes.length))
    },
    saw(meter, line, findings, at, agreed) {
      if (lines.get(meter) !== line) return
      alarms.saw(meter, at, toldBy(findings, agreed))
    },
    standing: () => [...alarms.standing(), ...ofOrders.standing()].sort((one, other) => one.at - other.at),
    holds: alarms.holds,
    start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
      await turn().catch(laterOrBroken)
      await keepLatencies()
    },
  }
}

/** Noise, damage, a collision or a pause of our own makes answers late that the meter gave in time. */
function isUndisturbed({
  outcome,
  others,
  doubled,
  heldUp,
}: Conversed<unknown>['exchanges'][number]): boolean {
  return outcome === 'answered' && others.length === 0 && !doubled && !heldUp
}

/** The longest poll of any meter of a line: in that time each is asked once. */
function cyclesOf(meters: readonly MeterConfig[]): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(meters, ({ line }) => line)].map(([line, own]) => {
      const every = own.flatMap(({ polls }) => polls.map(({ everyMs }) => everyMs))
      const longest = every.length === 0 ? LONGEST_CYCLE_MS : Math.max(...every)
      return [line, Math.min(LONGEST_CYCLE_MS, Math.max(SHORTEST_CYCLE_MS, longest))]
    }),
  )
}

function inWords({ event, scope, of, rule, about, opened, evidence }: AlarmEvent): string {
  const whose = scope === 'meter' ? of : scope === 'line' ? `line ${of}` : 'the gateway'
  const what = `${rule} of ${whose}${about === '' ? '' : `, ${about}`}`
  if (event === 'cleared') return `alarm ended: ${what}: ${evidence.text}`
  return `alarm${event === 'reopened' ? `, for the ${opened}. time within days` : ''}: ${what}: ${evidence.text}`
}

/**
 * A nightly round beside dead, slow and garbled meters, an hour after the start: the daemon's own line and poller on a clock
 * that moves when told, over a wire in memory that takes each character's time. Nothing here waits in earnest.
 */

import { DAY, HOUR, MINUTE, SECOND, slotOf } from '../src/core/time.ts'
import { createMeter } from '../src/simulator/meter.ts'
import { createMeter2007 } from '../src/simulator/meter-2007.ts'
import { memoryLine } from '../tests/support/memory-line.ts'
import { virtualClock } from '../tests/support/virtual-clock.ts'
import { idOf, METERS, type NightMeter, nightMeters, nightPoller, OFFSET_MINUTES, SEED } from './night.ts'
import { BITS_PER_CHARACTER } from './wire.ts'

/** 10 % dead, 10 % slow, 5 % garbled, spread over the line. */
const SICK = { dead: 3, slow: 3, garbled: 2 } as const
const SLOW_MS = 400
/** All points are polled in these slots all evening; the round that is measured begins as the freeze is due, too. */
const EVERY_MS = 5 * MINUTE
const FREEZE_DUE_MS = 5 * MINUTE
const EVENING_MS = HOUR
/** Bytes that reach the line together, as from a port's buffer. */
const TOGETHER = 8

export type Health = 'well' | keyof typeof SICK

export interface SickNight {
  /** From the freezes being due until the last healthy meter's list was whole, ms; alone and beside the sick. */
  readonly aloneMs: number
  readonly besideMs: number
  /** Of the evening and the hour after. */
  readonly timeouts: number
}

export async function sickNight(baud: number): Promise<SickNight> {
  const meters = nightMeters()
  const healthOf = healths(meters)
  const well = meters.filter(meter => healthOf(meter) === 'well')
  const alone = await night(well, () => 'well', baud)
  const beside = await night(meters, healthOf, baud)
  return { aloneMs: alone.tookMs, besideMs: beside.tookMs, timeouts: beside.timeouts }
}

/** Every fourth meter is sick, in turn. */
export function healths(meters: readonly NightMeter[]): (meter: NightMeter) => Health {
  const sorts = Object.entries(SICK).flatMap(([sort, count]) => Array<Health>(count).fill(sort as Health))
  const step = Math.floor(METERS / sorts.length)
  const sick = new Map(sorts.map((sort, index) => [meters[index * step + 1]?.address, sort]))
  return ({ address }) => sick.get(address) ?? 'well'
}

async function night(meters: readonly NightMeter[], healthOf: (meter: NightMeter) => Health, baud: number) {
  const clock = virtualClock(slotOf(Date.UTC(2026, 10, 21), DAY, OFFSET_MINUTES) + DAY - EVENING_MS)
  const due = clock.now() + EVENING_MS + FREEZE_DUE_MS
  const wire = wireOf(meters, healthOf, baud, clock)
  const url = `serial:///dev/memory?baud=${baud}&parity=none&stop=2`
  const { line, hear } = memoryLine(clock, bytes => wire.ask(bytes, hear), { url })
  const healthy = new Set(meters.filter(meter => healthOf(meter) === 'well').map(idOf))
  const missing = { freeze: new Set(healthy), poll: new Set(healthy) }
  let wholeAt: number | null = null
  const { poller } = await nightPoller({
    line,
    meters,
    clock,
    everyMs: EVERY_MS,
    holdsToday: true,
    kept({ meter, readings }) {
      if (clock.now() < due) return
      for (const { kind } of readings) if (kind === 'freeze' || kind === 'poll') missing[kind].delete(meter)
      if (wholeAt === null && missing.freeze.size + missing.poll.size === 0) wholeAt = clock.now()
    },
  })
  line.start()
  poller.start()
  await clock.pass(EVENING_MS + FREEZE_DUE_MS)
  await clock.pass(HOUR)
  const { timeouts } = line.counters
  const ended = poller.stop()
  await clock.pass(10 * SECOND)
  await ended
  if (wholeAt === null) throw new Error('a healthy meter was not read in an hour')
  return { tookMs: wholeAt - due, timeouts }
}

/** One pair of wires: who speaks while another speaks spoils both. */
export function wireOf(
  meters: readonly NightMeter[],
  healthOf: (meter: NightMeter) => Health,
  baud: number,
  clock: ReturnType<typeof virtualClock>,
) {
  const characterMs = (BITS_PER_CHARACTER * 1_000) / baud
  const slaves = meters.map(meter => {
    const { protocol, address } = meter
    const played = createMeter({ seed: SEED, protocol, address, phases: 3, offsetMinutes: OFFSET_MINUTES })
    return { slave: createMeter2007(played), meter, health: healthOf(meter) }
  })
  let speaking: { until: number; spoilt: boolean } = { until: 0, spoilt: false }

  function say(reply: Uint8Array, hear: (bytes: Uint8Array) => void): void {
    const mine = { until: clock.monotonic() + reply.length * characterMs, spoilt: false }
    if (clock.monotonic() < speaking.until) {
      speaking.spoilt = true
      mine.spoilt = true
    }
    speaking = mine
    for (let at = 0; at < reply.length; at += TOGETHER) {
      const piece = reply.slice(at, at + TOGETHER)
      clock.after((at + piece.length) * characterMs, () =>
        hear(mine.spoilt ? piece.map(byte => byte ^ 0x10) : piece),
      )
    }
  }

  return {
    /** In the order given. */
    meters: slaves.map(({ slave }) => slave.meter),
    ask(bytes: Uint8Array, hear: (bytes: Uint8Array) => void): void {
      const until = clock.monotonic() + bytes.length * characterMs
      const isHeard = clock.monotonic() >= speaking.until
      if (isHeard) speaking = { until, spoilt: false }
      else speaking.spoilt = true
      const request = bytes.subarray(bytes.indexOf(0x68))
      clock.after(until - clock.monotonic(), () => {
        const asked = slaves.find(({ slave }) => slave.hears(request))
        if (!isHeard || !asked || asked.health === 'dead') return
        const reply = asked.slave.answer(request, clock.now())
        if (!reply) return
        if (asked.health === 'garbled') reply[reply.length - 2] = (reply.at(-2) ?? 0) ^ 0x21
        clock.after(asked.health === 'slow' ? SLOW_MS : asked.meter.turnAroundMs, () => say(reply, hear))
      })
    },
  }
}

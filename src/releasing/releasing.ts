/**
 * Decides when boundaries are settled, once a minute: those whose time has elapsed, those that changed since, and now and
 * then all that meters may still tell of and that are not released for good. What is released is decided in the store's
 * thread (src/store/book/settling.ts); here nothing is known of values.
 */

import type { Config } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { isPassing } from '../core/faults.ts'
import type { Log } from '../core/log.ts'
import { type Beat, noBeat } from '../core/progress.ts'
import { DAY, HOUR, isoWithOffset, MINUTE } from '../core/time.ts'
import { boundariesBefore, isBilledAt, type Reach } from '../reading/billing/billed-meter.ts'
import type { Standing } from '../reading/billing/release.ts'
import type { MeterBoundary, SettleAnswer, WithheldBoundary } from '../store/book/asked.ts'
import type { Store } from '../store/store.ts'
import { billedMeter, unconfigured } from './billed-meters.ts'

export interface Releasing {
  start(): void
  stop(): Promise<void>
  status(): ReleasingStatus
}

export interface ReleasingStatus {
  /** Releases written by this process. */
  readonly releases: Partial<Readonly<Record<Standing, number>>>
  /** Boundaries whose time has elapsed and that something stands against. */
  readonly held: number
}

export interface ReleasingParts {
  readonly store: Pick<
    Store,
    'settle' | 'boundariesTouched' | 'boundariesWithheld' | 'lastSequence' | 'cursor' | 'advance'
  >
  readonly config: Pick<Config, 'meters' | 'billing'> & {
    readonly site: Pick<Config['site'], 'offsetMinutes'>
  }
  /** While our clock is not believed nothing is released (PR-31). */
  readonly timeTrust: { look(): void; readonly trusted: boolean }
  /** Why nothing of a meter is released at present although it may be well itself (V-A2); null where nothing holds it. */
  readonly holds: (meter: string) => string | null
  /** Told of every batch, once it is durable. */
  readonly released?: () => void
  readonly clock: Clock
  readonly log: Log
  readonly beat?: Beat
  readonly broken: (error: unknown) => void
}

/** It follows the changes as sinks do, by a position of its own in the store. */
export const BOOK = 'book'

const EVERY_MS = MINUTE
/** One slice takes some 20 ms of the store's time, and then others have it. */
const REST_MS = 80
const LATE_MS = MINUTE
const PAIRS_AT_ONCE = 200
/** As far back as meters remember: 62 daily freezes, twelve settlements of up to three a month and some. */
const ALL: Reach = { midnightsMs: 62 * DAY, settlementsMs: 400 * DAY }
const ALL_EVERY_MS = DAY
/** What is late is late by days: estimates fall due, clocks are measured, neighbours are released. */
const RECENT: Reach = { midnightsMs: 7 * DAY, settlementsMs: 62 * DAY }
const RECENT_EVERY_MS = HOUR
/** After a start meters are asked first for what came while nobody asked; what they still tell need not be estimated. */
const CATCH_UP_MS = HOUR
/** Looks at the same boundaries, one a minute, as long as each releases something. */
const MOST_PASSES = 5

export function createReleasing(parts: ReleasingParts): Releasing {
  const { store, config, timeTrust, clock, log, beat = noBeat } = parts
  const { site, billing: policy } = config
  const meters = config.meters.map(meter => billedMeter(meter, site))
  const byId = new Map(meters.map(meter => [meter.id, meter]))
  const stopping = new AbortController()
  const releases: Partial<Record<Standing, number>> = {}
  /** By meter and boundary: the boundary. */
  const held = new Map<string, number>()
  /** Monotonic; when a look of that reach was last begun and went through. */
  let lookedAtAll = Number.NEGATIVE_INFINITY
  let lookedAtRecent = Number.NEGATIVE_INFINITY
  /** Every boundary up to here has been judged once. */
  let judgedTo: number | null = null
  /** Monotonic; null before the start and when it is over. */
  let catchesUpUntil: number | null = null
  let releasedSoFar = 0
  let passes = 0
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch(laterOrBroken)
      beat(EVERY_MS + LATE_MS)
      await clock.sleep(EVERY_MS, stopping.signal)
    }
    beat(null)
  }

  function laterOrBroken(error: unknown): void {
    if (!isPassing(error)) parts.broken(error)
  }

  async function look(): Promise<void> {
    if (!mayGoOn()) return
    const began = clock.monotonic()
    if (catchesUpUntil !== null && began >= catchesUpUntil) {
      catchesUpUntil = null
      lookedAtAll = Number.NEGATIVE_INFINITY
    }
    const due = clock.now() - policy.settleMs
    const reach = reachNow(due, began)
    const before = releasedSoFar
    if (!(await heal(due)) || !(await follow(due)) || !(await settle(boundariesWithin(due, reach)))) return
    judgedTo = due
    // What was released is what the boundaries beside it may rest on: they are judged again until all is settled.
    passes = releasedSoFar > before ? passes + 1 : 0
    const again = passes > 0 && passes < MOST_PASSES
    if (again) lookedAtRecent = Number.NEGATIVE_INFINITY
    else passes = 0
    if (reach === ALL && !again) lookedAtAll = began
    if ((reach === ALL || reach === RECENT) && !again) lookedAtRecent = began
    for (const [key, boundary] of held) if (boundary < due - ALL.settlementsMs) held.delete(key)
  }

  function mayGoOn(): boolean {
    timeTrust.look()
    return !stopping.signal.aborted && timeTrust.trusted
  }

  function reachNow(due: number, now: number): Reach {
    if (judgedTo === null || now - lookedAtAll >= ALL_EVERY_MS) return ALL
    if (now - lookedAtRecent >= RECENT_EVERY_MS) return RECENT
    const ms = Math.max(0, due - judgedTo)
    return { midnightsMs: ms, settlementsMs: ms }
  }

  function heldBack(meter: string): Pick<MeterBoundary, 'heldBack'> {
    const why = parts.holds(meter)
    return why === null ? {} : { heldBack: why }
  }

  /** Those of all meters whose time has elapsed. */
  function* boundariesWithin(due: number, reach: Reach): Generator<MeterBoundary> {
    for (const meter of meters)
      for (const boundary of boundariesBefore(meter, due + 1, reach, site))
        yield { meter, boundary, anew: false, ...heldBack(meter.id) }
  }

  /** What changed since is judged anew, where its time has elapsed; what has not is judged when it has. */
  async function follow(due: number): Promise<boolean> {
    const last = await store.lastSequence()
    let { sequence } = await store.cursor(BOOK)
    // The first look of a book looks at everything there is by then.
    if (sequence === 0 && judgedTo === null) await store.advance(BOOK, last)
    else
      while (sequence < last) {
        const { touched, reached } = await store.boundariesTouched(sequence)
        if (!(await settle(changed(touched, due)))) return false
        await store.advance(BOOK, reached)
        sequence = reached
      }
    return true
  }

  /** What was found damaged is settled anew, whatever its age and whoever's it is, as long as that brings anything. */
  async function heal(due: number): Promise<boolean> {
    for (let before = -1; before < releasedSoFar; ) {
      before = releasedSoFar
      const withheld = await store.boundariesWithheld()
      if (!(await settle(withheldOf(withheld, due)))) return false
    }
    return true
  }

  function* withheldOf(withheld: readonly WithheldBoundary[], due: number): Generator<MeterBoundary> {
    for (const { meter: id, boundary } of withheld) {
      if (boundary > due) continue
      const meter = byId.get(id)
      if (meter === undefined)
        yield { meter: unconfigured(id), boundary, anew: true, notBilled: 'the meter is configured no more' }
      else if (isBilledAt(meter, boundary, site)) yield { meter, boundary, anew: true, ...heldBack(id) }
      else yield { meter, boundary, anew: true, notBilled: 'the meter is billed by this time no more' }
    }
  }

  function* changed(
    touched: readonly { readonly meter: string; readonly boundary: number }[],
    due: number,
  ): Generator<MeterBoundary> {
    for (const { meter: id, boundary } of touched) {
      const meter = byId.get(id)
      const isIn = boundary <= due && boundary > due - ALL.settlementsMs
      if (meter && isIn && isBilledAt(meter, boundary, site))
        yield { meter, boundary, anew: true, ...heldBack(id) }
    }
  }

  /** Slice by slice; false where it was broken off. */
  async function settle(pairs: Iterator<MeterBoundary>): Promise<boolean> {
    let waiting: MeterBoundary[] = []
    for (;;) {
      while (waiting.length < PAIRS_AT_ONCE) {
        const { value, done } = pairs.next()
        if (done) break
        waiting.push(value)
      }
      if (waiting.length === 0) return true
      if (!mayGoOn()) return false
      const answer = await store.settle({
        now: clock.now(),
        policy,
        isCatchingUp: catchesUpUntil !== null,
        pairs: waiting,
      })
      note(waiting, answer)
      waiting = waiting.slice(answer.outcomes.length)
      beat(EVERY_MS + LATE_MS)
      await clock.sleep(REST_MS, stopping.signal)
    }
  }

  function note(pairs: readonly MeterBoundary[], { outcomes, batch }: SettleAnswer): void {
    for (const [place, outcome] of outcomes.entries()) {
      const { meter, boundary } = pairs[place] as MeterBoundary
      const key = `${meter.id} ${boundary}`
      // What is released and stands, though something speaks against it now, is final to who does not look anew.
      if (outcome === 'hold') held.set(key, boundary)
      else if (outcome !== 'final') held.delete(key)
    }
    if (batch === null) return
    parts.released?.()
    releasedSoFar += batch.last - batch.first + 1
    for (const [standing, count] of Object.entries(batch.standings))
      releases[standing as Standing] = (releases[standing as Standing] ?? 0) + count
    const counts = Object.entries(batch.standings).map(([standing, count]) => `${count} ${standing}`)
    const count = batch.last - batch.first + 1
    const at = isoWithOffset(clock.now(), site.offsetMinutes)
    log.info({ count }, `batch ${batch.id} released at ${at}: ${counts.join(', ')}; ${held.size} held`)
  }

  return {
    start() {
      catchesUpUntil = clock.monotonic() + CATCH_UP_MS
      running = run()
    },
    stop() {
      stopping.abort()
      return running
    },
    status: () => ({ releases, held: held.size }),
  }
}

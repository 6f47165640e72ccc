/**
 * Takes stored orders through their steps: one at a time on a line, restores first. It decides nothing: what an order becomes is the
 * store's answer, and only where that says `sending` does a frame leave, once.
 */

import type { Cancel, Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'
import { ANSWER_HOLDS_MS } from '../supply/order/billing.ts'
import type { Desk } from '../supply/order/desk.ts'
import type { ClockStep } from '../supply/order/events.ts'
import { CHECK_HOLDS_MS } from '../supply/order/final-check.ts'
import { next } from '../supply/order/next.ts'
import type { Order } from '../supply/order/order.ts'
import type { Stepped } from '../supply/order/refusal.ts'
import { type Errand, errandOf, type Told } from './errand.ts'
import type { Billing, OrderStore } from './ports.ts'
import { type Asked, createQuestions } from './questions.ts'

export interface Supplying {
  /** What was under way when the program ended goes on from what is known of it. */
  start(): Promise<void>
  /** Lets what is under way end. */
  stop(): Promise<void>
  /** The next look at the clock and at what is due; by itself once a second. */
  tick(): Promise<void>
  /**
   * No frame of these cuts leaves from now on, that has not left: to be called when a payment, a protection or the kill switch is
   * written, before anybody is told that it is (PR-63, PR-66).
   */
  forbid(isForbidden: (order: Order) => boolean): void
  /** It was heard: a restore that waits for it waits no longer (P-15). Costs nothing where none does. */
  reachable(meter: string): Promise<void>
}

export interface SupplyingParts {
  readonly store: OrderStore
  readonly desk: Desk
  /** Null where it is not asked. */
  readonly billing: Billing | null
  readonly clock: Clock
  /** Whether the wall clock can be believed, asked at the start. */
  readonly isTimeTrusted: () => boolean
  /** Where somebody has to drive. */
  readonly tellField?: (text: string, order: string) => void
  /** What went wrong and is tried again. */
  readonly tell: (text: string, error: unknown) => void
}

/** By how much the clock was set, and the first moment by it as it is now. */
type ClockSet = Omit<Required<ClockStep>, 'type'>

const EVERY_MS = SECOND
/** The wall clock was set where it went by so much more or less than the monotonic one. */
const STEP_MS = 2 * SECOND

export function createSupplying(parts: SupplyingParts): Supplying {
  const { store, desk, billing, clock, isTimeTrusted, tell } = parts
  const questions = billing && createQuestions(billing, clock)
  const errands = new Map<string, Errand & { readonly done: Promise<void> }>()
  /** By meter, the restore that waits for it to be heard. */
  const unreached = new Map<string, string>()
  let [wall, mono] = [clock.now(), clock.monotonic()]
  /** By how much the clock was set, while nobody could be told; and by order, which was not. */
  let unsaid: ClockSet | null = null
  const untold = new Map<string, ClockSet>()
  let cancel: Cancel | null = null
  let ticking: Promise<void> | null = null

  /** Null where nobody set the clock since the last look. */
  function clockStep(): ClockSet | null {
    const byMs = Math.round(clock.now() - wall - (clock.monotonic() - mono))
    const from = wall + byMs
    wall = clock.now()
    mono = clock.monotonic()
    return Math.abs(byMs) >= STEP_MS ? { byMs, from } : null
  }

  function serve(order: Order, asked: Asked | null): void {
    const looked = { at: Number.NEGATIVE_INFINITY, isForbidden: false }
    const told: Told = {
      looked: () => {
        looked.at = clock.monotonic()
      },
      unreached: () => remember(order),
      stepped: stepped => noteField(order, stepped),
      mayLeave: () =>
        !looked.isForbidden &&
        isFresh(looked.at, CHECK_HOLDS_MS) &&
        holds(asked) &&
        (order.kind === 'restore' || clockIsSteady()),
    }
    const forbid = () => {
      looked.isForbidden = order.kind === 'cut'
    }
    const errand = errandOf(order, { store, desk, clock, told, billing: asked?.word ?? null })
    const done = errand()
      .catch(error => tell(`order ${order.id}`, error))
      .finally(() => errands.delete(order.line))
    errands.set(order.line, { order, forbid, done })
  }

  const isFresh = (since: number, ms: number) => clock.monotonic() - since <= ms

  function holds(asked: Asked | null): boolean {
    return asked === null || isFresh(asked.since, ANSWER_HOLDS_MS)
  }

  /** A cut that is about to be made is served once billing has answered; whether it was. */
  function isServed(order: Order): boolean {
    const isAsked = questions !== null && order.kind === 'cut' && order.sent === null
    const asked = isAsked ? questions.take(order) : null
    if (isAsked && asked === null) return false
    serve(order, asked)
    return true
  }

  function remember({ kind, meter, id }: Order): void {
    if (kind === 'restore') unreached.set(meter, id)
  }

  /** Set since the last look: whatever was reckoned by it is reckoned anew first. */
  function clockIsSteady(): boolean {
    return Math.abs(clock.now() - wall - (clock.monotonic() - mono)) < STEP_MS
  }

  async function lookAtDue(): Promise<void> {
    const set = clockStep()
    if (set !== null) {
      // What is about to leave was reckoned by the clock as it was.
      for (const { forbid } of errands.values()) forbid()
      unsaid = both(unsaid, set)
    }
    if (unsaid !== null || untold.size > 0) await tellStep()
    for (const order of await store.due()) await alone(order.id, () => pass(order))
    const due = (await store.due()).filter(({ dueAt }) => dueAt !== null && dueAt <= clock.now())
    // Of a line one is asked for at a time: the next could not be served anyhow.
    const asking = new Set<string>()
    for (const order of inTurn(due)) {
      const { line } = order
      if (errands.has(line) || asking.has(line) || isUnderWay(order) || isOfOtherTime(order)) continue
      if (!isServed(order)) asking.add(line)
    }
  }

  /** Of each order that knows of it or not; what cannot be written now is told again. */
  async function tellStep(): Promise<void> {
    const open = (await store.open()).map(({ id }) => id)
    if (unsaid !== null) for (const id of open) untold.set(id, both(untold.get(id) ?? null, unsaid))
    unsaid = null
    for (const [id, set] of untold)
      await alone(id, async () => {
        if (open.includes(id)) await store.step(id, { type: 'clock-stepped', ...set })
        untold.delete(id)
      })
  }

  /** One that cannot be carried further keeps no other from it. */
  async function alone(id: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch(error => tell(`order ${id}`, error))
  }

  /** A cut that is not yet told that the clock was set. */
  function isOfOtherTime({ kind, id }: Order): boolean {
    return kind === 'cut' && untold.has(id)
  }

  /** Most often nothing comes of it, and nothing is written. */
  async function pass(order: Order): Promise<void> {
    const stepped = next(order, { type: 'time' }, clock.now())
    if ('order' in stepped && stepped.order !== order)
      noteField(order, await store.step(order.id, { type: 'time' }))
  }

  /** Once, when it is written: who drives there waits for nobody to ask (P-15). */
  function noteField(before: Order, stepped: Stepped): void {
    if (before.kind !== 'restore' || before.fieldOrderAt !== null || !('order' in stepped)) return
    const { order } = stepped
    if (order.kind !== 'restore' || order.fieldOrderAt === null) return
    const why = order.because ? `: ${order.because.text}` : ''
    parts.tellField?.(
      `order ${order.id}: somebody has to drive to meter ${order.meter}, it is ${order.state}${why}`,
      order.id,
    )
  }

  async function tick(): Promise<void> {
    ticking ??= lookAtDue()
      .catch(error => tell('orders', error))
      .finally(() => {
        ticking = null
      })
    await ticking
  }

  function again(): void {
    cancel = clock.after(EVERY_MS, () => {
      void tick().then(() => {
        if (cancel !== null) again()
      })
    })
  }

  return {
    async start() {
      for (const order of await store.open()) {
        const event = { type: 'restarted', isTimeTrusted: isTimeTrusted() } as const
        await alone(order.id, async () => noteField(order, await store.step(order.id, event)))
        remember(order)
      }
      again()
    },
    async stop() {
      cancel?.()
      cancel = null
      await ticking
      await Promise.all([...errands.values()].map(({ done }) => done))
    },
    tick,
    forbid(isForbidden) {
      for (const { order, forbid } of errands.values()) if (isForbidden(order)) forbid()
    },
    async reachable(meter) {
      const id = unreached.get(meter)
      if (id === undefined) return
      unreached.delete(meter)
      await alone(id, () => store.step(id, { type: 'reachable' }))
    },
  }
}

/** Set twice, before anybody could be told. */
function both(before: ClockSet | null, { byMs, from }: ClockSet): ClockSet {
  return { byMs: byMs + (before?.byMs ?? 0), from }
}

/** A restore of which nobody knows whether it left, or that is leaving, waits until that is told. */
function isUnderWay({ kind, state }: Order): boolean {
  return kind === 'restore' && state === 'sending'
}

/** Restores before cuts, those that wait longest first; a cut that is to be looked at before one that is to be made. */
function inTurn(due: readonly Order[]): readonly Order[] {
  const rank = (order: Order) => (order.kind === 'restore' ? 0 : order.sent !== null ? 1 : 2)
  const since = (order: Order) => (order.kind === 'restore' ? order.countsFrom : order.requestedAt)
  return due.toSorted((one, other) => rank(one) - rank(other) || since(one) - since(other))
}

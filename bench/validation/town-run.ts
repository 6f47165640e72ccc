/** One town lived through by the gateway: every slot, every meter, in virtual time. */

import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import type { Archived } from './archive.ts'
import { EVERY_MS } from './archive.ts'
import { createBook } from './book.ts'
import type { Row } from './faults.ts'
import { type PlantOf, plant } from './faults.ts'
import { askedAt, createGateway } from './gateway.ts'
import { createHistories } from './histories.ts'
import { createIntervals } from './intervals.ts'
import { createTown, dayOf, midnightOf, type TownMeter, type TownOf } from './load.ts'
import { createScores, type Report } from './scores.ts'
import { createWatch } from './watch.ts'
import { createWorld } from './world.ts'

export interface Lived extends Report {
  readonly rounds: number
  readonly readings: number
  /** Rounds here and there, as they were judged. */
  readonly sample: readonly (readonly Given[])[]
  readonly archive: readonly Archived[]
}

/** Freezes are asked for from here after midnight, again with each poll until they are here, as long as so many days. */
const FREEZE_AFTER_MS = 5 * MINUTE
const DAYS_WANTED = 3
const TRIES_A_DAY = 8
const AUDIT_AT_MS = 3 * HOUR
const SETTLE_AT_MS = HOUR

export async function liveThrough(
  of: TownOf,
  plantOf: PlantOf,
  archived: (meter: TownMeter, row: Row) => Archived,
  /** Of the same town with the same faults these alone are asked, to look into what became of them; all where absent. */
  isAsked: (meter: TownMeter) => boolean = () => true,
): Promise<Lived> {
  const town = createTown(of)
  const plan = plant(town, plantOf)
  const world = createWorld(town, plan.twistsOf)
  const archive = town.meters.map(meter => archived(meter, plan.rowOf(meter.index)))
  const gateway = createGateway(world, archive)
  const book = createBook(archive)
  const watch = createWatch(archive)
  const histories = createHistories(town, archive)
  const intervals = createIntervals(archive)
  const scores = createScores(world, plan, archive)
  const billed = archive
    .filter(({ row, meter }) => !row.isMissing && isAsked(meter))
    .map(({ meter }) => meter.index)
  const wanted = archive.map(() => new Map<number, number>())
  const from = midnightOf(dayOf(town.startsAt) + 1)
  const to = midnightOf(dayOf(town.startsAt + of.days * DAY))

  async function look(meter: number, job: Parameters<typeof gateway.read>[1], at: number) {
    const outcome = await gateway.read(meter, job, at)
    book.accept(meter, outcome.round.readings)
    intervals.saw(meter, outcome.round.readings)
    scores.judged(meter, job, at, outcome)
    watch.saw(meter, at, outcome)
    return outcome
  }

  async function freezes(meter: number, slot: number, at: number): Promise<void> {
    const plan = gateway.planOf(meter)
    const days = wanted[meter]
    if (!plan || !days) return
    for (const [boundary, tries] of days) {
      if (tries >= TRIES_A_DAY * DAYS_WANTED) continue
      const nth = 1 + Math.round((midnightOf(dayOf(slot)) - boundary) / DAY)
      days.set(boundary, tries + 1)
      const { end } = await look(meter, { kind: 'freeze', plan, boundary, nth }, at)
      if (end === 'done') days.delete(boundary)
    }
    for (const boundary of days.keys()) if (slot - boundary >= DAYS_WANTED * DAY) days.delete(boundary)
  }

  /** The boundary of a day ago, and those before it that have not been released as read. */
  function settleDays(meter: number, midnight: number, now: number): void {
    for (let back = DAYS_WANTED; back >= 1; back--) {
      const boundary = midnight - back * DAY
      // Nothing was read before the first.
      if (boundary <= from) continue
      const released = book.releasesOf(meter).find(one => one.boundary === boundary)
      if (released && released.standing !== 'estimated') continue
      const at = {
        now,
        clock: gateway.clockOf(meter),
        heldBack: watch.heldBack(meter),
      }
      const judged = book.settle(meter, boundary, at)
      // What was held a day ago is no news.
      if (back === 1 || judged.release) scores.settled(judged, now)
    }
  }

  /** What histories say of a boundary that has been settled. */
  async function lookBack(boundary: number, now: number): Promise<void> {
    const told = [
      ...billed.flatMap(meter => histories.ofMeter(meter, boundary, book.releasesOf(meter))),
      ...histories.together(boundary, book.releasesOf),
    ]
    for (const { meters, finding, agreed = false } of told)
      for (const meter of meters) watch.told(meter, now, [finding], agreed)
    for (const meter of billed) {
      const found = await intervals.ofMeter(meter, boundary, book.releasesOf(meter))
      watch.told(meter, now, found, true)
    }
  }

  for (let slot = from; slot < to; slot += EVERY_MS) {
    const midnight = midnightOf(dayOf(slot))
    for (const meter of billed) {
      if (slot === midnight) wanted[meter]?.set(midnight, 0)
      const at = askedAt(meter, slot)
      await look(meter, { kind: 'poll', poll: gateway.pollOf(meter), slot }, at)
      await freezes(meter, slot, at + FREEZE_AFTER_MS)
      if (slot - midnight === AUDIT_AT_MS) {
        const told = gateway.planOf(meter) ? gateway.audit(meter, at) : null
        if (told) book.audited(meter, told.audit)
        if (told) watch.told(meter, at, told.findings, true)
      }
      if (slot - midnight === SETTLE_AT_MS) settleDays(meter, midnight, slot)
    }
    if (slot - midnight === SETTLE_AT_MS && midnight - DAY > from) await lookBack(midnight - DAY, slot)
    for (const one of watch.turn(slot + EVERY_MS)) scores.raised(one)
  }
  return {
    ...scores.report(),
    rounds: gateway.rounds(),
    readings: gateway.readings(),
    sample: gateway.sample(),
    archive,
  }
}

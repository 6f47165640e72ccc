/** The judge: holds what the gateway kept, said and released against the ledger of the town, label by label. */

import type { Job } from '../../src/acquire/job.ts'
import type { Outcome } from '../../src/acquire/round.ts'
import { civilOf, DAY, HOUR } from '../../src/core/time.ts'
import type { Kind, ValidatedReading } from '../../src/reading/reading.ts'
import { type Archived, registerOf } from './archive.ts'
import type { Judged } from './book.ts'
import type { Label, Plan } from './faults.ts'
import { askedAt } from './gateway.ts'
import { dayOf, OFFSET_MINUTES } from './load.ts'
import type { World } from './world.ts'

/** What is told to people: a rule that speaks of a meter. */
export interface Raised {
  /** One, or all that fail together. */
  readonly meters: readonly number[]
  readonly rule: string
  readonly at: number
  readonly isShared: boolean
  readonly evidence: string
}

/** How one planted fault ended. */
export interface Fate {
  readonly label: Label
  /** Of the line: answers it changed. */
  readonly struck: number
  /** When it was first told of, or stood in the way of a release; null for never. */
  readonly caughtAt: number | null
  readonly caughtBy: readonly string[]
  /** When the first bill after it was cut. */
  readonly settledAt: number
  /** Wrong values kept as good, and released. */
  readonly keptGood: number
  readonly released: number
}

export interface Wrong {
  readonly meter: string
  readonly kind: Kind
  readonly slot: number
  readonly obis: string
  readonly said: bigint
  readonly truth: bigint
  readonly label: string | null
}

export interface Scores {
  judged(meter: number, job: Job, at: number, outcome: Outcome): void
  raised(one: Raised): void
  settled(judged: Judged, at: number): void
  report(): Report
}

export interface RuleScore {
  readonly rule: string
  /** Alarms of meters with a fault, and of meters without. */
  readonly right: number
  readonly wrong: number
  /** Of the faults of kinds it has caught at all, the share. */
  readonly recall: number
}

export interface Report {
  readonly fates: readonly Fate[]
  readonly rules: readonly RuleScore[]
  readonly falseAlarms: readonly Raised[]
  /** Of meters in order whose line told the same question wrongly twice. */
  readonly ofLine: readonly Raised[]
  /** Released wrong, and kept as good though wrong. */
  readonly wrongs: readonly Wrong[]
  readonly keptWrong: readonly Wrong[]
  readonly meterDays: number
  /** Of boundaries of meters in order: released as read, held back, estimated. */
  readonly released: number
  readonly heldBack: number
  readonly estimated: number
  /** Why boundaries of meters in order were held back. */
  readonly heldFor: ReadonlyMap<string, number>
}

/** After a boundary its bill is cut. */
export const SETTLES_MS = DAY

interface Track {
  readonly label: Label
  readonly settledAt: number
  caughtAt: number | null
  readonly caughtBy: Set<string>
  keptGood: number
  released: number
}

export function createScores(world: World, plan: Plan, archive: readonly Archived[]): Scores {
  const { town } = world
  const tracks = plan.labels.map(
    (label): Track => ({
      label,
      settledAt: settlementAfter(label.from),
      caughtAt: null,
      caughtBy: new Set(),
      keptGood: 0,
      released: 0,
    }),
  )
  const ofMeter = town.meters.map(({ index }) => tracks.filter(({ label }) => label.meters.includes(index)))
  const falseAlarms: Raised[] = []
  const ofLine: Raised[] = []
  const right = new Map<string, number>()
  const wrongs: Wrong[] = []
  const keptWrong: Wrong[] = []
  const heldFor = new Map<string, number>()
  let released = 0
  let heldBack = 0
  let estimated = 0

  const lastingOn = (meter: number, at: number) =>
    (ofMeter[meter] ?? []).filter(({ label }) => label.hits === null && !label.isHonest && at >= label.from)
  const onLine = (meter: number, at: number, what: string) =>
    (ofMeter[meter] ?? []).filter(
      ({ label }) => label.hits?.what === what && at >= label.from && at < label.to + HOUR,
    )

  type Said = Pick<ValidatedReading, 'obis' | 'kind' | 'slot' | 'value'>
  function wrongOf(
    meter: number,
    { obis, kind, slot, value }: Said,
    truth: bigint,
    label: string | null,
  ): Wrong {
    return { meter: town.meters[meter]?.id ?? '', kind, slot, obis, said: value.digits, truth, label }
  }

  /** What a line or a box in it said wrongly twice is no false alarm, but nothing of the meter either. */
  const repeatedOn = (meter: number, at: number) =>
    (ofMeter[meter] ?? []).filter(
      ({ label }) =>
        label.hits !== null && label.hits.attempts > 1 && at >= label.from && at < label.to + HOUR,
    )

  function caught(track: Track, at: number, by: string): void {
    track.caughtAt ??= at
    track.caughtBy.add(by)
  }

  /** What the wire would have told of this register without any fault of the line or a box in it. */
  function truthOf(meter: number, reading: Pick<ValidatedReading, 'obis' | 'kind' | 'slot'>): bigint | null {
    const register = registerOf(reading.obis)
    const { row } = archive[meter] ?? {}
    if (!register || !row) return null
    const isPoll = reading.kind === 'poll'
    const at = isPoll ? askedAt(meter, reading.slot) : reading.slot + HOUR
    const { energies, stamp } = world.plain({ meter, what: reading.kind, at, attempt: 1, nth: 1 })
    // A freeze under another date is another freeze.
    if (!isPoll && stamp !== civilOf(reading.slot, OFFSET_MINUTES)) return null
    const digits = energies[register.kind]?.[register.place]
    return digits === undefined ? null : BigInt(digits) * BigInt(row.misplaced) * BigInt(row.ratio)
  }

  return {
    judged(meter, job, at, { round }) {
      const what = job.kind === 'freeze' ? 'freeze' : 'poll'
      const struck = onLine(meter, at, what)
      for (const track of struck)
        for (const reading of round.readings) {
          const truth = truthOf(meter, reading)
          if (truth === null || truth === reading.value.digits) continue
          if (reading.quality === 'good') {
            track.keptGood += 1
            keptWrong.push(wrongOf(meter, reading, truth, track.label.id))
          } else
            caught(track, at, reading.findings.find(({ verdict }) => verdict !== 'accept')?.rule ?? 'held')
        }
      for (const track of struck)
        for (const { rule, verdict } of round.readings.flatMap(({ findings }) => findings))
          if (verdict === 'accept' && rule.startsWith('V-') && rule !== 'V-R18' && rule !== 'V-R2')
            caught(track, at, `${rule} (asked again)`)
    },
    raised(one) {
      const { meters, at, rule } = one
      const lasting = meters.flatMap(meter => lastingOn(meter, at))
      for (const track of lasting) caught(track, at, rule)
      const repeated = meters.flatMap(meter => repeatedOn(meter, at))
      for (const track of repeated) caught(track, at, rule)
      if (lasting.length + repeated.length === 0) falseAlarms.push(one)
      else if (lasting.length === 0) ofLine.push(one)
      else right.set(rule, (right.get(rule) ?? 0) + 1)
    },
    settled({ meter, boundary, release, against }, at) {
      const lasting = lastingOn(meter, boundary)
      const isActual =
        release !== null && (release.standing === 'actual' || release.standing === 'totals-only')
      if (!isActual && against.length > 0) {
        const why = `held: ${against.join(' ')}`
        for (const track of lasting) caught(track, at, why)
        for (const track of [...onLine(meter, boundary, 'freeze'), ...onLine(meter, boundary, 'poll')])
          caught(track, at, why)
        if (lasting.length > 0) return
        if (release) estimated += 1
        else heldBack += 1
        for (const code of against) heldFor.set(code, (heldFor.get(code) ?? 0) + 1)
        return
      }
      if (!isActual || !release) return
      if (lasting.length === 0) released += 1
      for (const { obis, value, reading } of release.registers) {
        const kind = archive[meter]?.config.daily ? 'freeze' : 'poll'
        const truth = reading === null ? null : truthOf(meter, { obis, kind, slot: boundary })
        if (truth === null || truth === value.digits) continue
        const causes = (ofMeter[meter] ?? []).filter(
          ({ label }) => boundary >= label.from - DAY && boundary <= label.to + DAY,
        )
        for (const track of causes) track.released += 1
        const label = causes.map(cause => cause.label.id).join(' ') || null
        wrongs.push(wrongOf(meter, { obis, value, slot: boundary, kind }, truth, label))
      }
    },
    report() {
      const fates = tracks.map(track => ({
        ...track,
        struck: plan.planted.find(({ label }) => label === track.label)?.struck() ?? 0,
        caughtBy: [...track.caughtBy],
      }))
      return {
        fates,
        rules: ruleScores(fates, right, falseAlarms),
        falseAlarms,
        ofLine,
        wrongs,
        keptWrong,
        meterDays: town.meters.length * town.of.days,
        released,
        heldBack,
        estimated,
        heldFor,
      }
    },
  }
}

/** When the bill of the first month's end after an instant is cut; of boundaries that is a day after. */
function settlementAfter(instant: number): number {
  const day = dayOf(instant)
  const date = new Date(day * DAY)
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 8 * HOUR
  return next + SETTLES_MS
}

function ruleScores(
  fates: readonly Fate[],
  right: ReadonlyMap<string, number>,
  falseAlarms: readonly Raised[],
): readonly RuleScore[] {
  const rules = new Set([...right.keys(), ...falseAlarms.map(({ rule }) => rule)])
  return [...rules].sort().map(rule => {
    const kinds = new Set(
      fates.filter(({ caughtBy }) => caughtBy.includes(rule)).map(({ label }) => label.kind),
    )
    const those = fates.filter(({ label }) => kinds.has(label.kind))
    const caught = those.filter(({ caughtBy }) => caughtBy.includes(rule)).length
    return {
      rule,
      right: right.get(rule) ?? 0,
      wrong: falseAlarms.filter(one => one.rule === rule).length,
      recall: those.length === 0 ? 0 : caught / those.length,
    }
  })
}

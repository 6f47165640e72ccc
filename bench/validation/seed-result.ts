/** What is kept of a seed, so that many make one table and a run broken off goes on. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultClass } from './fault.ts'
import { judgedASecond } from './judging.ts'
import type { RuleScore } from './scores.ts'
import type { Lived } from './town-run.ts'

/** How one planted fault ended, without the town. */
export interface KeptFate {
  readonly id: string
  readonly kind: string
  readonly class: FaultClass
  readonly isHonest: boolean
  readonly isConsistent: boolean
  readonly leaves: readonly string[]
  /** Of the line: the wire code refused it, or it was asked again before any rule had to speak. */
  readonly isHarmless: boolean
  readonly from: number
  readonly caughtAt: number | null
  readonly caughtBy: readonly string[]
  readonly settledAt: number
  readonly keptGood: number
  readonly released: number
}

export interface SeedResult {
  readonly seed: number
  /** The size of the town and what was planted, as one text: others are not added to it. */
  readonly of: string
  readonly meterDays: number
  readonly readings: number
  readonly cpuSeconds: number
  readonly judgedASecond: number
  readonly fates: readonly KeptFate[]
  readonly rules: readonly Pick<RuleScore, 'rule' | 'right' | 'wrong'>[]
  readonly falseAlarms: number
  readonly ofLine: number
  /** Wrong registers that were released with no fault to explain them. */
  readonly unexplained: number
  readonly released: number
  readonly estimated: number
  readonly heldBack: number
}

export function seedResultOf(seed: number, of: string, lived: Lived, cpuSeconds: number): SeedResult {
  const { meterDays, readings, released, estimated, heldBack } = lived
  return {
    ...{ seed, of, meterDays, readings, cpuSeconds, released, estimated, heldBack },
    judgedASecond: judgedASecond(lived.archive, lived.sample),
    fates: lived.fates.map(({ label, caughtAt, caughtBy, settledAt, keptGood, released }) => {
      const { id, kind, isHonest, isConsistent, leaves, from } = label
      const isHarmless = label.hits !== null && caughtAt === null && keptGood + released === 0
      const own = { id, kind, class: label.class, isHonest, isConsistent, leaves, isHarmless, from }
      return { ...own, caughtAt, caughtBy, settledAt, keptGood, released }
    }),
    rules: lived.rules.map(({ rule, right, wrong }) => ({ rule, right, wrong })),
    falseAlarms: lived.falseAlarms.length,
    ofLine: lived.ofLine.length,
    unexplained: lived.wrongs.filter(({ label }) => label === null).length,
  }
}

function fileOf(folder: string, seed: number): string {
  return join(folder, `seed-${seed}.json`)
}

/** The board beside it, for whoever looks into a seed. */
export function keep(folder: string, result: SeedResult, board: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `seed-${result.seed}.txt`), board)
  const file = fileOf(folder, result.seed)
  writeFileSync(`${file}.new`, JSON.stringify(result))
  renameSync(`${file}.new`, file)
}

export function boardOf(folder: string, seed: number): string {
  return readFileSync(join(folder, `seed-${seed}.txt`), 'utf8')
}

/** Null where it has not been lived through, or was of another size. */
export function keptOf(folder: string, seed: number, of: string): SeedResult | null {
  try {
    const result: SeedResult = JSON.parse(readFileSync(fileOf(folder, seed), 'utf8'))
    return result.of === of ? result : null
  } catch {
    return null
  }
}

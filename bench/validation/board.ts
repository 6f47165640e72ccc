/** A run as a table for people. */

import { civilOf } from '../../src/core/time.ts'
import { OFFSET_MINUTES } from './load.ts'
import type { Fate } from './scores.ts'
import type { Lived } from './town-run.ts'

const CLASSES = ['communication', 'meter', 'archive', 'forgery'] as const

export function shownBoard(seed: number, lived: Lived): string {
  const lines = [
    `seed ${seed}: ${lived.meterDays} meter-days, ${lived.rounds} rounds, ${lived.readings} readings`,
  ]
  for (const group of CLASSES) {
    const fates = lived.fates.filter(({ label }) => label.class === group)
    if (fates.length === 0) continue
    lines.push(head(group), ...kindsOf(fates).map(row))
  }
  lines.push('', 'rule      right  wrong  precision  recall')
  for (const { rule, right, wrong, recall } of lived.rules)
    lines.push(
      `${rule.padEnd(8)} ${pad(right)} ${pad(wrong)} ${percent(right, right + wrong)} ${percent(recall, 1)}`,
    )
  lines.push('', `false alarms ${lived.falseAlarms.length}`)
  for (const { meter, rule, at } of lived.falseAlarms.slice(0, 20))
    lines.push(`  meter ${meter} ${rule} ${civilOf(at, OFFSET_MINUTES)}`)
  lines.push(`held back of meters in order ${lived.heldBack} of ${lived.heldBack + lived.released}`)
  for (const [why, count] of lived.heldFor) lines.push(`  ${why} ${count}`)
  lines.push(`wrong registers released ${lived.wrongs.length}`)
  for (const one of lived.wrongs.slice(0, 30))
    lines.push(
      `  ${one.meter} ${civilOf(one.boundary, OFFSET_MINUTES)} ${one.obis} billed ${one.billed} truth ${one.truth} ${one.label ?? 'unexplained'}`,
    )
  return lines.join('\n')
}

function head(group: string): string {
  return `\n${group.padEnd(26)} planted  in time  later  missed  kept good  released  caught by`
}

interface KindRow {
  readonly kind: string
  readonly isConsistent: boolean
  readonly fates: readonly Fate[]
}

function kindsOf(fates: readonly Fate[]): readonly KindRow[] {
  return [...Map.groupBy(fates, ({ label }) => label.kind)].map(([kind, those]) => ({
    kind,
    isConsistent: those[0]?.label.isConsistent ?? false,
    fates: those,
  }))
}

function row({ kind, isConsistent, fates }: KindRow): string {
  const inTime = fates.filter(({ caughtAt, settledAt }) => caughtAt !== null && caughtAt <= settledAt)
  const later = fates.filter(({ caughtAt, settledAt }) => caughtAt !== null && caughtAt > settledAt)
  const missed = fates.filter(({ caughtAt }) => caughtAt === null)
  const by = [...new Set(fates.flatMap(({ caughtBy }) => caughtBy))].join(', ')
  const counts = [
    fates.length,
    inTime.length,
    later.length,
    missed.length,
    fates.filter(({ keptGood }) => keptGood > 0).length,
    fates.filter(({ released }) => released > 0).length,
  ]
  const name = `${kind}${isConsistent ? ' *' : ''}`
  return `${name.padEnd(26)} ${counts.map(count => pad(count, 7)).join(' ')}  ${by}`
}

function pad(count: number, width = 6): string {
  return String(count).padStart(width)
}

function percent(part: number, of: number): string {
  return `${of === 0 ? '–' : ((part / of) * 100).toFixed(1)} %`.padStart(9)
}

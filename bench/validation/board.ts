/** A run as a table for people. */

import { civilOf, DAY } from '../../src/core/time.ts'
import { OFFSET_MINUTES } from './load.ts'
import type { Fate, Wrong } from './scores.ts'
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
  lines.push('', `false alarms ${lived.falseAlarms.length}; of lines that erred twice ${lived.ofLine.length}`)
  for (const { meters, rule, at, evidence } of [...lived.falseAlarms, ...lived.ofLine].slice(0, 40))
    lines.push(
      `  ${meters.map(meter => meter + 1).join(' ')}: ${rule} ${civilOf(at, OFFSET_MINUTES)}${nearTo(lived.fates, meters, at)}: ${evidence.slice(0, 120)}`,
    )
  const { released, heldBack, estimated } = lived
  lines.push(
    `of meters in order ${released} boundaries released as read, ${estimated} estimated, ${heldBack} held back`,
  )
  for (const [why, count] of lived.heldFor) lines.push(`  ${why} ${count}`)
  lines.push(`wrong registers released ${lived.wrongs.length}`)
  lines.push(...ofLineFirst(lived).slice(0, 30).map(wrong))
  lines.push(`wrong registers kept as good ${lived.keptWrong.length}`)
  lines.push(...lived.keptWrong.slice(0, 60).map(wrong))
  return lines.join('\n')
}

/** A forger's values are wrong every day; what the line made wrong is to be found among them. */
function ofLineFirst({ wrongs, fates }: Lived): readonly Wrong[] {
  const ofLine = new Set(
    fates.filter(({ label }) => label.class === 'communication').map(({ label }) => label.id),
  )
  const isOfLine = ({ label }: Wrong) => label === null || label.split(' ').some(one => ofLine.has(one))
  return [...wrongs.filter(isOfLine), ...wrongs.filter(one => !isOfLine(one))]
}

function wrong({ meter, kind, slot, obis, said, truth, label }: Wrong): string {
  return `  ${meter} ${kind} ${civilOf(slot, OFFSET_MINUTES)} ${obis} ${said}, truly ${truth}: ${label ?? 'unexplained'}`
}

/** What had hit the line of this meter not long before. */
function nearTo(fates: readonly Fate[], meters: readonly number[], at: number): string {
  const near = fates.filter(
    ({ label }) =>
      label.meters.some(meter => meters.includes(meter)) &&
      at >= label.from - DAY &&
      label.from > at - 3 * DAY,
  )
  return near.map(({ label }) => ` [${label.id} ${civilOf(label.from, OFFSET_MINUTES)}]`).join('')
}

function head(group: string): string {
  return `\n${group.padEnd(26)} planted in time   later  missed harmless   kept    out  caught by`
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
  const unseen = fates.filter(({ caughtAt }) => caughtAt === null)
  // Of the line: the wire code refused it, or it was asked again before any rule had to speak.
  const harmless = unseen.filter(
    ({ label, keptGood, released }) => label.hits !== null && keptGood + released === 0,
  )
  const by = [...new Set(fates.flatMap(({ caughtBy }) => caughtBy))].join(', ')
  const counts = [
    fates.length,
    inTime.length,
    later.length,
    unseen.length - harmless.length,
    harmless.length,
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

/** `meterd revalidate`: what would change if what is stored were judged again; nothing changes by it. */

import { parseArgs } from 'node:util'
import { parseBoundary } from '../api/times.ts'
import { systemClock } from '../core/clock.ts'
import { formatScaled } from '../core/scaled.ts'
import { isoWithOffset } from '../core/time.ts'
import { readId } from '../reading/identity.ts'
import { USUAL_CLASS } from '../reading/rules/parameters.ts'
import type { JudgedAgain } from '../retrace/judge-again.ts'
import { revalidate as judgeAll, type Revalidating, type Tally } from '../retrace/revalidate.ts'
import { type KeptRow, openHistory } from '../store/history.ts'
import { dataPlace } from './data-place.ts'
import { siteRulesIn } from './site-rules-in.ts'
import { BAD_CONFIG, type Terminal, type Verb, WrongUse } from './verb.ts'

const OPTIONS = {
  config: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  rules: { type: 'string' },
  meter: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const revalidate: Verb = {
  summary: 'what stored readings would be by other rules, before anything changes',
  help: `meterd revalidate --from TIME [--to TIME] --config FILE [--rules FILE] [--meter ID] [--json]

--from, --to   slots from here on, before there: YYYY-MM-DD at the site, or ISO 8601 with offset
--config FILE  the meters, their limits, and where the data are
--rules FILE   judge by the "validation:" of this file instead of the configuration's; "version: 1" stands above it
--meter ID     this meter alone

Judges what is stored by the rules of this version, in the order in which it came, beside the good values as they stood, and
shows what would change: by rule, by quality, and each reading. It writes nothing. A rule that may have known what is not
kept leaves its old finding as it is, which is counted. V-F10, V-T1, V-C1 and V-R18 are never judged again.

Exit 0; 1 there is no such store or meter; 2 used wrongly; 78 a wrong configuration, or wrong rules.
Example: meterd revalidate --from 2026-11-01 --config gateway.yaml --rules stricter.yaml`,
  async run(argv, io) {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    if (values.config === undefined) throw new WrongUse('--config is missing')
    if (values.from === undefined) throw new WrongUse('--from is missing')
    const place = await dataPlace({ config: values.config }, io)
    if (place?.config == null) return BAD_CONFIG
    const rules = values.rules === undefined ? null : await siteRulesIn(values.rules, io)
    if (rules === BAD_CONFIG) return BAD_CONFIG
    const { meters, site } = place.config
    const { offsetMinutes } = site
    if (values.meter !== undefined && !meters.some(({ id }) => id === values.meter))
      throw new WrongUse(`--meter ${values.meter}: no such meter in ${values.config}`)
    const history = openHistory(place.directory)
    try {
      const changed = values.json
        ? (row: KeptRow, one: JudgedAgain) => io.out(JSON.stringify(changeInJson(row, one, offsetMinutes)))
        : (row: KeptRow, one: JudgedAgain) => void changes.push(() => tellChange(row, one, offsetMinutes, io))
      const changes: (() => void)[] = []
      const asked: Revalidating = {
        ...{ history, meters, offsetMinutes, changed },
        from: instantIn('from', values.from, offsetMinutes),
        to: values.to === undefined ? Number.POSITIVE_INFINITY : instantIn('to', values.to, offsetMinutes),
        ...(values.meter !== undefined && { only: values.meter }),
        ...(rules && { limitsOf: meter => rules.limits[meter.class ?? USUAL_CLASS] }),
      }
      const startedAt = systemClock.monotonic()
      const tally = judgeAll(asked)
      const ms = Math.max(1, systemClock.monotonic() - startedAt)
      if (values.json) io.out(JSON.stringify(tallyInJson(tally, history.damaged, ms)))
      else tellTally(tally, history.damaged, ms, io)
      for (const change of changes) change()
      return 0
    } finally {
      history.close()
    }
  },
}

function instantIn(option: string, text: string, offsetMinutes: number): number {
  const instant = parseBoundary(text, offsetMinutes)
  if (instant === null) throw new WrongUse(`--${option} ${text}: write YYYY-MM-DD, or ISO 8601 with offset`)
  return instant
}

function tellTally(
  { judged, foreign, changed, rules, qualities }: Tally,
  damaged: number,
  ms: number,
  io: Terminal,
) {
  const perSecond = Math.round((judged / ms) * 1_000)
  io.out(
    `${judged} readings judged again, ${changed} would change; ${perSecond} readings/s; nothing was written`,
  )
  if (foreign > 0) io.out(`${foreign} readings are of meters that are not configured, and were not judged`)
  if (damaged > 0) io.out(`${damaged} rows do not match their checksum, and were not judged`)
  for (const [rule, { appear, vanish, otherwise, left }] of [...rules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const words = [
      appear > 0 && `${appear} verdicts appear`,
      vanish > 0 && `${vanish} vanish`,
      otherwise > 0 && `${otherwise} become others`,
      left > 0 && `not judged again for ${left} readings: what it went by is not kept`,
    ].filter(Boolean)
    io.out(`${rule.padEnd(6)} ${words.join(', ')}`)
  }
  for (const [key, count] of qualities) io.out(`${key}: ${count}`)
}

function tellChange(row: KeptRow, one: JudgedAgain, offsetMinutes: number, io: Terminal): void {
  const { id, meter, obis, slot, was, would, changes } = changeInJson(row, one, offsetMinutes)
  io.out(`${id} ${meter} ${obis} ${slot}: ${was} → ${would}`)
  for (const { rule, was: before, would: after, evidence } of changes)
    io.out(`  ${rule}: ${before ?? 'nothing'} → ${after ?? 'nothing'}: ${evidence}`)
}

function changeInJson(
  { register, slot, version, value, unit }: KeptRow,
  one: JudgedAgain,
  offsetMinutes: number,
) {
  const { meter, obis, kind } = register
  return {
    id: readId({ ...register, slot, version }),
    ...{ meter, obis, kind, slot: isoWithOffset(slot, offsetMinutes), version },
    ...{ value: formatScaled(value), unit, was: one.reading.quality, would: one.quality },
    changes: one.changes.map(({ rule, was, would }) => ({
      ...{ rule, was: was?.verdict ?? null, would: would?.verdict ?? null },
      evidence: would?.evidence ?? was?.evidence ?? '',
    })),
    left: one.left,
  }
}

function tallyInJson({ judged, foreign, changed, rules, qualities }: Tally, damaged: number, ms: number) {
  return {
    ...{ judged, changed, foreign, damaged, perSecond: Math.round((judged / ms) * 1_000) },
    rules: Object.fromEntries(rules),
    qualities: Object.fromEntries(qualities),
  }
}

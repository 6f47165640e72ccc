/** What `meterd profile doctor` tells: values, checks, what else they would read as, and one verdict. */

import { codeOf, type Look } from '../commission/looks.ts'
import type { Judgement } from '../commission/plausibility.ts'
import type { Remedy, Variation } from '../commission/variations.ts'
import { whyOpen } from '../commission/why-open.ts'
import type { Failure } from '../core/faults.ts'
import { isEnergyRegister } from '../core/obis.ts'
import type { RawRead } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { besidePoints, relayWord } from './beside-points.ts'
import { saidOf } from './said.ts'
import type { Terminal } from './verb.ts'

/** What was seen, and what is thought of it. */
export interface Diagnosis {
  readonly profile: Profile
  readonly looks: readonly Look[]
  readonly judgement: Judgement
  /** What else the registers would read as; empty where no check failed. */
  readonly others: ReadonlyMap<Variation, readonly Look[]>
  readonly remedies: readonly Remedy[]
  /** Of the second stack; null where it does not speak the protocol. */
  readonly stacks: Stacks | null
  /** Why the last look gave nothing; null where it did. */
  readonly fault: Failure | null
  /** What to look at where nothing was read. */
  readonly toCheck: string
}

/** What the second stack heard beside ours. */
export interface Stacks {
  readonly answers: number
  /** In words, where it was told something else. */
  readonly differ: readonly string[]
  /** Questions it had no answer to. */
  readonly unanswered: readonly string[]
  /** Why it could not ask at all; null when it could. */
  readonly fault: string | null
}

export interface Verdict {
  readonly verdict: 'fits' | 'does not fit' | 'cannot be judged'
  readonly text: string
}

/** True when the profile fits. */
export function tellDiagnosis(diagnosis: Diagnosis, json: boolean, io: Terminal): boolean {
  const { verdict, text: judged } = verdictOf(diagnosis)
  const { fault, looks } = diagnosis
  const wasSeen = !looks.every(isEmpty)
  const text = fault && wasSeen ? `${judged}; there is no second reading: ${fault.text}` : judged
  if (json) tellObjects(diagnosis, verdict, text, io)
  else if (diagnosis.looks.every(isEmpty)) io.out(`${verdict}: ${text}`)
  else {
    tellValues(diagnosis, io)
    tellChecks(diagnosis, io)
    tellOthers(diagnosis, io)
    io.out(`${verdict}: ${text}`)
  }
  return verdict === 'fits'
}

function verdictOf({ profile, looks, judgement, remedies, stacks, fault, toCheck }: Diagnosis): Verdict {
  if (looks.every(isEmpty))
    return {
      verdict: 'cannot be judged',
      text: `the meter gave nothing: ${fault?.text ?? 'no answer'}; ${toCheck}`,
    }
  const { findings, standing } = judgement
  const fails = findings.filter(({ verdict }) => verdict === 'fail')
  const [first] = fails
  if (first !== undefined) {
    const cure = remedies.find(({ isCure }) => isCure)
    const failing = [...standing.values()].filter(how => how === 'failed').length
    const better = cure ?? remedies.find(({ heals }) => heals.length > failing / 2)
    const advice = better
      ? `${inWords(better, profile.points.length)}${better.isCure ? ', and nothing fails any more' : `, and ${better.heals.length} of the failing values become plausible`}`
      : isIdentityOnly(fails.map(({ check }) => check))
        ? 'is this the meter and model the profile is for?'
        : 'no single change heals it: is it the right model? compare the values with the display'
    return {
      verdict: 'does not fit',
      text: `${fails.length} check${fails.length === 1 ? ' fails' : 's fail'} (${first.evidence}); ${advice}`,
    }
  }
  if (stacks && stacks.differ.length > 0)
    return {
      verdict: 'cannot be judged',
      text: 'the two stacks were told different things; something else talks on this line, or two meters share the address',
    }
  if (stacks && (stacks.fault !== null || stacks.unanswered.length > 0))
    return {
      verdict: 'cannot be judged',
      text: 'no check fails, but the second stack was not answered; does the device serve one connection only, and holds the last one for a while? Try again',
    }
  const billed = profile.points.filter(({ obis }) => isEnergyRegister(obis))
  const open = billed.filter(point => standing.get(point) !== 'proven')
  if (billed.length === 0)
    return {
      verdict: 'cannot be judged',
      text: 'no check fails, but the profile has no energy register: nothing of it can be billed',
    }
  if (open.length > 0)
    return {
      verdict: 'cannot be judged',
      text: `no check fails, but nothing shows that these are right: ${openInWords(open, looks, profile)}`,
    }
  const others = [...standing].filter(([point, how]) => how === 'open' && !billed.includes(point))
  const rest =
    others.length === 0
      ? ''
      : `; not shown, compare with the display: ${others.map(([{ name }]) => name).join(', ')}`
  return {
    verdict: 'fits',
    text: `every energy register rises as a power says that fits U·I, or adds up with one that does${rest}; a factor common to all currents, powers and energies no check can see: compare one of each with the display`,
  }
}

/** Each kind with what to do: wait longer, or compare with the display where waiting shows nothing. */
function openInWords(open: readonly Point[], looks: readonly Look[], { nameplate }: Profile): string {
  const reasons = open.map(point => ({ point, reason: whyOpen(point, looks, nameplate) }))
  const seconds = Math.max(0, ...reasons.map(({ reason }) => (reason?.why === 'slow' ? reason.seconds : 0)))
  const kinds = Map.groupBy(reasons, ({ point, reason }): OpenKind => {
    if (reason?.why !== 'still') return reason?.why ?? 'other'
    if (reason.flows === 'not at all') return 'idle'
    return isExport(point) ? 'never fed' : 'turned'
  })
  const what: Readonly<Record<OpenKind, string>> = {
    slow: `--again ${seconds} is needed at the present power`,
    'never fed': 'nobody feeds in: export will not move; compare it with the display and accept',
    turned:
      'the power goes the other way all along: this will not move; compare it with the display and accept',
    empty: 'the meter has no value for it: where its display has one, the profile is wrong; else accept',
    idle: 'no such power flows: look again under load, or compare it with the display and accept',
    other: 'look again under load (--again 600), or compare it with the display and accept',
  }
  return [...kinds]
    .map(([kind, all]) => `${all.map(({ point }) => point.name).join(', ')} (${what[kind]})`)
    .join('; ')
}

type OpenKind = 'slow' | 'empty' | 'never fed' | 'turned' | 'idle' | 'other'

/** Active energy export, in all or of a phase, any tariff. */
function isExport(point: Point): boolean {
  return /^(2|22|42|62)\.8\.\d+$/.test(codeOf(point))
}

function isEmpty({ reads }: Look): boolean {
  return reads.length === 0
}

function isIdentityOnly(checks: readonly string[]): boolean {
  return checks.every(check => check === 'ident' || check === 'serial' || check === 'ratios')
}

function inWords({ variation, points }: Remedy, count: number): string {
  const [only] = points
  const where =
    points.length === 1
      ? (only?.name ?? '')
      : points.length === count
        ? 'every point'
        : `the ${points.length} points it concerns`
  const example = only && variation.apply(only)
  const change =
    !example || !only
      ? ''
      : example.item !== only.item
        ? ` (${only.item} → ${example.item})`
        : ` ("${only.encoding}" → "${example.encoding}")`
  return `try ${variation.label} in ${where}${change}`
}

/** For people who wait: what was read, before anything is thought of it. */
export function tellFirst({ reads }: Look, io: Terminal): void {
  for (const read of reads)
    io.err(`  ${read.point.item.padEnd(12)} ${read.point.name}: ${textOf(read, read.point)}`)
}

function tellValues({ profile, looks, judgement }: Diagnosis, io: Terminal): void {
  const { ident, serialNumber, ratios, doubts = [] } = profile
  const about = [ident?.point, serialNumber, ratios?.current, ratios?.voltage].filter(
    point => point !== undefined,
  )
  for (const point of [...about, ...profile.points, ...besidePoints(profile)]) {
    const shown = looks.map(({ reads }) => {
      const read = reads.find(one => one.point === point)
      return [textOf(read, point), relayWord(profile, read)].filter(text => text !== null).join(', ')
    })
    const [first = '', last = first] = shown
    const mark = { proven: 'shown', failed: 'FAILS', open: '' }[judgement.standing.get(point) ?? 'open']
    io.out(
      `${mark.padEnd(6)}${point.item.padEnd(12)} ${point.obis.padEnd(12)} ${point.name}: ${first}${last === first ? '' : ` → ${last}`}`,
    )
  }
  for (const doubt of doubts) io.out(`doubt: ${doubt}`)
}

function textOf(read: RawRead | undefined, { unit }: Point): string {
  const said = read ? saidOf(read) : { value: null, fault: { text: 'no answer' } }
  return said.value === null ? `none; ${said.fault?.text}` : `${said.value} ${unit}`.trim()
}

function tellChecks({ judgement, stacks }: Diagnosis, io: Terminal): void {
  const { findings } = judgement
  const words = { fail: 'FAILS', pass: 'holds', 'not-evaluable': 'open' } as const
  for (const verdict of ['pass', 'not-evaluable', 'fail'] as const)
    for (const finding of findings)
      if (finding.verdict === verdict)
        io.out(`${words[verdict].padEnd(6)}${finding.check}: ${finding.evidence}`)
  for (const ground of judgement.grounds) io.out(`shown ${ground}`)
  if (stacks === null) return
  if (stacks.fault !== null) io.out(`open  modbus-serial: ${stacks.fault}`)
  for (const one of stacks.unanswered) io.out(`open  modbus-serial: ${one}: it did not answer`)
  for (const one of stacks.differ) io.out(`FAILS modbus-serial: ${one}`)
  if (stacks.differ.length === 0 && stacks.answers > 0)
    io.out(`holds modbus-serial: the same bytes in ${stacks.answers} answers, but for what moved meanwhile`)
}

/** More of them are told with --json. */
const MOST_SHOWN = 6

/** Failing points, and what each would read as otherwise; the ways that make it plausible are marked. */
function tellOthers({ judgement, others, remedies, looks }: Diagnosis, io: Terminal): void {
  if (others.size === 0) return
  const failing = [...judgement.standing].flatMap(([point, how]) => (how === 'failed' ? [point] : []))
  for (const point of failing.slice(0, MOST_SHOWN)) {
    io.out(`${point.name} (${codeOf(point)}), "${point.encoding}" at ${point.item}, would read as`)
    io.out(
      `    as it is            ${shortly(
        looks.at(-1)?.reads.find(read => read.point === point),
        point,
      )}`,
    )
    for (const [variation, [look]] of others) {
      const other = variation.apply(point)
      const read =
        other &&
        look?.reads.find(one => one.point.item === other.item && one.point.encoding === other.encoding)
      const isBetter = remedies.some(one => one.variation === variation && one.heals.includes(point))
      if (read && ('value' in read || isBetter || variation.label.startsWith('order')))
        io.out(`  ${isBetter ? '*' : ' '} ${variation.label.padEnd(20)}${shortly(read, point)}`)
    }
  }
  const rest = failing.length - MOST_SHOWN
  if (rest > 0) io.out(`and ${rest} more points that fail; --json tells all. * makes the value plausible`)
}

/** By the label of the variation. */
function otherwise(point: Point, others: Diagnosis['others']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...others].flatMap(([variation, [look]]) => {
      const other = variation.apply(point)
      const read =
        other &&
        look?.reads.find(one => one.point.item === other.item && one.point.encoding === other.encoding)
      return read && 'value' in read ? [[variation.label, textOf(read, point)]] : []
    }),
  )
}

function shortly(read: RawRead | undefined, point: Point): string {
  return read && 'value' in read ? textOf(read, point) : 'nothing that is a value'
}

function tellObjects(
  { profile, looks, judgement, stacks, remedies, others }: Diagnosis,
  verdict: string,
  text: string,
  io: Terminal,
): void {
  for (const point of [...profile.points, ...besidePoints(profile)]) {
    const values = looks
      .map(({ reads }) => reads.find(read => read.point === point))
      .map(read => (read ? saidOf(read) : null))
    io.out(
      JSON.stringify({
        item: point.item,
        obis: point.obis,
        name: point.name,
        unit: point.unit,
        values,
        standing: judgement.standing.get(point) ?? 'open',
        wouldBe: judgement.standing.get(point) === 'failed' ? otherwise(point, others) : {},
      }),
    )
  }
  for (const { check, verdict: how, evidence, points } of judgement.findings)
    io.out(JSON.stringify({ check, verdict: how, evidence, points: points.map(({ item }) => item) }))
  io.out(
    JSON.stringify({
      verdict,
      text,
      grounds: judgement.grounds,
      remedies: remedies.slice(0, 5).map(one => inWords(one, profile.points.length)),
      stacks,
    }),
  )
}

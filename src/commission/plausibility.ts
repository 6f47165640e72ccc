/**
 * Whether what a meter shows can be true, judged from values alone: what a wrong order, address, scale, function or
 * model would have made of them. Pure: looks in, findings out. It wants a load: at zero, currents, powers and counters
 * look the same under every mistake, and are told as not evaluable.
 */

import { formatScaled } from '../core/scaled.ts'
import type { RawRead, Value } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { counting } from './counting.ts'
import { electrical } from './electrical.ts'
import { type CheckId, type Finding, fail, notEvaluable, pass } from './finding.ts'
import { type Look, refusedIn, sightOf } from './looks.ts'
import { types } from './types.ts'

/** What the archive knows of the meter; absent is what nobody has told. */
export interface Expected {
  readonly serialNumber?: string
  /** As a number in text: "40" for 200/5. */
  readonly currentRatio?: string
  readonly voltageRatio?: string
}

/**
 * `proven`: a check that would have noticed passed, and none failed. `open`: nothing has shown that it is right, so a
 * person has to say so.
 */
export type Standing = 'proven' | 'failed' | 'open'

export interface Judgement {
  readonly findings: readonly Finding[]
  readonly standing: ReadonlyMap<Point, Standing>
  /** No check failed, and every point is proven: what need not wait for a person. */
  readonly isSure: boolean
}

/** Looks in order of time; each should hold all points, and the ident, serial and ratio registers of the profile. */
export function judge(profile: Profile, looks: readonly Look[], expected: Expected = {}): Judgement {
  const sights = looks.map(sightOf)
  const findings = anchored([
    ...answered(profile.points, looks),
    ...about(profile, looks, expected),
    ...types(profile),
    ...merged(sights.map(sight => electrical(sight, profile.nameplate))),
    ...counting(sights, profile.nameplate),
  ])
  const standing = standingOf(profile.points, findings)
  const isSure =
    findings.every(({ verdict }) => verdict !== 'fail') &&
    [...standing.values()].every(each => each === 'proven')
  return { findings, standing, isSure }
}

/** Powers and energies that only agree with each other may all be wrong alike: one of them has to rest on a voltage. */
function anchored(findings: readonly Finding[]): readonly Finding[] {
  if (findings.some(({ check, verdict }) => check === 'voltage' && verdict === 'pass')) return findings
  return findings.map(finding =>
    finding.verdict === 'pass' && RELATIVE.has(finding.check)
      ? notEvaluable(
          finding.check,
          finding.points,
          `${finding.evidence}; but no voltage says that both are not wrong alike`,
        )
      : finding,
  )
}

const RELATIVE: ReadonlySet<CheckId> = new Set(['power-triangle', 'sums', 'rising'])

function standingOf(points: readonly Point[], findings: readonly Finding[]): ReadonlyMap<Point, Standing> {
  const of = (point: Point): Standing => {
    const verdicts = findings.filter(finding => finding.points.includes(point)).map(({ verdict }) => verdict)
    if (verdicts.includes('fail')) return 'failed'
    return verdicts.includes('pass') ? 'proven' : 'open'
  }
  // What has no OBIS code is never billed and means what its maker says.
  return new Map(points.filter(({ obis }) => obis !== '').map(point => [point, of(point)]))
}

/** A point refused at every look is not there as the profile says; a marker for "no value" is an answer. */
function answered(points: readonly Point[], looks: readonly Look[]): readonly Finding[] {
  if (looks.length === 0) return []
  const refusals = Map.groupBy(looks.flatMap(refusedIn), ({ point }) => point)
  return points.flatMap((point): Finding[] => {
    const refused = refusals.get(point) ?? []
    const [first] = refused
    if (first === undefined) return []
    const text = `${point.name} (${point.item}): ${first.refusal.text}`
    const isHeld = refused.every(({ refusal }) => refusal.code === 'VALUE_NOT_HELD')
    return [isHeld ? notEvaluable('answered', [point], text) : fail('answered', [point], text)]
  })
}

/** The same check of the same points at several looks is one finding: a fail, else a pass, else what the first says. */
function merged(perLook: readonly (readonly Finding[])[]): readonly Finding[] {
  const keyOf = ({ check, points, evidence }: Finding) =>
    `${check} ${points.map(({ item }) => item).join(' ')} ${/^[^:]*/.exec(evidence)?.[0]}`
  const groups = Map.groupBy(perLook.flat(), keyOf)
  return [...groups.values()].flatMap(group => {
    const worst =
      group.find(({ verdict }) => verdict === 'fail') ??
      group.find(({ verdict }) => verdict === 'pass') ??
      group[0]
    return worst === undefined ? [] : [worst]
  })
}

function about(profile: Profile, looks: readonly Look[], expected: Expected): readonly Finding[] {
  const last = looks.at(-1)
  const read = (point: Point | undefined) =>
    point && last?.reads.find(each => each.point === point || each.point.item === point.item)
  const { ident, serialNumber, ratios } = profile
  return [
    ...(ident ? identified(ident.point, ident.is, read(ident.point)) : []),
    ...(serialNumber ? compared('serial', serialNumber, read(serialNumber), expected.serialNumber) : []),
    ...(ratios?.current
      ? compared('ratios', ratios.current, read(ratios.current), expected.currentRatio)
      : []),
    ...(ratios?.voltage
      ? compared('ratios', ratios.voltage, read(ratios.voltage), expected.voltageRatio)
      : []),
  ]
}

function identified(
  point: Point,
  is: readonly string[] | null,
  read: RawRead | undefined,
): readonly Finding[] {
  if (read === undefined) return [notEvaluable('ident', [point], `${point.name} was not read`)]
  if ('refused' in read)
    return [fail('ident', [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  const shown = textOf(read.value)
  const text = `${point.name} is "${shown}"`
  if (is === null)
    return isNothing(shown)
      ? [fail('ident', [point], `${text}, which is nothing`)]
      : [notEvaluable('ident', [point], `${text}; the profile does not say what it must be`)]
  return [
    is.includes(shown)
      ? pass('ident', [point], text)
      : fail('ident', [point], `${text}, not ${is.map(name => `"${name}"`).join(' or ')}`),
  ]
}

function compared(
  check: 'serial' | 'ratios',
  point: Point,
  read: RawRead | undefined,
  expected: string | undefined,
): readonly Finding[] {
  if (read === undefined) return [notEvaluable(check, [point], `${point.name} was not read`)]
  if ('refused' in read) return [fail(check, [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  const shown = textOf(read.value)
  if (expected === undefined)
    return [notEvaluable(check, [point], `${point.name} is ${shown}; nobody has said what it must be`)]
  const isSame = shown === expected || (shown !== '' && Number(shown) === Number(expected))
  const text = `${point.name} is ${shown}`
  return [isSame ? pass(check, [point], text) : fail(check, [point], `${text}, not ${expected}`)]
}

function textOf(value: Value): string {
  if ('digits' in value) return formatScaled(value)
  return 'text' in value ? value.text.trim() : ''
}

function isNothing(text: string): boolean {
  return text === '' || /^0+(\.0+)?$/.test(text)
}

/**
 * Whether what a meter shows can be true, judged from values alone: what a wrong order, address, scale, function or
 * model would have made of them. Pure: looks in, findings out. It wants a load: at zero, currents, powers and counters
 * look the same under every mistake, and are told as not evaluable.
 */

import { formatScaled } from '../core/scaled.ts'
import type { RawRead, Refusal, Value } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import { counting } from './counting.ts'
import { electrical } from './electrical.ts'
import { CHECKS, type CheckId, type Finding, fail, notEvaluable, pass, type Verdict } from './finding.ts'
import { isEnergy, type Look, refusedIn, sightOf } from './looks.ts'
import { groundsInWords, proofsOf, unlessItHangs } from './proofs.ts'
import { types } from './types.ts'

/** What the archive knows of the meter; absent is what nobody has told. */
export interface Expected {
  readonly serialNumber?: string
  /** As a number in text: "40" for 200/5. */
  readonly currentRatio?: string
  readonly voltageRatio?: string
}

/**
 * `proven`: a check that would have noticed passed, resting on what is proven, and none failed. `open`: nothing has shown
 * that it is right, so a person has to say so.
 */
export type Standing = 'proven' | 'failed' | 'open'

export interface Judgement {
  readonly findings: readonly Finding[]
  readonly standing: ReadonlyMap<Point, Standing>
  /** What each energy register that is proven rests on, in words. */
  readonly grounds: readonly string[]
  /** No check failed, and every point is proven: what need not wait for a person. */
  readonly isSure: boolean
}

/** Looks in order of time; each should hold all points, and the ident, serial and ratio registers of the profile. */
export function judge(profile: Profile, looks: readonly Look[], expected: Expected = {}): Judgement {
  const sights = looks.map(sightOf)
  const lookByLook = sights.map(sight => electrical(sight, profile.nameplate))
  const others = [
    ...answered(profile.points, looks),
    ...about(profile, looks, expected),
    ...types(profile),
    ...counting(sights, profile.nameplate),
  ]
  const findings = [...others, ...merged(lookByLook)]
  const failed = new Set(findings.flatMap(({ verdict, points }) => (verdict === 'fail' ? points : [])))
  const proofs = proofsOf([...lookByLook.flat(), ...others], failed)
  const standingOf = (point: Point): Standing =>
    failed.has(point) ? 'failed' : proofs.has(point) ? 'proven' : 'open'
  // What has no OBIS code is never billed and means what its maker says.
  const standing = new Map(
    profile.points.filter(({ obis }) => obis !== '').map(point => [point, standingOf(point)]),
  )
  const isSure = failed.size === 0 && [...standing.values()].every(each => each === 'proven')
  const grounds = profile.points.flatMap(point =>
    isEnergy(point.obis) && standing.get(point) === 'proven' ? [groundsInWords(point, proofs)] : [],
  )
  return { findings: inOrder(findings.map(each => unlessItHangs(each, proofs))), standing, isSure, grounds }
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const order = Object.keys(CHECKS)
  return findings.toSorted((a, b) => order.indexOf(a.check) - order.indexOf(b.check))
}

/** A point that is refused is not there as the profile says; a marker for "no value" is an answer, and a lost one is none. */
function answered(points: readonly Point[], looks: readonly Look[]): readonly Finding[] {
  if (looks.length === 0) return []
  const refusals = Map.groupBy(looks.flatMap(refusedIn), ({ point }) => point)
  return points.flatMap((point): Finding[] => {
    const refused = refusals.get(point) ?? []
    const [first] = refused
    if (first === undefined) return []
    const text = `${point.name} (${point.item}): ${first.refusal.text}`
    const isOpen = refused.every(({ refusal }) => refusal.code === 'VALUE_NOT_HELD' || isPassing(refusal))
    return [
      isOpen
        ? notEvaluable('answered', point.name, [point], text)
        : fail('answered', point.name, [point], text),
    ]
  })
}

/** One finding of each law, whatever the number of looks. */
function merged(perLook: readonly (readonly Finding[])[]): readonly Finding[] {
  const laws = Map.groupBy(perLook.flat(), ({ check, law }) => `${check} ${law}`)
  return [...laws.values()].flatMap(summary)
}

/**
 * A load that is switched between two registers of one look breaks a law now and then; a mistake breaks it whenever
 * there is load. What no load can do, a voltage or a factor beyond its bounds, is wrong at once.
 */
function summary(group: readonly Finding[]): readonly Finding[] {
  const of = (verdict: Verdict) => group.filter(finding => finding.verdict === verdict)
  const [fails, passes] = [of('fail'), of('pass')]
  const [failed] = fails
  // What was seen at one look need not be seen at the next: a load may be too small.
  const proven = [...new Set(passes.flatMap(({ points }) => points))]
  const passed = passes.slice(0, 1).map(finding => ({ ...finding, points: proven }))
  if (failed === undefined) return passed.length > 0 ? passed : group.slice(0, 1)
  const looks = fails.length + passes.length
  if (!LAWS.has(failed.check) || fails.length >= RARELY * looks) return [failed]
  return [
    notEvaluable(
      failed.check,
      failed.law,
      failed.points,
      `${failed.evidence}; at ${fails.length} looks of ${looks}: was a load switched?`,
    ),
    ...passed,
  ]
}

const LAWS: ReadonlySet<CheckId> = new Set(['power-triangle', 'sums'])
/** A share of the looks at which a law was evaluable. */
const RARELY = 0.1

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
  if (read === undefined) return [notEvaluable('ident', point.name, [point], `${point.name} was not read`)]
  if ('refused' in read && isPassing(read.refused))
    return [notEvaluable('ident', point.name, [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  if ('refused' in read)
    return [fail('ident', point.name, [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  const shown = textOf(read.value)
  const text = `${point.name} is "${shown}"`
  if (is === null)
    return isNothing(shown)
      ? [fail('ident', point.name, [point], `${text}, which is nothing`)]
      : [notEvaluable('ident', point.name, [point], `${text}; the profile does not say what it must be`)]
  return [
    is.includes(shown)
      ? pass('ident', point.name, [point], text)
      : fail('ident', point.name, [point], `${text}, not ${is.map(name => `"${name}"`).join(' or ')}`),
  ]
}

function compared(
  check: 'serial' | 'ratios',
  point: Point,
  read: RawRead | undefined,
  expected: string | undefined,
): readonly Finding[] {
  if (read === undefined) return [notEvaluable(check, point.name, [point], `${point.name} was not read`)]
  if ('refused' in read && isPassing(read.refused))
    return [notEvaluable(check, point.name, [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  if ('refused' in read)
    return [fail(check, point.name, [point], `${point.name} (${point.item}): ${read.refused.text}`)]
  const shown = textOf(read.value)
  if (expected === undefined)
    return [
      notEvaluable(check, point.name, [point], `${point.name} is ${shown}; nobody has said what it must be`),
    ]
  const isSame = shown === expected || (shown !== '' && Number(shown) === Number(expected))
  const text = `${point.name} is ${shown}`
  return [
    isSame
      ? pass(check, point.name, [point], text)
      : fail(check, point.name, [point], `${text}, not ${expected}`),
  ]
}

/** An answer that was lost, or is put off, says nothing of the meter. */
function isPassing({ code }: Refusal): boolean {
  return code === 'LINE_SILENT' || code === 'METER_BUSY'
}

function textOf(value: Value): string {
  if ('digits' in value) return formatScaled(value)
  return 'text' in value ? value.text.trim() : ''
}

function isNothing(text: string): boolean {
  return text === '' || /^0+(\.0+)?$/.test(text)
}

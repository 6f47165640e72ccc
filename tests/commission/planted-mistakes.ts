/** Profiles with one mistake each, and simulated live meters they are judged on. */

import { drivers } from '../../drivers/modbus/index.ts'
import type { Look } from '../../src/commission/looks.ts'
import { type Judgement, judge } from '../../src/commission/plausibility.ts'
import { toHex } from '../../src/core/hex.ts'
import { isEnergyRegister, onlyGrows } from '../../src/core/obis.ts'
import { compareScaled } from '../../src/core/scaled.ts'
import type { Driver, Frame, RawRead } from '../../src/driver-api/driver.ts'
import type { Point, Profile } from '../../src/driver-api/profile.ts'
import { createMeter } from '../../src/simulator/meter.ts'
import { buildModel } from '../../src/simulator/modbus/model.ts'
import { createMeterRtu } from '../../src/simulator/modbus/rtu.ts'

export const CLASSES = [
  'swapped words',
  'swapped bytes',
  'one register up',
  'one register down',
  'scale × 10',
  'scale ÷ 10',
  'wrong function',
  'signed/unsigned',
  'quantity, swapped words',
  'quantity × 10',
  'quantity ÷ 10',
  'powers and energies × 10',
  'powers and energies ÷ 10',
  'currents, powers, energies × 10',
  'currents, powers, energies ÷ 10',
  'wrong model',
] as const

export type Class = (typeof CLASSES)[number]

export interface Mistake {
  readonly class: Class
  /** What was changed, in words. */
  readonly where: string
  readonly profile: Profile
  /** The points that are wrong, and what they were before. */
  readonly wrong: ReadonlyMap<Point, Point | null>
}

export interface Session {
  readonly look: (profile: Profile, at: number) => Look
}

const UNIT = '1'
const rtu: Driver = drivers.find(({ protocol }) => protocol === 'modbus-rtu')!

/** A live meter of a profile: everything over frames, answers remembered since many copies ask the same. */
export function liveMeter(profile: Profile, seed: number): Session {
  const model = buildModel(profile)
  const meter = createMeter({
    seed,
    protocol: 'modbus-rtu',
    address: UNIT,
    phases: model.phases,
    offsetMinutes: 480,
  })
  const slave = createMeterRtu(meter, model)
  const answers = new Map<string, Uint8Array | null>()
  const refused = new Map<string, Set<string>>()

  function answer(bytes: Uint8Array, at: number): Uint8Array | null {
    const key = `${at} ${toHex(bytes)}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const reply = slave.answer(bytes, at)
    answers.set(key, reply)
    return reply
  }

  function read(asked: Profile, points: readonly Point[], at: number): readonly RawRead[] {
    const before = refused.get(asked.profile) ?? new Set()
    const conversation = rtu.read(
      { address: UNIT, sequence: () => 1, traits: asked.traits, refusedBefore: before },
      points,
    )
    let step = conversation.next()
    while (!step.done) {
      const request = step.value
      const reply = answer(request.bytes, at)
      const frames: readonly Frame[] = reply === null ? [] : rtu.deframe(reply, request).frames
      step = conversation.next(frames.find(frame => request.whyNot(frame) === null) ?? null)
    }
    for (const span of step.value.refused) before.add(span)
    refused.set(asked.profile, before)
    return step.value.reads
  }

  return {
    look: (asked, at) => ({ at, reads: read(asked, pointsOf(asked), at) }),
  }
}

/** The next customer who draws and feeds in within a day: only with both can registers of both show what they are. */
export const bothWays = (from: number): number => nextOf(from, habit => habit === 'solar')

export const onlyDraws = (from: number): number => nextOf(from, habit => habit !== 'solar')

function nextOf(from: number, isMeant: (habit: string) => boolean): number {
  for (let seed = from; ; seed++) {
    const { nature } = createMeter({
      seed,
      protocol: 'modbus-rtu',
      address: UNIT,
      phases: 3,
      offsetMinutes: 480,
    })
    if (isMeant(nature.habit)) return seed
  }
}

/** All that is looked at: points, and what tells of the meter itself. */
function pointsOf({ points, ident, serialNumber, ratios }: Profile): readonly Point[] {
  const about = [ident?.point, serialNumber, ratios?.current, ratios?.voltage]
  return [...points, ...about.filter(point => point !== undefined)]
}

export const load = (profile: Profile): readonly string[] =>
  (rtu.checkProfile?.(profile) ?? []).map(({ wrong }) => wrong)

/** Each mistake of each class, in one point and in all of them. */
export function mistakesIn(profile: Profile, others: readonly Profile[]): readonly Mistake[] {
  const coded = profile.points.filter(({ obis }) => obis !== '')
  const planted = CLASSES.flatMap((kind): Mistake[] => {
    if (kind === 'wrong model')
      return others
        .filter(other => other !== profile && other.protocol === profile.protocol)
        .map(other => ({ class: kind, where: other.profile, profile: other, wrong: matched(other, profile) }))
    const group = GROUPS[kind]
    if (group)
      return quantitiesIn(coded).flatMap(([where, points]): Mistake[] => {
        const changes = points.flatMap(point => {
          const wrong = spoil(point, group.as)
          return wrong === null ? [] : [[point, wrong] as const]
        })
        return group.of(where) && changes.length > 1 ? [withWrong(profile, kind, where, changes)] : []
      })
    const changed = coded.flatMap(point => {
      const wrong = spoil(point, kind)
      return wrong === null ? [] : [[point, wrong] as const]
    })
    const one = changed.map(([point, wrong]) => withWrong(profile, kind, point.name, [[point, wrong]]))
    return changed.length > 1 ? [...one, withWrong(profile, kind, 'every point', changed)] : one
  })
  return planted
}

interface Group {
  /** What is done to each of its points. */
  readonly as: Class
  readonly of: (where: string) => boolean
}

const POWERS = 'powers and energies'
const CURRENTS = 'currents, powers, energies'
const isSingle = (where: string) => where !== POWERS && where !== CURRENTS

const GROUPS: Readonly<Partial<Record<Class, Group>>> = {
  'quantity, swapped words': { as: 'swapped words', of: isSingle },
  'quantity × 10': { as: 'scale × 10', of: isSingle },
  'quantity ÷ 10': { as: 'scale ÷ 10', of: isSingle },
  'powers and energies × 10': { as: 'scale × 10', of: where => where === POWERS },
  'powers and energies ÷ 10': { as: 'scale ÷ 10', of: where => where === POWERS },
  'currents, powers, energies × 10': { as: 'scale × 10', of: where => where === CURRENTS },
  'currents, powers, energies ÷ 10': { as: 'scale ÷ 10', of: where => where === CURRENTS },
}

/** Points that belong together, and what they are. */
function quantitiesIn(points: readonly Point[]): readonly (readonly [string, readonly Point[]])[] {
  const of = (units: RegExp) => points.filter(({ unit }) => units.test(unit.replace(/^[mkM]/, '')))
  return [
    ['all voltages', of(/^V$/)],
    ['all currents', of(/^A$/)],
    ['all active powers', of(/^W$/)],
    ['all reactive powers', of(/^var$/)],
    ['all apparent powers', of(/^VA$/)],
    ['all active energies', of(/^Wh$/)],
    ['all energies', of(/h$/)],
    [POWERS, of(/^(W|var|VA)h?$/)],
    [CURRENTS, of(/^(A|(W|var|VA)h?)$/)],
  ]
}

/** Points of the other profile that say they are what this meter has too. */
function matched(other: Profile, profile: Profile): ReadonlyMap<Point, Point | null> {
  return new Map(
    other.points.map(point => [point, profile.points.find(({ obis }) => obis === point.obis) ?? null]),
  )
}

function withWrong(
  profile: Profile,
  kind: Class,
  where: string,
  changes: readonly (readonly [from: Point, to: Point])[],
): Mistake {
  const to = new Map(changes)
  const copy = {
    ...profile,
    profile: `${profile.profile} ${kind} ${where}`,
    points: profile.points.map(point => to.get(point) ?? point),
  }
  return { class: kind, where, profile: copy, wrong: new Map(changes.map(([from, wrong]) => [wrong, from])) }
}

function spoil(point: Point, kind: Class): Point | null {
  const { encoding, item } = point
  const [type = '', ...words] = encoding.split(' ')
  switch (kind) {
    case 'swapped words':
      return /16$/.test(type)
        ? null
        : reordered(point, { ABCD: 'CDAB', CDAB: 'ABCD', BADC: 'DCBA', DCBA: 'BADC' })
    case 'swapped bytes':
      return reordered(point, { ABCD: 'BADC', CDAB: 'DCBA', BADC: 'ABCD', DCBA: 'CDAB' })
    case 'one register up':
      return moved(point, 1)
    case 'one register down':
      return moved(point, -1)
    case 'scale × 10':
      return scaled(point, 1)
    case 'scale ÷ 10':
      return scaled(point, -1)
    case 'wrong function':
      return /^[34]:/.test(item)
        ? { ...point, item: item.replace(/^[34]/, code => (code === '3' ? '4' : '3')) }
        : null
    case 'signed/unsigned': {
      const other: Readonly<Record<string, string>> = { u: 's', s: 'u', acc: 's' }
      const [, letters = '', bits = ''] = /^([a-z]+)(\d+)$/.exec(type) ?? []
      const letter = other[letters]
      return letter === undefined ? null : { ...point, encoding: [`${letter}${bits}`, ...words].join(' ') }
    }
    default:
      return null
  }
}

function reordered(point: Point, orders: Readonly<Record<string, string>>): Point {
  const [type = '', ...words] = point.encoding.split(' ')
  const order = words.find(word => word in orders) ?? 'ABCD'
  const rest = words.filter(word => word !== order)
  return { ...point, encoding: [type, ...rest, orders[order]].join(' ') }
}

function moved(point: Point, by: number): Point | null {
  const [, head = '', written = ''] = /^(.*:)(0x[0-9a-f]+|\d+)$/i.exec(point.item) ?? []
  const address = Number(written) + by
  return address < 0 ? null : { ...point, item: `${head}${address}` }
}

function scaled(point: Point, by: number): Point {
  const words = point.encoding.split(' ')
  const isFloat = /^f/.test(words[0] ?? '')
  const pattern = isFloat ? /^\*e([+-]?\d+)$/ : /^e([+-]?\d+)$/
  const at = words.findIndex(word => pattern.test(word))
  const power = (at < 0 ? 0 : Number(pattern.exec(words[at] ?? '')?.[1])) + by
  const word = `${isFloat ? '*' : ''}e${power}`
  return {
    ...point,
    encoding: (at < 0 ? [...words, word] : words.with(at, word)).join(' '),
  }
}

export type Outcome = 'told at load' | 'failed' | 'held' | 'equal' | 'kept' | 'missed'

export interface Judged {
  readonly mistake: Mistake
  readonly outcome: Outcome
  readonly why: string
  /** No value differs at any look: what is held for that reason stands at zero, or is not there. */
  readonly isUnseen?: true
}

/** What becomes of a mistake: told when the file is read, failed by a check, held for a person, or taken for right. */
export function judged(
  mistake: Mistake,
  session: Session,
  times: readonly number[],
  truth: readonly Look[],
): Judged {
  const [wrong] = load(mistake.profile)
  if (wrong !== undefined) return { mistake, outcome: 'told at load', why: wrong }
  const looks = times.map(at => session.look(mistake.profile, at))
  // No check can see it: the gate asks a person about every profile of the site (tests/acquire/commissioning.test.ts).
  const isOfAll = /^currents/.test(mistake.class)
  const isBilled = !isOfAll && isBilledWrongly(mistake, looks, truth)
  const opens = isBilled ? firstOpening(mistake.profile, looks) : null
  if (opens !== null) return { mistake, outcome: 'missed', why: `taken for right at look ${opens}` }
  const judgement = judge(mistake.profile, looks)
  const failed = judgement.findings.find(({ verdict }) => verdict === 'fail')
  if (failed !== undefined) return { mistake, outcome: 'failed', why: `${failed.check}: ${failed.evidence}` }
  // A register that stands at zero reads the same under every mistake, and is open for that reason.
  const isUnseen = isSame(mistake, looks, truth)
  if (isOfAll || isHeld(mistake, judgement)) {
    const held = { mistake, outcome: 'held', why: 'no check could see it, a person has to' } as const
    return isUnseen ? { ...held, isUnseen } : held
  }
  if (!isUnseen) return { mistake, outcome: 'missed', why: 'taken for right' }
  const wrongPoints = [...mistake.wrong.keys()]
  if (mistake.class !== 'signed/unsigned' || wrongPoints.every(point => hasRoom(point, mistake.profile)))
    return { mistake, outcome: 'equal', why: 'no value differs' }
  return wrongPoints.every(point => hasRoom(point, mistake.profile) || onlyGrows(point.obis))
    ? { mistake, outcome: 'kept', why: 'reads below zero from half of its type on' }
    : { mistake, outcome: 'missed', why: 'taken for right' }
}

/** At which look, from 1 on, a gate that looks at each of them opens; null when it never does. */
function firstOpening(profile: Profile, looks: readonly Look[]): number | null {
  const billed = profile.points.filter(({ obis }) => isEnergyRegister(obis))
  for (let count = 1; count <= looks.length && billed.length > 0; count++) {
    const { findings, standing } = judge(profile, looks.slice(0, count))
    const fails = findings.filter(({ verdict }) => verdict === 'fail')
    // Laws may be broken by a load that is switched, and hold again; these have failed for as long as looks last.
    if (fails.some(({ check }) => LASTING.has(check))) return null
    if (fails.length === 0 && billed.every(point => standing.get(point) === 'proven')) return count
  }
  return null
}

const LASTING: ReadonlySet<string> = new Set(['voltage', 'frequency', 'power-factor', 'limits', 'types'])

/** A register of a bill shows at some look what the meter does not. */
function isBilledWrongly(
  { wrong, ...mistake }: Mistake,
  looks: readonly Look[],
  truth: readonly Look[],
): boolean {
  const billed = new Map([...wrong].filter(([point]) => isEnergyRegister(point.obis)))
  return !isSame({ ...mistake, wrong: billed }, looks, truth)
}

/** Nothing has shown that any of the wrong points is right. */
function isHeld({ wrong }: Mistake, { standing }: Judgement): boolean {
  return [...wrong.keys()].every(point => point.obis === '' || standing.get(point) === 'open')
}

/** The mistake makes no difference at any look. */
function isSame(mistake: Mistake, looks: readonly Look[], truth: readonly Look[]): boolean {
  return looks.every((look, nth) =>
    look.reads.every(read => {
      if (!mistake.wrong.has(read.point)) return true
      const was = mistake.wrong.get(read.point)
      const right = truth[nth]?.reads.find(({ point }) => point === was)
      if (right === undefined) return false
      if ('refused' in right || 'refused' in read) return 'refused' in right && 'refused' in read
      return 'digits' in right.value && 'digits' in read.value && compareScaled(right.value, read.value) === 0
    }),
  )
}

/** The most the meter can show leaves the sign's bit clear; what only grows has no sign to lose. */
function hasRoom(point: Point, { nameplate }: Profile): boolean {
  const { volts, amperes, phases } = nameplate
  const [, letters = '', bits = ''] = /^([a-z]+)(\d+)/.exec(point.encoding) ?? []
  if (letters === 'u' && onlyGrows(point.obis)) return true
  const power = Number(/ e([+-]?\d+)/.exec(point.encoding)?.[1] ?? 0)
  const watts = volts * amperes * phases
  const isOfAll = /:(11|90)\.7\.0$/.test(point.obis)
  const most: Readonly<Record<string, number>> = {
    V: volts * (/:12\.|^$/.test(point.obis) ? 2.1 : 1.3),
    A: amperes * 1.5 * (isOfAll ? phases : 1),
    W: watts * 1.5,
    var: watts * 1.5,
    VA: watts * 1.5,
    kW: (watts * 1.5) / 1e3,
    Hz: 65,
    kWh: (watts * 40 * 8766) / 1e3,
    kvarh: (watts * 40 * 8766) / 1e3,
    '': 1,
  }
  return (most[point.unit] ?? Number.POSITIVE_INFINITY) / 10 ** power < 2 ** (Number(bits) - 1)
}

/**
 * What a profile may mean instead: other orders of words and bytes, the registers beside, other powers of ten, the
 * other function, the other sign. Read beside what is written, they show which of them makes the values plausible.
 */

import type { RawRead } from '../driver-api/driver.ts'
import type { Point, Profile } from '../driver-api/profile.ts'
import type { Look } from './looks.ts'
import { type Expected, judge } from './plausibility.ts'

export interface Variation {
  readonly label: string
  /** The point as it may be meant; null where the variation makes no difference or no sense. */
  readonly apply: (point: Point) => Point | null
}

/** A variation that makes failing points plausible. */
export interface Remedy {
  readonly variation: Variation
  /** What is varied, as the profile has it: one point, or all. */
  readonly points: readonly Point[]
  /** Those that fail without it and do not with it. */
  readonly heals: readonly Point[]
  /** Nothing fails any more. */
  readonly isCure: boolean
}

const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const
const LAST_ADDRESS = 0xffff

export const VARIATIONS: readonly Variation[] = [
  ...ORDERS.map(order => ({ label: `order ${order}`, apply: (point: Point) => ordered(point, order) })),
  ...[1, -1].map(by => ({
    label: `one register ${by > 0 ? 'up' : 'down'}`,
    apply: (point: Point) => moved(point, by),
  })),
  ...[1, 2, 3, -1, -2, -3].map(by => ({
    label: `scale × 10^${by}`,
    apply: (point: Point) => scaled(point, by),
  })),
  { label: 'the other function', apply: otherFunction },
  { label: 'the other sign', apply: otherSign },
]

/** The profile with every point varied: what a doctor reads beside the profile itself. */
export function varied(profile: Profile, variation: Variation): Profile {
  return { ...profile, points: profile.points.map(point => variation.apply(point) ?? point) }
}

/**
 * Which variations heal what fails, cures first. `variedLooks` are of the varied profiles, in the order and at the times
 * of `looks` as nearly as may be; a variation that was not read is left out.
 */
export function remediesOf(
  profile: Profile,
  looks: readonly Look[],
  variedLooks: ReadonlyMap<Variation, readonly Look[]>,
  expected: Expected = {},
): readonly Remedy[] {
  const before = judge(profile, looks, expected).standing
  const failing = [...before].flatMap(([point, standing]) => (standing === 'failed' ? [point] : []))
  const remedies = [...variedLooks].flatMap(([variation, read]) => {
    const trial = { profile, looks, variation, read, failing, expected }
    return [tried(trial, profile.points), ...failing.map(point => tried(trial, [point]))]
  })
  return remedies
    .filter(({ heals }) => heals.length > 0)
    .sort((a, b) => Number(b.isCure) - Number(a.isCure) || b.heals.length - a.heals.length)
}

interface Trial {
  readonly profile: Profile
  readonly looks: readonly Look[]
  readonly variation: Variation
  readonly read: readonly Look[]
  readonly failing: readonly Point[]
  readonly expected: Expected
}

/** A variation of some points, judged again. What is varied must be proven by it: silence heals nothing. */
function tried(
  { profile, looks, variation, read, failing, expected }: Trial,
  points: readonly Point[],
): Remedy {
  const instead = new Map(
    points.flatMap(point => {
      const other = variation.apply(point)
      return other === null ? [] : [[point, other] as const]
    }),
  )
  const seen = looks.map((look, nth) => ({
    at: look.at,
    reads: look.reads.map(each => substitute(each, instead, read[nth])),
  }))
  const { standing } = judge(
    { ...profile, points: profile.points.map(point => instead.get(point) ?? point) },
    seen,
    expected,
  )
  const of = (point: Point) => standing.get(instead.get(point) ?? point)
  const isProven = [...instead.keys()].some(point => of(point) === 'proven')
  const heals = isProven ? failing.filter(point => of(point) !== 'failed') : []
  return {
    variation,
    points: [...instead.keys()],
    heals,
    isCure: heals.length > 0 && ![...standing.values()].includes('failed'),
  }
}

/** Points of two readings of one profile are told apart by item and encoding, not by being the same object. */
function substitute(read: RawRead, instead: ReadonlyMap<Point, Point>, look: Look | undefined): RawRead {
  const other = instead.get(read.point)
  const found =
    other && look?.reads.find(({ point }) => point.item === other.item && point.encoding === other.encoding)
  return found === undefined ? read : { ...found, point: other ?? found.point }
}

function ordered(point: Point, order: (typeof ORDERS)[number]): Point | null {
  const [type = '', ...words] = point.encoding.split(' ')
  if (/^(ascii|bit)/.test(type)) return null
  const isSingle = /16$/.test(type)
  if (isSingle && (order === 'CDAB' || order === 'DCBA')) return null
  const now = words.find(word => ORDERS.some(each => each === word)) ?? 'ABCD'
  if (now === order || (isSingle && now === 'CDAB' && order === 'ABCD')) return null
  const rest = words.filter(word => word !== now)
  return { ...point, encoding: [type, ...rest, ...(order === 'ABCD' ? [] : [order])].join(' ') }
}

function moved(point: Point, by: number): Point | null {
  const [, head = '', written] = /^(.*:)(0x[0-9a-f]+|\d+)$/i.exec(point.item) ?? []
  const address = Number(written) + by
  if (written === undefined || address < 0 || address > LAST_ADDRESS) return null
  return { ...point, item: `${head}${address}` }
}

/** Integers count 10^N by eN, floats by *eN. */
function scaled(point: Point, by: number): Point | null {
  const [type = '', ...words] = point.encoding.split(' ')
  if (/^(ascii|bit)/.test(type)) return null
  const [mark, pattern] = /^f/.test(type)
    ? (['*e', /^\*e([+-]?\d+)$/] as const)
    : (['e', /^e([+-]?\d+)$/] as const)
  const now = words.find(word => pattern.test(word))
  const power = Number(pattern.exec(now ?? '')?.[1] ?? 0) + by
  const rest = words.filter(word => word !== now)
  return { ...point, encoding: [type, ...rest, ...(power === 0 ? [] : [`${mark}${power}`])].join(' ') }
}

function otherFunction(point: Point): Point | null {
  if (!/^[34]:/.test(point.item)) return null
  return { ...point, item: point.item.replace(/^[34]/, code => (code === '3' ? '4' : '3')) }
}

function otherSign(point: Point): Point | null {
  const [, letter, bits] = /^([us])(\d+)\b/.exec(point.encoding) ?? []
  if (letter === undefined) return null
  return { ...point, encoding: point.encoding.replace(/^[us]\d+/, `${letter === 'u' ? 's' : 'u'}${bits}`) }
}

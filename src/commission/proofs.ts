/**
 * What rests on what. Laws only say that values belong together: all of them may be wrong alike. So proof begins at what
 * has a value of its own, a voltage near nominal, and goes on from there: to the powers that fit U·I, to the energies that
 * rise as such a power says, and along sums from one member to the others.
 */

import type { Point } from '../driver-api/profile.ts'
import { type Finding, notEvaluable } from './finding.ts'

/** By which pass a point is proven, and on what that rests. */
export interface Proof {
  readonly by: Finding
  readonly on: readonly Point[]
}

export type Proofs = ReadonlyMap<Point, Proof>

/** Nothing is proven that fails another check, and nothing rests on it. */
export function proofsOf(findings: readonly Finding[], failed: ReadonlySet<Point>): Proofs {
  const proofs = new Map<Point, Proof>()
  let waiting = findings.filter(({ verdict }) => verdict === 'pass')
  let before = -1
  while (before < proofs.size) {
    before = proofs.size
    waiting = waiting.filter(by => {
      const on = standsOn(by, proofs)
      if (on === null) return true
      for (const point of by.points)
        if (!proofs.has(point) && !failed.has(point)) proofs.set(point, { by, on })
      return false
    })
  }
  return proofs
}

/** What of it is proven already; null where that is not enough. */
function standsOn({ rests }: Finding, proofs: Proofs): readonly Point[] | null {
  if (!rests) return []
  const on = [...new Set(rests.on)].filter(point => proofs.has(point))
  const isEnough =
    rests.how === 'one' ? on.length > 0 : on.length > 0 && rests.on.every(each => proofs.has(each))
  return isEnough ? on : null
}

/** A pass that rests on nothing proven has not shown anything. */
export function unlessItHangs(finding: Finding, proofs: Proofs): Finding {
  const { check, law, verdict, points, evidence, rests } = finding
  if (verdict !== 'pass' || standsOn(finding, proofs) !== null) return finding
  const missing = [...new Set(rests?.on)].filter(point => !proofs.has(point)).map(({ name }) => name)
  const why =
    rests?.how === 'one'
      ? 'nothing shows that one of them is right, and all may be wrong alike'
      : `nothing shows that ${missing.join(', ')} is right, and all may be wrong alike`
  return notEvaluable(check, law, points, `${evidence}; but ${why}`)
}

/** "active energy import rests on active power (rising); active power rests on voltage L1 (L1: P of U·I)". */
export function groundsInWords(point: Point, proofs: Proofs, told = new Set<Point>()): string {
  const proof = proofs.get(point)
  if (proof === undefined || proof.on.length === 0 || told.has(point)) return ''
  told.add(point)
  const { by, on } = proof
  const how = { sums: 'they add up', rising: 'it rises as that says' }[by.check as string] ?? by.law
  const below = on.map(each => groundsInWords(each, proofs, told)).filter(text => text !== '')
  return [`${point.name} rests on ${on.map(({ name }) => name).join(', ')} (${how})`, ...below].join('; ')
}

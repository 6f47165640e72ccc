/** What somebody states of pairings, held against what is known: what is new, what has changed, what cannot be. */

import type { Archive } from './archive.ts'
import { knownOf } from './known.ts'
import { overlapsIn } from './overlaps.ts'
import type { NewVersion, Pairing, PairingVersion } from './pairing.ts'
import { type Recorded, type Remark, remarkAt, type Stated } from './stated.ts'

/** `ended` had no end; `withdrawn` is taken back; `changed` is all else. Nothing is recorded where something is refused. */
export interface ArchiveChange {
  readonly added: readonly Recorded[]
  readonly ended: readonly Recorded[]
  readonly changed: readonly Recorded[]
  readonly withdrawn: readonly Recorded[]
  /** How many state what is known already. */
  readonly unchanged: number
  readonly refused: readonly Remark[]
}

export interface Stating {
  readonly archive: Archive
  readonly stated: readonly Stated[]
  /** All pairings of this account are stated: others of it are withdrawn. */
  readonly whole?: string
  /** Writes an instant. */
  readonly text: (instant: number) => string
}

export function changeOf({ archive, stated: all, whole, text }: Stating): ArchiveChange {
  const { once: stated, again } = apart(all)
  const known = knownOf(archive, stated)
  const withdrawn = withdrawnOf(archive, stated)
  const recorded: Recorded[] = []
  const unchanged: Stated[] = []
  const refused: Remark[] = [...again]
  for (const one of stated) {
    const before = known.get(one) ?? null
    if (before === null && one.isWithdrawn) {
      if (withdrawn.has(keyOf(one))) unchanged.push(one)
      else refused.push(nothingToWithdraw(one))
    } else if (before !== null && saysTheSame(before, one)) unchanged.push(one)
    else recorded.push({ stated: one, before, now: versionOf(one, before) })
  }
  const kept = new Set([...known.values()].map(({ sequence }) => sequence))
  for (const left of whole === undefined ? [] : archive.ofAccount(whole))
    if (!kept.has(left.sequence))
      recorded.push({ stated: null, before: left, now: versionOf({ ...left, isWithdrawn: true }, left) })
  refused.push(...overlapsIn({ archive, recorded, text }))
  return {
    ...byKind(recorded),
    unchanged: unchanged.length,
    refused: refused.sort((a, b) => a.line - b.line),
  }
}

/** Of one pairing stated twice nobody knows which is meant, and the same file again would not be the same. */
function apart(all: readonly Stated[]): {
  readonly once: readonly Stated[]
  readonly again: readonly Remark[]
} {
  const first = new Map<string, Stated>()
  const again: Remark[] = []
  for (const one of all) {
    const key = keyOf(one)
    const before = first.get(key)
    if (before === undefined) first.set(key, one)
    else {
      const text = `line ${before.place.line} states the same account, point, meter and from`
      again.push(remarkAt(one.place, 'account', text, 'keep one of the two'))
    }
  }
  return { once: [...first.values()], again }
}

function saysTheSame(known: PairingVersion, { from, to, isWithdrawn }: Stated): boolean {
  return !isWithdrawn && known.from === from && known.to === to
}

/** Those of their accounts, as `keyOf` names them. */
function withdrawnOf(archive: Archive, stated: readonly Stated[]): ReadonlySet<string> {
  const accounts = new Set(stated.filter(one => one.isWithdrawn).map(({ account }) => account))
  const versions = [...accounts].flatMap(account => archive.versionsOf(account))
  return new Set(versions.filter(one => one.isWithdrawn).map(keyOf))
}

function keyOf({ account, point, meter, from }: Pairing): string {
  return `${account}\n${point}\n${meter}\n${from}`
}

/** What is withdrawn keeps the times it had. */
function versionOf(
  stated: Pairing & { readonly isWithdrawn: boolean },
  before: PairingVersion | null,
): NewVersion {
  const { account, point, meter, isWithdrawn } = stated
  const { from, to } = isWithdrawn && before ? before : stated
  const { pairing = null, sequence: supersedes = null } = before ?? {}
  return { account, point, meter, from, to, pairing, supersedes, isWithdrawn }
}

function byKind(recorded: readonly Recorded[]) {
  const of = (kind: keyof typeof KINDS) => recorded.filter(one => KINDS[kind](one))
  return { added: of('added'), ended: of('ended'), changed: of('changed'), withdrawn: of('withdrawn') }
}

const hasEnded = ({ before, now }: Recorded) =>
  before !== null && before.from === now.from && before.to === null && now.to !== null

const KINDS = {
  added: ({ before }: Recorded) => before === null,
  withdrawn: ({ now }: Recorded) => now.isWithdrawn,
  ended: (one: Recorded) => !one.now.isWithdrawn && hasEnded(one),
  changed: (one: Recorded) => one.before !== null && !one.now.isWithdrawn && !hasEnded(one),
}

function nothingToWithdraw(one: Stated): Remark {
  const text = `meter ${one.meter} was never paired so with account ${one.account} at point ${one.point}`
  return remarkAt(one.place, 'withdrawn', text, 'state account, point, meter and from as they are listed')
}

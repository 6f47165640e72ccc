/** What somebody states of pairings, held against what is known: what is new, what has changed, what cannot be. */

import type { Archive } from './archive.ts'
import { overlapsIn } from './overlaps.ts'
import { meet, type NewVersion, type Pairing, type PairingVersion } from './pairing.ts'
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
  const recorded: Recorded[] = []
  const unchanged: Stated[] = []
  const refused: Remark[] = [...again]
  for (const one of stated) {
    const before = known.get(one) ?? null
    if (before === null && one.isWithdrawn) {
      if (wasWithdrawn(archive, one)) unchanged.push(one)
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
    const key = `${one.account}\n${one.point}\n${one.meter}\n${one.from}`
    const before = first.get(key)
    if (before === undefined) first.set(key, one)
    else {
      const text = `line ${before.place.line} states the same account, point, meter and from`
      again.push(remarkAt(one.place, 'account', text, 'keep one of the two'))
    }
  }
  return { once: [...first.values()], again }
}

/**
 * What is stated of a pairing that is known: the one of the same account, point and meter that begins at the same time,
 * else the one that has an instant in common with it, whose beginning is corrected then.
 */
function knownOf(archive: Archive, stated: readonly Stated[]): ReadonlyMap<Stated, PairingVersion> {
  const known = new Map<Stated, PairingVersion>()
  const taken = new Set<number>()
  function take(one: Stated, fits: (version: PairingVersion) => boolean): void {
    const found = archive
      .ofMeter(one.meter)
      .find(
        version =>
          !taken.has(version.sequence) &&
          version.account === one.account &&
          version.point === one.point &&
          fits(version),
      )
    if (found === undefined) return
    taken.add(found.sequence)
    known.set(one, found)
  }
  for (const one of stated) take(one, ({ from }) => from === one.from)
  for (const one of stated) if (!known.has(one) && !one.isWithdrawn) take(one, version => meet(version, one))
  return known
}

function saysTheSame(known: PairingVersion, { from, to, isWithdrawn }: Stated): boolean {
  return !isWithdrawn && known.from === from && known.to === to
}

function wasWithdrawn(archive: Archive, { account, point, meter, from }: Stated): boolean {
  return archive
    .versionsOf(account)
    .some(one => one.isWithdrawn && one.point === point && one.meter === meter && one.from === from)
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

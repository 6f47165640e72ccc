/** The archive (档案): every pairing ever recorded, as known now or as it was known at any time before. */

import { type ArchivePlace, holdsAt, meet, type PairingVersion } from './pairing.ts'

export interface Archive extends ArchiveView {
  /** Of the last version told, withheld ones too; 0 for none. */
  readonly sequence: number
  /** Of the last version; 0 for none. */
  readonly revision: number
  /** In order of their sequence. */
  add(version: PairingVersion): void
  /**
   * A version whose row is damaged: what was known of these meters before it is not believed any more, since it may
   * have said that it ended. What is recorded later counts.
   */
  withhold(damaged: Pick<PairingVersion, 'sequence' | 'pairing' | 'meter'>): void
  /** What was recorded last of these meters, null for all, up to that time, UTC ms. */
  lastOf(meters: readonly string[] | null, until?: number): PairingVersion | null
  /** What was known at that time, UTC ms. The same whenever it is asked for, as long as it lies before now. */
  asOf(recordedAt: number): ArchiveView
  /** Everything recorded of an account, in that order. */
  versionsOf(account: string): readonly PairingVersion[]
}

/** Pairings that hold as far as is known, each as its last version has it. */
export interface ArchiveView {
  pairingAt(meter: string, instant: number): PairingVersion | null
  /** In order of time, those that begin before `from` or end after `to` too. Where there is none the meter is paired with nobody. */
  pairingsIn(meter: string, from: number, to: number): readonly PairingVersion[]
  /** Null where the meter's values belong to nobody: they are read and held. */
  placeOf(meter: string, instant: number): ArchivePlace | null
  ofMeter(meter: string): readonly PairingVersion[]
  ofAccount(account: string): readonly PairingVersion[]
  ofPoint(point: string): readonly PairingVersion[]
  /** That have a pairing, in order of their ids. */
  accounts(): readonly string[]
}

type Versions = Map<string, PairingVersion[]>

export function createArchive(): Archive {
  const meters: Versions = new Map()
  const accounts: Versions = new Map()
  const points: Versions = new Map()
  /** By meter: the last damaged version. */
  const damaged = new Map<string, number>()
  const meterOf = new Map<number, string>()
  const all: PairingVersion[] = []
  let [sequence, revision] = [0, 0]

  function viewOf(isKnown: (version: PairingVersion) => boolean): ArchiveView {
    const counts = (version: PairingVersion) =>
      isKnown(version) && version.sequence > (damaged.get(version.meter) ?? 0)
    const standing = (versions: readonly PairingVersion[] = []) => lastOf(versions.filter(counts))
    const ofMeter = (meter: string) => standing(meters.get(meter))
    const ofAccount = (account: string) => standing(accounts.get(account))
    const pairingAt = (meter: string, instant: number) =>
      ofMeter(meter).find(version => holdsAt(version, instant)) ?? null
    return {
      ofMeter,
      ofAccount,
      pairingAt,
      ofPoint: point => standing(points.get(point)),
      pairingsIn: (meter, from, to) => ofMeter(meter).filter(version => meet(version, { from, to })),
      placeOf(meter, instant) {
        const found = pairingAt(meter, instant)
        if (found === null) return null
        const { account, point, pairing } = found
        const versions = (meters.get(meter) ?? []).filter(one => one.pairing === pairing && counts(one))
        return { account, point, pairedAt: knownSince(versions, instant) }
      },
      accounts: () => [...accounts.keys()].filter(account => ofAccount(account).length > 0).sort(inOrder),
    }
  }

  return {
    ...viewOf(() => true),
    get sequence() {
      return sequence
    },
    get revision() {
      return revision
    },
    add(version) {
      sequence = version.sequence
      revision = version.revision
      all.push(version)
      meterOf.set(version.pairing, version.meter)
      note(meters, version.meter, version)
      note(accounts, version.account, version)
      note(points, version.point, version)
    },
    withhold({ sequence: at, pairing, meter }) {
      sequence = at
      for (const named of [meter, meterOf.get(pairing)]) if (named !== undefined) damaged.set(named, at)
    },
    lastOf(of, until = Number.POSITIVE_INFINITY) {
      const lists = of === null ? [all] : of.map(meter => meters.get(meter) ?? [])
      const last = lists.map(versions => versions.findLast(({ recordedAt }) => recordedAt <= until))
      return last.reduce<PairingVersion | null>(
        (newest, one) => (one && one.sequence > (newest?.sequence ?? 0) ? one : newest),
        null,
      )
    },
    asOf: recordedAt => viewOf(version => version.recordedAt <= recordedAt),
    versionsOf: account => accounts.get(account) ?? [],
  }
}

function note(versions: Versions, key: string, version: PairingVersion): void {
  const known = versions.get(key)
  if (known) known.push(version)
  else versions.set(key, [version])
}

/** The last of each pairing that is not withdrawn, in order of time. */
function lastOf(versions: readonly PairingVersion[]): readonly PairingVersion[] {
  const last = new Map(versions.map(version => [version.pairing, version]))
  return [...last.values()]
    .filter(({ isWithdrawn }) => !isWithdrawn)
    .sort((a, b) => a.from - b.from || a.sequence - b.sequence)
}

/** Since when the versions have held the instant without a break. */
function knownSince(versions: readonly PairingVersion[], instant: number): number {
  const other = versions.findLastIndex(version => !holdsAt(version, instant))
  return versions[other + 1]?.recordedAt ?? 0
}

export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Which account and supply point (户号, 计量点) a meter's values belong to, from when and until when. */

/** Half-open, UTC ms: what is read at `to` is no longer of it. `to` null: nothing ends it yet. */
export interface Pairing {
  /** Words of other people's books: leading zeros stay. */
  readonly account: string
  readonly point: string
  /** Id of the meter list; an exchange of what hangs there changes nothing of it. */
  readonly meter: string
  readonly from: number
  readonly to: number | null
}

/**
 * What was recorded of a pairing. Account, point and meter of all versions of one are the same; its times, and whether it
 * holds at all, are those of the last.
 */
export interface PairingVersion extends Pairing {
  /** 1, 2, …, of all versions of all pairings. */
  readonly sequence: number
  /** Sequence of its first version. */
  readonly pairing: number
  /** Sequence of the version before; null for the first. */
  readonly supersedes: number | null
  /** It never held: somebody has taken it back. */
  readonly isWithdrawn: boolean
  /** Counts the imports and changes; what was recorded together has one. */
  readonly revision: number
  /** UTC ms, later with each revision. */
  readonly recordedAt: number
  readonly by: string
}

/** What is to be recorded next: a version before its place is known. */
export interface NewVersion extends Pairing {
  /** Null for a pairing nobody has told of before. */
  readonly pairing: number | null
  readonly supersedes: number | null
  readonly isWithdrawn: boolean
}

/** Where a meter's values belong at an instant. */
export interface ArchivePlace {
  readonly account: string
  readonly point: string
  /** UTC ms at which it became known; later than a release that had waited for it. */
  readonly pairedAt: number
}

export function holdsAt({ from, to }: Pick<Pairing, 'from' | 'to'>, instant: number): boolean {
  return from <= instant && (to === null || instant < to)
}

/** Whether two of them have an instant in common. */
export function meet(one: Pick<Pairing, 'from' | 'to'>, other: Pick<Pairing, 'from' | 'to'>): boolean {
  return one.from < endOf(other) && other.from < endOf(one)
}

export function endOf({ to }: Pick<Pairing, 'to'>): number {
  return to ?? Number.POSITIVE_INFINITY
}

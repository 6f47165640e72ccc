/** What must not be: a meter that belongs to two, or a point that two meters bill, at one instant. */

import type { Archive } from './archive.ts'
import { endOf, type Pairing } from './pairing.ts'
import { type PairingField, type Recorded, type Remark, remarkAt, type Stated } from './stated.ts'

/** A pairing as it would be, and who says so; null for what is known and stays. */
interface Held extends Pairing {
  readonly stated: Stated | null
}

interface Looking {
  readonly archive: Archive
  readonly recorded: readonly Recorded[]
  /** Writes an instant. */
  readonly text: (instant: number) => string
}

/** Each overlap once, laid to who states it, or to the later of the two lines that do. */
export function overlapsIn({ archive, recorded, text }: Looking): Remark[] {
  const replaced = new Set(recorded.map(({ before }) => before?.sequence))
  const now = recorded
    .filter(({ now }) => !now.isWithdrawn)
    .map(({ now, stated }): Held => ({ ...now, stated }))
  const seen = new Set<string>()
  const found: Remark[] = []
  const sides = [
    { field: 'meter', known: archive.ofMeter },
    { field: 'point', known: archive.ofPoint },
  ] as const
  for (const { field, known } of sides)
    for (const [id, stated] of Map.groupBy(now, one => one[field])) {
      const kept = known(id).filter(({ sequence }) => !replaced.has(sequence))
      for (const [one, other] of overlapping([...kept.map(one => ({ ...one, stated: null })), ...stated])) {
        const [blamed, beside] = later(one, other)
        const pair = `${blamed.stated?.place.line} ${beside.stated?.place.line} ${beside.account} ${beside.from}`
        if (!seen.has(pair)) found.push(...refusal(field, blamed, beside, text))
        seen.add(pair)
      }
    }
  return found
}

/** Neighbours in order of time that have an instant in common: none where all are apart. */
function overlapping(all: readonly Held[]): (readonly [Held, Held])[] {
  const [first, ...rest] = [...all].sort((a, b) => a.from - b.from)
  const found: (readonly [Held, Held])[] = []
  let furthest = first
  for (const next of rest) {
    if (furthest && next.from < endOf(furthest)) found.push([furthest, next])
    if (furthest && endOf(next) > endOf(furthest)) furthest = next
  }
  return found
}

function later(one: Held, other: Held): readonly [Held, Held] {
  return (one.stated?.place.line ?? 0) > (other.stated?.place.line ?? 0) ? [one, other] : [other, one]
}

function refusal(
  field: PairingField,
  { stated, ...own }: Held,
  beside: Held,
  text: Looking['text'],
): Remark[] {
  if (stated === null) return []
  const { account, point, meter, from, to } = beside
  const until = to === null ? 'on, without an end' : `to ${text(to)}`
  const who = beside.stated ? `line ${beside.stated.place.line} states` : 'it is known'
  const says =
    field === 'meter'
      ? `meter ${meter} belongs to account ${account} at point ${point}`
      : `point ${point} of account ${account} is billed by meter ${meter}`
  return [
    remarkAt(
      stated.place,
      'from',
      `account ${own.account}, point ${own.point}, meter ${own.meter} from ${text(own.from)}: ${who} that ${says} from ${text(from)} ${until}`,
      'state in the same file when that one ends (to), or that it never was (withdrawn), or correct this one',
    ),
  ]
}

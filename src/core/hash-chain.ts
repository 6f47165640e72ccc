/** A chain of hashes: each link names the one before, so that none can be changed, taken out or put in without all that follow (PR-65). */

import { hash } from 'node:crypto'

export interface Link {
  /** From 1 on, without gaps. */
  readonly sequence: number
  /** All that it says, the hash before included, as a text that can have no other form. */
  readonly text: string
  /** The hash of the link before it. */
  readonly before: string
}

/** What the first link has before it. */
export const NOTHING_BEFORE = '0'.repeat(64)

/** SHA-256 over UTF-8, as 64 hexadecimal digits. */
export function hashOf({ text }: Pick<Link, 'text'>): string {
  return hash('sha256', text)
}

/** What the chain was at some time: so many links, the last of this hash. */
export interface Head {
  readonly size: number
  readonly hash: string
}

export type Breach =
  /** Numbers that no link has. */
  | { readonly kind: 'missing'; readonly sequence: number; readonly last: number }
  /** A number below those that can be. */
  | { readonly kind: 'inserted'; readonly sequence: number }
  /** The first link names one before it. */
  | { readonly kind: 'rootless'; readonly sequence: number }
  /** It is not the link that the next one was added to. */
  | { readonly kind: 'changed'; readonly sequence: number; readonly is: string; readonly was: string }
  /** A head that the chain had, and has no longer. */
  | { readonly kind: 'other'; readonly sequence: number; readonly is: string; readonly was: string }
  /** Links that were there are gone from the end. */
  | { readonly kind: 'short'; readonly sequence: number; readonly size: number }

export interface ChainWalk {
  /** Takes the links in the order of their numbers. */
  take(link: Link): readonly Breach[]
  /** After the last: heads that lie beyond it, and how the chain is now. */
  end(): { readonly head: Head; readonly breaches: readonly Breach[] }
}

/** `from`: a number at which the chain is known to begin anew; what comes before it is not looked at. */
export function walkChain(heads: readonly Head[], from = 1): ChainWalk {
  const headsAt = Map.groupBy(
    heads.filter(({ size }) => size >= from),
    ({ size }) => size,
  )
  let head: Head = { size: from - 1, hash: NOTHING_BEFORE }

  function heldTo(link: Link): Breach[] {
    const { size, hash: was } = head
    if (link.sequence > size + 1) return [{ kind: 'missing', sequence: size + 1, last: link.sequence - 1 }]
    // Where the chain begins anew its first link may name one that is gone.
    if (link.before === was || (size === from - 1 && from > 1)) return []
    return size === 0
      ? [{ kind: 'rootless', sequence: link.sequence }]
      : [{ kind: 'changed', sequence: size, is: was, was: link.before }]
  }

  return {
    take(link) {
      if (link.sequence < 1) return [{ kind: 'inserted', sequence: link.sequence }]
      if (link.sequence < from) return []
      const breaches = heldTo(link)
      const is = hashOf(link)
      head = { size: link.sequence, hash: is }
      for (const { hash: was } of headsAt.get(link.sequence) ?? [])
        if (was !== is) breaches.push({ kind: 'other', sequence: link.sequence, is, was })
      return breaches
    },
    end() {
      const beyond = [...headsAt.keys()].filter(size => size > head.size).sort((a, b) => a - b)
      return {
        head,
        breaches: beyond.map(size => ({ kind: 'short', sequence: head.size, size }) as const),
      }
    },
  }
}

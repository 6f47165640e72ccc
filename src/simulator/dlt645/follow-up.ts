/** Answers longer than a frame go out in parts. */

import type { Device } from './device.ts'
import { LONGEST_DATA, type Reply645 } from './frame.ts'

export interface FollowUp {
  first(item: readonly number[], data: readonly number[]): Reply645
  /** Null where there is no such part. */
  next(data: Uint8Array): Reply645 | null
}

const IDENTIFIER_2007 = 4
const SHORT = 16

/**
 * 2007: parts are numbered from 1; the last one sent may be asked again; another read forgets them (7.2). A part
 * carries the identifier before it and its number behind it.
 */
export function createFollowUp2007(device: Device): FollowUp {
  const most = longest(device) - IDENTIFIER_2007
  let parts: readonly (readonly number[])[] = []
  let item: readonly number[] = []
  let sent = 0
  return {
    first(asked, data) {
      item = asked
      sent = 0
      parts = data.length <= most ? [] : partsOf(data, most - 1)
      if (parts.length === 0) return { data: [...item, ...data] }
      return { data: [...item, ...(parts[0] ?? [])], more: true }
    },
    next(data) {
      const sequence = data[IDENTIFIER_2007] ?? 0
      const part = parts[sequence]
      const isAsked = data.length === IDENTIFIER_2007 + 1 && isSame(item, data)
      if (!isAsked || part === undefined || sequence < 1 || sequence < sent || sequence > sent + 1)
        return null
      sent = sequence
      return { data: [...item, ...part, sequence], more: sequence < parts.length - 1 }
    },
  }
}

export interface FollowUp1997 extends FollowUp {
  /** The last part once more. */
  again(data: Uint8Array): Reply645 | null
}

const IDENTIFIER_1997 = 2

/** 1997: parts have no numbers; each 02 gives the next, 03 the last one again. */
export function createFollowUp1997(device: Device): FollowUp1997 {
  const most = longest(device) - IDENTIFIER_1997
  let parts: readonly (readonly number[])[] = []
  let item: readonly number[] = []
  let sent = 0
  const part = (): Reply645 => ({ data: [...item, ...(parts[sent] ?? [])], more: sent < parts.length - 1 })
  return {
    first(asked, data) {
      item = asked
      sent = 0
      parts = partsOf(data, most)
      return part()
    },
    next(data) {
      if (!isSame(item, data) || data.length !== item.length || sent >= parts.length - 1) return null
      sent += 1
      return part()
    },
    again: data => (isSame(item, data) && data.length === item.length && parts.length > 0 ? part() : null),
  }
}

function longest({ quirks }: Device): number {
  return quirks['frame-data'] === 'short' ? SHORT : LONGEST_DATA
}

function partsOf(data: readonly number[], size: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(data.length / size) }, (_, part) =>
    data.slice(part * size, (part + 1) * size),
  )
}

function isSame(item: readonly number[], data: Uint8Array): boolean {
  return item.length > 0 && item.every((byte, index) => byte === data[index])
}

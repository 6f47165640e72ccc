/** Bytes heard on a line, as they come → frames of whoever speaks there, damaged ones and noise. Pure: time comes in. */

import type { BrokenFrame, Decoded, Driver, Frame } from '../driver-api/driver.ts'
import { inOrder } from './decode.ts'

export type Heard = HeardFrame | HeardDamage | HeardNoise

interface Timed {
  /** When its last byte came, as the caller counts. */
  readonly at: number
  /** Silence before its first byte, ms; null at the beginning. */
  readonly gapMs: number | null
}

export interface HeardFrame extends Timed {
  readonly kind: 'frame'
  readonly driver: Driver
  readonly decoded: Decoded
  readonly bytes: Uint8Array
}

export interface HeardDamage extends Timed {
  readonly kind: 'damaged'
  readonly driver: Driver
  readonly broken: BrokenFrame
}

export interface HeardNoise extends Timed {
  readonly kind: 'noise'
  readonly count: number
}

export interface Listening {
  /** `at` in ms, only growing. */
  heard(bytes: Uint8Array, at: number): readonly Heard[]
  /** The line has been silent: what was begun will not be finished. Also at the end. */
  silent(at: number): readonly Heard[]
  /** How long a line must be silent for that, ms; null while nothing is begun. */
  readonly betweenBytesMs: number | null
}

/** Bytes held while nobody knows whose they are. */
const MOST_HELD = 4_096

/** Of several drivers the first whose good frame is heard is believed from then on. */
export function createListening(drivers: readonly Driver[]): Listening {
  let chosen: Driver | null = drivers.length === 1 ? (drivers[0] ?? null) : null
  let buffer: Uint8Array = new Uint8Array(0)
  let lastAt: number | null = null
  let gapMs: number | null = null
  let question: Frame | undefined

  function choose(line: 'open' | 'silent'): Driver | null {
    chosen ??= drivers.find(driver => driver.deframe(buffer, null, line).frames.length > 0) ?? null
    return chosen
  }

  function heard(bytes: Uint8Array, at: number): readonly Heard[] {
    if (buffer.length === 0) gapMs = lastAt === null ? null : at - lastAt
    lastAt = at
    buffer = joined(buffer, bytes)
    const driver = choose('open')
    if (!driver) return buffer.length > MOST_HELD ? silent(at) : []
    return take(driver, at, 'open')
  }

  function take(driver: Driver, at: number, line: 'open' | 'silent'): readonly Heard[] {
    const { frames, broken, noise, rest } = driver.deframe(buffer, null, line)
    if (frames.length === 0 && broken.length === 0 && noise.length === 0) return []
    const all = buffer
    buffer = rest
    const found: Heard[] = []
    let end = 0
    for (const { at: from, frame } of inOrder(all, frames, broken)) {
      // What only looks like a frame inside a damaged one is not told again.
      if ('code' in frame && from < end) continue
      found.push(...noiseIn(all.subarray(end, Math.max(end, from)), driver, at))
      end = Math.max(end, from + frame.bytes.length)
      found.push('code' in frame ? damaged(driver, frame, at) : whole(driver, frame, at))
      gapMs = 0
    }
    found.push(...noiseIn(all.subarray(end, Math.max(end, all.length - rest.length)), driver, at))
    return found
  }

  function whole(driver: Driver, frame: Frame, at: number): HeardFrame {
    const decoded = driver.decode(frame, question ? { question } : {})
    question = decoded.kind === 'request' ? frame : undefined
    return { kind: 'frame', at, gapMs, driver, decoded, bytes: frame.bytes }
  }

  function damaged(driver: Driver, broken: BrokenFrame, at: number): HeardDamage {
    return { kind: 'damaged', at, gapMs, driver, broken }
  }

  /** Bytes that only wake receivers are none. */
  function noiseIn(bytes: Uint8Array, driver: Driver | null, at: number): HeardNoise[] {
    const count = bytes.filter(byte => byte !== driver?.preamble).length
    return count === 0 ? [] : [{ kind: 'noise', at, gapMs, count }]
  }

  function silent(at: number): readonly Heard[] {
    const driver = choose('silent')
    const held = driver ? take(driver, lastAt ?? at, 'silent') : []
    return [...held, ...unfinished(at)]
  }

  function unfinished(at: number): readonly Heard[] {
    const left = buffer
    buffer = new Uint8Array(0)
    const start = left.findIndex(byte => byte !== chosen?.preamble)
    if (start === -1) return []
    if (!chosen) return noiseIn(left, null, at)
    const broken: BrokenFrame = {
      bytes: left.subarray(start),
      code: 'FRAME_TRUNCATED',
      text: `a frame began and was not finished after ${left.length - start} bytes`,
    }
    return [damaged(chosen, broken, at)]
  }

  return {
    heard,
    silent,
    get betweenBytesMs() {
      if (buffer.length === 0) return null
      return Math.max(...(chosen ? [chosen] : drivers).map(({ timing }) => timing.betweenBytesMs))
    },
  }
}

function joined(before: Uint8Array, more: Uint8Array): Uint8Array {
  const all = new Uint8Array(before.length + more.length)
  all.set(before)
  all.set(more, before.length)
  return all
}

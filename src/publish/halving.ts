/** Finds the guilty among many lines of which a server says only that it does not like some. */

import type { Verdict, Wait } from './influx-write.ts'
import type { Delivery } from './sink.ts'

export interface Owed {
  readonly sequence: number
  readonly line: string
}

type Part = readonly Owed[]

export interface HalvingParts {
  /** What cannot be written at all; rejected whatever the server says. */
  readonly unwritable: Delivery['rejected']
  write(part: Part): Promise<Exclude<Verdict, { kind: 'no database' }>>
  /** Most lines of the next write. */
  atOnce(): number
}

/** So many single lines refused and none taken: before the next, lines elsewhere in the batch are tried. */
const REFUSED_ALIKE = 8
const SAMPLE = 8

/**
 * One write at a time, in order. A refused part is halved until the guilty line stands alone (PR-14); writing the good
 * ones again is harmless, they are the same points. A line is guilty only where others were taken: a server that takes
 * none is wrong itself, and nothing is set aside for it, unless its words leave no doubt. Anything else wrong ends the
 * delivery, the rest stays owed.
 */
export async function deliverHalving(owed: Part, parts: HalvingParts): Promise<Delivery> {
  const accepted: number[] = []
  const rejected = [...parts.unwritable]
  const suspects: { sequence: number; reason: string }[] = []
  const halves: Part[] = []
  let next = 0
  let othersTaken = false

  function nextPart(): Part {
    const half = halves.shift()
    if (half) return half
    const part = owed.slice(next, next + parts.atOnce())
    next += part.length
    return part
  }

  /** Null, or why to end here. */
  async function deliverPart(part: Part): Promise<Wait | null> {
    const verdict = await parts.write(part)
    const [first] = part
    if (verdict.kind === 'wait') return verdict
    if (verdict.kind === 'written') {
      accepted.push(...part.map(one => one.sequence))
      othersTaken = true
    } else if (part.length > 1) {
      const middle = part.length >> 1
      halves.unshift(part.slice(0, middle), part.slice(middle))
    } else if (verdict.guilt === 'unsure') {
      return takesNone(verdict.reason)
    } else if (first) {
      const found = verdict.guilt === 'certain' ? rejected : suspects
      found.push({ sequence: first.sequence, reason: verdict.reason })
    }
    return null
  }

  /** A whole round of one meter may be poison, and stand first. */
  async function noneTakenElsewhere(): Promise<boolean> {
    const rest = [...halves.flat(), ...owed.slice(next)]
    const step = Math.max(1, Math.floor(rest.length / SAMPLE))
    for (let at = rest.length - 1; at >= 0 && !othersTaken; at -= step) {
      const verdict = await parts.write(rest.slice(at, at + 1))
      othersTaken = verdict.kind === 'written'
    }
    return !othersTaken
  }

  let wait: Wait | null = null
  while (wait === null && (halves.length > 0 || next < owed.length)) {
    wait = await deliverPart(nextPart())
    const alike = !othersTaken && suspects.length >= REFUSED_ALIKE
    if (wait === null && alike && (await noneTakenElsewhere())) break
  }
  if (othersTaken) rejected.push(...suspects)
  else if (suspects[0]) wait ??= takesNone(suspects[0].reason)
  if (wait === null) return { accepted, rejected }
  return { accepted, rejected, fault: wait.fault, retryAfterMs: wait.retryAfterMs }
}

function takesNone(reason: string): Wait {
  const text = `InfluxDB takes no reading at all (${reason}); nothing is set aside, see its log and influx.url`
  return { kind: 'wait', fault: { code: 'SINK_REFUSED', text }, retryAfterMs: 0, late: false }
}

/** What was heard on a line, counted: which meters answer and how fast, who is asked and silent, what was damaged. Pure. */

import type { Heard, HeardFrame } from './listening.ts'

export interface SniffSummary {
  note(heard: Heard): void
  /** Lines for people. */
  lines(): readonly string[]
}

interface Talk {
  asked: number
  answered: number
  refused: number
  leastMs: number
  mostMs: number
  sumMs: number
}

/** Addresses kept apart; the rest of a search through thousands is counted together. */
const MOST_ADDRESSES = 200

export function createSniffSummary(): SniffSummary {
  const talks = new Map<string, Talk>()
  const damaged = new Map<string, number>()
  let frames = 0
  let noise = 0
  let toAll = 0
  let unasked = 0
  let open: Talk | null = null

  function talkOf(address: string, protocol: string): Talk {
    const key = talks.size < MOST_ADDRESSES ? `${address}  ${protocol}` : 'others'
    const talk = talks.get(key) ?? {
      asked: 0,
      answered: 0,
      refused: 0,
      leastMs: Infinity,
      mostMs: 0,
      sumMs: 0,
    }
    talks.set(key, talk)
    return talk
  }

  function noteFrame({ decoded, driver, gapMs }: HeardFrame): void {
    frames += 1
    if (decoded.kind === 'broadcast') {
      toAll += 1
      open = null
    } else if (decoded.kind === 'request') {
      open = talkOf(decoded.address, decoded.protocol ?? driver.protocol)
      open.asked += 1
    } else if (open) {
      const ms = gapMs ?? 0
      open.answered += 1
      if (decoded.kind === 'refusal') open.refused += 1
      open.leastMs = Math.min(open.leastMs, ms)
      open.mostMs = Math.max(open.mostMs, ms)
      open.sumMs += ms
      open = null
    } else unasked += 1
  }

  return {
    note(heard) {
      if (heard.kind === 'frame') noteFrame(heard)
      else if (heard.kind === 'noise') noise += heard.count
      else damaged.set(heard.broken.code, (damaged.get(heard.broken.code) ?? 0) + 1)
    },
    lines() {
      const all = [...damaged.values()].reduce((sum, count) => sum + count, 0)
      const kinds = [...damaged].map(([code, count]) => `${code} ${count}`).join(', ')
      return [
        `${frames} frames, ${all} damaged${kinds === '' ? '' : ` (${kinds})`}, ${noise} bytes of noise`,
        ...[...talks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([who, talk]) => `${who}  ${inWords(talk)}`),
        ...(toAll > 0 ? [`to all meters: ${toAll}, which nobody answers`] : []),
        ...(unasked > 0 ? [`${unasked} answers to no question that was heard`] : []),
      ]
    },
  }
}

function inWords({ asked, answered, refused, leastMs, mostMs, sumMs }: Talk): string {
  const times = `asked ${asked}, answered ${answered}`
  if (answered === 0) return `${times}: DOES NOT ANSWER`
  const mean = Math.round(sumMs / answered)
  const silent = asked > answered ? `, silent to ${asked - answered}` : ''
  return `${times}${refused > 0 ? ` (${refused} refused)` : ''}${silent}, after ${leastMs} to ${mostMs} ms, ${mean} in the mean`
}

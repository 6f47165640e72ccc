/** One line of log for each round of polls on a line. */

import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { MINUTE } from '../core/time.ts'
import type { ValidatedReading } from '../reading/reading.ts'

/** A line that is never done is told of this often all the same. */
const LONGEST_ROUND_MS = MINUTE
const SILENT_SHOWN = 3

export interface Tally {
  add(fault: { readonly text: string } | null, readings: readonly ValidatedReading[], refused: number): void
  /** Nothing more is due at this moment: the round is told. */
  roundEnds(): void
  /** The store took nothing of a round. */
  notKept(): void
}

interface Counts {
  asked: number
  answered: number
  good: number
  doubtful: number
  refused: number
  notKept: number
  readonly silent: string[]
}

export function createTally(lineId: string, clock: Clock, log: Log): Tally {
  let counts = nothing()
  let startedAt = 0

  function tell(): void {
    if (counts.asked === 0) return
    log.info({ lineId, ms: Math.round(clock.monotonic() - startedAt) }, inWords(counts))
    counts = nothing()
  }

  return {
    add(fault, readings, refused) {
      if (counts.asked === 0) startedAt = clock.monotonic()
      counts.asked += 1
      counts.refused += refused
      if (!fault) counts.answered += 1
      else if (counts.silent.length <= SILENT_SHOWN) counts.silent.push(fault.text)
      const good = readings.filter(({ quality }) => quality === 'good').length
      counts.good += good
      counts.doubtful += readings.length - good
      if (clock.monotonic() - startedAt > LONGEST_ROUND_MS) tell()
    },
    roundEnds: tell,
    notKept() {
      counts.notKept += 1
    },
  }
}

function nothing(): Counts {
  return { asked: 0, answered: 0, good: 0, doubtful: 0, refused: 0, notKept: 0, silent: [] }
}

function inWords({ asked, answered, good, doubtful, refused, notKept, silent }: Counts): string {
  const bad = `${doubtful > 0 ? `, ${doubtful} doubtful` : ''}${refused > 0 ? `, ${refused} refused` : ''}${notKept > 0 ? `; ${notKept} rounds were not kept` : ''}`
  const shown = silent.slice(0, SILENT_SHOWN).join('; ')
  const why = shown === '' ? '' : `; ${shown}${silent.length > SILENT_SHOWN ? ' …' : ''}`
  return `${answered} of ${asked} conversations answered, ${good} readings good${bad}${why}`
}

/** One probe of a search on a real line: asks an address, listens on a little, and tells silence from a collision. */

import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import type { Driver, Identity } from '../driver-api/driver.ts'
import { type Conversed, type Line, PRIORITY } from '../line/line.ts'
import type { Retries } from '../line/retries.ts'
import type { Outcome } from './search.ts'

/** What is damaged is asked again here, where the two are compared. */
const ONCE: Retries = { silent: 0, silentOnceAnswered: 1, damaged: 0 }
/** Asked once more: a lost answer would lose a meter. */
const TWICE: Retries = { ...ONCE, silent: 1 }
/** Of damaged answers: once is noise, twice is a collision. */
const TRIES = 2

export interface ProbeParts {
  readonly line: Line
  readonly driver: Driver
  readonly clock: Clock
  /** How long after a good answer another may still come, ms. */
  readonly listenMs: number
  /** Asks silent places once more. */
  readonly insists: boolean
}

export async function probe(address: string, parts: ProbeParts): Promise<Outcome> {
  let known: string | null = null
  let damaged = 0
  for (let tries = 0; tries < TRIES; tries += 1) {
    const heard = await askOnce(address, parts)
    known ??= heard.address
    if (heard.isDoubled) return { kind: 'several', address: known }
    if (!heard.isDamaged && damaged === 0)
      return heard.address === null ? { kind: 'silent' } : { kind: 'one', address: heard.address }
    damaged += heard.isDamaged ? 1 : 0
  }
  // Damaged once, then silent: noise. Damaged once, then a good answer: the other one may be silent for once.
  if (damaged === 1 && known === null) return { kind: 'silent' }
  return { kind: 'several', address: known }
}

interface Heard {
  readonly address: string | null
  readonly isDamaged: boolean
  readonly isDoubled: boolean
}

async function askOnce(
  address: string,
  { line, driver, clock, listenMs, insists }: ProbeParts,
): Promise<Heard> {
  const { discovery } = driver
  if (!discovery) throw new Error('broken promise: only drivers that discover are asked to')
  const before = disturbances(line)
  const { lates } = line.counters
  const talked: Conversed<Identity | null> = await line.converse({
    driver,
    conversation: discovery.identify({
      address,
      sequence: line.sequence,
      traits: {},
      refusedBefore: new Set(),
    }),
    priority: PRIORITY.onDemand,
    meter: address,
    retries: insists ? TWICE : ONCE,
  })
  if (talked.fault?.code === 'LINE_CLOSED') throw new Fault('LINE_CLOSED', talked.fault.text)
  if (!talked.result && line.counters.lates > lates)
    throw new Fault('LINE_SILENT', `an answer came after the time allowed for it: wait longer`)
  // Meters answer after 20 to 500 ms: a second one may begin when the first has ended.
  if (talked.result) await clock.sleep(listenMs)
  return {
    address: talked.result?.address ?? null,
    isDamaged: disturbances(line) > before,
    isDoubled: talked.exchanges.some(({ doubled }) => doubled),
  }
}

/** Everything heard that was no good frame. */
function disturbances(line: Line): number {
  const { noiseBytes, broken } = line.counters
  return noiseBytes + broken
}

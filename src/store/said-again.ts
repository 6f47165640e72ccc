/** A value that came again in another round has been said twice: its reading is witnessed (V-W1, PR-41). */

import type { Finding } from '../reading/reading.ts'
import { findingFor } from '../reading/rules/table.ts'
import { isOfSecondRead, isWitnessed, SECOND_READ } from '../reading/rules/witness.ts'
import { GOOD, QUALITIES } from './batch.ts'
import type { Latest } from './latest.ts'
import type { Outbox } from './outbox.ts'
import type { ReadingTable } from './reading-table.ts'
import type { KeptRow } from './rows.ts'

interface Parts {
  readonly table: ReadingTable
  readonly outbox: Outbox
  readonly latest: Latest
}

/**
 * Notes on a kept reading that round `round` said the very same. One that stood alone against another answer is good again
 * where nothing else is said against it; only that is announced.
 */
export function noteSaidAgain({ table, outbox, latest }: Parts, kept: KeptRow, round: number): void {
  const { register, row, series, slot, quality } = kept
  if (quality === 'quarantined' || isWitnessed(kept.findings)) return
  if (!SECOND_READ.of(register.obis, register.kind)) return
  const apart = kept.findings.find(isOfSecondRead)
  const evidence = `said again in round ${round}${apart ? `; ${apart.evidence}` : ''}`
  const finding = findingFor('V-W1', { verdict: 'accept', evidence })
  const findings = apart
    ? kept.findings.map(one => (one === apart ? finding : one))
    : [...kept.findings, finding]
  const isGood = quality === 'good' || (apart !== undefined && !findings.some(isAgainst))
  table.judge(kept, isGood ? GOOD : QUALITIES.indexOf(quality), JSON.stringify(findings))
  if (quality === 'good' || !isGood) return
  outbox.announceAgain(row, GOOD, findings.length)
  latest.consider(series, row, slot, true)
}

/** Said once only, good or suspect. */
export function wasSaidOnce({ quality, findings, register: { obis, kind } }: KeptRow): boolean {
  return SECOND_READ.of(obis, kind) && quality !== 'quarantined' && !isWitnessed(findings)
}

function isAgainst({ verdict }: Finding): boolean {
  return verdict === 'suspect' || verdict === 'quarantine' || verdict === 'reject'
}

/** What other systems are told of a reading's quality: codes of IEC 61968-9. */

import type { Finding, Quality } from './reading.ts'

/** Fully validated, no problems found. */
const VALIDATED = '2.0.1'

/** The codes of all findings, each once; of a good reading without any, that it is validated. */
export function codesOf(quality: Quality, findings: readonly Finding[]): string[] {
  const codes = [...new Set(findings.flatMap(finding => finding.codes))]
  return codes.length === 0 && quality === 'good' ? [VALIDATED] : codes
}

/** What rules said of some readings, each rule and verdict once. */

import type { RuleSaid } from '../../reading/dossier/advice.ts'
import type { StoredReading } from '../../store/store.ts'

const AGAINST: readonly string[] = ['flag', 'suspect', 'quarantine']
/** Severity 3 only informs. */
const LEAST_SEVERE = 2

export function saidIn(readings: readonly StoredReading[]): readonly RuleSaid[] {
  const found = [...new Map(readings.map(one => [one.id, one])).values()]
    .sort((a, b) => a.readAt - b.readAt)
    .flatMap(({ id, readAt, findings }) =>
      findings
        .filter(({ verdict, severity }) => AGAINST.includes(verdict) && severity <= LEAST_SEVERE)
        .map(finding => ({ id, readAt, finding })),
    )
  const grouped = Map.groupBy(found, ({ finding: { rule, verdict } }) => `${rule} ${verdict}`)
  return [...grouped.values()].flatMap(own => {
    const [first, last] = [own[0], own.at(-1)]
    if (!first || !last) return []
    const { rule, verdict, severity, evidence } = last.finding
    return [
      {
        ...{ rule, verdict, severity, evidence },
        times: own.length,
        first: first.readAt,
        last: last.readAt,
        reading: last.id,
      },
    ]
  })
}

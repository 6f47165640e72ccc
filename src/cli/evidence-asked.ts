/** The evidence of one reading: from the daemon where one runs on the data, else from the file itself. */

import { fromHex } from '../core/hex.ts'
import { parseScaled } from '../core/scaled.ts'
import type { Sample } from '../reading/reading.ts'
import type { History } from '../store/history.ts'
import type { Evidence, StoredReading } from '../store/store.ts'
import { askDaemon } from './ask-daemon.ts'

/** `GET /v1/readings/{id}/evidence`. */
interface Told {
  readonly reading: ToldReading
  readonly line: string
  readonly duplicates: number
  readonly versions: readonly ToldReading[]
  readonly exchanges: readonly {
    readonly request: string
    readonly reply: string | null
    readonly sentAt: string
    readonly receivedAt: string | null
    readonly outcome: Evidence['exchanges'][number]['outcome']
    readonly carried: boolean
  }[]
}

type Times = 'slot' | 'readAt' | 'receivedAt'
type ToldReading = Omit<StoredReading, Times | 'value' | 'round' | 'findings'> &
  Readonly<Record<Times, string>> & {
    readonly value: string
    readonly findings: readonly (Omit<StoredReading['findings'][number], 'samples'> & {
      readonly samples?: readonly (Omit<Sample, 'at'> & { readonly at: string })[]
    })[]
  }

/** Null where there is no such reading. Throws what the daemon refuses with. */
export async function evidenceOf(
  directory: string,
  id: string,
  history: History | null,
): Promise<Evidence | null> {
  const kept = history?.evidence(id) ?? null
  const answer = await askDaemon(directory, { method: 'GET', path: `/v1/readings/${id}/evidence` })
  return answer === null ? kept : evidenceIn(answer.body as Told, kept?.reading.round ?? 0)
}

function evidenceIn({ reading, line, duplicates, versions, exchanges }: Told, round: number): Evidence {
  return {
    reading: readingIn(reading, round),
    line,
    duplicates,
    versions: versions.map(one => readingIn(one, 0)),
    exchanges: exchanges.map(({ request, reply, sentAt, receivedAt, ...rest }) => ({
      ...rest,
      request: fromHex(request) ?? new Uint8Array(0),
      reply: reply === null ? null : fromHex(reply),
      sentAt: Date.parse(sentAt),
      receivedAt: receivedAt === null ? null : Date.parse(receivedAt),
    })),
  }
}

function readingIn(
  { slot, readAt, receivedAt, value, findings, ...rest }: ToldReading,
  round: number,
): StoredReading {
  const { id, meter, obis, kind, version, unit, quality } = rest
  return {
    ...{ id, meter, obis, kind, version, unit, quality, round },
    value: parseScaled(value) ?? { digits: 0n, scaler: 0 },
    slot: Date.parse(slot),
    readAt: Date.parse(readAt),
    receivedAt: Date.parse(receivedAt),
    findings: findings.map(({ samples, ...finding }) => ({
      ...finding,
      ...(samples && { samples: samples.map(one => ({ ...one, at: Date.parse(one.at) })) }),
    })),
  }
}

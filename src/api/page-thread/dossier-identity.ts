/** What is known of the meter itself (查电表): who it told it is, its status words, its clock, its alarms and exchanges. */

import { isoWithOffset } from '../../core/time.ts'
import { STATUS_WORDS } from '../../reading/rules/standing/status-bits.ts'
import type { Entry } from '../../store/book/entry.ts'
import type { Reader } from '../../store/reader.ts'
import type { MeterClock, StoredReading } from '../../store/store.ts'
import type { Dossier } from '../dossier-shapes.ts'
import { goodOnes, pollsOf, type ReadingsParts } from './dossier-readings.ts'

export interface StatusLook {
  readonly obis: string
  readonly name: string
  readonly last: StoredReading
  readonly hasChanged: boolean
  readonly faults: readonly string[]
}

export async function statusOf(
  parts: ReadingsParts,
  meter: string,
  from: number,
  to: number,
): Promise<readonly StatusLook[]> {
  const found: StatusLook[] = []
  for (const [obis, name, bits] of STATUS_WORDS) {
    const words = goodOnes(await pollsOf(parts, meter, obis, from, to))
    const last = words.at(-1)
    if (!last) continue
    const { digits } = last.value
    const isSet = ({ bit }: { readonly bit: number }) => ((digits >> BigInt(bit)) & 1n) === 1n
    found.push({
      obis,
      name,
      last,
      hasChanged: words.some(({ value }) => value.digits !== digits),
      faults: bits.filter(one => one.isFault && isSet(one)).map(one => `${one.name} (${name})`),
    })
  }
  return found
}

export function identityOf(
  { reader, offsetMinutes }: { readonly reader: Reader; readonly offsetMinutes: number },
  meter: string,
  entries: readonly Entry[],
  status: readonly StatusLook[],
  { from, to, tell }: { readonly from: number; readonly to: number; readonly tell: (text: string) => string },
): Dossier['identity'] {
  const at = (instant: number) => isoWithOffset(instant, offsetMinutes)
  const { before, after } = reader.clocksBeside(meter, from, to)
  return {
    audits: reader
      .auditTurns(meter)
      .map(({ at: instant, found, evidence }) => ({ at: at(instant), found, evidence })),
    exchanges: entries.flatMap(({ opening }) =>
      opening
        ? [
            {
              ...{ final: at(opening.final.at), initial: at(opening.initial.at) },
              ...{ segment: opening.initial.segment, multiplier: opening.initial.multiplier },
            },
          ]
        : [],
    ),
    status: status.map(({ obis, name, last, hasChanged, faults }) => ({
      ...{
        obis,
        name,
        at: at(last.readAt),
        value: `0x${last.value.digits.toString(16).padStart(4, '0').toUpperCase()}`,
      },
      ...{ changed: hasChanged, faults: [...faults], reading: last.id },
    })),
    clock: clockIn(reader, meter, from, to, at),
    clockBefore: clockAt(before, at),
    clockAfter: clockAt(after, at),
    alarms: reader.alarmsOf(meter, from, to).map(({ at: instant, event, rule, about, evidence }) => ({
      ...{ at: at(instant), event, rule, about, text: tell(evidence.text) },
    })),
    lastCalibration: null,
  }
}

function clockAt(
  clock: MeterClock | null,
  at: (instant: number) => string,
): Dossier['identity']['clockBefore'] {
  return clock && { at: at(clock.measuredAt), seconds: clock.deviationMs / 1_000 }
}

function clockIn(
  reader: Reader,
  meter: string,
  from: number,
  to: number,
  at: (instant: number) => string,
): Dossier['identity']['clock'] {
  const measured = reader
    .clocksIn(meter, from, to)
    .filter(({ measuredAt }) => measuredAt >= from && measuredAt < to)
  const last = measured.at(-1)
  if (!last) return null
  const furthest = measured.reduce((most, one) =>
    Math.abs(one.deviationMs) > Math.abs(most.deviationMs) ? one : most,
  )
  return {
    measurements: measured.length,
    furthestSeconds: furthest.deviationMs / 1_000,
    furthestAt: at(furthest.measuredAt),
    lastSeconds: last.deviationMs / 1_000,
    lastAt: at(last.measuredAt),
  }
}

/** Reads on demand: a meter asked now, before any poll. */

import type { MeterConfig } from '../config/config.ts'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/faults.ts'
import { SECOND, slotOf } from '../core/time.ts'
import type { Point, ReadResult } from '../driver-api/driver.ts'
import type { ValidatedReading } from '../reading/reading.ts'
import type { Accepted } from '../store/store.ts'
import type { Commissioning } from './gate/commissioning.ts'
import type { Job } from './job.ts'
import type { Keeping } from './keeping.ts'
import { type Outcome, wasSent } from './round.ts'

/** What one conversation on demand gave, and what became of it in the store. */
export interface ReadNow {
  readonly readings: readonly ValidatedReading[]
  readonly accepted: Accepted
}

export interface ReadsNow {
  /** Who asks for a meter that is being read on demand already is given that reading. */
  read(meterId: string): Promise<ReadNow>
  underWay(): Iterable<Promise<unknown>>
}

interface Parts<Meter> {
  readonly line: { readonly id: string }
  readonly clock: Clock
  readonly offsetMinutes: number
  readonly keeping: Keeping
  readonly commissioning?: Commissioning
  readonly meterOf: (id: string) => Meter | undefined
  readonly converse: (meter: Meter, job: Job) => Promise<Outcome>
  readonly readApart: (meter: Meter, points: readonly Point[]) => Promise<ReadResult>
}

export function createReadNow<Meter extends { readonly config: MeterConfig }>(parts: Parts<Meter>): ReadsNow {
  const { line, clock, keeping, commissioning } = parts
  const underWay = new Map<string, Promise<ReadNow>>()

  async function readOnce(meterId: string): Promise<ReadNow> {
    const meter = parts.meterOf(meterId)
    if (!meter) throw new Fault('ASK_UNKNOWN', `there is no meter "${meterId}" on line ${line.id}`)
    const job: Job = {
      kind: 'poll',
      poll: { everyMs: SECOND, points: meter.config.profile.points },
      slot: slotOf(clock.now(), SECOND, parts.offsetMinutes),
    }
    await commissioning?.recognise(meter.config, points => parts.readApart(meter, points))
    const outcome = await parts.converse(meter, job)
    const { round, fault } = outcome
    const accepted = wasSent(round) ? await keeping.accept(outcome) : null
    if (!accepted || (fault && round.readings.length === 0)) {
      throw new Fault(
        fault?.code ?? 'LINE_CLOSED',
        fault?.text ?? `${meterId} was not asked: the line is down`,
      )
    }
    return { readings: round.readings, accepted }
  }

  return {
    read(meterId) {
      const reading = underWay.get(meterId) ?? readOnce(meterId).finally(() => underWay.delete(meterId))
      underWay.set(meterId, reading)
      return reading
    },
    underWay: () => underWay.values(),
  }
}

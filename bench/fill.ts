/** A process that fills a store through `accept` and then goes on accepting until it is killed in the middle of it. */

import { systemClock } from '../src/core/clock.ts'
import { silentLog } from '../src/core/log.ts'
import { DAY, MINUTE, slotOf } from '../src/core/time.ts'
import type { Kind } from '../src/reading/reading.ts'
import type { Round } from '../src/store/store.ts'
import { openStore } from '../src/store/thread.ts'

export const METERS = 1_000
const REGISTERS = 8
/** One commit for so many: filling is not what is measured. */
const BATCH_ROWS = 5_000
const UNDER_WAY = 1_250
const EVERY_MS = 15 * MINUTE
const OFFSET_MINUTES = 480

/** Quarter hours of all meters, oldest first, up to the present; at midnight their freezes too. */
function* rounds(rows: number): Generator<Round> {
  const slots = Math.ceil(rows / (METERS * REGISTERS))
  const last = slotOf(systemClock.now(), EVERY_MS, OFFSET_MINUTES)
  for (let count = 0; ; count++) {
    const slot = last + (count - slots) * EVERY_MS
    const isMidnight = slotOf(slot, DAY, OFFSET_MINUTES) === slot
    for (let meter = 0; meter < METERS; meter++) {
      yield roundOf(meter, slot, 'poll', count)
      if (isMidnight) yield roundOf(meter, slot, 'freeze', count)
    }
  }
}

function roundOf(number: number, slot: number, kind: Kind, count: number): Round {
  const meter = `meter-${number}`
  const readAt = slot + number
  const readings = Array.from({ length: REGISTERS }, (_, index) => ({
    meter,
    obis: `1-0:1.8.${index}`,
    kind,
    slot,
    value: { digits: BigInt(count * 10 + index), scaler: -2 },
    unit: 'kWh',
    readAt,
    receivedAt: readAt,
    exchange: 0,
    quality: 'good' as const,
    findings: [],
  }))
  const exchange = {
    request: new Uint8Array(16),
    reply: new Uint8Array(20 + 4 * REGISTERS),
    sentAt: readAt - 50,
    receivedAt: readAt,
    outcome: 'answered' as const,
  }
  const clock = { measuredAt: readAt, deviationMs: 1_000 }
  return { meter, line: 'bench', exchanges: [exchange], readings, clock }
}

async function fill(folder: string, rows: number): Promise<void> {
  const store = await openStore(folder, systemClock, silentLog, { batchRows: BATCH_ROWS })
  const underWay = new Set<Promise<void>>()
  let kept = 0
  for (const round of rounds(rows)) {
    const keeping = store.accept(round).then(({ stored }) => {
      underWay.delete(keeping)
      if (kept < rows && kept + stored >= rows) process.send?.('filled')
      kept += stored
    })
    underWay.add(keeping)
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
  }
}

const [folder, rows] = process.argv.slice(2)
if (process.send && folder !== undefined) await fill(folder, Number(rows))

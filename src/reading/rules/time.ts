/** Whether the times a reading rests on can be believed: our clock, the meter's, and the stamp. */

import { writeDays } from '../../core/calendar.ts'
import { isEnergyRegister, tariffOf } from '../../core/obis.ts'
import { civilOf, isoWithOffset, SECOND } from '../../core/time.ts'
import { type Periods, periodOf } from '../freeze-period.ts'
import { isLoadRecord } from '../from-memory.ts'
import type { Reading } from '../reading.ts'
import { clockInWords } from './clock-limits.ts'
import type { Known } from './known.ts'
import { sampleOf } from './pair.ts'
import type { Checked, ReadingRule } from './rule.ts'

const MIDNIGHTS: Periods = { every: 'day', at: 0 }

export const TIME_RULES: readonly ReadingRule[] = [
  {
    id: 'V-T1',
    version: 1,
    says: 'our clock moves as a monotonic clock does, was not set while the meter was asked, and is not behind what was kept earlier nor before this version was made',
    why: 'a clock of ours that is known to be wrong stamps nothing',
    needs: 'nothing; what it finds out later makes polls that are kept suspect (in the store)',
    outcomes: [
      { verdict: 'quarantine', severity: 1, codes: ['2.1.9'] },
      { verdict: 'suspect', severity: 1, codes: ['2.1.9'] },
    ],
    of: () => true,
    check: ourClock,
  },
  {
    id: 'V-T2',
    version: 1,
    says: "the meter's clock is no further off than `flagAbove`; tariff registers and load records are suspect above `suspectAbove`, freezes above `brokenAbove`",
    why: 'a meter whose clock is wrong counts energy under the wrong tariff, and freezes at another moment',
    needs: "the meter's clock, read in the same conversation or within 48 hours",
    outcomes: [
      { verdict: 'suspect', severity: 2, codes: ['1.1.9'] },
      { verdict: 'flag', severity: 2, codes: ['1.1.9'] },
    ],
    of: () => true,
    check: meterClock,
  },
  {
    id: 'V-T3',
    version: 1,
    says: "a freeze's own stamp is exactly the boundary it is of: 00:00, the full hour, or a settlement day and hour as configured",
    why: 'a freeze not stamped at the boundary belongs to another period',
    needs: 'a freeze',
    outcomes: [{ verdict: 'quarantine', severity: 1, codes: ['2.5.258'] }],
    of: (_obis, kind) => kind === 'freeze',
    check: freezeStamp,
  },
  {
    id: 'V-T5',
    version: 1,
    says: 'no value is stamped further than `ahead` beyond our clock',
    why: 'no meter can know a value of the future',
    needs: 'nothing',
    outcomes: [{ verdict: 'quarantine', severity: 1, codes: ['2.1.9'] }],
    of: () => true,
    check: futureStamp,
  },
]

function ourClock(_reading: Reading, { timeTrusted, now, offsetMinutes }: Known): Checked {
  if (timeTrusted) return null
  return {
    verdict: 'quarantine',
    evidence: `our clock said ${isoWithOffset(now, offsetMinutes)}: it was set while the meter was asked, or this is before what was recorded earlier, or before this version was made`,
  }
}

const CLOCK_NOT_READ = { lacks: "the meter's clock was not read within 48 hours" }

function meterClock(reading: Reading, { clockDeviationMs, limits }: Known): Checked {
  if (clockDeviationMs === null) return CLOCK_NOT_READ
  const { flagAbove, suspectAbove, brokenAbove } = limits['V-T2']
  const offMs = Math.abs(clockDeviationMs)
  if (offMs <= Math.min(flagAbove, suspectAbove, brokenAbove)) return null
  const { obis, kind } = reading
  const byTariff = isEnergyRegister(obis) && (tariffOf(obis) ?? 0) > 0
  // Of a load record the meter alone says which moment it is of.
  const sooner = byTariff || isLoadRecord(reading)
  const suspect = (sooner && offMs > suspectAbove) || (kind === 'freeze' && offMs > brokenAbove)
  if (!suspect && offMs <= flagAbove) return null
  const limitMs = !suspect ? flagAbove : sooner ? suspectAbove : brokenAbove
  return {
    verdict: suspect ? 'suspect' : 'flag',
    evidence: `${clockInWords(clockDeviationMs)}; flagged above ${flagAbove / SECOND} s, tariff registers and load records suspect above ${suspectAbove / SECOND} s, freezes above ${brokenAbove / SECOND} s`,
    limit: { value: String(limitMs / SECOND), unit: 's' },
  }
}

function freezeStamp(reading: Reading, { offsetMinutes, periods = MIDNIGHTS }: Known): Checked {
  if (periodOf(civilOf(reading.slot, offsetMinutes), periods)?.lateMs === 0) return null
  const stamp = isoWithOffset(reading.slot, offsetMinutes)
  return {
    verdict: 'quarantine',
    evidence:
      periods.every === 'hour'
        ? `the hourly freeze is stamped ${stamp}, not on the hour`
        : periods.every === 'day'
          ? `the daily freeze is stamped ${stamp}, not 00:00`
          : `the meter settled at ${stamp}, which is none of the days configured: ${writeDays(periods.on)}`,
    samples: [sampleOf(reading)],
  }
}

function futureStamp(reading: Reading, { now, offsetMinutes, limits }: Known): Checked {
  const { ahead } = limits['V-T5']
  if (reading.readAt <= now + ahead) return null
  return {
    verdict: 'quarantine',
    evidence: `the value is stamped ${isoWithOffset(reading.readAt, offsetMinutes)}, our clock says ${isoWithOffset(now, offsetMinutes)}`,
    samples: [sampleOf(reading)],
    limit: { value: String(ahead / SECOND), unit: 's' },
  }
}

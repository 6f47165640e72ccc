/** Whether the intervals of a day are there, and of one length. */

import { isoWithOffset, SECOND } from '../../../core/time.ts'
import { type IntervalDay, slotsUnread, slotsWithin } from './interval-day.ts'
import { type DayChecked, EVERY_REGISTER, type IntervalRule } from './interval-rule.ts'

export const PRESENCE_RULES: readonly IntervalRule[] = [
  {
    id: 'V-L2',
    version: 1,
    says: 'a day that is over has as many intervals as their length goes into it, each measured or estimated',
    why: 'what is summed over a day with a gap is not what was used on it; why nothing was read, the ledger tells (V-L1)',
    needs: 'a day that is over',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.5.259'] }],
    of: EVERY_REGISTER,
    check: missing,
  },
  {
    id: 'V-L11',
    version: 1,
    says: 'no register is without a value in an interval in which another one of the same poll has one',
    why: 'the meter answered: what is missing is one register, not the meter',
    needs: 'another energy register of the same poll',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.5.259'] }],
    of: EVERY_REGISTER,
    check: lonely,
  },
  {
    id: 'V-T6',
    version: 1,
    says: "the meter's clock was not set by more than 30 s between two values of which one carries its stamp",
    why: 'an interval in which a clock is set is longer or shorter than it says',
    needs: 'values the meter stamped, and its clock measured near both (V-T2)',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['1.4.64', '1.4.128'] }],
    of: EVERY_REGISTER,
    check: clockWasSet,
  },
]

function missing(day: IntervalDay): DayChecked {
  const { grid, isOver } = day
  if (!isOver) return { lacks: 'a day that is over' }
  const absent = grid.filter(({ mark }) => mark === 'missing')
  if (absent.length === 0) return []
  const count = (mark: string) => grid.filter(one => one.mark === mark).length
  const evidence = `of ${grid.length} intervals ${count('measured')} were measured and ${count('estimated')} estimated, ${absent.length} are missing`
  return [{ intervals: absent.map(({ from }) => from), said: { verdict: 'flag', evidence } }]
}

function lonely(day: IntervalDay): DayChecked {
  const { channel, siblingAt } = day
  if (channel.sibling === null) return { lacks: 'another energy register of the same poll' }
  const alone = slotsUnread(day)
  if (alone.length > 0 && siblingAt === null) return { lacks: 'a look at the other register' }
  const answered = alone.filter(slot => siblingAt?.has(slot))
  if (answered.length === 0) return []
  const evidence = `${channel.sibling} was read in ${answered.length} intervals in which ${channel.obis} was not`
  return [{ intervals: answered, said: { verdict: 'flag', evidence } }]
}

function clockWasSet(day: IntervalDay): DayChecked {
  const stamped = day.stretches.filter(({ from, to }) => from.stamped || to.stamped)
  const isMeasured = ({ from, to }: (typeof stamped)[number]) =>
    day.deviationAt(from.at) !== null && day.deviationAt(to.at) !== null
  const set = stamped.filter(({ setMs }) => setMs !== 0)
  if (set.length === 0)
    return stamped.some(isMeasured) ? [] : { lacks: 'stamped values with a measured clock on either side' }
  const at = (instant: number) => isoWithOffset(instant, day.offsetMinutes)
  return set.map(({ from, to, setMs }) => ({
    intervals: slotsWithin(day, from.at, to.at),
    said: {
      verdict: 'flag',
      codes: [setMs > 0 ? '1.4.64' : '1.4.128'],
      evidence: `between ${at(from.at)} and ${at(to.at)} the meter's clock was set ${setMs > 0 ? 'forward' : 'back'} by ${Math.abs(setMs) / SECOND} s`,
      limit: { value: '30', unit: 's' },
    },
  }))
}

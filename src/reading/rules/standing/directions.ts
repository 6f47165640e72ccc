/** What a window of registers shows of directions: energy fed in where nothing generates, reactive energy without active. */

import { HOUR } from '../../../core/time.ts'
import type { Reading } from '../../reading.ts'
import type { Remembered } from '../../seen/stood.ts'
import {
  AT_ONCE,
  grownBy,
  type Look,
  type Looked,
  lasting,
  limitsIn,
  readingIn,
  registersAt,
  type Seen,
  type StandingRule,
  stepIn,
} from './standing.ts'

export const DIRECTION_RULES: readonly StandingRule[] = [
  {
    id: 'V-R19',
    version: 1,
    says: 'a register of reverse active energy grows by no more than `least`, and two steps, within `over`, unless generation feeds in',
    why: 'energy that comes back where nothing generates is a transformer connected backwards, or generation nobody has told of',
    needs: 'the reverse register of a meter whose list names no generation',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['1.3.4'] }],
    look: fedIn,
  },
  {
    id: 'V-R25',
    version: 1,
    says: 'over `over` what reactive registers count is at most `times` what active ones count, or `least` and ten steps',
    why: 'reactive energy without active is compensation that overcompensates, or an active element that has stopped',
    needs:
      'registers of active and of reactive energy; how a meter combines them (04000602, 03) no round reads, so quadrants go before combined ones',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['2.5.258'] }],
    look: reactive,
  },
]

const ABOVE = 'above'
const FORWARD = ['1-0:1.8.0']
const REVERSE = ['1-0:2.8.0']
const QUADRANTS = ['1-0:5.8.0', '1-0:6.8.0', '1-0:7.8.0', '1-0:8.8.0']
const COMBINED = ['1-0:3.8.0', '1-0:4.8.0']

function fedIn(seen: Seen, memory: Remembered | null): Looked | null {
  if ((seen.of.generation ?? 'none') !== 'none') return null
  const register = readingIn(seen, REVERSE)
  if (!register) return { looks: [], lacks: 'the reverse register' }
  const { least, over } = limitsIn(seen, 'V-R19')
  const most = Math.max(least, 2 * stepIn(register, seen.of))
  const grown = grownBy(register, memory?.registers[register.obis])
  const lasted = memory ? seen.at - memory.since : 0
  const isNew = grown === null || grown < 0
  const isOver = !isNew && grown > most
  // What a register of one direction showed once it shows for good: it was misread.
  const wasMisread = !isOver && memory?.seen.includes(ABOVE) === true
  const isDone = isNew || lasted >= over || wasMisread
  const look: Look = {
    key: '',
    holds: isNew ? null : isOver ? true : lasted >= over || wasMisread ? false : null,
    with: register,
    tell: () => ({
      patience: lasting(0),
      words: `${(grown ?? 0).toFixed(3)} kWh were fed in within ${hours(lasted)}, more than ${most.toFixed(3)}, and the meter list knows of no generation: name it (generation), or look for a transformer connected backwards`,
      codes: ['1.3.4'],
      limit: { value: most.toFixed(3), unit: 'kWh' },
    }),
  }
  const running = memory && isOver ? { ...memory, seen: [ABOVE] } : memory
  return { looks: [look], memory: isDone ? registersAt(seen.at, [], [register]) : running }
}

function hours(ms: number): string {
  return `${(ms / HOUR).toFixed(1)} h`
}

function reactive(seen: Seen, memory: Remembered | null): Looked | null {
  const given = (codes: readonly string[]) => codes.flatMap(code => readingIn(seen, [code]) ?? [])
  const active = given([...FORWARD, ...REVERSE])
  const quadrants = given(QUADRANTS)
  const reactives = quadrants.length > 0 ? quadrants : given(COMBINED)
  const [forward, first] = [active[0], reactives[0]]
  if (!first) return null
  if (forward?.obis !== FORWARD[0]) return { looks: [], lacks: 'registers of active energy' }
  const { times, least, over } = limitsIn(seen, 'V-R25')
  const counted = (registers: readonly Reading[]) =>
    registers.map(one => grownBy(one, memory?.registers[one.obis]))
  const grown = [...counted(active), ...counted(reactives)]
  const lasted = memory ? seen.at - memory.since : 0
  const isNew = grown.some((one, at) => one === null || (one < 0 && at < active.length))
  if (isNew)
    return {
      looks: [],
      lacks: 'registers of a day before',
      memory: registersAt(seen.at, [], [...active, ...reactives]),
    }
  const kwh = sizeOf(counted(active))
  const kvarh = sizeOf(counted(reactives))
  const most = Math.max(times * kwh, least, 10 * stepIn(first, seen.of))
  const isDone = lasted >= over
  return {
    looks: [
      {
        key: '',
        holds: isDone ? kvarh > most : null,
        with: first,
        tell: () => ({
          patience: AT_ONCE,
          words: `${kvarh.toFixed(2)} kvarh and ${kwh.toFixed(2)} kWh were counted within ${hours(lasted)}, at most ${most.toFixed(2)} kvarh is usual`,
          codes: ['2.5.258'],
          samples: [...active, ...reactives],
          limit: { value: most.toFixed(2), unit: 'kvarh' },
        }),
      },
    ],
    memory: isDone ? registersAt(seen.at, [], [...active, ...reactives]) : memory,
  }
}

/** A combined register may fall. */
function sizeOf(grown: readonly (number | null)[]): number {
  return grown.reduce<number>((sum, one) => sum + Math.abs(one ?? 0), 0)
}

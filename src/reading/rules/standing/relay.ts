/** The relay as the meter tells it, against what flows: ordered open and counting, open and carrying, closed and idle. */

import type { Reading } from '../../reading.ts'
import type { Remembered } from '../../seen/stood.ts'
import { currentsFrom, type PhaseNow, phasesIn } from './phase-values.ts'
import {
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

export const RELAY_RULES: readonly StandingRule[] = [
  {
    id: 'V-R8',
    version: 1,
    says: 'a meter whose relay was ordered open (status word 3, bit 6), and says it is closed, counts no more than `least` and two steps over `over`',
    why: 'a customer who is cut off and counts was not cut off; the register is right, and who pays is for a person to say',
    needs: 'status word 3 and the forward register; a meter that keeps the power on (bit 12) was ordered so',
    outcomes: [{ verdict: 'flag', severity: 1, codes: ['2.6.2'] }],
    look: ordered,
  },
  {
    id: 'V-R37',
    version: 1,
    says: 'behind a relay that is open (status word 3, bit 4) no phase carries current (V-R32) in rounds over `over`, and no more than `least` and two steps are counted; and a relay seen to close carries some within `idle`',
    why: 'a relay that is open and counts has failed, or is bypassed; one that closed again and carries nothing waits for the breaker of the customer',
    needs: 'status word 3; voltage and current of every phase, or the forward register',
    outcomes: [{ verdict: 'flag', severity: 1, codes: ['2.6.2'] }],
    look: switched,
  },
]

const STATUS_WORD_3 = ['0-0:96.5.3']
const FORWARD = ['1-0:1.8.0']
const RELAY_OPEN = 4n
const ORDERED_OPEN = 6n
const KEPT_POWERED = 12n

function isSet({ value }: Reading, bit: bigint): boolean {
  return ((value.digits >> bit) & 1n) === 1n
}

function countedSince(
  seen: Seen,
  register: Reading | undefined,
  memory: Remembered | null,
  least: number,
): { readonly kwh: number; readonly most: number } | null {
  const kwh = grownBy(register, register && memory?.registers[register.obis])
  return register && kwh !== null ? { kwh, most: Math.max(least, 2 * stepIn(register, seen.of)) } : null
}

function startingAt({ at }: Seen, state: string, register: Reading | undefined): Remembered {
  return registersAt(at, [state], register ? [register] : [])
}

function ordered(seen: Seen, memory: Remembered | null): Looked {
  const word = readingIn(seen, STATUS_WORD_3)
  const register = readingIn(seen, FORWARD)
  if (!word || !register) return { looks: [], lacks: 'status word 3 and the forward register' }
  const { least, over } = limitsIn(seen, 'V-R8')
  const isWaiting = isSet(word, ORDERED_OPEN) && !isSet(word, RELAY_OPEN)
  if (isWaiting && isSet(word, KEPT_POWERED))
    return { looks: [], lacks: 'an order the meter may follow', memory: null }
  const counted = isWaiting ? countedSince(seen, register, memory, least) : null
  const look: Look = {
    key: '',
    holds: isWaiting ? (counted && counted.kwh > counted.most ? true : null) : false,
    with: register,
    tell: () => ({
      patience: { ...lasting(over), over: memory && seen.at - memory.since >= over ? 0 : over },
      words: `the relay was ordered open and is told closed, and ${counted?.kwh.toFixed(3)} kWh were counted since: the cut-off did not work`,
      codes: ['2.6.2'],
      samples: [word, register],
      limit: { value: (counted?.most ?? least).toFixed(3), unit: 'kWh' },
    }),
  }
  return { looks: [look], memory: isWaiting ? (memory ?? startingAt(seen, 'ordered', register)) : null }
}

function switched(seen: Seen, memory: Remembered | null): Looked {
  const word = readingIn(seen, STATUS_WORD_3)
  if (!word) return { looks: [], lacks: 'status word 3' }
  const register = readingIn(seen, FORWARD)
  const phases = phasesIn(seen)
  const isOpen = isSet(word, RELAY_OPEN)
  const looks = [
    ...(phases ? [carrying(seen, word, phases, isOpen)] : []),
    ...(register ? [counting(seen, word, register, isOpen, memory)] : []),
    ...(phases ? [idling(seen, word, phases, isOpen, memory)] : []),
  ]
  return { looks, memory: relayAfter(seen, isOpen, phases, register, memory) }
}

/** What the relay did last, and the register then; nothing of one that is closed and carries. */
function relayAfter(
  seen: Seen,
  isOpen: boolean,
  phases: readonly PhaseNow[] | null,
  register: Reading | undefined,
  memory: Remembered | null,
): Remembered | null {
  const state = memory?.seen[0] ?? null
  if (isOpen) return state === 'open' ? memory : startingAt(seen, 'open', register)
  if (state === null || phases?.some(({ amperes }) => amperes >= currentsFrom(seen).nothing)) return null
  return state === 'closed' ? memory : startingAt(seen, 'closed', register)
}

function carrying(seen: Seen, word: Reading, phases: readonly PhaseNow[], isOpen: boolean): Look {
  const { something } = currentsFrom(seen)
  const most = Math.max(...phases.map(({ amperes }) => amperes))
  return {
    key: 'carries',
    holds: isOpen && most >= something,
    with: word,
    tell: () => ({
      patience: lasting(limitsIn(seen, 'V-R37').over),
      words: `the relay is told open, and ${most} A flow: it has failed, or is bypassed`,
      codes: ['2.6.2'],
      samples: [word, ...phases.map(({ current }) => current)],
      limit: { value: String(something), unit: 'A' },
    }),
  }
}

function counting(
  seen: Seen,
  word: Reading,
  register: Reading,
  isOpen: boolean,
  memory: Remembered | null,
): Look {
  const { least, over } = limitsIn(seen, 'V-R37')
  const since = memory?.seen[0] === 'open' ? memory : null
  const counted = isOpen ? countedSince(seen, register, since, least) : null
  return {
    key: 'counts',
    holds: isOpen ? (counted && counted.kwh > counted.most ? true : null) : false,
    with: word,
    tell: () => ({
      patience: lasting(over),
      words: `the relay is told open, and ${counted?.kwh.toFixed(3)} kWh were counted since: it has failed, or is bypassed`,
      codes: ['2.6.2'],
      samples: [word, register],
      limit: { value: (counted?.most ?? least).toFixed(3), unit: 'kWh' },
    }),
  }
}

function idling(
  seen: Seen,
  word: Reading,
  phases: readonly PhaseNow[],
  isOpen: boolean,
  memory: Remembered | null,
): Look {
  const { idle } = limitsIn(seen, 'V-R37')
  const { nothing } = currentsFrom(seen)
  const isIdle = !isOpen && memory !== null && phases.every(({ amperes }) => amperes < nothing)
  const isLive = phases.some(({ volts }) => volts >= seen.of.nameplate.volts / 2)
  return {
    key: 'idles',
    holds: isIdle ? (isLive ? true : null) : false,
    with: word,
    tell: () => ({
      patience: lasting(idle),
      words:
        'the relay has closed, there is voltage, and nothing has flowed: the breaker of the customer may be open',
      codes: ['2.6.2'],
      samples: [word, ...phases.map(({ current }) => current)],
    }),
  }
}

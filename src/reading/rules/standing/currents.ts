/** Currents and powers by phase: lost, turned round, uneven, not what comes back by the neutral, in a wrong order. */

import { DAY } from '../../../core/time.ts'
import type { Remembered } from '../../seen/stood.ts'
import { phasesOf } from '../phases.ts'
import {
  apart,
  currentsFrom,
  isDead,
  mayNotFeed,
  type PhaseNow,
  phasesIn,
  wattsIn,
  withSeen,
} from './phase-values.ts'
import {
  type Look,
  type Looked,
  lasting,
  limitsIn,
  readingIn,
  type Seen,
  type StandingRule,
  valueIn,
} from './standing.ts'

export const CURRENT_RULES: readonly StandingRule[] = [
  {
    id: 'V-R30',
    version: 1,
    says: '(Imax − Imin) / Imax of three phases is at most `percent`, in rounds over `over` in which one carries something (V-R32)',
    why: 'phases loaded unevenly (电流不平衡) cost losses, and hide a transformer that has failed',
    needs: 'voltage and current of three phases, none of them lost (V-R31)',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.2.0'] }],
    look: uneven,
  },
  {
    id: 'V-R32',
    version: 1,
    says: 'no phase power is below zero, by a share `reversedPercent` of Un · Imax and more, over `reversedOver`, unless generation feeds in; and no phase that has carried current has less than `nothingPercent` of Imax over `lostOver`, while another has `carriesPercent`',
    why: 'a transformer that is connected backwards, bridged or off counts less than flows (失流, 反向)',
    needs:
      'the power of each phase, and voltage and current; of a meter with solar generation direction is judged in the dark hours (0:00 to 2:30), of one with any, of three wires, or of a profile that leaves the sign to the device, not at all',
    outcomes: [{ verdict: 'flag', severity: 1, codes: ['1.3.0', '1.3.4'] }],
    look: wired,
  },
  {
    id: 'V-R33',
    version: 1,
    says: '| |I_N| − |I_L| | of a single phase is at most the larger of `percent` and `amperes`, in rounds over `over`',
    why: 'what does not come back by the neutral takes a way past the meter, or into the earth',
    needs: 'the currents of phase and neutral of a single-phase meter',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['1.3.3'] }],
    look: neutral,
  },
  {
    id: 'V-R34',
    version: 1,
    says: 'the meter does not say that voltages or currents come in a wrong order (status word 7, bits 0 and 1), in rounds over `over`',
    why: 'phases in a wrong order (逆相序) make reactive energy wrong, and are a sign of other faults of wiring',
    needs: 'status word 7 of a three-phase meter',
    outcomes: [{ verdict: 'flag', severity: 2, codes: ['1.3.0'] }],
    look: sequence,
  },
]

function uneven(seen: Seen): Looked | null {
  if (seen.of.nameplate.phases === 1) return null
  const phases = phasesIn(seen)
  if (!phases) return { looks: [], lacks: 'the voltage and current of every phase' }
  const { something } = currentsFrom(seen)
  const look = apart(
    phases.map(({ amperes, current }) => [amperes, current]),
    { what: 'currents', unit: 'A', ...limitsIn(seen, 'V-R30') },
  )
  const isJudged =
    phases.some(({ amperes }) => amperes >= something) && !phases.some(one => isDead(seen, one))
  return { looks: [isJudged ? look : { ...look, holds: null }] }
}

function wired(seen: Seen, memory: Remembered | null): Looked {
  const phases = seen.of.nameplate.phases === 1 ? null : phasesIn(seen)
  // Of three wires one element may honestly turn backwards.
  const isOfThreeWires = phases?.some(one => isDead(seen, one)) === true
  const directions = reversed(seen).map(look => (isOfThreeWires ? { ...look, holds: null } : look))
  if (!phases)
    return { looks: directions, ...(directions.length === 0 && { lacks: 'powers of the phases that tell' }) }
  const { something } = currentsFrom(seen)
  const carrying = phases.filter(({ amperes }) => amperes >= something)
  const remembered = withSeen(seen.at, carrying, memory)
  return {
    looks: [...directions, ...phases.map(phase => without(seen, phase, phases, remembered.seen))],
    memory: remembered,
  }
}

/** Powers near nothing have no direction. */
function reversed(seen: Seen): readonly Look[] {
  const { reversedPercent, reversedOver } = limitsIn(seen, 'V-R32')
  const { volts, amperes } = seen.of.nameplate
  const least = (volts * amperes * reversedPercent) / 100
  const isSure = mayNotFeed(seen)
  return phasesOf(seen.of.nameplate).flatMap(phase => {
    const power = wattsIn(seen, phase)
    if (!power) return []
    const isTold = isSure !== null && Math.abs(power.watts) >= least
    const look: Look = {
      key: `${phase.name} reversed`,
      holds: isTold ? power.watts < 0 : null,
      with: power.of,
      tell: () => ({
        patience: lasting(reversedOver),
        words: `phase ${phase.name} has ${power.watts.toFixed(1)} W, as if it were fed in${seen.of.generation === 'solar' ? ' in the dark' : ', and the meter list knows of no generation'}: its transformer is connected backwards`,
        codes: ['1.3.4'],
        limit: { value: (-least).toFixed(1), unit: 'W' },
      }),
    }
    return [look]
  })
}

/** A voltage that is lost takes the current along in the meter's eyes: V-R31 says so. */
function without(seen: Seen, phase: PhaseNow, phases: readonly PhaseNow[], carried: readonly string[]): Look {
  const { nothing, something } = currentsFrom(seen)
  const { lostOver } = limitsIn(seen, 'V-R32')
  const others = phases.filter(other => other !== phase && other.amperes >= something)
  const isLive = phase.volts >= (seen.of.nameplate.volts * limitsIn(seen, 'V-R31').lostPercent) / 100
  const isJudged = carried.includes(phase.name) && others.length > 0 && isLive
  return {
    key: `${phase.name} lost`,
    holds: phase.amperes >= nothing ? false : isJudged ? true : null,
    with: phase.current,
    tell: () => ({
      patience: lasting(lostOver),
      words: `phase ${phase.name} carries ${phase.amperes} A for ${(lostOver / DAY).toFixed(1)} days and more, while others carry ${others.map(({ amperes }) => amperes).join(' and ')} A`,
      codes: ['1.3.0'],
      samples: phases.map(({ current }) => current),
      limit: { value: String(nothing), unit: 'A' },
    }),
  }
}

function neutral(seen: Seen): Looked | null {
  if (seen.of.nameplate.phases === 3) return null
  const { percent, amperes, over } = limitsIn(seen, 'V-R33')
  const [phase] = phasesOf(seen.of.nameplate)
  const codes = phase?.amperes ?? []
  const line = valueIn(seen, codes, 'A')
  const back = valueIn(seen, NEUTRAL, 'A')
  const [own, other] = [readingIn(seen, codes), readingIn(seen, NEUTRAL)]
  if (line === null || back === null || !own || !other)
    return { looks: [], lacks: 'the currents of phase and neutral' }
  const apart = Math.abs(Math.abs(back) - Math.abs(line))
  const most = Math.max((Math.max(Math.abs(back), Math.abs(line)) * percent) / 100, amperes)
  return {
    looks: [
      {
        key: '',
        holds: apart > most,
        with: other,
        tell: () => ({
          patience: lasting(over),
          words: `${Math.abs(line)} A by the phase and ${Math.abs(back)} A by the neutral are ${apart.toFixed(3)} A apart, at most ${most.toFixed(3)} A is told apart by loads that switch`,
          codes: ['1.3.3'],
          samples: [own, other],
          limit: { value: most.toFixed(3), unit: 'A' },
        }),
      },
    ],
  }
}

const NEUTRAL = ['1-0:91.7.0']
const STATUS_WORD_7 = ['0-0:96.5.135']

function sequence(seen: Seen): Looked | null {
  if (seen.of.nameplate.phases === 1) return null
  const { over } = limitsIn(seen, 'V-R34')
  const word = readingIn(seen, STATUS_WORD_7)
  if (!word) return { looks: [], lacks: 'status word 7' }
  return {
    looks: ['voltages', 'currents'].map((name, bit) => ({
      key: name,
      holds: ((word.value.digits >> BigInt(bit)) & 1n) === 1n,
      with: word,
      tell: () => ({
        patience: lasting(over),
        words: `the meter says that its ${name} come in a wrong order`,
        codes: ['1.3.0'],
      }),
    })),
  }
}

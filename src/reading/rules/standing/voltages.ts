/** Voltages by phase: lost, out of range, uneven. Physics by floats, for limits only. */

import type { Remembered } from '../../seen/stood.ts'
import { stepOf } from '../pair.ts'
import {
  apart,
  currentsFrom,
  energyOr,
  isDead,
  type PhaseNow,
  phasesIn,
  voltagesIn,
  withSeen,
} from './phase-values.ts'
import { type Look, type Looked, lasting, limitsIn, type Seen, type StandingRule } from './standing.ts'

export const VOLTAGE_RULES: readonly StandingRule[] = [
  {
    id: 'V-R28',
    version: 1,
    says: 'a voltage lies from `low` to `high` of the nominal one, and a step beyond, in rounds over `over`',
    why: 'what is supplied is to be within the bounds agreed on; what lies below half or above 1.3 of it is no voltage of a supply, and is left out of its figures (docs/api.md)',
    needs: 'a voltage of a phase',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.2.0'] }],
    look: range,
  },
  {
    id: 'V-R29',
    version: 1,
    says: '(Umax − Umin) / Umax of three phases is at most `percent`, in rounds over `over`',
    why: 'a neutral that is loose, or a phase that is overloaded, shows in uneven voltages (电压不平衡)',
    needs: 'the voltages of three phases, none of them lost (V-R31)',
    outcomes: [{ verdict: 'flag', severity: 3, codes: ['2.2.0'] }],
    look: uneven,
  },
  {
    id: 'V-R31',
    version: 1,
    says: 'of three phases none is below `lostPercent` of its nominal voltage while it carries current (失压) and another phase has its voltage, none below `deadPercent` without current that has had voltage (断相), and not all below `deadPercent` while one carries current (全失压), in rounds over `over`',
    why: 'current that flows in a phase without voltage is not counted: the energy since then is too low, and a person has to correct it',
    needs:
      'voltage and current of three phases; a phase that never had voltage is no lost one, as of three wires, and where none has voltage or current the supply is off (掉电)',
    outcomes: [{ verdict: 'flag', severity: 1, codes: ['1.3.0', '2.2.0'] }],
    look: lost,
  },
]

function range(seen: Seen): Looked | null {
  const { low, high, over } = limitsIn(seen, 'V-R28')
  const { volts: nominal, phases: count } = seen.of.nameplate
  const phases = voltagesIn(seen)
  if (phases.length === 0) return null
  const looks = phases.map((phase): Look => {
    const share = phase.volts / nominal
    const step = stepOf(phase.voltage.value, phase.voltage.unit, {
      transformers: seen.of.transformers ?? null,
    })
    const isOut = phase.volts + step < low * nominal || phase.volts - step > high * nominal
    const isGone = count === 3 && share < GONE
    const bound = (share < low ? low : high) * nominal
    return {
      key: phase.name,
      holds: isGone ? null : isOut,
      with: phase.voltage,
      tell: () => ({
        patience: lasting(over),
        words: `phase ${phase.name} has ${phase.volts} V, ${(low * nominal).toFixed(1)} to ${(high * nominal).toFixed(1)} V are agreed on${share < GONE || share > IMPLAUSIBLE ? '; that is no voltage of a supply' : ''}`,
        codes: ['2.2.0'],
        limit: { value: bound.toFixed(1), unit: 'V' },
      }),
    }
  })
  return { looks }
}

/** Of the nominal voltage: below it is lost, above it is another scale. */
const GONE = 0.5
const IMPLAUSIBLE = 1.3

function uneven(seen: Seen): Looked | null {
  if (seen.of.nameplate.phases === 1) return null
  const phases = voltagesIn(seen)
  if (phases.length === 0) return null
  if (phases.length < 3) return { looks: [], lacks: 'the voltage of every phase' }
  const look = apart(
    phases.map(({ volts, voltage }) => [volts, voltage]),
    { what: 'voltages', unit: 'V', ...limitsIn(seen, 'V-R29') },
  )
  return { looks: [phases.some(one => isDead(seen, one)) ? { ...look, holds: null } : look] }
}

function lost(seen: Seen, memory: Remembered | null): Looked | null {
  const { nameplate } = seen.of
  if (nameplate.phases === 1) return null
  const { lostPercent, over } = limitsIn(seen, 'V-R31')
  const phases = phasesIn(seen)
  if (!phases) return { looks: [], lacks: 'the voltage and current of every phase' }
  const has = ({ volts }: PhaseNow) => volts >= (nameplate.volts * lostPercent) / 100
  const carries = ({ amperes }: PhaseNow) => amperes >= currentsFrom(seen).something
  const remembered = withSeen(seen.at, phases.filter(has), memory)
  if (phases.every(one => isDead(seen, one)) && !phases.some(carries))
    return { looks: [], lacks: 'a supply that is on', memory: remembered }
  const isAll = phases.every(one => isDead(seen, one))
  const isLow = !isAll && !phases.some(has)
  const looks = phases.map((phase): Look => {
    const holds = () => {
      if (has(phase)) return false
      if (isLow) return null
      if (carries(phase)) return true
      return isDead(seen, phase) && (isAll || remembered.seen.includes(phase.name)) ? true : null
    }
    const what = carries(phase)
      ? `carries ${phase.amperes} A without voltage (${phase.volts} V): what flows there is not counted, and the energy since then is too low`
      : `has lost its voltage (${phase.volts} V), and carries nothing`
    return {
      key: phase.name,
      holds: holds(),
      with: energyOr(seen, phase.voltage),
      tell: () => ({
        patience: lasting(over),
        words: `phase ${phase.name} ${what}`,
        codes: [carries(phase) ? '1.3.0' : '2.2.0'],
        samples: [phase.voltage, phase.current],
        limit: { value: ((nameplate.volts * lostPercent) / 100).toFixed(1), unit: 'V' },
      }),
    }
  })
  return { looks, memory: remembered }
}

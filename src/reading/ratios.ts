/**
 * Transformers in front of a meter. What is multiplied is decided by the archive, which people agreed on; what the
 * meter itself holds only speaks for or against it (V-R18). All of it exact.
 */

import { compareScaled, formatScaled, multiplyScaled, parseScaled, type Scaled } from '../core/scaled.ts'
import type { Nameplate, RatioRegisters } from '../driver-api/profile.ts'
import type { Finding } from './reading.ts'

/** Primary by secondary, of the current and of the voltage transformers. */
export interface Ratios {
  readonly current: Scaled
  readonly voltage: Scaled
}

/** What the meter said of its own registers; null where it was asked and gave no number, absent where not asked yet. */
export interface RatiosHeld {
  readonly current?: Scaled | null
  readonly voltage?: Scaled | null
}

/** What was agreed until an instant, UTC ms. */
export interface Replaced {
  readonly until: number
  readonly agreed: Ratios | null
}

/** All that is known of one meter's transformers. */
export interface Transformers {
  /** What the archive says; null where it says nothing. */
  readonly agreed: Ratios | null
  /** What it says of the time before, the oldest first; absent where it was never otherwise. */
  readonly replaced?: readonly Replaced[]
  /** Which registers there are, and the side of the transformers their values are of. */
  readonly registers: RatioRegisters
  readonly held: RatiosHeld
}

export const ONE: Scaled = { digits: 1n, scaler: 0 }
const NONE: Ratios = { current: ONE, voltage: ONE }

/** What the archive says of a meter. */
export interface Agreed {
  readonly profile: { readonly ratios?: RatioRegisters }
  readonly ratios?: Ratios
  readonly ratiosBefore?: readonly Replaced[]
}

/** As the archive has it: what the meter itself holds multiplies nothing. Null for meters that say nothing of any. */
export function agreedTransformers(
  { profile, ratios, ratiosBefore }: Agreed,
  held: RatiosHeld = {},
): Transformers | null {
  if (!profile.ratios) return null
  return {
    agreed: ratios ?? null,
    registers: profile.ratios,
    held,
    ...(ratiosBefore && { replaced: ratiosBefore }),
  }
}

/** As they were at an instant. What the meter holds by now tells nothing of transformers that have been replaced. */
export function transformersAt(transformers: Transformers | null, instant: number): Transformers | null {
  if (!transformers?.replaced) return transformers
  const { registers, agreed, held } = transformers
  const then = transformers.replaced.find(({ until }) => instant < until)
  return then ? { agreed: then.agreed, registers, held: {} } : { agreed, registers, held }
}

/** Since when what was in force at an instant was: values of before it are of another series. */
export function inForceSince({ replaced = [] }: Pick<Transformers, 'replaced'>, instant: number): number {
  return replaced.findLast(({ until }) => until <= instant)?.until ?? Number.NEGATIVE_INFINITY
}

/** Which ratios a value of this unit is subject to. */
const SUBJECT: ReadonlyMap<string, readonly (keyof Ratios)[]> = new Map<string, readonly (keyof Ratios)[]>([
  ['A', ['current']],
  ['V', ['voltage']],
  ...['W', 'var', 'VA', 'Wh', 'varh', 'VAh'].map(unit => [unit, ['current', 'voltage']] as const),
])

/** Units are those of the profiles; what each is subject to is found out once. */
const subjects = new Map(SUBJECT)

function subjectOf(unit: string): readonly (keyof Ratios)[] {
  const before = subjects.get(unit)
  if (before) return before
  const subject = SUBJECT.get(unit.replace(/^[mkM]/, '')) ?? []
  subjects.set(unit, subject)
  return subject
}

/** What a value of this unit is multiplied with: 1 where the meter gives primary values. */
export function factorOf(unit: string, transformers: Transformers | null): Scaled {
  if (transformers?.registers.side !== 'secondary') return ONE
  const ratios = transformers.agreed ?? NONE
  return subjectOf(unit).reduce((product, which) => multiplyScaled(product, ratios[which]), ONE)
}

/** The nameplate is the meter's own; on the primary side its limits are as many times higher. For limits only. */
export function nameplateOnSide(nameplate: Nameplate, transformers: Transformers | null): Nameplate {
  if (transformers?.registers.side !== 'secondary') return nameplate
  const times = (unit: string) => Number(formatScaled(factorOf(unit, transformers)))
  return { ...nameplate, volts: nameplate.volts * times('V'), amperes: nameplate.amperes * times('A') }
}

/** What V-R18 makes of a value, for the rule of that name. */
export type RatiosJudged =
  | { readonly verdict: 'suspect' | 'accept'; readonly evidence: string }
  | { readonly lacks: string; readonly isKept: true }
  | null

/** V-R18: the multiplier of the archive is that of the meter. */
export function judgeRatios(unit: string, transformers: Transformers | null): RatiosJudged {
  const subject = subjectOf(unit)
  if (!transformers || subject.length === 0) return null
  const against = subject.map(which => whyOther(which, transformers)).filter(why => why !== null)
  if (against.length > 0) return { verdict: 'suspect', evidence: against.join('; ') }
  const factor = factorOf(unit, transformers)
  const untold = subject.filter(which => isUntold(which, transformers))
  if (isOne(factor)) return untold.length === 0 ? null : { lacks: inWords(untold), isKept: true }
  const parts = subject.map(which => `${which} ${formatScaled((transformers.agreed ?? NONE)[which])}`)
  return {
    verdict: 'accept',
    evidence: `the meter's own value times ${formatScaled(factor)}, as agreed: ${parts.join(', ')}${untold.length === 0 ? '' : `; ${inWords(untold)}`}`,
  }
}

/** What was agreed on and could not be compared. */
function isUntold(which: keyof Ratios, { agreed, registers, held }: Transformers): boolean {
  return agreed !== null && registers[which] !== undefined && (held[which] ?? null) === null
}

function inWords(untold: readonly (keyof Ratios)[]): string {
  return `not compared: the meter has not told its ${untold.join(' and ')} ratio`
}

/** As the evidence of `judgeRatios` says it; findings are what is kept of a reading. */
const TIMES = /^the meter's own value times (\d+(?:\.\d+)?),/

/** What a kept reading had been multiplied with; null where it was as the meter said. */
export function factorIn(findings: readonly Finding[]): Scaled | null {
  const said = findings.find(({ rule, verdict }) => rule === 'V-R18' && verdict === 'accept')
  const [, factor] = TIMES.exec(said?.evidence ?? '') ?? []
  return factor === undefined ? null : parseScaled(factor)
}

function isOne(factor: Scaled): boolean {
  return compareScaled(factor, ONE) === 0
}

/**
 * V-I7: a register multiplied otherwise than before has begun a new series, and differences across the change are wrong.
 * Null where it was not.
 */
export function judgeChange(unit: string, before: Scaled, transformers: Transformers | null): string | null {
  const now = factorOf(unit, transformers)
  if (compareScaled(before, now) === 0) return null
  return `the last good value was the meter's own times ${formatScaled(before)}, this one is times ${formatScaled(now)}: a register of other transformers is another series: say since when they are there (ratios, since), or give the meter a new id`
}

function whyOther(which: keyof Ratios, { agreed, registers, held }: Transformers): string | null {
  const isSecondary = registers.side === 'secondary'
  if (isSecondary && !agreed && !registers.current && !registers.voltage)
    return `the meter gives secondary values, and nobody has agreed on a ${which} ratio: name it in ratios`
  if (registers[which] === undefined) return null
  // A meter that multiplies by itself is believed where nobody has agreed on anything.
  if (!agreed && !isSecondary) return null
  const says = held[which] ?? null
  const wanted = (agreed ?? NONE)[which]
  if (says === null)
    return agreed
      ? null
      : `the meter gives secondary values, its ${which} ratio was not read, and nobody has agreed on one: name it in ratios`
  if (compareScaled(says, wanted) === 0) return null
  const archive = agreed ? `the archive ${formatScaled(wanted)}` : 'the archive names none, which is 1'
  return `the meter's ${which} ratio is ${formatScaled(says)}, ${archive}: correct one of the two`
}

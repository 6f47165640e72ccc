/** Which meters say one serial number: then one of them answers for the others too, and somebody pays its bill. */

import type { Log } from '../../core/log.ts'
import type { Acceptance } from './acceptances-held.ts'

export interface SameNumber {
  /** What a meter says of itself, or said when it was accepted. */
  note(meter: string, serial: string): void
  /** Every other meter of its number. */
  othersOf(meter: string): readonly string[]
  /** Why its values are held apart although it is accepted: those of its number that whoever accepted it did not know of. */
  whyHeld(acceptance: Acceptance): string | null
  /** The same of one that nobody has accepted. */
  why(meter: string): string | null
}

/** `acceptedOf` is the acceptance a meter has now. What holds apart one that is accepted is told once. */
export function createSameNumber(acceptedOf: (meter: string) => Acceptance | null, log: Log): SameNumber {
  const serials = new Map<string, string>()
  const meters = new Map<string, Set<string>>()
  const told = new Map<string, string>()

  function othersOf(meter: string): readonly string[] {
    const all = meters.get(serials.get(meter) ?? '')
    return all === undefined || all.size < 2 ? [] : [...all].filter(other => other !== meter)
  }

  function inWords(meter: string, others: readonly string[]): string | null {
    if (others.length === 0) return null
    return `serial number ${serials.get(meter)} is also that of ${others.join(', ')}: one meter answers for all of them, as behind a gateway that does not heed addresses, or one has moved`
  }

  function whyHeld({ meter, alike }: Acceptance): string | null {
    const others = othersOf(meter)
    return others.length === 0
      ? null
      : inWords(
          meter,
          others.filter(other => !alike.includes(other)),
        )
  }

  function tell(meter: string): void {
    const acceptance = acceptedOf(meter)
    const why = acceptance && whyHeld(acceptance)
    const hint = 'see that each address is asked of a meter of its own, or accept each of them knowingly'
    if (why && told.get(meter) !== why)
      log.warn({ meterId: meter, hint }, `its values are held apart: ${why}`)
    told.set(meter, why ?? '')
  }

  return {
    note(meter, serial) {
      const before = serials.get(meter)
      if (before === serial) return
      const left = othersOf(meter)
      if (before !== undefined) meters.get(before)?.delete(meter)
      serials.set(meter, serial)
      meters.set(serial, (meters.get(serial) ?? new Set()).add(meter))
      for (const one of [meter, ...left, ...othersOf(meter)]) tell(one)
    },
    othersOf,
    whyHeld,
    why: meter => inWords(meter, othersOf(meter)),
  }
}

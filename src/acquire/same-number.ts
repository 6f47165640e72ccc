/** Which meters say one serial number: then one of them answers for the others too, and somebody pays its bill. */

export interface SameNumber {
  /** What a meter says of itself now, or said when it was accepted; null where nothing is known. */
  note(meter: string, serial: string | null): void
  /** Every other meter of its number. */
  othersOf(meter: string): readonly string[]
}

export function createSameNumber(): SameNumber {
  const serials = new Map<string, string>()
  const meters = new Map<string, Set<string>>()
  return {
    note(meter, serial) {
      const before = serials.get(meter)
      if (before === serial) return
      if (before !== undefined) meters.get(before)?.delete(meter)
      serials.delete(meter)
      if (serial === null) return
      serials.set(meter, serial)
      meters.set(serial, (meters.get(serial) ?? new Set()).add(meter))
    },
    othersOf(meter) {
      const all = meters.get(serials.get(meter) ?? '')
      return all === undefined || all.size < 2 ? [] : [...all].filter(other => other !== meter)
    },
  }
}

/** Power: the registers of the meter's total active power, and units of power, active, reactive and apparent. */

/** Net of both directions, or taken alone. */
export const TOTAL_POWER: readonly string[] = ['1-0:16.7.0', '1-0:1.7.0']

const WATTS: ReadonlyMap<string, number> = new Map(
  ['W', 'var', 'VA'].flatMap(
    unit =>
      [
        [unit, 1],
        [`k${unit}`, 1_000],
        [`M${unit}`, 1_000_000],
      ] as const,
  ),
)

/** W, var or VA of one such unit; null for what is no power. For limits only. */
export function wattsPer(unit: string): number | null {
  return WATTS.get(unit) ?? null
}

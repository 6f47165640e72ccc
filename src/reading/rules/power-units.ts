/** Units of power, active, reactive and apparent. */

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

/** How many random cases a property is tried with: its own number in `npm test`, many times as many in `npm run prove`. */

const TIMES = Number(process.env['METERD_TIMES'] ?? 1)
const SEED = Number(process.env['METERD_SEED'] ?? 1)

export function rounds(seed: number, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: seed + SEED - 1, numRuns: numRuns * TIMES }
}

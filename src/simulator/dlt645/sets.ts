/** Sets of blocks of a DL/T 645-2007 meter: FF in DI2 asks for an item in every kind that has it (6.2). */

type Run = readonly [from: number, to: number]

const KINDS_OF_PHASES: readonly Run[] = [
  [0x15, 0x1e],
  [0x29, 0x32],
  [0x3d, 0x46],
]

/** DI2 of Annex A by DI3, in its order. */
const RUNS: ReadonlyMap<number, readonly Run[]> = new Map<number, readonly Run[]>([
  [0x00, [[0x00, 0x0a], ...KINDS_OF_PHASES, [0x80, 0x86], [0x94, 0x9a], [0xa8, 0xae], [0xbc, 0xc2]]],
  [0x01, [[0x01, 0x0a], ...KINDS_OF_PHASES]],
  [0x02, [[0x01, 0x0b]]],
  [
    0x03,
    [
      [0x01, 0x12],
      [0x30, 0x30],
    ],
  ],
  [0x04, [[0x01, 0x03]]],
  [0x05, [[0x00, 0x03]]],
])

/** Registers, whose phases a meter may lack: what stands behind them could not be told apart. */
const REGISTERS = [0x00, 0x01]

/** Null where the meter has nothing of this kind. */
export function setItem(
  di3: number,
  of: (di2: number) => readonly number[] | null,
): readonly number[] | null {
  const held: (readonly number[])[] = []
  for (const [from, to] of RUNS.get(di3) ?? []) {
    const run = Array.from({ length: to - from + 1 }, (_, nth) => of(from + nth))
    if (REGISTERS.includes(di3) && run.includes(null)) break
    held.push(...run.filter(bytes => bytes !== null))
  }
  return held.length > 0 ? held.flat() : null
}

/** The releases that tell one register, as if they told nothing else: what it counted past the others is followed there. Pure. */

import type { Opening, Release } from './release.ts'

export interface RegisterAt<End extends Release> {
  readonly whole: End
  /** With this register alone. */
  readonly alone: Release
}

/** `ends` in order of boundary. Where the first release of a series has not the register, its opening is the next one's. */
export function withRegister<End extends Release>(
  obis: string,
  ends: readonly End[],
): readonly RegisterAt<End>[] {
  let opening: Opening | undefined
  return ends.flatMap(whole => {
    if (whole.opening) opening = whole.opening
    const registers = whole.registers.filter(one => one.obis === obis)
    if (registers.length === 0) return []
    const alone: Release = { ...whole, registers, ...(opening && { opening }) }
    opening = undefined
    return [{ whole, alone }]
  })
}

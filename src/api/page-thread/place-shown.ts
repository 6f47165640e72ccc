/** Whose a read is, as it is shown: at a boundary one account may end and another begin. */

import type { z } from 'zod'
import { isoWithOffset } from '../../core/time.ts'
import type { ArchiveView } from '../../reading/archive/archive.ts'
import type { placeShown } from '../archive-shapes.ts'

/** Neither what ends at a boundary nor what begins there is anybody's. */
export function isUnpaired(view: ArchiveView, meter: string, boundary: number): boolean {
  return view.pairingAt(meter, boundary) === null && view.pairingAt(meter, boundary - 1) === null
}

/** What is shown of a read: who has it as a beginning, and as an end where that is another. */
export function showPlace(
  view: ArchiveView,
  meter: string,
  boundary: number,
  offsetMinutes: number,
): z.infer<typeof placeShown> {
  const begins = view.placeOf(meter, boundary)
  const ends = view.pairingAt(meter, boundary - 1)
  const isSame = begins?.account === ends?.account && begins?.point === ends?.point
  return {
    account: begins?.account ?? null,
    point: begins?.point ?? null,
    pairedAt: begins && isoWithOffset(begins.pairedAt, offsetMinutes),
    ...(!isSame && { ending: { account: ends?.account ?? null, point: ends?.point ?? null } }),
  }
}

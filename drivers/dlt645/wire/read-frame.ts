/** Frames that only ask. The reading side builds no others: that is the first of two walls (PR-67). */

import { requestBytes, USUAL_PREAMBLE } from './frame.ts'

/** 01 and 02 of 1997; 11, 12 and 13 of 2007. */
export type ReadControl = 0x01 | 0x02 | 0x11 | 0x12 | 0x13

export function readBytes(
  address: string,
  control: ReadControl,
  data: Uint8Array,
  preamble: number = USUAL_PREAMBLE,
): Uint8Array {
  return requestBytes(address, control, data, preamble)
}

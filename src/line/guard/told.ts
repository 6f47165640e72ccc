/** A frame that is no read: whom it is for, and what it says. */

export interface Told {
  readonly family: 'dlt645' | 'modbus'
  /** Twelve digits as people write them, or the unit in decimals. */
  readonly address: string
  /** Control code, or function code. */
  readonly code: number
  /** Of DL/T 645 without the offset, in the order of the wire; of Modbus what follows the function code. */
  readonly data: Uint8Array
  /** Where the frame begins in the bytes it was found in, and where it ends (exclusive). */
  readonly from: number
  readonly to: number
}

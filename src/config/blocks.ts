/** Which items a block's answer brings along: "0001FF00" those of every tariff, "B61F" those of every phase. */

/** A digit F in a block's name stands for any digit, as both editions of DL/T 645 name theirs. */
export function blockPattern(block: string): RegExp {
  return new RegExp(`^${block.replaceAll(/[^0-9a-z]/gi, '\\$&').replaceAll(/F/gi, '[0-9A-F]')}$`, 'i')
}

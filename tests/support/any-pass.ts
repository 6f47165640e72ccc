/** Lets anything leave: for tests of what happens to what is told, not of who may tell it. */

import { givePass, type Pass } from '../../src/line/guard/pass.ts'

export function anyPass(): Pass {
  return givePass({ of: 'a test', frames: Number.POSITIVE_INFINITY, whyNot: () => null })
}

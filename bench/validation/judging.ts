/** How many readings the rules judge a second where nothing else is done: with what they remember, and no town. */

import { cpuUsage } from 'node:process'
import { createLastGood } from '../../src/acquire/last-good.ts'
import { createLoadsSeen } from '../../src/acquire/loads-seen.ts'
import { SECOND } from '../../src/core/time.ts'
import type { Given } from '../../src/reading/rules/rule.ts'
import { validateRound } from '../../src/reading/validate.ts'
import type { Archived } from './archive.ts'
import { OFFSET_MINUTES } from './load.ts'

const FOR_MS = 2 * SECOND

/** `rounds` as the gateway judged them, again and again. */
export function judgedASecond(archive: readonly Archived[], rounds: readonly (readonly Given[])[]): number {
  const begun = cpuUsage()
  let [readings, ms] = [0, 0]
  while (rounds.length > 0 && ms < FOR_MS) {
    const lastGood = createLastGood([], OFFSET_MINUTES)
    const loads = createLoadsSeen(archive.map(({ config }) => config))
    for (const round of rounds) {
      const judged = validateRound(round)
      for (const reading of judged) lastGood.note(reading)
      loads.note(round[0]?.reading.meter ?? '', judged)
      readings += judged.length
    }
    const { user, system } = cpuUsage(begun)
    ms = (user + system) / 1_000
  }
  return ms === 0 ? 0 : (readings * SECOND) / ms
}

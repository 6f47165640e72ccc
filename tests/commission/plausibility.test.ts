/** The judge of live values on true meters: it raises no alarm, and says what it could not see. */

import { describe, expect, test } from 'vitest'
import { judge } from '../../src/commission/plausibility.ts'
import { MODBUS_PROFILES } from '../simulator/models.ts'
import { liveMeter } from './planted-mistakes.ts'
import { DAY_TIMES, EVENING, NIGHT, NOON } from './times.ts'

const SEEDS = [1, 2, 3]

describe.each([...MODBUS_PROFILES.values()])('$profile, as it is', profile => {
  test.each([
    ['an evening', EVENING],
    ['a night', NIGHT],
    ['a noon, feeding in', NOON],
    ['a day', DAY_TIMES],
  ])('%s: no check fails', (_, times) => {
    for (const seed of SEEDS) {
      const session = liveMeter(profile, seed)
      const { findings } = judge(
        profile,
        times.map(at => session.look(profile, at)),
      )
      expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    }
  })
})

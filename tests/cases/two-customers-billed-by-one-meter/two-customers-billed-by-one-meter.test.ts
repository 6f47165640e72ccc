/**
 * Seen: a gateway that does not heed unit ids answered for unit 2 with what unit 1 says. Both were accepted, as every
 * register was plausible, and two customers were billed by one meter, though both said one serial number.
 */

import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../src/core/time.ts'
import { liveMeter } from '../../commission/planted-mistakes.ts'
import { EVENING } from '../../commission/times.ts'
import { profileOf } from '../../simulator/models.ts'
import { gateFolder, gateIn, type Odd, type Scene } from '../../support/gate.ts'

const ENERGY = '1-0:1.8.0'
const abb = profileOf('abb-b23')
const later = (minutes: number) => [EVENING.at(-1)! + minutes * MINUTE]

const folder = gateFolder()

const gateOf = (scene: Scene) => gateIn(folder(), scene)

describe('one serial number of two meters', () => {
  const scene = { profile: abb, session: liveMeter(abb, 1), ids: ['m1', 'm2'] }
  const as = (read: Parameters<Odd>[0]) => read

  test('V-C1 holds both apart, the one accepted long ago too, until a person accepts each, or they differ', async () => {
    const { at, why, gate, told } = await gateOf(scene)
    await at(EVENING.slice(0, 1))
    gate.accept('m1', 'J. Li', '')
    expect(why()).toBeNull()
    await at(EVENING.slice(1, 2), scene.session, as, 'm2')
    expect(why()).toMatch(/serial number \d+ is also that of m2: one meter answers for all of them/)
    expect(why(ENERGY, 'm2')).toMatch(/is also that of m1/)
    expect(gate.stateOf('m1')?.acceptance).toBeNull()
    expect(told.filter(text => text.includes('is also that of m2'))).toHaveLength(1)
    await at(later(1), liveMeter(scene.profile, 2), as, 'm2')
    expect(why()).toBeNull()
    await at(later(2), scene.session, as, 'm2')
    expect(why()).toContain('is also that of m2')
    gate.accept('m1', 'J. Li', 'both on one meter, agreed')
    expect(why()).toBeNull()
    expect(why(ENERGY, 'm2')).toContain('is also that of m1')
    gate.accept('m2', 'J. Li', 'both on one meter, agreed')
    expect([why(), why(ENERGY, 'm2')]).toEqual([null, null])
    expect(() => gate.accept('m1', 'J. Li', '')).toThrow('accepted already')
  })

  test('V-C1 is known of one that has not answered since the start', async () => {
    const first = await gateOf(scene)
    await first.at(EVENING.slice(0, 1))
    first.gate.accept('m1', 'J. Li', '')
    await first.held.written()
    const { at, why } = await gateOf(scene)
    await at(EVENING.slice(1, 2), scene.session, as, 'm2')
    expect(why(ENERGY, 'm2')).toContain('is also that of m1')
    expect(why()).toContain('is also that of m2')
  })
})

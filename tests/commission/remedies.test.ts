/** What is tried beside a profile that is wrong names the mistake: order, address, scale, function. */

import { expect, test } from 'vitest'
import type { Look } from '../../src/commission/looks.ts'
import { judge } from '../../src/commission/plausibility.ts'
import { remediesOf, VARIATIONS, type Variation, varied } from '../../src/commission/variations.ts'
import type { Profile } from '../../src/driver-api/profile.ts'
import { profileOf } from '../simulator/models.ts'
import { type Class, liveMeter, mistakesIn } from './planted-mistakes.ts'
import { EVENING } from './times.ts'

function mistake(profile: Profile, kind: Class, where: string): Profile {
  const found = mistakesIn(profile, []).find(each => each.class === kind && each.where === where)
  if (found === undefined) throw new Error(`no ${kind} in ${where}`)
  return found.profile
}

test.each([
  ['eastron-sdm630', 'swapped words', 'every point', 'order ABCD'],
  ['pzem-016', 'swapped words', 'every point', 'order CDAB'],
  ['abb-b23', 'swapped bytes', 'every point', 'order ABCD'],
  ['schneider-iem3000', 'one register up', 'every point', 'one register down'],
  ['abb-b23', 'one register down', 'every point', 'one register up'],
  ['abb-b23', 'wrong function', 'every point', 'the other function'],
  ['eastron-sdm630', 'scale × 10', 'active energy import', 'scale × 10^-1'],
  ['finder-7m38', 'scale ÷ 10', 'voltage L2', 'scale × 10^1'],
  ['abb-b23', 'signed/unsigned', 'active power', 'the other sign'],
] as const)('%s, %s in %s: %s', (name, kind, where, label) => {
  const right = profileOf(name)
  const wrong = mistake(right, kind, where)
  const session = liveMeter(right, 1)
  const looks = EVENING.map(at => session.look(wrong, at))
  const read = new Map<Variation, readonly Look[]>(
    VARIATIONS.map(variation => [variation, EVENING.map(at => session.look(varied(wrong, variation), at))]),
  )
  expect([...judge(wrong, looks).standing.values()]).toContain('failed')
  const [first] = remediesOf(wrong, looks, read).filter(({ isCure }) => isCure)
  expect(first?.variation.label).toBe(label)
  expect((first?.points.length ?? 0) > 1).toBe(where === 'every point')
})

test('a profile that is right needs no remedy', () => {
  const profile = profileOf('abb-b23')
  const session = liveMeter(profile, 1)
  const looks = EVENING.map(at => session.look(profile, at))
  expect(remediesOf(profile, looks, new Map())).toEqual([])
})

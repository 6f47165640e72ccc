/**
 * Seen: an accepted meter was asked who it is, after a restart and after a moment's silence, and the one answer was
 * exception 04, or lost. That was taken for another meter without a number; its values were held apart until a person
 * came, although it gave the same serial number a second later.
 */

import { describe, expect, test } from 'vitest'
import type { FaultCode } from '../../../src/core/faults.ts'
import { DAY, MINUTE } from '../../../src/core/time.ts'
import { liveMeter } from '../../commission/planted-mistakes.ts'
import { NOON } from '../../commission/times.ts'
import { profileOf } from '../../simulator/models.ts'
import { gateFolder, gateIn, type Odd } from '../../support/gate.ts'

const profile = profileOf('abb-b23')
const scene = { profile, session: liveMeter(profile, 1) }
const another = liveMeter(profile, 2)
const about = [profile.ident?.point, profile.serialNumber]
const [START = 0] = NOON

const folder = gateFolder()

const lost: Odd = read => (about.includes(read.point) ? null : read)
const refused =
  (code: FaultCode, points = about): Odd =>
  read =>
    points.includes(read.point) ? { point: read.point, frames: [], refused: { code, text: code } } : read

async function accepted() {
  const first = await gateIn(folder(), scene)
  await first.at([START])
  first.gate.accept('m1', 'J. Li', '')
  await first.held.written()
  return first
}

describe.each([
  ['refused with exception 04', refused('METER_REFUSED')],
  ['refused with exception 02', refused('METER_NO_DATA')],
  ['no legal value', refused('VALUE_NOT_HELD')],
  ['silent', refused('LINE_SILENT')],
  ['lost', lost],
  ['half given', refused('METER_REFUSED', [profile.serialNumber])],
])('V-C1 ident %s', (_, odd) => {
  test('after a restart: held until it says the same again, and no longer', async () => {
    await accepted()
    const { at, why, told } = await gateIn(folder(), scene)
    await at([START + MINUTE], scene.session, odd)
    expect(why()).toContain('it has not said since the start which meter it is')
    await at([START + 2 * MINUTE])
    expect(why()).toBeNull()
    expect(told.join()).not.toContain('another meter')
  })

  test('after silence: held until it says the same again, and no longer', async () => {
    const { at, why, gate } = await accepted()
    gate.heard('m1', false)
    expect(why()).toContain('it has not said since it was silent which meter it is')
    await at([START + MINUTE], scene.session, odd)
    expect(why()).toContain('it has not said since it was silent which meter it is')
    await at([START + 2 * MINUTE])
    expect(why()).toBeNull()
  })

  test('once a day: held until it says the same again, and no longer', async () => {
    const { at, why } = await accepted()
    await at([START + DAY], scene.session, odd)
    expect(why()).toContain('it has not said when it was asked which meter it is')
    await at([START + DAY + MINUTE])
    expect(why()).toBeNull()
  })

  test('a meter put in its place meanwhile is never billed by', async () => {
    await accepted()
    const { at, why, gate } = await gateIn(folder(), scene)
    await at([START + MINUTE], another, odd)
    expect(why()).not.toBeNull()
    gate.heard('m1', false)
    await at([START + 2 * MINUTE], another, odd)
    expect(why()).not.toBeNull()
    await at([START + 20 * MINUTE, START + 2 * DAY], another)
    expect(why()).toContain('another meter stands here')
  })
})

test('V-C1 asked ever more rarely while it refuses', async () => {
  const { at } = await accepted()
  let asked = 0
  const counting: Odd = read => {
    if (read.point === profile.serialNumber) asked++
    return refused('METER_REFUSED')(read)
  }
  const minutes = Array.from({ length: 60 }, (_, nth) => START + DAY + nth * MINUTE)
  await at(minutes, scene.session, counting)
  expect(asked).toBeGreaterThan(5)
  expect(asked).toBeLessThan(12)
})

test('V-C1 a number misread once closes the gate until the same number is read again', async () => {
  const { at, why, told, gate } = await accepted()
  gate.heard('m1', false)
  await at([START + MINUTE], another)
  expect(why()).toContain('another meter stands here')
  await at([START + 2 * MINUTE])
  expect(why()).toBeNull()
  expect(gate.stateOf('m1')?.acceptance?.by).toBe('J. Li')
  expect(told.at(-1)).toContain('it says again that it is ident B23')
})

test('V-C1 a number said for the first time is kept, and another one is noticed by it', async () => {
  const first = await gateIn(folder(), scene)
  await first.at([START], scene.session, refused('METER_REFUSED', [profile.serialNumber]))
  first.gate.accept('m1', 'J. Li', '')
  await first.at([START + DAY])
  expect(first.why()).toBeNull()
  await first.held.written()
  const { at, why } = await gateIn(folder(), scene)
  await at([START + DAY + MINUTE], another)
  expect(why()).toContain('another meter stands here')
})

test('V-C1 where it never says again who it is, a person may accept it so', async () => {
  const { at, why, gate } = await accepted()
  expect(() => gate.accept('m1', 'J. Li', '')).toThrow('accepted already')
  await at([START + DAY], scene.session, refused('METER_NO_DATA'))
  expect(why()).toContain('meterd profile accept m1 --by NAME')
  gate.accept('m1', 'J. Li', 'new firmware')
  expect(why()).toBeNull()
})

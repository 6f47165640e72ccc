/**
 * Seen: acceptances.json was deleted, or cut short by ten bytes, and another meter put in the place. As good readings were
 * kept and no acceptance, it was taken for one that was billed by before there was a gate, and accepted at no load.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../../src/core/log.ts'
import type { LastGood } from '../../../src/store/store.ts'
import { liveMeter } from '../../commission/planted-mistakes.ts'
import { EVENING } from '../../commission/times.ts'
import { profileOf } from '../../simulator/models.ts'
import { gateFolder, gateIn, type Scene } from '../../support/gate.ts'

const ENERGY = '1-0:1.8.0'
const pzem = profileOf('pzem-016')
const before = [
  { meter: 'm1', obis: ENERGY, kind: 'poll', value: { digits: 1n, scaler: 0 }, readAt: 0 },
] as unknown as readonly LastGood[]

const folder = gateFolder()

const gateOf = (scene: Scene) => gateIn(folder(), scene)

describe('the file of acceptances', () => {
  const scene = { profile: pzem, session: liveMeter(pzem, 1) }
  const file = () => join(folder(), 'acceptances.json')

  async function acceptTwo() {
    for (const id of ['m1', 'm2']) {
      const { at, gate, held } = await gateOf({ ...scene, ids: [id] })
      await at(EVENING.slice(0, 1), scene.session, read => read, id)
      gate.accept(id, 'J. Li', '')
      await held.written()
    }
  }

  test.each(['gone', 'damaged'])(
    'V-C1 %s: what it held before its last change counts, and it is told',
    async how => {
      await acceptTwo()
      if (how === 'gone') rmSync(file())
      else writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -10))
      const told: string[] = []
      const log = { ...silentLog, error: (_: object, text: string) => void told.push(text) }
      const { why } = await gateOf({ ...scene, ids: ['m1', 'm2'], log })
      expect(why()).toBeNull()
      expect(why(ENERGY, 'm2')).toContain('it is new')
      expect(told).toHaveLength(1)
      expect(told[0]).toContain('acceptances.json')
    },
  )

  test('V-C1 that cannot be written is told, to whoever accepts too', async () => {
    const told: object[] = []
    const log = { ...silentLog, error: (context: object) => void told.push(context) }
    const { at, gate, held } = await gateOf({ ...scene, log })
    await at(EVENING.slice(0, 1))
    mkdirSync(file())
    gate.accept('m1', 'J. Li', '')
    await expect(held.written()).rejects.toMatchObject({ code: 'ACCEPTANCE_UNKEPT' })
    expect(told).toMatchObject([{ code: 'ACCEPTANCE_UNKEPT' }])
  })
})

test('V-C1 who was billed by before there was a gate is believed so once: without its acceptance it proves itself anew', async () => {
  const scene = { profile: pzem, session: liveMeter(pzem, 1), before, service: new Set(['m1']) }
  const { at, held } = await gateOf(scene)
  await at(EVENING.slice(0, 1))
  await held.written()
  rmSync(join(folder(), 'acceptances.json'))
  const again = await gateOf(scene)
  await again.at(EVENING.slice(1, 2))
  expect(again.why()).toContain('nothing has shown yet that these are right')
})

import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openRefusals } from '../../src/acquire/refusals-held.ts'
import { silentLog } from '../../src/core/log.ts'
import { DAY } from '../../src/core/time.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const METER = { id: 'm1', address: '000000000161' }
const folder = () => mkdtemp(join(tmpdir(), 'meterd-refusals-'))

describe('what meters refuse', () => {
  test('is known again after a restart, for a week, and only of the meter that refused', async () => {
    const directory = await folder()
    const clock = virtualClock()
    const first = await openRefusals(directory, clock, silentLog)
    first.add(METER, ['0001FF00'])
    first.add(METER, ['02010000', '040005FF'])
    await first.written()
    await clock.pass(6 * DAY)
    const second = await openRefusals(directory, clock, silentLog)
    expect([...second.of(METER)]).toEqual(['0001FF00', '02010000', '040005FF'])
    expect([...second.of({ ...METER, address: '000000000162' })]).toEqual([])
    expect([...second.of({ ...METER, id: 'm2' })]).toEqual([])
    second.add(METER, ['0001FF00'])
    await clock.pass(2 * DAY)
    expect([...second.of(METER)]).toEqual(['0001FF00'])
  })

  test('of what is known by its place the newest place counts, and stands last', async () => {
    const held = await openRefusals(await folder(), virtualClock(), silentLog)
    held.add(METER, ['sunspec:203@40069', '3:0+60', 'sunspec:20@1'])
    for (let start = 40_070; start < 40_200; start++) held.add(METER, [`sunspec:203@${start}`])
    held.add(METER, ['sunspec:203@40069'])
    expect([...held.of(METER)]).toEqual(['3:0+60', 'sunspec:20@1', 'sunspec:203@40069'])
    await held.written()
  })

  test.each(['', '{', '[1]', 'null', '{"m1 000000000161":{"0001FF00":"soon"}}', '{"m1 000000000161":7}'])(
    'a damaged file costs nothing but the memory: %s',
    async text => {
      const directory = await folder()
      await writeFile(join(directory, 'refused.json'), text)
      const held = await openRefusals(directory, virtualClock(), silentLog)
      expect([...held.of(METER)]).toEqual([])
      held.add(METER, ['0001FF00'])
      await held.written()
      expect(JSON.parse(await readFile(join(directory, 'refused.json'), 'utf8'))).toMatchObject({
        'm1 000000000161': { '0001FF00': expect.any(Number) },
      })
    },
  )

  test('a directory that cannot be written is told once, and what is refused is known all the same', async () => {
    const said: string[] = []
    const log = { ...silentLog, warn: (_: object, text: string) => void said.push(text) }
    const held = await openRefusals(join(await folder(), 'gone'), virtualClock(), log)
    for (const item of ['0001FF00', '02010000']) {
      held.add(METER, [item])
      await held.written()
    }
    expect([...held.of(METER)]).toEqual(['0001FF00', '02010000'])
    expect(said.length).toBe(1)
  })
})
